package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
)

// outcomes is a summary as lines: "create thing.a made".
func outcomes(s apply.Summary) []string {
	var out []string
	for _, e := range s.Events {
		out = append(out, fmt.Sprintf("%s %s %s", e.Change.Action, e.Change.Address.Object, e.Outcome))
	}
	return out
}

func expect(t *testing.T, s apply.Summary, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(lines, outcomes(s)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// on has a fault strike the calls for one object.
func on(name string, what fault) func(int, targets.Change) fault {
	return func(_ int, c targets.Change) fault {
		if c.Resource.Address == address(name) {
			return what
		}
		return fine
	}
}

func TestIndependentBranchesGoOn(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{
		thing("a", "", "red"), thing("b", "", "red", "a"), thing("e", resource.On, "red", "b"), thing("c", "", "red"), thing("f", resource.On, "red", "c"),
	}
	w.platform.fault = on("a", refusing)
	s, err := w.apply(w.plan())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, s, "create thing.a failed", "create thing.b not tried", "create thing.c made", "create thing.e not tried", "create thing.f made",
		"switch_on thing.e not tried", "switch_on thing.f made")
	if s.Complete() || len(w.events) != 7 {
		t.Errorf("complete: %v, events: %d", s.Complete(), len(w.events))
	}
	if e := s.Events[1].Err; e == nil || !strings.Contains(e.Error(), "thing.a") {
		t.Errorf("the reason does not name what failed: %v", e)
	}
	w.platform.fault = nil
	w.converge()
}

func TestActivationIsHeldBack(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("e", resource.On, "red")}
	s, err := w.applyWith(context.Background(), w.plan(), apply.Options{NoActivate: true})
	if err != nil || !s.Complete() {
		t.Fatalf("%v\n%s", err, tell(s))
	}
	expect(t, s, "create thing.e made", "switch_on thing.e held back")
	p := w.plan()
	if len(p.Changes) != 1 || p.Changes[0].Action != plan.SwitchOn || len(p.Drift) > 0 {
		t.Fatalf("the next plan is not the activation alone:\n%s", show(p))
	}
	s, err = w.applyWith(context.Background(), p, apply.Options{ActivateOnly: true})
	if err != nil || s.Count(apply.Made) != 1 {
		t.Fatalf("%v\n%s", err, tell(s))
	}
	w.converge()
	w.desired = []resource.Resource{thing("e", resource.On, "blue")}
	s, err = w.applyWith(context.Background(), w.plan(), apply.Options{ActivateOnly: true})
	if err != nil || s.Count(apply.HeldBack) != 3 {
		t.Errorf("an edit was made by whom may only activate: %v\n%s", err, tell(s))
	}
}

func TestNotAsPlanned(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("e", resource.On, "red"), thing("f", resource.On, "red")}
	w.platform.bend = func(o *resource.Object) {
		if o.Key == "e" {
			o.Attributes = resource.Map{"color": resource.String("mauve")}
		}
	}
	s, err := w.apply(w.plan())
	if err != nil || s.Complete() {
		t.Fatalf("complete: %v, %v", s.Complete(), err)
	}
	expect(t, s, "create thing.e made", "create thing.f made", "switch_on thing.e not tried", "switch_on thing.f made")
	want := []plan.AttributeDiff{{Path: "color", Before: resource.String("red"), After: resource.String("mauve")}}
	if len(s.NotAsPlanned) != 1 || cmp.Diff(want, s.NotAsPlanned[0].Diff) != "" {
		t.Errorf("not as planned: %+v", s.NotAsPlanned)
	}
	if p := w.plan(); len(p.Drift) != 1 {
		t.Errorf("the next plan does not tell:\n%s", show(p))
	}
	w.platform.bend = nil
	w.converge()
}

func TestLatePlatformIsWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.platform.visible, w.platform.lateBy = types.Span{Amount: 30, Unit: types.Second}, 1
	w.desired = []resource.Resource{thing("a", "", "red")}
	s, err := w.apply(w.plan())
	if err != nil || !s.Complete() || w.waited != 30*time.Second {
		t.Errorf("waited %s: %v\n%s", w.waited, err, tell(s))
	}
}

