package notifuse_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// Law: of people who all come to a send, those get the message whom the
// consent rules allow it, and nobody else; also when the platform would let
// others through: who was removed from the list, and who never confirmed.
func TestGatesAreTheRules(t *testing.T) {
	asked, sent, withheld := 0, 0, 0
	for seed := range uint64(60) {
		h := newHouse(t)
		src := rand.New(rand.NewPCG(seed, 9))
		o := sample.Options{Without: beyond | sample.Computed}
		w := newWorld(src, o, h.open)
		w.program.Segments = nil
		w.journeys()
		l := notifuse.New().Lower(targets.LowerRequest{Program: w.program, Platform: w.config.Platform, Placed: w.program.Placed("platform.sandbox")})
		if l.Diagnostics.HasErrors() {
			continue // a rule that the platform cannot say
		}
		w.populate(t, src, o)
		w.deploy(t)
		for _, p := range w.people {
			w.contact(p)
		}
		got := w.enact(t, l)
		for _, x := range w.program.Touchpoints {
			want := []string{}
			for _, p := range w.people {
				if w.eval.Allowed(x.Purpose, "channel.email", p) {
					want = append(want, types.Spell(p.Get("email")))
				}
			}
			slices.Sort(want)
			if slices.Contains(w.program.Project.LeaveOut, x.Address) {
				continue
			}
			if diff := cmp.Diff(want, got[x.Address], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("seed %d, %s (-allowed +sent):\n%s", seed, x.Address, diff)
			}
			asked, sent, withheld = asked+1, sent+len(want), withheld+len(w.people)-len(want)
		}
	}
	if asked < 30 || sent < asked || withheld < asked {
		t.Errorf("%d messages, %d sent and %d withheld, show little", asked, sent, withheld)
	}
}

// journeys is one for each touchpoint that goes by mail, on the same event.
func (w *world) journeys() {
	p := w.program
	p.Events = append(p.Events, ir.Event{Head: ir.Head{Address: "event.start"}})
	p.Moments = []ir.Moment{{Head: ir.Head{Address: "moment.start"}, Detect: ir.OnEvent{Event: "event.start"}}}
	for i, x := range p.Touchpoints {
		if slices.Contains(p.Project.LeaveOut, x.Address) {
			continue
		}
		p.Journeys = append(p.Journeys, ir.Journey{
			Head: ir.Head{Address: fmt.Sprintf("journey.j%d", i)}, OnChange: "migrate", Enter: ir.Enter{Moment: "moment.start", Again: "always"},
			Steps: []ir.Step{ir.Send{Name: "now", Touchpoint: x.Address}},
		})
	}
	p.Sort()
}

// enact switches the journeys on and lets everybody start; it returns who got
// which touchpoint.
func (w *world) enact(t *testing.T, l targets.Lowered) map[string][]string {
	t.Helper()
	for _, r := range l.Resources {
		if r.Kind == "automation" {
			w.make(t, r)
			w.switchOn(t, r)
		}
	}
	for _, p := range w.people {
		w.workspace.Happen(types.Spell(p.Get("email")), "start")
	}
	w.workspace.Pass(0)
	out := map[string][]string{}
	for _, m := range w.workspace.Sent {
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

func (w *world) switchOn(t *testing.T, r resource.Resource) {
	t.Helper()
	prior := &resource.Object{Kind: r.Kind, ID: w.ids[r.Address]}
	change := targets.Change{Action: targets.SwitchOn, Resource: resource.Resource{Address: r.Address, Kind: r.Kind}, Prior: prior, Key: "on " + r.Address.String()}
	if err := w.target.Apply(t.Context(), slices.Values([]targets.Change{change}), func(result targets.Result) {
		if result.Err != nil {
			t.Fatalf("%s: %v", r.Address, result.Err)
		}
	}); err != nil {
		t.Fatal(err)
	}
}

// The standings of people that the platform itself would write to.
func TestWhoWouldBeWrittenTo(t *testing.T) {
	h := newHouse(t)
	config, workspace := h.open("tier", "custom_string_1")
	w := &world{config: config, workspace: workspace, ids: map[resource.Address]string{}}
	w.program, _ = programs(config.Platform)
	w.program.Regimes = slices.DeleteFunc(w.program.Regimes, func(r ir.Regime) bool { return r.Address == "regime.es" }) // a plain yes is enough
	w.program.Journeys = []ir.Journey{{Head: ir.Head{Address: "journey.j"}, OnChange: "migrate", Enter: ir.Enter{Moment: "moment.signed_up", Again: "always"},
		Steps: []ir.Step{ir.Send{Name: "now", Touchpoint: "touchpoint.offer_mail"}}}}
	w.program.Project.OnlyTo = []string{"yes@example.test", "Pending@example.test", "never@example.test", "removed@example.test", "gone@example.test", "bounced@example.test"}
	w.deploy(t)
	list := w.ids[resource.Address{Object: "consent.news", Platform: "sandbox"}]
	for name, status := range map[string]string{"yes": "active", "pending": "pending", "removed": "active", "gone": "unsubscribed", "bounced": "active", "outside": "active"} {
		workspace.Contact(name+"@example.test").Subscribe(list, status)
	}
	workspace.Contact("never@example.test")
	workspace.Contact("removed@example.test").Remove(list)
	bounced := workspace.Contact("bounced@example.test")
	bounced.Timeline = append(bounced.Timeline, fake.Entry{Kind: "bounce_email", At: h.Clock})
	l := w.target.Lower(targets.LowerRequest{Program: w.program, Platform: config.Platform, Placed: w.program.Placed("platform.sandbox")})
	for _, r := range l.Resources {
		if r.Kind == "automation" {
			w.make(t, r)
			w.switchOn(t, r)
		}
	}
	for _, name := range []string{"yes", "pending", "never", "removed", "gone", "bounced", "outside"} {
		workspace.Happen(name+"@example.test", "signed_up")
	}
	workspace.Pass(0)
	var got []string
	for _, m := range workspace.Sent {
		got = append(got, m.To)
	}
	if diff := cmp.Diff([]string{"yes@example.test"}, got); diff != "" {
		t.Errorf("who got the offer (-want +got):\n%s", diff)
	}
}

// Explain names a gate for each send, and no gate allows what the rules do not.
func TestExplainIsNoWeakerThanTheRules(t *testing.T) {
	h := newHouse(t)
	for seed := range uint64(20) {
		src := rand.New(rand.NewPCG(seed, 9))
		o := sample.Options{Without: beyond | sample.Computed}
		w := newWorld(src, o, h.open)
		w.program.Segments = nil
		w.journeys()
		w.populate(t, src, o)
		e := notifuse.New().Explain(w.program, w.config.Platform)
		if len(e.Gates) != len(w.program.Journeys) {
			t.Fatalf("%d gates for %d sends", len(e.Gates), len(w.program.Journeys))
		}
		for i, j := range w.program.Journeys {
			x, _ := ir.Find(w.program.Touchpoints, j.Steps[0].(ir.Send).Touchpoint)
			for _, p := range w.people {
				open := w.truth(e.Gates[i].Condition, p)
				if open && !w.eval.Allowed(x.Purpose, "channel.email", p) {
					t.Errorf("seed %d: the gate of %s lets %s through", seed, j.Address, p.ID)
				}
			}
		}
	}
}
