package eval

import (
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// Happening is something that happens in a person's life from outside: what
// journeys do themselves is not among them.
//
//sumtype:decl
type Happening interface {
	// When is its instant.
	When() types.Instant
	happening()
}

// Event is something that the person does or that is done to them. Its
// sequence number is the life's business.
type Event person.Event

// Outcome is what becomes of a message or an action. Where it names no step, it
// is about the latest message of its touchpoint, on its channel where it names
// one, and is nobody's where there was none. A step alone will do.
type Outcome person.Outcome

// Act is a recorded change of a consent, next to those that captures derive
// from events.
type Act person.Act

// Learn is new knowledge of the person: values of keys and attributes by name.
// Null forgets one.
type Learn struct {
	At         types.Instant
	Attributes map[string]types.Value
}

// LearnOf is new knowledge of an object that the person has to do with.
type LearnOf struct {
	At         types.Instant
	Object     person.ObjectKey
	Attributes map[string]types.Value
}

// Edit is the program being replaced by another version of itself.
type Edit struct {
	At types.Instant
	To *Machine
}

// When is the event's instant.
func (e Event) When() types.Instant { return e.At }

// When is the outcome's instant.
func (o Outcome) When() types.Instant { return o.At }

// When is the act's instant.
func (a Act) When() types.Instant { return a.At }

// When is the instant from which on it is known.
func (l Learn) When() types.Instant { return l.At }

// When is the instant from which on it is known.
func (l LearnOf) When() types.Instant { return l.At }

// When is the instant from which on the new version holds.
func (e Edit) When() types.Instant { return e.At }

func (Event) happening()   {}
func (Outcome) happening() {}
func (Act) happening()     {}
func (Learn) happening()   {}
func (LearnOf) happening() {}
func (Edit) happening()    {}
