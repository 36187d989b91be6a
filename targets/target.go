// Package targets is what a target is: the interface and its capabilities.
//
// A platform is an account somewhere; a target is the code that knows its
// kind. The interface is the same for a target in this process and for one
// behind the plugin protocol, so everything that crosses it is plain data.
package targets

import (
	"context"
	"iter"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// Target is one configured platform. Describe, Lower, Upgrade and Explain need
// no configuration and touch nothing; the others talk to the platform and
// return *Error for what it answered.
type Target interface {
	// Describe says what the target is and can.
	Describe() Description
	// Configure takes the platform's arguments. It does not connect.
	Configure(ctx context.Context, c Config) error
	// Lower turns declarations into resources: pure, deterministic, offline.
	Lower(r LowerRequest) Lowered
	// List passes on the objects of the asked kinds in pages.
	List(ctx context.Context, r ListRequest, page func([]resource.Object) error) error
	// Plan says how each change would be made. Answers are in the order of requests.
	Plan(ctx context.Context, r []PlanRequest) ([]PlanAnswer, error)
	// Apply carries changes out and reports each as it is done. It returns an
	// error only when it could not go on at all; result is never called twice
	// for one change.
	Apply(ctx context.Context, changes iter.Seq[Change], result func(Result)) error
	// Get reads objects by id; those that are gone are left out.
	Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error)
	// Find looks for what a lost answer may have made: by natural key, by mark
	// or by idempotency key, whichever the platform can.
	Find(ctx context.Context, r FindRequest) ([]resource.Object, error)
	// Lookup finds what already exists on the platform, in the order asked.
	Lookup(ctx context.Context, l []resource.Lookup) ([]LookupAnswer, error)
	// Identity names the account, so that another is noticed. It is empty where
	// the first Apply is what makes the account.
	Identity(ctx context.Context) (string, error)
	// Upgrade brings attributes written under an older schema to the present one.
	Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error)
	// Count asks the platform for the members of segments on its own data.
	// ErrNoCount where it cannot.
	Count(ctx context.Context, r CountRequest) ([]CountAnswer, error)
	// Explain says what the platform really enforces for the lowered program.
	Explain(p *ir.Program, platform ir.Platform) ir.Enforcement
	// Close ends connections.
	Close() error
}

// Raiser is a target that can say in the language of projects what it holds,
// so that it can be taken over in bulk. It is pure and needs no configuration.
// What it does not raise is written as a resource block where the object's kind
// has a Schema.
type Raiser interface {
	// Raise answers in the order of the request.
	Raise(r RaiseRequest) []Raised
}

// RaiseRequest asks for the words of objects that nobody manages yet.
type RaiseRequest struct {
	Objects []resource.Object
}

// Raised is one object in the language of projects.
type Raised struct {
	Type  string // of the block: "segment"; "" when the object cannot be said
	Name  string // a word for it, free of what other blocks are called
	Body  string // the arguments of the block, as fmt writes them
	Why   string // why it cannot be said
	Loses string // what of the object the words leave out; "" for nothing
}

// Finder is a target that looks for what many lost answers may have made at the
// price of looking for one, because it has to read everything of a kind for that.
type Finder interface {
	// FindEach is what Find answers to each request, in their order.
	FindEach(ctx context.Context, r []FindRequest) ([][]resource.Object, error)
}

