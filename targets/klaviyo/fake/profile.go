package fake

import (
	"math/big"
	"time"
)

// Profile is a person in the account. A property that is not set is not there.
type Profile struct {
	ID         string
	Properties map[string]any // by name: string, *big.Rat, bool or time.Time
	Events     []Event
	Lists      map[string]bool // by id
	Consent    map[string]Consent
	Suppressed map[string]bool // by reason: "bounce_date"
}

// Consent is the subscription of a profile to a channel, "email" or "sms".
type Consent struct {
	Status    string // "subscribed", "unsubscribed"; "" is never subscribed
	Since     time.Time
	Confirmed bool
}

// Event is something that a profile did.
type Event struct {
	Metric     string // id
	At         time.Time
	Properties map[string]any
}

// Number is a value of a property.
func Number(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic("fake: " + text + " is not a number")
	}
	return r
}
