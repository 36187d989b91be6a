package check

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Claim is a part of a condition that is said to be the same for everybody.
type Claim struct {
	Always bool // true for everybody; otherwise true for nobody
	Of     expr.Expr
}

// Claims lists what is said of a condition. Terms that decide a chain together
// come as the chain of them.
func Claims(e expr.Expr) []Claim {
	s := ask(e)
	return claims(s.constants(&s.question))
}

// Proofs lists what is said of conditions of a program where that takes a proof.
func Proofs(p *ir.Program, conditions ...expr.Expr) []Claim {
	h := &harder{whole: newWhole(p, nil)}
	for _, e := range conditions {
		if s := ask(e); len(s.constants(&s.question)) == 0 && h.tied(s.subjects) {
			h.consider(e)
		}
	}
	return claims(h.found())
}

func claims(found []constant) []Claim {
	var out []Claim
	for _, c := range found {
		of := c.terms[0]
		switch {
		case len(c.terms) > 1 && c.kind == never:
			of = expr.And{Terms: c.terms}
		case len(c.terms) > 1:
			of = expr.Or{Terms: c.terms}
		}
		out = append(out, Claim{c.kind == always, of})
	}
	return out
}

// Latest is the instant at which a moment is answered too late, in an ordinary
// week or else around closed days from an instant on, and how long that takes;
// false where there is none.
func Latest(p *ir.Program, now types.Instant) (comes, takes types.Instant, found bool) {
	pass, m, answers := lateness(p)
	late, found := pass.latest(m, answers, pass.quietWeek(answers))
	if now != 0 {
		late, found = pass.latest(m, answers, aroundDates(answers, now, pass.zone())...)
	}
	return late.comes, late.given - late.comes, found
}

// LateAt is how long the first answer takes if the moment comes at an instant, and
// whether that is too late although the waits alone are not.
func LateAt(p *ir.Program, at types.Instant) (takes types.Instant, late bool) {
	pass, m, answers := lateness(p)
	first, ok := earliest(answers, at, pass.zone())
	always, _ := earliest(withoutHours(answers), at, pass.zone())
	deadline := m.Within.After(at, pass.zone())
	return first.given - at, ok && first.given > deadline && always.given <= deadline
}

func lateness(p *ir.Program) (*Pass, ir.Moment, []answer) {
	pass := &Pass{whole: newWhole(p, nil)}
	var answers []answer
	for _, j := range p.Journeys {
		more, _ := pass.answersOf(j)
		answers = append(answers, more...)
	}
	return pass, p.Moments[0], answers
}
