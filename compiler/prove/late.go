package prove

import (
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// DroppedLate is somebody to whom a journey's moment comes at an instant and whose
// answer, a message at a step, is dropped since hours hold it back past the
// deadline; nil where nobody lives through it.
func DroppedLate(p *ir.Program, step string, at Moment) *Story {
	t := newTrial(Platform{Program: p, Placed: []string{ir.JourneyOf(step)}}, at)
	t.reference = true
	for _, l := range t.lanes {
		for _, e := range l.table.Entries {
			if e.Address != step || !l.at[e.Index].reached {
				continue
			}
			return t.somebody(l.at[e.Index].known, nil, func(p *point) *Story {
				trip := t.arrival(l, e, p, func(n eval.Note, _ *eval.Life) bool {
					dropped, ok := n.(eval.Dropped)
					return ok && dropped.Step == step && dropped.Why == eval.TooLate
				})
				trip.today = true
				return trip.live(true)
			})
		}
	}
	return nil
}

// dated gives the person the date that lets the run's moment come now, where it is
// a date of theirs that is known as it is. One that comes again each year stays in
// the year that it has.
func (tr *trip) dated() {
	moment, _ := ir.Find(tr.Program.Moments, tr.o.lane.journey.Enter.Moment)
	d, is := moment.Detect.(ir.OnDate)
	of, plain := d.Date.(expr.Attribute)
	if !is || !plain || len(of.Path) != 1 {
		return
	}
	on := types.NewDate(tr.person.Now.Time().In(tr.at.Zone)) - 1
	for last := on + 2 + types.Date(longest(d.Before)/day); eval.OnDay(d, on, tr.at.Zone) != tr.person.Now; on++ {
		if on > last {
			return
		}
	}
	t := on.Time()
	was, known := tr.person.Person.Get(of.Path[0]).(types.Date)
	if known && d.Every == (types.Span{Amount: 1, Unit: types.Year}) {
		t = time.Date(was.Time().Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	tr.person.Person.Attributes[of.Path[0]] = types.NewDate(t)
	if of.Type == types.Type(types.Timestamp) {
		tr.person.Person.Attributes[of.Path[0]] = types.NewInstant(types.Civil(t.Year(), t.Month(), t.Day(), 0, tr.at.Zone))
	}
}
