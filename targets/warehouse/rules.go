package warehouse

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what the targets of warehouses find in a project.
var Rules = []*diag.Rule{noArgument, wrongArgument, noSuchName, noList, byAddress, notHere}

var (
	noArgument    = &diag.Rule{Code: "MAP301", Summary: "A mapping lacks an argument"}
	wrongArgument = &diag.Rule{Code: "MAP302", Summary: "A mapping has something that it does not understand"}
	noSuchName    = &diag.Rule{Code: "MAP303", Summary: "A mapping names something that is not declared"}
	noList        = &diag.Rule{Code: "MAP304", Severity: diag.Warning, Summary: "An exclusion has no list on this platform"}
	byAddress     = &diag.Rule{Code: "MAP306", Severity: diag.Warning, Summary: "A consent that moves with its person is found by address alone"}
	notHere       = &diag.Rule{Code: "CAP201", Summary: "A warehouse does not hold this"}
)
