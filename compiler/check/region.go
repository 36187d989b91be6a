package check

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// What a condition can answer. A condition asks about subjects: attributes,
// fields, counts. Of the values that a subject can have only those make a
// difference that the condition's constants tell apart, so one value of each
// region stands for all of it: null, every word of an enum, every constant, a
// text that is none of them, numbers on, between and beyond the constants.
// Trying all of them finds every answer that a person could get. Subjects are
// taken to be free of each other, which can only add answers: what is never
// found true here is true for nobody.

// subject is one thing that a condition asks about, with a value of each region.
type subject struct {
	written string
	of      expr.Expr // nil for an answer that is taken as it comes
	cuts    []types.Value
	values  []types.Value
}

// question is a condition over subjects.
type question struct {
	of       expr.Expr
	terms    []*question
	subject  int   // of one without terms
	subjects []int // all, sorted
	answer   func(types.Value) expr.Verdict
}

// survey gathers the subjects of one condition.
type survey struct{ subjects []*subject }

// ask makes a question of a condition.
func ask(e expr.Expr) (*question, []*subject) {
	s := &survey{}
	return s.question(e), s.subjects
}

// regions is worked out when it is first asked for: most subjects of most
// conditions never are.
func (s *subject) regions() []types.Value {
	if s.values == nil {
		s.values = regions(s)
	}
	return s.values
}

// oneSided tells whether a single comparison with the subject can be constant:
// of other subjects some value fulfils it and some value does not.
func (s *subject) oneSided() bool {
	if a, ok := s.of.(expr.Aggregate); ok && a.Op == expr.Count {
		return true
	}
	if s.of == nil {
		return false
	}
	_, enum := expr.TypeOf(s.of).(types.Enum)
	return enum
}

