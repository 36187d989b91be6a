package warehouse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// reader reads a platform block into a mapping.
type reader struct {
	form    Form
	program *ir.Program
	found   diag.List
}

// defaultSchema is ours unless the block says another.
const defaultSchema = "trayecto"

// Schema is the schema that is ours.
func Schema(p ir.Platform) string {
	if s, ok := p.Config.Get("schema"); ok {
		if name, ok := s.Value.(types.Text); ok && name != "" {
			return string(name)
		}
	}
	return defaultSchema
}

// Read is the mapping of a platform block, with everything that is wrong in it.
func (f Form) Read(program *ir.Program, p ir.Platform) (sql.Mapping, diag.List) {
	r := &reader{form: f, program: program}
	m := sql.Mapping{At: p.At, Schema: f.Tables, Events: map[string]sql.Events{}, Consents: map[string]sql.Consents{}, Exclusions: map[string]sql.Exclusions{}}
	r.arguments("platform block of a "+f.Description.Name+" platform", p.Config, p.At, f.Describe().Settings)
	r.people(&m, p)
	for _, b := range p.Config.Blocks {
		r.block(&m, b)
	}
	for _, x := range program.Exclusions {
		if _, mapped := m.Exclusions[x.Address]; !mapped {
			r.add(noList, p.At, fmt.Sprintf("%s has no table here, so everyone whom it could name counts as being on it.", x.Address),
				fmt.Sprintf("add exclusion %q { table = \"<schema.table>\", match = [\"<column>\"] } on lines of their own", name(x.Address)))
		}
	}
	return m, r.found
}

func (r *reader) add(rule *diag.Rule, at diag.Range, detail, help string) {
	r.found = append(r.found, diag.Diagnostic{Rule: rule, At: at, Detail: detail, Help: help})
}

// block reads one nested block; values and people are read with the people.
func (r *reader) block(m *sql.Mapping, b ir.ConfigBlock) {
	form, known := formOf(b.Type)
	if !known {
		r.add(wrongArgument, b.Config.At, fmt.Sprintf("A %s platform has no %s block.", r.form.Description.Name, b.Type), nearest(b.Type, blockNames()))
		return
	}
	if len(b.Labels) != form.Labels {
		r.add(wrongArgument, b.Config.At, fmt.Sprintf("A %s block has %d names after its type, and this one has %d.", b.Type, form.Labels, len(b.Labels)), "")
		return
	}
	switch b.Type {
	case "event":
		r.event(m, b, form)
	case "consent":
		r.consent(m, b, form)
	case "exclusion":
		r.exclusion(m, b, form)
	case "outcomes":
		r.outcomes(m, b, form)
	case "people":
		r.arguments("people block", b.Config, b.Config.At, form.Settings)
	}
}

func formOf(block string) (targets.BlockForm, bool) {
	for _, f := range Blocks {
		if f.Type == block {
			return f, true
		}
	}
	return targets.BlockForm{}, false
}

func blockNames() []string {
	out := make([]string, len(Blocks))
	for i, f := range Blocks {
		out[i] = f.Type
	}
	return out
}

// arguments checks the names of a block's arguments and that none is missing.
func (r *reader) arguments(where string, c ir.Config, at diag.Range, known []targets.Setting) {
	var names []string
	for _, s := range known {
		names = append(names, s.Name)
		if _, there := c.Get(s.Name); s.Required && !there {
			r.add(noArgument, at, fmt.Sprintf("The %s has no %s. %s", where, s.Name, s.Doc), fmt.Sprintf("add %s = …", s.Name))
		}
	}
	for _, s := range c.Settings {
		if !slices.Contains(names, s.Name) {
			r.add(wrongArgument, s.At, fmt.Sprintf("The %s has no argument %s.", where, s.Name), nearest(s.Name, names))
		}
	}
}

func nearest(word string, candidates []string) string {
	if near := diag.Nearest(word, candidates); near != "" {
		return "write " + near
	}
	return ""
}

// text is an argument that is a constant text, or "".
func (r *reader) text(c ir.Config, name string) (string, diag.Range) {
	s, there := c.Get(name)
	if !there {
		return "", c.At
	}
	value, ok := s.Value.(types.Text)
	if !ok || value == "" {
		r.add(wrongArgument, s.At, fmt.Sprintf("%s is a text.", s.Name), "")
	}
	return string(value), s.At
}

// place is the table of a block. A name without schema is in the database's own.
func (r *reader) place(c ir.Config) sql.Place {
	written, at := r.text(c, "table")
	if written == "" {
		return sql.Place{At: at}
	}
	schema, table, full := strings.Cut(written, ".")
	if !full {
		schema, table = r.form.Tables, written
	}
	if schema == "" || table == "" || strings.Contains(table, ".") {
		r.add(wrongArgument, at, fmt.Sprintf("%q is not the name of a table.", written), "write schema.table")
	}
	return sql.Place{Table: sql.Name{Schema: schema, Object: table}, At: at}
}

// column is the column that an argument names, same if it names none; "" as
// same means that there is none then.
func (r *reader) column(c ir.Config, argument, same string) sql.Stored {
	column, at := r.text(c, argument)
	if column == "" {
		column = same
	}
	return sql.Stored{Column: column, At: at, Words: r.words(c, argument)}
}

// words are how our words of a column are spelled, from values "name" { … }.
func (r *reader) words(c ir.Config, of string) []sql.Word {
	var out []sql.Word
	for _, b := range c.Blocks {
		if b.Type != "values" || len(b.Labels) != 1 || b.Labels[0] != of {
			continue
		}
		for _, s := range b.Config.Settings {
			if theirs, ok := s.Value.(types.Text); ok {
				out = append(out, sql.Word{Ours: s.Name, Theirs: string(theirs)})
			} else {
				r.add(wrongArgument, s.At, fmt.Sprintf("The spelling of %s is a text.", s.Name), "")
			}
		}
	}
	return out
}

// name is the last part of an address.
func name(address string) string { return address[strings.LastIndexByte(address, '.')+1:] }

// declared is the address that a block's label means.
func declared[D ir.Declaration](r *reader, list []D, b ir.ConfigBlock) (D, bool) {
	address := b.Type + "." + b.Labels[0]
	d, ok := ir.Find(list, address)
	if !ok {
		d, ok = ir.Find(list, b.Labels[0])
	}
	if !ok {
		var names []string
		for _, other := range list {
			names = append(names, strings.TrimPrefix(other.Header().Address, b.Type+"."))
		}
		r.add(noSuchName, b.Config.At, fmt.Sprintf("There is no %s.", address), nearest(b.Labels[0], names))
	}
	return d, ok
}
