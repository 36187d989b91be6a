package narrow_test

import (
	"testing"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// What a stream's events carry is not what the event at hand carries, unless the
// one is compared with the other.
func TestAboutEvent(t *testing.T) {
	amount := func(of expr.Subject) expr.Expr {
		return expr.Field{Of: of, Path: []string{"amount"}, Type: types.Money}
	}
	did := func(where expr.Expr) expr.Expr {
		return expr.Did{Of: expr.Source{Event: "event.order_placed", Where: where}, Window: expr.Ever}
	}
	set := func(e expr.Expr) expr.Expr { return expr.IsSet{Of: e} }
	for name, c := range map[string]struct {
		e    expr.Expr
		want bool
	}{
		"what began the run carries":     {set(amount(expr.Entry)), true},
		"what is being detected carries": {expr.Not{Term: set(amount(expr.It))}, true},
		"a person's attribute":           {set(expr.Attribute{Path: []string{"tier"}, Type: types.String}), false},
		"there was an event":             {did(nil), false},
		"there was an event with it":     {did(set(amount(expr.It))), false},
		"there was a greater one":        {did(expr.Compare{Op: expr.Greater, Left: amount(expr.It), Right: amount(expr.Entry)}), true},
	} {
		if got := narrow.AboutEvent(c.e); got != c.want {
			t.Errorf("%s: want %v, got %v", name, c.want, got)
		}
	}
}
