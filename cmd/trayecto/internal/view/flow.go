package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// JourneyGraph is some journeys as flow charts: how a run begins, its steps in
// order, and a gate before each message that needs a yes. Several stand in a
// frame each.
func JourneyGraph(p *ir.Program, journeys []ir.Journey) Graph {
	f := &flow{program: p}
	var titles, about []string
	for _, j := range journeys {
		if len(journeys) > 1 {
			f.group = j.Address
		}
		gates, messages := f.gates, f.messages
		f.journey(j)
		titles = append(titles, ir.Short(j.Address))
		about = append(about, ir.Short(j.Address)+" has "+messagesAndGates(f.messages-messages, f.gates-gates))
	}
	f.graph.Title = "Journey " + strings.Join(titles, ", ")
	f.graph.Description = strings.Join(about, "; ")
	return f.graph
}

// messagesAndGates says how many messages a journey sends, and what of them waits
// for a yes.
func messagesAndGates(messages, gates int) string {
	switch {
	case messages == 0:
		return "no messages"
	case gates == 0:
		return plural(messages, "message") + ", none behind a gate of consent"
	}
	return fmt.Sprintf("%s, %d of them behind a gate of consent", plural(messages, "message"), gates)
}

// flow draws steps one after another.
type flow struct {
	program         *ir.Program
	graph           Graph
	group           string
	ends            []loose // arrows to the end of the run
	gates, messages int
}

// loose is an arrow that does not lead anywhere yet.
type loose struct{ from, label string }

func (f *flow) journey(j ir.Journey) {
	f.ends = nil
	begin := f.node(Round, f.entry(j.Enter))
	for _, early := range []struct {
		word string
		when expr.Expr
	}{{"goal", j.Goal}, {"leaves if", j.LeaveIf}} {
		if early.when != nil {
			note := f.node(Note, early.word+": "+expr.Print(early.when))
			f.graph.Edges = append(f.graph.Edges, Edge{From: begin, To: note, Dashed: true})
		}
	}
	rest := f.steps(j.Steps, []loose{{from: begin}})
	f.join(f.node(Round, "end"), append(rest, f.ends...))
}

// node adds a box and returns its name.
func (f *flow) node(s Shape, label string) string {
	id := fmt.Sprintf("n%d", len(f.graph.Nodes)+1)
	f.graph.Nodes = append(f.graph.Nodes, Node{ID: id, Label: label, Shape: s, Group: f.group})
	return id
}

// join leads all loose arrows to a node.
func (f *flow) join(to string, in []loose) {
	for _, a := range in {
		f.graph.Edges = append(f.graph.Edges, Edge{From: a.from, To: to, Label: a.label})
	}
}

func (f *flow) steps(steps []ir.Step, in []loose) []loose {
	for _, s := range steps {
		in = f.step(s, in)
	}
	return in
}

// step draws one step behind the arrows that lead to it, and returns those
// that lead on.
func (f *flow) step(s ir.Step, in []loose) []loose {
	switch s := s.(type) {
	case ir.Send:
		return f.send(s, in)
	case ir.Do:
		return f.next(Box, "do "+ir.Short(s.Action), in)
	case ir.Wait:
		return f.next(Box, waitLabel(s), in)
	case ir.Choose:
		return f.choose(s, in)
	case ir.Split:
		return f.split(s, in)
	}
	return in
}

func (f *flow) next(shape Shape, label string, in []loose) []loose {
	id := f.node(shape, label)
	f.join(id, in)
	return []loose{{from: id}}
}

