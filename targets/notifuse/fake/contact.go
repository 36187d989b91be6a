package fake

import (
	"maps"
	"slices"
	"sort"
	"strings"
	"time"
)

// Contact is a person as the platform knows them.
type Contact struct {
	Email    string
	Fields   map[string]any     // by column: string, float64 or time.Time; absent is null
	Statuses map[string]*Status // by list
	Timeline []Entry
	Goals    []Goal
}

// Status is a contact's row on a list. A removed one keeps its status.
type Status struct {
	Status  string
	Removed bool
}

// Entry is one thing on a contact's timeline.
type Entry struct {
	Kind     string // "custom_event.orders.created", "open_email"
	Template string // of a message
	At       time.Time
}

// Goal is a recorded event that counts as a goal.
type Goal struct {
	Type, Name string
	Value      float64
	At         time.Time
}

// Contact makes a contact, or finds it. Addresses are kept in small letters.
func (w *Workspace) Contact(email string) *Contact {
	email = strings.ToLower(email)
	if c := w.contacts[email]; c != nil {
		return c
	}
	c := &Contact{Email: email, Fields: map[string]any{"email": email}, Statuses: map[string]*Status{}}
	w.contacts[email] = c
	return c
}

// Subscribe puts a contact on a list.
func (c *Contact) Subscribe(list, status string) { c.Statuses[list] = &Status{Status: status} }

// Remove takes a contact from a list.
func (c *Contact) Remove(list string) {
	if s := c.Statuses[list]; s != nil {
		s.Removed = true
		c.Timeline = append(c.Timeline, Entry{Kind: "list.removed"})
	}
}

// Bounce has a message of a template come back for good: the contact is bounced
// on every list from then on.
func (w *Workspace) Bounce(email, template string) {
	c := w.Contact(email)
	c.Timeline = append(c.Timeline, Entry{Kind: "bounce_email", Template: template, At: w.platform.Clock})
	for _, list := range slices.Sorted(maps.Keys(c.Statuses)) {
		if s := c.Statuses[list]; !s.Removed && s.Status != "complained" && s.Status != "bounced" {
			s.Status = "bounced"
			c.Timeline = append(c.Timeline, Entry{Kind: "list.bounced", At: w.platform.Clock})
			w.enrol(c, "list.bounced", list)
		}
	}
}

// Happen records an event now, and lets automations that start on it begin.
func (w *Workspace) Happen(email, event string) {
	c := w.Contact(email)
	kind := "custom_event." + event
	c.Timeline = append(c.Timeline, Entry{Kind: kind, At: w.platform.Clock})
	w.enrol(c, kind, "")
}

// everybody lists the contacts by address.
func (w *Workspace) everybody() []*Contact {
	var emails []string
	for email := range w.contacts {
		emails = append(emails, email)
	}
	sort.Strings(emails)
	out := make([]*Contact, len(emails))
	for i, email := range emails {
		out[i] = w.contacts[email]
	}
	return out
}
