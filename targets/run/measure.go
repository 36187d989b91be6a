package run

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/impact"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/state"
)

// measure counts the people whom the plan concerns, from the project's past.
func (l *Line) measure(p *plan.Plan, c concerned, st *state.State) error {
	past, err := l.past(p)
	if err != nil {
		return err
	}
	options := impact.Options{After: l.Program, Index: l.index, History: past, Now: types.NewInstant(l.Now), Shown: p.Shown}
	for _, group := range sameBefore(c.before, c.segments) {
		if options.Before, err = assemble(st, group.hashes, c.before.moved); err != nil {
			return err
		}
		options.Segments = group.objects
		measured := impact.Measure(options)
		if err := compare(measured, options); err != nil {
			return err
		}
		if p.Audience == nil {
			p.Audience = measured // of most plans they are all
		} else {
			p.Audience = append(p.Audience, measured...)
		}
		if err := neighbours(p, measured, options); err != nil {
			return err
		}
	}
	options.Before = nil
	p.Sends = impact.Sends(options, unstopped(c.resting, p))
	for _, group := range sameBefore(c.before, unstopped(c.running, p)) {
		if options.Before, err = assemble(st, group.hashes, c.before.moved); err != nil {
			return err
		}
		p.Sends = append(p.Sends, impact.Sends(options, group.objects)...)
	}
	sort.Slice(p.Audience, func(i, j int) bool { return p.Audience[i].Segment < p.Audience[j].Segment })
	sort.Slice(p.Sends, func(i, j int) bool { return p.Sends[i].Journey < p.Sends[j].Journey })
	p.Audience = worthShowing(p)
	return nil
}

// compare proves what the new version of each segment does to people as a
// whole, where there is an old one.
func compare(measured []plan.Audience, o impact.Options) error {
	if o.Before == nil {
		return nil
	}
	moment, err := prove.At(o.After, o.Now.Time())
	if err != nil {
		return fmt.Errorf("comparing segments: %w", err)
	}
	versions := prove.NewVersions(o.Before, o.After, moment)
	var people []retelling
	for i, a := range measured {
		if len(a.PredicateBefore) == 0 || len(a.PredicateAfter) == 0 {
			continue
		}
		is := versions.Compare(a.Segment)
		measured[i].Proved = &plan.Proved{Change: is.Change, Why: is.Why, Joins: is.Joins, Leaves: is.Leaves}
		people = append(people,
			retelling{story: is.Joins, remark: remark(is.Joins, "New in "+a.Segment+" when this was planned.")},
			retelling{story: is.Leaves, remark: remark(is.Leaves, "No longer in "+a.Segment+" when this was planned.")})
	}
	return retell(o.After, people)
}

