package fake

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// What Klaviyo does with people, as far as it is documented: flows that begin with
// what happens to a profile, wait, branch, write and send. Time passes only where
// a test lets it.

// Letter is one message of a flow that went out.
type Letter struct {
	Profile, Flow string
	Name          string // of the message
	At            time.Time
}

// run is one profile in one flow.
type run struct {
	flow    *Object
	profile *Profile
	began   time.Time
	event   *Event // that began it
	at      string // the delay at which it waits
	due     time.Time
	over    bool
}

// restless is how many actions a run may take at one instant.
const restless = 500

// Happen lets a profile do something now.
func (a *Account) Happen(p *Profile, e Event) {
	e.At = a.Now
	p.Events = append(p.Events, e)
	for _, f := range a.live() {
		trigger := definition(f)["triggers"].([]any)[0].(map[string]any)
		if trigger["type"] != "metric" || trigger["id"] != e.Metric {
			continue
		}
		if asked, ok := trigger["trigger_filter"].(map[string]any); ok && !a.carries(e, asked) {
			continue
		}
		a.enter(f, p, &e)
	}
}

func definition(f *Object) map[string]any { return f.Attributes["definition"].(map[string]any) }

// live are the flows that are on. Klaviyo does not say which of two goes first.
func (a *Account) live() []*Object {
	var out []*Object
	for _, f := range a.Objects["flow"] {
		if f.Attributes["status"] == "live" {
			out = append(out, f)
		}
	}
	if a.Backwards {
		slices.Reverse(out)
	}
	return out
}

// carries tells whether an event passes the filter of a trigger.
func (a *Account) carries(e Event, asked map[string]any) bool {
	for _, g := range asked["condition_groups"].([]any) {
		if !slices.ContainsFunc(g.(map[string]any)["conditions"].([]any), func(c any) bool {
			of := c.(map[string]any)
			return of["metric_id"] == e.Metric && view{account: a}.filter(e.Properties[of["field"].(string)], of["filter"].(map[string]any))
		}) {
			return false
		}
	}
	return true
}

// enter takes a profile into a flow, unless they were in it and may not again, or
// the filter of the flow leaves them out.
func (a *Account) enter(f *Object, p *Profile, e *Event) {
	if last, been := a.entered[f.ID+" "+p.ID]; been {
		criteria, _ := definition(f)["reentry_criteria"].(map[string]any)
		n, err := criteria["duration"].(json.Number).Int64()
		if err != nil {
			panic("fake: " + err.Error())
		}
		if criteria["unit"] == "alltime" && n == 1 || criteria["unit"] != "alltime" && a.Now.Before(last.Add(time.Duration(n)*units[criteria["unit"].(string)])) {
			return
		}
	}
	r := &run{flow: f, profile: p, began: a.Now, event: e}
	if !a.stays(r) {
		return
	}
	if a.entered == nil {
		a.entered = map[string]time.Time{}
	}
	a.entered[f.ID+" "+p.ID] = a.Now
	a.runs = append(a.runs, r)
	entry, _ := definition(f)["entry_action_id"].(string)
	a.walk(r, entry)
}

// stays asks the filter of a flow, which it asks on entry and before each action.
func (a *Account) stays(r *run) bool {
	filter, ok := definition(r.flow)["profile_filter"].(map[string]any)
	return !ok || a.asked(r, filter)
}

func (a *Account) asked(r *run, filter map[string]any) bool {
	v := view{Profile: r.profile, account: a, now: a.Now, began: r.began}
	return v.groups(filter["condition_groups"].([]any))
}

// walk takes a run from an action on until it waits or is over.
func (a *Account) walk(r *run, id string) {
	for range restless {
		action := actionOf(r.flow, id)
		if r.at, r.due = "", (time.Time{}); action == nil || !a.stays(r) {
			r.over = true
			return
		}
		data, _ := action["data"].(map[string]any)
		links, _ := action["links"].(map[string]any)
		way := "next"
		switch action["type"] {
		case "time-delay":
			n, err := data["value"].(json.Number).Int64()
			if err != nil {
				panic("fake: " + err.Error())
			}
			r.at, r.due = id, a.Now.Add(time.Duration(n)*map[any]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[data["unit"]])
			return
		case "conditional-split":
			way = branch(a.asked(r, data["profile_filter"].(map[string]any)))
		case "trigger-split":
			way = branch(a.carries(*r.event, data["trigger_filter"].(map[string]any)))
		case "send-email", "send-sms":
			a.sends(r, data["message"].(map[string]any), action["type"] == "send-email")
		case "update-profile":
			for _, x := range data["profile_operations"].([]any) {
				o := x.(map[string]any)
				r.profile.Properties[o["property_key"].(string)] = o["property_value"]
			}
		case "send-webhook", "send-internal-alert":
		default:
			panic(fmt.Sprintf("fake: an action of type %v", action["type"]))
		}
		id, _ = links[way].(string)
	}
	panic("fake: a flow that goes on without end")
}

func branch(holds bool) string {
	if holds {
		return "next_if_true"
	}
	return "next_if_false"
}

func actionOf(f *Object, id string) map[string]any {
	for _, x := range definition(f)["actions"].([]any) {
		if action := x.(map[string]any); action["id"] == id {
			return action
		}
	}
	return nil
}

// sends sends a message: not to an address that is suppressed, marketing not to
// whoever unsubscribed, by SMS only to whoever subscribed, and to nobody whom the
// message's own filter leaves out.
func (a *Account) sends(r *run, message map[string]any, mail bool) {
	p, marketing := r.profile, message["transactional"] != true
	channel, address, metric := "sms", "phone_number", "Received SMS"
	if mail {
		channel, address, metric = "email", "email", "Received Email"
	}
	is := p.Consent[channel].Status
	if filter, ok := message["additional_filters"].(map[string]any); ok && !a.asked(r, filter) {
		return
	}
	at := slices.IndexFunc(a.Metrics, func(m Metric) bool { return m.Name == metric })
	lately := slices.ContainsFunc(p.Events, func(e Event) bool { return e.Metric == a.Metrics[at].ID && e.At.After(a.Now.Add(-quiet)) })
	if message["smart_sending_enabled"] == true && lately {
		return
	}
	if p.Properties[address] == nil || mail && len(p.Suppressed) > 0 || marketing && (is == "unsubscribed" || !mail && is != "subscribed") {
		return
	}
	name, _ := message["name"].(string)
	a.Letters = append(a.Letters, Letter{p.ID, r.flow.ID, name, a.Now})
	a.Happen(p, Event{Metric: a.Metrics[at].ID, Properties: map[string]any{"Campaign Name": name}})
}

// Advance lets time pass until an instant, and flows go on whose delays are over.
func (a *Account) Advance(to time.Time) {
	for {
		var next *run
		for _, r := range a.runs {
			if !r.over && r.at != "" && r.flow.Attributes["status"] == "live" && !r.due.After(to) && (next == nil || r.due.Before(next.due)) {
				next = r
			}
		}
		if next == nil {
			a.Now = to
			return
		}
		if next.due.After(a.Now) {
			a.Now = next.due
		}
		links, _ := actionOf(next.flow, next.at)["links"].(map[string]any)
		id, _ := links["next"].(string)
		a.walk(next, id)
	}
}
