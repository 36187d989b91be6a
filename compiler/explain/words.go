package explain

import (
	"fmt"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// day is an instant as the project's calendar has it: 20 Sep 2026.
func (x *Explainer) day(at types.Instant) string { return at.Time().In(x.zone()).Format("2 Jan 2006") }

// ago is how long before now an instant was, in the largest unit of which one
// has passed: 72 days ago.
func (x *Explainer) ago(at types.Instant) string {
	passed := x.world.Now.Time().Sub(at.Time())
	for _, u := range []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if passed >= u.long {
			return plural(int(passed/u.long), u.name) + " ago"
		}
	}
	if passed < 0 {
		return "on " + x.day(at)
	}
	return "just now"
}

// spell is a value as a sentence says it.
func (x *Explainer) spell(v types.Value) string {
	switch v := v.(type) {
	case types.Null, nil:
		return "not known"
	case types.Text:
		return `"` + string(v) + `"`
	case types.Date:
		return v.Time().Format("2 Jan 2006")
	case types.Instant:
		return v.Time().In(x.zone()).Format("2 Jan 2006 15:04 MST")
	case types.Truth, types.Decimal, types.Span, types.Values:
		return types.Spell(v)
	}
	return types.Spell(v)
}

// shown is the value of e as it may be shown: an address is masked, what the
// project calls identifying or special is only said to be there.
func (x *Explainer) shown(e expr.Expr, v types.Value) string {
	t := expr.TypeOf(e)
	switch {
	case types.IsNull(v):
		return "not known"
	case Masked(t):
		return Mask(types.Spell(v), t)
	case x.guarded(e):
		return "set, and not shown"
	}
	return x.spell(v)
}

// guarded tells whether a value could give away what is not to be shown.
func (x *Explainer) guarded(e expr.Expr) bool { return Guarded(x.world.Program, e) }

// Guarded tells whether the value of e rests on an address or on something
// that the project calls identifying or special.
func Guarded(p *ir.Program, e expr.Expr) bool {
	found := false
	expr.Walk(e, func(e expr.Expr) bool {
		if a, ok := e.(expr.Attribute); ok {
			declared, _ := p.Person.AttributeNamed(a.Path[0])
			found = found || Masked(a.Type) || declared.Sensitivity == "identifying" || declared.Sensitivity == "special"
			if declared.Value != nil {
				found = found || Guarded(p, declared.Value)
			}
		}
		return !found
	})
	return found
}

// happenings says how often and when: "1 order, on 20 Sep 2026", "3 times, the
// last on 20 Sep 2026".
func (x *Explainer) happenings(s expr.Source, list []person.Event) string {
	last := x.day(list[len(list)-1].At)
	if len(list) == 1 {
		return x.times(s, 1) + ", on " + last
	}
	return x.times(s, len(list)) + ", the last on " + last
}

// times counts what a source lists: in orders where the event is named after a
// declared object, as event.order_placed is after object.order, else in times.
func (x *Explainer) times(s expr.Source, n int) string {
	event := ir.Short(s.Event)
	for _, o := range x.world.Program.Objects {
		if strings.HasPrefix(event, ir.Short(o.Address)+"_") {
			return plural(n, ir.Short(o.Address))
		}
	}
	if n == 1 {
		return "once"
	}
	return plural(n, "time")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
