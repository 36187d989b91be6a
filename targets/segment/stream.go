package segment

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// stream is events on their way to a number. AND more is what must also hold
// inside of where(...).
type stream struct {
	text  string // "event('Order Placed').where( ... ).within(7 days)"
	inner int    // primary expressions inside
}

// atLeast asks whether there are n events or more. Nothing else is ever asked of
// a count, so that it does not matter what the count of no events is.
func (s stream) atLeast(n int64) words {
	return primary(s.text+".count() >= "+strconv.FormatInt(n, 10), s.inner)
}

// stream is the events of a source in a window, of which more holds too.
func (q *query) stream(s expr.Source, window string, at expr.Expr, more ...words) (stream, error) {
	if s.Event == "" {
		return stream{}, narrow.Refused(at, "choose by what people did, or keep it as an attribute", "Segment sends nothing, so it does not know what becomes of messages")
	}
	name, err := quoted(q.l.Names.Event(s.Event).Theirs, at)
	if err != nil {
		return stream{}, err
	}
	out := stream{text: "event(" + name + ")"}
	inside := q.inside(s.Event)
	form := narrow.Where(q.l.Program, s)
	if all, is := form.(narrow.All); !is || len(all) > 0 {
		more = append([]words{inside.form(form)}, more...)
	}
	q.Failed, q.Found = q.Failed || inside.Failed, append(q.Found, inside.Found...)
	if len(more) > 0 {
		where := both(more...)
		out.text += ".where( " + where.text + " )"
		out.inner = where.size
	}
	out.text += window
	return out, nil
}

// window is the part of the past that counts.
func (q *query) window(w expr.Window, at expr.Expr) (string, error) {
	switch {
	case w.Since == "ever":
		return "", nil
	case w.Since != "":
		return "", narrow.Refused(at, "give it a window in days", "Segment runs no journeys, so it cannot count since one began")
	}
	length, err := q.length(w.Length, at)
	return ".within(" + length + ")", err
}

// length is a length of time in Segment's units. Each needs the project's word
// that it may be off by a day.
func (q *query) length(length types.Span, at expr.Expr) (string, error) {
	text, err := span(length, at)
	if err == nil && q.l.grain.IsZero() {
		q.Failed = true
		q.Found = append(q.Found, q.coarse(length, at))
	}
	return text, err
}

func span(length types.Span, at expr.Expr) (string, error) {
	hours := int64(length.Exact().Hours())
	switch {
	case length.Calendar():
		return "", narrow.Refused(at, "write it in days", "Segment counts hours and days, and %s is as long as the calendar says", length)
	case hours == 0 || length.Exact().Minutes() != float64(hours*60):
		return "", narrow.Refused(at, "write whole hours", "Segment counts hours and days, and %s is not a whole number of hours", length)
	case hours%24 == 0:
		return units(hours/24, "day"), nil
	}
	return units(hours, "hour"), nil
}

func units(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.FormatInt(n, 10) + " " + unit + "s"
}

// coarse is the finding that a window is not exact, and nobody has said that
// this is fine.
func (q *query) coarse(length types.Span, e expr.Expr) diag.Diagnostic {
	at := q.At
	if !e.Range().IsZero() {
		at = e.Range()
	}
	return diag.Diagnostic{
		Rule: inSteps, At: at, Mark: q.l.Platform.Address + " notices up to a day late that " + length.String() + " have passed",
		Detail: "Segment works audiences out some time after the fact, and takes some lengths of time by the days of the calendar.",
		Help:   "write approximate = \"1d\" in the block of " + q.l.Platform.Address + ", if that is fine",
	}
}

// did is at least one event, or none.
func (q *query) did(a narrow.Atom, e expr.Did) (words, error) {
	window, err := q.window(e.Window, e)
	if err != nil {
		return words{}, err
	}
	s, err := q.stream(e.Of, window, e)
	if err != nil {
		return words{}, err
	}
	if a.Negated {
		return negation(s.atLeast(1)), nil
	}
	return s.atLeast(1), nil
}

