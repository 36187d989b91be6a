package suite

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

// house is a way to keep what a program declares: names and types of
// tables and columns, and the mapping that says so.
type house struct {
	engine Engine
	schema string
	// foreign has other names, other types and other words than the program.
	foreign bool
}

func (h house) table(name string) sql.Name {
	name = strings.ReplaceAll(name, ".", "_")
	if h.foreign {
		return sql.Name{Schema: h.schema, Object: "T " + name}
	}
	return sql.Name{Schema: h.schema, Object: name}
}

func (h house) column(name string) string {
	if h.foreign {
		return `Das "` + name + `"`
	}
	return name
}

func (h house) word(word string) string {
	if h.foreign {
		return strings.ToUpper(word) + "!"
	}
	return word
}

// value is v as a literal; the words of enums and truths are the warehouse's.
func (h house) value(v types.Value, t types.Type) string {
	_, enum := t.(types.Enum)
	d, number := v.(types.Decimal)
	switch {
	case types.IsNull(v), number && !h.engine.Digits.Hold(d):
		return "NULL"
	case enum || t == types.Bool && h.foreign:
		return sql.QuoteText(h.word(types.Spell(v)))
	}
	return sql.QuoteText(types.Spell(v))
}

// field is a column with a type, as tables and mappings need it.
type field struct {
	name string
	t    types.Type
}

