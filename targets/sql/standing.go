package sql

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// objection is the name that makes a withdraw capture stop all marketing.
const objection = "objection"

// Columns of Standing beside the person and the channel.
const (
	failedColumn  = "failed"  // a hard bounce or a complaint at the present address
	objectsColumn = "objects" // an objection that no later grant has lifted
)

// Standing lists who is suppressed on which channel: one row per person and
// channel of which a failure or an objection is known.
func (l Lowering) Standing() Lowered {
	return l.query(func(c *lowering) Query { return c.standing(c.channels()) })
}

func (c *lowering) channels() []string {
	out := make([]string, len(c.Program.Channels))
	for i, channel := range c.Program.Channels {
		out[i] = channel.Address
	}
	return out
}

// suppressed is true after a failure and, for marketing, while an objection stands.
func (s *scope) suppressed(e expr.Suppressed) Expr {
	what := "standing " + e.Channel + " "
	if _, ok := s.holding(what + failedColumn); !ok {
		s.join(map[string]string{what + failedColumn: failedColumn, what + objectsColumn: objectsColumn}, s.standingOf(e.Channel))
	}
	asks := func(name string) Expr {
		column, _ := s.holding(what + name)
		return Coalesce{[]Expr{column, truth(false)}}
	}
	if e.Class != string(ir.Marketing) {
		return asks(failedColumn)
	}
	return Or{[]Expr{asks(failedColumn), asks(objectsColumn)}}
}

func (s *scope) standingOf(channel string) Query {
	if s.Views.Standing == (Name{}) {
		return s.standing([]string{channel})
	}
	s.out.Standing = true
	t := s.lowering.alias("t")
	return Select{Columns: same(t, PersonColumn, failedColumn, objectsColumn), From: Table{s.Views.Standing, t},
		Where: Compare{Equal, Column{t, ChannelColumn}, text(channel)}}
}

// The kinds of marks from which a standing is read.
const (
	failedMark  = "failed"
	objectsMark = "objects"
)

// standing gathers the marks of each person on the channels: failures,
// objections, and the grants that lift these.
func (c *lowering) standing(channels []string) Query {
	marks := Union{}
	var covering []pair
	for _, channel := range channels {
		marks.Parts = append(marks.Parts, c.marks(channel)...)
		for _, p := range c.pairs() {
			if p.channel == channel {
				covering = append(covering, p)
			}
		}
	}
	if len(marks.Parts) == 0 {
		return Select{Columns: []Named{{Null{Key}, PersonColumn}, {Null{Text}, ChannelColumn}, {Null{Truth}, failedColumn}, {Null{Truth}, objectsColumn}},
			Where: truth(false)}
	}
	var steps []Step
	if len(covering) > 0 {
		steps = c.countedActs(covering)
		columns := append(same("s", PersonColumn, ChannelColumn), Named{text(granted), "mark"}, Named{of(timeColumn), timeColumn})
		marks.Parts = append(marks.Parts, Select{Columns: columns, From: step("counted"), Where: is("kind", granted)})
	}
	return With{Steps: append(steps, Step{"marks", marks}, Step{"latest", latestMarks()}), Final: standings()}
}

func latestMarks() Query {
	columns := append(same("s", PersonColumn, ChannelColumn),
		Named{Fold{Op: Count, Filter: is("mark", failedMark)}, "failures"},
		Named{fold(Max, of(timeColumn), is("mark", objectsMark)), "objected_at"},
		Named{fold(Max, of(timeColumn), is("mark", granted)), "granted_at"})
	return Select{Columns: columns, From: step("marks"), Group: []Expr{of(PersonColumn), of(ChannelColumn)}}
}

func standings() Query {
	lifted := Is{Term: Compare{Greater, of("granted_at"), of("objected_at")}, Verdict: True}
	objects := And{[]Expr{IsNull{Of: of("objected_at"), Not: true}, Not{lifted}}}
	failed := Compare{Greater, of("failures"), number(0)}
	return Select{
		Columns: append(same("s", PersonColumn, ChannelColumn), Named{failed, failedColumn}, Named{objects, objectsColumn}),
		From:    step("latest"), Where: Or{[]Expr{failed, objects}},
	}
}

// marks lists failures and objections on a channel.
func (c *lowering) marks(channel string) []Query {
	parts := []Query{c.failures(channel), c.undeclared(channel)}
	for _, consent := range c.Program.Consents {
		for _, capture := range consent.Captures {
			if capture.Act == person.Withdraw && capture.Name == objection {
				parts = append(parts, c.objections(consent, capture, channel))
			}
		}
	}
	return parts
}

func (c *lowering) mark(st stream, channel, kind string) []Named {
	return []Named{{c.personOf(st), PersonColumn}, {text(channel), ChannelColumn}, {text(kind), "mark"}, {c.timeOf(st), timeColumn}}
}

func (c *lowering) failures(channel string) Query {
	st := c.outcomes()
	where := []Expr{c.became(st.alias, string(person.Bounced), string(person.Complained)), Compare{LessEqual, c.timeOf(st), Now{}}, c.sentBy(st.alias, channel)}
	q := Select{Columns: c.mark(st, channel, failedMark), From: c.from(st)}
	if !c.outcomeMapping().Address.Kept() {
		q.Where = And{where}
		return q
	}
	s := c.scope()
	q.Where = And{append(where, s.sentTo(st.alias, channel))}
	return s.along(st, q)
}

// undeclared lists unsubscribes from messages of which nothing says any more
// what they were for.
func (c *lowering) undeclared(channel string) Query {
	st := c.outcomes()
	var declared []types.Value
	for _, t := range c.Program.Touchpoints {
		declared = append(declared, bothNames(t.Address)...)
	}
	where := []Expr{c.became(st.alias, string(person.Unsubscribed)), Compare{LessEqual, c.timeOf(st), Now{}}, c.sentBy(st.alias, channel)}
	if len(declared) > 0 {
		where = append(where, Is{Term: OneOf{c.touchpoint(st.alias), declared}, Verdict: True, Not: true})
	}
	return Select{Columns: c.mark(st, channel, objectsMark), From: c.from(st), Where: And{where}}
}

func (c *lowering) objections(consent ir.Consent, capture ir.Capture, channel string) Query {
	of := expr.Source{Event: capture.On, Where: capture.If}
	e := expr.Did{Place: expr.Place{At: consent.At}, Of: of, Window: expr.Ever}
	st, ok := c.open(e, of)
	if !ok {
		return Select{}
	}
	s := &scope{lowering: c}
	if personal(c.wheres(of)) {
		s = c.scope()
	}
	q := Select{Columns: c.mark(st, channel, objectsMark), Where: s.filter(e, st, of, expr.Ever)}
	if s.people == "" {
		q.From = c.from(st)
		return q
	}
	return s.along(st, q)
}
