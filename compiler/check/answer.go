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
	return q.verdict(values[q.subject])
}

// chain is a conjunction or disjunction: one deciding term decides, and
// otherwise one unknown term leaves it unknown.
func (q *question) chain(values []types.Value, deciding, otherwise expr.Verdict) expr.Verdict {
	out := otherwise
	for i := range q.terms {
		switch q.terms[i].verdictOf(values) {
		case deciding:
			return deciding
		case expr.Unknown:
			out = expr.Unknown
		}
	}
	return out
}

// about adds the subjects of a question to those before.
func (q *question) about(before []int) []int {
	if len(q.terms) == 0 {
		return append(before, q.subject)
	}
	for i := range q.terms {
		before = q.terms[i].about(before)
	}
	return before
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
func (s *survey) judge(questions []*question, all bool) constancy {
	used, tries := s.tries(questions)
	if tries > mostTried {
		return differs
	}
	values := make([]types.Value, len(s.subjects))
	var so answers
	for n := range tries {
		for _, i := range used {
			regions := s.subjects[i].values
			values[i] = regions[n%len(regions)]
			n /= len(regions)
		}
		if !so.more(hold(questions, values, all)) {
			break
		}
	}
	return so.constancy()
}

// countable tells whether every combination of values is tried.
func (s *survey) countable(questions []*question) bool {
	_, tries := s.tries(questions)
	return tries <= mostTried
}

// tries is the subjects of questions, and how many combinations of their values
// there are; where these are more than mostTried, just some number above it.
func (s *survey) tries(questions []*question) (used []int, tries int) {
	for _, q := range questions {
		used = q.about(used)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	tries = 1
	for _, i := range used {
		if tries *= len(s.subjects[i].regions()); tries > mostTried {
			break
		}
	}
	return used, tries
}

// judgePlain is judge for a single comparison, negated or not.
func (s *survey) judgePlain(q *question) constancy {
	negated, asks := false, q
	for len(asks.terms) > 0 {
		negated, asks = !negated, &asks.terms[0]
	}
	var so answers
	s.subjects[asks.subject].candidates(func(v types.Value) bool {
		verdict := asks.verdict(v)
		if negated {
			verdict = verdict.Not()
		}
		return so.more(verdict == expr.True)
	})
	return so.constancy()
}

// answers is which answers there were.
type answers struct{ yes, other bool }

// more adds an answer, and tells whether another one can change anything.
func (a *answers) more(yes bool) bool {
	a.yes, a.other = a.yes || yes, a.other || !yes
	return !a.yes || !a.other
}

func (a *answers) constancy() constancy {
	switch {
	case a.yes && a.other:
		return differs
	case a.yes:
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
