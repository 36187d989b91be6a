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
	expr.Walk(e, func(e expr.Expr) bool {
		for _, source := range expr.Sources(e) {
			p.spelling(source.Where)
		}
		of, values := compares(e)
		for _, v := range values {
			if why, instead := neverGiven(of, v); why != "" {
				p.say(diag.Diagnostic{
					At: e.Range(), Mark: fmt.Sprintf("never %q", v),
					Detail: fmt.Sprintf("%s: %s never is %q and never has it inside.", why, expr.Print(of), v), Help: instead,
				})
			}
		}
		return true
	})
}

// compares is what an expression compares with texts, and the texts.
func compares(e expr.Expr) (expr.Expr, []types.Value) {
	switch e := e.(type) {
	case expr.Compare:
		if literal, ok := e.Left.(expr.Literal); ok {
			return e.Right, []types.Value{literal.Value}
		}
		if literal, ok := e.Right.(expr.Literal); ok {
			return e.Left, []types.Value{literal.Value}
		}
	case expr.OneOf:
		return e.Of, e.Values
	case expr.Call:
		if (e.Func != "contains" && e.Func != "starts_with") || len(e.Args) != 2 {
			return nil, nil
		}
		if literal, ok := e.Args[1].(expr.Literal); ok {
			return e.Args[0], []types.Value{literal.Value}
		}
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not, expr.Is,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return nil, nil
}

// neverGiven is why a function never gives a text, or one that has it inside, and
// what to write instead; "" where it may.
func neverGiven(of expr.Expr, v types.Value) (why, instead string) {
	call, isCall := of.(expr.Call)
	text, isText := v.(types.Text)
	if !isCall || !isText {
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
