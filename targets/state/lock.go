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
}

// String is the holder as people read it.
func (h Holder) String() string {
	s := fmt.Sprintf("%s (process %d on %s) since %s", h.Who, h.PID, h.Host, h.Since.Format(time.RFC3339))
	if h.For != "" {
		s += ", for " + h.For
	}
	return s
}

// LockedError says that someone else is writing.
type LockedError struct {
	Holder *Holder // nil when the lease does not say
}

// Error says who holds the lease and since when.
func (e *LockedError) Error() string {
	if e.Holder == nil {
		return "someone else is writing it"
	}
	return "it is held by " + e.Holder.String() + "; wait until that has ended"
}

// lockEvery is how often a lease that somebody else holds is asked for again.
const lockEvery = 250 * time.Millisecond

// LockWithin is Lock that waits for somebody else's lease to end.
func (s *State) LockWithin(ctx context.Context, by Holder, patience time.Duration) error {
	if patience <= 0 {
		return s.Lock(ctx, by)
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	again := time.NewTicker(lockEvery)
	defer again.Stop()
	for {
		err := s.Lock(ctx, by)
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