func (s *survey) question(e expr.Expr) *question {
	switch e := e.(type) {
	case expr.And:
		return s.over(e, e.Terms)
	case expr.Or:
		return s.over(e, e.Terms)
	case expr.Not:
		return s.over(e, []expr.Expr{e.Term})
	case expr.Is:
		return s.over(e, []expr.Expr{e.Term})
	case expr.Compare:
		return s.comparison(e)
	case expr.OneOf:
		if !told(e.Values...) {
			return s.asItComes(e)
		}
		return s.about(e, e.Of, e.Values, func(v types.Value) expr.Verdict { return eval.OneOf(v, e.Values) })
	case expr.IsSet:
		return s.about(e, e.Of, nil, func(v types.Value) expr.Verdict { return expr.Decided(!types.IsNull(v)) })
	case expr.Did:
		counted := expr.Aggregate{Place: e.Place, Op: expr.Count, Of: e.Of, Type: types.Number, Window: e.Window}
		one := types.Decimal{Decimal: decimal.NewFromInt(1)}
		return s.about(e, counted, []types.Value{one}, func(v types.Value) expr.Verdict { return eval.Compared(expr.GreaterEqual, v, one) })
	case expr.Attribute, expr.Field, expr.Aggregate, expr.Call, expr.Coalesce:
		return s.about(e, e, nil, eval.Truth)
	case expr.Literal, expr.Record, expr.FollowedBy, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return s.asItComes(e)
}

func (s *survey) over(e expr.Expr, terms []expr.Expr) *question {
	q := &question{of: e}
	for _, term := range terms {
		inner := s.question(term)
		q.terms = append(q.terms, inner)
		q.subjects = append(q.subjects, inner.subjects...)
	}
	slices.Sort(q.subjects)
	q.subjects = slices.Compact(q.subjects)
	return q
}

// comparison is about its side that is no constant.
func (s *survey) comparison(e expr.Compare) *question {
	of, constant, op := e.Left, e.Right, e.Op
	if _, left := of.(expr.Literal); left {
		of, constant, op = e.Right, e.Left, turned[op]
	}
	literal, known := constant.(expr.Literal)
	if _, both := of.(expr.Literal); both || !known || !told(literal.Value) {
		return s.asItComes(e)
	}
	return s.about(e, of, []types.Value{literal.Value}, func(v types.Value) expr.Verdict { return eval.Compared(op, v, literal.Value) })
}

var turned = map[expr.Comparison]expr.Comparison{
	expr.Equal: expr.Equal, expr.NotEqual: expr.NotEqual, expr.Less: expr.Greater, expr.LessEqual: expr.GreaterEqual,
	expr.Greater: expr.Less, expr.GreaterEqual: expr.LessEqual,
}

// told tells whether regions of values of these kinds can be told apart. One
// month is neither more nor less than 30 days.
func told(values ...types.Value) bool {
	return !slices.ContainsFunc(values, func(v types.Value) bool {
		switch v.(type) {
		case types.Null, types.Span, types.Values, nil:
			return true
		case types.Text, types.Decimal, types.Truth, types.Date, types.Instant:
		}
		return false
	})
}

// about is a question about the value of an expression.
func (s *survey) about(e, of expr.Expr, cuts []types.Value, answer func(types.Value) expr.Verdict) *question {
	i := s.subjectOf(expr.Print(of), of)
	s.subjects[i].cuts = append(s.subjects[i].cuts, cuts...)
	return &question{of: e, subject: i, subjects: []int{i}, answer: answer}
}

// asItComes is a question whose answer is its own subject.
func (s *survey) asItComes(e expr.Expr) *question {
	i := s.subjectOf(expr.Print(e), nil)
	return &question{of: e, subject: i, subjects: []int{i}, answer: eval.Truth}
}

// subjectOf is the number of a subject: the value of an expression, or its
// answer. A condition has few.
func (s *survey) subjectOf(written string, of expr.Expr) int {
	for i, known := range s.subjects {
		if known.written == written && (known.of == nil) == (of == nil) {
			return i
		}
	}
	s.subjects = append(s.subjects, &subject{written: written, of: of})
	return len(s.subjects) - 1
}

// regions is a value of each region of a subject.
func regions(s *subject) []types.Value {
	if s.of == nil {
		return []types.Value{types.Null{}, types.Truth(true), types.Truth(false)}
	}
	if a, ok := s.of.(expr.Aggregate); ok && a.Op == expr.Count {
		return counts(s.cuts)
	}
	out := append([]types.Value{types.Null{}}, s.cuts...)
	switch t := expr.TypeOf(s.of).(type) {
	case types.Enum:
		for _, word := range t.Values {
			out = append(out, types.Text(word))
		}
	case types.Object:
		out = append(out, another(s.cuts))
	case types.Basic:
		out = append(out, basicRegions(t, s.cuts)...)
	case types.List:
		out = append(out, types.Truth(true)) // any list: it can only be set or not
	}
	return distinct(out)
}

func basicRegions(t types.Basic, cuts []types.Value) []types.Value {
	switch t {
	case types.Bool:
		return []types.Value{types.Truth(true), types.Truth(false)}
	case types.Number, types.Money:
		return between(cuts)
	case types.DateType, types.Timestamp:
		return beside(cuts)
	case types.Duration:
		return []types.Value{types.Span{Amount: 1, Unit: types.Day}}
	case types.String, types.Email, types.Phone, types.URL:
	}
	return []types.Value{another(cuts)}
}

// another is a text that is none of the cuts.
func another(cuts []types.Value) types.Value {
	text := types.Text("another")
	for slices.Contains(cuts, types.Value(text)) {
		text += " one"
	}
	return text
}

// counts is the whole numbers, never negative, on and beside the cuts.
func counts(cuts []types.Value) []types.Value {
	out := []types.Value{types.Decimal{}, types.Decimal{Decimal: decimal.NewFromInt(1)}}
	for _, cut := range cuts {
		c, ok := cut.(types.Decimal)
		if !ok {
			continue
		}
		for _, step := range []int64{-1, 0, 1} {
			if n := c.Floor().Add(decimal.NewFromInt(step)); !n.IsNegative() {
				out = append(out, types.Decimal{Decimal: n})
			}
		}
	}
	return distinct(out)
}

// between is numbers below, between and above the cuts.
func between(cuts []types.Value) []types.Value {
	var numbers []decimal.Decimal
	for _, cut := range cuts {
		if c, ok := cut.(types.Decimal); ok {
			numbers = append(numbers, c.Decimal)
		}
	}
	if len(numbers) == 0 {
		return []types.Value{types.Decimal{}}
	}
	slices.SortFunc(numbers, decimal.Decimal.Cmp)
	one, two := decimal.NewFromInt(1), decimal.NewFromInt(2)
	out := []types.Value{types.Decimal{Decimal: numbers[0].Sub(one)}, types.Decimal{Decimal: numbers[len(numbers)-1].Add(one)}}
	for i := range numbers[1:] {
		out = append(out, types.Decimal{Decimal: numbers[i].Add(numbers[i+1]).Div(two)})
	}
	return out
}

// beside is days or instants just before and after the cuts.
func beside(cuts []types.Value) []types.Value {
	var out []types.Value
	for _, cut := range cuts {
		switch cut := cut.(type) {
		case types.Date:
			out = append(out, cut-1, cut+1)
		case types.Instant:
			out = append(out, cut-1, cut+1)
		case types.Text, types.Decimal, types.Truth, types.Span, types.Values, types.Null:
		}
	}
	if len(out) == 0 {
		out = append(out, types.Truth(true)) // any: it can only be set or not
	}
	return out
}

func distinct(values []types.Value) []types.Value {
	var out []types.Value
	for _, v := range values {
		same := func(other types.Value) bool {
			order, ok := types.Compare(v, other)
			return ok && order == 0
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, v)
		}
	}
	return out
}
