package notifuse

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{wrongMapping, notKept, notHere, notBound, noList, rounded}

var (
	wrongMapping = &diag.Rule{Code: "NTF001", Summary: "A mapping to Notifuse has something that it does not understand"}
	notKept      = &diag.Rule{Code: "NTF002", Summary: "Notifuse does not keep something that is needed"}
	notHere      = &diag.Rule{Code: "NTF201", Summary: "Notifuse cannot carry this out"}
	notBound     = &diag.Rule{Code: "NTF202", Severity: diag.Warning, Summary: "Notifuse does not keep a limit"}
	noList       = &diag.Rule{Code: "NTF203", Severity: diag.Warning, Summary: "Notifuse cannot look into an exclusion's list"}
	rounded      = &diag.Rule{Code: "NTF204", Severity: diag.Warning, Summary: "Shares are rounded to whole percent on Notifuse"}
)
