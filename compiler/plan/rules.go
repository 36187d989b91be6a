package plan

import "github.com/trayecto/trayecto/lang/diag"

// Rules is what this package has to say about someone's files.
var Rules = []*diag.Rule{objectCycle, platformGone, twoObjects, cannotRemove, whichKey}

var objectCycle = &diag.Rule{
	Code: "CYC201", Severity: diag.Error,
	Summary: "Objects on platforms need each other",
}

var twoObjects = &diag.Rule{
	Code: "CHK202", Severity: diag.Error,
	Summary: "An address would have two objects",
}

var cannotRemove = &diag.Rule{
	Code: "CHK203", Severity: diag.Error,
	Summary: "Objects are to be removed from a platform that is gone from the files",
}

var whichKey = &diag.Rule{
	Code: "CHK204", Severity: diag.Error,
	Summary: "An object moves to a block with keys, and none is named",
}

var platformGone = &diag.Rule{
	Code: "CHK201", Severity: diag.Error,
	Summary: "A platform that still holds objects is gone from the files",
}
