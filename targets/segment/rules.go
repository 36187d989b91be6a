package segment

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{wrongSetting, inSteps, noSends, noConsent}

var (
	wrongSetting = &diag.Rule{Code: "MAP451", Summary: "An argument of a Segment platform cannot be used"}
	inSteps      = &diag.Rule{Code: "CAP451", Summary: "Segment counts this length of time in steps of a day"}
	noSends      = &diag.Rule{Code: "CAP452", Summary: "Segment sends nothing and runs nothing"}
	noConsent    = &diag.Rule{Code: "CAP453", Severity: diag.Warning, Summary: "Segment keeps no consents"}
)
