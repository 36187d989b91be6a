package sql

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
)

// Columns of a straight database beside those that the program names.
const (
	SequenceColumn = "seq"
	AddressColumn  = "address"
	ActColumn      = "act"
	EndsColumn     = "expires_at"
	UntilColumn    = "until"
)

// Straight is the mapping of a database that was laid out for a program: a
// table for the people and for each recorded event, consent (of acts) and
// exclusion, named by their addresses, with columns of the program's names.
func Straight(p *ir.Program, schema string) Mapping {
	at := func(address string) Place { return Place{Table: Name{schema, address}} }
	column := func(name string) Stored { return Stored{Column: name} }
	m := Mapping{
		Schema: schema,
		People: People{Place: at("people"), Key: column(p.Person.Keys[0].Name), Observed: map[string]Stored{}},
		Events: map[string]Events{}, Consents: map[string]Consents{}, Exclusions: map[string]Exclusions{},
		Outcomes: Outcomes{Place: at("outcomes"), Person: column(PersonColumn), Touchpoint: column("touchpoint"), Outcome: column("outcome"),
			Time: column(timeColumn), Channel: column(ChannelColumn), Address: column(AddressColumn)},
	}
	for _, a := range p.Person.Attributes {
		if !a.FreshFor.IsZero() {
			m.People.Observed[a.Name] = column(SeenColumn(a.Name))
		}
	}
	for _, e := range p.Events {
		m.Events[e.Address] = Events{Place: at(e.Address), Person: column(PersonColumn), Time: column(timeColumn), Sequence: column(SequenceColumn)}
	}
	for _, c := range p.Consents {
		m.Consents[c.Address] = Consents{Place: at(c.Address), Person: column(PersonColumn), Address: column(AddressColumn), Channel: column(ChannelColumn),
			Act: column(ActColumn), Time: column(timeColumn), Sequence: column(SequenceColumn), ExpiresAt: column(EndsColumn)}
	}
	for _, x := range p.Exclusions {
		match := make([]Stored, len(x.Match))
		for i := range match {
			match[i] = column(MatchColumn(i))
		}
		m.Exclusions[x.Address] = Exclusions{Place: at(x.Address), Match: match, AsOf: column(UntilColumn)}
	}
	return m
}

// SeenColumn is the column of a straight database that says when a value was learned.
func SeenColumn(attribute string) string { return attribute + "_seen" }

// MatchColumn is the column of the n-th value that an exclusion matches by.
func MatchColumn(n int) string { return fmt.Sprintf("m%d", n) }
