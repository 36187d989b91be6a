package state

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
)

// Weighed is what putting a document in the place of a state does.
type Weighed struct {
	// Over is the state that is there now; zero where there is none, or where it
	// cannot be read.
	Over plan.StateID
	// Against is why it is done only by force, in full sentences; empty where the
	// document continues what is there.
	Against []string
	// Loses is what is known now and would not be any more.
	Loses []Loss
	// Same says that there is nothing to do, and Unreadable that nobody knows what
	// is lost.
	Same       bool
	Unreadable bool
}

// ForeignError says that a document is the state of something else. No force puts
// it in place: the marks on the platforms are not those of this project.
type ForeignError struct{ Is, Wanted Owner }

// Error says whose state it is.
func (e *ForeignError) Error() string {
	return fmt.Sprintf("it is the state of %s, not of %s", title(e.Is.Project, e.Is.Env), title(e.Wanted.Project, e.Wanted.Env))
}

// Weigh compares a document with what a backend keeps of an owner.
func Weigh(ctx context.Context, b Backend, d *Document, of Owner) (Weighed, error) {
	if d.Of() != of {
		return Weighed{}, &ForeignError{d.Of(), of}
	}
	stored, err := b.Read(ctx)
	if err != nil {
		return Weighed{}, fmt.Errorf("reading the state in %s: %w", b.Name(), err)
	}
	now, err := replay(stored.Snapshot, stored.Journal)
	if err == nil {
		err = now.content.belongs(of.Project, of.Env)
	}
	if err != nil {
		return Weighed{Unreadable: true, Against: []string{fmt.Sprintf("What is kept in %s cannot be read, so that nobody knows what is lost: %v.", b.Name(), err)}}, nil
	}
	return weigh(now.content, d.content)
}

func weigh(now, then *content) (Weighed, error) {
	w := Weighed{Over: plan.StateID{Lineage: now.lineage, Serial: now.serial}}
	if now.serial == 0 {
		return w, nil // nothing was ever written there
	}
	switch {
	case now.lineage != then.lineage:
		w.Against = append(w.Against, "It does not continue the state that is there: the two were begun at different times or places.")
	case then.serial < now.serial:
		w.Against = append(w.Against, fmt.Sprintf("It is older than the state that is there: number %d, and that is number %d.", then.serial, now.serial))
	case then.serial == now.serial:
		same, err := equal(now, then)
		if w.Same = same; err != nil || same {
			return w, err
		}
		w.Against = append(w.Against, fmt.Sprintf("It is another state than the one that is there, and both have number %d.", now.serial))
	}
	w.Loses = losses(now, then)
	return w, nil
}

func equal(a, b *content) (bool, error) {
	left, err := encodeSnapshot(a)
	if err != nil {
		return false, err
	}
	right, err := encodeSnapshot(b)
	return bytes.Equal(left, right), err
}

// Push says how a document is put in the place of a state.
type Push struct {
	Document *Document
	Of       Owner
	By       Holder        // who takes the lease
	Patience time.Duration // how long to wait for somebody else's lease
	// Weighed is what was agreed to: what was written since is not lost.
	Weighed Weighed
}

// Into puts the document in the place of what a backend keeps, under its lease,
// and answers which version of the state that is. Whoever was writing there and
// lost the lease writes nothing over it.
func (p Push) Into(ctx context.Context, b Backend) (plan.StateID, error) {
	s := &State{project: p.Of.Project, env: p.Of.Env, backend: b, content: newContent()}
	err := within(ctx, p.Patience, func() (err error) {
		s.lease, err = leaseOf(ctx, b, p.By)
		return err
	})
	if err != nil {
		return plan.StateID{}, err
	}
	s.renewing = s.renew(context.WithoutCancel(ctx), s.lease)
	err = errors.Join(p.put(ctx, s), s.Unlock(context.WithoutCancel(ctx)))
	return s.ID(), err
}

func (p Push) put(ctx context.Context, s *State) error {
	again, err := Weigh(ctx, s.backend, p.Document, p.Of)
	if err != nil {
		return err
	}
	if again.Over != p.Weighed.Over || len(again.Against) > len(p.Weighed.Against) {
		return fmt.Errorf("another run has written the state in %s meanwhile; nothing was pushed", s.backend.Name())
	}
	stored, err := s.backend.Read(ctx)
	if err != nil {
		return fmt.Errorf("reading the state in %s: %w", s.backend.Name(), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.content = p.Document.content.clone()
	// Should the run end between the snapshot and the end of the journal, what the
	// journal holds has to be older than what was pushed.
	if last := max(again.Over.Serial, lastSerial(stored.Journal)); len(again.Against) > 0 || last > s.content.serial {
		s.content.serial = max(last, s.content.serial) + 1
	}
	if err := s.compact(ctx); err != nil {
		return fmt.Errorf("writing the state in %s: %w", s.backend.Name(), err)
	}
	return nil
}

// lastSerial is the highest number in a journal, as far as it can be read.
func lastSerial(journal []byte) int64 {
	last := int64(0)
	for line := range bytes.SplitSeq(journal, []byte("\n")) {
		if e, err := decodeEntry(line); err == nil {
			last = max(last, e.Serial)
		}
	}
	return last
}
