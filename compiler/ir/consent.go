package ir

import (
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Class says whether a message needs a yes.
type Class string

// The classes of messages.
const (
	Marketing Class = "marketing"
	Service   Class = "service"
)

// Purpose is what a message is for.
type Purpose struct {
	Head
	Class    Class
	Because  string   // why a service message needs no yes
	Channels []string // empty: any
}

// Channel is a way to a person.
type Channel struct {
	Head
	Key   string // the person's key or attribute that is the address: "email"
	Via   string // "platform.x", or ""
	ViaAt diag.Range
}

// Consent is a thing that people can say yes to.
type Consent struct {
	Head
	Platforms []string
	Purpose   string
	Channels  []string
	Title     map[string]string // by language
	Survives  string            // "address_change" or ""
	Captures  []Capture
	Special   []string // what of a special category the yes lets marketing use: "person.health_note"
}

// Capture is a way in which an event changes a consent.
type Capture struct {
	Act    person.ActKind
	Name   string
	On     string    // "event.signed_up"
	If     expr.Expr // over It; nil is always
	Notice string
	Proof  []string // fields of the event
}

// Covers tells whether the consent is about a purpose on a channel.
func (c Consent) Covers(purpose, channel string) bool {
	return c.Purpose == purpose && has(c.Channels, channel)
}

// Regime is what the law asks, where.
type Regime struct {
	Head
	AppliesWhen  expr.Expr // nil with Otherwise
	Otherwise    bool      // applies when no other does
	Rules        []Rule
	RevokeWithin types.Span
}

// Rule is one ground on which a message may be sent.
type Rule struct {
	Name        string
	Classes     []Class
	Channels    []string
	Basis       Basis
	DoubleOptIn bool
	ValidFor    types.Span // zero: no end
	Requires    expr.Expr  // nil: nothing more
}

// Basis is the legal ground of a rule.
type Basis string

// The bases.
const (
	ByConsent            Basis = "consent"
	ByContract           Basis = "contract"
	ByLegitimateInterest Basis = "legitimate_interest"
	ByLegalObligation    Basis = "legal_obligation"
	ByImplied            Basis = "implied"
)

// Covers tells whether the rule speaks of a class on a channel.
func (r Rule) Covers(class Class, channel string) bool {
	return has(r.Classes, class) && has(r.Channels, channel)
}

// Exclusion is a list of people who must not be written to.
type Exclusion struct {
	Head
	List     string // path of the file, relative to the project
	Match    []expr.Expr
	Classes  []Class
	Unless   string     // "consent" or ""
	AsOf     string     // the column that says how far the list goes
	FreshFor types.Span // zero: does not age
}

// Calendar says when something is open, in the person's own time.
type Calendar struct {
	Head
	Open   []Opening
	Closed []string // days or ranges of days: "2027-01-01/2027-01-06"
}

// Opening is the hours of some days of the week.
type Opening struct {
	Name     string
	Days     []string // mon ... sun
	From, To string   // "09:00"
}

// Pressure is how much may be sent to one person.
type Pressure struct {
	Head
	Limits   []Limit
	Hours    []Hours
	Priority []string // journeys; mention only
}

// Limit is a cap.
type Limit struct {
	Name     string
	Max      int
	Per      types.Span
	Classes  []Class
	Channels []string
	By       string // "channel", "purpose" or "": what is counted apart
}

// Hours restricts sending to a calendar.
type Hours struct {
	Calendar string
	Classes  []Class
}

// Control is a share of people who get nothing, so that effects can be measured.
type Control struct {
	Head
	Share   types.Value // a decimal fraction
	Classes []Class
	Renew   types.Span
}

// Link is an address that messages point to.
type Link struct {
	Head
	URL       content.Template
	Purpose   string
	Marketing bool
}

func has[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
