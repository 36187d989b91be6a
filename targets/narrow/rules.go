package narrow

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// Rules lists what a platform with fewer words finds in conditions.
var Rules = []*diag.Rule{notSaid, tooLarge, unlisted}

var (
	notSaid  = &diag.Rule{Code: "CAP301", Summary: "A platform cannot say this condition"}
	tooLarge = &diag.Rule{Code: "CAP302", Summary: "A condition is too large for a platform"}
	unlisted = &diag.Rule{Code: "CAP303", Severity: diag.Warning, Summary: "A platform that sends to lists reaches only who is on one"}
)

// Refuse is the finding that a platform ("platform.mail") cannot say a part of
// the condition of a declaration at. Why is a full sentence; help may be empty.
func Refuse(platform string, e expr.Expr, at diag.Range, why, help string) diag.Diagnostic {
	if !e.Range().IsZero() {
		at = e.Range()
	}
	return diag.Diagnostic{Rule: notSaid, At: at, Mark: platform + " cannot say this", Detail: why, Help: help}
}

// RefuseSize is the finding that a condition is too large.
func RefuseSize(platform string, e expr.Expr, at diag.Range, size *TooLarge) diag.Diagnostic {
	if !e.Range().IsZero() {
		at = e.Range()
	}
	return diag.Diagnostic{
		Rule: tooLarge, At: at, Mark: fmt.Sprintf("%s holds at most %d conditions here", platform, size.Limit),
		Detail: fmt.Sprintf("In the form that it takes, this is at least %d conditions.", size.Terms),
		Help:   "split it into segments of its parts, or keep the value that it works out as an attribute",
	}
}
