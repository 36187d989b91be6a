package segment

import (
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// symbols are Segment's comparisons.
var symbols = map[expr.Comparison]string{
	expr.Equal: "=", expr.NotEqual: "!=", expr.Less: "<", expr.LessEqual: "<=", expr.Greater: ">", expr.GreaterEqual: ">=",
}

// comparison is of a value with a constant, or of two stored values.
func (q *query) comparison(e expr.Compare) (words, error) {
	if _, constant := e.Left.(expr.Literal); constant {
		e.Left, e.Right, e.Op = e.Right, e.Left, narrow.Mirrored(e.Op)
	}
	fixed, constant := e.Right.(expr.Literal)
	if !constant {
		return q.pair(e)
	}
	if of, aggregate := e.Left.(expr.Aggregate); aggregate && of.Op == expr.Count {
		return q.counted(e, of, fixed.Value)
	}
	of, err := q.operand(e.Left)
	if err != nil {
		return words{}, err
	}
	out, err := q.compared(of, e, fixed.Value)
	return both(of.there, out), err
}

// pair is a comparison of two stored values.
func (q *query) pair(e expr.Compare) (words, error) {
	left, err := q.operand(e.Left)
	if err != nil {
		return words{}, err
	}
	right, err := q.operand(e.Right)
	if err != nil {
		return words{}, err
	}
	t := expr.TypeOf(e.Left)
	if !types.Numeric(t) && !(t == types.Type(types.String) && (e.Op == expr.Equal || e.Op == expr.NotEqual)) {
		return words{}, narrow.Refused(e, "compare it with a constant", "Segment compares two stored values as numbers, or as the same text, and not as %s", t)
	}
	return both(left.there, right.there, primary(left.text+" "+symbols[e.Op]+" "+right.text, left.inner+right.inner)), nil
}

// compared is one comparison with a constant.
func (q *query) compared(of operand, e expr.Compare, value types.Value) (words, error) {
	equality := e.Op == expr.Equal || e.Op == expr.NotEqual
	switch value := value.(type) {
	case types.Text:
		if !equality {
			return words{}, narrow.Refused(e, "", "Segment has no documented order of texts")
		}
		text, err := quoted(q.word(e.Left, string(value)), e)
		return primary(of.text+" "+symbols[e.Op]+" "+text, of.inner), err
	case types.Decimal:
		return primary(of.text+" "+symbols[e.Op]+" "+value.String(), of.inner), nil
	case types.Truth:
		if !equality {
			return words{}, narrow.Refused(e, "", "Segment has no order of true and false")
		}
		return primary(of.text+" "+symbols[e.Op]+" literal("+types.Spell(value)+")", of.inner), nil
	case types.Date:
		return moments(of, e.Op, dayBounds(value)), nil
	case types.Instant:
		return moments(of, e.Op, bounds{
			from: value.Time().Add(-time.Microsecond), under: value.Time(), over: value.Time(), to: value.Time().Add(time.Microsecond),
		}), nil
	case types.Null, types.Span, types.Values, nil:
	}
	return words{}, narrow.Refused(e, "", "profiles and events keep no such values")
}

// word is how the platform spells a word of an attribute.
func (q *query) word(of expr.Expr, text string) string {
	if a, stored := of.(expr.Attribute); stored && len(a.Path) == 1 {
		return q.l.Names.Word(a.Path[0], text).Theirs
	}
	return text
}

// bounds are the instants that stand for a moment in comparisons that leave out
// the instant itself: from for >=, under for <, over for > and to for <=.
type bounds struct{ from, under, over, to time.Time }

// dayBounds are half a day from the day, so that it does not matter whether an
// instant itself counts.
func dayBounds(day types.Date) bounds {
	before, after := day.Time().Add(-12*time.Hour), day.Time().Add(12*time.Hour)
	return bounds{from: before, under: before, over: after, to: after}
}

// moments is a comparison of instants, of which Segment has two.
func moments(of operand, op expr.Comparison, b bounds) words {
	date := func(word string, at time.Time) words {
		return primary(of.text+"."+word+"('"+at.UTC().Format("2006-01-02T15:04:05.999999Z")+"')", of.inner)
	}
	switch op {
	case expr.Less:
		return date("before_date", b.under)
	case expr.LessEqual:
		return date("before_date", b.to)
	case expr.Greater:
		return date("after_date", b.over)
	case expr.GreaterEqual:
		return date("after_date", b.from)
	case expr.Equal:
		return both(date("after_date", b.from), date("before_date", b.to))
	case expr.NotEqual:
	}
	return either(date("before_date", b.under), date("after_date", b.over))
}

// among is one of several texts or numbers, or each value by itself.
func (q *query) among(a narrow.Atom, e expr.OneOf) (words, error) {
	var list []string
	for _, v := range e.Values {
		switch v := v.(type) {
		case types.Text:
			text, err := quoted(q.word(e.Of, string(v)), e)
			if err != nil {
				return words{}, err
			}
			list = append(list, text)
		case types.Decimal, types.Truth, types.Date, types.Instant, types.Span, types.Values, types.Null, nil:
		}
	}
	if fixed, constant := e.Of.(expr.Literal); constant {
		return q.always(equalsOne(fixed.Value, e.Values) != a.Negated), nil
	}
	if len(list) == len(e.Values) && len(list) > 0 {
		return q.asked(a, e.Of, ".one_of("+strings.Join(list, ", ")+")")
	}
	terms := make([]expr.Expr, len(e.Values))
	for i, v := range e.Values {
		terms[i] = expr.Compare{Place: e.Place, Op: expr.Equal, Left: e.Of, Right: expr.Literal{Value: v, Type: expr.TypeOf(e.Of)}}
	}
	return q.again(a, expr.Or{Place: e.Place, Terms: terms})
}

// equalsOne tells whether a constant is one of several.
func equalsOne(v types.Value, values []types.Value) bool {
	return slices.ContainsFunc(values, func(other types.Value) bool {
		order, comparable := types.Compare(v, other)
		return comparable && order == 0
	})
}

// known is whether there is a value.
func (q *query) known(a narrow.Atom, e expr.IsSet) (words, error) {
	switch of := e.Of.(type) {
	case expr.Attribute, expr.Field:
		subject, err := q.scalar(of)
		if a.Negated {
			return primary(subject+".absent()", 0), err
		}
		return exists(subject), err
	case expr.Aggregate:
		if of.Op == expr.Count {
			return q.always(!a.Negated), nil
		}
		return q.again(a, expr.Did{Place: e.Place, Of: narrow.Having(of.Of, expr.IsSet{Of: narrow.Folded(of)}), Window: of.Window})
	case expr.Call, expr.Record, expr.Literal, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return words{}, unsaid(e.Of, "tell whether there is")
}

// within is in the last hours or days.
func (q *query) within(a narrow.Atom, e expr.Within) (words, error) {
	if _, err := q.operand(e.Of); err != nil {
		return words{}, err
	}
	length, err := q.length(e.Length, e)
	if err != nil {
		return words{}, err
	}
	return q.asked(a, e.Of, ".within_last("+length+")")
}

// textual are the functions of texts that are conditions.
var textual = map[string]bool{"contains": true, "starts_with": true}

func (q *query) call(a narrow.Atom, e expr.Call) (words, error) {
	if textual[e.Func] && len(e.Args) == 2 {
		if fixed, constant := e.Args[1].(expr.Literal); constant {
			text, err := quoted(types.Spell(fixed.Value), e)
			if err != nil {
				return words{}, err
			}
			return q.asked(a, e.Args[0], "."+e.Func+"("+text+")")
		}
	}
	return words{}, narrow.Refused(e, "", "Segment cannot work out %s", expr.Print(e))
}
