package kit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
)

// TestLawsCanFail breaks a good target in one way at a time, and expects the
// law that is about it to say so.
func TestLawsCanFail(t *testing.T) {
	whole := map[string]bool{}
	for _, m := range mutants {
		t.Run(m.law+"/"+m.name, func(t *testing.T) {
			l := lawNamed(t, m.law)
			if !whole[m.law] {
				l.holds(t, harness(nil))
				whole[m.law] = true
			}
			if said := judge(t, l, harness(m.change)); len(said) == 0 {
				t.Error("nobody noticed")
			}
		})
	}
}

// mutant is a target with one fault, over a good one.
type mutant struct {
	law, name string
	change    func(*target)
}

// target is a good target whose calls can be replaced one by one.
type target struct {
	targets.Target
	describe func(targets.Description) targets.Description
	lower    func(targets.Lowered) targets.Lowered
	list     func([]resource.Object) []resource.Object
	change   func(targets.Change) targets.Change
	result   func(targets.Result) targets.Result
	skip     func(targets.Change) bool
	found    func([]resource.Object) []resource.Object
	identity func(string) string
	explain  func(ir.Enforcement) ir.Enforcement
	upgrade  func(error) error
	count    func(error) error
	failure  func(error) error
	raise    func([]targets.Raised) []targets.Raised
	inside   func(targets.InsideRequest) []targets.InsideAnswer
	foresee  func([]targets.Foreseen) []targets.Foreseen
	together func([][]resource.Object) [][]resource.Object
	close    func(error) error
}

// Raise passes the call on, and what a mutant makes of the answer back.
func (t *target) Raise(r targets.RaiseRequest) []targets.Raised {
	said := t.Target.(targets.Raiser).Raise(r)
	if t.raise != nil {
		return t.raise(said)
	}
	return said
}

// Inside says who is inside, which only a mutant of the local target is asked.
func (t *target) Inside(_ context.Context, r targets.InsideRequest) ([]targets.InsideAnswer, error) {
	return t.inside(r), nil
}

// Foresee passes the call on, and what a mutant makes of the answer back.
func (t *target) Foresee(ctx context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	said, err := t.Target.(targets.Foreseer).Foresee(ctx, r)
	return through(t.foresee, said), err
}

// asked has a target be asked who is inside.
func asked(d targets.Description) targets.Description {
	d.Can.Inside = targets.InsideAsked
	return d
}

