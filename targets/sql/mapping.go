package sql

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// Mapping says where the customer's database keeps what the language names.
// It is data: the target that owns the platform block makes it.
type Mapping struct {
	At         diag.Range // the platform block
	Schema     string     // of tables that are named without one
	People     People
	Events     map[string]Events // by address of the recorded event
	Outcomes   Outcomes
	Consents   map[string]Consents   // by address; a consent that is absent has no table
	Exclusions map[string]Exclusions // by address; an exclusion that is absent has no list
}

// Stored is a column that holds something. The zero Stored is not kept.
type Stored struct {
	Column string
	Words  []Word // how our words are spelled there; others are the same
	At     diag.Range
}

// Word is one of our words and how it is spelled in the database.
type Word struct{ Ours, Theirs string }

// Kept tells whether there is such a column.
func (s Stored) Kept() bool { return s.Column != "" }

// Place is a table and where the mapping names it.
type Place struct {
	Table Name
	At    diag.Range
}

// People is the table with one row per person.
type People struct {
	Place
	Key      Stored            // the column of the person's first key
	Fields   map[string]Stored // keys and attributes whose columns have other names
	Observed map[string]Stored // when an attribute that ages was learned
}

// Events is a table of events of one type. Sequence decides between events of
// one instant; it counts across all tables of events.
type Events struct {
	Place
	Person, Time, Sequence Stored
	Fields                 map[string]Stored
}

// Outcomes is the table of what became of messages. Channel and Address may
// be absent: then a message counts for all channels of its touchpoint and for
// the person's present address.
type Outcomes struct {
	Place
	Person, Touchpoint, Outcome, Time, Channel, Address Stored
}

// Consents is a table in which the customer's systems keep one consent: see
// record.go for what its rows mean. Person or Address finds the person; with
// both, a row counts for the address that it names. Channel may be absent:
// then a row is about all channels of the consent.
type Consents struct {
	Place
	Person, Address, Channel                            Stored
	State, ChangedAt, GrantedAt, ConfirmedAt, ExpiresAt Stored // of a table of states
	Act, Time, Sequence                                 Stored // of a table of acts, with ExpiresAt
}

// Exclusions is a table of people who must not be written to: the columns
// that the exclusion matches by, in its order, and how far the list goes.
type Exclusions struct {
	Place
	Match []Stored
	AsOf  Stored
}

// field is where a named thing is kept; what the mapping does not mention has
// the same name.
func field(fields map[string]Stored, name string, at diag.Range) Stored {
	s, mapped := fields[name]
	if !mapped {
		return Stored{Column: name, At: at}
	}
	return s
}

// bare is an address without its kind: welcome_mail.
func bare(address string) string {
	if i := strings.LastIndexByte(address, '.'); i >= 0 && !strings.HasPrefix(address, "module.") {
		return address[i+1:]
	}
	return address
}
