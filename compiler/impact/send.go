package impact

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// soon is how far Sends looks ahead.
const soon = 24 * time.Hour

// Sends says what journeys do to people by themselves, without anything
// happening: one-offs, and those that wait for someone to enter a segment where
// people are already. Other journeys have no line. The messages are those of
// the first 24 hours that would not go out without the plan, before control
// groups and limits.
func Sends(o Options, journeys []string) []plan.Send {
	if len(journeys) == 0 {
		return nil
	}
	after, before := newSide(o, o.After, o.Index), newSide(o, o.Before, nil)
	if after == nil {
		return nil
	}
	var out []plan.Send
	for _, address := range journeys {
		j, ok := ir.Find(after.program.Journeys, address)
		if !ok {
			continue
		}
		was := before.was(o, address)
		if was != nil && unmoved(before, after, j) {
			continue
		}
		if send, ok := after.send(o, j, was); ok {
			out = append(out, send)
		}
	}
	return out
}

// unmoved tells whether a journey that runs already enters whoever comes into a
// segment that means what it meant: then nobody enters because of the plan.
func unmoved(before, after *side, j ir.Journey) bool {
	moment, _ := ir.Find(after.program.Moments, j.Enter.Moment)
	enters, ok := moment.Detect.(ir.Enters)
	if !ok {
		return false
	}
	is, err := after.index.Hashes(enters.Segment, nil)
	if err != nil {
		return false
	}
	was, err := before.index.Hashes(enters.Segment, nil)
	return err == nil && maps.Equal(was, is)
}

// was is what a journey would do as it is deployed; nil where it is not.
func (s *side) was(o Options, address string) *census {
	if s == nil {
		return nil
	}
	j, ok := ir.Find(s.program.Journeys, address)
	if !ok {
		return nil
	}
	if at, ok := j.Enter.Instant.(types.Instant); ok {
		return s.census(o, j, j.Enter.Who).at(o, at)
	}
	moment, _ := ir.Find(s.program.Moments, j.Enter.Moment)
	enters, ok := moment.Detect.(ir.Enters)
	if !ok {
		return nil
	}
	return s.census(o, j, enters.Segment)
}

func (s *side) send(o Options, j ir.Journey, was *census) (plan.Send, bool) {
	if at, ok := j.Enter.Instant.(types.Instant); ok {
		return s.oneOff(o, j, at, was), true
	}
	moment, ok := ir.Find(s.program.Moments, j.Enter.Moment)
	if !ok {
		return plan.Send{}, false
	}
	enters, ok := moment.Detect.(ir.Enters)
	if !ok {
		return plan.Send{}, false
	}
	return s.already(o, j, enters, was), true
}

// oneOff is a journey whose entry is an instant.
func (s *side) oneOff(o Options, j ir.Journey, at types.Instant, was *census) plan.Send {
	none := 0
	out := plan.Send{Journey: j.Address}
	when := s.spell(at)
	if at <= o.Now {
		out.Messages, out.Text = &none, "Its instant, "+when+", has passed. It enters nobody."
		return out
	}
	c := s.census(o, j, j.Enter.Who).at(o, at)
	if c.unknown != "" {
		out.Text = fmt.Sprintf("On %s it enters everyone in %s. How many is not known: %s.", when, j.Enter.Who, c.unknown)
		return out
	}
	out.Already, out.Messages = &c.entering, c.more(was)
	out.Text = fmt.Sprintf("On %s it enters everyone in %s, %s by now%s.%s", when, j.Enter.Who,
		number(c.entering, "person", "people"), was.instead(c), c.gets())
	return out
}

// already is a journey that enters when someone becomes a member.
func (s *side) already(o Options, j ir.Journey, enters ir.Enters, was *census) plan.Send {
	none := 0
	out := plan.Send{Journey: j.Address}
	if !enters.Existing {
		out.Messages = &none
	}
	c := s.census(o, j, enters.Segment)
	if c.unknown != "" {
		out.Text = fmt.Sprintf("How many people are already in %s is not known: %s.", enters.Segment, c.unknown)
		return out
	}
	out.Already = &c.entering
	if was != nil && was.unknown == "" {
		out.Text = fmt.Sprintf("%s in %s by other words, %s before. Who joins because the words changed, and not because they did, does not enter.",
			number(c.entering, "person is", "people are"), enters.Segment, thousands(was.entering))
		return out
	}
	there := number(c.entering, "person is", "people are") + " already in " + enters.Segment + "."
	if enters.Existing {
		out.Text, out.Messages = there+" They enter."+c.gets(), c.more(was)
		return out
	}
	out.Text = there + " They do not enter; only people who become members later do. To let them in: existing = true." + c.would()
	return out
}

