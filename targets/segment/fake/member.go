package fake

import (
	"math/big"
	"slices"
	"strings"
	"time"
)

// Members lists the ids of the profiles in an audience, sorted.
func (s *Space) Members(id string) []string { return s.of(s.Find(id).Query) }

// of lists the profiles of a definition.
func (s *Space) of(text string) []string {
	q, err := Parse(text)
	if err != nil {
		panic("fake: a definition that was accepted: " + err.Error())
	}
	out := []string{}
	for _, p := range s.Profiles {
		if q.root.holds(view{profile: p, space: s}) == yes {
			out = append(out, p.ID)
		}
	}
	slices.Sort(out)
	return out
}

// Computed is the value of a computed trait for a profile; nil where it has none.
func (s *Space) Computed(trait *Audience, p *Profile) any {
	t, err := ParseTrait(trait.Query)
	if err != nil {
		panic("fake: a definition that was accepted: " + err.Error())
	}
	return t.of.value(view{profile: p, space: s})
}

// truth is whether something holds; maybe is only for missing values.
type truth int

const (
	no truth = iota
	maybe
	yes
)

func holding(b bool) truth {
	if b {
		return yes
	}
	return no
}

// view is one profile, and inside of where(...) one event of it.
type view struct {
	profile *Profile
	space   *Space
	event   *Event
}

type condition interface{ holds(v view) truth }

// junction is all of several conditions, or one of them.
type junction struct {
	terms []condition
	one   bool
}

func (j junction) holds(v view) truth {
	out := yes
	if j.one {
		out = no
	}
	for _, t := range j.terms {
		if got := t.holds(v); j.one {
			out = max(out, got)
		} else {
			out = min(out, got)
		}
	}
	return out
}

type negation struct{ of condition }

func (n negation) holds(v view) truth { return yes - n.of.holds(v) }

// question is one comparison.
type question struct {
	of     scalar
	verb   string
	with   scalar
	texts  []string
	length time.Duration
	days   bool
}

func (q question) holds(v view) truth {
	value := q.of.value(v)
	switch q.verb {
	case "exists":
		return holding(value != nil)
	case "absent":
		return holding(value == nil)
	}
	var with any
	if q.with != nil {
		with = q.with.value(v)
	}
	if value == nil || q.with != nil && with == nil {
		switch v.space.Nulls {
		case NullFails:
			return no
		case NullUnknown:
			return maybe
		case NullEmpty:
			value, with = q.empty(value, with), q.empty(with, value)
		}
	}
	return holding(q.fits(v, value, with))
}

// empty is a value, or what counts as one where it is missing.
func (q question) empty(value, beside any) any {
	if value != nil {
		return value
	}
	switch beside.(type) {
	case *big.Rat:
		return new(big.Rat)
	case bool:
		return false
	}
	if q.days || q.length > 0 || strings.HasSuffix(q.verb, "_date") {
		return time.Time{}
	}
	return ""
}

func (q question) fits(v view, value, with any) bool {
	if text, ok := value.(string); ok && len(q.texts) > 0 {
		return texts(q.verb, text, q.texts)
	}
	if at, ok := value.(time.Time); ok {
		return q.dated(v, at)
	}
	switch q.verb {
	case "equals":
		return same(value, with)
	case "differs":
		return !same(value, with)
	}
	a, number := value.(*big.Rat)
	b, numbers := with.(*big.Rat)
	if !number || !numbers {
		return false
	}
	order := a.Cmp(b)
	return q.verb == "greater_than" && order > 0 || q.verb == "at_least" && order >= 0 || q.verb == "less_than" && order < 0 || q.verb == "at_most" && order <= 0
}

func same(a, b any) bool {
	x, number := a.(*big.Rat)
	y, numbers := b.(*big.Rat)
	if number && numbers {
		return x.Cmp(y) == 0
	}
	return !number && !numbers && a == b
}

func texts(verb, text string, with []string) bool {
	any := func(f func(string, string) bool) bool {
		return slices.ContainsFunc(with, func(w string) bool { return f(text, w) })
	}
	switch verb {
	case "contains":
		return any(strings.Contains)
	case "omits":
		return !any(strings.Contains)
	case "starts_with":
		return any(strings.HasPrefix)
	case "ends_with":
		return any(strings.HasSuffix)
	case "one_of":
		return slices.Contains(with, text)
	}
	return false
}

// dated is about an instant. Days are those of the calendar, today included.
func (q question) dated(v view, at time.Time) bool {
	now := v.space.Now
	from, to := now.Add(-q.length), now
	if q.days {
		today := now.UTC().Truncate(24 * time.Hour)
		from, to = today.Add(-q.length), today.Add(24*time.Hour)
	}
	switch q.verb {
	case "within_last":
		return !at.Before(from) && at.Before(to)
	case "before_last":
		return at.Before(from)
	}
	bound, err := time.Parse(time.RFC3339Nano, q.texts[0])
	return err == nil && (q.verb == "before_date" && at.Before(bound) || q.verb == "after_date" && at.After(bound))
}

// scalar is what has one value; nil where it is missing.
type scalar interface{ value(v view) any }

type constant struct{ of any }

func (c constant) value(view) any { return c.of }

type trait string

func (t trait) value(v view) any { return v.profile.Traits[string(t)] }

type property string

func (p property) value(v view) any { return v.event.Properties[string(p)] }

// fold is one value made of many events.
type fold struct {
	event    string
	where    []condition
	last     time.Duration // the window; 0: always
	days     bool
	after    time.Duration // within that of the event around; 0: no such
	by       string
	property string
}

func (f fold) value(v view) any {
	events := f.events(v)
	if f.by == "count" {
		return big.NewRat(int64(len(events)), 1)
	}
	var values []any
	for _, e := range events {
		if of := e.Properties[f.property]; of != nil {
			values = append(values, of)
		}
	}
	switch {
	case len(values) == 0:
		return nil
	case f.by == "first":
		return values[0]
	case f.by == "last":
		return values[len(values)-1]
	}
	return summed(f.by, values)
}

// events are those that count, in the order in which they happened. Windows
// count back from when audiences were last worked out: the full hour or day.
func (f fold) events(v view) []*Event {
	now := v.space.Now
	step := time.Hour
	if f.days {
		step = 24 * time.Hour
	}
	var out []*Event
	for i := range v.profile.Events {
		e := &v.profile.Events[i]
		switch {
		case e.Name != f.event || e.At.After(now):
		case f.last > 0 && !e.At.After(now.UTC().Truncate(step).Add(-f.last)):
		case f.after > 0 && (!e.At.After(v.event.At) || e.At.After(v.event.At.Add(f.after))):
		case !f.holds(view{profile: v.profile, space: v.space, event: e}):
		default:
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b *Event) int { return a.At.Compare(b.At) })
	return out
}

func (f fold) holds(v view) bool {
	return !slices.ContainsFunc(f.where, func(c condition) bool { return c.holds(v) != yes })
}

func summed(by string, values []any) any {
	total, least, most := new(big.Rat), values[0].(*big.Rat), values[0].(*big.Rat)
	for _, v := range values {
		n := v.(*big.Rat)
		total.Add(total, n)
		if n.Cmp(least) < 0 {
			least = n
		}
		if n.Cmp(most) > 0 {
			most = n
		}
	}
	switch by {
	case "min":
		return least
	case "max":
		return most
	case "avg":
		return total.Quo(total, big.NewRat(int64(len(values)), 1))
	}
	return total
}
