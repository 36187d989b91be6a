package klaviyo

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{wrongSetting, otherAddress, inSteps, notHeld, noStep, noGate}

var (
	wrongSetting = &diag.Rule{Code: "MAP441", Summary: "An argument of a Klaviyo platform cannot be used"}
	otherAddress = &diag.Rule{Code: "MAP442", Summary: "Klaviyo writes to other addresses than this"}
	inSteps      = &diag.Rule{Code: "CAP441", Summary: "A platform counts this length of time in steps of a day"}
	notHeld      = &diag.Rule{Code: "CAP442", Severity: diag.Warning, Summary: "Klaviyo does not keep to this"}
	noStep       = &diag.Rule{Code: "CAP443", Summary: "Klaviyo cannot do this"}
	noGate       = &diag.Rule{Code: "CAP444", Summary: "Klaviyo cannot tell who may get this message"}
)
