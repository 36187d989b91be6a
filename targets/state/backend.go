package state

import "context"

// Backend is where a state is kept. Only the holder of its lease calls
// Replace, Append and Reset.
type Backend interface {
	// Can says what the backend is able to do.
	Can() Abilities
	// Name is where the state is, for messages.
	Name() string
	// Snapshot is the last snapshot written; nil if there is none.
	Snapshot(ctx context.Context) ([]byte, error)
	// Replace puts a snapshot in the place of the last one, whole or not at all.
	Replace(ctx context.Context, snapshot []byte) error
	// Journal is everything appended since it was last reset.
	Journal(ctx context.Context) ([]byte, error)
	// Append adds to the journal and returns when it is durable.
	Append(ctx context.Context, lines []byte) error
	// Reset cuts the journal to its first n bytes.
	Reset(ctx context.Context, n int64) error
	// Lease takes the lease or fails with *LockedError. The answer gives it back.
	Lease(ctx context.Context, by Holder) (release func() error, err error)
	// Holder is who holds the lease now; nil if nobody does.
	Holder(ctx context.Context) (*Holder, error)
}

// Abilities are what a backend declares and the conformance tests hold it to.
type Abilities struct {
	Append      bool // the journal grows without being written again
	Lease       bool // two holders never at once
	Expires     bool // a dead holder's lease ends by itself
	Conditional bool // Replace fails when another snapshot came between
}