// funnel is one event and then another, which is asked from within the first.
func (q *query) funnel(a narrow.Atom, e expr.FollowedBy) (words, error) {
	gap, err := q.length(e.Gap, e)
	if err != nil {
		return words{}, err
	}
	then, err := q.stream(e.Then, ".within(parent: "+gap+")", e)
	if err != nil {
		return words{}, err
	}
	window, err := q.window(e.Window, e)
	if err != nil {
		return words{}, err
	}
	first, err := q.stream(e.First, window, e, then.atLeast(1))
	if err != nil {
		return words{}, err
	}
	if a.Negated {
		return negation(first.atLeast(1)), nil
	}
	return first.atLeast(1), nil
}

// folded is one value made of events that carry it, of which there must be one.
func (q *query) folded(of expr.Aggregate) (operand, error) {
	if err := foldable(of); err != nil {
		return operand{}, err
	}
	window, err := q.window(of.Window, of)
	if err != nil {
		return operand{}, err
	}
	inside := q.inside(of.Of.Event)
	property, err := inside.scalar(narrow.Folded(of))
	if err != nil {
		return operand{}, err
	}
	s, err := q.stream(of.Of, window, of, exists(property))
	return operand{text: s.text + "." + string(of.Op) + "(" + property + ")", inner: s.inner, there: s.atLeast(1)}, err
}

// foldable tells why Segment cannot fold events so.
func foldable(of expr.Aggregate) error {
	switch of.Op {
	case expr.Sum, expr.Avg, expr.First, expr.Last:
		return nil
	case expr.Min, expr.Max:
		if types.Numeric(of.Type) {
			return nil
		}
		return narrow.Refused(of, "", "Segment finds the smallest and the largest of numbers only")
	case expr.Count:
		return narrow.Refused(of, "compare it with a number", "Segment compares a count with a number, and not with another value")
	case expr.Percentile:
	}
	return narrow.Refused(of, "", "Segment does not know the %s of what events carry", of.Op)
}

// counted is a count compared with a number, in terms of "at least".
func (q *query) counted(e expr.Compare, of expr.Aggregate, value types.Value) (words, error) {
	window, err := q.window(of.Window, of)
	if err != nil {
		return words{}, err
	}
	s, err := q.stream(of.Of, window, of)
	if err != nil {
		return words{}, err
	}
	n, number := value.(types.Decimal)
	if !number {
		return words{}, narrow.Refused(e, "", "a count is compared with a number")
	}
	return q.times(s, e.Op, n), nil
}

// times is how often something is to have happened.
func (q *query) times(s stream, op expr.Comparison, n types.Decimal) words {
	whole := n.Decimal.Equal(n.Decimal.Floor())
	up := n.Decimal.Ceil() // the least whole number that is not below
	next := n.Decimal.Floor().Add(decimal.NewFromInt(1))
	switch op {
	case expr.GreaterEqual:
		return q.least(s, up)
	case expr.Greater:
		return q.least(s, next)
	case expr.Less:
		return q.fewer(s, up)
	case expr.LessEqual:
		return q.fewer(s, next)
	case expr.Equal:
		if !whole {
			return q.always(false)
		}
		return both(q.least(s, n.Decimal), q.fewer(s, next))
	case expr.NotEqual:
	}
	if !whole {
		return q.always(true)
	}
	return either(q.fewer(s, n.Decimal), q.least(s, next))
}

func (q *query) least(s stream, n decimal.Decimal) words {
	if !n.IsPositive() {
		return q.always(true)
	}
	return s.atLeast(n.IntPart())
}

func (q *query) fewer(s stream, n decimal.Decimal) words {
	if !n.IsPositive() {
		return q.always(false)
	}
	return negation(s.atLeast(n.IntPart()))
}
