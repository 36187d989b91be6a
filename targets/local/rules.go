package local

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{noSetting, wrongSetting, needsLeftOut}

var (
	noSetting    = &diag.Rule{Code: "MAP201", Summary: "A platform lacks an argument"}
	wrongSetting = &diag.Rule{Code: "MAP202", Summary: "A platform has an argument that it does not understand"}
	needsLeftOut = &diag.Rule{Code: "MAP203", Summary: "Something that is deployed needs something that is left out"}
)
