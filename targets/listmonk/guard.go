package listmonk

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// guard is the language of templates: Go's, with the functions of Sprig. A
// condition becomes statements, which fold events, and an expression over them.
//
// A message whose template fails is not sent, and the campaign goes on with the
// next subscriber. So a guard that cannot be answered (a text where a number
// should be, an instant that is none) lets nobody through.
type guard struct {
	statements strings.Builder
	names      int
}

// attributes is the variable that holds the subscriber's attributes.
const attributes = "$a"

// layout is how instants are kept: RFC 3339, parts of a second allowed.
const layout = "2006-01-02T15:04:05Z07:00"

func (g *guard) write(format string, args ...any) { fmt.Fprintf(&g.statements, format, args...) }

// name is a variable that is not used yet.
func (g *guard) name(of string) string {
	g.names++
	return fmt.Sprintf("$%s%d", of, g.names)
}

func (g *guard) all(terms []string) string { return joined("and", terms, "true") }

func (g *guard) some(terms []string) string { return joined("or", terms, "false") }

// joined is a call of and or or, which stop at the first term that decides.
func joined(operator string, terms []string, none string) string {
	var kept []string
	for _, t := range terms {
		if t != "" && t != none {
			kept = append(kept, t)
		}
	}
	switch len(kept) {
	case 0:
		return none
	case 1:
		return kept[0]
	}
	return "(" + operator + " " + strings.Join(kept, " ") + ")"
}

func (g *guard) not(term string) string { return "(not " + term + ")" }

func (g *guard) stored(s stored, k kind) operand {
	if s.column {
		column := map[string]string{columnEmail: "$.Subscriber.Email", columnName: "$.Subscriber.Name"}[s.name]
		return operand{words: column, raw: column, kind: k}
	}
	return kept(inside(attributes, s.name), k)
}

func (g *guard) element(event, field string, k kind) operand { return kept(inside(event, field), k) }

// kept is a value of a JSON object: null and absent are not set.
func kept(raw string, k kind) operand {
	return operand{words: converted(raw, k), raw: raw, set: `(not (kindIs "invalid" ` + raw + `))`, kind: k}
}

func converted(raw string, k kind) string {
	if k == instant {
		return fmt.Sprintf("(mustToDate %q %s).UnixMicro", layout, raw)
	}
	return raw
}

func (g *guard) constant(v types.Value, k kind) operand {
	switch v := v.(type) {
	case types.Decimal:
		return operand{words: decimal(v), raw: decimal(v), kind: k}
	case types.Instant:
		return operand{words: strconv.FormatInt(int64(v), 10), kind: k}
	case types.Truth:
		return operand{words: strconv.FormatBool(bool(v)), kind: k}
	case types.Text, types.Date, types.Span, types.Values, types.Null, nil:
	}
	quoted := strconv.Quote(types.Spell(v))
	return operand{words: quoted, raw: quoted, kind: k}
}

// decimal is a number that Go reads as a fraction, as it reads those of JSON.
func decimal(d types.Decimal) string {
	s := d.Decimal.String()
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// first is worked out before: conversion of a value that is missing would fail.
func (g *guard) first(of []operand) operand {
	value, set := g.name("first"), g.name("set")
	g.write("{{ %s := false }}{{ %s := false }}", value, set)
	for i, o := range of {
		condition := o.set
		if condition == "" {
			condition = "true"
		}
		word := "else if"
		if i == 0 {
			word = "if"
		}
		g.write("{{ %s %s }}{{ %s = %s }}{{ %s = true }}", word, condition, value, o.words, set)
	}
	g.write("{{ end }}")
	return operand{words: value, set: set, kind: of[0].kind}
}

func (g *guard) lower(of operand) operand {
	of.words, of.raw = "(lower "+of.words+")", ""
	return of
}

var comparisons = map[expr.Comparison]string{
	expr.Equal: "eq", expr.NotEqual: "ne", expr.Less: "lt", expr.LessEqual: "le", expr.Greater: "gt", expr.GreaterEqual: "ge",
}

func (g *guard) compare(op expr.Comparison, left, right operand) string {
	return fmt.Sprintf("(%s %s %s)", comparisons[op], left.words, right.words)
}

func (g *guard) holds(of operand) string { return "(eq " + of.words + " true)" }

func (g *guard) text(function string, in, part operand) string {
	name := map[string]string{"contains": "contains", "starts_with": "hasPrefix"}[function]
	return fmt.Sprintf("(%s %s %s)", name, part.words, in.words)
}

// fold is a loop over the events. The value begins as what nothing folds to.
func (g *guard) fold(f fold) operand {
	value, set, latest := g.name("value"), g.name("set"), g.name("at")
	g.write("{{ %s := 0.0 }}{{ %s := false }}", value, set)
	if f.op == expr.First || f.op == expr.Last {
		g.write("{{ %s := 0 }}", latest)
	}
	event := g.loop(f.events)
	switch f.op {
	case expr.Count:
		g.write("{{ %s = addf %s 1.0 }}", value, value)
	case expr.Sum, expr.Min, expr.Max, expr.First, expr.Last:
		field := f.field(event)
		g.write("{{ if %s }}", g.all([]string{field.set, g.replaces(f, operand{words: value, set: set}, field, latest, event)}))
		if f.op == expr.Sum {
			g.write("{{ %s = addf %s %s }}", value, value, field.words)
		} else {
			g.write("{{ %s = %s }}", value, field.words)
		}
		if f.op == expr.First || f.op == expr.Last {
			g.write("{{ %s = %s }}", latest, g.element(event, f.events.at, instant).words)
		}
		g.write("{{ %s = true }}{{ end }}", set)
	case expr.Avg, expr.Percentile: // refused before
	}
	g.write("{{ end }}{{ end }}")
	if f.op == expr.Count {
		return operand{words: value, kind: number}
	}
	return operand{words: value, set: set, kind: f.field("$event").kind}
}

// loop opens a loop over the events that count, and a condition inside it: two
// ends close it.
func (g *guard) loop(s stream) (event string) {
	event = g.name("event")
	g.write("{{ range %s := %s }}", event, inside(attributes, s.list.name))
	g.write("{{ if %s }}", s.where(event))
	return event
}

// replaces is the condition that the value of an event takes the place of what
// is there. Events of one instant come in the order of their list.
func (g *guard) replaces(f fold, value, field operand, latest, event string) string {
	empty := g.not(value.set)
	at := operand{words: g.element(event, f.events.at, instant).words}
	switch f.op {
	case expr.Min:
		return g.some([]string{empty, g.compare(expr.Less, field, value)})
	case expr.Max:
		return g.some([]string{empty, g.compare(expr.Greater, field, value)})
	case expr.First:
		return g.some([]string{empty, g.compare(expr.Less, at, operand{words: latest})})
	case expr.Last:
		return g.some([]string{empty, g.compare(expr.GreaterEqual, at, operand{words: latest})})
	case expr.Sum, expr.Count, expr.Avg, expr.Percentile:
	}
	return "true"
}

func (g *guard) follows(f following) string {
	found := g.name("followed")
	g.write("{{ %s := false }}", found)
	first := g.element(g.loop(f.first), f.first.at, instant)
	then := g.element(g.loop(f.then), f.then.at, instant)
	latest := operand{words: fmt.Sprintf("(add %s %d)", first.words, f.gap.Microseconds())}
	g.write("{{ if %s }}{{ %s = true }}{{ end }}", g.all([]string{g.compare(expr.Greater, then, first), g.compare(expr.LessEqual, then, latest)}), found)
	g.write("{{ end }}{{ end }}{{ end }}{{ end }}")
	return found
}
