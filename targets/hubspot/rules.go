package hubspot

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{wrongSetting, otherAddress, inSteps, notHeld, noMail}

var (
	wrongSetting = &diag.Rule{Code: "MAP431", Summary: "An argument of a HubSpot platform cannot be used"}
	otherAddress = &diag.Rule{Code: "MAP432", Summary: "HubSpot keeps no consent for this channel"}
	inSteps      = &diag.Rule{Code: "CAP431", Summary: "HubSpot notices later than this that time has passed"}
	notHeld      = &diag.Rule{Code: "CAP432", Summary: "This is not written to HubSpot"}
	noMail       = &diag.Rule{Code: "CAP433", Summary: "HubSpot cannot send this as an e-mail"}
)
