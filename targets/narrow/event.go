package narrow

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var mirrored = map[expr.Comparison]expr.Comparison{
	expr.Equal: expr.Equal, expr.NotEqual: expr.NotEqual, expr.Less: expr.Greater, expr.LessEqual: expr.GreaterEqual,
	expr.Greater: expr.Less, expr.GreaterEqual: expr.LessEqual,
}

// Mirrored is a comparison with its sides changed: 3 < x says x > 3.
func Mirrored(op expr.Comparison) expr.Comparison { return mirrored[op] }

// Having is a source of fewer events: those for which a condition holds as well.
func Having(s expr.Source, also expr.Expr) expr.Source {
	if s.Where == nil {
		s.Where = also
		return s
	}
	s.Where = expr.And{Place: expr.Place{At: s.At}, Terms: []expr.Expr{s.Where, also}}
	return s
}

// Folded is the field of each event that an aggregate folds.
func Folded(e expr.Aggregate) expr.Expr {
	return expr.Field{Of: expr.It, Path: []string{e.Field}, Type: e.Type}
}

// AboutEvent tells whether a condition asks what the event at hand carries. What
// the events of a stream carry is another thing, unless it is compared with that.
func AboutEvent(e expr.Expr) bool { return about(e, false) }

func about(e expr.Expr, stream bool) bool {
	found := false
	expr.Walk(e, func(inner expr.Expr) bool {
		if field, is := inner.(expr.Field); is {
			found = found || !stream || field.Of == expr.Entry
		}
		for _, s := range expr.Sources(inner) {
			found = found || s.Where != nil && about(s.Where, true)
		}
		return len(expr.Sources(inner)) == 0
	})
	return found
}

// AllTexts tells whether values are texts, and there is at least one.
func AllTexts(values []types.Value) bool {
	for _, v := range values {
		if _, text := v.(types.Text); !text {
			return false
		}
	}
	return len(values) > 0
}

// Extreme is a maximum or a minimum compared with a value, asked by whether
// there is an event beyond it: platforms count events and fold nothing.
func Extreme(e expr.Compare, of expr.Aggregate) expr.Expr {
	did := func(op expr.Comparison) expr.Expr {
		beyond := expr.Compare{Op: op, Left: Folded(of), Right: e.Right}
		return expr.Did{Place: of.Place, Of: Having(of.Of, beyond), Window: of.Window}
	}
	reached, past := expr.GreaterEqual, expr.Greater
	op := e.Op
	if of.Op == expr.Min {
		reached, past, op = expr.LessEqual, expr.Less, mirrored[e.Op]
	}
	known := expr.IsSet{Of: of}
	switch op {
	case expr.GreaterEqual:
		return did(reached)
	case expr.Greater:
		return did(past)
	case expr.Less:
		return expr.And{Terms: []expr.Expr{known, expr.Not{Term: did(reached)}}}
	case expr.LessEqual:
		return expr.And{Terms: []expr.Expr{known, expr.Not{Term: did(past)}}}
	case expr.Equal:
		return expr.And{Terms: []expr.Expr{did(expr.Equal), expr.Not{Term: did(past)}}}
	case expr.NotEqual:
		return expr.And{Terms: []expr.Expr{known, expr.Or{Terms: []expr.Expr{did(past), expr.Not{Term: did(reached)}}}}}
	}
	panic("narrow: a comparison that is none of the cases")
}

// Singly is a form in which no question is about several values that are no
// texts: filters of events know sets of texts only.
func Singly(f Form) Form {
	switch f := f.(type) {
	case All:
		out := All{}
		for _, term := range f {
			out = append(out, Singly(term))
		}
		return out
	case Some:
		out := Some{}
		for _, term := range f {
			out = append(out, Singly(term))
		}
		return out
	case Atom:
		set, ok := f.Of.(expr.OneOf)
		if !ok || AllTexts(set.Values) {
			return f
		}
		return oneByOne(set, f.Negated)
	}
	panic("narrow: a form that is none of the cases")
}

func oneByOne(set expr.OneOf, negated bool) Form {
	some, all := Some{}, All{}
	for _, v := range set.Values {
		e := expr.Compare{Place: set.Place, Op: expr.Equal, Left: set.Of, Right: expr.Literal{Value: v, Type: expr.TypeOf(set.Of)}}
		some = append(some, Atom{Of: e})
		e.Op = expr.NotEqual
		all = append(all, Atom{Of: e})
	}
	if negated {
		return all
	}
	return some
}

// Chosen is events that fit all of some filters, of people for whom all of some
// conditions hold.
type Chosen struct {
	Source expr.Source
	Person []expr.Expr
}

// Choose writes the condition of a source as one list of filters for each way
// to fit it. The error is a *TooLarge.
func Choose(form Form, s expr.Source, most int) ([]Chosen, error) {
	products, err := Products(Singly(form), most)
	if err != nil {
		return nil, err
	}
	out := make([]Chosen, len(products))
	for i, product := range products {
		out[i].Source = s
		out[i].Source.Where = nil
		for _, a := range product {
			e := a.Of
			if a.Negated {
				e = expr.Not{Term: e}
			}
			if !AboutEvent(e) {
				out[i].Person = append(out[i].Person, e)
				continue
			}
			out[i].Source = Having(out[i].Source, e)
		}
	}
	return out, nil
}