var mutants = []mutant{
	{"who is inside a journey is said, or why not", "it does not say how", func(t *target) {
		t.describe = func(d targets.Description) targets.Description {
			d.Can.Inside, d.Can.InsideHow = targets.InsideUnknown, ""
			return d
		}
	}},
	{"who is inside a journey is said, or why not", "no answer", func(t *target) {
		t.describe, t.inside = asked, func(targets.InsideRequest) []targets.InsideAnswer { return nil }
	}},
	{"who is inside a journey is said, or why not", "somebody is inside what was just made", func(t *target) {
		t.describe, t.inside = asked, func(r targets.InsideRequest) []targets.InsideAnswer {
			var out []targets.InsideAnswer
			for _, j := range r.Journeys {
				out = append(out, targets.InsideAnswer{Journey: j.Journey, People: 1})
			}
			return out
		}
	}},
	{"what is foreseen without the platform is what it answers", "another answer", func(t *target) {
		t.foresee = func(said []targets.Foreseen) []targets.Foreseen {
			said[len(said)-1].Replace = []string{"name"}
			return said
		}
	}},
	{"what is foreseen without the platform is what it answers", "an answer too few", func(t *target) {
		t.foresee = func(said []targets.Foreseen) []targets.Foreseen { return said[1:] }
	}},
	{"what is foreseen without the platform is what it answers", "it is sure of nothing", func(t *target) {
		t.foresee = func(said []targets.Foreseen) []targets.Foreseen { return make([]targets.Foreseen, len(said)) }
	}},
	{"what moves keeps its objects", "the mark stays what it was", func(t *target) {
		t.change = func(c targets.Change) targets.Change {
			if c.Prior != nil && c.Prior.Mark != "" {
				c.Mark = c.Prior.Mark
			}
			return c
		}
	}},
	{"what somebody else made can be taken over", "the mark stays what it was", func(t *target) {
		t.change = func(c targets.Change) targets.Change {
			if c.Prior != nil && c.Prior.Mark != "" {
				c.Mark = c.Prior.Mark
			}
			return c
		}
	}},
	{"resource blocks are lowered or refused at their lines", "a block is passed over", func(t *target) {
		t.lower = func(l targets.Lowered) targets.Lowered {
			l.Resources = slices.DeleteFunc(l.Resources, func(r resource.Resource) bool { return r.Kind == "list" })
			return l
		}
	}},
	{"what it holds is said as blocks", "nothing is said, and not why", func(t *target) {
		t.raise = func(said []targets.Raised) []targets.Raised { return make([]targets.Raised, len(said)) }
	}},
	{"what it holds is said as blocks", "blocks that nobody can read", func(t *target) {
		t.raise = func(said []targets.Raised) []targets.Raised {
			for i := range said {
				said[i].Body = "where = ((\n"
			}
			return said
		}
	}},
	{"it describes itself completely", "a kind without documentation", func(t *target) {
		t.describe = func(d targets.Description) targets.Description { d.Kinds[0].Doc = ""; return d }
	}},
	{"it describes itself completely", "a kind that cannot be found again", func(t *target) {
		t.describe = func(d targets.Description) targets.Description {
			d.Can.Idempotent, d.Kinds[0].Marks, d.Kinds[0].Unique = false, targets.NoMark, false
			return d
		}
	}},
	{"lowering needs no platform and is the same each time", "a serial number", func(t *target) {
		t.lower = func(l targets.Lowered) targets.Lowered {
			l.Resources[0].Attributes["serial"] = resource.Number(fmt.Sprint(serial()))
			return l
		}
	}},
	{"lowering emits what can be deployed", "a dangling reference", func(t *target) {
		t.lower = func(l targets.Lowered) targets.Lowered {
			l.Resources[0].Attributes["on"] = resource.Ref{Address: resource.Address{Object: "segment.nowhere"}, Output: "id"}
			return l
		}
	}},
	{"lowering emits what can be deployed", "one key for all", func(t *target) {
		t.lower = func(l targets.Lowered) targets.Lowered {
			for i := range l.Resources {
				l.Resources[i].Key = "key"
			}
			return l
		}
	}},
	{"a platform that was never written to is empty", "a default object", func(t *target) {
		t.list = func(l []resource.Object) []resource.Object {
			return append(l, resource.Object{Kind: "segment", ID: "default"})
		}
	}},
	{"what was applied is what is listed", "a page that ends early", func(t *target) {
		t.list = func(l []resource.Object) []resource.Object { return l[:max(0, len(l)-1)] }
	}},
	{"what was applied is what is listed", "server-made fields", func(t *target) {
		t.list = func(l []resource.Object) []resource.Object {
			for i := range l {
				l[i].Attributes["created"] = resource.String("now")
			}
			return l
		}
	}},
	{"an edit changes what it must and nothing else", "edits that do nothing", func(t *target) {
		t.change = func(c targets.Change) targets.Change {
			if c.Action == targets.Update {
				c.Resource.Attributes = c.Prior.Attributes
			}
			return c
		}
	}},
	{"what is taken back is gone", "deletions that do nothing", func(t *target) {
		t.skip = func(c targets.Change) bool { return c.Action == targets.Delete }
	}},
	{"what can reach people is made switched off", "on at once", func(t *target) {
		t.result = func(r targets.Result) targets.Result {
			if r.Object != nil && r.Object.Switch == resource.Off {
				r.Object.Switch = resource.On
			}
			return r
		}
	}},
	{"a change by hand is seen and put right", "a cache", func(t *target) {
		seen := map[string]resource.Map{}
		t.list = func(l []resource.Object) []resource.Object {
			for i, o := range l {
				if seen[o.ID] != nil {
					l[i].Attributes = seen[o.ID]
				}
			}
			return l
		}
		t.result = func(r targets.Result) targets.Result {
			if r.Object != nil {
				seen[r.Object.ID] = r.Object.Attributes
			}
			return r
		}
	}},
	{"an object is found by mark, natural key and idempotency key", "never", func(t *target) {
		t.found = func([]resource.Object) []resource.Object { return nil }
	}},
	{"an object is found by mark, natural key and idempotency key", "another one among many", func(t *target) {
		t.together = func(found [][]resource.Object) [][]resource.Object {
			slices.Reverse(found)
			return found
		}
	}},
	{"the same change twice is done once", "keys are not looked at", func(t *target) {
		t.change = func(c targets.Change) targets.Change { c.Key += fmt.Sprint(serial()); return c }
	}},
	{"a change made for another version is a conflict", "the last one wins", func(t *target) {
		t.change = func(c targets.Change) targets.Change {
			if c.Prior != nil {
				prior := *c.Prior
				prior.Version = ""
				c.Prior = &prior
			}
			return c
		}
	}},
	{"a refused change leaves the others alone", "all or nothing", func(t *target) {
		t.failure = func(error) error { return errors.New("one of them was refused") }
	}},
	{"every call may fail in every way", "creation twice", func(t *target) {
		t.found = func([]resource.Object) []resource.Object { return nil }
		t.change = func(c targets.Change) targets.Change { c.Key += fmt.Sprint(serial()); return c }
	}},
	{"every call may fail in every way", "found twice", func(t *target) {
		t.found = func(l []resource.Object) []resource.Object { return append(l, l...) }
	}},
	{"a cancelled call can be tried again", "done without saying so", func(t *target) {
		t.failure = func(error) error { return nil }
	}},
	{"secrets are not repeated", "the description repeats", func(t *target) {
		t.describe = func(d targets.Description) targets.Description { d.Doc += " hush"; return d }
	}},
	{"the account has one identity", "another each time", func(t *target) {
		t.identity = func(string) string { return fmt.Sprint(serial()) }
	}},
	{"the account has one identity", "the same everywhere", func(t *target) {
		t.identity = func(string) string { return "the account" }
	}},
	{"the account has one identity", "none", func(t *target) {
		t.identity = func(string) string { return "" }
	}},
	{"the enforcement is consistent", "gates of nobody", func(t *target) {
		t.explain = func(e ir.Enforcement) ir.Enforcement { e.Caps = true; return e }
	}},
	{"attributes of the present schema need no upgrade", "anything goes", func(t *target) {
		t.upgrade = func(error) error { return nil }
	}},
	{"counting is offered or refused", "silence", func(t *target) {
		t.count = func(error) error { return nil }
	}},
	{"closing and opening again keeps everything", "cannot be closed", func(t *target) {
		t.close = func(error) error { return errors.New("it is stuck") }
	}},
	{"apply, then plan, is empty, for random programs", "server-made fields", func(t *target) {
		t.list = func(l []resource.Object) []resource.Object {
			for i := range l {
				l[i].Attributes["listed"] = resource.Bool(true)
			}
			return l
		}
	}},
}

