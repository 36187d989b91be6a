package sql

// Query is something with rows.
//
//sumtype:decl
type Query interface{ query() }

// Select is a query over tables. Without From it has one row.
type Select struct {
	Columns  []Named
	From     From // nil: none
	Joins    []Join
	Where    Expr // nil: every row
	Group    []Expr
	Distinct bool
}

// Union is the rows of all its parts, repetitions kept. Parts have the same columns.
type Union struct{ Parts []Query }

// With is a query over named steps, each of which may read those before it
// as a table without schema.
type With struct {
	Steps []Step
	Final Query
}

// everything is the rows and columns of a query, as printers make it.
type everything struct{ of Query }

// Step is one named step of a With.
type Step struct {
	Name string
	Of   Query
}

// Named is an expression and the name of its column.
type Named struct {
	Of   Expr
	Name string
}

// From is a table or a query with an alias.
//
//sumtype:decl
type From interface{ from() }

// Table is a table or view.
type Table struct {
	Name Name
	As   string
}

// Derived is a query in place of a table.
type Derived struct {
	Of Query
	As string
}

// Name is the full name of a table, view or function.
type Name struct {
	Schema string
	Object string
}

// Join adds columns to each row. Left keeps the rows that match nothing.
type Join struct {
	From From
	On   Expr
	Left bool
}

func (Select) query() {}
func (Union) query()  {}
func (With) query()   {}

func (everything) query() {}

func (Table) from()   {}
func (Derived) from() {}