func TestRetriesAreBounded(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("a", "", "red")}
	w.platform.fault = on("a", busy)
	s, err := w.apply(w.plan())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, s, "create thing.a failed")
	keys := map[string]bool{}
	for _, c := range w.platform.calls {
		keys[c.Key] = true
	}
	if len(w.platform.calls) != 5 || len(keys) != 1 || w.waited != 4*time.Minute {
		t.Errorf("%d calls with %d keys, waited %s", len(w.platform.calls), len(keys), w.waited)
	}
	w.platform.fault = nil
	w.converge()
}

// A platform that can be asked by nothing leaves the outcome unknown: nobody
// repeats the call.
func TestUnknownOutcomeIsNotRepeated(t *testing.T) {
	w := newWorld(t)
	w.platform.marks = targets.NoMark
	w.desired = []resource.Resource{thing("a", "", "red"), thing("b", "", "red", "a")}
	w.platform.fault = on("a", lostAfter)
	p := w.plan()
	s, err := w.apply(p)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, s, "create thing.a unknown", "create thing.b not tried")
	w.platform.fault = nil
	_, err = w.apply(p)
	var open *apply.OpenError
	if !errors.As(err, &open) || len(open.Open) != 1 || len(w.platform.objects) != 1 {
		t.Errorf("the second run: %v, %d objects", err, len(w.platform.objects))
	}
	w.platform.unique = true // now it can be found by its name
	w.converge()
	if len(w.platform.objects) != 2 {
		t.Errorf("%d objects", len(w.platform.objects))
	}
}

// byHand edits an object on the platform behind our back.
func (w *world) byHand(name string, change func(*resource.Object)) {
	for id, o := range w.platform.objects {
		if o.Key == name {
			change(&o)
			w.platform.objects[id] = o
		}
	}
}

func TestStalePlan(t *testing.T) {
	edit := (*world).byHand
	cases := map[string]struct {
		since func(*world)
		says  string
	}{
		"edited by hand":   {func(w *world) { edit(w, "a", func(o *resource.Object) { o.Attributes = resource.Map{} }) }, "changed on the platform"},
		"paused by hand":   {func(w *world) { edit(w, "e", func(o *resource.Object) { o.Switch = resource.Off }) }, "switched"},
		"gone":             {func(w *world) { edit(w, "a", func(o *resource.Object) { o.Kind = "another" }) }, "gone"},
		"another apply":    {func(w *world) { w.desired[0] = thing("a", "", "green"); w.converge() }, "another run"},
		"made in between":  {func(w *world) { w.desired = append(w.desired, thing("c", "", "green")); w.converge() }, "already"},
		"taken in between": {func(w *world) { w.desired = w.desired[1:]; w.converge() }, "not in the state"},
		"not touched":      {func(w *world) { edit(w, "b", func(o *resource.Object) { o.Attributes = resource.Map{} }) }, ""},
		"nothing":          {func(*world) {}, ""},
	}
	for name, c := range cases {
		w := newWorld(t)
		w.desired = []resource.Resource{thing("a", "", "red"), thing("b", "", "red"), thing("e", resource.On, "red")}
		w.converge()
		before := slices.Clone(w.desired)
		w.desired = []resource.Resource{thing("a", "", "blue"), thing("b", "", "red"), thing("e", resource.On, "blue"), thing("c", "", "blue")}
		p := w.plan()
		w.desired = before
		c.since(w)
		calls := len(w.platform.calls)
		_, err := w.apply(p)
		var stale *apply.StaleError
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: refused: %v", name, err)
		case c.says != "" && (!errors.As(err, &stale) || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: got %v", name, err)
		case c.says != "" && len(w.platform.calls) > calls:
			t.Errorf("%s: something was done", name)
		}
	}
}

