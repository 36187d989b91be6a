package warehouse

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// people reads the people block and the values blocks beside it, which spell
// the words of attributes.
func (r *reader) people(m *sql.Mapping, p ir.Platform) {
	names := r.personNames()
	block := ir.Config{At: p.At}
	for _, b := range p.Config.Blocks {
		if b.Type == "people" {
			block = b.Config
			m.People.Place = r.place(block)
		}
	}
	if m.People.Table == (sql.Name{}) {
		m.People.Place = sql.Place{Table: sql.Name{Schema: r.form.Tables, Object: "people"}, At: block.At}
	}
	m.People.Key = r.column(block, "key", r.program.Person.Keys[0].Name)
	m.People.Observed = r.fields(block, "observed", names)
	m.People.Fields = r.fields(block, "fields", names)
	for _, c := range []ir.Config{p.Config, block} {
		r.spellings(m.People.Fields, c, names)
	}
}

func (r *reader) personNames() []string {
	var names []string
	for _, k := range r.program.Person.Keys {
		names = append(names, k.Name)
	}
	for _, a := range r.program.Person.Attributes {
		names = append(names, a.Name)
	}
	return names
}

// fields reads { ours = "theirs" }.
func (r *reader) fields(c ir.Config, argument string, names []string) map[string]sql.Stored {
	out := map[string]sql.Stored{}
	s, there := c.Get(argument)
	if !there {
		return out
	}
	for _, f := range s.Map {
		column, ok := f.Value.(types.Text)
		switch {
		case !slices.Contains(names, f.Name):
			r.add(noSuchName, f.At, fmt.Sprintf("Nothing here is called %s.", f.Name), nearest(f.Name, names))
		case !ok || column == "":
			r.add(wrongArgument, f.At, fmt.Sprintf("The column of %s is a text.", f.Name), "")
		default:
			out[f.Name] = sql.Stored{Column: string(column), At: f.At}
		}
	}
	return out
}

// spellings adds the words of values blocks to fields.
func (r *reader) spellings(fields map[string]sql.Stored, c ir.Config, names []string) {
	for _, b := range c.Blocks {
		if b.Type != "values" || len(b.Labels) != 1 {
			continue
		}
		label := b.Labels[0]
		if !slices.Contains(names, label) {
			r.add(noSuchName, b.Config.At, fmt.Sprintf("Nothing here is called %s.", label), nearest(label, names))
			continue
		}
		f, mapped := fields[label]
		if !mapped {
			f = sql.Stored{Column: label, At: b.Config.At}
		}
		f.Words = append(f.Words, r.words(ir.Config{Blocks: []ir.ConfigBlock{b}}, label)...)
		fields[label] = f
	}
}

func (r *reader) event(m *sql.Mapping, b ir.ConfigBlock, form targets.BlockForm) {
	r.arguments("event block", b.Config, b.Config.At, form.Settings)
	event, ok := declared(r, r.program.Events, b)
	if !ok {
		return
	}
	if event.From != "" {
		r.add(wrongArgument, b.Config.At, fmt.Sprintf("%s is derived from %s and has no rows of its own.", event.Address, event.From), "map "+event.From)
		return
	}
	var names []string
	for _, f := range event.Fields {
		names = append(names, f.Name)
	}
	c := b.Config
	e := sql.Events{
		Place: r.place(c), Person: r.column(c, "person", "person"), Time: r.column(c, "at", "at"), Sequence: r.column(c, "sequence", ""),
		Fields: r.fields(c, "fields", names),
	}
	r.spellings(e.Fields, c, names)
	m.Events[event.Address] = e
}

func (r *reader) outcomes(m *sql.Mapping, b ir.ConfigBlock, form targets.BlockForm) {
	c := b.Config
	r.arguments("outcomes block", c, c.At, form.Settings)
	m.Outcomes = sql.Outcomes{
		Place: r.place(c), Person: r.column(c, "person", "person"), Touchpoint: r.column(c, "touchpoint", "touchpoint"),
		Outcome: r.column(c, "outcome", "outcome"), Time: r.column(c, "at", "at"),
		Channel: r.column(c, "channel", ""), Address: r.column(c, "address", ""),
	}
}

func (r *reader) consent(m *sql.Mapping, b ir.ConfigBlock, form targets.BlockForm) {
	c := b.Config
	r.arguments("consent block", c, c.At, form.Settings)
	consent, ok := declared(r, r.program.Consents, b)
	if !ok {
		return
	}
	x := sql.Consents{
		Place: r.place(c), Person: r.column(c, "person", ""), Address: r.column(c, "address", ""), Channel: r.column(c, "channel", ""),
		State: r.column(c, "state", "state"), Act: r.column(c, "act", ""), Time: r.column(c, "at", ""), Sequence: r.column(c, "sequence", ""),
		ChangedAt: r.column(c, "changed_at", ""), GrantedAt: r.column(c, "granted_at", ""),
		ConfirmedAt: r.column(c, "confirmed_at", ""), ExpiresAt: r.column(c, "expires_at", ""),
	}
	if x.Act.Kept() && !x.Time.Kept() {
		r.add(noArgument, c.At, fmt.Sprintf("The table of %s holds acts, and nothing says when each was done.", consent.Address), "add at = \"<column>\"")
	}
	switch {
	case !x.Person.Kept() && !x.Address.Kept():
		r.add(noArgument, c.At, fmt.Sprintf("The table of %s is found neither by person nor by address.", consent.Address), "add person = \"<column>\" or address = \"<column>\"")
	case !x.Person.Kept() && consent.Survives != "":
		r.add(byAddress, x.Address.At, fmt.Sprintf("%s stays with a person whose address changes, but a row of %s that names an earlier address is not found by the present one.",
			consent.Address, x.Table), "name the column of the person's key as well: person = \"<column>\"")
	}
	m.Consents[consent.Address] = x
}

func (r *reader) exclusion(m *sql.Mapping, b ir.ConfigBlock, form targets.BlockForm) {
	c := b.Config
	r.arguments("exclusion block", c, c.At, form.Settings)
	x, ok := declared(r, r.program.Exclusions, b)
	if !ok {
		return
	}
	e := sql.Exclusions{Place: r.place(c), Match: r.match(c), AsOf: r.column(c, "as_of", x.AsOf)}
	m.Exclusions[x.Address] = e
}

// match is one column or a list of them.
func (r *reader) match(c ir.Config) []sql.Stored {
	s, there := c.Get("match")
	if !there {
		return nil
	}
	values := types.Values{s.Value}
	if list, ok := s.Value.(types.Values); ok {
		values = list
	}
	var out []sql.Stored
	for _, v := range values {
		column, ok := v.(types.Text)
		if !ok || column == "" {
			r.add(wrongArgument, s.At, "match is the name of a column, or a list of them.", "")
			continue
		}
		out = append(out, sql.Stored{Column: string(column), At: s.At})
	}
	return out
}
