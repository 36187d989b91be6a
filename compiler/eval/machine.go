package eval

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// Terms is what a program runs on.
type Terms struct {
	Lists person.Lists
	// Enforcement is what the platform really does; nil is the reference, which
	// enforces everything.
	Enforcement *ir.Enforcement
	// Chance is what chance does, instead of the hash that stands for it.
	Chance *Chance
	// Decided is the variants that splits decided for, by step: "discount" for
	// "step.welcome.offer".
	Decided map[string]string
}

// Chance says how chance turns out.
type Chance struct {
	Ways     map[string]string // on which way a split puts the person, by its step; by hash where it does not say
	Controls []string          // the control groups that the person is in, and no others
}

// With is the machine where chance turns out so.
func (m *Machine) With(c Chance) *Machine {
	out := *m
	out.Chance = &c
	return &out
}

// On is the program on other terms. It costs nothing: what NewMachine made ready
// is shared.
func (m *Machine) On(t Terms) *Machine {
	out := *m
	out.Terms, out.world = t, m.world.With(t.Lists, m.world.Now)
	return &out
}

// Machine is a program ready to be lived through. It is made by NewMachine, does not
// change and may be used by several goroutines.
type Machine struct {
	Terms
	world *World

	journeys []*journey // in the order in which they go first
	messages map[string]*message
	actions  map[string]ir.Action
	limits   []ir.Limit
	hours    map[ir.Class][]ir.Calendar
	controls []ir.Control

	events   map[string]signal // by recorded event
	stirring signalSet         // what somebody listens to

	moments  []*moment
	onEvent  map[string][]*moment // by recorded event: that it fires
	absences map[string][]*moment // by recorded event: that it ends an absence
	onKind   map[happen][]*moment
	watches  []*watch
	dates    []*date
}

// happen is an outcome of a touchpoint.
type happen struct {
	touchpoint string
	kind       person.OutcomeKind
}

// journey is a journey made ready.
type journey struct {
	ir.Journey
	table    ir.Table
	rank     int
	at       map[string]int // entries by step
	who      string
	again    types.Span // zero: never, or always
	always   bool
	deadline types.Span // of the moment; zero: none
	enterIf  question
	goal     question
	leave    question
	until    []question  // by entry
	interest []signalSet // by entry: what may end the run or the wait there
	instant  types.Instant
}

// message is a touchpoint made ready.
type message struct {
	ir.Touchpoint
	class    ir.Class
	channels []ir.Channel
}

// NewMachine makes a program ready. The error is one of New, or a reference to
// something that is not declared.
func NewMachine(p *ir.Program, t Terms) (*Machine, error) {
	p = p.Sorted()
	world, err := New(p, t.Lists, 0)
	if err != nil {
		return nil, err
	}
	m := &Machine{
		Terms: t, world: world, messages: map[string]*message{}, actions: map[string]ir.Action{}, hours: map[ir.Class][]ir.Calendar{},
		controls: p.Controls, events: map[string]signal{}, onEvent: map[string][]*moment{}, absences: map[string][]*moment{}, onKind: map[happen][]*moment{},
	}
	for i, e := range p.Events {
		m.events[e.Address] = firstEvent + signal(i)%(signals-firstEvent)
	}
	m.pressures(p)
	if err := m.carried(p); err != nil {
		return nil, fmt.Errorf("running %s: %w", p.Project.Name, err)
	}
	for _, d := range p.Moments {
		if entered(p, d.Address) { // nobody notices what nothing comes of
			m.moment(d)
		}
	}
	if err := m.ready(p); err != nil {
		return nil, fmt.Errorf("running %s: %w", p.Project.Name, err)
	}
	return m, nil
}

// entered tells whether a journey enters on a moment.
func entered(p *ir.Program, moment string) bool {
	return slices.ContainsFunc(p.Journeys, func(j ir.Journey) bool { return j.Enter.Moment == moment })
}

// carried makes ready what steps carry out.
func (m *Machine) carried(p *ir.Program) error {
	for _, t := range p.Touchpoints {
		purpose, ok := ir.Find(p.Purposes, t.Purpose)
		if !ok {
			return fmt.Errorf("%s: no %s", t.Address, t.Purpose)
		}
		made := &message{Touchpoint: t, class: purpose.Class}
		for _, address := range t.Channels {
			channel, ok := ir.Find(p.Channels, address)
			if !ok {
				return fmt.Errorf("%s: no %s", t.Address, address)
			}
			made.channels = append(made.channels, channel)
		}
		m.messages[t.Address] = made
	}
	for _, a := range p.Actions {
		m.actions[a.Address] = a
	}
	return nil
}

