package notifuse_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/notifuse"
)

// instant is that of the one-offs in random worlds.
var instant = sample.Now + types.Instant(2*time.Hour/time.Microsecond)

// Law: a one-off goes to those of the list whom it is for and to whom the rules
// allow it at its instant, whoever was taken off a list excepted; and to nobody
// else, whatever the platform itself would do.
func TestOneOffsAreTheRules(t *testing.T) {
	asked, sent, withheld := 0, 0, 0
	for seed := range uint64(110) {
		h := newHouse(t)
		src := rand.New(rand.NewPCG(seed, 11))
		o := sample.Options{Without: beyond | sample.Computed}
		w := newWorld(src, o, h.open)
		w.config.Platform.Config.Settings = append(w.config.Platform.Config.Settings, ir.Setting{Name: "everyone", Value: types.Text("Everybody")})
		w.program.Platforms[0] = w.config.Platform
		w.oneOffs()
		l := w.lower()
		w.workspace.Make("lists", map[string]any{"id": "everybody", "name": "Everybody", "is_public": false, "is_double_optin": false})
		w.populate(t, src, o)
		w.deploy(t)
		removed := map[string]bool{}
		for _, p := range w.people {
			w.contact(p)
			c := w.workspace.Contact(types.Spell(p.Get("email")))
			for list := range c.Statuses {
				if src.IntN(8) == 0 {
					c.Remove(list)
					removed[c.Email] = true
				}
			}
			c.Subscribe("everybody", "active")
		}
		got := w.enactOneOffs(t, l)
		at, err := eval.New(w.program, nil, instant)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range w.program.Journeys {
			x, _ := ir.Find(w.program.Touchpoints, j.Steps[0].(ir.Send).Touchpoint)
			purpose, _ := ir.Find(w.program.Purposes, x.Purpose)
			consent, _ := w.program.ConsentFor(x.Purpose, "channel.email")
			var want []string
			for _, p := range w.people {
				email := types.Spell(p.Get("email"))
				listed := purpose.Class != ir.Marketing || at.Record(consent.Address, "channel.email", p).State == eval.Granted && !removed[email]
				if listed && at.Member(j.Enter.Who, p) && at.Allowed(x.Purpose, "channel.email", p) {
					want = append(want, email)
				}
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, got[x.Address], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("seed %d, %s (-allowed +sent):\n%s", seed, j.Address, diff)
			}
			asked, sent, withheld = asked+1, sent+len(want), withheld+len(w.people)-len(want)
		}
	}
	if asked < 30 || sent < 2*asked || withheld < asked {
		t.Errorf("%d messages, %d sent and %d withheld, show little", asked, sent, withheld)
	}
}

func (w *world) lower() targets.Lowered {
	return notifuse.New().Lower(targets.LowerRequest{Program: w.program, Platform: w.config.Platform, Placed: w.program.Placed("platform.sandbox")})
}

// oneOffs is one for each touchpoint that goes by mail, but for those with a
// rule that the platform cannot say or that leaves nobody.
func (w *world) oneOffs() {
	p := w.program
	var sayable []ir.Journey
	for i, x := range p.Touchpoints {
		if slices.Contains(p.Project.LeaveOut, x.Address) {
			continue
		}
		p.Journeys = []ir.Journey{{
			Head: ir.Head{Address: fmt.Sprintf("journey.j%d", i)}, OnChange: "migrate",
			Enter: ir.Enter{Instant: instant, Who: fmt.Sprintf("segment.r%d", i%6), Again: "never"},
			Steps: []ir.Step{ir.Send{Name: "now", Touchpoint: x.Address}},
		}}
		if !w.lower().Diagnostics.HasErrors() {
			sayable = append(sayable, p.Journeys...)
		}
	}
	p.Journeys = sayable
	p.Sort()
}

func (w *world) enactOneOffs(t *testing.T, l targets.Lowered) map[string][]string {
	t.Helper()
	for _, r := range l.Resources {
		if r.Kind == "broadcast" {
			r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
				if look, is := v.(resource.Lookup); is {
					return resource.String(strings.ToLower(look.Key))
				}
				return nil
			}).(resource.Map)
			w.make(t, r)
			w.switchOn(t, r)
		}
	}
	w.workspace.Pass(3 * time.Hour)
	out := map[string][]string{}
	for _, m := range w.workspace.Sent {
		if !m.At.Equal(instant.Time()) {
			t.Errorf("%s got something at %s", m.To, m.At)
		}
		for address, id := range w.ids {
			if id == m.Template {
				out[address.Object] = append(out[address.Object], m.To)
			}
		}
	}
	for _, to := range out {
		slices.Sort(to)
	}
	return out
}

