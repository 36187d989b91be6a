package check

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Claim is a part of a condition that is said to be the same for everybody.
type Claim struct {
	Always bool // true for everybody; otherwise true for nobody
	Of     expr.Expr
}

// Claims lists what is said of a condition. Terms that decide a chain together
// come as the chain of them.
func Claims(e expr.Expr) []Claim {
	q, subjects := ask(e)
	return claims(constants(q, subjects))
}

// Proofs lists what is said of conditions of a program where that takes a proof.
func Proofs(p *ir.Program, conditions ...expr.Expr) []Claim {
	h := &harder{pass: &Pass{Program: p, events: index(p.Events)}}
	for _, e := range conditions {
		if q, subjects := ask(e); len(constants(q, subjects)) == 0 {
			h.consider(q, subjects)
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
