package fake

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/trayecto/trayecto/targets/fake"
)

// What Mautic's cron jobs do: campaigns take in who is in their segments and let
// go who is not, and what is due happens.

// Stay is a contact among those of a campaign.
type Stay struct {
	Contact  string
	Rotation int
	Removed  bool
}

// Passed is a row of the log of a campaign: an event that has happened to a
// contact, or is to.
type Passed struct {
	Event     int
	Contact   string
	Rotation  int
	Scheduled bool
	At        time.Time // at which it happened, or will
	path      string    // that is taken from there
}

// Pass lets time pass until an instant at which the jobs run.
func (i *Installation) Pass(to time.Time) {
	i.Now = to
	for _, campaign := range i.Objects["campaign"] {
		if campaign.Attributes["isPublished"] != true {
			continue
		}
		i.takeIn(campaign)
		for _, s := range i.Stays[campaign.ID] {
			for !s.Removed && i.stepped(campaign, s) {
			}
		}
	}
}

// takeIn brings a campaign's contacts in line with its segments.
func (i *Installation) takeIn(campaign *Object) {
	var in []string
	for _, source := range campaign.Attributes["lists"].([]any) {
		in = append(in, i.Members(source.(map[string]any)["id"].(int))...)
	}
	if i.Stays == nil {
		i.Stays, i.Log = map[int][]*Stay{}, map[int][]*Passed{}
	}
	for _, s := range i.Stays[campaign.ID] {
		switch is := slices.Contains(in, s.Contact); {
		case !is:
			s.Removed = true
			i.Log[campaign.ID] = slices.DeleteFunc(i.Log[campaign.ID], func(p *Passed) bool { return p.Scheduled && p.Contact == s.Contact })
		case is && s.Removed && campaign.Attributes["allowRestart"] == true:
			s.Removed, s.Rotation = false, s.Rotation+1
		}
		in = slices.DeleteFunc(in, func(id string) bool { return id == s.Contact })
	}
	slices.Sort(in)
	for _, id := range slices.Compact(in) {
		i.Stays[campaign.ID] = append(i.Stays[campaign.ID], &Stay{Contact: id, Rotation: 1})
	}
}

// passed is what the log says of an event and a stay; nil for nothing.
func (i *Installation) passed(campaign *Object, s *Stay, event any) *Passed {
	for _, p := range i.Log[campaign.ID] {
		if p.Contact == s.Contact && p.Rotation == s.Rotation && any(p.Event) == event {
			return p
		}
	}
	return nil
}

// stepped has one event happen to a contact, or plans it; false where there is
// none.
func (i *Installation) stepped(campaign *Object, s *Stay) bool {
	for _, item := range campaign.Attributes["events"].([]any) {
		e := item.(map[string]any)
		if p := i.passed(campaign, s, e["id"]); p != nil {
			if p.Scheduled && !p.At.After(i.Now) {
				i.happens(campaign, s, e, p)
				return true
			}
			continue
		}
		from, ready := i.ready(campaign, s, e)
		if !ready {
			continue
		}
		p := &Passed{Event: e["id"].(int), Contact: s.Contact, Rotation: s.Rotation, Scheduled: true, At: from.Add(interval(e))}
		if waiting(campaign, e) && p.At.After(i.Now) { // what follows a decision is not planned
			continue
		}
		i.Log[campaign.ID] = append(i.Log[campaign.ID], p)
		return true
	}
	return false
}

// before is the event before one; nil for none.
func before(campaign *Object, e map[string]any) map[string]any {
	parent, _ := e["parent"].(map[string]any)
	for _, item := range campaign.Attributes["events"].([]any) {
		if other := item.(map[string]any); parent != nil && other["id"] == parent["id"] {
			return other
		}
	}
	return nil
}

// waiting tells whether an event follows a decision that was not taken.
func waiting(campaign *Object, e map[string]any) bool {
	parent := before(campaign, e)
	return parent != nil && parent["eventType"] == "decision" && e["decisionPath"] == "no"
}

