package sample

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Predicate is a random condition over a person of the program, at most depth
// connectives deep. It may mention every segment of the program.
func Predicate(src Source, p *ir.Program, o Options, depth int) expr.Expr {
	c := condition{src: src, Options: o, program: p}
	return c.any(depth)
}

// condition makes conditions at one place: about the person and, inside where,
// also about the event at hand.
type condition struct {
	src Source
	Options
	program *ir.Program
	it      []ir.Field // the fields of the event at hand; nil outside where
}

func (c condition) any(depth int) expr.Expr {
	if depth <= 0 || chance(c.src, 4) {
		return c.atom()
	}
	switch c.src.IntN(7) {
	case 0, 1:
		return expr.And{Terms: c.terms(depth)}
	case 2, 3:
		return expr.Or{Terms: c.terms(depth)}
	case 4, 5:
		return expr.Not{Term: c.any(depth - 1)}
	}
	if !c.has(Verdicts) {
		return expr.Not{Term: c.any(depth - 1)}
	}
	verdict := one(c.src, []expr.Verdict{expr.True, expr.False, expr.Unknown})
	return expr.Is{Term: c.any(depth - 1), Verdict: verdict}
}

func (c condition) terms(depth int) []expr.Expr {
	out := make([]expr.Expr, 1+c.src.IntN(3))
	for i := range out {
		out[i] = c.any(depth - 1)
	}
	return out
}

// atom is a condition without connectives. What must not occur gives way to a
// comparison.
func (c condition) atom() expr.Expr {
	switch c.src.IntN(14) {
	case 0, 1:
		return c.oneOf()
	case 2:
		return expr.IsSet{Of: c.value(c.typ())}
	case 3, 4:
		return expr.Did{Of: c.source(c.src, c.program, c.nesting()), Window: c.window(c.src)}
	case 5:
		return c.sequence()
	case 6:
		return c.member()
	case 7:
		return c.reachable()
	case 8:
		return c.record()
	case 9:
		return c.within()
	case 10:
		if c.has(Literals) && chance(c.src, 4) {
			return literal(types.Truth(chance(c.src, 2)), types.Bool)
		}
		return c.value(types.Bool)
	}
	return c.compare()
}

func (c condition) compare() expr.Expr {
	t := c.typ()
	ops := []expr.Comparison{expr.Equal, expr.NotEqual}
	if types.Ordered(t) {
		ops = append(ops, expr.Less, expr.LessEqual, expr.Greater, expr.GreaterEqual)
	}
	left, right := c.value(t), expr.Expr(literal(c.constant(c.src, t), t))
	if chance(c.src, 4) {
		right = c.value(t)
	}
	if chance(c.src, 8) {
		left, right = right, left
	}
	return expr.Compare{Op: one(c.src, ops), Left: left, Right: right}
}

func (c condition) oneOf() expr.Expr {
	t := c.typ()
	values := make([]types.Value, 1+c.src.IntN(3))
	for i := range values {
		values[i] = c.constant(c.src, t)
	}
	return expr.OneOf{Of: c.value(t), Values: values}
}

func (c condition) sequence() expr.Expr {
	if !c.has(Sequences) {
		return c.compare()
	}
	return expr.FollowedBy{
		First: c.source(c.src, c.program, c.nesting()), Then: c.source(c.src, c.program, c.nesting()),
		Gap: c.length(c.src), Window: c.window(c.src),
	}
}

func (c condition) member() expr.Expr {
	if !c.has(Members) || len(c.program.Segments) == 0 {
		return c.oneOf()
	}
	return expr.Member{Segment: one(c.src, c.program.Segments).Address}
}

func (c condition) reachable() expr.Expr {
	if !c.has(Reaching) || len(c.program.Purposes) == 0 || len(c.program.Channels) == 0 {
		return c.compare()
	}
	return expr.Reachable{
		Purpose: one(c.src, c.program.Purposes).Address, Channel: one(c.src, c.program.Channels).Address,
		Consented: chance(c.src, 3),
	}
}

// record is a condition that only the consent rules contain.
func (c condition) record() expr.Expr {
	if !c.has(Records) || len(c.program.Channels) == 0 {
		return c.compare()
	}
	channel := one(c.src, c.program.Channels).Address
	switch n := c.src.IntN(4); {
	case n == 0:
		return expr.Suppressed{Channel: channel, Class: one(c.src, []string{"marketing", "service"})}
	case n == 1 && len(c.program.Exclusions) > 0:
		return expr.Excluded{Exclusion: one(c.src, c.program.Exclusions).Address}
	case len(c.program.Consents) == 0:
		return c.compare()
	}
	consent := one(c.src, c.program.Consents)
	record := expr.Record{Consent: consent.Address, Channel: one(c.src, consent.Channels), Fact: expr.State}
	if chance(c.src, 2) {
		record.Fact = one(c.src, []expr.Fact{expr.GrantedAt, expr.ConfirmedAt, expr.ExpiresAt})
		return expr.IsSet{Of: record}
	}
	state := one(c.src, []string{"unknown", "granted", "refused", "withdrawn", "expired"})
	return expr.Compare{Op: expr.Equal, Left: record, Right: literal(types.Text(state), types.String)}
}

func (c condition) within() expr.Expr {
	if !c.has(Within) {
		return c.compare()
	}
	return expr.Within{Of: c.value(types.Timestamp), Length: c.length(c.src)}
}

// nesting is how deep a condition inside where may be: one level of events
// within events.
func (c condition) nesting() int {
	if c.it != nil {
		return 0
	}
	return 1
}

// source is a stream of events or outcomes, often with a condition.
func (o Options) source(src Source, p *ir.Program, nesting int) expr.Source {
	if o.has(Outcomes) && len(p.Touchpoints) > 0 && chance(src, 4) {
		return expr.Source{Touchpoint: one(src, p.Touchpoints).Address, Outcome: one(src, []string{"opened", "bounced", "unsubscribed", "sent"})}
	}
	event := one(src, p.Events)
	s := expr.Source{Event: event.Address}
	if nesting > 0 && chance(src, 3) {
		base, _, _ := p.Base(event.Address)
		inside := condition{src: src, Options: o.without(Members | Reaching | Records | Sequences), program: p, it: base.Fields}
		s.Where = inside.any(1)
	}
	return s
}

func (o Options) window(src Source) expr.Window {
	if chance(src, 4) {
		return expr.Ever
	}
	return expr.Window{Length: o.length(src)}
}
