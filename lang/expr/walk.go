package expr

import "github.com/trayecto/trayecto/lang/types"

// Children lists the expressions directly inside e, in the order of writing.
func Children(e Expr) []Expr { return children(e, nil) }

// children is Children in the memory of into, where it needs any.
func children(e Expr, into []Expr) []Expr {
	switch e := e.(type) {
	case Aggregate:
		return some(into, e.Of.Where)
	case Did:
		return some(into, e.Of.Where)
	case FollowedBy:
		return some(some(into, e.First.Where), e.Then.Where)
	case Compare:
		return append(into, e.Left, e.Right)
	case And:
		return e.Terms
	case Or:
		return e.Terms
	case Not:
		return append(into, e.Term)
	case Is:
		return append(into, e.Term)
	case OneOf:
		return append(into, e.Of)
	case IsSet:
		return append(into, e.Of)
	case Coalesce:
		return e.Terms
	case Within:
		return append(into, e.Of)
	case Call:
		return e.Args
	case Any:
		return some(into, e.Where)
	case Literal, Attribute, Field, Record, Member, Reachable, Suppressed, Excluded:
		return nil
	}
	return nil
}

func some(into []Expr, e Expr) []Expr {
	if e == nil {
		return into
	}
	return append(into, e)
}

// Walk calls visit for e and everything inside it, parents first. A nil e is
// nothing. Visit returns false to leave out what is inside.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	var few [2]Expr // most have no more inside, and need no memory for this
	for _, child := range children(e, few[:0]) {
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
