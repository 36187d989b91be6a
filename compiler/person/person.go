// Package person is one person and what happened to them: what predicates
// are about.
package person

import (
	"sort"

	"github.com/trayecto/trayecto/lang/types"
)

// Person is what is known of one person. ID is the value of the first key.
type Person struct {
	ID         string
	Attributes map[string]types.Value // keys and attributes by name; absent is null
	// Observed says when a value was learned, for attributes that age (fresh_for)
	// and where the source says; an attribute that is absent here has no known age.
	Observed map[string]types.Instant
	Events   []Event   // in order: see Sort
	Acts     []Act     // in order of time
	Outcomes []Outcome // in order of time
	// Objects holds the attributes of the objects that the person has to do with.
	Objects map[ObjectKey]map[string]types.Value
}

// ObjectKey names one object: "object.order" and the value of its key.
type ObjectKey struct{ Object, Key string }

// Event is something that happened. Seq is the order in which it was read and
// decides between events of the same instant.
type Event struct {
	Type   string // "event.order_placed"
	At     types.Instant
	Seq    int64
	Fields map[string]types.Value
}

// Act is a recorded change of a consent, next to those that captures derive
// from events. Channel and Address are empty when the act covers all that the
// consent does.
type Act struct {
	Consent string // "consent.news"
	Channel string // "channel.email" or ""
	Address string // the address it was given for, or "" for the present one
	Kind    ActKind
	At      types.Instant
	Notice  string
	Proof   string
	// ExpiresAt, RequestedAt and revocations come only from platforms; zero is never.
	ExpiresAt types.Instant
}

// ActKind says what the person did.
type ActKind string

// The acts.
const (
	Grant    ActKind = "grant"
	Confirm  ActKind = "confirm"
	Refuse   ActKind = "refuse"
	Withdraw ActKind = "withdraw"
)

// Outcome is what became of a message.
type Outcome struct {
	Touchpoint string // "touchpoint.welcome_mail"
	Channel    string // "channel.email" or "" when the source does not say
	Address    string // the address it was sent to, or "" for the present one
	Kind       OutcomeKind
	At         types.Instant
	Seq        int64
	// Step is the step of a journey that the message or the action came from, and
	// Run the run of it, counted from 1 in the person's life. They are known of
	// what journeys do in simulated time, and "" and 0 in what sources tell. An
	// action's outcomes have a step and no touchpoint.
	Step string
	Run  int
}

// OutcomeKind is one of the fates of a message.
type OutcomeKind string

// The outcomes of messages. Bounced is a hard bounce.
const (
	Sent         OutcomeKind = "sent"
	Delivered    OutcomeKind = "delivered"
	Opened       OutcomeKind = "opened"
	Clicked      OutcomeKind = "clicked"
	Bounced      OutcomeKind = "bounced"
	SoftBounced  OutcomeKind = "soft_bounced"
	Complained   OutcomeKind = "complained"
	Unsubscribed OutcomeKind = "unsubscribed"
)

// The outcomes of actions.
const (
	Done OutcomeKind = "done"
	Late OutcomeKind = "late"
)

// Suppressed is the outcome of an action that closes a channel: nothing is
// written to the address any more. No source tells it.
const Suppressed OutcomeKind = "suppressed"

// Outcomes lists the outcomes of messages.
var Outcomes = []OutcomeKind{Sent, Delivered, Opened, Clicked, Bounced, SoftBounced, Complained, Unsubscribed}

// Sort puts events, acts and outcomes in their total order: (time, sequence).
func (p *Person) Sort() {
	sort.SliceStable(p.Events, func(i, j int) bool {
		a, b := p.Events[i], p.Events[j]
		return a.At < b.At || a.At == b.At && a.Seq < b.Seq
	})
	sort.SliceStable(p.Acts, func(i, j int) bool { return p.Acts[i].At < p.Acts[j].At })
	sort.SliceStable(p.Outcomes, func(i, j int) bool {
		a, b := p.Outcomes[i], p.Outcomes[j]
		return a.At < b.At || a.At == b.At && a.Seq < b.Seq
	})
}

// Get is the value of a key or attribute; null when absent.
func (p *Person) Get(name string) types.Value {
	if v, ok := p.Attributes[name]; ok && v != nil {
		return v
	}
	return types.Null{}
}

// ExclusionList is a list of people who must not be written to, as read from
// its file.
type ExclusionList struct {
	Exclusion string          // "exclusion.robinson"
	Rows      map[string]bool // the match columns of a row, joined by "\x00"
	AsOf      types.Instant   // how far the list goes; zero when nothing says
}

// Lists holds the exclusion lists by address; one that is missing is as old
// as can be and blocks everyone that it could cover.
type Lists map[string]*ExclusionList
