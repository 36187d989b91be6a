package prove

import (
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// claim is a condition whose leaves are tests of variables. It still has
// Kleene's three verdicts; nodes of the graph have two.
type claim struct {
	kind  claimKind
	terms []*claim
	// Of a table: the verdict where the only term is true, false and unknown. Of
	// a constant: the verdict.
	table [3]expr.Verdict
	about int // of a test: the variable
	test  test
	whole expr.Expr // of a test: the condition, which may have to be taken as it comes

	made [][2]node // by epoch: "is true" and "is false", plus one; zero is not made yet
}

type claimKind uint8

const (
	isConstant claimKind = iota
	isAll                // Kleene's conjunction
	isSome               // Kleene's disjunction
	isTable              // a verdict for each verdict of the term: Not and Is are such tables
	isTest               // a variable tested
	isSplit              // true where the first term is true, false where the second is
)

// The places of a table.
const (
	onTrue = iota
	onFalse
	onUnknown
)

func constant(v expr.Verdict) *claim { return &claim{kind: isConstant, table: [3]expr.Verdict{v}} }

func all(terms ...*claim) *claim { return &claim{kind: isAll, terms: terms} }

func some(terms ...*claim) *claim { return &claim{kind: isSome, terms: terms} }

func tabled(term *claim, table [3]expr.Verdict) *claim {
	return &claim{kind: isTable, terms: []*claim{term}, table: table}
}

func negation(term *claim) *claim {
	return tabled(term, [3]expr.Verdict{expr.False, expr.True, expr.Unknown})
}

// is asks for one verdict; it is never unknown.
func is(term *claim, verdict expr.Verdict) *claim {
	return tabled(term, [3]expr.Verdict{expr.Decided(verdict == expr.True), expr.Decided(verdict == expr.False), expr.Decided(verdict == expr.Unknown)})
}

func split(yes, no *claim) *claim { return &claim{kind: isSplit, terms: []*claim{yes, no}} }

// test is what is asked about a variable's value.
type test struct {
	kind    testKind
	compare expr.Comparison
	values  []types.Value
	span    types.Span
}

type testKind uint8

const (
	isComparison testKind = iota // with values[0]
	isOneOf
	isSet
	isTruth  // the value is a condition itself
	isWithin // the age is below the span
)

// verdict is the answer where the variable has the value.
func (t test) verdict(v types.Value) expr.Verdict {
	switch t.kind {
	case isComparison:
		return eval.Compared(t.compare, v, t.values[0])
	case isOneOf:
		return eval.OneOf(v, t.values)
	case isSet:
		return expr.Decided(!types.IsNull(v))
	case isTruth, isWithin:
	}
	return eval.Truth(v)
}

// turned is the comparison with its sides exchanged.
var turned = map[expr.Comparison]expr.Comparison{
	expr.Equal: expr.Equal, expr.NotEqual: expr.NotEqual, expr.Less: expr.Greater, expr.LessEqual: expr.GreaterEqual,
	expr.Greater: expr.Less, expr.GreaterEqual: expr.LessEqual,
}

// told tells whether regions of these values can be told apart: lists have no
// order.
func told(values []types.Value) bool {
	for _, v := range values {
		switch v.(type) {
		case types.Null, types.Values, nil:
			return false
		case types.Text, types.Decimal, types.Truth, types.Date, types.Instant, types.Span:
		}
	}
	return true
}
