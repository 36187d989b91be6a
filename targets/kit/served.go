package kit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/sdk"
)

// Main is the TestMain of a target: under a plugin's name, which Through gives
// it, the test's own program serves the target.
func Main(m interface{ Run() int }, factory targets.Factory) {
	if strings.HasPrefix(filepath.Base(os.Args[0]), host.Prefix) {
		sdk.Serve(factory)
		return
	}
	debug.SetGCPercent(400) // stand-ins hold little, and much passes through them
	os.Exit(m.Run())
}

// Through is the target of a name as this program serves it as a plugin.
func Through(t testing.TB, name string) targets.Factory {
	t.Helper()
	folder := t.TempDir()
	plugins := filepath.Join(folder, ".trayecto", "plugins")
	self, err := os.Executable()
	if err == nil {
		err = os.MkdirAll(plugins, 0o755)
	}
	if err == nil {
		err = os.Symlink(self, filepath.Join(plugins, host.Prefix+name))
	}
	if err != nil {
		t.Fatal(err)
	}
	h := host.New(context.Background(), host.Options{Dir: folder, Env: os.LookupEnv})
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	factory, err := h.Target(name)
	if err != nil {
		t.Fatal(err)
	}
	return factory
}

// Served asks of a target behind the plugin protocol what the protocol could
// spoil: that it says the same as the harness's own target, value by value, and
// the laws whose changes, streams and errors cross it. It takes a part of the
// time that all laws take, and is enough where Test asks all of them of the same
// target in this process; TRAYECTO_LAWS=all has all of them asked both ways.
func Served(t *testing.T, h Harness, served targets.Factory) {
	Same(t, h, served)
	h.Target = served
	if os.Getenv("TRAYECTO_LAWS") == "all" {
		Test(t, h)
		return
	}
	for _, law := range crossing {
		t.Run(law.name, func(t *testing.T) { law.holds(t, h) })
	}
}

// Same asks of a target behind the plugin protocol that it says the same as the
// harness's own. With Test of the served one it is everything that can be asked,
// and what a target that is shipped as a plugin only has to pass.
func Same(t *testing.T, h Harness, served targets.Factory) {
	t.Run("it says what the same target says in this process", func(t *testing.T) { saysTheSame(t, h, served) })
}

var crossing = []law{
	{"an argument that is missing is named", namesWhatIsMissing},
	{"an edit changes what it must and nothing else", edits},
	{"what is taken back is gone", removes},
	{"what can reach people is made switched off", switches},
	{"an object is found by mark, natural key and idempotency key", finds},
	{"a change made for another version is a conflict", noticesConflicts},
	{"a refused change leaves the others alone", refusesAlone},
	{"a cancelled call can be tried again", survivesCancelling},
	{"who is inside a journey is said, or why not", saysInside},
	{"what is foreseen without the platform is what it answers", foresees},
	{"secrets are not repeated", keepsSecrets},
	{"reads may run together", readsTogether},
	{"resource blocks are lowered or refused at their lines", lowersBlocks},
	{"what it holds is said as blocks", raises},
}

// saysTheSame compares what two ways to one target say: without a platform, and
// one after the other of the same platform, which the served one has filled.
func saysTheSame(t testing.TB, h Harness, served targets.Factory) {
	p := h.Fresh(t)
	before, after := h.programs(p)
	here, there := h.Target(), served()
	alike(t, "Describe", here.Describe(), there.Describe())
	for _, program := range []*ir.Program{before, after} {
		request := h.request(program, p.Config.Platform)
		alike(t, "Lower", here.Lower(request), there.Lower(request))
		alike(t, "Foresee", foreseen(t, here, request), foreseen(t, there, request))
		alike(t, "Explain", here.Explain(program, p.Config.Platform), there.Explain(program, p.Config.Platform))
	}
	through := h
	through.Target = served
	configure := func(target targets.Target) {
		if err := target.Configure(context.Background(), p.Config); err != nil {
			t.Fatal(err)
		}
	}
	configure(there)
	d := deploy(t, there, through.wanted(t, before, p.Config.Platform))
	want := answers(t, there, d)
	if err := there.Close(); err != nil {
		t.Fatal(err)
	}
	configure(here)
	alike(t, "what it says of a platform", answers(t, here, d), want)
	if err := here.Close(); err != nil {
		t.Error(err)
	}
}

// foreseen is what a target says without its platform of making what it lowers.
func foreseen(t testing.TB, target targets.Target, r targets.LowerRequest) []targets.Foreseen {
	t.Helper()
	foreseer, can := target.(targets.Foreseer)
	if !can || !target.Describe().Can.Foresees {
		return nil
	}
	var requests []targets.PlanRequest
	for _, desired := range target.Lower(r).Resources {
		requests = append(requests, targets.PlanRequest{Desired: &desired})
	}
	said, err := foreseer.Foresee(context.Background(), requests)
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// answers is everything that a target says of a platform, and of a change that
// somebody else was ahead of.
func answers(t testing.TB, target targets.Target, d *deployment) []any {
	t.Helper()
	ctx := context.Background()
	out := []any{identity(t, target), listed(t, target, true)}
	for _, o := range listed(t, target, false) {
		one, err := target.Get(ctx, o.Kind, []string{o.ID, "no such id"})
		found, err2 := target.Find(ctx, targets.FindRequest{Kind: o.Kind, Key: o.Key, Mark: o.Mark})
		planned, err3 := target.Plan(ctx, []targets.PlanRequest{{Prior: &o}})
		out = append(out, one, found, planned, errors.Join(err, err2, err3) == nil)
		_, failed := carry(target, targets.Change{Action: targets.Update, Resource: resource.Resource{Kind: "no such kind"}, Prior: &o, Key: "k" + o.ID})
		out = append(out, failed.Error())
	}
	var looks []resource.Lookup
	for l := range d.ids {
		if !strings.HasPrefix(l.Kind, byHand) {
			looks = append(looks, l, resource.Lookup{Kind: l.Kind, Key: l.Key + "x"})
		}
	}
	slices.SortFunc(looks, func(a, b resource.Lookup) int { return strings.Compare(a.Kind+" "+a.Key, b.Kind+" "+b.Key) })
	found, err := target.Lookup(ctx, looks)
	if err != nil {
		t.Fatal(err)
	}
	return append(out, found)
}

// alike fails where the two ways to a target differ.
func alike(t testing.TB, what string, here, there any) {
	t.Helper()
	if reflect.DeepEqual(here, there) {
		return
	}
	if diff := cmp.Diff(here, there, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-in this process +through the protocol):\n%s", what, diff)
	}
}
