package plan

import "github.com/trayecto/trayecto/lang/diag"

// Rules is what this package has to say about someone's files.
var Rules = []*diag.Rule{objectCycle, platformGone}

var objectCycle = &diag.Rule{
	Code: "CYC201", Severity: diag.Error,
	Summary: "Objects on platforms need each other",
}

var platformGone = &diag.Rule{
	Code: "CHK201", Severity: diag.Error,
	Summary: "A platform that still holds objects is gone from the files",
}
