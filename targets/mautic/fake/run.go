package fake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sent is one message that went out.
type Sent struct{ Contact, Kind, Message string }

// Run has a campaign happen to everybody in its segments, to the end and whatever
// there is to wait for, and lists what was sent in the order of contacts and of
// time. Channels that it closes are closed afterwards.
func (i *Installation) Run(id string) []Sent {
	campaign := i.Find("campaign", id).Attributes
	if campaign["isPublished"] != true {
		return nil
	}
	var out []Sent
	for _, c := range i.Contacts {
		in := false
		for _, source := range campaign["lists"].([]any) {
			in = in || slices.Contains(i.Members(source.(map[string]any)["id"].(int)), c.ID)
		}
		if in {
			r := &run{of: i, events: campaign["events"].([]any), contact: c}
			out = append(out, r.live()...)
		}
	}
	return out
}

// run is a campaign with one contact in it.
type run struct {
	of      *Installation
	events  []any
	contact *Contact
	waiting []scheduled
	sent    []Sent
}

// scheduled is an event that comes after a time in the campaign.
type scheduled struct {
	event map[string]any
	at    time.Duration
}

func (r *run) live() []Sent {
	r.behind(nil, "", 0)
	for len(r.waiting) > 0 {
		next := 0
		for n, s := range r.waiting {
			if s.at < r.waiting[next].at {
				next = n
			}
		}
		s := r.waiting[next]
		r.waiting = slices.Delete(r.waiting, next, next+1)
		r.happen(s.event, s.at)
	}
	return r.sent
}

// behind has what stands behind an event by one way happen, or wait for its time.
// Behind an action Mautic asks all conditions, with what hangs on them, before it
// does the next action. In which order it takes several of the same kind is not
// promised: here the last of them comes first.
func (r *run) behind(event map[string]any, path string, at time.Duration) {
	next := r.children(event, path)
	if event != nil && event["eventType"] == "action" {
		slices.SortStableFunc(next, func(a, b map[string]any) int {
			return strings.Compare(fmt.Sprint(b["eventType"]), fmt.Sprint(a["eventType"])) // decision, condition, action
		})
	}
	for _, e := range next {
		if wait := later(e); wait > 0 {
			r.waiting = append(r.waiting, scheduled{e, at + wait})
			continue
		}
		r.happen(e, at)
	}
}

// children are the events that stand behind one by one way, the last of them
// first.
func (r *run) children(event map[string]any, path string) []map[string]any {
	var id any
	if event != nil {
		id = event["id"]
	}
	var out []map[string]any
	for _, item := range r.events {
		e := item.(map[string]any)
		before := any(nil)
		if p, ok := e["parent"].(map[string]any); ok {
			before = p["id"]
		}
		if by, _ := e["decisionPath"].(string); before == id && by == path {
			out = append(out, e)
		}
	}
	slices.Reverse(out)
	return out
}

// units are Mautic's words for lengths of time.
var units = map[string]time.Duration{"i": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

// later is how long after what is before it an event comes.
func later(e map[string]any) time.Duration {
	n, err := strconv.Atoi(fmt.Sprint(e["triggerInterval"]))
	if e["triggerMode"] != "interval" || err != nil {
		return 0
	}
	unit, known := units[fmt.Sprint(e["triggerIntervalUnit"])]
	if !known {
		panic("fake: a length of time that is not known: " + fmt.Sprint(e["triggerIntervalUnit"]))
	}
	return time.Duration(n) * unit
}

// happen does what an event is, and goes on behind it.
func (r *run) happen(e map[string]any, at time.Duration) {
	properties, _ := e["properties"].(map[string]any)
	next := ""
	switch kind := fmt.Sprint(e["type"]); kind {
	case "lead.segments":
		next = "no"
		for _, s := range properties["segments"].([]any) {
			n, _ := strconv.Atoi(fmt.Sprint(s)) // Mautic's ids are numbers
			if slices.Contains(r.of.Members(n), r.contact.ID) {
				next = "yes"
			}
		}
	case "email.send", "sms.send_text_sms":
		r.send(kind, properties)
	case "email.open", "email.click": // of the e-mail right before, before the time of the other way is over
		next = "no"
		if r.contact.Reads[kind+" "+sentBefore(r.events, e["parent"].(map[string]any)["id"])] {
			next = "yes"
		}
	case "lead.adddnc":
		r.bar(properties)
	case "lead.changetags", "lead.updatelead", "lead.removednc", "campaign.sendwebhook": // nothing that a stand-in shows
	default:
		panic("fake: a campaign with an event that is not known: " + kind)
	}
	r.behind(e, next, at)
}

// send sends a message to whom Mautic itself lets it go.
func (r *run) send(kind string, properties map[string]any) {
	c := r.contact
	if kind == "email.send" {
		if c.Values["email"] != nil && (c.Barred["email"] == "" || properties["email_type"] != "marketing") {
			r.sent = append(r.sent, Sent{c.ID, "email", fmt.Sprint(properties["email"])})
		}
		return
	}
	if (c.Values["mobile"] != nil || c.Values["phone"] != nil) && c.Barred["sms"] == "" {
		r.sent = append(r.sent, Sent{c.ID, "sms", fmt.Sprint(properties["sms"])})
	}
}

// bar gives the contact a do-not-contact record of each channel, in the place of
// the one that is there.
func (r *run) bar(properties map[string]any) {
	if r.contact.Barred == nil {
		r.contact.Barred = map[string]string{}
	}
	channels, _ := properties["channels"].([]any)
	for _, channel := range channels {
		r.contact.Barred[fmt.Sprint(channel)] = "manual"
	}
}
