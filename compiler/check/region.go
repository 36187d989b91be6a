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

// subject is one thing that a condition asks about.
type subject struct {
	of     expr.Expr
	answer bool // it is the answer to of, which is taken as it comes
	cuts   []types.Value
	values []types.Value // one of each region, see regions
}

// question is a condition over subjects.
type question struct {
	of      expr.Expr
	terms   []question
	subject int  // of one without terms
	answer  bool // its subject is its answer
}

// survey is a condition as a question, and the subjects that it is about.
type survey struct {
	question
	subjects []subject
	shared   bool // two terms are about one subject
}

// ask makes a question of a condition.
func ask(e expr.Expr) *survey {
	s := &survey{}
	s.question = s.read(e)
	return s
}

// regions is worked out when it is first asked for: most subjects of most
// conditions never are. Of more than mostTried it is the first ones.
func (s *subject) regions() []types.Value {
	if s.values == nil {
		s.candidates(func(v types.Value) bool {
			if !slices.ContainsFunc(s.values, func(other types.Value) bool { return equal(v, other) }) {
				s.values = append(s.values, v)
			}
			return len(s.values) <= mostTried
		})
	}
	return s.values
}

func equal(a, b types.Value) bool {
	order, ok := types.Compare(a, b)
	return ok && order == 0
}

// oneSided tells whether a single comparison with the subject can be constant:
// of other subjects some value fulfils it and some value does not.
func (s *subject) oneSided() bool {
	if s.answer {
		return false
	}
	if a, ok := s.of.(expr.Aggregate); ok && a.Op == expr.Count {
		return true
	}
	_, enum := expr.TypeOf(s.of).(types.Enum)
	return enum
}

func (s *survey) read(e expr.Expr) question {
	switch asks := e.(type) {
	case expr.And:
		return s.over(e, asks.Terms...)
	case expr.Or:
		return s.over(e, asks.Terms...)
	case expr.Not:
		return s.over(e, asks.Term)
	case expr.Is:
		return s.over(e, asks.Term)
	case expr.Compare:
		if of, _, constant := sides(asks); constant != nil && told(constant) {
			return s.about(e, of, constant)
		}
	case expr.OneOf:
		if told(asks.Values...) {
			return s.about(e, asks.Of, asks.Values...)
		}
	case expr.IsSet:
		return s.about(e, asks.Of)
	case expr.Did:
		return s.about(e, expr.Aggregate{Place: asks.Place, Op: expr.Count, Of: asks.Of, Type: types.Number, Window: asks.Window}, one)
	case expr.Attribute, expr.Field, expr.Aggregate, expr.Call, expr.Coalesce:
		return s.about(e, e)
	case expr.Literal, expr.Record, expr.FollowedBy, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return question{of: e, subject: s.subjectOf(e, true), answer: true}
}

func (s *survey) over(e expr.Expr, terms ...expr.Expr) question {
	q := question{of: e, terms: make([]question, len(terms))}
	s.subjects = slices.Grow(s.subjects, len(terms))
	for i, term := range terms {
		q.terms[i] = s.read(term)
	}
	return q
}

// sides is what a comparison asks about, and the constant that it holds that to;
// nil where it is not about one side alone.
func sides(e expr.Compare) (of expr.Expr, op expr.Comparison, constant types.Value) {
	left, isLeft := e.Left.(expr.Literal)
	right, isRight := e.Right.(expr.Literal)
	switch {
	case isLeft == isRight:
		return nil, e.Op, nil
	case isLeft:
		return e.Right, turned[e.Op], left.Value
	}
	return e.Left, e.Op, right.Value
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
func (s *survey) about(e, of expr.Expr, cuts ...types.Value) question {
	i := s.subjectOf(of, false)
	s.subjects[i].cuts = append(s.subjects[i].cuts, cuts...)
	return question{of: e, subject: i}
}

// subjectOf is the number of a subject: the value of an expression, or its
// answer. A condition has few.
func (s *survey) subjectOf(of expr.Expr, answer bool) int {
	for i := range s.subjects {
		if known := &s.subjects[i]; known.answer == answer && expr.Same(known.of, of) {
			s.shared = true
			return i
		}
	}
	s.subjects = append(s.subjects, subject{of: of, answer: answer})
	return len(s.subjects) - 1
}

// verdict is the answer to a question without terms where its subject has a value.
func (q *question) verdict(v types.Value) expr.Verdict {
	if q.answer {
		return eval.Truth(v)
	}
	switch e := q.of.(type) {
	case expr.Compare:
		_, op, constant := sides(e)
		return eval.Compared(op, v, constant)
	case expr.OneOf:
		return eval.OneOf(v, e.Values)
	case expr.IsSet:
		return expr.Decided(!types.IsNull(v))
	case expr.Did:
		return eval.Compared(expr.GreaterEqual, v, one)
	default:
		return eval.Truth(v)
	}
}

// candidates is a value of each region of a subject, of some more than one.
func (s *subject) candidates(yield func(types.Value) bool) {
	if a, ok := s.of.(expr.Aggregate); ok && !s.answer && a.Op == expr.Count {
		counts(s.cuts, yield)
		return
	}
	if !yield(types.Null{}) {
		return
	}
	if s.answer {
		_ = yield(types.Truth(true)) && yield(types.Truth(false))
		return
	}
	all := func(values []types.Value) bool {
		return !slices.ContainsFunc(values, func(v types.Value) bool { return !yield(v) })
	}
	if !all(s.cuts) {
		return
	}
	switch t := expr.TypeOf(s.of).(type) {
	case types.Enum:
		for _, word := range t.Values {
			if !yield(types.Text(word)) {
				return
			}
		}
	case types.Object:
		yield(another(s.cuts))
	case types.Basic:
		all(basicRegions(t, s.cuts))
	case types.List:
		yield(types.Truth(true)) // any list: it can only be set or not
	}
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

var (
	none types.Value = types.Decimal{}
	one  types.Value = types.Decimal{Decimal: decimal.NewFromInt(1)}
)

// counts is the whole numbers, never negative, on and beside the cuts.
func counts(cuts []types.Value, yield func(types.Value) bool) {
	if !yield(none) || !yield(one) {
		return
	}
	for _, cut := range cuts {
		c, ok := cut.(types.Decimal)
		if !ok {
			continue
		}
		for _, step := range []int64{0, -1, 1} {
			n := c.Floor().Add(decimal.NewFromInt(step))
			if !n.IsNegative() && !yield(types.Decimal{Decimal: n}) {
				return
			}
		}
	}
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
