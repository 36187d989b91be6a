package rehearse

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/preview"
	"github.com/trayecto/trayecto/compiler/story"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// The rules of tests.
var (
	NeverSent = &diag.Rule{Code: "TST001", Summary: "An outcome of something that has not happened"}
	Endless   = &diag.Rule{Code: "TST002", Summary: "Journeys start each other without end"}
)

// Rules lists what this package can say.
var Rules = []*diag.Rule{NeverSent, Endless}

// longest is how long a story is at most.
var longest = types.Span{Amount: 1, Unit: types.Year}

// lived is what came of a story.
type lived struct {
	zone   *time.Location // the project's
	begins types.Instant
	sent   []message
	done   []deed
	drops  []eval.Dropped
	left   []eval.Left
	inside map[string]bool         // journeys that were ever entered
	out    map[string]eval.Refusal // why journeys were not entered, the last time that they could have been
	doers  map[string][]string     // by touchpoint or action of an expectation: the journeys that send or do it
	ahead  map[string]string       // by journey that begins on joining a segment: the segment, where the person is in it from the start
	in     map[int]bool            // by expectation: whether the person was in
	story  []story.Line
	found  diag.List
	unsure []eval.Unsure
	steps  map[string]bool // that were reached
	ways   map[string]bool // of chooses and splits: step and way
}

// message is a message that went out.
type message struct {
	at         types.Instant
	touchpoint string
	channel    string
	step       string
	said       []string // subject, text, body
}

// deed is an action that was carried out.
type deed struct {
	at     types.Instant
	action string
}

// run is one living of a test.
type run struct {
	*lived
	house  *house
	test   ir.Test
	life   *eval.Life
	teller *story.Teller
	words  map[string]bool // touchpoints of which an expectation wants words
}

// live runs a test to its end. Telling its story takes time, so that is done
// only where somebody reads it.
func (h *house) live(t ir.Test, told bool) (*lived, error) {
	someone := h.cast(t)
	m, err := h.staged(t, someone)
	if err != nil {
		return nil, err
	}
	begins := h.begins(t)
	r := &run{
		lived: &lived{zone: h.zone, begins: begins, inside: map[string]bool{}, out: map[string]eval.Refusal{}, in: map[int]bool{}, steps: map[string]bool{}, ways: map[string]bool{}},
		house: h, test: t, life: m.Begin(someone, begins), words: map[string]bool{},
	}
	for _, e := range t.Expects {
		if e.Says != "" {
			r.words[e.Sent] = true
		}
	}
	r.expects()
	if told {
		r.teller = story.Follow(r.life)
	}
	for _, n := range r.life.Trace() {
		r.hear(n)
	}
	r.life.Observe(func(n eval.Note) {
		r.hear(n)
		if r.teller != nil {
			r.teller.Hear(n)
		}
	})
	err = r.play()
	if told {
		r.story = r.teller.Lines()
	}
	var circle *eval.Circle
	if errors.As(err, &circle) {
		r.circle(circle)
		return r.lived, nil
	}
	if err != nil {
		return nil, fmt.Errorf("running %q: %w", Name(t), err)
	}
	return r.lived, nil
}

// play lets happen what the test says, and asks between for what the person is
// in. What happens at one instant happens in the order in which it is written.
func (r *run) play() error {
	asks := r.asks()
	for _, h := range r.test.Happens {
		at := h.Offset.After(r.begins, r.house.zone)
		for len(asks) > 0 && asks[0].at < at {
			if err := r.ask(asks[0]); err != nil {
				return err
			}
			asks = asks[1:]
		}
		if err := r.life.Advance(at); err != nil {
			return err
		}
		if h.Outcome != nil && !r.possible(h, at) {
			return nil
		}
		if err := r.life.Let(r.house.happening(h, at)); err != nil {
			return err
		}
	}
	for _, a := range asks {
		if err := r.ask(a); err != nil {
			return err
		}
	}
	return r.life.End(longest.After(r.begins, r.house.zone))
}

