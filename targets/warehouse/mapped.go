package warehouse

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

// mapped notes every table and column that the platform block names, so that
// the plan says at its line what is not there, also where no view needs it yet.
func (l *lowering) mapped() {
	for _, b := range l.Platform.Config.Blocks {
		if table, there := b.Config.Get("table"); there {
			l.reads(l.form.columns(b.Config, table))
		}
	}
}

// columns is what a block names in its table: each argument but the table
// itself is a column, a list of them or a map to them.
func (f Form) columns(c ir.Config, table ir.Setting) []sql.Source {
	written, _ := table.Value.(types.Text)
	schema, object, full := strings.Cut(string(written), ".")
	if !full {
		schema, object = f.Tables, string(written)
	}
	name := sql.Name{Schema: schema, Object: object}
	out := []sql.Source{{Table: name, At: table.At}}
	for _, s := range c.Settings {
		if s.Name == table.Name {
			continue
		}
		named := append(append([]ir.Setting(nil), s.Map...), s)
		for _, n := range named {
			for _, column := range texts(n.Value) {
				out = append(out, sql.Source{Table: name, Column: column, At: n.At})
			}
		}
	}
	return out
}

// texts is the texts of a value: itself or its items.
func texts(v types.Value) []string {
	switch v := v.(type) {
	case types.Text:
		return []string{string(v)}
	case types.Values:
		var out []string
		for _, item := range v {
			out = append(out, texts(item)...)
		}
		return out
	case types.Null, types.Decimal, types.Truth, types.Date, types.Instant, types.Span, nil:
	}
	return nil
}