// Another account than before is not touched, and what to do about it is said:
// the state knows one from the first apply on, before that only the plan does.
func TestAnotherAccount(t *testing.T) {
	for applied, want := range map[bool]string{
		false: "platform.p is the account umbrella now and was acme when the plan was made, and nothing was done; " +
			"set the credentials of acme, or make the plan again with those of umbrella: trayecto plan",
		true: "platform.p is the account umbrella now and was acme when it was last applied, and nothing was done; " +
			"set the credentials of acme and run trayecto plan again; where umbrella is to take its place, run trayecto state rm platform.p first, " +
			"which leaves what acme holds as it is and forgets it",
	} {
		w := newWorld(t)
		w.desired = []resource.Resource{thing("a", "", "red")}
		if applied {
			w.converge()
		}
		w.desired = []resource.Resource{thing("a", "", "blue")}
		p := w.plan()
		w.platform.account = "umbrella"
		_, err := w.apply(p)
		var other *apply.AccountError
		if !errors.As(err, &other) || err.Error() != want {
			t.Errorf("want %s\ngot  %v", want, err)
		}
	}
}

func TestInterruption(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("a", "", "red"), thing("b", "", "red"), thing("c", "", "red", "a")}
	ctx, cancel := context.WithCancel(context.Background())
	w.platform.fault = func(int, targets.Change) fault {
		cancel()
		return fine
	}
	s, err := w.applyWith(ctx, w.plan(), apply.Options{})
	if err != nil || !s.Interrupted || s.Complete() {
		t.Fatalf("%v, interrupted %v", err, s.Interrupted)
	}
	expect(t, s, "create thing.a made", "create thing.b not tried", "create thing.c not tried")
	if n := len(w.open().Pending()); n > 0 {
		t.Errorf("%d calls are open", n)
	}
	w.platform.fault = nil
	w.converge()
}

// The same saved plan, carried out again after a crash, goes on where it was.
func TestSavedPlanGoesOn(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("a", "", "red"), thing("e", resource.On, "red", "a")}
	w.converge()
	w.desired = []resource.Resource{thing("a", "", "red"), thing("b", "", "blue"), thing("e", resource.On, "blue", "a", "b")}
	p := w.plan()
	for cut := 2; cut < 9; cut++ {
		w.disk.appends, w.disk.failAt = 0, cut
		if _, err := w.apply(p); err == nil {
			break
		}
		w.disk = w.disk.repaired()
	}
	w.disk = w.disk.repaired()
	s, err := w.apply(p)
	if err != nil || s.Count(apply.Already) != len(p.Changes) {
		t.Errorf("%v\n%s", err, tell(s))
	}
	w.settled()
}

func TestOtherPlans(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("a", "", "red")}
	p := w.plan()
	for name, bend := range map[string]func(*plan.Plan){
		"project": func(p *plan.Plan) { p.Project = "other" },
		"env":     func(p *plan.Plan) { p.Env = "other" },
		"state":   func(p *plan.Plan) { p.State.Lineage = "other" },
		"platform": func(p *plan.Plan) {
			p.Changes = []plan.Change{{Address: resource.Address{Object: "x", Platform: "closed"}}}
		},
	} {
		q := *p
		bend(&q)
		if _, err := w.apply(&q); err == nil || len(w.platform.calls) > 0 {
			t.Errorf("%s: the plan of another was carried out: %v", name, err)
		}
	}
}

func TestReplacementOfLiveObject(t *testing.T) {
	w := newWorld(t)
	a := thing("a", "", "red")
	a.Attributes["fixed"] = resource.String("red")
	w.desired = []resource.Resource{a, thing("e", resource.On, "red", "a")}
	w.converge()
	b := thing("a", "", "red")
	b.Attributes["fixed"] = resource.String("blue")
	w.desired[0] = b
	s, err := w.apply(w.plan())
	if err != nil || !s.Complete() {
		t.Fatalf("%v\n%s", err, tell(s))
	}
	expect(t, s, "switch_off thing.e made", "replace thing.a made", "update thing.e made", "switch_on thing.e made")
	w.converge()
}

// 1,000 creations, the journal made durable in memory.
func BenchmarkApply1000(b *testing.B) {
	for b.Loop() {
		w := newWorld(b)
		for i := range 1000 {
			w.desired = append(w.desired, thing(fmt.Sprint("a", i), "", "red"))
		}
		if s, err := w.apply(w.plan()); err != nil || !s.Complete() {
			b.Fatal(err)
		}
	}
}
