package run

import (
	"context"
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// found is the ids of what the resources look up: asked of the platforms, or,
// where these are not read, as they were when they were last applied.
func (l *Line) found(ctx context.Context, lowered map[string]targets.Lowered, prior []plan.Record) ([]plan.LookupID, diag.List, error) {
	if !l.Offline {
		return l.lookUp(ctx, lowered)
	}
	known := map[string]map[resource.Lookup]string{}
	for _, r := range prior {
		if r.Filled.None() {
			continue // nothing was looked up for it
		}
		if known[r.Address.Platform] == nil {
			known[r.Address.Platform] = map[resource.Lookup]string{}
		}
		lookedUp(r.Attributes.Map(), r.AsApplied(), known[r.Address.Platform])
	}
	var out []plan.LookupID
	for _, p := range l.Platforms {
		filled := map[resource.Lookup]bool{}
		for _, r := range lowered[p.Name].Resources {
			for _, asked := range resource.Lookups(r.Attributes) {
				filled[asked] = true
			}
		}
		for _, asked := range sortedLookups(lowered[p.Name]) {
			id, there := known[p.Name][asked]
			switch {
			case !there && !filled[asked]:
				continue // it has to be there, and its id stands nowhere
			case !there:
				return nil, nil, fmt.Errorf("whether %s has the %s %s was never looked up; plan without --refresh=false", p.Address, asked.Kind, asked.Key)
			}
			out = append(out, plan.LookupID{Platform: p.Name, Kind: asked.Kind, Key: asked.Key, ID: id})
		}
	}
	return out, nil, nil
}

// foreseen is the plan with what the targets know of how changes are made without
// their platforms. Of the rest it says that it is not known.
func (l *Line) foreseen(ctx context.Context, in *plan.Input, draft *plan.Draft) (*plan.Plan, diag.List, error) {
	var unasked []resource.Address
	for {
		edits, err := draft.Edits()
		if err != nil {
			return nil, nil, err
		}
		if len(edits) == 0 {
			break
		}
		more, err := l.foresee(ctx, in, edits)
		if err != nil {
			return nil, nil, err
		}
		unasked = append(unasked, more...)
	}
	made, found, err := draft.Make()
	if made != nil {
		made.Unasked = updatesOf(made, unasked)
	}
	return made, found, err
}

// foresee answers every edit by what its target knows without the platform, and
// lists those of which only the platform could say it. A target that foresees
// nothing makes and removes objects as any other.
func (l *Line) foresee(ctx context.Context, in *plan.Input, edits []plan.Edit) ([]resource.Address, error) {
	sure := make(map[resource.Address]bool, len(edits))
	for _, e := range edits { // what is not answered would be asked about again
		in.Answers[e.Address] = plan.Answer{}
		sure[e.Address] = e.Prior == nil || e.Desired == nil
	}
	for _, p := range l.Platforms {
		f, is := p.Target.(targets.Foreseer)
		mine, requests := questions(p, edits)
		if !is || !p.Description.Can.Foresees || len(requests) == 0 {
			continue
		}
		answers, err := f.Foresee(ctx, requests)
		if err != nil {
			return nil, fmt.Errorf("asking how %s would change, without a look at it: %w", p.Address, err)
		}
		if len(answers) != len(requests) {
			return nil, fmt.Errorf("asking how %s would change, without a look at it: %d answers to %d questions", p.Address, len(answers), len(requests))
		}
		for i, a := range answers {
			in.Answers[mine[i]], sure[mine[i]] = answer(p.Name, a.PlanAnswer), a.Sure
		}
	}
	var unasked []resource.Address
	for _, e := range edits {
		if !sure[e.Address] {
			unasked = append(unasked, e.Address)
		}
	}
	return unasked, nil
}

// updatesOf is those of some objects that a plan changes in place.
func updatesOf(p *plan.Plan, of []resource.Address) []resource.Address {
	var out []resource.Address
	for _, c := range p.Changes {
		if c.Action == plan.Update && slices.Contains(of, c.Address) {
			out = append(out, c.Address)
		}
	}
	slices.SortFunc(out, resource.Address.Compare)
	return out
}

// unsure refuses a plan whose changes nobody knows how to make: where a platform
// would have it made anew, who is inside a journey would go on in what he must not.
func unsure(p *plan.Plan) error {
	if len(p.Unasked) == 0 {
		return nil
	}
	return fmt.Errorf("how %s is changed only its platform can say, and the plan was made without a look at it; make it again without --refresh=false", p.Unasked[0])
}

// lookedUp finds the look-ups in attributes as written, and what stands in
// their places as applied.
func lookedUp(written, applied resource.Value, known map[resource.Lookup]string) {
	switch w := written.(type) {
	case resource.Lookup:
		if id, is := applied.(resource.String); is {
			known[w] = string(id)
		}
	case resource.Map:
		a, _ := applied.(resource.Map)
		for name, item := range w {
			lookedUp(item, a[name], known)
		}
	case resource.List:
		a, _ := applied.(resource.List)
		for i, item := range w {
			if i < len(a) {
				lookedUp(item, a[i], known)
			}
		}
	case resource.Null, resource.Bool, resource.Number, resource.String, resource.Ref, nil:
	}
}

// unreadImports refuses import blocks that have not been carried out where
// nobody may look at what they take over.
func (l *Line) unreadImports() error {
	for _, i := range l.Program.Imports {
		done := false
		for _, r := range l.State.Records() {
			done = done || r.ID == i.ID && r.Address.Object == i.To
		}
		if !done {
			return fmt.Errorf("%s is to take over %s, which has to be read; plan without --refresh=false", i.To, i.ID)
		}
	}
	return nil
}

// named refuses words that choose nothing: a choice that is misspelt would be a
// choice of something else.
func named(in plan.Input) error {
	words := append(append([]string{}, in.Only...), in.Exclude...)
	for _, rule := range in.Drift {
		if rule.Of != "" {
			words = append(words, rule.Of)
		}
	}
	if len(words) == 0 {
		return nil
	}
	var all []resource.Address
	for i := range in.Desired {
		all = append(all, in.Desired[i].Address)
	}
	for i := range in.Prior {
		all = append(all, in.Prior[i].Address)
	}
	for _, word := range words {
		if !names(word, all) {
			return unnamed(word, all)
		}
	}
	return nil
}

func names(word string, all []resource.Address) bool {
	for _, a := range all {
		if plan.Selects(word, a) {
			return true
		}
	}
	return false
}

func unnamed(word string, all []resource.Address) error {
	var objects []string
	for _, a := range all {
		objects = append(objects, a.Object, "platform."+a.Platform)
	}
	if near := diag.Nearest(word, objects); near != "" {
		return fmt.Errorf("nothing here is called %s; there is %s", word, near)
	}
	return fmt.Errorf("nothing here is called %s; write an address, a kind, platform.NAME or module.NAME", word)
}
