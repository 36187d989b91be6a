package state

import (
	"context"
	"errors"
	"time"
)

// Backend is where a state is kept. Anyone may read it; writing takes a Lease.
// Its methods may be called concurrently.
type Backend interface {
	// Can says what the backend is able to do.
	Can() Abilities
	// Name is where the state is, for messages. It holds no secret.
	Name() string
	// Read is what is kept, as it was at one instant.
	Read(ctx context.Context) (Stored, error)
	// Lease takes the right to write or fails with *LockedError.
	Lease(ctx context.Context, by Holder) (Lease, error)
	// Holder is who holds the lease now; nil if nobody does.
	Holder(ctx context.Context) (*Holder, error)
	// Break ends a lease by hand, whoever holds it, and answers who that was; nil
	// if nobody did. What its holder writes then is refused.
	Break(ctx context.Context, by Holder) (*Holder, error)
}

// Stored is what a backend keeps: bytes that only this package understands.
type Stored struct {
	Snapshot string // the last one written; "" if there is none, see Whole
	Journal  []byte // everything appended since, perhaps torn at the end
}

// Whole is a snapshot that a backend has found; nil is none. An empty one is
// damaged, and must not be taken for none.
func Whole(snapshot []byte) (string, error) {
	if snapshot != nil && len(snapshot) == 0 {
		return "", errEmpty
	}
	return string(snapshot), nil
}

var errEmpty = errors.New("the snapshot is cut off: it is empty; bring it back from a backup")

// Lease is the right to write a state. It has a number that is higher than that
// of every lease before it and goes with each write: once another run has a
// lease, what an earlier holder writes fails with *FencedError and leaves the
// state as it is. Its methods may be called concurrently.
type Lease interface {
	// Token is the lease's number.
	Token() int64
	// Append adds to the journal and returns when it is durable.
	Append(ctx context.Context, lines []byte) error
	// Replace puts a snapshot in the place of the last one and of its journal,
	// whole or not at all. Should it stop between the two, the journal may stay: its
	// records say that they are older.
	Replace(ctx context.Context, snapshot []byte) error
	// Renew has the lease last for another while.
	Renew(ctx context.Context) error
	// Release gives the lease back. Of a lease that has ended it does nothing.
	Release(ctx context.Context) error
}

// Abilities are what a backend declares and the conformance tests hold it to.
type Abilities struct {
	Append  bool          // the journal grows without being written again
	Lease   bool          // two holders never at once
	Expires bool          // a dead holder's lease ends by itself
	Fences  bool          // what a late holder writes is refused
	Renew   time.Duration // how often a lease has to be renewed to last; 0: it lasts
}

// Owner is what a state is of: a project in an environment, "" being none.
type Owner struct{ Project, Env string }