// FindEach looks for what many lost answers may have made, together where the
// target can and one after the other where it cannot.
func FindEach(ctx context.Context, t Target, r []FindRequest) ([][]resource.Object, error) {
	if f, is := t.(Finder); is {
		return f.FindEach(ctx, r)
	}
	out := make([][]resource.Object, len(r))
	for i, request := range r {
		var err error
		if out[i], err = t.Find(ctx, request); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FindAmong looks for each request among the objects of its kind, which are read
// once.
func FindAmong(ctx context.Context, r []FindRequest, held func(ctx context.Context, kind string) ([]resource.Object, error), is func(FindRequest, resource.Object) bool) ([][]resource.Object, error) {
	out := make([][]resource.Object, len(r))
	read := map[string][]resource.Object{}
	for i, request := range r {
		objects, done := read[request.Kind]
		if !done {
			var err error
			if objects, err = held(ctx, request.Kind); err != nil {
				return nil, err
			}
			read[request.Kind] = objects
		}
		for _, o := range objects {
			if is(request, o) {
				out[i] = append(out[i], o)
			}
		}
	}
	return out, nil
}

// Insider is a target that can be asked how many people are inside journeys that
// run. Its capabilities say so.
type Insider interface {
	// Inside answers in the order of the request.
	Inside(ctx context.Context, r InsideRequest) ([]InsideAnswer, error)
}

// InsideRequest asks who is inside journeys.
type InsideRequest struct {
	Journeys []Running
}

// Running is one journey as the platform holds it.
type Running struct {
	Journey string // address
	Objects []resource.Object
}

// InsideAnswer is how many people are inside one journey.
type InsideAnswer struct {
	Journey string
	People  int
	AtMost  bool   // there may be fewer: the platform counts some who are through
	Unknown string // why it is not known; "" when it is
}

// Foreseer is a target that knows how changes are made also when it is not
// configured, so that plans without a look at the platform say it. It is pure.
// Its capabilities say so.
type Foreseer interface {
	// Foresee answers in the order of the request. It fails only where the target
	// could not be asked.
	Foresee(ctx context.Context, r []PlanRequest) ([]Foreseen, error)
}

// Foreseen is what Plan will answer to a request, as far as that is known
// without the platform.
type Foreseen struct {
	PlanAnswer
	Sure bool // whatever the platform holds, this is the answer
}

// ForeseeEach foresees requests that have nothing to do with each other.
func ForeseeEach(r []PlanRequest, one func(PlanRequest) (a PlanAnswer, sure bool)) ([]Foreseen, error) {
	out := make([]Foreseen, len(r))
	for i, request := range r {
		out[i].PlanAnswer, out[i].Sure = one(request)
	}
	return out, nil
}

// Factory makes an unconfigured target.
type Factory func() Target

// Config is what a platform is opened with.
type Config struct {
	Platform ir.Platform
	// Dir is the project's folder; relative paths are relative to it.
	Dir string
	// Env looks up the environment variables that the platform block names.
	Env func(name string) (string, bool)
	// Now is the present, fixed for the run.
	Now time.Time
}

// LowerRequest is a program and the part of it that goes to one platform.
type LowerRequest struct {
	Program  *ir.Program
	Platform ir.Platform
	// Placed lists the addresses of what goes to this platform, sorted.
	Placed []string
}

// Lowered is the resources that a platform should hold.
type Lowered struct {
	Resources   []resource.Resource
	Diagnostics diag.List
	// Lookups says where in the files each look-up comes from.
	Lookups map[resource.Lookup]diag.Range
}

// ListRequest asks for objects.
type ListRequest struct {
	Kinds []string // all kinds when empty
	All   bool     // also those that carry no mark of ours
	// Known tells whether the caller has the attributes of an object, by their hash
	// (resource.HashObject); nil: of none. A target that has the hash sooner than the
	// attributes asks, and passes on that in place of them: see resource.Object.Hash.
	Known func(kind, id, hash string) bool
}

// PlanRequest is a change to be planned.
type PlanRequest struct {
	Prior   *resource.Object   // as the platform holds it; nil for a creation
	Desired *resource.Resource // nil for a deletion
}

// PlanAnswer says how the change would be made.
type PlanAnswer struct {
	Replace []string // attributes that cannot be changed in place; empty: in place
	Cost    []Cost   // calls it takes
	// Over is why the object cannot be changed any more: it was sent. Then it is
	// not edited, and neither is it switched off before it is removed or replaced.
	Over string
}

// Cost is a number of calls of one rate class.
type Cost struct {
	Class string
	Calls int
}

// Action is what a change does to one object.
type Action string

// The actions. A replacement reaches a target as a deletion and a creation.
const (
	Create    Action = "create"
	Update    Action = "update"
	Delete    Action = "delete"
	SwitchOn  Action = "switch_on"
	SwitchOff Action = "switch_off"
)

// Change is one change to carry out.
type Change struct {
	Action Action
	// Resource is the desired object with references filled in. For a deletion
	// or a switch only its address, kind and key count.
	Resource resource.Resource
	// Prior is the object as last read; nil for a creation.
	Prior *resource.Object
	// Mark is the ownership mark to leave on the object.
	Mark string
	// Key is the idempotency key: the same change tried again has the same key.
	Key string
}

// Result is what became of one change.
type Result struct {
	Key    string           // of the change
	Object *resource.Object // as the platform holds it now; nil after a deletion or an error
	Err    *Error           // nil when it was done
}

// FindRequest names an object in the ways it may be found again.
type FindRequest struct {
	Kind string
	Key  string // natural key
	Mark string
	Once string // idempotency key
}

// LookupAnswer is the id of what was looked up.
type LookupAnswer struct {
	ID      string
	Found   bool
	Nearest string // a name that exists and is near, for the diagnostic
	Remedy  string // what to do about it where no name is to be written: "set ..."
}

// CountRequest asks for the members of segments.
type CountRequest struct {
	Program  *ir.Program
	Platform ir.Platform
	Segments []string
	Now      types.Instant
}

// CountAnswer is the members of one segment.
type CountAnswer struct {
	Segment string
	Members int
	Unknown string // why it is not known; "" when it is
}
