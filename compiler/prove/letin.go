package prove

import (
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// before is the person as they are before the run.
func (tr *trip) before() *Witness {
	w := tr.space.witness(tr.Program, tr.point, 0)
	let := []string{}
	take := func(l *lane, since types.Instant) {
		if moment := l.journey.Enter.Moment; !slices.Contains(let, moment) {
			let = append(let, moment)
			tr.without(w.Person, moment, since)
		}
	}
	for _, l := range append([]*lane{tr.o.lane}, tr.beside...) {
		take(l, 0)
	}
	for _, l := range tr.along { // the same thing, which may be there once or for each
		take(l, w.Now-types.Instant(time.Second/time.Microsecond))
	}
	return w
}

// without takes out of a past the last of what is counted of a moment that is let
// happen, if it lies at an instant or later.
func (tr *trip) without(p *person.Person, moment string, since types.Instant) {
	of, _ := ir.Find(tr.Program.Moments, moment)
	switch d := of.Detect.(type) {
	case ir.OnEvent: // what is counted of the event that lets them in is let happen
		p.Events = dropLast(p.Events, func(e person.Event) bool { return e.Type == tr.recorded(d.Event) && e.At >= since })
	case ir.OnOutcome:
		p.Outcomes = dropLast(p.Outcomes, func(o person.Outcome) bool {
			return o.Touchpoint == d.Touchpoint && string(o.Kind) == d.Outcome && o.At >= since
		})
	case ir.Absence:
		p.Events = dropLast(p.Events, func(e person.Event) bool { return e.Type == tr.recorded(d.On) && e.At >= since })
	case ir.OnDate, ir.Enters, ir.Leaves, nil:
	}
}

// recorded is the event that one is some of.
func (t *trial) recorded(event string) string {
	base, _, _ := t.Program.Base(event)
	return base.Address
}

// dropLast is a list without the last that is one of a kind.
func dropLast[T any](list []T, is func(T) bool) []T {
	for i := len(list) - 1; i >= 0; i-- {
		if is(list[i]) {
			return slices.Delete(list, i, i+1)
		}
	}
	return list
}

// start is when the life begins: now, or just before a one-off's instant.
func (tr *trip) start() types.Instant {
	if at, ok := tr.o.lane.journey.Enter.Instant.(types.Instant); ok {
		shift := at - types.Instant(time.Hour/time.Microsecond) - tr.person.Now
		for i := range tr.person.Person.Events {
			tr.person.Person.Events[i].At += shift
		}
		for i := range tr.person.Person.Acts {
			tr.person.Person.Acts[i].At += shift
		}
		for i := range tr.person.Person.Outcomes {
			tr.person.Person.Outcomes[i].At += shift
		}
		for _, list := range tr.person.Lists {
			list.AsOf += shift
		}
		return tr.person.Now + shift
	}
	return tr.person.Now - 1
}

// letIn lets come what a run begins with.
func (tr *trip) letIn() error {
	j := tr.o.lane.journey
	if at, ok := j.Enter.Instant.(types.Instant); ok {
		return tr.life.Advance(at)
	}
	moment, _ := ir.Find(tr.Program.Moments, j.Enter.Moment)
	now := tr.life.Now() + 1
	switch d := moment.Detect.(type) {
	case ir.OnEvent:
		if err := tr.sayAgain(now); err != nil {
			return err
		}
		return tr.let(eval.Event(tr.entry(d.Event, now)))
	case ir.Absence:
		if err := tr.let(eval.Event(tr.entry(d.On, now))); err != nil {
			return err
		}
		for _, h := range tr.later {
			if e, is := h.(eval.Event); is && e.Type == tr.recorded(d.Without) {
				continue
			}
			if err := tr.let(h); err != nil {
				return err
			}
		}
		return tr.life.Advance(d.For.After(now, tr.at.Zone) + delayOf(tr.Enforcement))
	case ir.OnOutcome:
		return tr.let(eval.Outcome{Touchpoint: d.Touchpoint, Kind: person.OutcomeKind(d.Outcome), At: now, Address: tr.oldAddress(d.Outcome)})
	case ir.OnDate:
		if at, due := tr.life.Next(); due {
			return tr.life.Advance(at)
		}
	case ir.Enters, ir.Leaves: // see joining
		for _, h := range tr.later {
			if err := tr.let(h); err != nil {
				return err
			}
		}
		return tr.life.Advance(max(tr.life.Now(), tr.person.Now) + delayOf(tr.Enforcement))
	case nil:
	}
	return nil
}

// sayAgain lets the last thing that the person said be said at the instant of the
// entry, so that it stands although the entry is a yes of its own.
func (tr *trip) sayAgain(now types.Instant) error {
	acts := tr.person.Person.Acts
	if !tr.again || len(acts) == 0 {
		return nil
	}
	last := acts[len(acts)-1]
	last.At = now
	return tr.let(eval.Act(last))
}

func delayOf(e ir.Enforcement) types.Instant { return e.DetectionDelay.After(0, time.UTC) }

// oldAddress is an address of before where an outcome at the present one would
// close it.
func (tr *trip) oldAddress(outcome string) string {
	if outcome == string(person.Bounced) || outcome == string(person.Complained) {
		return "old@example.test"
	}
	return ""
}

// entry is the event that lets somebody in, with the fields that are asked.
func (tr *trip) entry(event string, at types.Instant) person.Event {
	base, _, _ := tr.Program.Base(event)
	w := &writer{space: tr.space, program: tr.Program, point: tr.point, out: tr.person}
	e := person.Event{Type: base.Address, At: at, Fields: map[string]types.Value{}}
	for i, v := range tr.space.vars {
		field, ok := v.of.(expr.Field)
		if !ok || field.Of != expr.Entry || v.kind != valued {
			continue
		}
		value := tr.space.region(tr.point, i, 0).value
		if len(field.Path) == 1 && field.Path[0] != "at" && !types.IsNull(value) && declares(base, field.Path[0]) {
			e.Fields[field.Path[0]] = value
		}
	}
	for _, f := range base.Fields {
		_, there := e.Fields[f.Name]
		key := len(tr.o.lane.journey.Enter.Per) > 0 && tr.o.lane.journey.Enter.Per[0] == f.Name
		if !there && (f.Required || key) {
			e.Fields[f.Name] = usual(f.Type)
		}
	}
	for at, p := range tr.space.inOrder { // what a filter on the event asks
		for _, h := range tr.point.happens[pastAt{at, 0}] {
			if p.event == nil || p.event.Address != base.Address {
				continue
			}
			for name, v := range w.event(p, h, 0).Fields {
				if _, there := e.Fields[name]; !there {
					e.Fields[name] = v
				}
			}
		}
	}
	return e
}

func declares(e ir.Event, name string) bool {
	return slices.ContainsFunc(e.Fields, func(f ir.Field) bool { return f.Name == name })
}
