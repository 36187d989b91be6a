package check

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// spelling looks for texts that a function never gives: lower(x) == "ES" is true
// for nobody, != for everybody who has an x, and "ES" stands in a one_of for
// nothing.
func (p *Pass) spelling(e expr.Expr) {
	switch asks := e.(type) {
	case expr.Compare:
		if of, _, v := sides(asks); of != nil {
			p.given(e, of, v)
		}
	case expr.OneOf:
		p.given(e, asks.Of, asks.Values...)
	case expr.Call:
		if (asks.Func != "contains" && asks.Func != "starts_with") || len(asks.Args) != 2 {
			return
		}
		if literal, ok := asks.Args[1].(expr.Literal); ok {
			p.given(e, asks.Args[0], literal.Value)
		}
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not, expr.Is,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
}

// given tells which of the values that an expression holds another one to that
// one never gives.
func (p *Pass) given(e, of expr.Expr, values ...types.Value) {
	call, ok := of.(expr.Call)
	if !ok {
		return
	}
	for _, v := range values {
		if why, instead := neverGiven(call, v); why != "" {
			p.say(diag.Diagnostic{
				At: e.Range(), Mark: fmt.Sprintf("never %q", v),
				Detail: fmt.Sprintf("%s: %s never is %q and never has it inside.", why, expr.Print(of), v), Help: instead,
			})
		}
	}
}

// neverGiven is why a function never gives a text, or one that has it inside, and
// what to write instead; "" where it may.
func neverGiven(call expr.Call, v types.Value) (why, instead string) {
	text, isText := v.(types.Text)
	if !isText {
		return "", ""
	}
	switch small := strings.ToLower(string(text)); call.Func {
	case "lower":
		if small != string(text) {
			return "lower gives small letters only", fmt.Sprintf("write %q", small)
		}
	case "sha256":
		if strings.Trim(small, "0123456789abcdef") != "" {
			return "sha256 gives the digits and the letters from a to f", ""
		}
		if small != string(text) {
			return "sha256 gives small letters only", fmt.Sprintf("write %q", small)
		}
	}
	return "", ""
}
