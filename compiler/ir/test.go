package ir

import (
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Test is a story in simulated time.
type Test struct {
	Head
	Platform string      // as which messages are sent: "platform.mail"; "" is the reference
	Starts   types.Value // an instant; nil where the test does not say
	Listed   []string    // exclusions that name the person
	Control  []string    // control groups that the person is in
	Person   []Given
	Objects  []GivenObject
	Assigns  []Assignment
	Before   []Happening // what happened before the start, its offset counted back
	Happens  []Happening
	Expects  []Expectation
}

// GivenObject is an object that the test's person has to do with.
type GivenObject struct {
	Object string // "object.order"
	Key    string
	Values []Given
}

// Assignment is the way on which a split puts the test's person.
type Assignment struct {
	Split string // "step.welcome.offer"
	To    string // the name of a variant or control
	At    diag.Range
}

// Given is a value that the test's person has.
type Given struct {
	Name  string
	Value types.Value
	At    diag.Range
}

// Happening is what the test lets happen at an offset from its start. Exactly
// one of Event, Outcome, Bounced, Act and Set is there.
type Happening struct {
	Offset  types.Span
	Event   string
	With    []Given // fields of the event
	Outcome *expr.Source
	Address string // of the outcome: what the message went to; "" is the present one
	Bounced string // the channel on which the present address is dead: "channel.email"
	Act     *Act
	Set     []Given // keys and attributes of the person; null forgets
	At      diag.Range
}

// Act is something that the test's person says about a consent.
type Act struct {
	Kind    person.ActKind
	Consent string
	Channel string      // "" is all that the consent covers
	Expires types.Value // an instant; nil is never
}

// Expectation is what must hold when the test has run.
type Expectation struct {
	Name      string
	Sent      string
	NotSent   string
	By        string // of a message: the channel; "" is any
	Step      string // of a message: the step; "" is any
	Within    types.Span
	Times     *int
	Says      string
	In        string     // a journey or segment
	NotIn     string     // a journey or segment
	AsOf      types.Span // when In is asked; zero: after the last happening
	Left      string
	Converted string
	Done      string
	At        diag.Range
}