// neighbours notes how segments whose words are new stand to others now.
func neighbours(p *plan.Plan, measured []plan.Audience, o impact.Options) error {
	var changed []string
	for i := range measured {
		a := &measured[i]
		_, there := o.Index.Declaration(a.Segment)
		if there && (len(a.PredicateBefore) == 0 || !slices.Equal(a.PredicateBefore, a.PredicateAfter)) {
			changed = append(changed, a.Segment)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	moment, err := prove.At(o.After, o.Now.Time())
	if err != nil {
		return fmt.Errorf("comparing segments: %w", err)
	}
	found := prove.OfChanged(o.Before, o.After, changed, moment)
	note := func(object, text string) { p.Findings = append(p.Findings, plan.Finding{Object: object, Text: text}) }
	for _, s := range found.Nobody {
		when := "has no members"
		if o.Before != nil {
			if _, was := ir.Find(o.Before.Segments, s); was {
				when = "has no members any more"
			}
		}
		note(s, when+", whoever people are: proved.")
	}
	for _, n := range found.Negations {
		note(n.In, fmt.Sprintf("asks for !%s, which takes in people of whom that is not known; its condition negated would not. For example: %s.", n.Segment, n.Person.Summary))
	}
	for _, r := range found.Relations {
		switch r.Kind {
		case prove.Equal:
			note(r.B, "is the same people as "+r.A+" now: proved.")
		case prove.Within:
			note(r.A, "is a part of "+r.B+" now: proved.")
		case prove.Apart:
		}
	}
	if found.Unasked {
		p.Notes = append(p.Notes, "How the changed segments stand to others was not asked: there are too many. trayecto validate --deep asks all pairs.")
	}
	return nil
}

// past reads the history and notes in the plan what was read. It is nil when
// the project has none.
func (l *Line) past(p *plan.Plan) (*history.History, error) {
	if l.Program.History == (ir.History{At: l.Program.History.At}) {
		return nil, nil
	}
	past, err := history.Read(history.Options{Dir: l.Dir, Program: l.Program})
	if err != nil {
		return nil, fmt.Errorf("reading the past: %w", err)
	}
	noted := &plan.History{BadRows: past.Counts.Bad}
	if _, absent := past.Lacks(history.People); !absent {
		noted.People = &past.Counts.People
	}
	if _, absent := past.Lacks(history.Events); !absent {
		noted.Events = &past.Counts.Events
	}
	if folder := path.Dir(l.Program.History.People); folder != "." {
		noted.From = folder + "/"
	}
	if past.Newest != 0 {
		newest := past.Newest.Time()
		noted.Newest = &newest
	}
	for _, row := range past.Bad {
		noted.FirstBad = append(noted.FirstBad, row.Place()+": "+strings.TrimSuffix(row.Detail, "."))
	}
	for _, absent := range past.Absent {
		p.Notes = append(p.Notes, "Not counted in: "+absent.String()+".")
	}
	for _, notice := range past.Notices {
		p.Notes = append(p.Notes, fmt.Sprintf("%s:%d: %s", notice.File, notice.Line, notice.Detail))
	}
	for name, said := range map[string]string{"objects": l.Program.History.Objects, "changes": l.Program.History.Changes} {
		if said != "" {
			p.Notes = append(p.Notes, "Not read by this version: history says "+name+" = "+quote(said)+".")
		}
	}
	sort.Strings(p.Notes)
	p.History = noted
	return past, nil
}

// alike is declarations for which the same was deployed.
type alike struct {
	hashes  map[string]string
	objects []string
}

// sameBefore groups declarations by what was deployed when they were applied.
// Most often that is one group; several arise when an apply stopped part way.
func sameBefore(d deployment, objects []string) []alike {
	var groups []alike
	at := map[string]int{}
	if len(d.own) == 0 && len(objects) > 0 {
		return []alike{{hashes: d.of(objects[0]), objects: objects}} // nothing was applied
	}
	for _, object := range objects {
		apart := d.apart(object)
		name := ""
		for _, address := range slices.Sorted(maps.Keys(apart)) {
			name += address + " " + apart[address] + "\n"
		}
		i, there := at[name]
		if !there {
			i = len(groups)
			at[name] = i
			groups = append(groups, alike{hashes: d.of(object)})
		}
		groups[i].objects = append(groups[i].objects, object)
	}
	return groups
}

// atRest tells journeys that are on from those that are not: what a journey
// that rests would send is sent only because the plan switches it on.
func atRest(journeys []string, in plan.Input) (running, resting []string) {
	on := map[string]bool{}
	for _, r := range in.Prior {
		is := r.Switch
		if seen := in.Observed[r.Address]; seen != nil {
			is = seen.Switch
		}
		on[r.Address.Object] = on[r.Address.Object] || is == resource.On
	}
	for _, j := range journeys {
		if on[j] {
			running = append(running, j)
		} else {
			resting = append(resting, j)
		}
	}
	return running, resting
}

// worthShowing leaves out segments that are not changed themselves and whose
// figures stay the same.
func worthShowing(p *plan.Plan) []plan.Audience {
	own := make(map[string]bool, len(p.Changes))
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action.Writes() {
			own[c.Address.Object] = true
		}
	}
	kept := p.Audience[:0]
	for i := range p.Audience {
		if a := &p.Audience[i]; own[a.Segment] || moved(a) {
			kept = append(kept, *a)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

func moved(a *plan.Audience) bool {
	same := a.Join != nil && *a.Join == 0 && a.Leave != nil && *a.Leave == 0
	for _, r := range a.Reach {
		same = same && r.Before != nil && r.After != nil && *r.Before == *r.After
	}
	return !same
}