func (t *target) Describe() targets.Description {
	return through(t.describe, t.Target.Describe())
}

func (t *target) Lower(r targets.LowerRequest) targets.Lowered {
	return through(t.lower, t.Target.Lower(r))
}

func (t *target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	var all []resource.Object
	err := t.Target.List(ctx, r, func(p []resource.Object) error { all = append(all, p...); return nil })
	if all = through(t.list, all); err != nil || len(all) == 0 {
		return err
	}
	return page(all)
}

func (t *target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	var list []targets.Change
	keys := map[string]string{}
	refused := false
	for c := range changes {
		if t.skip != nil && t.skip(c) {
			result(targets.Result{Key: c.Key})
			continue
		}
		changed := through(t.change, c)
		keys[changed.Key] = c.Key
		list = append(list, changed)
	}
	err := t.Target.Apply(ctx, func(yield func(targets.Change) bool) {
		for _, c := range list {
			if !yield(c) {
				return
			}
		}
	}, func(r targets.Result) {
		r.Key = keys[r.Key]
		refused = refused || r.Err != nil
		result(through(t.result, r))
	})
	if t.failure != nil && (refused || err != nil) {
		return t.failure(err)
	}
	return err
}

func (t *target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	found, err := t.Target.Find(ctx, r)
	return through(t.found, found), err
}

