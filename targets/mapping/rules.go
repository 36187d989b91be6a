package mapping

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what is found in the names of a platform block.
var Rules = []*diag.Rule{noSuchName, wrongArgument}

var (
	noSuchName    = &diag.Rule{Code: "MAP311", Summary: "A platform block names something that is not declared"}
	wrongArgument = &diag.Rule{Code: "MAP312", Summary: "A platform block has a name that it cannot use"}
)
