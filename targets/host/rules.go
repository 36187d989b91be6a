package host

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this package finds in a project.
var Rules = []*diag.Rule{ruleFailed}

var ruleFailed = &diag.Rule{Code: "MAP401", Summary: "A platform's plugin failed"}
