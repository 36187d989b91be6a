package prove

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// reader turns expressions of a program into claims over a space. Readers of
// two programs may fill one space: what has the same name is the same variable,
// which is how two versions of a segment are compared.
type reader struct {
	*space
	program *ir.Program
}

// read is the claim of a condition.
func (r *reader) read(e expr.Expr) *claim {
	switch e := e.(type) {
	case expr.And:
		return all(r.readAll(e.Terms)...)
	case expr.Or:
		return some(r.readAll(e.Terms)...)
	case expr.Not:
		return negation(r.read(e.Term))
	case expr.Is:
		return is(r.read(e.Term), e.Verdict)
	case expr.Compare:
		return r.comparison(e)
	case expr.OneOf:
		return r.value(e, e.Of, test{kind: isOneOf, values: e.Values})
	case expr.IsSet:
		return r.value(e, e.Of, test{kind: isSet})
	case expr.Within:
		return r.within(e)
	case expr.Did:
		return r.atLeastOne(r.count(e.Of, e.Window), e)
	case expr.FollowedBy:
		return r.sequence(e)
	case expr.Member:
		return is(r.segment(e.Segment), expr.True)
	case expr.Reachable:
		return is(r.reachable(e), expr.True)
	case expr.Suppressed:
		return r.suppressed(e)
	case expr.Excluded:
		return r.excluded(e)
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Coalesce, expr.Call:
		return r.value(e, e, test{kind: isTruth})
	case expr.Any:
	}
	return r.takenAsItComes(e)
}

func (r *reader) readAll(list []expr.Expr) []*claim {
	out := make([]*claim, len(list))
	for i, e := range list {
		out[i] = r.read(e)
	}
	return out
}

func (r *reader) remembered(name string, make func() *claim) *claim {
	key := claimKey{r.program, name}
	if known := r.claims[key]; known != nil {
		return known
	}
	c := make()
	r.claims[key] = c
	return c
}

func (r *reader) segment(address string) *claim {
	return r.remembered(address, func() *claim {
		at, ok := slices.BinarySearchFunc(r.program.Segments, address, func(s ir.Segment, a string) int { return strings.Compare(s.Address, a) })
		if !ok {
			return constant(expr.False)
		}
		return r.read(r.program.Segments[at].Where)
	})
}

// reachable is the consent rules, spelled out.
func (r *reader) reachable(e expr.Reachable) *claim {
	return r.remembered(expr.Print(e), func() *claim {
		if e.Consented {
			return r.read(r.program.Consented(e.Purpose, e.Channel))
		}
		allowed, err := r.program.Allowed(e.Purpose, e.Channel)
		if err != nil { // not declared: nobody
			return constant(expr.False)
		}
		return r.read(allowed)
	})
}

// comparison is about its side that is no constant. Two sides that are none are
// taken as they come, except that a thing equals itself.
func (r *reader) comparison(e expr.Compare) *claim {
	left, right, op := e.Left, e.Right, e.Op
	if _, constant := left.(expr.Literal); constant {
		left, right, op = right, left, turned[op]
	}
	if literal, ok := right.(expr.Literal); ok {
		return r.value(e, left, test{kind: isComparison, compare: op, values: []types.Value{literal.Value}})
	}
	if expr.Print(left) == expr.Print(right) && expr.TypeOf(left) != types.Type(types.Duration) {
		set := r.value(expr.IsSet{Of: left}, left, test{kind: isSet})
		if op == expr.Equal || op == expr.LessEqual || op == expr.GreaterEqual {
			return split(set, constant(expr.Unknown))
		}
		return split(constant(expr.Unknown), negation(set))
	}
	c := r.takenAsItComes(e)
	for _, side := range []expr.Expr{left, right} {
		if about, ok := r.plain(side); ok {
			r.tieSet(c.about, about)
		}
	}
	return c
}

