package prove

import (
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// joining prepares a life in which the person joins or leaves a segment. A
// point says only that they are in it, or not, when the run begins; so the life
// begins earlier, when they were not yet as they are, and what lies between
// happens to them. Where no earlier day will do, one thing that is known of them
// is learned only then, or something that happened to them lapses.
func (tr *trip) joining() {
	moment, _ := ir.Find(tr.Program.Moments, tr.o.lane.journey.Enter.Moment)
	segment, member := "", true
	switch d := moment.Detect.(type) {
	case ir.Enters:
		if segment = d.Segment; d.Existing {
			return
		}
	case ir.Leaves:
		segment, member = d.Segment, false
	case ir.Absence: // it began earlier
		tr.begins = d.For.Before(tr.person.Now, tr.at.Zone)
		tr.person.Person, tr.later = tr.upTo(tr.begins)
		return
	case ir.OnEvent, ir.OnOutcome, ir.OnDate, nil:
		return
	}
	for _, days := range []int64{1, 3, 8, 15, 32, 62, 93, 185, 367, 740} {
		at := tr.person.Now - types.Instant(time.Duration(days)*day/time.Microsecond)
		earlier, later := tr.upTo(at)
		if tr.isMember(segment, earlier, at) != member {
			tr.person.Person, tr.later, tr.begins = earlier, later, at
			return
		}
	}
	for _, a := range tr.person.attributes(tr.Program) {
		without := *tr.person.Person
		without.Attributes = map[string]types.Value{}
		for name, v := range tr.person.Person.Attributes {
			if name != a.Name {
				without.Attributes[name] = v
			}
		}
		if a.Name != tr.Program.Person.Keys[0].Name && tr.isMember(segment, &without, tr.begins) != member {
			learned := map[string]types.Value{a.Name: tr.person.Person.Get(a.Name)}
			tr.later = []eval.Happening{eval.Learn{At: tr.begins + 1, Attributes: learned}}
			tr.person.Person = &without
			return
		}
	}
	tr.lapsing(segment, member)
}

// lapsing gives the person a past that is over now: what lets somebody be on the
// other side of a segment until time alone changes it, so long ago that this
// happens now.
func (tr *trip) lapsing(segment string, member bool) {
	other, found := tr.space.find(tr.o.lane.isTrue(tr.o.lane.joined, 0).not())
	if found != possible {
		return
	}
	past := tr.space.witness(tr.Program, other, 0).Person
	alone := *tr.Program
	alone.Journeys = []ir.Journey{{Head: tr.o.lane.journey.Head, Enter: ir.Enter{Moment: tr.o.lane.journey.Enter.Moment}}}
	m, err := eval.NewMachine(&alone, eval.Terms{Lists: tr.person.Lists})
	if err != nil {
		return
	}
	life := m.Begin(past, tr.person.Now)
	for range mostTimers {
		at, due := life.Next()
		if !due || life.Advance(at) != nil {
			return
		}
		if life.Member(segment) != member {
			continue
		}
		tr.lapses(past, at-tr.person.Now)
		return
	}
}

// lapses adds what happened so much earlier than it is told to the person's past.
// The life begins a while before that is over, and after all of it.
func (tr *trip) lapses(past *person.Person, earlier types.Instant) {
	p := *tr.person.Person
	p.Events, p.Outcomes = slices.Clone(p.Events), slices.Clone(p.Outcomes)
	last := types.Instant(0)
	for _, e := range past.Events {
		e.At -= earlier
		p.Events, last = append(p.Events, e), max(last, e.At)
	}
	for _, o := range past.Outcomes {
		o.At -= earlier
		p.Outcomes, last = append(p.Outcomes, o), max(last, o.At)
	}
	p.Sort()
	tr.person.Person = &p
	for _, long := range []time.Duration{day, time.Hour, time.Second} {
		if at := tr.person.Now - types.Instant(long/time.Microsecond); last < at {
			tr.person.Person, tr.later = tr.upTo(at)
			tr.begins = at
			return
		}
	}
}

// mostTimers is how many timers of somebody are waited for.
const mostTimers = 20

func (tr *trip) isMember(segment string, p *person.Person, at types.Instant) bool {
	w, err := tr.space.judges.of(tr.Program, tr.person.Lists, at)
	return err == nil && w.Member(segment, p)
}

// upTo is the person as they were at an instant, and what happened since.
func (tr *trip) upTo(at types.Instant) (*person.Person, []eval.Happening) {
	p := *tr.person.Person
	var later []eval.Happening
	p.Events, p.Outcomes, p.Acts = nil, nil, nil
	for _, e := range tr.person.Person.Events {
		if e.At > at {
			later = append(later, eval.Event(e))
		} else {
			p.Events = append(p.Events, e)
		}
	}
	for _, o := range tr.person.Person.Outcomes {
		if o.At > at {
			later = append(later, eval.Outcome(o))
		} else {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	for _, a := range tr.person.Person.Acts {
		if a.At > at {
			later = append(later, eval.Act(a))
		} else {
			p.Acts = append(p.Acts, a)
		}
	}
	slices.SortStableFunc(later, func(a, b eval.Happening) int { return int((a.When() - b.When()) / 1000) })
	return &p, later
}
