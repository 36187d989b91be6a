package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// asked is something that the rules ask for, in words, with the finding whether
// it is so.
type asked struct {
	Finding
	words string
	next  bool // where what was asked before it is not so, it says nothing more
}

// Refusal says in one sentence why the rules do not let a purpose go to the
// person on a channel: what stands against it whatever the regimes say, and of
// each regime that applies what its rules ask for and since when that is not so.
// It is "" where they let it.
func (x *Explainer) Refusal(purpose, via string) string {
	brief := &Explainer{world: x.world, person: x.person, brief: true}
	rules := brief.Rules(purpose, via)
	if rules.Verdict == expr.True {
		return ""
	}
	if len(rules.Parts) == 0 {
		return "Not allowed: " + rules.Because + "."
	}
	p := x.world.Program
	about, _ := ir.Find(p.Purposes, purpose)
	way, _ := ir.Find(p.Channels, via)
	c := pair{brief, about, way}
	anyhow := sentence{}
	anyhow.add(c.anyhow()...)
	why := anyhow.said
	if about.Class == ir.Marketing {
		why = append(why, c.unlawful(anyhow.facts)...)
	}
	return "Not allowed: " + strings.Join(why, "; ") + "."
}

// sentence is what is said of what is asked for and not so. A fact is said once.
type sentence struct {
	said  []string
	facts []string
}

func (s *sentence) add(list ...asked) {
	for _, a := range list {
		if a.Verdict == expr.True || a.next && len(s.said) > 0 {
			continue
		}
		var fresh []string
		for _, d := range a.Denials() {
			for _, fact := range facts(d) {
				if !slices.Contains(s.facts, fact) {
					s.facts, fresh = append(s.facts, fact), append(fresh, fact)
				}
			}
		}
		words := a.words
		if len(fresh) > 0 {
			words += " (" + strings.Join(fresh, "; ") + ")"
		}
		s.said = append(s.said, words)
	}
}

// unlawful says of each regime that applies, and has no rule that holds, what it
// asks for.
func (c pair) unlawful(known []string) []string {
	var out, idle []string
	regimes := c.world.Program.Regimes
	for _, r := range regimes {
		applies, because := c.applies(r)
		if !applies {
			idle = append(idle, r.Address+": "+because)
			continue
		}
		if c.regime(r, because).Verdict == expr.True {
			continue
		}
		asks := r.Address
		if r.AppliesWhen != nil {
			asks += " applies (" + because + ") and"
		}
		out = append(out, asks+" "+c.asks(r, known))
	}
	switch {
	case len(regimes) == 0:
		out = append(out, "the project has no regime, and without one nothing is allowed")
	case len(idle) == len(regimes):
		out = append(out, "no regime applies ("+strings.Join(idle, "; ")+")")
	}
	return out
}

// asks is what the rules of a regime ask for, one or the other: asks, by opt_in,
// for a yes to consent.news by e-mail (never asked).
func (c pair) asks(r ir.Regime, known []string) string {
	var out []string
	for _, rule := range r.Rules {
		if !rule.Covers(c.purpose.Class, c.channel.Address) {
			continue
		}
		asked := sentence{facts: slices.Clone(known)}
		asked.add(c.conditions(rule)...)
		out = append(out, fmt.Sprintf("by %s, for %s", rule.Name, strings.Join(asked.said, " and ")))
	}
	if len(out) == 0 {
		return fmt.Sprintf("has no rule for %s by %s", c.purpose.Class, ir.ChannelWord(c.channel.Address))
	}
	return "asks, " + strings.Join(out, ", or, ")
}

// Required is a condition as a ground: order_placed within 730 days.
func Required(e expr.Expr) string {
	did, ok := e.(expr.Did)
	if !ok || did.Of.Event == "" || did.Of.Where != nil {
		return expr.Print(e)
	}
	if did.Window.Since != "" {
		return ir.Short(did.Of.Event)
	}
	return ir.Short(did.Of.Event) + " within " + InDays(did.Window.Length)
}

// InDays is a length of time in words: 730 days. What is not told in days is
// spelled as it is.
func InDays(s types.Span) string {
	if s.Unit == types.Day {
		return strings.TrimSuffix(s.String(), "d") + " days"
	}
	return s.String()
}
