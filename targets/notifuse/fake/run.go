package fake

import (
	"strings"
	"time"
)

// run is one contact on the way through an automation.
type run struct {
	automation string
	contact    *Contact
	node       string
	due        time.Time
	over       bool
}

// enrol lets a contact into the automations whose trigger fires: by the kind of
// what happened, and where it is about a list or a segment by which.
func (w *Workspace) enrol(c *Contact, kind, about string) {
	for _, id := range w.ids("automations") {
		o := w.objects["automations"][id]
		trigger := inner(o.body, "trigger")
		name := text(trigger, "event_kind")
		if name == "custom_event" {
			name = "custom_event." + text(trigger, "custom_event_name")
		}
		if !w.triggers[id] || name != kind || about != "" && text(trigger, "segment_id")+text(trigger, "list_id") != about {
			continue
		}
		if text(trigger, "frequency") == "once" {
			if w.entered[id+" "+c.Email] {
				continue
			}
			w.entered[id+" "+c.Email] = true
		}
		w.runs = append(w.runs, &run{automation: id, contact: c, node: text(o.body, "root_node_id"), due: w.platform.Clock})
		count(o.body, "enrolled")
	}
}

func count(automation map[string]any, what string) {
	stats := inner(automation, "stats")
	n, _ := stats[what].(float64)
	stats[what] = n + 1
}

// leave ends the runs of an automation that is deleted.
func (w *Workspace) leave(automation string) {
	for _, r := range w.runs {
		r.over = r.over || r.automation == automation
	}
}

// Pass lets time pass, and automations go on.
func (w *Workspace) Pass(d time.Duration) {
	w.platform.Do(func() {
		if d > 0 {
			for _, id := range w.ids("segments") {
				if o := w.objects["segments"][id]; o.looks > 0 {
					w.built(o)
				}
			}
		}
		for end := w.platform.Clock.Add(d); ; {
			w.notice()
			w.work()
			next := w.soonest(end)
			for _, r := range w.runs {
				if !r.over && r.due.After(w.platform.Clock) && r.due.Before(next) {
					next = r.due
				}
			}
			w.platform.Clock = next
			if next.Equal(end) {
				w.notice()
				w.work()
				return
			}
		}
	})
}

// work takes every run that is due as far as it goes. Those of an automation
// that is not live stay where they are.
func (w *Workspace) work() {
	w.broadcast()
	for _, r := range w.runs {
		o := w.object("automations", r.automation)
		for o != nil && text(o.body, "status") == "live" && !r.over && !r.due.After(w.platform.Clock) {
			w.step(r, o.body)
		}
	}
}

func (w *Workspace) end(r *run, automation map[string]any, how string) {
	r.over = true
	count(automation, how)
}

// step carries out one node. A place that is empty ends the run.
func (w *Workspace) step(r *run, automation map[string]any) {
	n := nodeOf(automation, r.node)
	if n == nil {
		w.end(r, automation, "exited")
		return
	}
	next, how := w.carry(r, automation, n)
	r.node = next
	switch {
	case how != "":
		w.end(r, automation, how)
	case next == "" && !r.due.After(w.platform.Clock):
		w.end(r, automation, "completed")
	}
}

// carry carries a node out and says where it leads, or how the run ends.
func (w *Workspace) carry(r *run, automation, n map[string]any) (next, ends string) {
	config := inner(n, "config")
	next = text(n, "next_node_id")
	switch text(n, "type") {
	case "delay":
		d := delay(config)
		if d <= 0 {
			return "", "failed"
		}
		r.due = w.platform.Clock.Add(d)
	case "email":
		if w.stopped(r, automation, config) {
			return "", "exited"
		}
		w.mail(r.contact, text(config, "template_id"))
	case "filter":
		next = text(config, "exit_node_id")
		if w.holds(inner(config, "conditions"), r.contact) == yes {
			next = text(config, "continue_node_id")
		}
	case "branch":
		next = w.path(config, r.contact)
	case "list_status_branch":
		next = w.standing(config, r.contact)
	case "add_to_list":
		if s := r.contact.Statuses[text(config, "list_id")]; s == nil || s.Status != "bounced" && s.Status != "complained" {
			r.contact.Subscribe(text(config, "list_id"), text(config, "status"))
		}
	case "ab_test":
		next = variant(config, r.contact.Email+text(n, "id"))
	case "webhook":
		w.Called = append(w.Called, Call{text(config, "url"), r.contact.Email, text(n, "id")})
	}
	return next, ""
}

func delay(config map[string]any) time.Duration {
	n, _ := config["duration"].(float64)
	return time.Duration(n) * map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[text(config, "unit")]
}

// stopped is what the platform itself asks before it sends.
func (w *Workspace) stopped(r *run, automation, config map[string]any) bool {
	template := w.object("templates", text(config, "template_id"))
	if template == nil {
		return true
	}
	category, onList := text(template.body, "category"), text(automation, "list_id")
	if category != "marketing" && category != "blog" || onList == "" {
		return false
	}
	s := r.contact.Statuses[onList]
	return s != nil && !s.Removed && (s.Status == "unsubscribed" || s.Status == "bounced" || s.Status == "complained")
}

// mail sends the text of the contact's language, and notes it on the timeline.
func (w *Workspace) mail(c *Contact, template string) {
	t := w.object("templates", template).body
	language, _ := c.Fields["language"].(string)
	email := inner(t, "email")
	if translated := inner(inner(inner(t, "translations"), language), "email"); translated != nil && language != w.Language {
		email = translated
	} else {
		language = w.Language
	}
	w.Sent = append(w.Sent, Message{To: c.Email, Template: template, Language: language, Subject: text(email, "subject"), Source: text(email, "mjml_source"), At: w.platform.Clock})
	c.Timeline = append(c.Timeline, Entry{Kind: "insert_message_history", Template: template, At: w.platform.Clock})
}

// path is the first that holds, else the default, else the first of all.
func (w *Workspace) path(config map[string]any, c *Contact) string {
	paths := list(config, "paths")
	for _, p := range paths {
		if conditions := inner(p, "conditions"); conditions != nil && w.holds(conditions, c) == yes {
			return text(p, "next_node_id")
		}
	}
	for _, p := range paths {
		if text(p, "id") == text(config, "default_path_id") {
			return text(p, "next_node_id")
		}
	}
	if len(paths) > 0 {
		return text(paths[0], "next_node_id")
	}
	return ""
}

func (w *Workspace) standing(config map[string]any, c *Contact) string {
	s := c.Statuses[text(config, "list_id")]
	switch {
	case s == nil || s.Removed:
		return text(config, "not_in_list_node_id")
	case s.Status == "active":
		return text(config, "active_node_id")
	}
	return text(config, "non_active_node_id")
}

// variant assigns by the FNV-1a hash of address and node.
func variant(config map[string]any, of string) string {
	hash := uint32(2166136261)
	for i := range len(of) {
		hash = (hash ^ uint32(of[i])) * 16777619
	}
	roll, sum := int(hash%100), 0
	variants := list(config, "variants")
	for _, v := range variants {
		weight, _ := v["weight"].(float64)
		if sum += int(weight); roll < sum {
			return text(v, "next_node_id")
		}
	}
	return text(variants[len(variants)-1], "next_node_id")
}

// To lists the templates of what went out to an address, by the names that
// they have.
func (w *Workspace) To(email string) []string {
	var out []string
	w.platform.Do(func() {
		for _, m := range w.Sent {
			if strings.EqualFold(m.To, email) {
				out = append(out, text(w.objects["templates"][m.Template].body, "name"))
			}
		}
	})
	return out
}
