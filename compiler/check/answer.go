package check

import (
	"slices"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// verdictOf is the answer to a question where subjects have the given values,
// by Kleene.
func (q *question) verdictOf(values []types.Value) expr.Verdict {
	switch e := q.of.(type) {
	case expr.And:
		return q.chain(values, expr.False, expr.True)
	case expr.Or:
		return q.chain(values, expr.True, expr.False)
	case expr.Not:
		return q.terms[0].verdictOf(values).Not()
	case expr.Is:
		return expr.Decided(q.terms[0].verdictOf(values) == e.Verdict)
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.OneOf,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return q.answer(values[q.subject])
}

// chain is a conjunction or disjunction: one deciding term decides, and
// otherwise one unknown term leaves it unknown.
func (q *question) chain(values []types.Value, deciding, otherwise expr.Verdict) expr.Verdict {
	out := otherwise
	for _, term := range q.terms {
		switch term.verdictOf(values) {
		case deciding:
			return deciding
		case expr.Unknown:
			out = expr.Unknown
		}
	}
	return out
}

// mostTried bounds how many combinations of values are tried for one question.
// One that has more is taken to have every answer.
const mostTried = 4096

// constancy is whether a question has the same answer for everybody.
type constancy int

const (
	differs constancy = iota
	never             // it is true for nobody
	always            // it is true for everybody
)

// judge tries every combination of values. All questions are asked together:
// joined by && when all is set, else by ||.
func judge(questions []*question, subjects []*subject, all bool) constancy {
	var used []int
	for _, q := range questions {
		used = append(used, q.subjects...)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	tries := 1
	for _, i := range used {
		if tries *= len(subjects[i].regions()); tries > mostTried {
			return differs
		}
	}
	values := make([]types.Value, len(subjects))
	yes, other := false, false
	for n := range tries {
		for _, i := range used {
			values[i] = subjects[i].values[n%len(subjects[i].values)]
			n /= len(subjects[i].values)
		}
		if hold(questions, values, all) {
			yes = true
		} else {
			other = true
		}
		if yes && other {
			return differs
		}
	}
	if yes {
		return always
	}
	return never
}

func hold(questions []*question, values []types.Value, all bool) bool {
	for _, q := range questions {
		if yes := q.verdictOf(values) == expr.True; yes != all {
			return yes
		}
	}
	return all
}
