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
func checkAlways(p *Pass) {
	p.harder = &harder{pass: p}
	p.literals()
	for _, d := range p.declarations {
		p.constantsOf(d)
	}
	for _, c := range p.harder.found() {
		p.say(c.diagnostic())
	}
}

func (p *Pass) constantsOf(d ir.Declaration) {
	for _, e := range ir.Conditions(d) {
		p.judgeRoot(e)
		p.spelling(e)
		expr.Walk(e, func(e expr.Expr) bool {
			for _, source := range expr.Sources(e) {
				p.judgeRoot(source.Where)
			}
			if any, ok := e.(expr.Any); ok {
				p.judgeRoot(any.Where)
			}
			return true
		})
	}
}

func (p *Pass) judgeRoot(e expr.Expr) {
	if !typed(e) {
		return
	}
	q, subjects := ask(e)
	found := constants(q, subjects)
	for _, c := range found {
		p.say(c.diagnostic())
	}
	if len(found) == 0 {
		p.harder.consider(q, subjects)
	}
}

// constant is a part of a condition that has the same answer for everybody, or
// terms of a chain that decide it together.
type constant struct {
	kind  constancy
	terms []expr.Expr
}

// constants finds the narrowest constant parts of a question.
func constants(q *question, subjects []*subject) []constant {
	var out []constant
	for _, term := range q.terms {
		out = append(out, constants(term, subjects)...)
	}
	if len(out) > 0 {
		return out
	}
	if _, all := q.of.(expr.And); all {
		return together(q.terms, subjects, true)
	}
	if _, some := q.of.(expr.Or); some {
		return together(q.terms, subjects, false)
	}
	if q.plain() && !subjects[q.subjects[0]].oneSided() {
		return nil
	}
	if kind := judge([]*question{q}, subjects, true); kind != differs {
		return []constant{{kind, []expr.Expr{q.of}}}
	}
	return nil
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
func together(terms []*question, subjects []*subject, all bool) []constant {
	var out []constant
	for _, group := range groups(terms) {
		if len(group) < 2 {
			continue
		}
		group = narrowed(group, subjects, all)
		if kind := judge(group, subjects, all); kind != differs {
			out = append(out, constant{kind, conditions(group)})
		}
	}
	return out
}

// narrowed is the first two terms of a group that decide the chain; the whole
// group where no two do.
func narrowed(group []*question, subjects []*subject, all bool) []*question {
	for j := range group {
		for i := range j {
			two := []*question{group[i], group[j]}
			if judge(two, subjects, all) != differs {
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
func groups(terms []*question) [][]*question {
	group := make([]int, len(terms))
	for i, term := range terms {
		group[i] = i
		for j := range i {
			if group[j] != group[i] && shares(terms[j], term) {
				old := group[j]
				for k := range i {
					if group[k] == old {
						group[k] = group[i]
					}
				}
			}
		}
	}
	var out [][]*question
	for i := range terms {
		var members []*question
		for j := range terms {
			if group[j] == i {
				members = append(members, terms[j])
			}
		}
		if len(members) > 0 {
			out = append(out, members)
		}
	}
	return out
}

func shares(a, b *question) bool {
	return slices.ContainsFunc(a.subjects, func(i int) bool { return slices.Contains(b.subjects, i) })
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
	if !ok1 || !ok2 || a.Op != expr.Equal || b.Op != expr.Equal || expr.Print(a.Left) != expr.Print(b.Left) {
		return ""
	}
	return fmt.Sprintf("write one_of(%s, %s, %s) if one of them will do", expr.Print(a.Left), expr.Print(a.Right), expr.Print(b.Right))
}
