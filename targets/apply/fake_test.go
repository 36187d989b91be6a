package apply_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// fault is what the platform does to one call instead of carrying it out and
// answering.
type fault int

const (
	fine       fault = iota
	busy             // nothing done; the same again later
	refusing         // nothing done; the same again is refused again
	lostBefore       // nothing done, and no answer
	lostAfter        // done, and no answer
	silent           // done, and not even an error
	unplugged        // this call and all after it in the batch get no answer
	numFaults
)

// fake is a platform in memory. It keeps its own rules: what it is told to
// write must refer to what exists, what can reach people is written while off.
type fake struct {
	objects map[string]resource.Object // by id
	next    int
	marks   targets.Marks
	unique  bool
	visible types.Span
	rates   []targets.Rate

	retryAfter time.Duration // with every answer of busy
	account    string
	fault      func(n int, c targets.Change) fault
	calls      []targets.Change
	breach     []string // of the platform's rules
	bend       func(*resource.Object)
	lateBy     int // reads of a new object that still miss it
	unseen     map[string]int
}

func newFake() *fake {
	return &fake{objects: map[string]resource.Object{}, marks: targets.Tag, account: "acme", unseen: map[string]int{}}
}

func (f *fake) Describe() targets.Description {
	kind := func(name string) targets.Kind {
		return targets.Kind{Name: name, Version: 1, Marks: f.marks, Unique: f.unique, Visible: f.visible}
	}
	return targets.Description{Name: "fake", Version: "1", Kinds: []targets.Kind{kind("thing"), kind("flow")}, Can: targets.Capabilities{Rates: f.rates}}
}

func (f *fake) Configure(context.Context, targets.Config) error { return nil }

func (f *fake) Lower(targets.LowerRequest) targets.Lowered { return targets.Lowered{} }

func (f *fake) List(_ context.Context, _ targets.ListRequest, page func([]resource.Object) error) error {
	return page(f.all())
}

func (f *fake) all() []resource.Object {
	var out []resource.Object
	for _, id := range f.ids() {
		out = append(out, f.objects[id])
	}
	return out
}

func (f *fake) ids() []string {
	var ids []string
	for id := range f.objects {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Plan cannot change an attribute called fixed in place.
func (f *fake) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		out[i].Cost = []targets.Cost{{Class: "write", Calls: 1}}
		if r.Prior == nil || r.Desired == nil {
			continue
		}
		if resource.Hash(orNull(r.Prior.Attributes["fixed"])) != resource.Hash(orNull(r.Desired.Attributes["fixed"])) {
			out[i].Replace = []string{"fixed"}
		}
	}
	return out, nil
}

func orNull(v resource.Value) resource.Value {
	if v == nil {
		return resource.Null{}
	}
	return v
}

func (f *fake) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		f.calls = append(f.calls, c)
		what := fine
		if f.fault != nil {
			what = f.fault(len(f.calls)-1, c)
		}
		switch what {
		case busy:
			result(targets.Result{Key: c.Key, Err: &targets.Error{Kind: targets.Retryable, Message: "too many requests", RetryAfter: max(time.Minute, f.retryAfter)}})
		case refusing:
			result(targets.Result{Key: c.Key, Err: &targets.Error{Kind: targets.Permanent, Message: "not today"}})
		case lostBefore:
			result(targets.Result{Key: c.Key, Err: &targets.Error{Kind: targets.UnknownOutcome, Message: "connection reset"}})
		case lostAfter:
			f.do(c)
			result(targets.Result{Key: c.Key, Err: &targets.Error{Kind: targets.UnknownOutcome, Message: "connection reset"}})
		case silent:
			f.do(c)
		case unplugged:
			f.do(c)
			return fmt.Errorf("the line is dead")
		case fine, numFaults:
			result(targets.Result{Key: c.Key, Object: f.do(c)})
		}
	}
	return nil
}

