package fake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	stand "github.com/trayecto/trayecto/targets/fake"
)

// draw makes a draft of a broadcast, whose id the platform chooses. It looks
// neither for the list nor for the template.
func (w *Workspace) draw(r *stand.Request) stand.Reply {
	body := w.written("broadcasts", r)
	if text(inner(body, "audience"), "list") == "" {
		return stand.Reply{Status: http.StatusBadRequest, Body: map[string]any{"error": "list is required"}}
	}
	sum := sha256.Sum256([]byte(w.ID + strconv.Itoa(w.order)))
	body["id"], body["status"], body["workspace_id"] = hex.EncodeToString(sum[:16]), "draft", w.ID
	body["schedule"] = map[string]any{"is_scheduled": false, "use_recipient_timezone": false}
	body["enqueued_count"], body["created_at"] = 0.0, w.platform.Clock
	return stand.Reply{Status: http.StatusCreated, Body: map[string]any{"broadcast": w.put("broadcasts", body).body}}
}

// redraw writes what has not been sent anew.
func (w *Workspace) redraw(r *stand.Request) stand.Reply {
	body := w.written("broadcasts", r)
	o := w.object("broadcasts", text(body, "id"))
	if o == nil {
		return stand.Reply{Status: http.StatusNotFound, Body: map[string]any{"error": "Broadcast not found"}}
	}
	if status := text(o.body, "status"); !slices.Contains([]string{"draft", "scheduled", "paused"}, status) {
		return stand.Reply{Status: http.StatusBadRequest, Body: map[string]any{"error": "cannot update broadcast with status: " + status}}
	}
	o.body = maps.Clone(o.body)
	for _, name := range []string{"name", "audience", "schedule", "test_settings", "metadata"} {
		o.body[name] = body[name]
	}
	return done("broadcasts", o.body)
}

// schedule plans a draft, and nothing else.
func (w *Workspace) schedule(r *stand.Request) stand.Reply {
	var body map[string]any
	_ = json.Unmarshal(r.Raw, &body) // it was read before
	o := w.object("broadcasts", text(body, "id"))
	if o == nil || text(o.body, "status") != "draft" {
		return failed("schedule broadcast")
	}
	o.body = maps.Clone(o.body)
	o.body["status"] = "scheduled"
	o.body["schedule"] = map[string]any{"is_scheduled": true, "scheduled_date": text(body, "scheduled_date"), "scheduled_time": text(body, "scheduled_time"),
		"timezone": text(body, "timezone"), "use_recipient_timezone": body["use_recipient_timezone"]}
	return success
}

// from is in which states each verb does something, and the one that it leads to.
var from = map[string]struct {
	states []string
	to     string
}{
	"pause":  {[]string{"processing", "processed"}, "paused"},
	"resume": {[]string{"paused"}, "processing"},
	"cancel": {[]string{"scheduled", "paused", "processing", "processed"}, "cancelled"},
}

func (w *Workspace) tell(verb, id string) stand.Reply {
	o := w.object("broadcasts", id)
	if verb == "delete" {
		if o == nil {
			return stand.Reply{Status: http.StatusNotFound, Body: map[string]any{"error": "Broadcast not found"}}
		}
		if text(o.body, "status") == "processing" {
			return failed("delete broadcast")
		}
		o.deleted = true
		return success
	}
	move := from[verb]
	if o == nil || !slices.Contains(move.states, text(o.body, "status")) {
		return failed(verb + " broadcast")
	}
	o.body = maps.Clone(o.body)
	o.body["status"] = move.to
	if _, all := o.body["completed_at"]; all && verb == "resume" {
		o.body["status"] = "processed"
	}
	return success
}

// next is when a broadcast does something next.
func (w *Workspace) next(b map[string]any) (time.Time, bool) {
	switch text(b, "status") {
	case "scheduled":
		s := inner(b, "schedule")
		zone, err := time.LoadLocation(text(s, "timezone"))
		if err != nil {
			return time.Time{}, false
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", text(s, "scheduled_date")+" "+text(s, "scheduled_time"), zone)
		return at, err == nil
	case "processing":
		at, _ := b["next"].(time.Time)
		return at, true
	}
	return time.Time{}, false
}

// broadcast sends what is due; an instant that has passed is due.
func (w *Workspace) broadcast() {
	for _, id := range w.ids("broadcasts") {
		o := w.objects["broadcasts"][id]
		at, due := w.next(o.body)
		if !due || at.After(w.platform.Clock) {
			continue
		}
		o.body = maps.Clone(o.body)
		if text(o.body, "status") == "scheduled" {
			o.body["status"], o.body["started_at"] = "processing", w.platform.Clock
		}
		w.reach(o.body)
	}
}

// reach sends a broadcast to those whose turn it is, in the order of addresses.
func (w *Workspace) reach(b map[string]any) {
	after, sent := text(b, "after"), 0
	variations := list(inner(b, "test_settings"), "variations")
	for _, c := range w.everybody() {
		if c.Email <= after || !w.inAudience(inner(b, "audience"), c) {
			continue
		}
		if w.Batch > 0 && sent == w.Batch {
			b["next"] = w.platform.Clock.Add(time.Minute)
			return
		}
		if len(variations) > 0 && w.object("templates", text(variations[0], "template_id")) != nil {
			w.mail(c, text(variations[0], "template_id"))
		}
		sent, b["after"] = sent+1, c.Email
		n, _ := b["enqueued_count"].(float64)
		b["enqueued_count"] = n + 1
	}
	b["status"], b["completed_at"] = "processed", w.platform.Clock
}

// inAudience counts whoever was removed from the list too.
func (w *Workspace) inAudience(a map[string]any, c *Contact) bool {
	s := c.Statuses[text(a, "list")]
	if s == nil || w.object("lists", text(a, "list")) == nil {
		return false
	}
	if out, _ := a["exclude_unsubscribed"].(bool); out && slices.Contains([]string{"unsubscribed", "bounced", "complained"}, s.Status) {
		return false
	}
	segments := words(a, "segments")
	if len(segments) == 0 {
		return true
	}
	for _, segment := range segments {
		if _, in := w.members[segment][c.Email]; in {
			return true
		}
	}
	return false
}
