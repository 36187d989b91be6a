package sql

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Where an act comes from; at one instant in this order.
const (
	fromCapture = iota
	fromTable
	fromUnsubscribe
)

// act is the columns of an act before they have a place in a union.
type act struct {
	person, time, sequence, ends, concerns Expr
	kind                                   Expr
	source                                 int64
	step                                   Expr
}

// actColumns are the columns of acts.
var actColumns = []string{PersonColumn, ConsentColumn, ChannelColumn, "kind", timeColumn, "source", "sequence", "step", "ends", "concerns"}

func (a act) columns(p pair) []Named {
	return []Named{
		{a.person, PersonColumn}, {text(p.consent.Address), ConsentColumn}, {text(p.channel), ChannelColumn}, {a.kind, "kind"},
		{a.time, timeColumn}, {number(a.source), "source"}, {a.sequence, "sequence"}, {a.step, "step"}, {a.ends, "ends"}, {a.concerns, "concerns"},
	}
}

// acts lists everything that was ever done about the pairs. When nothing can
// be, it is a query without rows.
func (c *lowering) acts(pairs []pair) Query {
	var parts []Query
	for _, p := range pairs {
		for _, capture := range p.consent.Captures {
			parts = append(parts, c.captured(p, capture))
		}
		if m, mapped := c.Mapping.Consents[p.consent.Address]; mapped {
			parts = append(parts, c.recorded(p, m)...)
		}
		parts = append(parts, c.unsubscribes(p))
	}
	return Union{parts}
}

// captured lists the acts that a capture derives from events.
func (c *lowering) captured(p pair, capture ir.Capture) Query {
	of := expr.Source{Event: capture.On, Where: capture.If}
	e := expr.Did{Place: expr.Place{At: p.consent.At}, Of: of, Window: expr.Ever}
	st, ok := c.open(e, of)
	if !ok {
		return Select{}
	}
	s := &scope{lowering: c}
	if personal(c.wheres(of)) {
		s = c.scope()
	}
	kind := states[capture.Act]
	a := act{
		person: c.personOf(st), time: c.timeOf(st), sequence: c.sequenceOf(st), ends: Null{Instant}, concerns: truth(true),
		kind: text(kind), source: fromCapture, step: number(rank[kind]),
	}
	q := Select{Columns: a.columns(p), Where: s.filter(e, st, of, expr.Ever)}
	if s.people == "" {
		q.From = c.from(st)
		return q
	}
	return s.along(st, q)
}

// unsubscribes lists the withdrawals that need no capture: of messages of the
// purpose, and of messages that are no longer declared.
func (c *lowering) unsubscribes(p pair) Query {
	st := c.outcomes()
	a := act{
		person: c.personOf(st), time: c.timeOf(st), sequence: Null{Decimal}, ends: Null{Instant},
		kind: text("withdrawn"), source: fromUnsubscribe, step: number(rank["withdrawn"]),
	}
	var others []types.Value
	for _, t := range c.Program.Touchpoints {
		if t.Purpose != p.consent.Purpose {
			others = append(others, bothNames(t.Address)...)
		}
	}
	where := []Expr{c.became(st.alias, "unsubscribed"), Compare{LessEqual, a.time, Now{}}, c.sentBy(st.alias, p.channel)}
	if len(others) > 0 {
		where = append(where, Is{Term: OneOf{c.touchpoint(st.alias), others}, Verdict: True, Not: true})
	}
	q := Select{From: c.from(st), Where: And{where}}
	m := c.outcomeMapping()
	if !m.Address.Kept() || p.consent.Survives == survives {
		a.concerns = truth(true)
		q.Columns = a.columns(p)
		return q
	}
	s := c.scope()
	a.concerns = s.sentTo(st.alias, p.channel)
	q.Columns = a.columns(p)
	return s.along(st, q)
}

const survives = "address_change"

// sentBy is whether an outcome may be one of a channel: it says so, or it says
// nothing and its touchpoint goes there or is no longer declared.
func (c *lowering) sentBy(alias, channel string) Expr {
	var elsewhere []types.Value
	for _, t := range c.Program.Touchpoints {
		if !contains(t.Channels, channel) {
			elsewhere = append(elsewhere, bothNames(t.Address)...)
		}
	}
	var may Expr = truth(true)
	if len(elsewhere) > 0 {
		may = Is{Term: OneOf{c.touchpoint(alias), elsewhere}, Verdict: True, Not: true}
	}
	m := c.outcomeMapping()
	if !m.Channel.Kept() {
		return may
	}
	said := c.column(m.Place, alias, m.Channel, Text)
	return Case{
		Arms: []Arm{{When: Or{[]Expr{IsNull{Of: said}, Compare{Equal, said, text("")}}}, Then: may}},
		Else: OneOf{said, bothNames(channel)},
	}
}

// sentTo is whether an outcome is of the person's present address, which it is
// when it names none.
func (s *scope) sentTo(alias, channel string) Expr {
	m := s.outcomeMapping()
	sent := s.column(m.Place, alias, m.Address, Text)
	present := Is{Term: Compare{Equal, sent, s.address(channel)}, Verdict: True}
	return Or{[]Expr{IsNull{Of: sent}, Compare{Equal, sent, text("")}, present}}
}

func truth(b bool) Expr { return Literal{types.Truth(b)} }

func contains(list []string, x string) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
