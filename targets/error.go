package targets

import (
	"errors"
	"fmt"
	"time"
)

// ErrNoCount is returned by Count where the platform cannot count.
var ErrNoCount = errors.New("this platform does not count people")

// ErrorKind says what can be done about a platform's answer.
type ErrorKind string

// The kinds of errors.
const (
	Retryable      ErrorKind = "retryable"       // nothing was done; the same again later
	Permanent      ErrorKind = "permanent"       // nothing was done; the same again is refused again
	Conflict       ErrorKind = "conflict"        // someone else changed the object
	UnknownOutcome ErrorKind = "unknown outcome" // it may have been done
	Rejected       ErrorKind = "rejected"        // a field is not accepted; Path says which
)

// Error is what a platform answered.
type Error struct {
	Kind       ErrorKind
	Message    string
	Path       string        // of the rejected attribute, as in resource.Path
	RetryAfter time.Duration // for Retryable; 0 if the platform did not say
	Err        error         // the cause; may be nil
}

// Error is the platform's words, with the attribute and the cause.
func (e *Error) Error() string {
	s := e.Message
	if e.Path != "" {
		s = e.Path + ": " + s
	}
	if e.Err != nil {
		s = fmt.Sprintf("%s: %v", s, e.Err)
	}
	return s
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }
