package hubspot

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{wrongSetting, otherAddress, inSteps, noMail, noStep, noGate, notKept}

var (
	wrongSetting = &diag.Rule{Code: "MAP431", Summary: "An argument of a HubSpot platform cannot be used"}
	otherAddress = &diag.Rule{Code: "MAP432", Summary: "HubSpot keeps no consent for this channel"}
	notKept      = &diag.Rule{Code: "CAP432", Severity: diag.Warning, Summary: "HubSpot does not keep to this"}
	inSteps      = &diag.Rule{Code: "CAP431", Summary: "HubSpot notices later than this that time has passed"}
	noStep       = &diag.Rule{Code: "CAP434", Summary: "A HubSpot workflow cannot do this"}
	noGate       = &diag.Rule{Code: "CAP435", Summary: "HubSpot cannot tell who may get this message"}
	noMail       = &diag.Rule{Code: "CAP433", Summary: "HubSpot cannot send this as an e-mail"}
)
