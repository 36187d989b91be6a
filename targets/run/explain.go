package run

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/impact"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/state"
)

// Explain says why a person is in a segment or would get a touchpoint. Of
// other objects one person has no answer, and the error says so.
func (p *Past) Explain(object ir.Declaration, someone *person.Person) (*explain.Answer, error) {
	a := &explain.Answer{
		Version: 1, Project: p.Program.Project.Name, Env: p.Env, Now: p.Now, Timezone: p.Program.Project.Timezone,
		Person: p.name(someone), Object: object.Header().Address,
	}
	switch d := object.(type) {
	case ir.Segment:
		return a, p.segment(a, d, someone)
	case ir.Touchpoint:
		p.touchpoint(a, d, someone)
		return a, nil
	}
	return nil, fmt.Errorf("%s has no answer for one person; ask about a segment or a touchpoint", a.Object)
}

func (p *Past) segment(a *explain.Answer, s ir.Segment, someone *person.Person) error {
	member := expr.Member{Segment: s.Address}
	if a.NotKnown = impact.Unknown(p.Program, p.Program, p.History, member); a.NotKnown != "" {
		return nil
	}
	x := explain.New(p.World, someone)
	where, in := x.Condition(s.Where), p.World.Member(s.Address, someone)
	a.Where, a.In = &where, &in
	for _, t := range sentTo(p.Program, s.Address) {
		if in && p.doubt(t) == "" {
			a.Messages = append(a.Messages, x.Message(t))
		}
	}
	before, err := p.before(s.Address, someone)
	a.Before = before
	return err
}

func (p *Past) touchpoint(a *explain.Answer, t ir.Touchpoint, someone *person.Person) {
	if a.NotKnown = p.doubt(t); a.NotKnown != "" {
		return
	}
	m := explain.New(p.World, someone).Message(t)
	a.Messages, a.Apart = []explain.Message{m}, apart(p.Program, m.Class)
}

// doubt says why it is not known whether people may get a touchpoint, or "".
func (p *Past) doubt(t ir.Touchpoint) string {
	for _, channel := range t.Channels {
		if why := impact.Unknown(p.Program, p.Program, p.History, expr.Reachable{Purpose: t.Purpose, Channel: channel}); why != "" {
			return why
		}
	}
	return ""
}

// sentTo lists the touchpoints of the journeys that people enter by being or
// becoming members of a segment, in the order of the files.
func sentTo(program *ir.Program, segment string) []ir.Touchpoint {
	var out []ir.Touchpoint
	for _, j := range program.Journeys {
		moment, _ := ir.Find(program.Moments, j.Enter.Moment)
		enters, _ := moment.Detect.(ir.Enters)
		if j.Enter.Who != segment && enters.Segment != segment {
			continue
		}
		ir.Walk(j.Steps, func(step ir.Step) {
			send, is := step.(ir.Send)
			t, found := ir.Find(program.Touchpoints, send.Touchpoint)
			if is && found && !slices.ContainsFunc(out, func(u ir.Touchpoint) bool { return u.Address == t.Address }) {
				out = append(out, t)
			}
		})
	}
	return out
}

// apart names what else decides about a message of a class when it is sent.
func apart(program *ir.Program, class ir.Class) []string {
	var out []string
	for _, c := range program.Controls {
		if slices.Contains(c.Classes, class) {
			out = append(out, c.Address)
		}
	}
	for _, c := range program.Pressures {
		if bears(c, class) {
			out = append(out, c.Address)
		}
	}
	sort.Strings(out)
	return out
}

func bears(p ir.Pressure, class ir.Class) bool {
	for _, l := range p.Limits {
		if len(l.Classes) == 0 || slices.Contains(l.Classes, class) {
			return true
		}
	}
	for _, h := range p.Hours {
		if len(h.Classes) == 0 || slices.Contains(h.Classes, class) {
			return true
		}
	}
	return false
}

// before tells whether the person was a member by what was applied last. It is
// nil where that is what the files say, where nothing was applied, and where
// the past cannot answer for it.
func (p *Past) before(segment string, someone *person.Person) (*bool, error) {
	st, _, err := p.state(context.Background(), p.Program)
	if err != nil {
		return nil, err
	}
	program, err := p.applied(st, segment)
	if err != nil || program == nil {
		return nil, err
	}
	if impact.Unknown(program, p.Program, p.History, expr.Member{Segment: segment}) != "" {
		return nil, nil
	}
	world, err := eval.New(program, p.History.Lists, types.NewInstant(p.Now))
	if err != nil {
		return nil, err
	}
	in := world.Member(segment, someone)
	return &in, nil
}

// applied is the program by which a segment was applied last, nil where it was
// not or means the same now.
func (p *Past) applied(st *state.State, segment string) (*ir.Program, error) {
	index, before := p.Program.Index(), deployed(st, nil)
	seen := map[string]bool{}
	for queue := []string{segment}; len(queue) > 0; queue = queue[1:] {
		object := queue[0]
		if seen[object] {
			continue
		}
		seen[object] = true
		for _, r := range before.own[object] {
			changed, err := meansOtherwise(index, r)
			if err != nil {
				return nil, err
			}
			if changed {
				return assemble(st, before.of(segment), nil)
			}
			for _, needed := range r.Needs {
				queue = append(queue, needed.Object)
			}
		}
	}
	return nil, nil
}

// meansOtherwise tells whether what an object was applied with has another
// meaning in the files.
func meansOtherwise(index *ir.Index, r plan.Record) (bool, error) {
	now, err := meaningOf(index, r.Address.Object, nil)
	if err != nil {
		return false, fmt.Errorf("writing down what %s means: %w", r.Address.Object, err)
	}
	return differ(r.Meaning, now), nil
}
