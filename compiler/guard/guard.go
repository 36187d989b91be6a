// Package guard is policies on a plan.
//
// A guard is a question about the changes of a plan: any(changes.segment,
// it.joins_share > 0.2). Each change is looked at by the reference evaluator as
// if it were an event at hand, so that comparisons, functions and what is not
// known mean what they mean everywhere. A guard refuses when its question is
// answered yes, and also when it cannot be answered: a figure that nobody knows
// does not let a plan pass.
//
// A change is what is done to one declaration on one platform, its roles taken
// together. Segments whose people change because of something they mention are
// among the changes, with the action "mention". Of a segment that is new the
// shares are 0: there is nobody who could be surprised; where nobody was a
// member before, each who joins counts as the whole.
//
// Nothing here reads or writes anything: what a plan is, and who has agreed, are
// arguments.
package guard

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Mention is the action of a segment that nobody edits and whose people change.
const Mention = "mention"

// Judge asks the guards of a program about a plan. ApprovedBy is who has agreed
// to it. The answers are in the order of the guards.
func Judge(program *ir.Program, p *plan.Plan, approvedBy []string) ([]plan.GuardNote, error) {
	if len(program.Guards) == 0 {
		return nil, nil
	}
	world, err := eval.New(&ir.Program{Project: program.Project}, nil, types.NewInstant(p.Now))
	if err != nil {
		return nil, fmt.Errorf("asking the guards: %w", err)
	}
	j := &judge{world: world, nobody: &person.Person{}, changes: changesOf(program, p), approved: approvedBy}
	out := make([]plan.GuardNote, len(program.Guards))
	for i, g := range program.Guards {
		out[i] = j.ask(g)
	}
	return out, nil
}

// judge is one plan being asked about.
type judge struct {
	world    *eval.World
	nobody   *person.Person
	changes  []change
	approved []string

	because []string // of the guard being asked: what answers it with yes
	open    []string // and what keeps it from being answered
}

// change is what is done to one declaration on one platform.
type change struct {
	kind, address string
	fields        person.Event
}

func (j *judge) ask(g ir.Guard) plan.GuardNote {
	j.because, j.open = nil, nil
	note := plan.GuardNote{Guard: g.Address, Message: g.Message}
	switch j.truth(g.RefuseIf) {
	case expr.False:
		note.Result = plan.Passes
		return note
	case expr.True:
		note.Because = once(j.because)
	case expr.Unknown:
		note.Because, note.Unknown = once(j.open), true
	}
	note.Needs = g.ApprovedBy
	for _, owner := range g.ApprovedBy {
		if slices.Contains(j.approved, owner) {
			note.ApprovedBy = append(note.ApprovedBy, owner)
		}
	}
	switch {
	case len(note.ApprovedBy) > 0:
		note.Result = plan.Passes
	case len(g.ApprovedBy) > 0:
		note.Result = plan.Waits
	default:
		note.Result = plan.Refuses
	}
	return note
}

func once(addresses []string) []string {
	slices.Sort(addresses)
	return slices.Compact(addresses)
}

// truth is the verdict of a guard's condition. What is said of one change is
// asked of each; the rest holds of the plan.
func (j *judge) truth(e expr.Expr) expr.Verdict {
	switch e := e.(type) {
	case expr.And:
		return fold(e.Terms, expr.True, expr.False, j.truth)
	case expr.Or:
		return fold(e.Terms, expr.False, expr.True, j.truth)
	case expr.Not:
		return opposite(j.truth(e.Term))
	case expr.Is:
		return verdict(j.truth(e.Term) == e.Verdict)
	case expr.Any:
		return j.any(e)
	case expr.Call:
		if e.Func == "approved_by" {
			return verdict(slices.ContainsFunc(e.Args, j.agreed))
		}
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.OneOf,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded:
	}
	return j.world.Truth(e, j.nobody, eval.Context{})
}

func (j *judge) agreed(role expr.Expr) bool {
	literal, is := role.(expr.Literal)
	if !is {
		return false
	}
	name, is := literal.Value.(types.Text)
	return is && slices.Contains(j.approved, string(name))
}