func (h house) create(name string, fields []field) string {
	var columns []string
	for _, f := range fields {
		columns = append(columns, sql.Quote(h.column(f.name))+" "+h.engine.Column(f.t, h.foreign))
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", h.table(name).Quoted(), strings.Join(columns, ", "))
}

func (h house) insert(name string, fields []field, rows [][]types.Value) string {
	if len(rows) == 0 {
		return "SELECT 1"
	}
	var lines []string
	for _, row := range rows {
		var values []string
		for i, v := range row {
			values = append(values, h.value(v, fields[i].t))
		}
		lines = append(lines, "("+strings.Join(values, ", ")+")")
	}
	return fmt.Sprintf("INSERT INTO %s VALUES %s", h.table(name).Quoted(), strings.Join(lines, ",\n"))
}

func stored(p *ir.Program) []field {
	var out []field
	for _, k := range p.Person.Keys {
		out = append(out, field{k.Name, k.Type})
	}
	for _, a := range p.Person.Attributes {
		if a.Value == nil {
			out = append(out, field{a.Name, a.Type})
		}
		if !a.FreshFor.IsZero() {
			out = append(out, field{a.Name + "_seen", types.Timestamp})
		}
	}
	return out
}

func eventFields(e ir.Event) []field {
	out := []field{{"person", types.String}, {"at", types.Timestamp}, {"seq", types.Number}}
	for _, f := range e.Fields {
		out = append(out, field{f.Name, f.Type})
	}
	return out
}

var (
	outcomeKinds  = types.Enum{}
	outcomeFields = []field{{"person", types.String}, {"touchpoint", types.String}, {"outcome", outcomeKinds}, {"at", types.Timestamp},
		{"channel", types.String}, {"address", types.String}}
	actFields = []field{{"person", types.String}, {"address", types.String}, {"channel", types.String}, {"act", outcomeKinds},
		{"at", types.Timestamp}, {"seq", types.Number}, {"ends", types.Timestamp}}
)

func recorded(p *ir.Program) []ir.Event {
	return slices.DeleteFunc(slices.Clone(p.Events), func(e ir.Event) bool { return e.From != "" })
}

// load makes the tables of a program and fills them.
func (h house) load(t testing.TB, db Database, p *ir.Program, people []*person.Person, lists person.Lists) {
	t.Helper()
	statements := []string{"CREATE SCHEMA " + sql.Quote(h.schema), h.create("people", stored(p)), h.insert("people", stored(p), peopleRows(p, people))}
	for _, e := range recorded(p) {
		statements = append(statements, h.create(e.Address, eventFields(e)), h.insert(e.Address, eventFields(e), eventRows(e, people)))
	}
	statements = append(statements, h.create("outcomes", outcomeFields), h.insert("outcomes", outcomeFields, outcomeRows(people)))
	for _, c := range p.Consents {
		statements = append(statements, h.create(c.Address, actFields), h.insert(c.Address, actFields, actRows(c, people)))
	}
	for _, x := range p.Exclusions {
		fields, rows := listRows(x, lists)
		statements = append(statements, h.create(x.Address, fields), h.insert(x.Address, fields, rows))
	}
	db.Run(t, strings.Join(statements, ";\n"))
}

func peopleRows(p *ir.Program, people []*person.Person) [][]types.Value {
	var out [][]types.Value
	for n, who := range people {
		var row []types.Value
		for _, k := range p.Person.Keys {
			row = append(row, orFiller(who.Get(k.Name), k, n))
		}
		for _, a := range p.Person.Attributes {
			if a.Value == nil {
				row = append(row, who.Get(a.Name))
			}
			if !a.FreshFor.IsZero() {
				seen, known := who.Observed[a.Name]
				row = append(row, orNull(seen, known))
			}
		}
		out = append(out, row)
	}
	return out
}

// orFiller is what a customer keeps of a key: where somebody has none, every
// second time a filler that identifies nobody.
func orFiller(v types.Value, k ir.Key, n int) types.Value {
	if fillers := len(k.Ignore); types.IsNull(v) && fillers > 0 && n%2 == 1 {
		return types.Text(k.Ignore[n/2%fillers])
	}
	return v
}

func orNull(at types.Instant, known bool) types.Value {
	if !known {
		return types.Null{}
	}
	return at
}

func number(n int64) types.Value {
	d, err := types.NewDecimal(fmt.Sprint(n))
	if err != nil {
		panic(err)
	}
	return d
}

func eventRows(e ir.Event, people []*person.Person) [][]types.Value {
	var out [][]types.Value
	for _, who := range people {
		for _, x := range who.Events {
			if x.Type != e.Address {
				continue
			}
			row := []types.Value{types.Text(who.ID), x.At, number(x.Seq)}
			for _, f := range e.Fields {
				row = append(row, x.Fields[f.Name])
			}
			out = append(out, row)
		}
	}
	return out
}

func outcomeRows(people []*person.Person) [][]types.Value {
	var out [][]types.Value
	for _, who := range people {
		for _, o := range who.Outcomes {
			out = append(out, []types.Value{types.Text(who.ID), types.Text(o.Touchpoint), types.Text(o.Kind), o.At, types.Text(o.Channel), types.Text(o.Address)})
		}
	}
	return out
}

func actRows(c ir.Consent, people []*person.Person) [][]types.Value {
	var out [][]types.Value
	for _, who := range people {
		for i, a := range who.Acts {
			if a.Consent == c.Address {
				out = append(out, []types.Value{types.Text(who.ID), types.Text(a.Address), types.Text(a.Channel), types.Text(a.Kind), a.At,
					number(int64(i)), orNull(a.ExpiresAt, a.ExpiresAt != 0)})
			}
		}
	}
	return out
}

// listRows is a list's rows, each as old as the list. A list that is missing
// or of unknown age has rows without age.
func listRows(x ir.Exclusion, lists person.Lists) ([]field, [][]types.Value) {
	var fields []field
	for i := range x.Match {
		fields = append(fields, field{fmt.Sprintf("m%d", i), types.String})
	}
	fields = append(fields, field{"until", types.Timestamp})
	list := lists[x.Address]
	if list == nil {
		return fields, nil
	}
	var out [][]types.Value
	for row := range list.Rows { // a set, whose order shows nowhere
		var values []types.Value
		for _, v := range strings.Split(row, "\x00") {
			values = append(values, types.Text(v))
		}
		out = append(out, append(values, orNull(list.AsOf, list.AsOf != 0)))
	}
	return fields, out
}

// platform is the block that maps a program to the warehouse.
func (h house) platform(p *ir.Program, lists person.Lists) ir.Platform {
	out := ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: h.engine.Target, Name: "sandbox"}
	out.Config.Settings = slices.Concat(h.engine.Settings, []ir.Setting{setting("schema", "ours_"+h.schema)})
	names := func(fields []field) ir.Setting {
		s := ir.Setting{Name: "fields"}
		for _, f := range fields {
			s.Map = append(s.Map, setting(f.name, h.column(f.name)))
		}
		return s
	}
	mapped := func(kind, label, table string, settings ...ir.Setting) ir.ConfigBlock {
		b := ir.ConfigBlock{Type: kind, Config: ir.Config{Settings: append([]ir.Setting{setting("table", h.table(table).String())}, settings...)}}
		if label != "" {
			b.Labels = []string{label}
		}
		return b
	}
	observed := ir.Setting{Name: "observed"}
	var columns []field
	for _, f := range stored(p) {
		if name, seen := strings.CutSuffix(f.name, "_seen"); seen {
			observed.Map = append(observed.Map, setting(name, h.column(f.name)))
			continue
		}
		columns = append(columns, f)
	}
	people := mapped("people", "", "people", setting("key", h.column("customer_id")), names(columns), observed)
	people.Config.Blocks = h.spellings(columns)
	out.Config.Blocks = append(out.Config.Blocks, people)
	for _, e := range recorded(p) {
		fields := eventFields(e)[3:]
		b := mapped("event", strings.TrimPrefix(e.Address, "event."), e.Address, setting("person", h.column("person")), setting("at", h.column("at")),
			setting("sequence", h.column("seq")), names(fields))
		b.Config.Blocks = h.spellings(fields)
		out.Config.Blocks = append(out.Config.Blocks, b)
	}
	out.Config.Blocks = append(out.Config.Blocks, h.outcomes(mapped))
	for _, c := range p.Consents {
		b := mapped("consent", strings.TrimPrefix(c.Address, "consent."), c.Address, setting("person", h.column("person")), setting("address", h.column("address")),
			setting("channel", h.column("channel")), setting("act", h.column("act")), setting("at", h.column("at")), setting("sequence", h.column("seq")),
			setting("expires_at", h.column("ends")))
		b.Config.Blocks = h.words("act", "grant", "confirm", "refuse", "withdraw")
		out.Config.Blocks = append(out.Config.Blocks, b)
	}
	for _, x := range p.Exclusions {
		if lists[x.Address] == nil && x.FreshFor.IsZero() {
			continue // no list: nothing is mapped; one that ages is mapped to an empty table
		}
		match := types.Values{}
		for i := range x.Match {
			match = append(match, types.Text(h.column(fmt.Sprintf("m%d", i))))
		}
		out.Config.Blocks = append(out.Config.Blocks, mapped("exclusion", strings.TrimPrefix(x.Address, "exclusion."), x.Address,
			ir.Setting{Name: "match", Value: match}, setting("as_of", h.column("until"))))
	}
	return out
}

