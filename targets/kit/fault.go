package kit

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Fault is a way in which a call can fail.
type Fault string

// The faults.
const (
	NoFault     Fault = ""
	Busy        Fault = "busy"         // nothing is done; the answer is Retryable
	Refused     Fault = "refused"      // nothing is done; the answer is Permanent
	TimedOut    Fault = "timed out"    // nothing is done; the call ends with context.DeadlineExceeded
	Killed      Fault = "killed"       // nothing is done; the call ends with ErrKilled
	Lost        Fault = "lost"         // it is done; the answer is UnknownOutcome
	DoneLate    Fault = "done late"    // it is done; the call ends with context.DeadlineExceeded
	KilledAfter Fault = "killed after" // it is done; the call ends with ErrKilled
)

// Faults lists all of them but NoFault.
var Faults = []Fault{Busy, Refused, TimedOut, Killed, Lost, DoneLate, KilledAfter}

// Done tells whether the call has its effect in spite of the fault.
func (f Fault) Done() bool {
	return f == NoFault || f == Lost || f == DoneLate || f == KilledAfter
}

// Ends tells whether the whole call ends with an error, and no further change
// of an Apply is tried.
func (f Fault) Ends() bool {
	return f == TimedOut || f == Killed || f == DoneLate || f == KilledAfter
}

// ErrKilled stands for the end of this process: whoever sees it must not go
// on, but begin again as another process would.
var ErrKilled = errors.New("the process was killed")

// err is what the caller of a faulty call sees.
func (f Fault) err() error {
	switch f {
	case Busy:
		return &targets.Error{Kind: targets.Retryable, Message: "too many requests"}
	case Refused:
		return &targets.Error{Kind: targets.Permanent, Message: "refused"}
	case Lost:
		return &targets.Error{Kind: targets.UnknownOutcome, Message: "the answer was lost"}
	case TimedOut, DoneLate:
		return context.DeadlineExceeded
	case Killed, KilledAfter:
		return ErrKilled
	case NoFault:
	}
	return nil
}

// Call is one call of a target; each change of an Apply counts as one.
type Call struct {
	Number int    // from 0, over all calls of the wrapped target
	Name   string // "list", "plan", "apply", "get", "find", "lookup", "identity"
	Change *targets.Change
}

// Break wraps a target so that at decides for each call how it fails. Calls
// that touch no platform are passed through.
func Break(t targets.Target, at func(Call) Fault) targets.Target {
	return &broken{Target: t, at: at}
}

type broken struct {
	targets.Target
	mu     sync.Mutex
	number int
	at     func(Call) Fault
}

func (b *broken) fault(name string, c *targets.Change) Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	call := Call{Number: b.number, Name: name, Change: c}
	b.number++
	return b.at(call)
}

// read runs a call that changes nothing; after a fault its answer is lost.
func read[A any](f Fault, call func() (A, error)) (A, error) {
	var none A
	if !f.Done() {
		return none, f.err()
	}
	answer, err := call()
	if err == nil && f != NoFault {
		return none, f.err()
	}
	return answer, err
}

// List passes the call on unless it is to fail.
func (b *broken) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	_, err := read(b.fault("list", nil), func() (any, error) { return nil, b.Target.List(ctx, r, page) })
	return err
}

// Plan passes the call on unless it is to fail.
func (b *broken) Plan(ctx context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return read(b.fault("plan", nil), func() ([]targets.PlanAnswer, error) { return b.Target.Plan(ctx, r) })
}

// Get passes the call on unless it is to fail.
func (b *broken) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	return read(b.fault("get", nil), func() ([]resource.Object, error) { return b.Target.Get(ctx, kind, ids) })
}

// Find passes the call on unless it is to fail.
func (b *broken) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	return read(b.fault("find", nil), func() ([]resource.Object, error) { return b.Target.Find(ctx, r) })
}

// Lookup passes the call on unless it is to fail.
func (b *broken) Lookup(ctx context.Context, l []resource.Lookup) ([]targets.LookupAnswer, error) {
	return read(b.fault("lookup", nil), func() ([]targets.LookupAnswer, error) { return b.Target.Lookup(ctx, l) })
}

// Identity passes the call on unless it is to fail.
func (b *broken) Identity(ctx context.Context) (string, error) {
	return read(b.fault("identity", nil), func() (string, error) { return b.Target.Identity(ctx) })
}

// Apply sends changes without a fault together, and each faulty one alone.
func (b *broken) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	var whole []targets.Change
	for c := range changes {
		f := b.fault("apply", &c)
		if f == NoFault {
			whole = append(whole, c)
			continue
		}
		if err := b.whole(ctx, whole, result); err != nil {
			return err
		}
		whole = nil
		if err := b.faulty(ctx, f, c, result); err != nil {
			return err
		}
	}
	return b.whole(ctx, whole, result)
}

func (b *broken) whole(ctx context.Context, changes []targets.Change, result func(targets.Result)) error {
	if len(changes) == 0 {
		return nil
	}
	return b.Target.Apply(ctx, slices.Values(changes), result)
}

func (b *broken) faulty(ctx context.Context, f Fault, c targets.Change, result func(targets.Result)) error {
	if f.Done() {
		if err := b.Target.Apply(ctx, one(c), func(targets.Result) {}); err != nil {
			return err
		}
	}
	var answer *targets.Error
	if errors.As(f.err(), &answer) {
		result(targets.Result{Key: c.Key, Err: answer})
		return nil
	}
	return f.err()
}

// one is a sequence of one change.
func one(c targets.Change) iter.Seq[targets.Change] {
	return func(yield func(targets.Change) bool) { yield(c) }
}
