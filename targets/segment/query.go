package segment

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/narrow"
)

// most is how many primary expressions a definition may have.
const most = 50

// query is one definition on its way. Narrow writes references out and pushes
// negations down to single comparisons; each of those is printed with a
// question before it, whether its values exist.
type query struct {
	narrow.Clause
	l     *lowering
	event string // whose properties are spoken of inside of where(...); "" outside
}

// query is a definition of something at a place.
func (l *lowering) query(at diag.Range) *query {
	return &query{l: l, Clause: narrow.Clause{Program: l.Program, Platform: l.Platform.Address, Called: "Segment", Keep: "keep what it works out as an attribute", At: at, Most: most}}
}

// inside is what is asked of the events that a definition speaks of.
func (q *query) inside(event string) *query {
	out := q.l.query(q.At)
	out.event = event
	return out
}

// condition is "e is true" in the query language. Nothing comes back where
// something could not be said; it is among found then.
func (q *query) condition(e expr.Expr) (string, bool) {
	out := q.form(narrow.Condition(q.l.Program, e))
	if q.Failed {
		return "", false
	}
	if out.size > most {
		q.RefuseSize(e, &narrow.TooLarge{Terms: out.size, Limit: most})
		return "", false
	}
	return out.text, true
}

// form prints a form. What cannot be said is reported, each at its place.
func (q *query) form(f narrow.Form) words {
	switch f := f.(type) {
	case narrow.All:
		if len(f) == 0 {
			return q.always(true)
		}
		return both(q.forms(f)...)
	case narrow.Some:
		if len(f) == 0 {
			return q.always(false)
		}
		return either(q.forms(f)...)
	case narrow.Atom:
		out, err := q.atom(f)
		if err != nil {
			q.Refuse(f.Of, err)
		}
		return out
	}
	panic("segment: a form that is none of the cases")
}

func (q *query) forms(list []narrow.Form) []words {
	out := make([]words, len(list))
	for i, f := range list {
		out[i] = q.form(f)
	}
	return out
}

// always is true or false of everybody. The language has no word for that, and
// everybody either has a value or has none.
func (q *query) always(holds bool) words {
	subject := "trait('email')"
	if q.event != "" {
		subject = "property('any')"
	}
	has, lacks := primary(subject+".exists()", 0), primary(subject+".absent()", 0)
	if holds {
		return either(has, lacks)
	}
	return both(has, lacks)
}

// again is another way to say an atom.
func (q *query) again(a narrow.Atom, e expr.Expr) (words, error) {
	if a.Negated {
		e = expr.Not{Term: e}
	}
	return q.form(narrow.Condition(q.l.Program, e)), nil
}

// atom is one comparison or one question.
func (q *query) atom(a narrow.Atom) (words, error) {
	switch e := a.Of.(type) {
	case expr.Compare:
		return q.comparison(e)
	case expr.OneOf:
		return q.among(a, e)
	case expr.IsSet:
		return q.known(a, e)
	case expr.Attribute, expr.Field, expr.Aggregate:
		return q.asked(a, e, ".equals(literal(true))")
	case expr.Within:
		return q.within(a, e)
	case expr.Did:
		return q.did(a, e)
	case expr.FollowedBy:
		return q.funnel(a, e)
	case expr.Call:
		return q.call(a, e)
	case expr.Record, expr.Suppressed, expr.Excluded, expr.Literal, expr.Coalesce, expr.Any, expr.And, expr.Or, expr.Not, expr.Is, expr.Member, expr.Reachable:
	}
	return words{}, unsaid(a.Of, "ask for")
}

// unsaid is the refusal of something that there is no word for at all.
func unsaid(e expr.Expr, verb string) error {
	_, record := e.(expr.Record)
	_, suppressed := e.(expr.Suppressed)
	_, excluded := e.(expr.Excluded)
	if record || suppressed || excluded {
		return narrow.Refused(e, "leave consent to the platform that sends: it asks at the moment of the send",
			"Segment keeps no consents, so nobody can be chosen by them there")
	}
	return narrow.Refused(e, "", "Segment cannot %s %s", verb, expr.Print(e))
}

// asked is a comparison, or its negation, of one value, asked only where it is
// there.
func (q *query) asked(a narrow.Atom, of expr.Expr, comparison string) (words, error) {
	v, err := q.operand(of)
	if err != nil {
		return words{}, err
	}
	out := primary(v.text+comparison, v.inner)
	if a.Negated {
		out = negation(out)
	}
	return both(v.there, out), nil
}

// operand is one value on its way to a comparison.
type operand struct {
	text  string
	inner int   // primary expressions inside of it
	there words // asks whether there is one
}

// operand is a stored value, or one that is made of events.
func (q *query) operand(e expr.Expr) (operand, error) {
	if of, aggregate := e.(expr.Aggregate); aggregate {
		return q.folded(of)
	}
	text, err := q.scalar(e)
	return operand{text: text, there: exists(text)}, err
}

func exists(subject string) words { return primary(subject+".exists()", 0) }

// scalar is one value that is stored of a person, or carried by the event at
// hand.
func (q *query) scalar(e expr.Expr) (string, error) {
	switch e := e.(type) {
	case expr.Attribute:
		return q.trait(e)
	case expr.Field:
		return q.property(e)
	case expr.Literal, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return "", unsaid(e, "work out")
}

// trait is Segment's name of an attribute of people.
func (q *query) trait(e expr.Attribute) (string, error) {
	if len(e.Path) != 1 {
		return "", narrow.Refused(e, "", "profiles hold no things that people have to do with, so nothing is known of %s there", strings.Join(e.Path, "."))
	}
	if a, known := q.l.Program.Person.AttributeNamed(e.Path[0]); known && !a.FreshFor.IsZero() {
		return "", narrow.Refused(e, "", "profiles do not say when %s was learned, and after %s it counts as not known", a.Name, a.FreshFor)
	}
	name, err := quoted(q.l.Names.Field(e.Path[0]).Theirs, e)
	return "trait(" + name + ")", err
}

// property is Segment's name of what an event carries.
func (q *query) property(e expr.Field) (string, error) {
	if len(e.Path) != 1 || e.Path[0] == "at" || q.event == "" {
		return "", narrow.Refused(e, "", "Segment filters events by what they carry themselves, and not by %s", expr.Print(e))
	}
	name, err := quoted(q.l.Names.Detail(q.event, e.Path[0]).Theirs, e)
	return "property(" + name + ")", err
}

// quoted is a text in the query language, for which no way is documented to
// write an apostrophe.
func quoted(text string, at expr.Expr) (string, error) {
	for _, r := range text {
		if r == '\'' || r == '\\' || r < ' ' {
			return "", narrow.Refused(at, "compare with a text that has none, or map the value to one", "the query language has no documented way to write %q inside of a text", string(r))
		}
	}
	return "'" + text + "'", nil
}
