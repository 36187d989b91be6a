package listmonk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

// query is the language of listmonk's segmentation: a condition of PostgreSQL
// over the table subscribers, whose attributes are a JSON object.
type query struct{ names int }

func (q *query) all(terms []string) string { return connected(" AND ", terms, "TRUE") }

func (q *query) some(terms []string) string { return connected(" OR ", terms, "FALSE") }

func connected(operator string, terms []string, none string) string {
	var kept []string
	for _, t := range terms {
		if t != "" && t != none {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return none
	}
	return "(" + strings.Join(kept, operator) + ")"
}

func (q *query) not(term string) string { return "(NOT " + term + ")" }

func (q *query) stored(s stored, k kind) operand {
	if s.column {
		return operand{words: "subscribers." + s.name, kind: k}
	}
	return member("subscribers.attribs", s.name, k)
}

func (q *query) element(event, field string, k kind) operand { return member(event, field, k) }

// casts are what makes a JSON value comparable.
var casts = map[kind]string{text: "", number: "::numeric", truth: "::boolean", day: "::date", instant: "::timestamptz"}

func member(object, name string, k kind) operand {
	words := "(" + object + "->>" + sql.QuoteText(name) + ")" + casts[k]
	return operand{words: words, set: "(" + object + "->>" + sql.QuoteText(name) + ") IS NOT NULL", kind: k}
}

func (q *query) constant(v types.Value, k kind) operand {
	switch v := v.(type) {
	case types.Decimal:
		return operand{words: v.Decimal.String(), kind: k}
	case types.Truth:
		return operand{words: strings.ToUpper(types.Spell(v)), kind: k}
	case types.Instant, types.Text, types.Date, types.Span, types.Values, types.Null, nil:
	}
	return operand{words: sql.QuoteText(types.Spell(v)) + casts[k], kind: k}
}

func (q *query) first(of []operand) operand {
	words, sets := make([]string, len(of)), make([]string, len(of))
	for i, o := range of {
		words[i], sets[i] = o.words, o.set
		if o.set == "" {
			sets[i] = "(TRUE)"
		}
	}
	return operand{words: "COALESCE(" + strings.Join(words, ", ") + ")", set: q.some(sets), kind: of[0].kind}
}

func (q *query) lower(of operand) operand {
	of.words = "lower(" + of.words + ")"
	return of
}

var operators = map[expr.Comparison]string{
	expr.Equal: "=", expr.NotEqual: "<>", expr.Less: "<", expr.LessEqual: "<=", expr.Greater: ">", expr.GreaterEqual: ">=",
}

func (q *query) compare(op expr.Comparison, left, right operand) string {
	return fmt.Sprintf("(%s %s %s)", left.words, operators[op], right.words)
}

func (q *query) holds(of operand) string { return of.words }

func (q *query) text(function string, in, part operand) string {
	if function == "starts_with" {
		return fmt.Sprintf("starts_with(%s, %s)", in.words, part.words)
	}
	return fmt.Sprintf("(strpos(%s, %s) > 0)", in.words, part.words)
}

// events is a list in an attribute as rows: v is the event, n its place.
func (q *query) events(s stream) (table, event string) {
	q.names++
	list := "subscribers.attribs->" + sql.QuoteText(s.list.name)
	table = fmt.Sprintf("jsonb_array_elements(CASE jsonb_typeof(%s) WHEN 'array' THEN %s ELSE '[]'::jsonb END) WITH ORDINALITY AS e%d(v, n)", list, list, q.names)
	return table, fmt.Sprintf("e%d.v", q.names)
}

func (q *query) fold(f fold) operand {
	table, event := q.events(f.events)
	from := " FROM " + table + " WHERE " + f.events.where(event)
	if f.op == expr.Count {
		return operand{words: "(SELECT count(*)" + from + ")", kind: number}
	}
	field := f.field(event)
	from += " AND " + field.set
	at := q.element(event, f.events.at, instant).words
	place := strings.TrimSuffix(event, "v") + "n"
	words := "(SELECT " + field.words + from + " ORDER BY " + at + " LIMIT 1)"
	switch f.op {
	case expr.First:
		words = "(SELECT " + field.words + from + " ORDER BY " + at + ", " + place + " LIMIT 1)"
	case expr.Last:
		words = "(SELECT " + field.words + from + " ORDER BY " + at + " DESC, " + place + " DESC LIMIT 1)"
	case expr.Sum, expr.Min, expr.Max:
		words = "(SELECT " + string(f.op) + "(" + field.words + ")" + from + ")"
	case expr.Count, expr.Avg, expr.Percentile: // the one is above, the others are refused before
	}
	return operand{words: words, set: words + " IS NOT NULL", kind: field.kind}
}

func (q *query) follows(f following) string {
	one, first := q.events(f.first)
	two, then := q.events(f.then)
	a, b := q.element(first, f.first.at, instant), q.element(then, f.then.at, instant)
	gap := fmt.Sprintf("(%s + interval '%d microseconds')", a.words, f.gap.Microseconds())
	return "EXISTS (SELECT 1 FROM " + one + ", " + two + " WHERE " + q.all([]string{
		f.first.where(first), f.then.where(then), q.compare(expr.Greater, b, a), q.compare(expr.LessEqual, b, operand{words: gap}),
	}) + ")"
}

// standing is what of a subscription to a list SQL tells: the states of a
// consent that it stands for, and the blocklist.
type standing struct{ mark, name string } // of the list: ours by mark, else by name

// subscription is the condition that there is one whose status is one of some.
func (s standing) subscription(statuses ...string) string {
	which := "sl.list_id = l.id AND l.name = " + sql.QuoteText(s.name)
	if s.mark != "" {
		which = "sl.list_id = l.id AND " + sql.QuoteText(s.mark) + " = ANY(l.tags)"
	}
	quoted := make([]string, len(statuses))
	for i, status := range statuses {
		quoted[i] = sql.QuoteText(status)
	}
	return "EXISTS (SELECT 1 FROM subscriber_lists sl, lists l WHERE sl.subscriber_id = subscribers.id AND " + which +
		" AND sl.status::text IN (" + strings.Join(quoted, ", ") + "))"
}

// confirmed is asked for like a state: that a yes was confirmed.
const confirmed = "confirmed"

// states is the condition that the consent is in one of some states. Who is on
// the list and did not unsubscribe said yes; what is confirmed is another
// question, which double opt-in asks at the send.
func (s standing) states(q *query, states []string) string {
	var terms []string
	for _, state := range states {
		switch state {
		case "granted":
			terms = append(terms, s.subscription("confirmed", "unconfirmed"))
		case confirmed:
			terms = append(terms, s.subscription("confirmed"))
		case "refused", "withdrawn": // a no is a no
			terms = append(terms, s.subscription("unsubscribed"))
		case "unknown":
			terms = append(terms, q.not(s.subscription("confirmed", "unconfirmed", "unsubscribed")))
		}
	}
	slices.Sort(terms)
	return q.some(slices.Compact(terms))
}
