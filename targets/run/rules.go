package run

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

var (
	ruleTarget   = &diag.Rule{Code: "MAP101", Summary: "No such kind of platform"}
	ruleSetting  = &diag.Rule{Code: "MAP102", Summary: "The platform does not have this"}
	ruleMissing  = &diag.Rule{Code: "MAP103", Summary: "The platform needs more"}
	ruleSecret   = &diag.Rule{Code: "MAP104", Summary: "Secret in a file"}
	ruleLookup   = &diag.Rule{Code: "MAP105", Summary: "Not on the platform"}
	ruleSameName = &diag.Rule{Code: "MAP109", Summary: "Two objects of a platform have one name"}
	ruleImport   = &diag.Rule{Code: "MAP110", Summary: "Nothing can be taken over for this address"}
	ruleProvider = &diag.Rule{Code: "MAP121", Summary: "The platform cannot call a channel's provider"}
	ruleStepGone = &diag.Rule{Code: "CHK205", Summary: "A step at which somebody may be is gone"}
	rulePassed   = &diag.Rule{Code: "MAP131", Summary: "The instant of a one-off has passed"}
)

// Rules lists what this package may find.
var Rules = []*diag.Rule{ruleReaches, ruleUnproved, ruleAccepted, ruleUnheld, ruleTarget, ruleSetting, ruleMissing, ruleSecret, ruleLookup, ruleSameName, ruleImport, ruleProvider, ruleStepGone, rulePassed}

func quote(s string) string { return `"` + s + `"` }

// list is names as a person lists them: a, b and c.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
