package sql

import "github.com/trayecto/trayecto/lang/types"

// Expr is one scalar expression.
//
//sumtype:decl
type Expr interface{ expr() }

// Type is how a value is held. The customer's columns are read as one of
// these, whatever they are declared as.
type Type string

// The types.
const (
	Text    Type = "text"
	Key     Type = "key"     // a text that only identifies
	Decimal Type = "decimal" // exact
	Truth   Type = "truth"
	Date    Type = "date"
	Instant Type = "instant" // a moment; what is stored without zone is in the project's
)

// Verdict is one of the three truth values.
type Verdict string

// The verdicts.
const (
	True    Verdict = "TRUE"
	False   Verdict = "FALSE"
	Unknown Verdict = "NULL" // as UNKNOWN; SQLite has no other word for it
)

// Column is a column of a table in FROM, as the database has it.
type Column struct {
	Of   string // the alias
	Name string
}

// Read is a column of the customer's, read as a type of ours.
type Read struct {
	Of Expr
	To Type
}

// Literal is a constant: Text, Decimal, Truth, Date or Instant.
type Literal struct{ Value types.Value }

// Null is the missing value of a type.
type Null struct{ Of Type }

// Now is the present: a literal when counting, the platform's clock when deployed.
type Now struct{}

// Shift is an instant moved by a length of time; months and years on the
// calendar of the project's zone, an hour that does not exist or exists twice
// being the later one.
type Shift struct {
	Of   Expr
	By   types.Span
	Back bool
}

// Parameter is an argument of the function around, counted from 1, a text.
type Parameter struct{ Index int }

// Compare is unknown when either side is null.
type Compare struct {
	Op          Comparison
	Left, Right Expr
}

// Comparison is an operator of Compare.
type Comparison string

// The comparisons.
const (
	Equal        Comparison = "="
	NotEqual     Comparison = "<>"
	Less         Comparison = "<"
	LessEqual    Comparison = "<="
	Greater      Comparison = ">"
	GreaterEqual Comparison = ">="
)

// And is true of nothing.
type And struct{ Terms []Expr }

// Or is false of nothing.
type Or struct{ Terms []Expr }

// Not is the three-valued negation.
type Not struct{ Term Expr }

// Is asks for a verdict of its term, or for any other; never unknown.
type Is struct {
	Term    Expr
	Verdict Verdict
	Not     bool
}

// IsNull asks whether a value is missing, or whether it is not.
type IsNull struct {
	Of  Expr
	Not bool
}

// OneOf is whether a value is among constants; unknown when it is null.
type OneOf struct {
	Of     Expr
	Values []types.Value
}

// Coalesce is the first term that is not null.
type Coalesce struct{ Terms []Expr }

// Case is the value of the first arm whose condition is true.
type Case struct {
	Arms []Arm
	Else Expr // nil: null
}

// Arm is one way of a Case.
type Arm struct{ When, Then Expr }

// Exists is whether the query has a row.
type Exists struct{ Of Query }

// Inside is whether a value that is never null is among the single column of a
// query, which holds no null.
type Inside struct {
	Of Expr
	In Query
}

// Func is a scalar function.
type Func struct {
	Name FuncName
	Args []Expr
}

// FuncName names a scalar function by what it means, not by a dialect's word.
type FuncName string

// The functions. Lower maps each letter by Unicode alone, whatever the
// database's locale; SHA256 is lower-case hex of the UTF-8 bytes.
const (
	Lower      FuncName = "lower"
	SHA256     FuncName = "sha256"
	Contains   FuncName = "contains"
	StartsWith FuncName = "starts_with"
	DayOf      FuncName = "day_of"   // the calendar day of an instant in the project's zone
	Weekday    FuncName = "weekday"  // of a date: mon tue wed thu fri sat sun
	DaysFrom   FuncName = "days"     // whole days from the first date to the second
	Midnight   FuncName = "midnight" // the instant at which a date begins in the project's zone
)

// Fold makes one value of the rows of a group, or of those that Filter holds for.
type Fold struct {
	Op     FoldOp
	Of     Expr          // nil for Count
	Filter Expr          // nil: every row
	Order  []Order       // for First and Rank
	Share  types.Decimal // for Rank
}

// FoldOp is a fold's function.
type FoldOp string

// The folds. Nulls do not take part, except in First, which is the value of
// the first row of its order whatever it is. Rank is the row at Share x rows of
// its order, rounded up and counted from 1; its Filter passes over nulls. Mean is rounded half-even to 6 places.
const (
	Count FoldOp = "count"
	Sum   FoldOp = "sum"
	Mean  FoldOp = "mean"
	Min   FoldOp = "min"
	Max   FoldOp = "max"
	First FoldOp = "first"
	Rank  FoldOp = "rank"
)

// Over looks at the rows of the same partition. A fold is over those from the
// first up to this one and its equals in order, or over all of them when there
// is no order; without a fold it is the value that Before has in the row before.
// Exactly one of the two is set.
type Over struct {
	Fold      *Fold
	Before    Expr
	Partition []Expr
	Order     []Order
}

// Order is one term of an order. Nulls come last.
type Order struct {
	Of   Expr
	Down bool
}

func (Column) expr()    {}
func (Read) expr()      {}
func (Literal) expr()   {}
func (Null) expr()      {}
func (Now) expr()       {}
func (Shift) expr()     {}
func (Parameter) expr() {}
func (Compare) expr()   {}
func (And) expr()       {}
func (Or) expr()        {}
func (Not) expr()       {}
func (Is) expr()        {}
func (IsNull) expr()    {}
func (OneOf) expr()     {}
func (Coalesce) expr()  {}
func (Case) expr()      {}
func (Exists) expr()    {}
func (Inside) expr()    {}
func (Func) expr()      {}
func (Fold) expr()      {}
func (Over) expr()      {}