// value is a test of what an expression is worth. Whole is the condition, for
// what has to be taken as it comes.
func (r *reader) value(whole, of expr.Expr, t test) *claim {
	if !told(t.values) {
		if len(t.values) == 1 && types.IsNull(t.values[0]) {
			return constant(expr.Unknown)
		}
		return r.takenAsItComes(whole)
	}
	switch e := of.(type) {
	case expr.Literal:
		return constant(t.verdict(e.Value))
	case expr.Coalesce:
		return r.coalesce(whole, e, t)
	case expr.Attribute:
		if a, ok := r.program.Person.AttributeNamed(e.Path[0]); ok && a.Value != nil && len(e.Path) == 1 {
			return r.computed(whole, a, t)
		}
	case expr.Aggregate:
		if e.Op == expr.Count {
			about := r.count(e.Of, e.Window)
			if about < 0 {
				return constant(expr.Unknown)
			}
			return r.asks(about, t, whole)
		}
	case expr.Call:
		if t.kind == isSet && (e.Func == "lower" || e.Func == "sha256") { // null of nothing, and of nothing else
			return r.value(whole, e.Args[0], t)
		}
	case expr.Field, expr.Record:
	default:
		return r.tableOf(r.read(of), t)
	}
	about, _ := r.plain(of)
	return r.asks(about, t, whole)
}

// tableOf is a test of a condition's verdict taken as a value.
func (r *reader) tableOf(of *claim, t test) *claim {
	return tabled(of, [3]expr.Verdict{t.verdict(types.Truth(true)), t.verdict(types.Truth(false)), t.verdict(types.Null{})})
}

func (r *reader) computed(whole expr.Expr, a ir.Attribute, t test) *claim {
	if a.Type == types.Type(types.Bool) {
		truth := r.remembered("person."+a.Name, func() *claim { return r.value(a.Value, a.Value, test{kind: isTruth}) })
		return r.tableOf(truth, t)
	}
	return r.value(whole, a.Value, t)
}

// coalesce asks the first term, and where that is null the others.
func (r *reader) coalesce(whole expr.Expr, e expr.Coalesce, t test) *claim {
	first := r.value(whole, e.Terms[0], t)
	if len(e.Terms) == 1 {
		return first
	}
	set := is(r.value(expr.IsSet{Of: e.Terms[0]}, e.Terms[0], test{kind: isSet}), expr.True)
	rest := r.coalesce(whole, expr.Coalesce{Place: e.Place, Terms: e.Terms[1:]}, t)
	unset := is(set, expr.False)
	return split(
		some(all(set, is(first, expr.True)), all(unset, is(rest, expr.True))),
		negation(some(all(set, is(first, expr.False)), all(unset, is(rest, expr.False)))),
	)
}

// plain is the variable of something that is known as it is.
func (r *reader) plain(of expr.Expr) (about int, ok bool) {
	t := expr.TypeOf(of)
	v := variable{kind: valued, of: of, typ: t}
	switch e := of.(type) {
	case expr.Attribute:
		v.stable, v.never = r.lasting(e.Path), r.identity(e.Path)
	case expr.Field:
		v.stable = e.Of == expr.Entry && len(e.Path) == 1
		v.never = len(e.Path) == 1 && e.Path[0] == "at"
	case expr.Record:
		return r.record(e), true
	case expr.Aggregate:
		if e.Op == expr.Count { // never null, and so nothing that an event is needed for
			return 0, false
		}
		return r.fold(e, v), true
	case expr.Call:
	default:
		return 0, false
	}
	about, made := r.variable("value of "+expr.Print(of)+" as "+class(t), v)
	if !made {
		r.vars[about].typ = either(r.vars[about].typ, t)
	}
	return about, true
}

// class is the type as far as it decides what can be compared.
func class(t types.Type) string {
	if t == nil { // of a declaration that says none, which is told there
		return ""
	}
	if types.Textual(t) {
		return "text"
	}
	return t.String()
}

// either is the type that has the values of both: two versions of a program may
// know different words.
func either(a, b types.Type) types.Type {
	words, one := a.(types.Enum)
	more, other := b.(types.Enum)
	switch {
	case one && other:
		out := types.Enum{Values: slices.Clone(words.Values)}
		for _, w := range more.Values {
			if !out.Has(w) {
				out.Values = append(out.Values, w)
			}
		}
		return out
	case one:
		return b
	}
	return a
}

