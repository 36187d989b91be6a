package local

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{wrongPath, needsLeftOut}

var (
	wrongPath    = &diag.Rule{Code: "MAP201", Summary: "A platform's path is not a text"}
	needsLeftOut = &diag.Rule{Code: "MAP202", Summary: "Something that is deployed needs something that is left out"}
)
