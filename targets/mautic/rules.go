package mautic

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{wrongSetting, otherAddress, inDays, notKept, noPlace, noGate}

var (
	wrongSetting = &diag.Rule{Code: "MAP461", Summary: "An argument of a Mautic platform cannot be used"}
	otherAddress = &diag.Rule{Code: "MAP462", Summary: "Mautic writes to other addresses than this"}
	notKept      = &diag.Rule{Code: "CAP462", Severity: diag.Warning, Summary: "Mautic does not keep to this"}
	noGate       = &diag.Rule{Code: "CAP464", Summary: "Mautic cannot tell who may get this message"}
	noPlace      = &diag.Rule{Code: "CAP463", Summary: "Mautic cannot hold this message or step"}
	inDays       = &diag.Rule{Code: "CAP461", Summary: "Mautic counts this length of time in whole days"}
)