// once is a desk on which the kit's one-off is deployed and a plain yes is enough.
func once(t *testing.T) (*desk, resource.Object) {
	d := newDesk(t)
	d.program.Regimes = slices.DeleteFunc(d.program.Regimes, func(r ir.Regime) bool { return r.Address == "regime.es" })
	d.journey("journey.once").Enter.Who = ""
	d.deploy()
	for _, name := range []string{"ana", "bea", "eva"} {
		d.workspace.Contact(name+"@example.test").Subscribe(d.object("consent.news", "").ID, "active")
	}
	return d, d.object("journey.once", "")
}

func (d *desk) turn(o resource.Object, to targets.Action) (*resource.Object, error) {
	return d.change(targets.Change{Action: to, Resource: resource.Resource{Kind: o.Kind, Address: resource.Address{Object: "journey.once", Platform: "sandbox"}}, Prior: &o, Mark: o.Mark, Key: string(to)})
}

// got is how many of the three got the one-off.
func (d *desk) got() int {
	n := 0
	for _, name := range []string{"ana", "bea", "eva"} {
		n += len(d.workspace.To(name + "@example.test"))
	}
	return n
}

// What is off at its instant reaches nobody, and is not sent afterwards; what is
// on again before it goes out when it should.
func TestAOneOffThatIsOff(t *testing.T) {
	d, o := once(t)
	off, err := d.turn(o, targets.SwitchOff)
	if err != nil || off.Switch != resource.Off || off.ID != o.ID {
		t.Fatalf("off: %+v, %v", off, err)
	}
	if diff := cmp.Diff(o.Attributes, off.Attributes); diff != "" {
		t.Errorf("it is otherwise once it is off (-on +off):\n%s", diff)
	}
	on, err := d.turn(*off, targets.SwitchOn)
	if err != nil || on.Switch != resource.On || on.ID != o.ID {
		t.Fatalf("on again: %+v, %v", on, err)
	}
	if off, err = d.turn(*on, targets.SwitchOff); err != nil {
		t.Fatal(err)
	}
	d.workspace.Pass(72 * time.Hour)
	if n := d.got(); n != 0 {
		t.Errorf("%d got what was off", n)
	}
	d.config.Now = d.Clock
	if err := d.target.Configure(t.Context(), d.config); err != nil {
		t.Fatal(err)
	}
	_, err = d.turn(*off, targets.SwitchOn)
	says(t, err, targets.Permanent, "was off at its instant", "would send it at once", "another instant")

	d, o = once(t)
	if off, err = d.turn(o, targets.SwitchOff); err != nil {
		t.Fatal(err)
	}
	if _, err = d.turn(*off, targets.SwitchOn); err != nil {
		t.Fatal(err)
	}
	d.workspace.Pass(72 * time.Hour)
	if n := d.got(); n != 3 {
		t.Errorf("%d of 3 got it", n)
	}
}

// A one-off that is being sent is paused and goes on; nobody gets it twice.
func TestPausingAOneOff(t *testing.T) {
	d, o := once(t)
	d.workspace.Batch = 1
	d.workspace.Pass(launch.Time().Sub(d.Clock))
	paused, err := d.turn(o, targets.SwitchOff)
	if err != nil || paused.Switch != resource.Off {
		t.Fatalf("%+v, %v", paused, err)
	}
	d.workspace.Pass(time.Hour)
	if n := d.got(); n != 1 {
		t.Errorf("%d got it before it was paused", n)
	}
	edit := resource.Resource{Kind: "broadcast", Attributes: maps.Clone(paused.Attributes)}
	edit.Attributes["name"] = resource.String("other")
	_, err = d.change(targets.Change{Action: targets.Update, Resource: edit, Prior: paused, Key: "edit"})
	says(t, err, targets.Permanent, "began to be sent", "another instant")
	edit.Attributes["send_at"] = resource.String("2027-01-01T00:00:00Z")
	answers, err := d.target.Plan(t.Context(), []targets.PlanRequest{{Prior: paused, Desired: &edit}})
	if err != nil || !slices.Equal(answers[0].Replace, []string{"send_at"}) {
		t.Errorf("another instant is another broadcast: %+v, %v", answers, err)
	}
	d.config.Now = launch.Time().Add(time.Hour)
	if err := d.target.Configure(t.Context(), d.config); err != nil {
		t.Fatal(err)
	}
	if _, err := d.turn(*paused, targets.SwitchOn); err != nil {
		t.Fatal(err)
	}
	d.workspace.Pass(time.Hour)
	if n := d.got(); n != 3 {
		t.Errorf("%d of 3 got it", n)
	}
	d.config.Now = launch.Time().Add(48 * time.Hour)
	if err := d.target.Configure(t.Context(), d.config); err != nil {
		t.Fatal(err)
	}
	late, err := d.turn(o, targets.SwitchOff)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.turn(*late, targets.SwitchOn)
	says(t, err, targets.Permanent, "is long past")
}