// census is who is in a segment and what the journey would send them at once.
type census struct {
	entering int
	messages int
	first    []string // the touchpoints that are sent at once
	unknown  string   // why entering is not known
	unsure   string   // why messages is not known
	later    bool     // not within the first 24 hours
}

// at is the census of a one-off: nothing of it is sent soon when its instant
// has passed or is far.
func (c *census) at(o Options, at types.Instant) *census {
	if at <= o.Now || at.Time().Sub(o.Now.Time()) > soon {
		c.later = true
	}
	return c
}

// more is the messages that go out soon only because of the plan; nil when
// that is not known.
func (c *census) more(was *census) *int {
	now, sure := c.soon()
	if was != nil {
		then, wasSure := was.soon()
		now, sure = max(0, now-then), sure && wasSure
	}
	if !sure {
		return nil
	}
	return &now
}

func (c *census) soon() (messages int, sure bool) {
	if c.later {
		return 0, true
	}
	return c.messages, c.unknown == "" && c.unsure == ""
}

// instead says how many it was before, where that is known and differs.
func (c *census) instead(now *census) string {
	if c == nil || c.unknown != "" || c.entering == now.entering {
		return ""
	}
	return ", " + thousands(c.entering) + " before"
}

func (s *side) census(o Options, j ir.Journey, segment string) *census {
	c := &census{}
	where := expr.Expr(expr.Member{Segment: segment})
	if j.Enter.If != nil {
		where = expr.And{Terms: []expr.Expr{where, j.Enter.If}}
	}
	if c.unknown = s.unknown(where); c.unknown != "" {
		return c
	}
	touchpoints := s.opening(c, j.Steps)
	for _, p := range o.people() {
		if s.world.Truth(where, p, eval.Context{}) != expr.True {
			continue
		}
		c.entering++
		for _, t := range touchpoints {
			if s.allows(t, p) {
				c.messages++
			}
		}
	}
	return c
}

// opening is the touchpoints that a journey sends before it first waits. When
// it may go on within a day, the messages are not known.
func (s *side) opening(c *census, steps []ir.Step) []ir.Touchpoint {
	var out []ir.Touchpoint
	for i, step := range steps {
		switch step := step.(type) {
		case ir.Send:
			t, ok := ir.Find(s.program.Touchpoints, step.Touchpoint)
			if !ok {
				continue
			}
			for _, channel := range t.Channels {
				if c.unsure == "" {
					c.unsure = s.unknown(expr.Reachable{Purpose: t.Purpose, Channel: channel})
				}
			}
			out, c.first = append(out, t), append(c.first, t.Address)
		case ir.Do:
		case ir.Wait:
			if c.unsure == "" && sendsSoon(step, steps[i+1:]) {
				c.unsure = "step " + step.Name + " may end within a day"
			}
			return out
		case ir.Choose, ir.Split:
			c.unsure = "step " + step.StepName() + " decides"
			return out
		}
	}
	return out
}

// sendsSoon tells whether something may be sent within a day although a wait
// comes first.
func sendsSoon(w ir.Wait, rest []ir.Step) bool {
	if order, sure := w.For.Compare(types.Span{Amount: 1, Unit: types.Day}); w.Until == nil && sure && order >= 0 {
		return false
	}
	sends := false
	ir.Walk(rest, func(s ir.Step) {
		_, send := s.(ir.Send)
		sends = sends || send
	})
	return sends
}

// allows tells whether a person may get a touchpoint on one of its channels.
func (s *side) allows(t ir.Touchpoint, p *person.Person) bool {
	for _, channel := range t.Channels {
		if s.world.Allowed(t.Purpose, channel, p) {
			return true
		}
	}
	return false
}

// gets is a sentence on what those who enter get.
func (c *census) gets() string { return c.sentence("may get") }

// would is a sentence on what they would get; nothing when that is not known,
// for they do not enter.
func (c *census) would() string {
	if c.unsure != "" {
		return ""
	}
	return c.sentence("would get")
}

func (c *census) sentence(verb string) string {
	switch {
	case c.unsure != "":
		return " How many messages that makes is not known: " + c.unsure + "."
	case len(c.first) == 0:
		return " Nothing is sent at once."
	case len(c.first) > 1:
		return fmt.Sprintf(" They %s %s: %s.", verb, number(c.messages, "message", "messages"), strings.Join(c.first, ", "))
	}
	return fmt.Sprintf(" %s of them %s %s.", thousands(c.messages), verb, c.first[0])
}

func (s *side) spell(at types.Instant) string {
	zone, err := time.LoadLocation(s.program.Project.Timezone)
	if err != nil {
		zone = time.UTC // said by package project
	}
	return at.Time().In(zone).Format("2 Jan 2006 15:04 MST")
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands is 1234567 as 1,234,567.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