// do carries a change out and notes what breaks the rules.
func (f *fake) do(c targets.Change) *resource.Object {
	o := resource.Object{Kind: c.Resource.Kind, Key: c.Resource.Key, Attributes: c.Resource.Attributes, Switch: c.Resource.Switch, Mark: c.Mark}
	if c.Action != targets.Create {
		if c.Prior == nil || f.objects[c.Prior.ID].ID == "" {
			f.breach = append(f.breach, fmt.Sprintf("%s of what is not there: %s", c.Action, c.Resource.Address))
			return nil
		}
		o.ID = c.Prior.ID
	}
	live := f.objects[o.ID].Switch == resource.On
	switch c.Action {
	case targets.Create:
		f.next++
		o.ID = fmt.Sprintf("id%d", f.next)
		f.unseen[o.ID] = f.lateBy
		f.write(o, o.Switch == resource.On)
	case targets.Update:
		f.write(o, live || o.Switch == resource.On)
	case targets.Delete:
		f.erase(o, live, strings.HasSuffix(c.Key, "-delete"))
		return nil
	case targets.SwitchOn, targets.SwitchOff:
		o = f.objects[o.ID]
		o.Switch = c.Resource.Switch
		if o.Switch == resource.On {
			f.checkRefs(o)
		}
		f.objects[o.ID] = o
	}
	out := f.objects[o.ID]
	return &out
}

func (f *fake) write(o resource.Object, live bool) {
	if live {
		f.breach = append(f.breach, "written while on: "+o.Key)
	}
	if len(resource.Refs(o.Attributes)) > 0 {
		f.breach = append(f.breach, "a reference was not filled in: "+o.Key)
	}
	f.checkRefs(o)
	if f.bend != nil {
		f.bend(&o)
	}
	f.objects[o.ID] = o
}

func (f *fake) checkRefs(o resource.Object) {
	uses, _ := o.Attributes["uses"].(resource.List)
	for _, v := range uses {
		if id, ok := v.(resource.String); ok && f.objects[string(id)].ID == "" {
			f.breach = append(f.breach, fmt.Sprintf("%s uses %s, which is not there", o.Key, id))
		}
	}
}

func (f *fake) erase(o resource.Object, live, replaced bool) {
	if live {
		f.breach = append(f.breach, "deleted while on: "+o.Key)
	}
	delete(f.objects, o.ID)
	for _, other := range f.all() {
		uses, _ := other.Attributes["uses"].(resource.List)
		for _, v := range uses {
			if v == resource.String(o.ID) && (!replaced || other.Switch == resource.On) {
				f.breach = append(f.breach, fmt.Sprintf("%s was deleted while %s uses it", o.Key, other.Key))
			}
		}
	}
}

func (f *fake) Get(_ context.Context, kind string, ids []string) ([]resource.Object, error) {
	var out []resource.Object
	for _, id := range ids {
		if o, there := f.objects[id]; there && o.Kind == kind && f.shows(id) {
			out = append(out, o)
		}
	}
	return out, nil
}

// shows tells whether the platform shows an object yet.
func (f *fake) shows(id string) bool {
	f.unseen[id]--
	return f.unseen[id] < 0
}

func (f *fake) Find(_ context.Context, r targets.FindRequest) ([]resource.Object, error) {
	var out []resource.Object
	for _, o := range f.all() {
		if o.Kind == r.Kind && (f.marks != targets.NoMark && o.Mark == r.Mark || f.unique && o.Key == r.Key) && f.shows(o.ID) {
			if f.marks == targets.NoMark {
				o.Mark = ""
			}
			out = append(out, o)
		}
	}
	return out, nil
}

func (f *fake) Lookup(context.Context, []resource.Lookup) ([]targets.LookupAnswer, error) {
	return nil, nil
}

func (f *fake) Identity(context.Context) (string, error) { return f.account, nil }

func (f *fake) Upgrade(_ string, attributes resource.Map, _ int) (resource.Map, error) {
	return attributes, nil
}

func (f *fake) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}

func (f *fake) Explain(*ir.Program, ir.Platform) ir.Enforcement { return ir.Enforcement{} }

func (f *fake) Close() error { return nil }
