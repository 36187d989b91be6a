package eval

import (
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// Note is one line of the trace of a life: something that happened, or that a
// journey did or did not do. Notes come in order of time.
//
//sumtype:decl
type Note interface {
	// When is its instant.
	When() types.Instant
	note()
}

// Stamp is the instant of a note.
type Stamp struct{ At types.Instant }

// When is the instant.
func (s Stamp) When() types.Instant { return s.At }

// Ref says which run a note is about. Runs are counted from 1 in each life.
type Ref struct {
	Journey string // "journey.welcome"
	Run     int
	Step    string // "step.welcome.hello"; "" where it is about no step
}

// Happened is a happening that was let in.
type Happened struct {
	Stamp
	What Happening
}

// Noticed is a moment that came.
type Noticed struct {
	Stamp
	Moment string
}

// Entered is the beginning of a run. Key is the object that makes it its own,
// or "".
type Entered struct {
	Stamp
	Ref
	Key   string
	Entry *person.Event // what entry is in the run
}

// StayedOut is a moment or an instant on which the person did not enter.
type StayedOut struct {
	Stamp
	Journey string
	Key     string
	Why     Refusal
}

// Refusal is why a person does not enter.
type Refusal string

// The refusals.
const (
	NotIn    Refusal = "not in the segment" // enter { who }
	IfNot    Refusal = "the condition of entry is not true"
	NoObject Refusal = "the object of the run is not known" // enter { per }
	Inside   Refusal = "still inside"                       // one run of a key at a time
	Before   Refusal = "was in before"                      // again = "never"
	TooSoon  Refusal = "was in too short ago"               // again = a length of time
)

// Waits is the beginning of a wait, which ends at Until if not earlier.
type Waits struct {
	Stamp
	Ref
	Until types.Instant
}

// Resumed is the end of a wait. Early says that what it waited for was true.
type Resumed struct {
	Stamp
	Ref
	Early bool
}

// Chose is the way that a choose took.
type Chose struct {
	Stamp
	Ref
	Way string // the branch's name, or "otherwise"
}

// Assigned is the way on which a split put the person. A control ends the run.
// Undecided says that the split had to decide, and nothing says how it did: the
// person is put where the hash puts them.
type Assigned struct {
	Stamp
	Ref
	Way       string
	Control   bool
	Undecided bool
}

// Held is a message that is tried again at Until.
type Held struct {
	Stamp
	Ref
	Touchpoint string
	Until      types.Instant
	Why        Cause // Closed or Capped
}

// Sent is a message that went out.
type Sent struct {
	Stamp
	Ref
	Touchpoint string
	Channel    string // "channel.email"
	Address    string // the person's
	Next       bool   // the one before bounced
	Entry      *person.Event
}

// Dropped is a message or an action that is not carried out; the run goes on.
type Dropped struct {
	Stamp
	Ref
	Touchpoint string // or
	Action     string
	Why        Cause
	// Channels says for each channel why not, where that decided.
	Channels []Shut
}

// Shut is a channel on which nothing can be sent.
type Shut struct {
	Channel string
	Why     Cause
}

// Cause is why a message is not sent.
type Cause string

// The causes, in the order in which they are asked for.
const (
	Silent     Cause = "the platform writes to nobody"
	TooLate    Cause = "too late for the moment"
	Closed     Cause = "outside of hours"
	NoAddress  Cause = "no address"
	Outsider   Cause = "not among those whom only_to names"
	Barred     Cause = "the address is suppressed"
	Listed     Cause = "on an exclusion list"
	NotAllowed Cause = "no consent"
	Withheld   Cause = "in a control group"
	Capped     Cause = "had enough messages"
)

// Did is an action that was carried out: the task exists, the other system was
// called, the attribute is set.
type Did struct {
	Stamp
	Ref
	Action string
	Value  types.Value // what a set wrote; nil for others
}

// Overdue is a task that nobody has done in time.
type Overdue struct {
	Stamp
	Ref
	Action string
}

// Left is the end of a run.
type Left struct {
	Stamp
	Ref
	Why Ending
}

// Ending is how a run ends.
type Ending string

// The endings.
const (
	Finished  Ending = "finished"  // nothing is left to do
	Converted Ending = "converted" // the goal was reached
	LeftBy    Ending = "left"      // leave_if
	Control   Ending = "control"   // the control of a split
	Stopped   Ending = "stopped"   // an edit
)

// Remains is a run that has not ended when the story does. Until is when it
// would go on by itself.
type Remains struct {
	Stamp
	Ref
	Key   string
	Until types.Instant
}

func (Happened) note()  {}
func (Noticed) note()   {}
func (Entered) note()   {}
func (StayedOut) note() {}
func (Waits) note()     {}
func (Resumed) note()   {}
func (Chose) note()     {}
func (Assigned) note()  {}
func (Held) note()      {}
func (Sent) note()      {}
func (Dropped) note()   {}
func (Did) note()       {}
func (Overdue) note()   {}
func (Left) note()      {}
func (Remains) note()   {}

// JourneyOf is the journey that a note is about, "" where it is about none.
func JourneyOf(n Note) string {
	switch n := n.(type) {
	case Entered:
		return n.Journey
	case StayedOut:
		return n.Journey
	case Waits:
		return n.Journey
	case Resumed:
		return n.Journey
	case Chose:
		return n.Journey
	case Assigned:
		return n.Journey
	case Held:
		return n.Journey
	case Sent:
		return n.Journey
	case Dropped:
		return n.Journey
	case Did:
		return n.Journey
	case Overdue:
		return n.Journey
	case Unsure:
		return n.Journey
	case Left:
		return n.Journey
	case Remains:
		return n.Journey
	case Happened, Noticed:
	}
	return ""
}
