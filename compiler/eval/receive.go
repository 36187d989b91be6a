package eval

import (
	"maps"
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// receive takes in what happens. The platform notices it at once or later.
func (l *Life) receive(h Happening) {
	if edit, ok := h.(Edit); ok {
		l.tell(Happened{l.stamp(), h})
		l.edit(edit)
		return
	}
	l.seq++
	h = l.complete(h)
	l.apply(l.truth, h)
	l.changed()
	l.tell(Happened{l.stamp(), h})
	if l.known == l.truth {
		l.notice(h)
		return
	}
	l.queue.add(l.delayed(l.now), noticeDue{h})
}

// notice has journeys react to what happened.
func (l *Life) notice(h Happening) {
	if l.known != l.truth {
		l.apply(l.known, h)
		l.changed()
	}
	switch h := h.(type) {
	case Event:
		if s := l.machine.events[h.Type]; l.stirs(s) {
			event := person.Event(h)
			l.turn(stir{signal: s, event: &event})
		}
	case Outcome:
		o := person.Outcome(h)
		l.turn(stir{signal: kindSignal(o.Kind), outcome: &o, sends: l.bounced(&o)})
	case Act, Learn, LearnOf:
		l.turn(stir{signal: knownSignal})
	case Edit:
	}
}

// stirs tells whether a kind of change may move anything.
func (l *Life) stirs(s signal) bool {
	return l.machine.stirring.has(s) || l.edits > 0 && slices.ContainsFunc(l.runs, func(r *run) bool { return r.foreign })
}

// complete fills in the sequence number, and for an outcome the message that it
// is about.
func (l *Life) complete(h Happening) Happening {
	switch h := h.(type) {
	case Event:
		h.Seq = l.seq
		return h
	case Outcome:
		h.Seq = l.seq
		return l.about(h)
	case Act, Learn, LearnOf, Edit:
	}
	return h
}

// apply puts what happened into a history.
func (l *Life) apply(p *person.Person, h Happening) {
	switch h := h.(type) {
	case Event:
		p.Events = append(p.Events, person.Event(h))
		sink(p.Events, func(e person.Event) mark { return mark{e.At, e.Seq} })
	case Outcome:
		l.record(p, person.Outcome(h))
	case Act:
		p.Acts = append(p.Acts, person.Act(h))
		sink(p.Acts, func(a person.Act) mark { return mark{at: a.At} })
	case Learn:
		l.learn(p, h.Attributes)
	case LearnOf:
		known := maps.Clone(p.Objects[h.Object])
		if known == nil {
			known = map[string]types.Value{}
		}
		maps.Copy(known, h.Attributes)
		if p.Objects == nil {
			p.Objects = map[person.ObjectKey]map[string]types.Value{}
		}
		p.Objects[h.Object] = known
	case Edit:
	}
}

func (l *Life) record(p *person.Person, o person.Outcome) {
	p.Outcomes = append(p.Outcomes, o)
	sink(p.Outcomes, func(o person.Outcome) mark { return mark{o.At, o.Seq} })
}

// learn sets attributes and notes when, for those that age.
func (l *Life) learn(p *person.Person, attributes map[string]types.Value) {
	if p == l.truth {
		l.movedFrom(attributes)
	}
	maps.Copy(p.Attributes, attributes)
	for name := range attributes {
		if a, ok := l.machine.world.attributes[name]; !ok || a.FreshFor.IsZero() {
			continue
		}
		if p.Observed == nil {
			p.Observed = map[string]types.Instant{}
		}
		p.Observed[name] = l.now
	}
}

// sink moves the last element to its place in the order of marks.
func sink[T any](list []T, of func(T) mark) {
	last := len(list) - 1
	x := list[last]
	m := of(x)
	at := sort.Search(last, func(i int) bool {
		n := of(list[i])
		return n.at > m.at || n.at == m.at && n.seq > m.seq
	})
	copy(list[at+1:], list[at:last])
	list[at] = x
}
