package history

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// reader carries what the sources have in common.
type reader struct {
	dir     string
	program *ir.Program
	scale   scale
	tally   *tally
	digest  hash.Hash
	people  *people
	events  map[string]*declared
	seq     int64
	history *History
}

func newReader(o Options) (*reader, error) {
	zone, err := zoneOf(o.Program)
	if err != nil {
		return nil, err
	}
	digits, err := minorDigits(o.Program.Project.Currency)
	if err != nil {
		return nil, err
	}
	return &reader{
		dir: o.Dir, program: o.Program, scale: scale{zone, digits}, tally: newTally(), digest: sha256.New(),
		people: newPeople(o.Program.Person), events: declaredEvents(o.Program),
		history: &History{Index: map[string]*person.Person{}, Lists: person.Lists{}},
	}, nil
}

// source reads all files of one source.
func (r *reader) source(s Source, pattern string, nested bool, take func(*row) *fault) error {
	var names []string
	if pattern != "" {
		var err error
		if names, err = files(r.dir, pattern); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		r.history.Absent = append(r.history.Absent, Absence{s, pattern})
		return nil
	}
	for _, name := range names {
		if err := r.file(s, name, nested, take); err != nil {
			return err
		}
	}
	return nil
}

// file reads one file row by row.
func (r *reader) file(s Source, name string, nested bool, take func(*row) *fault) (err error) {
	in, closer, err := open(r.dir, name, nested, r.digest)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	if err := r.complete(s, in); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for {
		row, bad, lost, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if bad == nil {
			if bad, lost = take(row), 1; bad == nil {
				continue
			}
			bad = exact(in, bad)
		}
		r.tally.bad(badRowOf(row, bad), lost)
	}
}

// exact is the fault with its place in characters.
func exact(in rows, f *fault) *fault {
	if c, ok := in.(*csvReader); ok {
		return c.exact(f)
	}
	return f
}

func badRowOf(r *row, f *fault) BadRow {
	line := r.line
	if f.at.line > 0 {
		line = f.at.line
	}
	return BadRow{File: r.file, Line: line, Column: max(f.at.column, 1), Field: f.at.name, Reason: f.reason, Detail: f.detail}
}

// complete refuses CSV whose header lacks a column without which no row fits.
func (r *reader) complete(s Source, in rows) error {
	c, ok := in.(*csvReader)
	if !ok || c.header == nil {
		return nil
	}
	var needed []string
	if s == People {
		needed = append(needed, r.people.first)
	}
	for _, column := range layoutOf(s).Columns {
		if column.Required {
			needed = append(needed, column.Name)
		}
	}
	for _, name := range needed {
		if name != "" && !contains(c.header, name) {
			return fmt.Errorf("the header lacks the column %q; needed are: %s%s", name, strings.Join(needed, ", "), headerHint(c.header, name))
		}
	}
	return nil
}

// headerHint is what a header that lacks a name was most likely meant to be.
func headerHint(header []string, name string) string {
	for _, h := range header {
		if strings.EqualFold(strings.TrimSpace(h), name) {
			return fmt.Sprintf("; write %q as %q", h, name)
		}
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t|") {
		return "; separate the columns with commas"
	}
	return ""
}

func contains(list []string, x string) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// finish sorts what was read and closes the accounts.
func (r *reader) finish() *History {
	h := r.history
	h.People = r.people.all()
	for _, p := range h.People {
		p.Sort()
	}
	for id, n := range r.people.byID {
		h.Index[id] = n.root().person
	}
	h.Counts.People = len(h.People)
	h.Counts.Duplicates = r.people.records - len(h.People)
	h.Counts.Bad = r.tally.total
	h.Bad, h.BadCounts, h.Notices = r.tally.first, r.tally.sorted(), r.tally.notices
	h.Digest = hex.EncodeToString(r.digest.Sum(nil))
	return h
}

// passed notes a column that nothing declares.
func (r *reader) passed(row *row, c cell, kind, detail string) {
	line := row.line
	if c.line > 0 {
		line = c.line
	}
	r.tally.notice(kind, Notice{File: row.file, Line: line, Column: c.column, Field: c.name, Detail: detail})
}

// next is the sequence number of the next event or outcome.
func (r *reader) next() int64 {
	r.seq++
	return r.seq
}

// whose is the person of a row. Where there are no people at all it is nil
// without fault: what happened is counted, and belongs to nobody known.
func (r *reader) whose(row *row, id string, c cell) (*person.Person, *fault) {
	if n, ok := r.people.byID[id]; ok {
		return n.root().person, nil
	}
	if _, absent := r.history.Lacks(People); absent {
		return nil, nil
	}
	return nil, &fault{c, UnknownPerson, "`" + c.name + "` is nobody among people."}
}

// address is a name of the file as a full address: "news" is "consent.news".
func address(kind, name string) string {
	if strings.HasPrefix(name, kind+".") || strings.HasPrefix(name, "module.") {
		return name
	}
	return kind + "." + name
}

func newer(a, b types.Instant) types.Instant { return max(a, b) }
