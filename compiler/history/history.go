// Package history is people and events, from CSV and NDJSON.
//
// Read follows a project's history block to its files, checks each row against
// the declared person and events, and joins the records of one person. Nothing
// is dropped in silence: a row that does not fit is counted, and the first
// ones are kept with file, line and column, but never with their values, which
// may be a person's. A source that is not there is Absent: whatever needs it
// is not known, and never 0.
package history

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// Options says what to read.
type Options struct {
	Dir     string // the project's folder; the paths of the program are relative to it
	Program *ir.Program
	Strict  bool // refuse the whole past when one row does not fit
}

// History is what is known of the past.
type History struct {
	People []*person.Person          // by ID
	Index  map[string]*person.Person // by every ID that a record of the person has
	Counts Counts
	Newest types.Instant // of the newest event; zero without events
	Bad    []BadRow      // the first rows that did not fit, in the order of reading
	// BadCounts is all of them by file and reason, sorted.
	BadCounts []BadCount
	Notices   []Notice  // what was passed over, once each
	Absent    []Absence // sources that are not there
	Lists     person.Lists
	Digest    string // SHA-256 of everything read, in hexadecimal
}

// Counts is how much was read.
type Counts struct {
	People     int
	Duplicates int // records joined to a person who was there already
	Events     int
	Acts       int
	Outcomes   int
	Bad        int // rows that were skipped
}

// Source is a part of the past.
type Source string

// The sources.
const (
	People   Source = "people"
	Events   Source = "events"
	Consents Source = "consents"
	Outcomes Source = "outcomes"
)

// Absence is a source that is not there.
type Absence struct {
	Source Source // or an exclusion's address, such as "exclusion.robinson"
	Path   string // what the project says; "" when it says nothing
}

// String is the absence as a reason: "data/people.csv is absent".
func (a Absence) String() string {
	if a.Path == "" {
		return fmt.Sprintf("history says no %s", a.Source)
	}
	return a.Path + " is absent"
}

// Lacks tells whether a source is not there, and how.
func (h *History) Lacks(s Source) (Absence, bool) {
	for _, a := range h.Absent {
		if a.Source == s {
			return a, true
		}
	}
	return Absence{}, false
}

// Refused is the error of a strict reading.
type Refused struct {
	Bad   BadRow // the first
	Count int
}

// Error says how many rows do not fit, and the first.
func (r *Refused) Error() string {
	return fmt.Sprintf("reading history strictly: %d rows do not fit, the first at %s: %s", r.Count, r.Bad.Place(), r.Bad.Detail)
}

// Read reads the past of a program. With Strict the error may be *Refused, and
// the history is returned with it so that what is wrong can be shown.
func Read(o Options) (*History, error) {
	r, err := newReader(o)
	if err != nil {
		return nil, fmt.Errorf("reading history: %w", err)
	}
	said := o.Program.History
	steps := []struct {
		source Source
		path   string
		read   func(*row) *fault
		nested bool
	}{
		{People, said.People, r.personRow, false},
		{Events, said.Events, r.eventRow, true},
		{Consents, said.Consents, r.consentRow, false},
		{Outcomes, said.Outcomes, r.outcomeRow, false},
	}
	for _, s := range steps {
		if err := r.source(s.source, s.path, s.nested, s.read); err != nil {
			return nil, fmt.Errorf("reading %s: %w", s.source, err)
		}
	}
	if err := r.lists(); err != nil {
		return nil, fmt.Errorf("reading exclusions: %w", err)
	}
	h := r.finish()
	if o.Strict && h.Counts.Bad > 0 {
		return h, &Refused{Bad: h.Bad[0], Count: h.Counts.Bad}
	}
	return h, nil
}

func zoneOf(p *ir.Program) (*time.Location, error) {
	if p.Project.Timezone == "" {
		return time.UTC, nil
	}
	return time.LoadLocation(p.Project.Timezone)
}
