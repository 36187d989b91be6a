package sql

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// stream is a table of things that happened, in a FROM under an alias.
type stream struct {
	alias    string
	place    Place
	person   Stored
	time     Stored
	sequence Stored
	event    ir.Event // the zero event for outcomes
	fields   map[string]Stored
}

// open is the stream of a source. Its conditions come from conditions.
func (c *lowering) open(e expr.Expr, of expr.Source) (stream, bool) {
	switch {
	case of.Event != "":
		base, _, ok := c.Program.Base(of.Event)
		if !ok {
			c.refuse(notSaid, e, fmt.Sprintf("There is no %s.", of.Event), "")
			return stream{}, false
		}
		return c.events(base), true
	case of.Touchpoint != "":
		return c.outcomes(), true
	}
	c.refuse(notSaid, e, fmt.Sprintf("What became of one step's message (%s.%s) is known only inside its journey.", of.Step, of.Outcome), leaveOut)
	return stream{}, false
}

// events is the table of a recorded event. An event that the mapping does not
// mention has a table and columns of its own name.
func (c *lowering) events(base ir.Event) stream {
	m, mapped := c.Mapping.Events[base.Address]
	if !mapped {
		m.Place = Place{Table: Name{c.Mapping.Schema, bare(base.Address)}, At: c.Mapping.At}
	}
	return stream{
		alias: c.alias("e"), place: m.Place, person: orSame(m.Person, "person", m.At), time: orSame(m.Time, "at", m.At),
		sequence: m.Sequence, event: base, fields: m.Fields,
	}
}

func (c *lowering) outcomes() stream {
	m := c.outcomeMapping()
	return stream{alias: c.alias("o"), place: m.Place, person: m.Person, time: m.Time}
}

// outcomeMapping is the mapping with the names of what it does not mention.
func (c *lowering) outcomeMapping() Outcomes {
	m := c.Mapping.Outcomes
	if m.Table == (Name{}) {
		m.Place = Place{Table: Name{c.Mapping.Schema, "outcomes"}, At: c.Mapping.At}
	}
	m.Person, m.Touchpoint = orSame(m.Person, "person", m.At), orSame(m.Touchpoint, "touchpoint", m.At)
	m.Outcome, m.Time = orSame(m.Outcome, "outcome", m.At), orSame(m.Time, "at", m.At)
	return m
}

// orSame is the column of the same name where the mapping does not say one.
func orSame(s Stored, name string, at diag.Range) Stored {
	if !s.Kept() {
		s.Column = name
	}
	if s.At.IsZero() {
		s.At = at
	}
	return s
}

func (c *lowering) from(st stream) Table { return c.table(st.place, st.alias) }

func (c *lowering) personOf(st stream) Expr { return c.column(st.place, st.alias, st.person, Key) }

func (c *lowering) timeOf(st stream) Expr { return c.column(st.place, st.alias, st.time, Instant) }

// sequenceOf is null where the table keeps no order of its own.
func (c *lowering) sequenceOf(st stream) Expr {
	if !st.sequence.Kept() {
		return Null{Decimal}
	}
	return c.column(st.place, st.alias, st.sequence, Decimal)
}

// conditions is when a row of st counts for a source, without its time. It is
// lowered in s, whose people are joined to the row if the conditions speak of them.
func (s *scope) conditions(st stream, of expr.Source) []Expr {
	var out []Expr
	if of.Touchpoint != "" {
		out = append(out, s.of(of.Touchpoint, st.alias), s.became(st.alias, of.Outcome))
	}
	before := s.it
	s.it = &st
	defer func() { s.it = before }()
	for _, where := range s.wheres(of) {
		out = append(out, s.lower(where))
	}
	return out
}

// wheres lists the conditions of a source and of the derived events behind it.
func (c *lowering) wheres(of expr.Source) []expr.Expr {
	var out []expr.Expr
	if _, where, ok := c.Program.Base(of.Event); ok && where != nil {
		out = append(out, where)
	}
	if of.Where != nil {
		out = append(out, of.Where)
	}
	return out
}

// of is whether an outcome is one of a touchpoint's, by short or full name.
func (c *lowering) of(touchpoint, alias string) Expr {
	return OneOf{c.touchpoint(alias), bothNames(touchpoint)}
}

func (c *lowering) touchpoint(alias string) Expr {
	m := c.outcomeMapping()
	return c.column(m.Place, alias, m.Touchpoint, Text)
}

func bothNames(address string) []types.Value { return texts([]string{bare(address), address}) }

func (c *lowering) became(alias string, kinds ...string) Expr {
	m := c.outcomeMapping()
	return OneOf{c.column(m.Place, alias, m.Outcome, Text), texts(kinds)}
}

// in is the part of the past that a window shows. Only what has happened counts.
func (s *scope) in(e expr.Expr, w expr.Window, at Expr) Expr {
	switch w.Since {
	case "":
		return within(at, w.Length)
	case "ever":
		return Compare{LessEqual, at, Now{}}
	}
	return s.refuse(notSaid, e, fmt.Sprintf("The window %q begins inside a journey, and nothing is known of journeys here.", w.Since), leaveOut)
}

// eventField is a field of a stream's row.
func (s *scope) eventField(e expr.Expr, st stream, path []string) Expr {
	if path[0] == "at" {
		return s.timeOf(st)
	}
	for _, f := range st.event.Fields {
		if f.Name != path[0] {
			continue
		}
		t, ok := typeOf(f.Type)
		if !ok {
			return s.refuse(notSaid, e, fmt.Sprintf("%s is a %s, and columns of that type are not read.", strings.Join(path, "."), f.Type), leaveOut)
		}
		value := s.column(st.place, st.alias, field(st.fields, f.Name, st.place.At), t)
		return s.object(e, path[1:], value, f.Type)
	}
	return s.refuse(notSaid, e, fmt.Sprintf("There is no field %s.", path[0]), "")
}

// personal tells whether conditions speak of the person beside the row.
func personal(conditions []expr.Expr) bool {
	found := false
	for _, e := range conditions {
		expr.Walk(e, func(e expr.Expr) bool {
			switch e.(type) {
			case expr.Attribute, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Member, expr.Reachable,
				expr.Suppressed, expr.Excluded:
				found = true
			case expr.Literal, expr.Field, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
				expr.Coalesce, expr.Within, expr.Call, expr.Any:
			}
			return !found
		})
	}
	return found
}
