// Package expr turns HCL expressions into typed expressions.
//
// The typed expression is one sealed set that everything downstream speaks:
// the evaluator gives it meaning, targets lower it, the prover reasons about
// it. HCL never runs an expression that mentions people: its constant parts
// are folded with cty, the rest becomes one of the cases below. Names are
// resolved and spelled in full, so an expression means the same wherever it is
// read. What an author may write in several ways has one case here, except
// where a reader of a plan wants their own words back (Did is a Count).
package expr

import (
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// Expr is one typed expression.
//
//sumtype:decl
type Expr interface {
	// Range is where the author wrote it.
	Range() diag.Range
	expr()
}

// Place is where an expression was written. It never changes what it means.
type Place struct{ At diag.Range }

// Range is the place.
func (p Place) Range() diag.Range { return p.At }

// Literal is a constant.
type Literal struct {
	Place
	Value types.Value
	Type  types.Type
}

// Attribute is what is known of the person: person.tier, or through one
// object, person.account.plan (Path has both names).
type Attribute struct {
	Place
	Path []string
	Type types.Type
}

// Subject says whose field a Field is.
type Subject string

// The subjects: It is the event or change that the surrounding function is
// looking at, Entry what started the journey.
const (
	It    Subject = "it"
	Entry Subject = "entry"
)

// Field is a field of the event at hand: it.amount, entry.order.number. Every
// event has "at", a timestamp.
type Field struct {
	Place
	Of   Subject
	Path []string
	Type types.Type
}

// Fact names a column of the consent record.
type Fact string

// The facts of a consent record. State is one of unknown requested granted
// refused withdrawn expired revoked and never null; the others are timestamps.
const (
	State       Fact = "state"
	GrantedAt   Fact = "granted_at"
	ConfirmedAt Fact = "confirmed_at"
	ExpiresAt   Fact = "expires_at"
)

// Record is a fact of the consent record for the person's address on a
// channel. Authors do not write it; Allowed is made of it.
type Record struct {
	Place
	Consent string // "consent.news"
	Channel string // "channel.email"
	Fact    Fact
}

// Source is a stream of things that happened: an event (declared or derived),
// or an outcome of a message. Exactly one of Event, Touchpoint and Step is set.
type Source struct {
	Event      string // "event.order_placed"
	Touchpoint string // "touchpoint.welcome_mail", with Outcome
	Step       string // "step.welcome.hello", with Outcome
	Outcome    string // "bounced"
	Where      Expr   // over It; nil is all
	At         diag.Range
}

// Window says which part of the past counts. Exactly one of the two is set:
// Length counts back from now, half-open (now-length, now]; Since is "ever",
// "run" or a step such as "step.welcome.hello".
type Window struct {
	Length types.Span
	Since  string
}

// Ever is the window that has no beginning.
var Ever = Window{Since: "ever"}

// Op is an aggregate's function.
type Op string

// The aggregates. Count of nothing is 0; the others of nothing are null.
// Percentile is the least of the values that at least Share of them do not
// exceed: of n values in order the one at ceil(Share x n), counted from 1. It is
// a value that there is, so nothing is rounded and every engine finds the same.
const (
	Count      Op = "count"
	Sum        Op = "sum"
	Avg        Op = "avg"
	Min        Op = "min"
	Max        Op = "max"
	First      Op = "first"
	Last       Op = "last"
	Percentile Op = "percentile"
)

// Aggregate folds events into one value. Field is empty for Count. The others
// pass over events whose field is null: Last is the last value that is set.
type Aggregate struct {
	Place
	Op     Op
	Of     Source
	Field  string
	Type   types.Type // of the result
	Window Window
	Share  types.Decimal // for Percentile, between 0 and 1; else zero
}

// Did is true if at least one event is in the window, else false; never unknown.
type Did struct {
	Place
	Of     Source
	Window Window
}

// FollowedBy is true if some First is followed by a Then that is strictly
// later, by at most Gap, both in the window; never unknown.
type FollowedBy struct {
	Place
	First, Then Source
	Gap         types.Span
	Window      Window
}

// Comparison is a comparison operator.
type Comparison string

// The comparisons.
const (
	Equal        Comparison = "=="
	NotEqual     Comparison = "!="
	Less         Comparison = "<"
	LessEqual    Comparison = "<="
	Greater      Comparison = ">"
	GreaterEqual Comparison = ">="
)

// Compare is unknown when either side is null.
type Compare struct {
	Place
	Op          Comparison
	Left, Right Expr
}

// And is Kleene's conjunction of one or more terms.
type And struct {
	Place
	Terms []Expr
}

// Or is Kleene's disjunction of one or more terms.
type Or struct {
	Place
	Terms []Expr
}

// Not is Kleene's negation.
type Not struct {
	Place
	Term Expr
}

// Verdict is one of Kleene's three values.
type Verdict string

// The verdicts.
const (
	True    Verdict = "true"
	False   Verdict = "false"
	Unknown Verdict = "unknown"
)

// Decided is the verdict of what is certainly so or not.
func Decided(b bool) Verdict {
	if b {
		return True
	}
	return False
}

// Not is the verdict of the opposite; of what is not known it is not known.
func (v Verdict) Not() Verdict {
	switch v {
	case True:
		return False
	case False:
		return True
	case Unknown:
	}
	return Unknown
}

// Is asks for one verdict of its term and is itself never unknown.
type Is struct {
	Place
	Term    Expr
	Verdict Verdict
}

// OneOf is true if Of equals a value of the set, which holds no null; unknown
// when Of is null.
type OneOf struct {
	Place
	Of     Expr
	Values []types.Value
}

// IsSet is true unless Of is null.
type IsSet struct {
	Place
	Of Expr
}

// Coalesce is the first term that is not null.
type Coalesce struct {
	Place
	Terms []Expr
}

// Within is true if the instant Of lies in (now-Length, now]; unknown when null.
type Within struct {
	Place
	Of     Expr
	Length types.Span
}

// Member is true if the person is in the segment, else false; never unknown.
type Member struct {
	Place
	Segment string // "segment.lapsed_vip"
}

// Reachable is allowed(purpose, channel) of the consent rules; never unknown.
// Consented asks for the record alone: state granted in the consent that
// covers the pair.
type Reachable struct {
	Place
	Purpose   string
	Channel   string
	Consented bool
}

// Suppressed is true if the person's address on the channel had a hard bounce
// or a complaint or, for marketing, the person objected; never unknown.
type Suppressed struct {
	Place
	Channel string
	Class   string // marketing | service
}

// Excluded is true if the exclusion's list names the person or is too old to
// tell; never unknown.
type Excluded struct {
	Place
	Exclusion string // "exclusion.robinson"
}

// Call is a scalar function of package funcs.
type Call struct {
	Place
	Func string
	Args []Expr
	Type types.Type
}

// Any is true if Where holds for one of the changes of a plan; guards only.
type Any struct {
	Place
	Of    string // "changes.segment"
	Where Expr
}

func (Literal) expr()    {}
func (Attribute) expr()  {}
func (Field) expr()      {}
func (Record) expr()     {}
func (Aggregate) expr()  {}
func (Did) expr()        {}
func (FollowedBy) expr() {}
func (Compare) expr()    {}
func (And) expr()        {}
func (Or) expr()         {}
func (Not) expr()        {}
func (Is) expr()         {}
func (OneOf) expr()      {}
func (IsSet) expr()      {}
func (Coalesce) expr()   {}
func (Within) expr()     {}
func (Member) expr()     {}
func (Reachable) expr()  {}
func (Suppressed) expr() {}
func (Excluded) expr()   {}
func (Call) expr()       {}
func (Any) expr()        {}

// Cases holds one empty value of every case, for codecs and tests.
var Cases = []Expr{Literal{}, Attribute{}, Field{}, Record{}, Aggregate{}, Did{}, FollowedBy{}, Compare{}, And{}, Or{}, Not{},
	Is{}, OneOf{}, IsSet{}, Coalesce{}, Within{}, Member{}, Reachable{}, Suppressed{}, Excluded{}, Call{}, Any{}}
