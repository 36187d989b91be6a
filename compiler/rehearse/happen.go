package rehearse

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/story"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// past puts into a person's history what happened before the test's start.
func (h *house) past(t ir.Test, p *person.Person) {
	begins := h.begins(t)
	for i, told := range t.Before {
		seq := int64(i - len(t.Before)) // before all that is let happen, in the order of the file
		switch was := h.happening(told, told.Offset.Before(begins, h.zone)).(type) {
		case eval.Event:
			was.Seq = seq
			p.Events = append(p.Events, person.Event(was))
		case eval.Outcome:
			was.Seq = seq
			p.Outcomes = append(p.Outcomes, person.Outcome(was))
		case eval.Act:
			p.Acts = append(p.Acts, person.Act(was))
		case eval.Learn, eval.LearnOf, eval.Edit: // nothing was otherwise known
		}
	}
	p.Sort()
}

// happening is what a test tells, as it is let happen at an instant.
func (h *house) happening(told ir.Happening, at types.Instant) eval.Happening {
	switch {
	case told.Outcome != nil:
		o := told.Outcome
		return eval.Outcome{Touchpoint: o.Touchpoint, Step: o.Step, Kind: person.OutcomeKind(o.Outcome), Address: told.Address, At: at}
	case told.Bounced != "":
		return eval.Outcome{Channel: told.Bounced, Kind: person.Bounced, At: at}
	case told.Act != nil:
		expires, _ := told.Act.Expires.(types.Instant)
		return eval.Act{Consent: told.Act.Consent, Channel: told.Act.Channel, Kind: told.Act.Kind, ExpiresAt: expires, At: at}
	case told.Event != "":
		base, _, _ := h.program.Base(told.Event)
		return eval.Event{Type: base.Address, At: at, Fields: values(told.With)}
	}
	return eval.Learn{At: at, Attributes: values(told.Set)}
}

func values(given []ir.Given) map[string]types.Value {
	out := map[string]types.Value{}
	for _, g := range given {
		out[g.Name] = g.Value
	}
	return out
}

// possible says so where a test tells what became of something that was not
// done by then.
func (r *run) possible(h ir.Happening, at types.Instant) bool {
	name, about := h.Outcome.Step, "sent"
	if name == "" {
		name = h.Outcome.Touchpoint
	}
	kind := person.OutcomeKind(h.Outcome.Outcome)
	if r.wasSent(name) || kind == person.Sent && h.Outcome.Step == "" { // somebody else sends it
		return true
	}
	for _, n := range r.life.Trace() {
		switch n := n.(type) {
		case eval.Sent:
			if n.Step == name || n.Touchpoint == name {
				return true
			}
		case eval.Did:
			if n.Step == name {
				return true
			}
		case eval.Assigned, eval.Chose, eval.Dropped, eval.Entered, eval.Happened, eval.Held, eval.Left, eval.Noticed,
			eval.Overdue, eval.Remains, eval.Resumed, eval.StayedOut, eval.Unsure, eval.Waits:
		}
	}
	if kind == person.Done || kind == person.Late {
		about = "done"
	}
	d := diag.Diagnostic{
		Rule: NeverSent, At: h.At, Mark: fmt.Sprintf("%s.%s", name, h.Outcome.Outcome),
		Detail: fmt.Sprintf("At %s of the story %s has not %s anything.%s", story.Offset(r.begins, at), name, about, r.held(name)),
		Help:   "let happen before what makes it so, or put it later; the story below the test says what happened until then",
	}
	r.found = append(r.found, d)
	return false
}

// wasSent tells whether a message of a touchpoint was sent before the story
// began: an outcome of it is told there.
func (r *run) wasSent(touchpoint string) bool {
	return slices.ContainsFunc(r.test.Before, func(h ir.Happening) bool { return h.Outcome != nil && h.Outcome.Touchpoint == touchpoint })
}

// held says why a message was not sent, where it was reached.
func (r *run) held(name string) string {
	for i := len(r.drops) - 1; i >= 0; i-- {
		if d := r.drops[i]; d.Step == name || d.Touchpoint == name {
			return fmt.Sprintf(" It was dropped at %s: %s.", story.Offset(r.begins, d.At), d.Why)
		}
	}
	return ""
}
