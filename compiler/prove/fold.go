package prove

import (
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// folds gives fields the values that aggregates need: one event of the window
// has it all, or each has it, whichever the aggregate takes.
func (w *writer) folds(p *past) {
	if p.event == nil {
		return
	}
	for _, about := range p.facts {
		fold, ok := w.vars[about].of.(expr.Aggregate)
		r := w.region(w.point, about, w.epoch)
		if !ok || strings.Contains(fold.Field, ".") || fold.Field == "at" {
			continue
		}
		first := true
		for i := range w.out.Person.Events {
			e := &w.out.Person.Events[i]
			if e.Type != p.event.Address || !w.counts(fold, e) {
				continue
			}
			switch {
			case types.IsNull(r.value):
				delete(e.Fields, fold.Field)
			case fold.Op == expr.Sum && !first:
				delete(e.Fields, fold.Field)
			case len(w.vars[about].cuts) == 0 && !types.IsNull(e.Fields[fold.Field]) && e.Fields[fold.Field] != nil:
			default:
				e.Fields[fold.Field] = r.value
			}
			first = false
		}
	}
}

// counts tells whether an event is one that an aggregate folds.
func (w *writer) counts(fold expr.Aggregate, e *person.Event) bool {
	world, err := w.judges.of(w.program, w.out.Lists, w.out.Now)
	if err != nil {
		return false
	}
	alone := &person.Person{ID: w.out.Person.ID, Attributes: w.out.Person.Attributes, Events: []person.Event{*e}, Objects: w.out.Person.Objects}
	return world.Truth(expr.Did{Of: fold.Of, Window: fold.Window}, alone, eval.Context{}) == expr.True
}

// sequences moves events so that those that must follow each other do. Events
// of one ring happened at one instant, which nothing follows.
func (w *writer) sequences(p *past, happened []happening) {
	for _, about := range p.pairs {
		e, ok := w.vars[about].of.(expr.FollowedBy)
		if !ok || w.region(w.point, about, w.epoch).value != types.Value(types.Truth(true)) {
			continue
		}
		step := int64(time.Hour / time.Microsecond)
		if !e.Gap.Calendar() {
			step = min(step, int64(e.Gap.Exact()/time.Microsecond)/2+1)
		}
		w.follow(e, happened, step)
	}
}

// follow lets the last two of a past, or the last of one past and the last of
// the other, follow each other.
func (w *writer) follow(e expr.FollowedBy, first []happening, step int64) {
	if e.First.Event == e.Then.Event && e.First.Touchpoint == e.Then.Touchpoint && e.First.Outcome == e.Then.Outcome {
		if n := len(first); n >= 2 {
			first[n-2].age = first[n-1].age + step
		}
		return
	}
	for at, other := range w.inOrder {
		if other.source.Event != e.Then.Event || other.source.Touchpoint != e.Then.Touchpoint || other.source.Outcome != e.Then.Outcome {
			continue
		}
		then := w.point.happens[pastAt{at, w.epoch}]
		if len(then) > 0 && len(first) > 0 {
			first[len(first)-1].age = then[len(then)-1].age + step
		}
	}
}
