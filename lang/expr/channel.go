package expr

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// Channels reads [channel.a, channel.b] or prefer(value, [...]); prefer is nil
// without a wish of the person's.
func Channels(e hclsyntax.Expression, s *Scope) (list []string, prefer Expr, found diag.List) {
	c := newCompiler(s)
	e = bare(e)
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "prefer" {
		if !c.arguments(call, 2, 2) {
			return nil, nil, c.found
		}
		prefer = c.preferred(call.Args[0])
		return c.channels(call.Args[1]), prefer, c.found
	}
	return c.channels(e), nil, c.found
}

func (c *compiler) channels(e hclsyntax.Expression) []string {
	items, ok := bare(e).(*hclsyntax.TupleConsExpr)
	if !ok {
		d := diag.Diagnostic{Rule: notChannels, At: At(e.Range()), Help: "write [channel.x]"}
		if ref, isRef := c.refer(e); isRef && ref.Kind == "channel" {
			d.Help = "write [" + ref.String() + "]"
		}
		c.report(d)
		return nil
	}
	var out []string
	for _, item := range items.Exprs {
		if channel := c.resolve(item, []string{"channel"}); channel != "" {
			out = append(out, channel)
		}
	}
	return out
}

// preferred is the value that names the person's channel.
func (c *compiler) preferred(e hclsyntax.Expression) Expr {
	value := c.expr(e)
	if value == nil {
		return nil
	}
	_, constant := value.(Literal)
	if t := TypeOf(value); constant || !types.Textual(t) {
		c.report(diag.Diagnostic{
			Rule: argumentType, At: value.Range(), Mark: "this is " + kindOf(t),
			Detail: "prefer takes what is known of the person: an attribute that holds the name of a channel.",
		})
		return nil
	}
	return value
}
