package expr

import "github.com/trayecto/trayecto/lang/types"

// Children lists the expressions directly inside e, in the order of writing.
func Children(e Expr) []Expr {
	switch e := e.(type) {
	case Aggregate:
		return some(e.Of.Where)
	case Did:
		return some(e.Of.Where)
	case FollowedBy:
		return some(e.First.Where, e.Then.Where)
	case Compare:
		return []Expr{e.Left, e.Right}
	case And:
		return e.Terms
	case Or:
		return e.Terms
	case Not:
		return []Expr{e.Term}
	case Is:
		return []Expr{e.Term}
	case OneOf:
		return []Expr{e.Of}
	case IsSet:
		return []Expr{e.Of}
	case Coalesce:
		return e.Terms
	case Within:
		return []Expr{e.Of}
	case Call:
		return e.Args
	case Any:
		return some(e.Where)
	case Literal, Attribute, Field, Record, Member, Reachable, Suppressed, Excluded:
		return nil
	}
	return nil
}

func some(exprs ...Expr) []Expr {
	var out []Expr
	for _, e := range exprs {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

// Walk calls visit for e and everything inside it, parents first. A nil e is
// nothing. Visit returns false to leave out what is inside.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, child := range Children(e) {
		Walk(child, visit)
	}
}

// Sources lists the streams that e itself reads, not those of its children.
func Sources(e Expr) []Source {
	switch e := e.(type) {
	case Aggregate:
		return []Source{e.Of}
	case Did:
		return []Source{e.Of}
	case FollowedBy:
		return []Source{e.First, e.Then}
	case Literal, Attribute, Field, Record, Compare, And, Or, Not, Is, OneOf, IsSet, Coalesce, Within, Member, Reachable, Suppressed,
		Excluded, Call, Any:
		return nil
	}
	return nil
}

// TypeOf is the type of e's value; predicates are types.Bool.
func TypeOf(e Expr) types.Type {
	switch e := e.(type) {
	case Literal:
		return e.Type
	case Attribute:
		return e.Type
	case Field:
		return e.Type
	case Record:
		if e.Fact == State {
			return types.String
		}
		return types.Timestamp
	case Aggregate:
		return e.Type
	case Coalesce:
		return shared(e.Terms)
	case Call:
		return e.Type
	case Did, FollowedBy, Compare, And, Or, Not, Is, OneOf, IsSet, Within, Member, Reachable, Suppressed, Excluded, Any:
		return types.Bool
	}
	return types.Bool
}

// shared is the type of alternatives: that of all of them, or string where a
// text stands beside another kind of text.
func shared(terms []Expr) types.Type {
	t := TypeOf(terms[0])
	for _, term := range terms[1:] {
		if TypeOf(term).String() != t.String() {
			return types.String
		}
	}
	return t
}
