package expr

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// Functions is the functions of constants, for Scope.Constants: those of
// package funcs that are about texts alone, and a few for building lists,
// objects and texts.
func Functions() map[string]function.Function {
	out := map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "coalesce": stdlib.CoalesceFunc, "concat": stdlib.ConcatFunc,
		"distinct": stdlib.DistinctFunc, "flatten": stdlib.FlattenFunc, "floor": stdlib.FloorFunc, "format": stdlib.FormatFunc,
		"join": stdlib.JoinFunc, "keys": stdlib.KeysFunc, "length": stdlib.LengthFunc, "max": stdlib.MaxFunc,
		"merge": stdlib.MergeFunc, "min": stdlib.MinFunc, "range": stdlib.RangeFunc, "replace": stdlib.ReplaceFunc,
		"sort": stdlib.SortFunc, "split": stdlib.SplitFunc, "trimspace": stdlib.TrimSpaceFunc, "upper": stdlib.UpperFunc,
		"values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	}
	for _, f := range funcs.All {
		if adapted, ok := adapt(f); ok {
			out[f.Name] = adapted
		}
	}
	return out
}

// adapt makes a function of texts one of cty's.
func adapt(f *funcs.Func) (function.Function, bool) {
	result, known := ctyOf(f.Result)
	if f.Timed || !known {
		return function.Function{}, false
	}
	spec := &function.Spec{Description: f.Doc, Type: function.StaticReturnType(result)}
	for _, p := range f.Params {
		if len(p.Types) != 1 || p.Types[0] != types.Type(types.String) {
			return function.Function{}, false
		}
		spec.Params = append(spec.Params, function.Parameter{Name: p.Name, Type: cty.String})
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		values := make([]types.Value, len(args))
		for i, a := range args {
			values[i] = types.Text(a.AsString())
		}
		return toCty(f.Apply(funcs.Env{}, values)), nil
	}
	return function.New(spec), true
}

func ctyOf(t types.Type) (cty.Type, bool) {
	switch t {
	case types.String:
		return cty.String, true
	case types.Bool:
		return cty.Bool, true
	}
	return cty.NilType, false
}

func toCty(v types.Value) cty.Value {
	if truth, ok := v.(types.Truth); ok {
		return cty.BoolVal(bool(truth))
	}
	return cty.StringVal(types.Spell(v))
}

// constantRoot is the constant that a first word stands for.
func (s *Scope) constantRoot(name string) (cty.Value, bool) {
	for ctx := s.Constants; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[name]; ok {
			return v, true
		}
	}
	return cty.NilVal, false
}

// constantFunction is a function of constants.
func (s *Scope) constantFunction(name string) (function.Function, bool) {
	for ctx := s.Constants; ctx != nil; ctx = ctx.Parent() {
		if f, ok := ctx.Functions[name]; ok {
			return f, true
		}
	}
	return function.Function{}, false
}
