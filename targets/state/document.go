package state

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// Document is a whole state in one piece, the journal taken in: what a snapshot
// is, schemas/state.schema.json, wherever it comes from.
type Document struct{ content *content }

// Pull is the state as a document, in bytes that ReadDocument understands. It
// fails with ErrNone where nothing was ever written.
func (s *State) Pull() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.content.lineage == "" {
		return nil, ErrNone
	}
	return encodeSnapshot(s.content)
}

// ReadDocument reads what Pull wrote. One that is damaged in any byte, or of a
// newer format, is an error.
func ReadDocument(raw []byte) (*Document, error) {
	text, err := Whole(append([]byte{}, raw...)) // nothing is no state that was never written
	var c *content
	if err == nil {
		c, err = decodeSnapshot(text)
	}
	if errors.Is(err, ErrNewer) {
		return nil, err
	}
	if err != nil {
		return nil, errors.New("it is no whole document of state pull: it is something else, or it was cut off, damaged or edited")
	}
	return &Document{c}, nil
}

// Nothing is a state that begins now and knows of nothing, to be put in the place
// of one that cannot be read any more.
func Nothing(of Owner, by Holder) *Document {
	c := newContent()
	c.project, c.env, c.lineage = of.Project, of.Env, lineage(of.Project, of.Env, by)
	return &Document{c}
}

// ID names the version of the state that a document is.
func (d *Document) ID() plan.StateID {
	return plan.StateID{Lineage: d.content.lineage, Serial: d.content.serial}
}

// Of is the project and environment that a document is the state of.
func (d *Document) Of() Owner { return Owner{d.content.project, d.content.env} }

// Objects is how many managed objects a document remembers.
func (d *Document) Objects() int { return len(d.content.records) }

// Loss is something that a state knows and a document does not.
type Loss struct {
	Address resource.Address // of an object; empty for what is no object
	Kind    string
	ID      string
	// What says it where it is no object, or how the object is known otherwise.
	What string
}

// String is the loss in a line.
func (l Loss) String() string {
	if l.Address == (resource.Address{}) {
		return l.What
	}
	out := strings.TrimSpace(fmt.Sprintf("%s, %s %s", l.Address, l.Kind, l.ID))
	if l.What != "" {
		out += ": " + l.What
	}
	return out
}

// losses is what is known now and not after the other is in its place.
func losses(now, then *content) []Loss {
	var out []Loss
	for _, r := range now.sorted() {
		switch other, there := then.records[r.Address]; {
		case !there:
			out = append(out, Loss{Address: r.Address, Kind: r.Kind, ID: r.ID})
		case other.ID != r.ID:
			out = append(out, Loss{Address: r.Address, Kind: r.Kind, ID: r.ID, What: "it would be known as " + other.ID})
		}
	}
	for _, r := range now.deposed {
		if !slices.ContainsFunc(then.deposed, func(o plan.Record) bool { return o.Address == r.Address && o.ID == r.ID }) {
			out = append(out, Loss{Address: r.Address, Kind: r.Kind, ID: r.ID, What: "a replacement left it behind"})
		}
	}
	for _, i := range now.pending {
		if !slices.ContainsFunc(then.pending, func(o Intent) bool { return o.Key == i.Key }) {
			out = append(out, Loss{Address: i.Address, Kind: i.Record.Kind, ID: i.Record.ID, What: "a call whose outcome is not known yet"})
		}
	}
	for _, h := range now.holds {
		if !slices.ContainsFunc(then.holds, func(o Hold) bool { return o.What == h.What }) {
			out = append(out, Loss{What: "the hold on " + h.What})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(now.identities)) {
		if then.identities[name] != now.identities[name] {
			out = append(out, Loss{What: "that platform." + name + " is the account " + now.identities[name]})
		}
	}
	return out
}