// What somebody called off or broke is not sent again by us.
func TestAOneOffThatIsOver(t *testing.T) {
	for status, words := range map[string]string{"cancelled": "cannot be scheduled again", "failed": "may have written to some"} {
		d, o := once(t)
		d.workspace.Edit("broadcasts", o.ID, func(body map[string]any) { body["status"] = status })
		_, err := d.turn(o, targets.SwitchOn)
		says(t, err, targets.Permanent, words)
	}
	d, o := once(t)
	if _, err := d.change(targets.Change{Action: targets.Delete, Resource: resource.Resource{Kind: "broadcast"}, Prior: &o, Key: "gone"}); err != nil {
		t.Fatal(err)
	}
	d.workspace.Pass(72 * time.Hour)
	if n := d.got(); n != 0 {
		t.Errorf("%d got what was deleted", n)
	}
}

// An instant that was changed by hand is seen, and so is another audience.
func TestAOneOffChangedByHand(t *testing.T) {
	d, o := once(t)
	d.workspace.Edit("broadcasts", o.ID, func(body map[string]any) {
		body["schedule"] = map[string]any{"is_scheduled": true, "scheduled_date": "2026-12-24", "scheduled_time": "10:00", "timezone": "Europe/Madrid", "use_recipient_timezone": true}
		body["audience"] = map[string]any{"list": "other", "segments": []any{"a", "b"}, "exclude_unsubscribed": false}
	})
	now, err := d.target.Get(t.Context(), "broadcast", []string{o.ID})
	if err != nil || len(now) != 1 {
		t.Fatal(now, err)
	}
	want := resource.Map{"name": o.Attributes["name"], "template": o.Attributes["template"], "send_at": resource.String("2026-12-24T09:00:00Z"), "list": resource.String("other"),
		"provider": resource.String("provider"), "segments": resource.Strings("a", "b"), "to_unsubscribed": resource.Bool(true), "recipient_timezone": resource.Bool(true)}
	if diff := cmp.Diff(want, now[0].Attributes); diff != "" {
		t.Errorf("by hand (-want +got):\n%s", diff)
	}
}

// Other words of an audience are another segment: the platform would keep
// everybody in who was, where nobody fulfils the new ones.
func TestAnotherAudienceIsAnotherSegment(t *testing.T) {
	d, _ := once(t)
	prior := d.object("journey.once", "audience")
	desired := resource.Resource{Kind: "segment", Address: resource.Address{Object: "journey.once", Platform: "sandbox", Role: "audience"},
		Attributes: resource.Map{"name": prior.Attributes["name"], "timezone": prior.Attributes["timezone"], "tree": resource.Map{}}}
	answers, err := d.target.Plan(t.Context(), []targets.PlanRequest{{Prior: &prior, Desired: &desired}})
	if err != nil || !slices.Equal(answers[0].Replace, []string{"tree"}) {
		t.Errorf("%+v, %v", answers, err)
	}
	// The platform's ways themselves.
	segment := d.object("journey.once", "audience").ID
	d.workspace.Pass(time.Hour)
	if diff := cmp.Diff([]string{"ana@example.test", "bea@example.test", "eva@example.test"}, d.workspace.In(segment)); diff != "" {
		t.Fatalf("in the audience (-want +got):\n%s", diff)
	}
	if _, err := d.change(targets.Change{Action: targets.Update, Prior: &prior, Key: "words", Resource: resource.Resource{Kind: "segment",
		Attributes: resource.Map{"name": prior.Attributes["name"], "timezone": prior.Attributes["timezone"], "tree": encodedNone}}}); err != nil {
		t.Fatal(err)
	}
	d.workspace.Pass(time.Second)
	if got := d.workspace.In(segment); len(got) != 3 {
		t.Errorf("the platform let %v stay", got)
	}
}

// encodedNone is a condition that nobody fulfils.
var encodedNone = resource.Map{"kind": resource.String("leaf"), "leaf": resource.Map{"source": resource.String("contacts"), "contact": resource.Map{"filters": resource.List{
	resource.Map{"field_name": resource.String("email"), "field_type": resource.String("string"), "operator": resource.String("is_not_set")}}}}}

// What a broadcast is not is refused where it is written.
func TestWhatIsNoOneOff(t *testing.T) {
	for says, edit := range map[string]func(*ir.Journey){
		"does more than to send one message": func(j *ir.Journey) {
			j.Steps = append(j.Steps, ir.Wait{Name: "more", For: types.Span{Amount: 1, Unit: types.Day}})
		},
		"sends at a whole minute": func(j *ir.Journey) { j.Enter.Instant = launch + 1 },
		"nothing says on which everybody is": func(j *ir.Journey) {
			j.Steps = []ir.Step{ir.Send{Name: "once", Touchpoint: "touchpoint.welcome_mail"}}
		},
	} {
		d := newDesk(t)
		edit(d.journey("journey.once"))
		l := d.lower()
		if !slices.ContainsFunc(l.Diagnostics, func(x diag.Diagnostic) bool { return x.Rule.Code == "NTF201" && strings.Contains(x.Detail, says) }) {
			t.Errorf("nothing says %q: %+v", says, l.Diagnostics)
		}
	}
}