func (j *judge) any(e expr.Any) expr.Verdict {
	kind := strings.TrimPrefix(strings.TrimPrefix(e.Of, "changes"), ".")
	out := expr.False
	for i := range j.changes {
		c := &j.changes[i]
		if kind != "" && c.kind != kind {
			continue
		}
		switch j.world.Truth(e.Where, j.nobody, eval.Context{It: &c.fields}) {
		case expr.True:
			out = expr.True
			j.because = append(j.because, c.address)
		case expr.Unknown:
			j.open = append(j.open, c.address)
			if out == expr.False {
				out = expr.Unknown
			}
		case expr.False:
		}
	}
	return out
}

// fold is Kleene's and (neutral true, decisive false) or or.
func fold(terms []expr.Expr, neutral, decisive expr.Verdict, truth func(expr.Expr) expr.Verdict) expr.Verdict {
	out := neutral
	for _, t := range terms {
		if is := truth(t); is == decisive {
			out = decisive
		} else if is == expr.Unknown && out == neutral {
			out = expr.Unknown
		}
	}
	return out
}

func opposite(v expr.Verdict) expr.Verdict {
	switch v {
	case expr.True:
		return expr.False
	case expr.False:
		return expr.True
	case expr.Unknown:
	}
	return expr.Unknown
}

func verdict(b bool) expr.Verdict {
	if b {
		return expr.True
	}
	return expr.False
}

// changesOf lists what a plan does, each with what a guard may ask of it.
func changesOf(program *ir.Program, p *plan.Plan) []change {
	owners := map[string]string{}
	for _, d := range program.Declarations() {
		owners[d.Header().Address] = d.Header().Owner
	}
	people := map[string]plan.Audience{}
	for _, a := range p.Audience {
		people[a.Segment] = a
	}
	type place struct {
		object, platform string
		action           plan.Action
	}
	seen, edited := map[place]bool{}, map[string]bool{}
	var out []change
	for _, c := range p.Changes {
		at := place{c.Address.Object, c.Address.Platform, c.Action}
		if seen[at] || c.Live && c.Action == plan.SwitchOff {
			continue
		}
		seen[at], edited[at.object] = true, true
		out = append(out, newChange(at.object, at.platform, string(c.Action), owners[at.object], figures(people, at.object, c.Action)))
	}
	for _, a := range p.Audience {
		if !edited[a.Segment] {
			out = append(out, newChange(a.Segment, "", Mention, owners[a.Segment], figures(people, a.Segment, plan.Update)))
		}
	}
	return out
}

func newChange(address, platform, action, owner string, of map[string]types.Value) change {
	fields := map[string]types.Value{"address": types.Text(address), "platform": types.Text(platform), "action": types.Text(action), "owner": types.Text(owner)}
	for name, v := range of {
		fields[name] = v
	}
	return change{kind: ir.KindOf(address), address: address, fields: person.Event{Fields: fields}}
}

// figures is what is known of the people of a segment. Of what is no segment, or
// was not counted, nothing is.
func figures(people map[string]plan.Audience, address string, action plan.Action) map[string]types.Value {
	out := map[string]types.Value{}
	set := func(name string, n *int) {
		if n != nil {
			out[name] = number(strconv.Itoa(*n))
		}
	}
	if ir.KindOf(address) != "segment" {
		return out
	}
	a := people[address]
	set("members_before", a.Before)
	set("members_after", a.After)
	set("joins", a.Join)
	set("leaves", a.Leave)
	switch action {
	case plan.Create:
		out["joins_share"], out["leaves_share"] = number("0"), number("0")
		set("joins", a.After)
		none := 0
		set("members_before", &none)
		set("leaves", &none)
		return out
	case plan.Delete:
		none := 0
		set("members_after", &none)
		out["joins_share"], out["leaves_share"] = number("0"), number("1")
		return out
	case plan.Adopt: // whoever is a member stays one; an edit that follows is another change
		for _, name := range []string{"joins", "leaves", "joins_share", "leaves_share"} {
			out[name] = number("0")
		}
		return out
	case plan.Update, plan.Replace, plan.SwitchOn, plan.SwitchOff:
	}
	if a.Before != nil {
		share(out, "joins_share", a.Join, *a.Before)
		share(out, "leaves_share", a.Leave, *a.Before)
	}
	return out
}

// share is a fraction of the members before, to ten places.
func share(out map[string]types.Value, name string, n *int, before int) {
	if n != nil {
		out[name] = number(big.NewRat(int64(*n), int64(max(before, 1))).FloatString(10))
	}
}

func number(s string) types.Value {
	d, err := types.NewDecimal(s)
	if err != nil {
		panic("guard: " + err.Error()) // it was made of numbers
	}
	return d
}
