package fake

import (
	"encoding/json"
	"slices"
	"time"
)

// Who is in a segment is stored, and a contact who comes or goes is noticed by
// automations. It is worked out for everybody when a segment was written and for
// one contact a while after something happened to them.

// debounce is how long after something happened to a contact their segments are
// worked out.
const debounce = 15 * time.Second

// queued is a contact as they were when their segments were worked out last, and
// when they will be again; zero for nothing to do.
type queued struct {
	was string
	due time.Time
}

// workOut works out who is in a segment, for everybody. Members that an older
// version let in go, unless nobody at all fulfils the words of this one.
func (w *Workspace) workOut(id string, body map[string]any) {
	version, _ := body["version"].(float64)
	matched := false
	for _, c := range w.everybody() {
		if w.holds(inner(body, "tree"), c) == yes {
			matched = true
			w.join(id, c, version)
		}
	}
	if !matched {
		return
	}
	for _, c := range w.everybody() {
		if by, in := w.members[id][c.Email]; in && by < version {
			w.leaves(id, c)
		}
	}
}

func (w *Workspace) join(segment string, c *Contact, version float64) {
	if w.members[segment] == nil {
		w.members[segment] = map[string]float64{}
	}
	_, in := w.members[segment][c.Email]
	w.members[segment][c.Email] = version
	if !in {
		w.enrol(c, "segment.joined", segment)
	}
}

func (w *Workspace) leaves(segment string, c *Contact) {
	if _, in := w.members[segment][c.Email]; in {
		delete(w.members[segment], c.Email)
		w.enrol(c, "segment.left", segment)
	}
}

// notice works out the segments of contacts to whom something happened.
func (w *Workspace) notice() {
	segments := w.ids("segments")
	if len(segments) == 0 {
		return
	}
	for _, c := range w.everybody() {
		now, _ := json.Marshal([]any{len(c.Timeline), len(c.Goals), c.Fields, c.Statuses}) // of plain values
		q, known := w.queue[c.Email]
		if !known || q.was != string(now) {
			q = queued{was: string(now), due: w.platform.Clock.Add(debounce)}
		}
		if !q.due.IsZero() && !q.due.After(w.platform.Clock) {
			q.due = time.Time{}
			for _, id := range segments {
				w.workOutOne(id, c)
			}
		}
		w.queue[c.Email] = q
	}
}

func (w *Workspace) workOutOne(segment string, c *Contact) {
	body := w.objects["segments"][segment].body
	version, _ := body["version"].(float64)
	switch {
	case text(body, "status") != "active" || w.waited(segment):
	case w.holds(inner(body, "tree"), c) == yes:
		w.join(segment, c, version)
	default:
		w.leaves(segment, c)
	}
}

// waited tells whether an automation begins when somebody joins or leaves a
// segment: to let them in, the queue that works segments out waits for itself
// and is broken off.
func (w *Workspace) waited(segment string) bool {
	for id := range w.triggers {
		if text(inner(w.objects["automations"][id].body, "trigger"), "segment_id") == segment {
			return true
		}
	}
	return false
}

// soonest is when something happens next, at the latest then.
func (w *Workspace) soonest(then time.Time) time.Time {
	earlier := func(at time.Time) {
		if at.After(w.platform.Clock) && at.Before(then) {
			then = at
		}
	}
	for _, q := range w.queue {
		earlier(q.due)
	}
	for _, id := range w.ids("broadcasts") {
		if at, due := w.next(w.objects["broadcasts"][id].body); due {
			earlier(at)
		}
	}
	return then
}

// In lists who is stored as being in a segment.
func (w *Workspace) In(segment string) []string {
	var out []string
	w.platform.Do(func() {
		for email := range w.members[segment] {
			out = append(out, email)
		}
	})
	slices.Sort(out)
	return out
}
