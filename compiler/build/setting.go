package build

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// settings is every argument of a block whose names only the target knows.
func (r *reader) settings() []ir.Setting {
	var out []ir.Setting
	for _, a := range r.block.Args {
		if s, ok := r.setting(a.Name, a.Expr); ok {
			out = append(out, s)
		}
	}
	return out
}

// setting keeps env("NAME") as the name: what the variable holds may be a
// secret and never enters a program.
func (r *reader) setting(name string, e hclsyntax.Expression) (ir.Setting, bool) {
	s := ir.Setting{Name: name, At: expr.At(e.Range())}
	switch e := e.(type) {
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "env" {
			s.Env = r.envName(e)
			return s, s.Env != ""
		}
	case *hclsyntax.ObjectConsExpr:
		s.Map = r.settingMap(e)
		return s, true
	}
	v, found := expr.Fold(e, r.scope)
	r.sayAll(found)
	if v == cty.NilVal || v.IsNull() {
		return s, false
	}
	return r.settingValue(s, v)
}

func (r *reader) envName(call *hclsyntax.FunctionCallExpr) string {
	if len(call.Args) == 1 {
		v, found := expr.Fold(call.Args[0], r.scope)
		if len(found) > 0 {
			r.sayAll(found)
			return ""
		}
		if v != cty.NilVal && !v.IsNull() && v.Type() == cty.String && v.AsString() != "" {
			return v.AsString()
		}
	}
	r.say(diag.Diagnostic{
		Rule: NoConstant, At: expr.At(call.Range()), Mark: "which variable?",
		Detail: "env takes the name of one environment variable.", Help: `write env("NAME")`,
	})
	return ""
}

func (r *reader) settingMap(e *hclsyntax.ObjectConsExpr) []ir.Setting {
	var out []ir.Setting
	for _, item := range e.Items {
		name, ok := r.keyOf(item)
		if !ok {
			continue
		}
		if s, ok := r.setting(name, item.ValueExpr); ok {
			out = append(out, s)
		}
	}
	return out
}

// keyOf is the name on the left in { name = value }.
func (r *reader) keyOf(item hclsyntax.ObjectConsItem) (string, bool) {
	if word := hcl.ExprAsKeyword(item.KeyExpr); word != "" {
		return word, true
	}
	key, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
	if !ok {
		return "", false
	}
	v, found := expr.Fold(key.Wrapped, r.scope)
	r.sayAll(found)
	if v == cty.NilVal || v.IsNull() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

func (r *reader) settingValue(s ir.Setting, v cty.Value) (ir.Setting, bool) {
	if t := v.Type(); t.IsObjectType() || t.IsMapType() {
		for it := v.ElementIterator(); it.Next(); { // cty walks names in order
			key, value := it.Element()
			if nested, ok := r.settingValue(ir.Setting{Name: key.AsString(), At: s.At}, value); ok {
				s.Map = append(s.Map, nested)
			}
		}
		return s, true
	}
	value, ok := plainValue(v)
	if !ok {
		r.say(diag.Diagnostic{Rule: NoConstant, At: s.At, Mark: described(v), Detail: s.Name + " takes a text, a number, true or false, a list of them, or { name = value }."})
	}
	s.Value = value
	return s, ok
}

// plainValue is a constant as a value of ours.
func plainValue(v cty.Value) (types.Value, bool) {
	switch t := v.Type(); {
	case v.IsNull():
		return nil, false
	case t == cty.String:
		return types.Text(v.AsString()), true
	case t == cty.Bool:
		return types.Truth(v.True()), true
	case t == cty.Number:
		d, err := types.NewDecimal(numeral(v))
		return d, err == nil
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		list := types.Values{}
		for _, item := range v.AsValueSlice() {
			value, ok := plainValue(item)
			if !ok {
				return nil, false
			}
			list = append(list, value)
		}
		return list, true
	}
	return nil, false
}
