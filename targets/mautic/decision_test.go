package mautic_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/mautic"
)

// deciding is a random journey of whoever has a country: messages, waits that end
// when one is opened or clicked, and branches by what they ended with.
func deciding(src *rand.Rand, p *ir.Program) {
	everyone(p)
	j := &p.Journeys[0]
	if src.IntN(2) == 0 {
		j.Goal = expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text("MX"), Type: types.String}}
	}
	send := func(name, of string) ir.Step {
		return ir.Send{Name: name, Touchpoint: "touchpoint." + of, IfCapped: "skip"}
	}
	until := expr.Did{Of: expr.Source{Step: "step.all.receipt", Outcome: []string{"opened", "clicked"}[src.IntN(2)]}, Window: expr.Window{Since: "run"}}
	then := []ir.Step{send("offer", "offer")}
	otherwise := []ir.Step{send("text", "text")}
	if src.IntN(2) == 0 {
		then, otherwise = otherwise, then
	}
	if src.IntN(2) == 0 {
		then = append([]ir.Step{ir.Wait{Name: "rest", For: types.Span{Amount: 1, Unit: types.Hour}}}, then...)
	}
	j.Steps = []ir.Step{send("receipt", "receipt"), ir.Wait{Name: "react", For: types.Span{Amount: 2, Unit: types.Hour}, Until: until},
		ir.Choose{Name: "reads", When: []ir.Branch{{Name: "yes", If: until, Steps: then}}, Otherwise: otherwise}}
	if src.IntN(2) == 0 { // what follows without a branch
		j.Steps = append(j.Steps[:2:2], then...)
	}
}

// Law: who gets what from a campaign with decisions and a goal is who the
// interpreter says gets it, with what Explain says is asked.
func TestDecisionsAreTheInterpreters(t *testing.T) {
	t.Parallel()
	sent, kept := 0, 0
	for seed := range uint64(12) {
		src := rand.New(rand.NewPCG(seed, 21))
		w := consenting(t, seed)
		deciding(src, w.program)
		ids := w.built(t)
		of := map[string]string{}
		for _, touchpoint := range []string{"offer", "text", "receipt"} {
			for _, role := range []string{"mail", "text"} {
				if id := ids[resource.Address{Object: "touchpoint." + touchpoint, Platform: "crm", Role: role}]; id != "" {
					of[map[string]string{"mail": "email", "text": "sms"}[role]+id] = "touchpoint." + touchpoint
				}
			}
		}
		e := w.target.Explain(w.program, w.program.Platforms[0])
		e.WindowGrain, e.DetectionDelay, e.Staleness = types.Span{}, types.Span{}, types.Span{} // the stand-in lives it at one instant
		machine, err := eval.NewMachine(w.program, eval.Terms{Enforcement: &e})
		if err != nil {
			t.Fatal(err)
		}
		reads := map[string]bool{}
		for _, c := range w.Contacts {
			reads[c.ID], c.Reads = src.IntN(2) == 0, map[string]bool{}
			for id, touchpoint := range of {
				for _, decision := range []string{"email.open ", "email.click "} {
					c.Reads[decision+strings.TrimPrefix(id, "email")] = reads[c.ID] && touchpoint == "touchpoint.receipt"
				}
			}
		}
		got := map[string][]string{}
		for _, s := range w.Run(ids[resource.Address{Object: "journey.all", Platform: "crm"}]) {
			got[s.Contact] = append(got[s.Contact], of[s.Kind+s.Message])
		}
		for n, p := range w.people {
			if said := w.Contacts[n].Barred["email"]; said != "" && said != "bounced" {
				continue // who said no to marketing gets no service message either: Mautic tells no complaint from it, which is a warning
			}
			want := decided(t, machine, p, reads[p.ID])
			slices.Sort(got[p.ID])
			if diff := cmp.Diff(want, got[p.ID]); diff != "" && !atBorder(w.program, p) {
				t.Errorf("seed %d, %s, who reads: %v (-want +got):\n%s", seed, p.ID, reads[p.ID], diff)
			}
			if sent += len(want); len(want) == 0 {
				kept++
			}
		}
	}
	if sent < 200 || kept < 50 {
		t.Errorf("%d messages were sent and %d people got none, which shows little", sent, kept)
	}
}

// decided is what the interpreter sends somebody who reads what they get, or not.
func decided(t *testing.T, m *eval.Machine, p *person.Person, reads bool) []string {
	t.Helper()
	life := m.Begin(p, sample.Now)
	at := sample.Now
	for range 3 {
		at += types.NewInstant(time.Unix(0, 0).Add(time.Minute))
		if reads && slices.ContainsFunc(life.Trace(), func(n eval.Note) bool { s, ok := n.(eval.Sent); return ok && s.Touchpoint == "touchpoint.receipt" }) {
			for _, kind := range []person.OutcomeKind{person.Opened, person.Clicked} {
				if err := life.Let(eval.Outcome{Touchpoint: "touchpoint.receipt", Channel: "channel.email", Kind: kind, At: at}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := life.Advance(at + types.NewInstant(time.Unix(0, 0).Add(12*time.Hour))); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range life.Trace() {
		if s, ok := n.(eval.Sent); ok {
			out = append(out, s.Touchpoint)
		}
	}
	slices.Sort(out)
	return out
}

// Trap: a published campaign of somebody else's that takes do-not-contact records
// away grants consent to everybody who once agreed. While there is one nothing is
// planned that relies on the records.
func TestCampaignsThatLetSayNoAreFound(t *testing.T) {
	i := installation(t)
	target := open(t, i)
	looks := []resource.Lookup{{Kind: "protection of", Key: "do-not-contact"}, {Kind: "contact field", Key: "email"}}
	theirs := i.Add("campaign", map[string]any{"name": "Win them back", "events": []any{map[string]any{"id": 1, "name": "forget it", "type": "lead.removednc", "eventType": "action"}}, "lists": []any{}})
	if _, err := target.Lookup(t.Context(), looks); err == nil || !strings.Contains(err.Error(), "Win them back") || !strings.Contains(err.Error(), "plan again") {
		t.Errorf("want the campaign named, got %v", err)
	}
	i.Do(func() { theirs.Attributes["isPublished"] = false })
	if got, err := target.Lookup(t.Context(), looks); err != nil || !got[0].Found || !got[1].Found {
		t.Errorf("want nothing in the way of an unpublished one, got %+v, %v", got, err)
	}
	i.Do(func() { theirs.Attributes["isPublished"] = true })
	if got, err := target.Lookup(t.Context(), looks[1:]); err != nil || !got[0].Found {
		t.Errorf("want nothing in the way of who sends no marketing, got %+v, %v", got, err)
	}
	w := consenting(t, 1)
	everyone(w.program)
	p := w.program
	l := mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.crm")})
	if _, asked := l.Lookups[looks[0]]; !asked {
		t.Errorf("marketing is sent and nobody asks for the protection: %v", l.Lookups)
	}
}
