package state

import (
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
