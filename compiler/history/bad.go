package history

import (
	"fmt"
	"sort"
)

// Reason is a way in which a row does not fit.
type Reason string

// The reasons.
const (
	NotReadable   Reason = "not readable"          // not CSV, not JSON, not UTF-8, too long
	WrongCells    Reason = "wrong number of cells" // CSV
	MissingValue  Reason = "a value is missing"    // of a required column
	WrongType     Reason = "wrong type"            // not what the project declares
	TooPrecise    Reason = "too many decimals"     // money finer than its currency
	UnknownPerson Reason = "no such person"        // the person is not among people
	UnknownName   Reason = "not declared"          // an event, consent, touchpoint or channel
	NotRecorded   Reason = "derived, not recorded" // an event with from
	TwiceSaid     Reason = "the same column twice" // NDJSON
)

// BadRow is a row that does not fit. It never holds the value: that may be a
// person's.
type BadRow struct {
	File   string
	Line   int
	Column int // in characters, from 1
	Field  string
	Reason Reason
	Detail string // a full sentence
}

// Place is the row's file, line and column.
func (b BadRow) Place() string { return fmt.Sprintf("%s:%d:%d", b.File, b.Line, b.Column) }

// BadCount is how many rows of a file do not fit for one reason.
type BadCount struct {
	File   string
	Reason Reason
	Rows   int
}

// Notice is something that was passed over without harm to its row.
type Notice struct {
	File   string
	Line   int
	Column int
	Field  string
	Detail string
}

// shown is how many bad rows are kept whole; the rest are only counted.
const shown = 20

// fault is what is wrong with a row, before its place is known.
type fault struct {
	at     cell
	reason Reason
	detail string
}

func missing(r *row, name string) *fault {
	return &fault{cell{name: name, column: 1}, MissingValue, fmt.Sprintf("The row has no `%s`.", name)}
}

// tally collects what does not fit.
type tally struct {
	first   []BadRow
	counts  map[BadCount]int // Rows zero in the key
	notices []Notice
	noticed map[string]bool
	total   int
}

func newTally() *tally {
	return &tally{counts: map[BadCount]int{}, noticed: map[string]bool{}}
}

// bad counts rows rows lost to one fault.
func (t *tally) bad(b BadRow, rows int) {
	if len(t.first) < shown {
		t.first = append(t.first, b)
	}
	t.counts[BadCount{File: b.File, Reason: b.Reason}] += rows
	t.total += rows
}

// notice keeps the first of its kind.
func (t *tally) notice(kind string, n Notice) {
	if t.noticed[kind] {
		return
	}
	t.noticed[kind] = true
	t.notices = append(t.notices, n)
}

func (t *tally) sorted() []BadCount {
	var out []BadCount
	for key, n := range t.counts {
		key.Rows = n
		out = append(out, key)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].File != out[j].File {
			return out[i].File < out[j].File
		}
		return out[i].Reason < out[j].Reason
	})
	return out
}