// ready is since when an event could happen to a contact.
func (i *Installation) ready(campaign *Object, s *Stay, e map[string]any) (from time.Time, ready bool) {
	parent := before(campaign, e)
	if parent == nil {
		return i.Now, true
	}
	if waiting(campaign, e) {
		mail := i.passed(campaign, s, before(campaign, parent)["id"])
		taken := i.passed(campaign, s, parent["id"])
		if mail == nil || mail.Scheduled || taken != nil {
			return from, false
		}
		return mail.At, true
	}
	p := i.passed(campaign, s, parent["id"])
	by, _ := e["decisionPath"].(string)
	if p == nil || p.Scheduled || p.path != by {
		return from, false
	}
	return p.At, e["eventType"] != "decision" || i.reads(s.Contact, campaign, e)
}

// reads tells whether a contact has done what a decision waits for.
func (i *Installation) reads(contact string, campaign *Object, e map[string]any) bool {
	at := slices.IndexFunc(i.Contacts, func(c *Contact) bool { return c.ID == contact })
	return i.Contacts[at].Reads[fmt.Sprint(e["type"], " ", sentBefore(campaign.Attributes["events"].([]any), before(campaign, e)["id"]))]
}

// interval is how long after what is before it an event comes.
func interval(e map[string]any) time.Duration {
	if e["triggerMode"] != "interval" {
		return 0
	}
	n, err := strconv.Atoi(fmt.Sprint(e["triggerInterval"]))
	if err != nil {
		panic("fake: " + err.Error())
	}
	return time.Duration(n) * map[any]time.Duration{"i": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[e["triggerIntervalUnit"]]
}

// happens has an event happen.
func (i *Installation) happens(campaign *Object, s *Stay, e map[string]any, p *Passed) {
	p.Scheduled = false
	switch e["eventType"] {
	case "decision":
		p.path = "yes"
	case "condition":
		p.path = "no"
		properties, _ := e["properties"].(map[string]any)
		segments, _ := properties["segments"].([]any)
		for _, id := range segments {
			n, err := strconv.Atoi(fmt.Sprint(id))
			if err != nil {
				panic("fake: " + err.Error())
			}
			if slices.Contains(i.Members(n), s.Contact) {
				p.path = "yes"
			}
		}
	}
}

// insideRoutes are the calls about who is in campaigns.
func (i *Installation) insideRoutes() []fake.Route {
	return []fake.Route{
		{Method: "GET", Path: "/api/campaigns/{id}/contacts", Handle: func(r *fake.Request) fake.Reply {
			campaign := i.Find("campaign", r.PathValue("id"))
			if campaign == nil {
				return missing
			}
			var all []any
			for _, s := range i.Stays[campaign.ID] {
				if !s.Removed {
					all = append(all, map[string]any{"campaign_id": r.PathValue("id"), "lead_id": s.Contact, "rotation": strconv.Itoa(s.Rotation), "manually_removed": "0", "manually_added": "0"})
				}
			}
			return i.table(r, "contacts", all)
		}},
		{Method: "GET", Path: "/api/stats/campaign_lead_event_log", Handle: func(r *fake.Request) fake.Reply {
			if i.Blind { // which is a success all the same
				return fake.Reply{Body: map[string]any{"errors": []any{map[string]any{"message": "You do not have the view permission to load data from the lead table", "code": 403}}}}
			}
			of, err := strconv.Atoi(r.URL.Query().Get("where[0][val]"))
			if err != nil || r.URL.Query().Get("where[0][col]") != "campaign_id" {
				return bare
			}
			var all []any
			for n, p := range i.Log[of] {
				all = append(all, map[string]any{"id": strconv.Itoa(n + 1), "campaign_id": strconv.Itoa(of), "event_id": strconv.Itoa(p.Event), "lead_id": p.Contact,
					"rotation": strconv.Itoa(p.Rotation), "is_scheduled": map[bool]string{true: "1", false: "0"}[p.Scheduled]})
			}
			return i.table(r, "stats", all)
		}},
	}
}

// table is a part of a table. Crowd is how many rows it says it has besides.
func (i *Installation) table(r *fake.Request, name string, all []any) fake.Reply {
	start, _ := strconv.Atoi(r.URL.Query().Get("start")) // none is 0
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil {
		limit = 100
	}
	limit = min(limit, 25) // so that there are pages
	shown := append([]any{}, all[min(start, len(all)):min(start+limit, len(all))]...)
	return fake.Reply{Body: map[string]any{"total": strconv.Itoa(len(all) + i.Crowd), name: shown}}
}