// FindEach is Find of each request, and what a mutant makes of all answers.
func (t *target) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	out := make([][]resource.Object, len(r))
	for i, request := range r {
		var err error
		if out[i], err = t.Find(ctx, request); err != nil {
			return nil, err
		}
	}
	return through(t.together, out), nil
}

func (t *target) Identity(ctx context.Context) (string, error) {
	identity, err := t.Target.Identity(ctx)
	return through(t.identity, identity), err
}

func (t *target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	return through(t.explain, t.Target.Explain(p, platform))
}

func (t *target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	out, err := t.Target.Upgrade(kind, attributes, from)
	return out, through(t.upgrade, err)
}

func (t *target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	answers, err := t.Target.Count(ctx, r)
	return answers, through(t.count, err)
}

func (t *target) Close() error { return through(t.close, t.Target.Close()) }

func through[A any](change func(A) A, a A) A {
	if change == nil {
		return a
	}
	return change(a)
}

var numbers struct {
	sync.Mutex
	n int
}

// serial is another number each time.
func serial() int {
	numbers.Lock()
	defer numbers.Unlock()
	numbers.n++
	return numbers.n
}

type entropy struct{}

func (entropy) Read(p []byte) (int, error) { return copy(p, fmt.Sprintf("%016d", serial())), nil }

// harness is the local target, changed.
func harness(change func(*target)) Harness {
	return Harness{
		Target: func() targets.Target {
			t := &target{Target: local.New(entropy{})}
			if change != nil {
				change(t)
			}
			return t
		},
		Fresh: func(t testing.TB) Platform {
			return Platform{Secrets: []string{"hush"}, Config: targets.Config{
				Platform: ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: "local", Name: "sandbox",
					Config: ir.Config{Settings: []ir.Setting{{Name: "path", Value: types.Text("sandbox.db")}}}},
				Dir: t.TempDir(), Env: func(string) (string, bool) { return "", false }, Now: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
			}}
		},
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.robinson"}, Kind: "list", Platform: p.Address, Key: "robinson-es", Attributes: []ir.Setting{
				{Name: "title", Value: types.Text("Robinson")}, {Name: "tags", Value: types.Values{types.Text("law"), types.Text("es")}},
			}}}
		},
		Damage: func(t testing.TB, p Platform, o resource.Object) {
			other := local.New(entropy{})
			defer other.Close()
			config := p.Config
			config.Dir, _ = filepath.Abs(config.Dir)
			if err := other.Configure(context.Background(), config); err != nil {
				t.Fatal(err)
			}
			attributes := resource.Map{"description": resource.String("by hand")}
			for name, v := range o.Attributes {
				attributes[name] = v
			}
			attributes["description"] = resource.String("by hand")
			if _, err := carry(other, targets.Change{Action: targets.Update, Prior: &o, Mark: o.Mark, Key: "by hand " + o.ID,
				Resource: resource.Resource{Kind: o.Kind, Key: o.Key, Attributes: attributes}}); err != nil {
				t.Fatal(err)
			}
		},
	}
}

func lawNamed(t *testing.T, name string) law {
	t.Helper()
	for _, l := range laws {
		if l.name == name {
			return l
		}
	}
	t.Fatalf("there is no law %q", name)
	return law{}
}

// judge asks a law and gathers what it has to say.
func judge(t *testing.T, l law, h Harness) []string {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.holds(r, h)
	}()
	<-done
	r.Lock()
	defer r.Unlock()
	return r.said
}

// recorder is a test that fails only in private.
type recorder struct {
	testing.TB
	sync.Mutex
	said []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.Lock()
	defer r.Unlock()
	r.said = append(r.said, strings.TrimSpace(fmt.Sprintf(format, args...)))
}
func (r *recorder) Error(args ...any)                 { r.Errorf("%s", fmt.Sprint(args...)) }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); runtime.Goexit() }
func (r *recorder) Fatal(args ...any)                 { r.Fatalf("%s", fmt.Sprint(args...)) }
func (r *recorder) Logf(string, ...any)               {}
