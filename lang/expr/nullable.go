package expr

import "github.com/trayecto/trayecto/lang/types"

// Nullable tells whether the value of e can be null for somebody. Conditions
// count as nullable where they can be unknown.
func Nullable(e Expr, s *Scope) bool {
	switch e := e.(type) {
	case Literal:
		return types.IsNull(e.Value)
	case Attribute:
		return nullablePath(s.Person, e.Path, s)
	case Field:
		if e.Of == Entry {
			return nullablePath(s.Entry, e.Path, s)
		}
		return nullablePath(s.It, e.Path, s)
	case Record:
		return e.Fact != State
	case Aggregate:
		return e.Op != Count
	case Coalesce:
		return allOf(e.Terms, s)
	case Call:
		return anyOf(e.Args, s) || e.Func == "date" || e.Func == "timestamp"
	case Compare:
		return Nullable(e.Left, s) || Nullable(e.Right, s)
	case And:
		return anyOf(e.Terms, s)
	case Or:
		return anyOf(e.Terms, s)
	case Not:
		return Nullable(e.Term, s)
	case OneOf:
		return Nullable(e.Of, s)
	case Within:
		return Nullable(e.Of, s)
	case Did, FollowedBy, Is, IsSet, Member, Reachable, Suppressed, Excluded, Any:
		return false
	}
	return true
}

func allOf(terms []Expr, s *Scope) bool {
	for _, t := range terms {
		if !Nullable(t, s) {
			return false
		}
	}
	return true
}

func anyOf(terms []Expr, s *Scope) bool {
	for _, t := range terms {
		if Nullable(t, s) {
			return true
		}
	}
	return false
}

// nullablePath follows names through objects: one missing step is enough.
func nullablePath(shape *Shape, path []string, s *Scope) bool {
	for _, name := range path {
		field, ok := shape.field(name)
		if !ok || field.Nullable {
			return true
		}
		if object, is := field.Type.(types.Object); is {
			shape = s.Objects[object.String()]
		}
	}
	return false
}