func (h house) outcomes(mapped func(kind, label, table string, settings ...ir.Setting) ir.ConfigBlock) ir.ConfigBlock {
	var settings []ir.Setting
	for _, f := range outcomeFields {
		settings = append(settings, setting(f.name, h.column(f.name)))
	}
	b := mapped("outcomes", "", "outcomes", settings...)
	var kinds []string
	for _, k := range person.Outcomes {
		kinds = append(kinds, string(k))
	}
	b.Config.Blocks = h.words("outcome", kinds...)
	return b
}

// spellings are the values blocks of columns whose words differ.
func (h house) spellings(fields []field) []ir.ConfigBlock {
	var out []ir.ConfigBlock
	for _, f := range fields {
		if enum, ok := f.t.(types.Enum); ok {
			out = append(out, h.words(f.name, enum.Values...)...)
		}
		if f.t == types.Bool {
			out = append(out, h.words(f.name, "true", "false")...)
		}
	}
	return out
}

func (h house) words(of string, words ...string) []ir.ConfigBlock {
	if !h.foreign {
		return nil
	}
	b := ir.ConfigBlock{Type: "values", Labels: []string{of}}
	for _, word := range words {
		b.Config.Settings = append(b.Config.Settings, setting(word, h.word(word)))
	}
	return []ir.ConfigBlock{b}
}

func setting(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }
