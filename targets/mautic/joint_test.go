package mautic_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/mautic"
)

// name is one that no other step has.
func (w *wandering) name(of string) string { w.n++; return fmt.Sprintf("%s_%d", of, w.n) }

// wandering is a random journey of messages, of channels that are closed, of
// choices, and of waits.
type wandering struct {
	src  *rand.Rand
	n    int
	left []string // touchpoints that were not sent yet: marketing goes out once
}

func (w *wandering) steps(depth, most int) []ir.Step {
	var out []ir.Step
	for range 1 + w.src.IntN(most) {
		switch w.src.IntN(6) {
		case 0:
			out = append(out, ir.Do{Name: w.name("close"), Action: []string{"action.no_mail", "action.no_text"}[w.src.IntN(2)]})
		case 1:
			out = append(out, ir.Wait{Name: w.name("rest"), For: types.Span{Amount: int64(1 + w.src.IntN(3)), Unit: types.Hour}})
		case 2, 3:
			if depth == 0 {
				continue
			}
			from := []string{"ES", "MX", "other"}[w.src.IntN(3)]
			country := expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text(from), Type: types.String}}
			out = append(out, ir.Choose{Name: w.name("where"), When: []ir.Branch{{Name: "there", If: country, Steps: w.steps(depth-1, 2)}}, Otherwise: w.steps(depth-1, 2)})
		default:
			if len(w.left) > 0 {
				out = append(out, ir.Send{Name: w.name("send"), Touchpoint: w.left[0], IfCapped: "skip"})
				w.left = w.left[1:]
			}
		}
	}
	return out
}

// Law: a campaign of messages, closed channels and choices sends everybody what
// the interpreter sends them, though what comes together after a choice stands
// beside it in the campaign.
func TestWaysThatComeTogetherAreTheInterpreters(t *testing.T) {
	t.Parallel()
	sent, closed := 0, 0
	for seed := range uint64(30) {
		src := rand.New(rand.NewPCG(seed, 33))
		w := consenting(t, seed)
		everyone(w.program)
		w.program.Actions = []ir.Action{{Head: head("action.no_mail"), Kind: "suppress", Channel: "channel.email"}, {Head: head("action.no_text"), Kind: "suppress", Channel: "channel.sms"}}
		journey := &wandering{src: src, left: []string{"touchpoint.text", "touchpoint.offer", "touchpoint.receipt"}}
		w.program.Journeys[0].Steps = append(journey.steps(2, 5), ir.Do{Name: "end", Action: "action.no_text"})
		ids := w.built(t)
		e := w.target.Explain(w.program, w.program.Platforms[0])
		e.WindowGrain, e.DetectionDelay, e.Staleness = types.Span{}, types.Span{}, types.Span{} // the stand-in knows at once
		machine, err := eval.NewMachine(w.program, eval.Terms{Enforcement: &e})
		if err != nil {
			t.Fatal(err)
		}
		skip := map[string]bool{} // who said no to marketing gets no service message either: Mautic tells no complaint from it, which is a warning
		for n, p := range w.people {
			skip[p.ID] = w.Contacts[n].Barred["email"] != "" && w.Contacts[n].Barred["email"] != "bounced"
		}
		of := w.touchpoints(ids)
		got := map[string][]string{}
		for _, s := range w.Run(ids[resource.Address{Object: "journey.all", Platform: "crm"}]) {
			got[s.Contact] = append(got[s.Contact], of[s.Kind+s.Message])
		}
		for _, p := range w.people {
			if skip[p.ID] || atBorder(w.program, p) {
				continue
			}
			want := decided(t, machine, p, false)
			slices.Sort(got[p.ID])
			if diff := cmp.Diff(want, got[p.ID]); diff != "" {
				t.Errorf("seed %d, %s (-want +got):\n%s\n%+v", seed, p.ID, diff, w.program.Journeys[0].Steps)
			}
			sent += len(want)
		}
		ir.Walk(w.program.Journeys[0].Steps, func(s ir.Step) {
			if _, closes := s.(ir.Do); closes {
				closed++
			}
		})
	}
	if sent < 150 || closed < 15 {
		t.Errorf("%d messages were sent and %d steps close a channel, which shows little", sent, closed)
	}
}

// touchpoints are the addresses of touchpoints by kind and id of their message.
func (w *world) touchpoints(ids map[resource.Address]string) map[string]string {
	of := map[string]string{}
	for _, t := range w.program.Touchpoints {
		for role, kind := range map[string]string{"mail": "email", "text": "sms"} {
			if id := ids[resource.Address{Object: t.Address, Platform: "crm", Role: role}]; id != "" {
				of[kind+id] = t.Address
			}
		}
	}
	return of
}

// A journey that only waits is no campaign, which is told before Mautic tells it.
func TestOnlyWaiting(t *testing.T) {
	_, found := long(t, []ir.Step{ir.Wait{Name: "rest", For: types.Span{Amount: 1, Unit: types.Day}}})
	if len(found) != 1 || !strings.Contains(found[0].Detail, "at least one event") {
		t.Errorf("got %v", found)
	}
}

// long is the events of a campaign of so many steps.
func long(t *testing.T, steps []ir.Step) ([]string, diag.List) {
	t.Helper()
	w := consenting(t, 1)
	everyone(w.program)
	w.program.Journeys[0].Steps = steps
	l := mautic.New().Lower(targets.LowerRequest{Program: w.program, Platform: w.program.Platforms[0], Placed: w.program.Placed("platform.crm")})
	var names []string
	for _, r := range l.Resources {
		if r.Kind != "campaign" {
			continue
		}
		for _, item := range r.Attributes["events"].(resource.List) {
			e := item.(resource.Map)
			names = append(names, strings.TrimSpace(fmt.Sprintf("%v<%v%v", e["name"], e["parent"], map[bool]any{true: "", false: e["decisionPath"]}[e["decisionPath"] == nil])))
		}
	}
	var errors diag.List
	for _, d := range l.Diagnostics {
		if d.Rule.Code == "CAP463" {
			errors = append(errors, d)
		}
	}
	return names, errors
}

// Trap: an event has one event before it, so ways never come together again. A
// message and a choice without waits therefore stand beside what follows, and a
// campaign is as long as its journey.
func TestMessagesDoNotDoubleWhatFollows(t *testing.T) {
	send := func(n int) ir.Step {
		return ir.Send{Name: fmt.Sprintf("s%d", n), Touchpoint: "touchpoint.receipt", IfCapped: "skip"}
	}
	rest := ir.Wait{Name: "rest", For: types.Span{Amount: 1, Unit: types.Day}}
	spain := expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text("ES"), Type: types.String}}
	var mails, choices []ir.Step
	for n := range 21 {
		mails = append(mails, send(n), rest)
		choices = append(choices, ir.Choose{Name: fmt.Sprintf("c%d", n), When: []ir.Branch{{Name: "es", If: spain, Steps: []ir.Step{send(2 * n)}}}}, rest)
	}
	got, found := long(t, mails[:4])
	want := []string{"s0: begins<<nil>", "s0: may get it<new_1", "s0<new_2yes", "s1: begins<new_1", "s1: may get it<new_4", "s1<new_5yes"}
	if diff := cmp.Diff(want, got); diff != "" || len(found) > 0 {
		t.Errorf("(-want +got):\n%s%v", diff, found)
	}
	for name, c := range map[string]struct {
		steps []ir.Step
		want  int
	}{"messages": {mails, 63}, "choices": {choices[:20], 50}} {
		if got, found := long(t, c.steps); len(got) != c.want || len(found) > 0 {
			t.Errorf("%s: want %d events, got %d and %v", name, c.want, len(got), found)
		}
	}
	if got, found := long(t, choices); len(got) > 0 || len(found) != 1 || !strings.Contains(found[0].Detail, "more than 100 events") || !strings.Contains(found[0].Help, "two journeys") {
		t.Errorf("want a campaign too long refused, got %d events and %v", len(got), found)
	}
	var ways []ir.Step
	for n := range 7 {
		ways = append(ways, ir.Choose{Name: fmt.Sprintf("c%d", n), At: diag.Range{File: "j.hcl", Start: diag.Pos{Line: n + 1}}, When: []ir.Branch{{Name: "es", If: spain, Steps: []ir.Step{rest, send(n)}}}})
	}
	if got, found := long(t, ways); len(got) > 0 || len(found) != 1 || !strings.Contains(found[0].Detail, "once for each way") || found[0].At.Start.Line != 1 {
		t.Errorf("want ways that take different times refused at the first, got %d events and %v", len(got), found)
	}
}

// Trap: of several events behind one, Mautic promises no order but that questions
// come before actions. A step that closes a channel stands behind the message
// before it.
func TestAMessageComesBeforeWhatClosesItsChannel(t *testing.T) {
	w := consenting(t, 1)
	everyone(w.program)
	w.program.Actions = []ir.Action{{Head: head("action.no_mail"), Kind: "suppress", Channel: "channel.email"}}
	w.program.Journeys[0].Steps = []ir.Step{ir.Send{Name: "offer", Touchpoint: "touchpoint.offer", IfCapped: "skip"}, ir.Do{Name: "close", Action: "action.no_mail"},
		ir.Send{Name: "receipt", Touchpoint: "touchpoint.receipt", IfCapped: "skip"}}
	ids := w.built(t)
	of, offers := w.touchpoints(ids), 0
	for _, s := range w.Run(ids[resource.Address{Object: "journey.all", Platform: "crm"}]) {
		switch of[s.Kind+s.Message] {
		case "touchpoint.offer":
			offers++
		case "touchpoint.receipt":
			t.Errorf("%s was written to after the channel was closed", s.Contact)
		}
	}
	if offers < 3 {
		t.Errorf("%d people got the offer that comes before the channel is closed", offers)
	}
}