// send draws a message; what needs a yes stands behind a gate, and who does
// not pass goes on without it.
func (f *flow) send(s ir.Send, in []loose) []loose {
	t, _ := ir.Find(f.program.Touchpoints, s.Touchpoint)
	purpose, _ := ir.Find(f.program.Purposes, t.Purpose)
	f.messages++
	label := alternatives(t.Channels) + " " + ir.Short(s.Touchpoint)
	if s.IfCapped == "wait" {
		label += "\nwaits while capped"
	}
	if purpose.Class != ir.Marketing {
		return f.next(Message, label, in)
	}
	f.gates++
	gate := f.node(Gate, ir.Short(t.Purpose)+" by "+alternatives(t.Channels)+" allowed?")
	f.join(gate, in)
	return append(f.next(Message, label, []loose{{gate, "yes"}}), loose{gate, "no"})
}

// alternatives lists channels in their order.
func alternatives(channels []string) string {
	words := make([]string, len(channels))
	for i, c := range channels {
		words[i] = ir.ChannelWord(c)
	}
	if len(words) == 0 {
		return "send"
	}
	return strings.Join(words, " or ")
}

func waitLabel(w ir.Wait) string {
	switch {
	case w.Until == nil:
		return "wait " + w.For.String()
	case w.For.IsZero():
		return "wait until\n" + expr.Print(w.Until)
	}
	return "wait " + w.For.String() + " or until\n" + expr.Print(w.Until)
}

func (f *flow) choose(c ir.Choose, in []loose) []loose {
	id := f.node(Diamond, c.Name+"?")
	f.join(id, in)
	var out []loose
	for _, branch := range c.When {
		out = append(out, f.steps(branch.Steps, []loose{{id, branch.Name + ":\n" + expr.Print(branch.If)}})...)
	}
	return append(out, f.steps(c.Otherwise, []loose{{id, "otherwise"}})...)
}

// split draws the ways of a split with their shares; a control ends the run.
func (f *flow) split(s ir.Split, in []loose) []loose {
	label := "split " + s.Name
	if s.Metric != "" {
		label += "\nmeasured by " + ir.Short(s.Metric)
	}
	id := f.node(Hexagon, label)
	f.join(id, in)
	total := 0
	for _, v := range s.Variants {
		total += v.Weight
	}
	var out []loose
	for _, v := range s.Variants {
		way := []loose{{id, v.Name + share(v.Weight, total)}}
		if v.Control {
			f.ends = append(f.ends, f.next(Box, "nothing: control", way)...)
			continue
		}
		out = append(out, f.steps(v.Steps, way)...)
	}
	return out
}

func share(weight, total int) string {
	if total == 0 {
		return ""
	}
	return fmt.Sprintf(": %.4g %%", 100*float64(weight)/float64(total))
}

// entry says in a few words how a run begins.
func (f *flow) entry(e ir.Enter) string {
	label := ""
	if m, ok := ir.Find(f.program.Moments, e.Moment); ok {
		label = ir.Short(m.Address) + "\n" + detected(m.Detect)
	} else if at, ok := e.Instant.(types.Instant); ok {
		label = "once, at " + instant(at.Time(), f.program.Project.Timezone) + "\neveryone in " + ir.Short(e.Who)
	}
	if e.If != nil {
		label += "\nif " + expr.Print(e.If)
	}
	if len(e.Per) > 0 {
		label += "\none run per " + strings.Join(e.Per, ".")
	}
	return label
}

// detected says how a moment is noticed.
func detected(d ir.Detect) string {
	switch d := d.(type) {
	case ir.OnEvent:
		return ir.Short(d.Event) + " happens"
	case ir.OnOutcome:
		return ir.Short(d.Touchpoint) + " " + d.Outcome
	case ir.Absence:
		return ir.Short(d.On) + ", then no " + ir.Short(d.Without) + " for " + d.For.String()
	case ir.OnDate:
		text := expr.Print(d.Date)
		if !d.Before.IsZero() {
			text = d.Before.String() + " before " + text
		}
		return text
	case ir.Enters:
		return "enters " + ir.Short(d.Segment)
	case ir.Leaves:
		return "leaves " + ir.Short(d.Segment)
	case nil:
	}
	return "never"
}
