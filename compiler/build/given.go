package build

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// givens is every argument of the block as a value of the shape's field.
func (r *reader) givens(shape *expr.Shape) []ir.Given {
	var out []ir.Given
	for _, a := range r.block.Args {
		if g, ok := r.given(a.Name, a.NameAt, a.Expr, shape); ok {
			out = append(out, g)
		}
	}
	return out
}

// fieldsGiven is { field = value } for an event.
func (r *reader) fieldsGiven(name string, shape *expr.Shape) []ir.Given {
	a, ok := r.block.Get(name)
	if !ok || shape == nil {
		return nil
	}
	object, ok := a.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		r.another(a, "not { field = value }")
		return nil
	}
	var out []ir.Given
	for _, item := range object.Items {
		field, ok := r.keyOf(item)
		if !ok {
			continue
		}
		if g, ok := r.given(field, expr.At(item.KeyExpr.Range()), item.ValueExpr, shape); ok {
			out = append(out, g)
		}
	}
	return out
}

// null tells whether null is written.
func null(e hclsyntax.Expression) bool {
	literal, ok := e.(*hclsyntax.LiteralValueExpr)
	return ok && literal.Val.IsNull()
}

func (r *reader) given(name string, nameAt diag.Range, e hclsyntax.Expression, shape *expr.Shape) (ir.Given, bool) {
	if shape == nil {
		return ir.Given{}, false
	}
	field, ok := shape.Find(name)
	if !ok {
		r.unknownField(name, nameAt, shape)
		return ir.Given{}, false
	}
	if null(e) && field.Nullable { // what is not known
		return ir.Given{Name: name, Value: types.Null{}, At: expr.At(e.Range())}, true
	}
	v, found := expr.Constant(e, r.scope, field.Type)
	r.sayAll(found)
	return ir.Given{Name: name, Value: v, At: expr.At(e.Range())}, v != nil
}
