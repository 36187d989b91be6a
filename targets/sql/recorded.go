package sql

import (
	"math"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// recorded lists the acts behind the rows of the customer's consent table.
func (c *lowering) recorded(p pair, m Consents) []Query {
	if m.Act.Kept() {
		return []Query{c.recordedAct(p, m, logged)}
	}
	no := []string{"refused", "withdrawn", "revoked", "expired"}
	return []Query{
		c.recordedAct(p, m, func(r row) (act, Expr) {
			return act{kind: text(granted), time: r.grant, step: number(rank[granted]), ends: r.ends}, r.wasGranted
		}),
		c.recordedAct(p, m, func(r row) (act, Expr) {
			at := Case{Arms: []Arm{{When: Compare{Less, r.confirmed, r.grant}, Then: r.grant}}, Else: r.confirmed}
			set := IsNull{Of: r.confirmed, Not: true}
			return act{kind: text(confirmed), time: at, step: number(rank[confirmed]), ends: Null{Instant}}, And{[]Expr{set, r.wasGranted}}
		}),
		c.recordedAct(p, m, func(r row) (act, Expr) {
			kind := Case{Arms: []Arm{{When: OneOf{r.state, texts(no)}, Then: r.state}}, Else: text("refused")}
			yes := Not{OneOf{r.state, texts([]string{granted, "requested", "unknown", ""})}}
			return act{kind: kind, time: Coalesce{[]Expr{r.changed, Now{}}}, step: number(rank["expired"]), ends: Null{Instant}}, yes
		}),
		c.recordedAct(p, m, func(r row) (act, Expr) {
			return act{kind: r.state, time: beginning, step: number(0), ends: Null{Instant}}, Compare{Equal, r.state, text("requested")}
		}),
	}
}

// logged is a row of a table of acts. A word that is none of ours is a no.
func logged(r row) (act, Expr) {
	kinds := []person.ActKind{person.Grant, person.Confirm, person.Refuse, person.Withdraw}
	kind, step := Case{Else: text("refused")}, Case{Else: number(rank["refused"])}
	for _, k := range kinds {
		is := Compare{Equal, r.act, text(string(k))}
		kind.Arms = append(kind.Arms, Arm{is, text(states[k])})
		step.Arms = append(step.Arms, Arm{is, number(rank[states[k]])})
	}
	return act{kind: kind, time: r.time, step: step, ends: r.ends}, IsNull{Of: r.act, Not: true}
}

// beginning is before everything that has happened.
var beginning Expr = Literal{types.Instant(math.MinInt64)}

// row is the columns of a consent table's row, as a replay needs them.
type row struct{ state, grant, confirmed, ends, changed, wasGranted, act, time Expr }

func (c *lowering) recordedAct(p pair, m Consents, of func(row) (act, Expr)) Query {
	s, t := c.scope(), c.alias("c")
	a, where := of(c.row(m, t))
	a.person, a.sequence, a.source, a.concerns = s.key(), Null{Decimal}, fromTable, s.concerns(p, m, t)
	if m.Sequence.Kept() {
		a.sequence = c.column(m.Place, t, m.Sequence, Decimal)
	}
	on := And{flat(s.found(p, m, t), c.speaksOf(p, m, t))}
	return Select{
		Columns: a.columns(p), From: s.table(s.Mapping.People.Place, s.people), Where: where,
		Joins: append([]Join{{From: c.table(m.Place, t), On: on}}, s.joins()...),
	}
}

func (c *lowering) row(m Consents, alias string) row {
	optional := func(st Stored) Expr {
		if !st.Kept() {
			return Null{Instant}
		}
		return c.column(m.Place, alias, st, Instant)
	}
	r := row{confirmed: optional(m.ConfirmedAt), ends: optional(m.ExpiresAt), changed: optional(m.ChangedAt), time: optional(m.Time)}
	if m.Act.Kept() {
		r.act = c.column(m.Place, alias, m.Act, Text)
		return r
	}
	r.state = c.column(m.Place, alias, m.State, Text)
	given := optional(m.GrantedAt)
	r.grant = Coalesce{[]Expr{given, r.changed, beginning}}
	once := And{[]Expr{IsNull{Of: given, Not: true}, Not{OneOf{r.state, texts([]string{"requested", "unknown", ""})}}}}
	r.wasGranted = Or{[]Expr{Compare{Equal, r.state, text(granted)}, once}}
	return r
}

// everyChannel is whether a row names no channel.
func (c *lowering) everyChannel(m Consents, alias string) Expr {
	said := c.column(m.Place, alias, m.Channel, Text)
	return Or{[]Expr{IsNull{Of: said}, Compare{Equal, said, text("")}}}
}

// speaksOf is whether a row is about the pair's channel; nil where every row is.
func (c *lowering) speaksOf(p pair, m Consents, alias string) Expr {
	if !m.Channel.Kept() {
		return nil
	}
	return Or{[]Expr{c.everyChannel(m, alias), OneOf{c.column(m.Place, alias, m.Channel, Text), bothNames(p.channel)}}}
}

// found is how a row finds its person: by key, else by one of the addresses.
func (s *scope) found(p pair, m Consents, alias string) Expr {
	if m.Person.Kept() {
		return Compare{Equal, s.column(m.Place, alias, m.Person, Key), s.key()}
	}
	return s.present(p, m, alias)
}

// present is whether a row names a present address of the person's: that of
// the channel that it speaks of, or any that the consent covers.
func (s *scope) present(p pair, m Consents, alias string) Expr {
	named := s.column(m.Place, alias, m.Address, Text)
	var any []Expr
	for _, channel := range p.consent.Channels {
		same := Compare{Equal, named, s.address(channel)}
		if m.Channel.Kept() && channel != p.channel {
			any = append(any, And{[]Expr{same, s.everyChannel(m, alias)}})
			continue
		}
		any = append(any, same)
	}
	return Is{Term: Or{any}, Verdict: True}
}

// concerns is whether a row bears on the present address.
func (s *scope) concerns(p pair, m Consents, alias string) Expr {
	if !m.Person.Kept() || !m.Address.Kept() || p.consent.Survives == survives {
		return truth(true)
	}
	named := s.column(m.Place, alias, m.Address, Text)
	return Or{[]Expr{IsNull{Of: named}, Compare{Equal, named, text("")}, s.present(p, m, alias)}}
}
