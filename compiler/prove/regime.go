package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Conflict is two regimes that apply to the same person and have rules for a
// message that never hold together, although those of each alone can: nobody to
// whom both apply can ever get it.
type Conflict struct {
	First, Second string // regimes
	Purpose       string
	Channel       string
	// Unclear says that the two apply to somebody only because it is not known
	// which of them does.
	Unclear bool
	Person  *Story // somebody to whom both apply
}

// pair is two regimes and the questions about them on one channel.
type pair struct {
	Conflict
	holds [2]Condition // some rule of each holds
	both  Condition    // where both apply, both hold
	clear Condition    // both certainly apply
	apply Condition    // both apply
}

// OfRegimes asks of every two regimes whether their rules can hold together, for
// each purpose and channel of marketing. Each two are told once.
func OfRegimes(p *ir.Program, at Moment) []Conflict {
	prover := New(at)
	var pairs []pair
	for _, about := range marketing(p) {
		for i, a := range p.Regimes {
			for _, b := range p.Regimes[i+1:] {
				if speaks(a, about.channel) && speaks(b, about.channel) {
					pairs = append(pairs, prover.pair(p, a, b, about))
				}
			}
		}
	}
	var out []Conflict
	for _, q := range pairs {
		told := slices.ContainsFunc(out, func(c Conflict) bool { return c.First == q.First && c.Second == q.Second })
		if told || prover.Never(q.both).Verdict != Proved || prover.Never(q.holds[0]).Verdict == Proved || prover.Never(q.holds[1]).Verdict == Proved {
			continue
		}
		a := prover.Never(q.clear)
		if q.Unclear = a.Verdict != Refuted; q.Unclear {
			a = prover.Never(q.apply)
		}
		if q.Person = a.Witness.story(p); q.Person != nil {
			out = append(out, q.Conflict)
		}
	}
	return out
}

// sent is what marketing is sent for and on.
type sent struct{ purpose, channel string }

// marketing lists what the touchpoints of a program are marketing for, each once.
func marketing(p *ir.Program) []sent {
	var out []sent
	for _, t := range p.Touchpoints {
		purpose, _ := ir.Find(p.Purposes, t.Purpose)
		for _, channel := range t.Channels {
			if s := (sent{t.Purpose, channel}); purpose.Class == ir.Marketing && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func speaks(r ir.Regime, channel string) bool {
	return slices.ContainsFunc(r.Rules, func(rule ir.Rule) bool { return rule.Covers(ir.Marketing, channel) })
}

func (p *Prover) pair(program *ir.Program, a, b ir.Regime, about sent) pair {
	and := func(terms ...expr.Expr) Condition { return p.Add(program, expr.And{Terms: terms}) }
	oneApplies, otherApplies := program.Applies(a), program.Applies(b)
	one, other := program.Permits(a, about.purpose, about.channel), program.Permits(b, about.purpose, about.channel)
	return pair{
		Conflict: Conflict{First: a.Address, Second: b.Address, Purpose: about.purpose, Channel: about.channel},
		holds:    [2]Condition{and(oneApplies, one), and(otherApplies, other)},
		both:     and(oneApplies, otherApplies, one, other),
		clear:    and(certainly(a, oneApplies), certainly(b, otherApplies)),
		apply:    and(oneApplies, otherApplies),
	}
}

// certainly is that a regime applies and it is known that it does.
func certainly(r ir.Regime, applies expr.Expr) expr.Expr {
	if r.AppliesWhen == nil {
		return applies
	}
	return expr.Is{Term: r.AppliesWhen, Verdict: expr.True}
}
