package eval

import (
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// A platform that counts windows in steps (ir.Enforcement.WindowGrain) decides
// like one that counts exactly, unless something is about to leave a window: then
// it may be a step early or late. Here it is acted out exactly, and where a
// decision would be another with windows a step longer or shorter, a note says
// that it is not sure.

// Unsure is a decision that the platform may make otherwise, because windows are
// counted in steps of Grain there.
type Unsure struct {
	Stamp
	Ref
	What  Decision
	Grain types.Span
}

func (Unsure) note() {}

// Decision is what a run or a person's place in a journey hangs on.
type Decision string

// The decisions.
const (
	Entering Decision = "whether the person enters"
	Gating   Decision = "whether it may be sent"
	Choosing Decision = "which way is taken"
	Resuming Decision = "when it goes on"
	Reaching Decision = "when the goal is reached"
	Leaving  Decision = "when leave_if is true"
	Joining  Decision = "when the moment comes"
)

// unsure notes where a condition that came out as it did could come out otherwise.
func (l *Life) unsure(v *view, ref Ref, what Decision, e expr.Expr, c Context) {
	machine := l.machine
	if machine.Enforcement == nil || machine.Enforcement.WindowGrain.IsZero() || e == nil {
		return
	}
	grain := machine.Enforcement.WindowGrain
	if v.wavers(e, c, grain.After(0, time.UTC)) {
		l.tell(Unsure{l.stamp(), ref, what, grain})
	}
}

// mostSlacks is how many lengths of windows are tried; with more it is not sure.
const mostSlacks = 500

// wavers tells whether a condition comes out otherwise when all windows are
// longer or shorter by the same, at most a step. It can only where the edge of a
// window passes something that happened: these lengths are tried, and more as
// other windows come to be asked about.
func (v *view) wavers(e expr.Expr, c Context, step types.Instant) bool {
	is := v.truth(e, c) == expr.True
	tried := map[types.Instant]bool{}
	for open := []types.Instant{0, step, -step}; len(open) > 0; open = open[1:] {
		by := open[0]
		if tried[by] || by > step || by < -step {
			continue
		}
		if tried[by] = true; len(tried) > mostSlacks {
			return true
		}
		other := v.slackened(by)
		if is != (other.truth(e, c) == expr.True) {
			return true
		}
		for _, edge := range *other.begun {
			for _, at := range v.instants() {
				open = append(open, edge-at, edge-at+1)
			}
		}
	}
	return false
}

// slackened is the same person with windows that are longer by so much. It
// notes the edges that windows have otherwise.
func (v *view) slackened(by types.Instant) *view {
	out := *v
	out.slack, out.begun, out.members, out.computed, out.records = by, &[]types.Instant{}, nil, nil, nil
	return &out
}

// edge is where a window begins that goes so far back.
func (v *view) edge(length types.Span) types.Instant {
	at := length.Before(v.Now, v.Zone)
	if v.begun != nil {
		*v.begun = append(*v.begun, at)
	}
	return at - v.slack
}

// instants is when something happened.
func (v *view) instants() []types.Instant {
	var out []types.Instant
	for i := range v.person.Events {
		out = append(out, v.person.Events[i].At)
	}
	for i := range v.person.Outcomes {
		out = append(out, v.person.Outcomes[i].At)
	}
	for i := range v.person.Acts {
		out = append(out, v.person.Acts[i].At)
	}
	for _, value := range v.person.Attributes {
		if at, is := value.(types.Instant); is {
			out = append(out, at)
		}
	}
	return out
}

// certain notes for each way up to the one that was taken whether another could
// be.
func (l *Life) certain(r *run, ways []ir.Way, taken int) {
	for _, w := range ways[:min(taken+1, len(ways))] {
		if !w.Otherwise {
			l.unsure(l.look(r), r.ref(), Choosing, w.If, r.context())
		}
	}
}
