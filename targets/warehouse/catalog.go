package warehouse

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// The kinds of look-ups.
const (
	LookTable  = "table"  // "crm.customers"
	LookColumn = "column" // "crm.customers.given_name"
)

// Catalog is the columns of every table that can be seen, by the table's full
// name, and the tables in order.
type Catalog struct {
	tables  []string
	columns map[string][]string
}

// Add adds a table.
func (c *Catalog) Add(table string, columns []string) {
	if c.columns == nil {
		c.columns = map[string][]string{}
	}
	c.tables, c.columns[table] = append(c.tables, table), slices.Clone(columns)
}

// Answer finds tables, views and columns by name; the id is the name, which
// is what a view rests on. A column of a table that is not there is not
// judged: the table has a look-up of its own.
func (c *Catalog) Answer(looks []resource.Lookup) []targets.LookupAnswer {
	out := make([]targets.LookupAnswer, len(looks))
	for i, l := range looks {
		switch l.Kind {
		case LookTable:
			_, found := c.columns[l.Key]
			out[i] = answer(l.Key, found, "", c.tables)
		case LookColumn:
			dot := strings.LastIndexByte(l.Key, '.')
			table, column := l.Key[:max(dot, 0)], l.Key[dot+1:]
			columns, there := c.columns[table]
			out[i] = answer(l.Key, !there || slices.Contains(columns, column), table+".", columns)
		}
	}
	return out
}

func answer(key string, found bool, prefix string, candidates []string) targets.LookupAnswer {
	if found {
		return targets.LookupAnswer{ID: key, Found: true}
	}
	near := diag.Nearest(strings.TrimPrefix(key, prefix), candidates)
	if near != "" {
		near = prefix + near
	}
	return targets.LookupAnswer{Nearest: near}
}
