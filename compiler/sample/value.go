package sample

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func literal(v types.Value, t types.Type) expr.Literal { return expr.Literal{Value: v, Type: t} }

func field(name string, t types.Type) expr.Field {
	return expr.Field{Of: expr.It, Path: []string{name}, Type: t}
}

// typ is a type that something here has.
func (c condition) typ() types.Type {
	known := c.program.Person.Attributes
	if c.it != nil && !chance(c.src, 3) {
		if n := c.src.IntN(len(c.it) + 1); n < len(c.it) {
			return plain(c.it[n].Type)
		}
		return types.Timestamp
	}
	if chance(c.src, 3) && c.has(Aggregates) {
		return one(c.src, []types.Type{types.Number, types.Money})
	}
	return plain(one(c.src, known).Type)
}

// plain is the type of an object's key for an object.
func plain(t types.Type) types.Type {
	if _, ok := t.(types.Object); ok {
		return types.String
	}
	return t
}

// value is something of the type: most often an attribute or a field.
func (c condition) value(t types.Type) expr.Expr {
	switch c.src.IntN(8) {
	case 0:
		if c.has(Coalesces) {
			return expr.Coalesce{Terms: []expr.Expr{c.stored(t), literal(c.constant(c.src, t), t)}}
		}
	case 1:
		if c.has(Calls) && t == types.String {
			return expr.Call{Func: "lower", Args: []expr.Expr{c.stored(t)}, Type: types.String}
		}
	case 2, 3, 4:
		if e, ok := c.aggregate(t); ok {
			return e
		}
	}
	return c.stored(t)
}

// stored is an attribute or a field of the type, or a constant where there is none.
func (c condition) stored(t types.Type) expr.Expr {
	var all []expr.Expr
	for _, f := range c.it {
		all = append(all, c.paths(f.Name, f.Type, t, func(path []string) expr.Expr {
			return expr.Field{Of: expr.It, Path: path, Type: t}
		})...)
	}
	if c.it != nil && t == types.Timestamp {
		all = append(all, field("at", t))
	}
	if len(all) > 0 && !chance(c.src, 4) {
		return one(c.src, all)
	}
	for _, a := range c.program.Person.Attributes {
		if c.it != nil && a.Value != nil {
			continue
		}
		all = append(all, c.paths(a.Name, a.Type, t, func(path []string) expr.Expr {
			return expr.Attribute{Path: path, Type: t}
		})...)
	}
	if len(all) == 0 {
		return literal(c.constant(c.src, t), t)
	}
	return one(c.src, all)
}

// paths lists the ways from a name of type has to a value of type want: the
// thing itself, or through one object.
func (c condition) paths(name string, has, want types.Type, make func([]string) expr.Expr) []expr.Expr {
	if has.String() == want.String() {
		return []expr.Expr{make([]string{name})}
	}
	reference, ok := has.(types.Object)
	if !ok {
		return nil
	}
	object, ok := ir.Find(c.program.Objects, reference.String())
	if !ok {
		return nil
	}
	var out []expr.Expr
	if object.Key.Type.String() == want.String() {
		out = append(out, make([]string{name, object.Key.Name}))
	}
	for _, a := range object.Attributes {
		if a.Type.String() == want.String() {
			out = append(out, make([]string{name, a.Name}))
		}
	}
	return out
}

// aggregate is a fold of events into a value of the type, if there is one.
func (c condition) aggregate(t types.Type) (expr.Expr, bool) {
	if !c.has(Aggregates) || c.it != nil {
		return nil, false
	}
	if t == types.Number && chance(c.src, 2) {
		return expr.Aggregate{Op: expr.Count, Of: c.source(c.src, c.program, 1), Type: t, Window: c.window(c.src)}, true
	}
	source := c.without(Outcomes).source(c.src, c.program, 1)
	base, _, _ := c.program.Base(source.Event)
	a := expr.Aggregate{Op: one(c.src, folds(t)), Of: source, Type: t, Window: c.window(c.src)}
	if a.Op == expr.Percentile {
		a.Share = exact(one(c.src, shares))
	}
	for _, f := range base.Fields {
		if f.Type.String() == t.String() {
			a.Field = f.Name
			return a, true
		}
	}
	a.Field = "at"
	return a, t == types.Timestamp
}

// folds lists the aggregates over values of a type.
func folds(t types.Type) []expr.Op {
	ops := []expr.Op{expr.First, expr.Last}
	if types.Ordered(t) && t != types.Duration {
		ops = append(ops, expr.Min, expr.Max, expr.Percentile)
	}
	if types.Numeric(t) {
		ops = append(ops, expr.Sum, expr.Avg, expr.Sum, expr.Avg)
	}
	return ops
}
