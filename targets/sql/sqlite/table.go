package sqlite

import (
	"sort"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
	lowered "github.com/trayecto/trayecto/targets/sql"
)

// table is a table of a straight database with its rows.
type table struct {
	name    string
	columns []string
	rows    [][]types.Value
}

// Mapping is where a program's database keeps what: the straight one, without
// the lists that are not there.
func Mapping(p *ir.Program, lists person.Lists) lowered.Mapping {
	m := lowered.Straight(p, "")
	for _, x := range p.Exclusions {
		if lists[x.Address] == nil {
			delete(m.Exclusions, x.Address)
		}
	}
	return m
}

func tables(p *ir.Program, people []*person.Person, lists person.Lists) []table {
	out := []table{peopleTable(p, people), outcomeTable(people)}
	for _, e := range p.Events {
		if e.From == "" {
			out = append(out, eventTable(e, people))
		}
	}
	for _, c := range p.Consents {
		out = append(out, actTable(c, people))
	}
	for _, x := range p.Exclusions {
		if lists[x.Address] != nil {
			out = append(out, listTable(x, lists[x.Address]))
		}
	}
	return out
}

func peopleTable(p *ir.Program, people []*person.Person) table {
	t := table{name: "people"}
	var names, seen []string
	for _, k := range p.Person.Keys {
		names = append(names, k.Name)
	}
	for _, a := range p.Person.Attributes {
		if a.Value == nil {
			names = append(names, a.Name)
		}
		if !a.FreshFor.IsZero() {
			seen = append(seen, a.Name)
		}
	}
	t.columns = append(t.columns, names...)
	for _, name := range seen {
		t.columns = append(t.columns, lowered.SeenColumn(name))
	}
	for _, who := range people {
		var row []types.Value
		for _, name := range names {
			row = append(row, who.Get(name))
		}
		for _, name := range seen {
			at, known := who.Observed[name]
			row = append(row, instant(at, known))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func eventTable(e ir.Event, people []*person.Person) table {
	t := table{name: e.Address, columns: []string{"person", "at", lowered.SequenceColumn}}
	for _, f := range e.Fields {
		t.columns = append(t.columns, f.Name)
	}
	for _, who := range people {
		for _, x := range who.Events {
			if x.Type != e.Address {
				continue
			}
			row := []types.Value{types.Text(who.ID), x.At, number(x.Seq)}
			for _, f := range e.Fields {
				row = append(row, x.Fields[f.Name])
			}
			t.rows = append(t.rows, row)
		}
	}
	return t
}

func outcomeTable(people []*person.Person) table {
	t := table{name: "outcomes", columns: []string{"person", "touchpoint", "outcome", "at", lowered.ChannelColumn, lowered.AddressColumn}}
	for _, who := range people {
		for _, o := range who.Outcomes {
			t.rows = append(t.rows, []types.Value{types.Text(who.ID), types.Text(o.Touchpoint), types.Text(o.Kind), o.At, types.Text(o.Channel), types.Text(o.Address)})
		}
	}
	return t
}

func actTable(c ir.Consent, people []*person.Person) table {
	t := table{name: c.Address, columns: []string{"person", lowered.AddressColumn, lowered.ChannelColumn, lowered.ActColumn, "at",
		lowered.SequenceColumn, lowered.EndsColumn}}
	for _, who := range people {
		for i, a := range who.Acts {
			if a.Consent == c.Address {
				t.rows = append(t.rows, []types.Value{types.Text(who.ID), types.Text(a.Address), types.Text(a.Channel), types.Text(a.Kind), a.At,
					number(int64(i)), instant(a.ExpiresAt, a.ExpiresAt != 0)})
			}
		}
	}
	return t
}

// listTable has the rows of a list, each as old as the list.
func listTable(x ir.Exclusion, list *person.ExclusionList) table {
	t := table{name: x.Address}
	for i := range x.Match {
		t.columns = append(t.columns, lowered.MatchColumn(i))
	}
	t.columns = append(t.columns, lowered.UntilColumn)
	rows := make([]string, 0, len(list.Rows))
	for row := range list.Rows {
		rows = append(rows, row)
	}
	sort.Strings(rows)
	for _, row := range rows {
		var values []types.Value
		for _, v := range strings.Split(row, "\x00") {
			values = append(values, types.Text(v))
		}
		t.rows = append(t.rows, append(values, instant(list.AsOf, list.AsOf != 0)))
	}
	return t
}

func instant(at types.Instant, known bool) types.Value {
	if !known {
		return types.Null{}
	}
	return at
}

func number(n int64) types.Value { return types.Decimal{Decimal: decimal.NewFromInt(n)} }
