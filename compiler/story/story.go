// Package story is a life in simulated time, in lines that people read.
//
// A line has what happened and what came of it: "signed_up", "enters
// journey.welcome". What a journey does by itself is a line of its own. Addresses
// are masked.
package story

import (
	"fmt"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// Line is one line of a story.
type Line struct {
	At   types.Instant `json:"-"`
	When string        `json:"when"` // RFC 3339
	What string        `json:"what"`
	Came string        `json:"came,omitempty"`
}

// Teller puts a life into lines while it is lived.
type Teller struct {
	life  *eval.Life
	zone  *time.Location
	lines []Line
	// open is the line to which what comes next may belong; -1 for none. Bare: it
	// is something that happened and nothing has come of it yet.
	open    int
	bare    bool
	records map[string]eval.ConsentState
}

// Follow tells a life from here on, and what it was so far.
func Follow(l *eval.Life) *Teller {
	t := &Teller{life: l, zone: l.World().Zone, open: -1, records: map[string]eval.ConsentState{}}
	t.consents()
	for _, n := range l.Trace() {
		t.Hear(n)
	}
	l.Observe(t.Hear)
	return t
}

// Lines is the story so far.
func (t *Teller) Lines() []Line {
	t.close()
	return t.lines
}

// Hear adds a note. Who observes a life for more than its story passes notes on.
func (t *Teller) Hear(n eval.Note) {
	switch n := n.(type) {
	case eval.Happened:
		t.happened(n)
	case eval.Noticed:
		t.moment(n)
	case eval.Entered:
		t.came(n, n.Journey, "enters "+n.Journey+keyed(n.Key))
	case eval.StayedOut:
		t.came(n, n.Journey, "does not enter "+n.Journey+keyed(n.Key)+": "+string(n.Why))
	case eval.Left:
		t.came(n, n.Journey, "leaves "+n.Journey+": "+ended[n.Why])
	case eval.Remains:
		t.line(n, n.Journey, "still inside, at "+ir.Short(n.Step)+t.until(n.Until))
	case eval.Waits, eval.Resumed, eval.Chose, eval.Assigned:
		t.way(n)
	case eval.Dropped:
		t.lapsed(n)
		t.deed(n)
	case eval.Held, eval.Sent, eval.Did, eval.Overdue:
		t.deed(n)
	case eval.Unsure:
		what := n.Journey
		if n.Step != "" {
			what = ir.Short(n.Step)
		}
		t.line(n, what, NotSure(n))
	}
}

func keyed(key string) string {
	if key == "" {
		return ""
	}
	return " for " + key
}

var ended = map[eval.Ending]string{
	eval.Finished: "it is over", eval.Converted: "its goal is reached", eval.LeftBy: "leave_if is true",
	eval.Control: "control, gets nothing more", eval.Stopped: "it was stopped",
}

// way is what a run does without anybody noticing.
func (t *Teller) way(n eval.Note) {
	switch n := n.(type) {
	case eval.Waits:
		t.line(n, ir.Short(n.Step), "waits"+t.until(n.Until)+" at the latest")
	case eval.Resumed:
		if n.Early {
			t.line(n, ir.Short(n.Step), "goes on: until is true")
			return
		}
		t.line(n, ir.Short(n.Step), "goes on: the time is over")
	case eval.Chose:
		t.line(n, ir.Short(n.Step), "takes "+n.Way)
	case eval.Assigned:
		t.line(n, ir.Short(n.Step), "puts the person on "+n.Way)
	case eval.Did, eval.Dropped, eval.Entered, eval.Happened, eval.Held, eval.Left, eval.Noticed, eval.Overdue, eval.Remains,
		eval.Sent, eval.StayedOut, eval.Unsure:
	}
}

// deed is what a run does, or does not.
func (t *Teller) deed(n eval.Note) {
	switch n := n.(type) {
	case eval.Held:
		t.line(n, ir.Short(n.Step), ir.Short(n.Touchpoint)+" waits"+t.until(n.Until)+": "+string(n.Why))
	case eval.Sent:
		t.line(n, ir.Short(n.Step), ir.Short(n.Touchpoint)+" sent by "+ir.ChannelWord(n.Channel)+next(n.Next))
	case eval.Dropped:
		what := n.Touchpoint
		if what == "" {
			what = n.Action
		}
		t.line(n, ir.Short(n.Step), ir.Short(what)+" dropped: "+why(n))
	case eval.Did:
		t.line(n, ir.Short(n.Step), t.done(n))
	case eval.Overdue:
		t.line(n, ir.Short(n.Step), ir.Short(n.Action)+" is late")
	case eval.Assigned, eval.Chose, eval.Entered, eval.Happened, eval.Left, eval.Noticed, eval.Remains, eval.Resumed,
		eval.StayedOut, eval.Unsure, eval.Waits:
	}
}

// lapsed says which yes has come to its end by time alone, before what it may be
// why a message is dropped.
func (t *Teller) lapsed(n eval.Note) {
	if changed := t.consents(); len(changed) > 0 {
		t.line(n, "time passes", strings.Join(changed, "; "))
	}
}

// NotSure says what a platform that counts windows in steps may decide otherwise.
func NotSure(n eval.Unsure) string {
	return fmt.Sprintf("not certain %s: windows are counted in steps of %s", n.What, n.Grain)
}

// done is what an action did, by its kind.
func (t *Teller) done(n eval.Did) string {
	a, _ := ir.Find(t.life.World().Program.Actions, n.Action)
	switch a.Kind {
	case "task":
		return ir.Short(n.Action) + " is given as a task"
	case "notify":
		return ir.Short(n.Action) + " gives notice"
	case "webhook":
		return ir.Short(n.Action) + " is called"
	case "set":
		values := map[string]types.Value{a.Attribute: n.Value}
		return strings.Join(append([]string{ir.Short(n.Action)}, t.learned(values)...), ": ")
	case "suppress":
		return ir.Short(n.Action) + " closes " + ir.ChannelWord(a.Channel)
	}
	return ir.Short(n.Action) + " is done"
}

func next(again bool) string {
	if again {
		return ", since the one before bounced"
	}
	return ""
}

// why is the reason, by channel where several were tried.
func why(n eval.Dropped) string {
	if len(n.Channels) == 0 {
		return string(n.Why)
	}
	parts := make([]string, len(n.Channels))
	for i, s := range n.Channels {
		parts[i] = fmt.Sprintf("%s (%s)", s.Why, ir.ChannelWord(s.Channel))
	}
	return strings.Join(parts, ", ")
}

func (t *Teller) until(at types.Instant) string {
	if at > t.life.Now()+1000*366*24*3600*1_000_000 {
		return ""
	}
	return " until " + at.Time().In(t.zone).Format("2 Jan 2006 15:04")
}

// line is a line of its own.
func (t *Teller) line(n eval.Note, what, came string) {
	t.reacted(n)
	t.close()
	t.add(n.When(), what, came)
}

// came belongs to what happened, where that is the line before.
func (t *Teller) came(n eval.Note, what, came string) {
	t.reacted(n)
	if t.open < 0 || t.lines[t.open].At != n.When() || t.open != len(t.lines)-1 {
		t.close()
		t.add(n.When(), what, came)
		return
	}
	line := &t.lines[t.open]
	if line.Came != "" {
		line.Came += "; "
	}
	line.Came += came
}

// reacted: something came of what happened at the same instant.
func (t *Teller) reacted(n eval.Note) {
	if t.open >= 0 && t.lines[t.open].At == n.When() {
		t.bare = false
	}
}

// close ends the open line. What nobody reacted to says so.
func (t *Teller) close() {
	if t.open >= 0 && t.bare {
		line := &t.lines[t.open]
		if line.Came != "" {
			line.Came += "; "
		}
		line.Came += "no journey reacts to this"
	}
	t.open, t.bare = -1, false
}

func (t *Teller) add(at types.Instant, what, came string) {
	t.lines = append(t.lines, Line{at, types.Spell(at), what, came})
}

func (t *Teller) moment(n eval.Noticed) {
	t.reacted(n)
	if t.open >= 0 && t.lines[t.open].At == n.At && t.open == len(t.lines)-1 {
		return // what happened says it
	}
	t.close()
	t.add(n.At, n.Moment, "")
	t.open = len(t.lines) - 1
}

func (t *Teller) happened(n eval.Happened) {
	t.close()
	t.add(n.At, t.named(n.What), strings.Join(t.consents(), "; "))
	t.open = len(t.lines) - 1
	switch n.What.(type) {
	case eval.Event, eval.Outcome:
		t.bare = true
	case eval.Act, eval.Learn, eval.LearnOf, eval.Edit:
	}
}

func (t *Teller) named(h eval.Happening) string {
	switch h := h.(type) {
	case eval.Event:
		return ir.Short(h.Type)
	case eval.Outcome:
		what := h.Touchpoint
		if what == "" {
			what = h.Step
		}
		if what == "" {
			return "a message by " + ir.ChannelWord(h.Channel) + " " + strings.ReplaceAll(string(h.Kind), "_", " ")
		}
		return ir.Short(what) + " " + strings.ReplaceAll(string(h.Kind), "_", " ")
	case eval.Act:
		return fmt.Sprintf("%s: %s", h.Consent, h.Kind)
	case eval.Learn:
		return strings.Join(t.learned(h.Attributes), ", ")
	case eval.LearnOf:
		return h.Object.Object + " " + h.Object.Key
	case eval.Edit:
		return "the project changes"
	}
	panic("story: a happening that is none of the cases")
}

// learned is the new values in the order of declaration.
func (t *Teller) learned(values map[string]types.Value) []string {
	var out []string
	say := func(name string, of types.Type) {
		v, there := values[name]
		switch {
		case !there:
		case types.IsNull(v):
			out = append(out, name+" is not known any more")
		default:
			out = append(out, name+" is "+explain.Mask(types.Spell(v), of))
		}
	}
	known := t.life.World().Program.Person
	for _, k := range known.Keys {
		say(k.Name, k.Type)
	}
	for _, a := range known.Attributes {
		if a.Sensitivity == "special" {
			continue
		}
		say(a.Name, a.Type)
	}
	return out
}

// consents is what changed in the person's consent records.
func (t *Teller) consents() []string {
	var out []string
	w := t.life.World()
	for _, c := range w.Program.Consents {
		for _, channel := range c.Channels {
			key := c.Address + " " + channel
			r := w.Record(c.Address, channel, t.life.Person())
			is := r.State
			if is == eval.Granted && r.ConfirmedAt != 0 {
				is = "confirmed"
			}
			if was, known := t.records[key]; known && was != is {
				out = append(out, fmt.Sprintf("%s is %s%s", c.Address, is, onChannel(c, channel)))
			}
			t.records[key] = is
		}
	}
	return out
}

func onChannel(c ir.Consent, channel string) string {
	if len(c.Channels) == 1 {
		return ""
	}
	return " for " + ir.ChannelWord(channel)
}

// Offset is how long after the beginning something is: "1h 00", "9d 04h 30".
func Offset(from, at types.Instant) string {
	minutes := int64(at-from) / 60_000_000
	hours, minutes := minutes/60, minutes%60
	if hours < 72 {
		return fmt.Sprintf("%dh %02d", hours, minutes)
	}
	return fmt.Sprintf("%dd %02dh %02d", hours/24, hours%24, minutes)
}