// lasting tells whether an attribute does not change inside a journey.
func (r *reader) lasting(path []string) bool {
	if _, key := r.program.Person.KeyNamed(path[0]); key {
		return len(path) == 1 && path[0] == r.program.Person.Keys[0].Name
	}
	a, ok := r.program.Person.AttributeNamed(path[0])
	return ok && a.Stable && len(path) == 1 && a.FreshFor.IsZero()
}

// identity tells whether it is the first key, which is never null.
func (r *reader) identity(path []string) bool {
	keys := r.program.Person.Keys
	return len(path) == 1 && len(keys) > 0 && keys[0].Name == path[0]
}

// fold is the variable of an aggregate that is no count; where it is set, there
// is an event.
func (r *reader) fold(e expr.Aggregate, v variable) int {
	about, made := r.variable("value of "+expr.Print(e)+" as "+class(e.Type), v)
	if !made {
		return about
	}
	if of := r.streamOf(e.Of); of != nil {
		of.past.facts = append(of.past.facts, about)
		r.tieAtLeast(about, r.countOf(of, e.Window), 1)
	}
	return about
}

func (r *reader) atLeastOne(about int, whole expr.Expr) *claim {
	if about < 0 {
		return constant(expr.False)
	}
	one := []types.Value{types.Decimal{Decimal: decimal.NewFromInt(1)}}
	return r.asks(about, test{kind: isComparison, compare: expr.GreaterEqual, values: one}, whole)
}

// sequence is taken as it comes, except that both of its parts happened.
func (r *reader) sequence(e expr.FollowedBy) *claim {
	first, then := r.count(e.First, e.Window), r.count(e.Then, e.Window)
	if first < 0 || then < 0 {
		return constant(expr.False)
	}
	about, made := r.variable("verdict of "+expr.Print(e), variable{kind: decided, of: e})
	if made {
		least := int64(1)
		if first == then {
			least = 2
		}
		r.tieAtLeast(about, first, least)
		r.tieAtLeast(about, then, least)
		r.vars[first].stream.past.pairs = append(r.vars[first].stream.past.pairs, about)
	}
	return r.asks(about, test{kind: isTruth}, e)
}

// within is an age. The age of the latest event is a matter of counts.
func (r *reader) within(e expr.Within) *claim {
	if last, ok := e.Of.(expr.Aggregate); ok && last.Field == "at" && (last.Op == expr.Last || last.Op == expr.Max) {
		if c := r.latest(e, last); c != nil {
			return c
		}
	}
	if literal, ok := e.Of.(expr.Literal); ok && types.IsNull(literal.Value) {
		return constant(expr.Unknown)
	}
	about, ok := r.plain(e.Of)
	if !ok {
		return r.takenAsItComes(e)
	}
	kind, key := aged, "age of "
	if e.Length.Calendar() {
		kind, key = agedLong, "long age of "
	}
	of := r.vars[about]
	age, made := r.variable(key+strings.TrimPrefix(of.key, "value of "), variable{kind: kind, of: e.Of})
	if made {
		r.tieNull(age, about)
		r.tieExpiry(e.Of, age)
	}
	return r.asks(age, test{kind: isWithin, span: e.Length}, e)
}

// latest is since(last(event.x.at, w), "30d"): true if there is one in the
// shorter of the two, false if there is one only in the longer. It is nil where
// it is not certain which is shorter.
func (r *reader) latest(e expr.Within, last expr.Aggregate) *claim {
	length := expr.Window{Length: e.Length}
	some := func(w expr.Window) *claim { return r.atLeastOne(r.count(last.Of, w), e) }
	switch {
	case notWider(length, last.Window):
		return split(some(length), negation(all(some(last.Window), negation(some(length)))))
	case notWider(last.Window, length):
		return split(some(last.Window), constant(expr.Unknown))
	}
	return nil
}
