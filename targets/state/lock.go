package state

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Holder is who holds a lease.
type Holder struct {
	Who   string    `json:"who"` // a person or a CI job
	Host  string    `json:"host"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	For   string    `json:"for,omitempty"` // "apply"
	Job   string    `json:"job,omitempty"` // address of the CI job
}

// String is the holder as people read it.
func (h Holder) String() string {
	s := fmt.Sprintf("%s (process %d on %s) since %s", h.Who, h.PID, h.Host, h.Since.Format(time.RFC3339))
	if h.For != "" {
		s += ", for " + h.For
	}
	if h.Job != "" {
		s += ", in " + h.Job
	}
	return s
}

// LockedError says that someone else is writing.
type LockedError struct {
	Holder *Holder // nil when the lease does not say
	// ByHand says that the lease of a dead run does not end by itself.
	ByHand bool
}

// Error says who holds the lease and since when.
func (e *LockedError) Error() string {
	by := "someone else"
	if e.Holder != nil {
		by = e.Holder.String()
	}
	out := "it is held by " + by + "; wait until that has ended"
	if e.ByHand {
		out += ", or, if that run is no more, end its lock: trayecto state unlock"
	}
	return out
}

// FencedError says that the lease has ended while its holder went on: nothing
// was written.
type FencedError struct {
	By     *Holder // who has the lease now, or has broken it; nil if that is not known
	Broken bool    // by hand
}

// Error says who took over and when, and what that does not undo.
func (e *FencedError) Error() string {
	what := "another run took over"
	if e.Broken {
		what = "the lock was broken by hand"
	}
	if e.By != nil {
		what += " at " + e.By.Since.Format(time.RFC3339) + ": " + e.By.String()
	}
	return what + "; nothing more is written, and a call already sent may still land"
}

// Lock takes the lease and reads the state again, which may have moved since
// it was opened. It fails with *LockedError when someone else holds the lease.
// Until Unlock the lease is renewed as often as its backend wants.
func (s *State) Lock(ctx context.Context, by Holder) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.backend == nil {
		return errors.New("locking the state: this is a copy")
	}
	if s.lease != nil {
		return errors.New("locking the state: it is locked already")
	}
	lease, err := leaseOf(ctx, s.backend, by)
	if err != nil {
		return err
	}
	s.lease, s.broken, s.unsent, s.sure = lease, nil, nil, time.Now()
	if err := s.start(ctx, by); err != nil {
		s.lease = nil
		return errors.Join(fmt.Errorf("reading the state in %s: %w", s.backend.Name(), err), lease.Release(context.WithoutCancel(ctx)))
	}
	s.renewing = s.renew(context.WithoutCancel(ctx), lease)
	return nil
}

// leaseOf takes the lease of a backend.
func leaseOf(ctx context.Context, b Backend, by Holder) (Lease, error) {
	lease, err := b.Lease(ctx, by)
	if err == nil {
		return lease, nil
	}
	var held *LockedError
	if errors.As(err, &held) {
		held.ByHand = !b.Can().Expires
	}
	return nil, fmt.Errorf("locking the state in %s: %w", b.Name(), err)
}

// start readies a locked state for writing: a torn tail goes with the journal
// that a snapshot replaces, and a state that never was gets its lineage.
func (s *State) start(ctx context.Context, by Holder) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	if s.content.lineage == "" {
		s.content.project, s.content.env = s.project, s.env
		s.content.lineage = lineage(s.project, s.env, by)
		return s.compact(ctx)
	}
	if s.torn {
		return s.compact(ctx)
	}
	return nil
}

// renew keeps a lease alive until the answer is called. That a lease was lost is
// noted and stops the next write; a renewal that fails otherwise is tried again,
// since the lease may well last until it works.
func (s *State) renew(ctx context.Context, lease Lease) (stop func()) {
	every := s.backend.Can().Renew
	if every <= 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		again := time.NewTicker(every)
		defer again.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-again.C:
			}
			var fenced *FencedError
			if err := s.renewed(ctx, lease); errors.As(err, &fenced) {
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// renewed renews a lease once and notes what came of it.
func (s *State) renewed(ctx context.Context, lease Lease) error {
	at, err := time.Now(), lease.Renew(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	var fenced *FencedError
	switch {
	case err == nil:
		s.sure = at
	case errors.As(err, &fenced):
		s.broken = err
	}
	return err
}

// Still fails when the lease has ended, or the state cannot be written any more:
// whoever is about to call a platform asks first. A process that slept, or a computer
// that did, wakes up in the middle of a wave whose intents it made durable before,
// and another run may have finished that wave since. It looks only when so much
// time has passed since it was sure that the lease may have ended meanwhile.
func (s *State) Still(ctx context.Context) error {
	s.mu.Lock()
	lease, broken, unsure := s.lease, s.broken, apart(s.sure, time.Now()) > s.trust()
	s.mu.Unlock()
	switch {
	case broken != nil:
		return broken
	case lease == nil || !unsure:
		return nil
	}
	var fenced *FencedError
	err := s.renewed(ctx, lease)
	if err != nil && !errors.As(err, &fenced) && !s.backend.Can().Expires {
		return nil // it lasts until somebody ends it by hand, and the next write asks again
	}
	return err
}

// apart is the time between two instants by whichever clock of the computer says
// more: one of them stands still while it sleeps, the other may be set back.
func apart(from, to time.Time) time.Duration {
	steady, set := to.Sub(from), to.Round(0).Sub(from.Round(0))
	return max(steady, set, -set)
}

// trust is how long a lease is taken to last without a look. A run that renews it
// in time never has to look; where nothing is renewed a look is cheap, unless the
// lease ends by hand alone.
func (s *State) trust() time.Duration {
	switch can := s.can(); {
	case can.Renew > 0:
		return can.Renew + can.Renew/4
	case can.Expires:
		return 100 * time.Millisecond
	}
	return 30 * time.Second
}

func (s *State) can() Abilities {
	if s.backend == nil {
		return Abilities{}
	}
	return s.backend.Can()
}

// Unlock writes a snapshot of what the journal holds and gives the lease back.
// After another run took over it leaves everything to that one.
func (s *State) Unlock(ctx context.Context) error {
	s.mu.Lock()
	stop := s.renewing
	s.renewing = nil
	s.mu.Unlock()
	if stop != nil {
		stop() // it may want the mutex
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lease == nil {
		return errors.New("unlocking the state: it is not locked")
	}
	lease := s.lease
	var failed error
	var fenced *FencedError
	if s.dirty && !errors.As(s.broken, &fenced) {
		if err := s.compact(ctx); err != nil {
			failed = fmt.Errorf("writing the state in %s: %w", s.backend.Name(), err)
		}
	}
	s.lease = nil
	return errors.Join(failed, lease.Release(ctx))
}

// lockEvery is how often a lease that somebody else holds is asked for again.
const lockEvery = 250 * time.Millisecond

// LockWithin is Lock that waits for somebody else's lease to end.
func (s *State) LockWithin(ctx context.Context, by Holder, patience time.Duration) error {
	return within(ctx, patience, func() error { return s.Lock(ctx, by) })
}

// within takes a lease, again while somebody else has it.
func within(ctx context.Context, patience time.Duration, take func() error) error {
	if patience <= 0 {
		return take()
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	again := time.NewTicker(lockEvery)
	defer again.Stop()
	for {
		err := take()
		var held *LockedError
		if err == nil || !errors.As(err, &held) {
			return err
		}
		select {
		case <-late.C:
			return fmt.Errorf("waited %s: %w", patience, err)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-again.C:
		}
	}
}

// Holder is who holds the lease now; nil if nobody does.
func (s *State) Holder(ctx context.Context) (*Holder, error) {
	if s.backend == nil {
		return nil, nil
	}
	return s.backend.Holder(ctx)
}

// Break ends a lease by hand, whoever holds it, and answers who that was; nil if
// nobody did.
func (s *State) Break(ctx context.Context, by Holder) (*Holder, error) {
	if s.backend == nil {
		return nil, errors.New("ending the lock of the state: this is a copy")
	}
	was, err := s.backend.Break(ctx, by)
	if err != nil {
		return nil, fmt.Errorf("ending the lock of the state in %s: %w", s.backend.Name(), err)
	}
	return was, nil
}

// Expires tells whether the lease of a run that is no more ends by itself.
func (s *State) Expires() bool { return s.backend != nil && s.backend.Can().Expires }