func (m *Machine) pressures(p *ir.Program) {
	for _, pressure := range p.Pressures {
		m.limits = append(m.limits, pressure.Limits...)
		for _, h := range pressure.Hours {
			calendar, ok := ir.Find(p.Calendars, h.Calendar)
			if !ok {
				continue
			}
			for _, class := range h.Classes {
				m.hours[class] = append(m.hours[class], calendar)
			}
		}
	}
}

// ready makes the journeys ready, those that go first at the front: as
// priorities say, those that none speaks of after them, by address.
func (m *Machine) ready(p *ir.Program) error {
	var first []string
	for _, pressure := range p.Pressures {
		first = append(first, pressure.Priority...)
	}
	place := func(j *journey) int {
		if at := slices.Index(first, j.Address); at >= 0 {
			return at
		}
		return len(first)
	}
	for _, j := range p.Journeys {
		made, err := m.journey(j)
		if err != nil {
			return fmt.Errorf("%s: %w", j.Address, err)
		}
		m.journeys = append(m.journeys, made)
	}
	slices.SortStableFunc(m.journeys, func(a, b *journey) int {
		if pa, pb := place(a), place(b); pa != pb {
			return pa - pb
		}
		return strings.Compare(a.Address, b.Address)
	})
	for rank, j := range m.journeys {
		j.rank = rank
	}
	return nil
}

func (m *Machine) journey(j ir.Journey) (*journey, error) {
	out := &journey{
		Journey: j, table: j.Table(), at: map[string]int{}, who: j.Enter.Who, always: j.Enter.Again == "always",
		enterIf: m.question(j.Enter.If), goal: m.question(j.Goal), leave: m.question(j.LeaveIf), instant: never,
	}
	if at, ok := j.Enter.Instant.(types.Instant); ok {
		out.instant = at
	}
	if again := j.Enter.Again; again != "" && again != "never" && again != "always" {
		span, err := types.ParseSpan(again)
		if err != nil {
			return nil, fmt.Errorf("again: %w", err)
		}
		out.again = span
	}
	if err := m.entersOn(out); err != nil {
		return nil, err
	}
	ends := out.goal.reads
	ends.join(out.leave.reads)
	m.stirring.join(ends)
	for _, e := range out.table.Entries {
		out.at[e.Address] = e.Index
		until, err := m.step(e.Step)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Address, err)
		}
		interest := ends
		interest.join(until.reads)
		out.until, out.interest = append(out.until, until), append(out.interest, interest)
		m.stirring.join(until.reads)
	}
	return out, nil
}

// entersOn ties a journey to its moment.
func (m *Machine) entersOn(j *journey) error {
	address := j.Enter.Moment
	if address == "" {
		return nil
	}
	at := slices.IndexFunc(m.moments, func(x *moment) bool { return x.Address == address })
	if at < 0 {
		return fmt.Errorf("no %s", address)
	}
	j.deadline = m.moments[at].Within
	m.moments[at].journeys = append(m.moments[at].journeys, j)
	return nil
}

// step is what a step waits for; the error is something undeclared that it
// carries out.
func (m *Machine) step(s ir.Step) (question, error) {
	switch s := s.(type) {
	case ir.Send:
		if m.messages[s.Touchpoint] == nil {
			return question{}, fmt.Errorf("no %q", s.Touchpoint)
		}
	case ir.Do:
		if _, ok := m.actions[s.Action]; !ok {
			return question{}, fmt.Errorf("no %q", s.Action)
		}
	case ir.Wait:
		return m.question(s.Until), nil
	case ir.Choose, ir.Split:
	}
	return question{}, nil
}

// Program is the program.
func (m *Machine) Program() *ir.Program { return m.world.Program }

// waits tells whether the run stays at an entry until time or an event moves it.
func (j *journey) waits(place int) (ir.Wait, bool) {
	if place == ir.Over {
		return ir.Wait{}, false
	}
	w, ok := j.table.Entries[place].Step.(ir.Wait)
	return w, ok
}

// key is the object that makes a run its own, spelled; false where it is not known.
func (j *journey) key(v *view, entry *person.Event) (string, bool) {
	if len(j.Enter.Per) == 0 {
		return "", true
	}
	value := v.eventField(entry, j.Enter.Per)
	if types.IsNull(value) {
		return "", false
	}
	return types.Spell(value), true
}

// counted is a number as a part of what a share is made of.
func counted(n int64) string { return strconv.FormatInt(n, 10) }
