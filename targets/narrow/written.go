package narrow

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// written is a comparison with computed attributes and derived events written
// out: what is left of it names only what is stored and recorded.
func (n *narrowing) written(e expr.Expr) expr.Expr {
	switch e := e.(type) {
	case expr.Attribute:
		return n.computed(e)
	case expr.Aggregate:
		e.Of = n.source(e.Of)
		return e
	case expr.Did:
		e.Of = n.source(e.Of)
		return e
	case expr.FollowedBy:
		e.First, e.Then = n.source(e.First), n.source(e.Then)
		return e
	case expr.Compare:
		e.Left, e.Right = n.written(e.Left), n.written(e.Right)
		return e
	case expr.OneOf:
		e.Of = n.written(e.Of)
		return e
	case expr.IsSet:
		e.Of = n.written(e.Of)
		return e
	case expr.Within:
		e.Of = n.written(e.Of)
		return e
	case expr.Coalesce:
		e.Terms = n.each(e.Terms)
		return e
	case expr.Call:
		e.Args = n.each(e.Args)
		return e
	case expr.Literal, expr.Field, expr.Record, expr.And, expr.Or, expr.Not, expr.Is, expr.Member, expr.Reachable, expr.Suppressed,
		expr.Excluded, expr.Any:
		return e
	}
	return e
}

func (n *narrowing) each(terms []expr.Expr) []expr.Expr {
	out := make([]expr.Expr, len(terms))
	for i, t := range terms {
		out[i] = n.written(t)
	}
	return out
}

// computed is what an attribute is computed from, where it is.
func (n *narrowing) computed(e expr.Attribute) expr.Expr {
	if len(e.Path) != 1 || n.open[e.Path[0]] {
		return e
	}
	a, declared := n.program.Person.AttributeNamed(e.Path[0])
	if !declared || a.Value == nil {
		return e
	}
	n.open[a.Name] = true
	defer delete(n.open, a.Name)
	return n.written(a.Value)
}

// source is the recorded event of a derived one, under both conditions.
func (n *narrowing) source(s expr.Source) expr.Source {
	if s.Event == "" {
		return s
	}
	base, where, known := n.program.Base(s.Event)
	if !known || base.Address == s.Event {
		return s
	}
	s.Event = base.Address
	switch {
	case where == nil:
	case s.Where == nil:
		s.Where = where
	default:
		s.Where = expr.And{Place: expr.Place{At: s.At}, Terms: []expr.Expr{where, s.Where}}
	}
	return s
}

// Recorded is a source of recorded events: that of a derived one, under both
// conditions.
func Recorded(p *ir.Program, s expr.Source) expr.Source {
	n := narrowing{program: p}
	return n.source(s)
}

// Where is the form of the condition of a source, over the event at hand; true
// when every event counts.
func Where(p *ir.Program, s expr.Source) Form {
	if s.Where == nil {
		return All{}
	}
	return Condition(p, s.Where)
}

// Unset lists the values inside e without which it is unknown, so far as that
// can be: what counts, and what is asked of the record, is always there.
func Unset(e expr.Expr) []expr.Expr {
	switch e := e.(type) {
	case expr.Attribute, expr.Field, expr.Coalesce:
		return []expr.Expr{e}
	case expr.Record:
		if e.Fact != expr.State {
			return []expr.Expr{e}
		}
	case expr.Aggregate:
		if e.Op != expr.Count {
			return []expr.Expr{e}
		}
	case expr.Compare:
		return append(Unset(e.Left), Unset(e.Right)...)
	case expr.OneOf:
		return Unset(e.Of)
	case expr.Within:
		return Unset(e.Of)
	case expr.Call:
		return unsetCall(e)
	case expr.Literal, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not, expr.Is, expr.IsSet, expr.Member, expr.Reachable,
		expr.Suppressed, expr.Excluded, expr.Any:
	}
	return nil
}

// unsetCall is of the arguments, and of the call itself where it gives null for
// texts that it cannot read.
func unsetCall(e expr.Call) []expr.Expr {
	if e.Func == "date" || e.Func == "timestamp" {
		return []expr.Expr{e}
	}
	var out []expr.Expr
	for _, a := range e.Args {
		out = append(out, Unset(a)...)
	}
	return out
}
