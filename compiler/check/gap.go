package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var longGap = &diag.Rule{Code: "CHK162", Severity: diag.Warning, Summary: "A gap is longer than the window around it"}

// checkGaps is about followed_by whose window is shorter than the gap, most often
// since the two changed places.
func checkGaps(p *Pass, e expr.Expr) {
	f, ok := e.(expr.FollowedBy)
	if !ok || f.Window.Length.IsZero() {
		return
	}
	if order, known := f.Gap.Compare(f.Window.Length); !known || order <= 0 {
		return
	}
	p.say(diag.Diagnostic{
		At: f.Range(), Mark: "the gap asks nothing",
		Detail: fmt.Sprintf("Both have happened in the last %s, so they are never %s apart.", f.Window.Length, f.Gap),
		Help:   fmt.Sprintf("write the gap first, and then the window: followed_by(..., %q, %q)", f.Window.Length, f.Gap),
	})
}
