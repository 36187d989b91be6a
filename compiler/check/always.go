package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var sameForAll = &diag.Rule{Code: "CHK121", Severity: diag.Warning, Summary: "A condition has the same answer for everybody"}

// checkAlways looks for conditions that are true for nobody or for everybody,
// by trying all regions of values (see region.go) and, where those are not free
// of each other, by proof (see proved.go). The narrowest guilty part is told, and
// nothing around it. A constant condition such as var.on is taken for what its
// author wants.
func checkAlways(p *Pass) { p.found = append(p.found, p.constant()...) }

// findConstant is what checkAlways finds: others ask for it too.
func (w *whole) findConstant() diag.List {
	p := &Pass{whole: w, rule: sameForAll}
	if w.texts != nil {
		p.found = slices.Clone(w.texts.literals)
	}
	declarations := p.declarations()
	h := harder{whole: w}
	for _, e := range inTurns(p, len(declarations), func(p *Pass, from, to int) []expr.Expr {
		var undecided []expr.Expr
		for _, d := range declarations[from:to] {
			undecided = p.constantsOf(d, undecided)
		}
		return undecided
	}) {
		h.consider(e)
	}
	for _, c := range h.found() {
		p.say(c.diagnostic())
	}
	return p.found
}

// constantsOf looks at the conditions of a declaration and those inside them, and
// adds to the undecided ones before which of them a proof may decide.
func (p *Pass) constantsOf(d ir.Declaration, undecided []expr.Expr) []expr.Expr {
	root := func(e expr.Expr) {
		if p.judgeRoot(e) {
			undecided = append(undecided, e)
		}
	}
	for _, e := range ir.Conditions(d) {
		root(e)
		expr.Walk(e, func(e expr.Expr) bool {
			p.spelling(e)
			switch e := e.(type) {
			case expr.Aggregate:
				root(e.Of.Where)
			case expr.Did:
				root(e.Of.Where)
			case expr.FollowedBy:
				root(e.First.Where)
				root(e.Then.Where)
			case expr.Any:
				root(e.Where)
			case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
				expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call:
			}
			return true
		})
	}
	return undecided
}

// judgeRoot tells what is constant in a condition; where nothing is, whether a
// proof may know better.
func (p *Pass) judgeRoot(e expr.Expr) (undecided bool) {
	if !typed(e) {
		return false
	}
	s := ask(e)
	found := s.constants(&s.question)
	for _, c := range found {
		p.say(c.diagnostic())
	}
	return len(found) == 0 && p.tied(s.subjects)
}

// constant is a part of a condition that has the same answer for everybody, or
// terms of a chain that decide it together.
type constant struct {
	kind  constancy
	terms []expr.Expr
}

// constants finds the narrowest constant parts of a question.
func (s *survey) constants(q *question) []constant {
	if q.plain() {
		if !s.subjects[q.about(nil)[0]].oneSided() {
			return nil
		}
		return s.constantly(q.of, s.judgePlain(q))
	}
	var out []constant
	for i := range q.terms {
		out = append(out, s.constants(&q.terms[i])...)
	}
	if len(out) > 0 {
		return out
	}
	if _, all := q.of.(expr.And); all {
		return s.together(q.terms, true)
	}
	if _, some := q.of.(expr.Or); some {
		return s.together(q.terms, false)
	}
	return s.constantly(q.of, s.judge([]*question{q}, true))
}

func (s *survey) constantly(e expr.Expr, kind constancy) []constant {
	if kind == differs {
		return nil
	}
	return []constant{{kind, []expr.Expr{e}}}
}

// plain tells whether a question is a single comparison, negated or not.
func (q *question) plain() bool {
	if _, negation := q.of.(expr.Not); negation {
		return q.terms[0].plain()
	}
	return len(q.terms) == 0
}

// together judges the terms of a chain that share subjects, each such group
// for itself: what other terms ask cannot make it constant.
func (s *survey) together(terms []question, all bool) []constant {
	if !s.shared {
		return nil
	}
	var out []constant
	for _, group := range groups(terms) {
		if len(group) < 2 || s.countable(group) && s.judge(group, all) == differs { // then no two of them decide it
			continue
		}
		group = s.narrowed(group, all)
		if kind := s.judge(group, all); kind != differs {
			out = append(out, constant{kind, conditions(group)})
		}
	}
	return out
}

// narrowed is the first two terms of a group that decide the chain; the whole
// group where no two do.
func (s *survey) narrowed(group []*question, all bool) []*question {
	for j := range group {
		for i := range j {
			two := []*question{group[i], group[j]}
			if s.judge(two, all) != differs {
				return two
			}
		}
	}
	return group
}

func conditions(questions []*question) []expr.Expr {
	out := make([]expr.Expr, len(questions))
	for i, q := range questions {
		out[i] = q.of
	}
	return out
}

// groups puts terms that share subjects together, in the order of writing.
func groups(terms []question) [][]*question {
	with := make([]int, len(terms)) // an earlier term of the same group; itself for the first
	first := func(i int) int {
		for with[i] != i {
			with[i] = with[with[i]]
			i = with[i]
		}
		return i
	}
	asks := map[int]int{} // by subject: a term that is about it
	for i := range terms {
		with[i] = i
		for _, subject := range terms[i].about(nil) {
			if j, shared := asks[subject]; shared {
				a, b := first(i), first(j)
				with[max(a, b)] = min(a, b)
			}
			asks[subject] = i
		}
	}
	var out [][]*question
	at := map[int]int{} // by first term: the group
	for i := range terms {
		lead := first(i)
		if lead == i {
			at[i] = len(out)
			out = append(out, nil)
		}
		out[at[lead]] = append(out[at[lead]], &terms[i])
	}
	return out
}

// diagnostic points at the last of the terms.
func (c constant) diagnostic() diag.Diagnostic {
	last := len(c.terms) - 1
	d := diag.Diagnostic{At: c.terms[last].Range()}
	for _, other := range c.terms[:min(last, 3)] {
		d.Related = append(d.Related, diag.Label{At: other.Range(), Text: "beside this"})
	}
	var written []string
	for _, term := range c.terms {
		written = append(written, expr.Print(term))
	}
	switch {
	case c.kind == never && last == 0:
		d.Mark = "true for nobody"
		d.Detail = fmt.Sprintf("Whatever is known of a person, this is never true: %s.", written[0])
	case c.kind == never:
		d.Mark = "never true beside the other"
		d.Detail = fmt.Sprintf("Nobody fulfils all of these: %s.", strings.Join(written, "; "))
		d.Help = either(c.terms)
	case last == 0:
		d.Mark = "true for everybody"
		d.Detail = fmt.Sprintf("Whatever is known of a person, this is true: %s.", written[0])
	default:
		d.Mark = "true where the other is not"
		d.Detail = fmt.Sprintf("Everybody fulfils one of these: %s.", strings.Join(written, "; "))
	}
	return d
}

// either is what to write for x == "a" && x == "b".
func either(terms []expr.Expr) string {
	if len(terms) != 2 {
		return ""
	}
	a, ok1 := terms[0].(expr.Compare)
	b, ok2 := terms[1].(expr.Compare)
	if !ok1 || !ok2 || a.Op != expr.Equal || b.Op != expr.Equal || !expr.Same(a.Left, b.Left) {
		return ""
	}
	return fmt.Sprintf("write one_of(%s, %s, %s) if one of them will do", expr.Print(a.Left), expr.Print(a.Right), expr.Print(b.Right))
}