// ask is an expectation about what the person is in at an instant.
type ask struct {
	at     types.Instant
	expect int
}

func (r *run) asks() []ask {
	last := r.begins
	for _, h := range r.test.Happens {
		last = max(last, h.Offset.After(r.begins, r.house.zone))
	}
	var out []ask
	for i, e := range r.test.Expects {
		switch {
		case e.In == "" && e.NotIn == "":
		case e.AsOf.IsZero():
			out = append(out, ask{last, i})
		default:
			out = append(out, ask{e.AsOf.After(r.begins, r.house.zone), i})
		}
	}
	slices.SortStableFunc(out, func(a, b ask) int { return cmp.Compare(a.at, b.at) })
	return out
}

func (r *run) ask(a ask) error {
	if err := r.life.Advance(a.at); err != nil {
		return err
	}
	in := cmp.Or(r.test.Expects[a.expect].In, r.test.Expects[a.expect].NotIn)
	if ir.KindOf(in) == "journey" {
		r.in[a.expect] = r.life.Inside(in)
		return nil
	}
	r.in[a.expect] = r.life.Member(in)
	return nil
}

func (r *run) circle(c *eval.Circle) {
	d := diag.Diagnostic{
		Rule: Endless, At: r.test.At, Mark: "at " + story.Offset(r.begins, c.At) + " of this story",
		Detail: c.Error() + ". In each round one of them makes happen what another one enters on.",
		Help:   `say again = "never" in one of them, or wait in it`,
	}
	for _, address := range c.Journeys[:min(3, len(c.Journeys))] {
		if j, ok := ir.Find(r.house.program.Journeys, address); ok {
			d.Related = append(d.Related, diag.Label{At: j.At, Text: "goes round"})
		}
	}
	r.found = append(r.found, d)
}

// hear keeps what expectations and coverage ask for.
func (r *run) hear(n eval.Note) {
	switch n := n.(type) {
	case eval.Sent:
		r.steps[n.Step] = true
		m := message{at: n.At, touchpoint: n.Touchpoint, channel: n.Channel, step: n.Step}
		if r.words[n.Touchpoint] {
			m.said = r.said(n)
		}
		r.sent = append(r.sent, m)
	case eval.Dropped:
		r.steps[n.Step] = true
		r.drops = append(r.drops, n)
	case eval.Held:
		r.steps[n.Step] = true
	case eval.Did:
		r.steps[n.Step] = true
		r.done = append(r.done, deed{n.At, n.Action})
	case eval.Waits:
		r.steps[n.Step] = true
	case eval.Resumed:
		r.steps[n.Step] = true
	case eval.Chose:
		r.steps[n.Step], r.ways[n.Step+" "+n.Way] = true, true
	case eval.Assigned:
		r.steps[n.Step], r.ways[n.Step+" "+n.Way] = true, true
	case eval.Entered:
		r.inside[n.Journey] = true
	case eval.Left:
		r.left = append(r.left, n)
	case eval.StayedOut:
		r.out[n.Journey] = n.Why
	case eval.Unsure:
		r.unsure = append(r.unsure, n)
	case eval.Happened, eval.Noticed, eval.Overdue, eval.Remains:
	}
}

// said is the texts of a message as the person gets them.
func (r *run) said(n eval.Sent) []string {
	w := r.life.World()
	t, _ := ir.Find(r.house.program.Touchpoints, n.Touchpoint)
	m := preview.Render(r.house.program, t, n.Channel, r.language(), preview.Subject{World: w, Person: r.life.Person(), Entry: n.Entry})
	return []string{m.Subject, m.Text, html.UnescapeString(m.Body)}
}

// language is the person's, where the project has it, else its first.
func (r *run) language() string {
	known := r.house.program.Project.Languages
	own := types.Spell(r.life.Person().Get(r.house.program.Person.Language))
	if slices.Contains(known, own) || len(known) == 0 {
		return own
	}
	return known[0]
}
