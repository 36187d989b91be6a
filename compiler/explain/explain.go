// Package explain is why: for one person, each condition with yes, no or
// unknown and what it rests on.
//
// A Finding mirrors an expression. Its leaves are conditions in the author's
// own words, with the verdict of the reference evaluator and the facts behind
// it; what joins them is named (all, any, none), and its verdict follows from
// theirs by Kleene's rules. That the two come to the same is a law that the
// tests hold this package to.
//
// Consent is explained by its rules and not by the expression that they are
// compiled to: address, suppression, exclusions, record, and each regime that
// applies with its rules. Again the law: what follows from the parts is what
// the evaluator allows.
//
// Facts never show an address, or a value that the project calls identifying
// or special.
package explain

import (
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
)

// Joined says how the verdict of a finding follows from those of its parts.
type Joined string

// The joints. Alone is a finding with a verdict of its own; its parts are what
// stands behind it. Strictly is All where only yes counts.
const (
	Alone    Joined = ""
	All      Joined = "all"
	Any      Joined = "any"
	None     Joined = "none"     // of the parts is true
	NotAll   Joined = "not all"  // of the parts are true
	Strictly Joined = "strictly" // all of the parts are true
)

// Finding is one condition with its verdict and why.
type Finding struct {
	Text string `json:"text"`
	// Verdict is "" for what does not count, such as a regime that does not apply.
	Verdict expr.Verdict `json:"verdict,omitempty"`
	Because string       `json:"because,omitempty"`
	Joined  Joined       `json:"joined,omitempty"`
	Parts   []Finding    `json:"parts,omitempty"`
}

// Explainer explains one person in one world.
type Explainer struct {
	world  *eval.World
	person *person.Person
	brief  bool // facts go into one sentence
}

// New is an explainer of a person.
func New(w *eval.World, p *person.Person) *Explainer { return &Explainer{world: w, person: p} }

// Condition explains a condition about the person.
func (x *Explainer) Condition(e expr.Expr) Finding {
	switch e := e.(type) {
	case expr.And:
		return x.join(All, e.Terms)
	case expr.Or:
		return x.join(Any, e.Terms)
	case expr.Not:
		return x.not(e)
	case expr.Member:
		f := x.leaf(e)
		if s, ok := ir.Find(x.world.Program.Segments, e.Segment); ok {
			f.Parts = []Finding{x.Condition(s.Where)}
		}
		return f
	case expr.Reachable:
		return x.reachable(e)
	case expr.Is:
		f := x.leaf(e)
		f.Parts = []Finding{x.Condition(e.Term)}
		return f
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare,
		expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
		return x.leaf(e)
	}
	panic("explain: an expression that is none of the cases")
}

// leaf is a condition with the evaluator's verdict.
func (x *Explainer) leaf(e expr.Expr) Finding {
	return Finding{Text: expr.Print(e), Verdict: x.truth(e), Because: x.because(e)}
}

func (x *Explainer) truth(e expr.Expr) expr.Verdict {
	return x.world.Truth(e, x.person, eval.Context{})
}

// join is a chain; one of a single term is that term.
func (x *Explainer) join(how Joined, terms []expr.Expr) Finding {
	if len(terms) == 1 {
		return x.Condition(terms[0])
	}
	f := Finding{Text: headings[how], Joined: how}
	for _, t := range terms {
		f.Parts = append(f.Parts, x.Condition(t))
	}
	f.Verdict = Follows(how, f.Parts)
	return f
}

var headings = map[Joined]string{All: "all of", Any: "one of", None: "none of", NotAll: "not all of", Strictly: "all of"}

// opposites is what a joint becomes when it is negated.
var opposites = map[Joined]Joined{All: NotAll, Any: None, None: Any, NotAll: All}

// not is a negation: of a chain it is a chain, of anything else the same facts
// with the other verdict.
func (x *Explainer) not(e expr.Not) Finding {
	f := x.Condition(e.Term)
	f.Verdict = f.Verdict.Not()
	if opposite, chain := opposites[f.Joined]; chain {
		f.Text, f.Joined = headings[opposite], opposite
		return f
	}
	f.Text = expr.Print(e)
	return f
}

// Follows is the verdict that a joint gives to parts; parts that do not count
// are passed over. Alone follows from nothing and is unknown.
func Follows(how Joined, parts []Finding) expr.Verdict {
	seen := map[expr.Verdict]bool{}
	for _, p := range parts {
		seen[p.Verdict] = true
	}
	switch how {
	case All:
		return all(seen)
	case Any:
		return all(map[expr.Verdict]bool{expr.False: seen[expr.True], expr.Unknown: seen[expr.Unknown]}).Not()
	case None:
		return Follows(Any, parts).Not()
	case NotAll:
		return Follows(All, parts).Not()
	case Strictly:
		if seen[expr.False] || seen[expr.Unknown] {
			return expr.False
		}
		return expr.True
	case Alone:
	}
	return expr.Unknown
}

// all is false if one is false, else unknown if one is unknown.
func all(seen map[expr.Verdict]bool) expr.Verdict {
	switch {
	case seen[expr.False]:
		return expr.False
	case seen[expr.Unknown]:
		return expr.Unknown
	}
	return expr.True
}

// Denials lists the leaves to which a finding owes it that it is not true: the
// conditions that are no or unknown, in order, and not those that do not
// matter.
func (f Finding) Denials() []Finding {
	if f.Verdict == expr.True || f.Verdict == "" {
		return nil
	}
	if f.Joined == Alone || f.Joined == None || f.Joined == NotAll || len(f.Parts) == 0 {
		return []Finding{f}
	}
	var out []Finding
	for _, p := range f.Parts {
		out = append(out, p.Denials()...)
	}
	return out
}

// zone is the zone in which dates are said: the project's.
func (x *Explainer) zone() *time.Location { return x.world.Zone }

// reachable explains the rules as far as the condition asks about them.
func (x *Explainer) reachable(e expr.Reachable) Finding {
	f := Finding{Text: expr.Print(e), Verdict: x.truth(e)}
	if !e.Consented {
		f.Parts = x.Rules(e.Purpose, e.Channel).Parts
		return f
	}
	consent, ok := x.world.Program.ConsentFor(e.Purpose, e.Channel)
	f.Because = "no consent covers " + e.Purpose + " by " + ir.ChannelWord(e.Channel)
	if ok {
		f.Because = x.record(consent.Address, e.Channel)
	}
	return f
}
