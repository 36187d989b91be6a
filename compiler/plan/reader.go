package plan

import (
	"time"

	"github.com/trayecto/trayecto/compiler/prove"
)

// Audience is what a plan does to the members of one segment. A number that
// is nil is not known, and Unknown says why.
type Audience struct {
	Segment string `json:"segment"` // "segment.lapsed_gold"
	Place   string `json:"place,omitempty"`
	// UsedBy are the journeys and segments that rest on a segment which was there
	// before, the nearest of them; UsedByMore tells whether there are others.
	UsedBy     []string `json:"used_by,omitempty"`
	UsedByMore bool     `json:"used_by_more,omitempty"`
	Before     *int     `json:"before,omitempty"`
	After      *int     `json:"after,omitempty"`
	Join       *int     `json:"join,omitempty"`
	Leave      *int     `json:"leave,omitempty"`
	Unknown    string   `json:"unknown,omitempty"`
	Reach      []Reach  `json:"reach,omitempty"`
	// The condition line by line; PredicateBefore is empty for a new segment.
	PredicateBefore []string `json:"predicate_before,omitempty"`
	PredicateAfter  []string `json:"predicate_after,omitempty"`
	// Proved is what the new condition does to people as a whole; nil where there
	// is no old one.
	Proved *Proved `json:"proved,omitempty"`
}

// Proved is a verdict about two versions of a segment, with made-up people who
// show it.
type Proved struct {
	Change prove.Change `json:"change"`
	Why    string       `json:"why,omitempty"` // of what is undecided
	Joins  *prove.Story `json:"joins,omitempty"`
	Leaves *prove.Story `json:"leaves,omitempty"`
}

// Proof is what is proved about consent on one platform: for every person,
// history and consent record, at every instant at which a run gets there, it
// sends marketing only while the rules allow it.
type Proof struct {
	Platform  string       `json:"platform"`
	Silent    bool         `json:"silent,omitempty"`    // it writes to nobody
	Staleness string       `json:"staleness,omitempty"` // how old its consent data may be: "24h"
	Grain     string       `json:"grain,omitempty"`     // the steps in which it counts windows: "1d"
	Sends     []prove.Send `json:"sends"`
	// Given is what the proof takes for given, in clauses.
	Given []string `json:"given,omitempty"`
	// Basis is by channel what lets marketing be sent there, in words.
	Basis    map[string]string `json:"basis,omitempty"`
	Accepted string            `json:"accepted,omitempty"` // why what is not proved is accepted
}

// Proved counts the sends of a proof that hold, and those that hold by a gate
// which the lowering puts at the send.
func (p Proof) Proved() (holds, gated int) {
	for _, s := range p.Sends {
		if s.End.Holds() {
			holds++
		}
		if s.End == prove.Gated {
			gated++
		}
	}
	return holds, gated
}

// Reach is how many members may get something.
type Reach struct {
	Purpose string `json:"purpose"`
	Channel string `json:"channel"`
	Before  *int   `json:"before,omitempty"`
	After   *int   `json:"after,omitempty"`
}

// History sums up the past that people were counted in.
type History struct {
	People   *int       `json:"people,omitempty"` // nil: not known
	Events   *int       `json:"events,omitempty"` // nil: not known
	Newest   *time.Time `json:"newest,omitempty"` // of the events
	From     string     `json:"from,omitempty"`   // "data/"
	BadRows  int        `json:"bad_rows"`
	FirstBad []string   `json:"first_bad,omitempty"` // with file and line
}

// Send is what a journey sends soon because of the plan.
type Send struct {
	Journey  string `json:"journey"`
	Already  *int   `json:"already,omitempty"` // people who are in its segment and do not enter
	Messages *int   `json:"messages,omitempty"`
	Text     string `json:"text,omitempty"` // full sentences
}

// Inside is who is inside a journey that is on and that the plan edits, switches
// off or removes, as one platform says.
type Inside struct {
	Journey  string `json:"journey"`
	Platform string `json:"platform"` // name
	People   *int   `json:"people,omitempty"`
	AtMost   bool   `json:"at_most,omitempty"`   // the platform counts some who are through
	Unknown  string `json:"unknown,omitempty"`   // why it is not known
	OnChange string `json:"on_change,omitempty"` // what becomes of them: "finish", "migrate" or "stop"
	Fate     Fate   `json:"fate"`
}

// Fate is what the plan does to a journey with people inside.
type Fate string

// The fates.
const (
	Edited      Fate = "edited"
	SwitchedOff Fate = "switched off"
	Removed     Fate = "removed"
)

// Cost is the calls of one rate class that carrying out takes on a platform.
type Cost struct {
	Platform string `json:"platform"`
	Class    string `json:"class"`
	Calls    int    `json:"calls"`
	// Limits is what the platform allows of the class, the tightest first.
	Limits []Limit `json:"limits,omitempty"`
}

// Limit is a number of calls in a length of time.
type Limit struct {
	Calls int    `json:"calls"`
	Per   string `json:"per"` // as the language writes it: "1d"
}

// The results of a guard. One that waits passes once somebody has agreed.
const (
	Passes  = "pass"
	Waits   = "waits"
	Refuses = "refuses"
)

// GuardNote is what a guard says to the plan.
type GuardNote struct {
	Guard   string `json:"guard"`
	Result  string `json:"result"`
	Message string `json:"message,omitempty"`
	// Because is the declarations whose changes the guard is about, and Unknown
	// that it is not known whether they are as it says.
	Because []string `json:"because,omitempty"`
	Unknown bool     `json:"unknown,omitempty"`
	// Needs is whose approval lets the plan pass, and ApprovedBy whose did.
	Needs      []string `json:"needs,omitempty"`
	ApprovedBy []string `json:"approved_by,omitempty"`
}

// Held is something that a person has put on hold.
type Held struct {
	What    string    `json:"what"` // "journey.welcome", "channel.sms", "everything"
	Since   time.Time `json:"since"`
	By      string    `json:"by"`
	Why     string    `json:"why,omitempty"`
	Objects []string  `json:"objects,omitempty"` // what the files would have on
}

// Finding is something worth knowing about one object.
type Finding struct {
	Object string `json:"object"`
	Text   string `json:"text"`
}
