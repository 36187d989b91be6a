package eval_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/types"
)

// storyShop is the shop of the corpus of journeys with something added.
func storyShop(t *testing.T, more string) *ir.Program {
	t.Helper()
	shop, err := os.ReadFile("../../testdata/journeys/shop.hcl")
	if err != nil {
		t.Fatal(err)
	}
	p, found := project.From(source.Of(source.File{Path: "shop.hcl", Text: string(shop)}, source.File{Path: "case.hcl", Text: more}), project.Options{})
	program, rest := compiler.Compile(p)
	if found = append(found, rest...); found.HasErrors() {
		t.Fatal(diag.Format(found, p.Sources.Line))
	}
	return program
}

const monday = types.Instant(1_768_208_400_000_000) // 12 January 2026, 10:00 in Madrid

func shopMachine(t *testing.T, p *ir.Program, e *ir.Enforcement) *eval.Machine {
	t.Helper()
	m, err := eval.NewMachine(p, eval.Terms{Enforcement: e})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func visitor() *person.Person {
	return &person.Person{ID: "ana", Attributes: map[string]types.Value{"id": types.Text("ana"), "email": types.Text("ana@example.test")}}
}

func hoursOn(hours int) types.Instant { return monday + types.Instant(hours)*anHour }

func occurs(hours int, event string, fields map[string]types.Value) eval.Happening {
	return eval.Event{Type: "event." + event, At: hoursOn(hours), Fields: fields}
}

// said is what runs did, in a few words each.
func said(notes []eval.Note) string {
	var b strings.Builder
	for _, n := range notes {
		at := (n.When() - monday) / anHour
		switch n := n.(type) {
		case eval.Entered:
			fmt.Fprintf(&b, "%dh enters %s\n", at, n.Journey)
		case eval.Sent:
			fmt.Fprintf(&b, "%dh sent %s\n", at, n.Step)
		case eval.Dropped:
			fmt.Fprintf(&b, "%dh dropped %s: %s\n", at, n.Step, n.Why)
		case eval.Left:
			fmt.Fprintf(&b, "%dh left %s: %s\n", at, n.Journey, n.Why)
		case eval.Remains:
			fmt.Fprintf(&b, "%dh remains %s at %s\n", at, n.Journey, n.Step)
		}
	}
	return b.String()
}

func journeyJ(policy, steps string) string {
	return fmt.Sprintf("journey \"j\" {\n  enter { on = moment.joined }\n  on_change = %q\n%s\n}\n", policy, steps)
}

const waitAndNote = `
  wait "a_week" { for = "7d" }
  send "note" { touchpoint = touchpoint.note }`

// What becomes of somebody who is in a journey when it changes.
func TestEdits(t *testing.T) {
	shorter := strings.ReplaceAll(waitAndNote, "7d", "2d")
	for _, c := range []struct{ name, after, want string }{
		{"finish: in the old version, until its end", journeyJ("finish", shorter), "0h enters journey.j\n168h sent step.j.note\n168h left journey.j: finished\n"},
		{"migrate: the wait is counted from when it was reached", journeyJ("migrate", shorter), "0h enters journey.j\n48h sent step.j.note\n48h left journey.j: finished\n"},
		{"migrate: a wait that would be over is over", journeyJ("migrate", strings.ReplaceAll(waitAndNote, "7d", "12h")), "0h enters journey.j\n24h sent step.j.note\n24h left journey.j: finished\n"},
		{"migrate: another step comes after it", journeyJ("migrate", waitAndNote+"\n  send \"more\" { touchpoint = touchpoint.note }"),
			"0h enters journey.j\n168h sent step.j.note\n168h sent step.j.more\n168h left journey.j: finished\n"},
		{"stop", journeyJ("stop", shorter), "0h enters journey.j\n24h left journey.j: stopped\n"},
		{"the journey is gone", "", "0h enters journey.j\n168h sent step.j.note\n168h left journey.j: finished\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := shopMachine(t, storyShop(t, journeyJ("finish", waitAndNote)), nil)
			edit := eval.Edit{At: hoursOn(24), To: shopMachine(t, storyShop(t, c.after), nil)}
			notes, err := before.Play(visitor(), monday, []eval.Happening{occurs(0, "joined", nil), edit}, hoursOn(1000))
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(c.want, said(notes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A step that is gone needs to be told where it moved.
func TestEditsThatMoveSteps(t *testing.T) {
	renamed := strings.ReplaceAll(waitAndNote, "a_week", "seven_days")
	before := shopMachine(t, storyShop(t, journeyJ("migrate", waitAndNote)), nil)
	after := storyShop(t, journeyJ("migrate", renamed))
	_, err := before.Play(visitor(), monday, []eval.Happening{occurs(0, "joined", nil), eval.Edit{At: hoursOn(24), To: shopMachine(t, after, nil)}}, hoursOn(1000))
	if err == nil || !strings.Contains(err.Error(), "step.j.a_week, where ana is, is gone") {
		t.Errorf("a step that is gone: %v", err)
	}
	after.Moves = []ir.Move{{From: "step.j.a_week", To: "step.j.seven_days"}}
	notes, err := before.Play(visitor(), monday, []eval.Happening{occurs(0, "joined", nil), eval.Edit{At: hoursOn(24), To: shopMachine(t, after, nil)}}, hoursOn(1000))
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff("0h enters journey.j\n168h sent step.j.note\n168h left journey.j: finished\n", said(notes)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Who is in a segment because its words changed has not entered it.
func TestEditsOfSegments(t *testing.T) {
	watch := "moment \"rich\" {\n  detect { enters = segment.rich }\n}\njourney \"k\" {\n  enter { on = moment.rich }\n  send \"note\" { touchpoint = touchpoint.note }\n}\n"
	program := func(where string) *ir.Program {
		return storyShop(t, watch+"segment \"rich\" { where = "+where+" }\n")
	}
	edit := eval.Edit{At: hoursOn(24), To: shopMachine(t, program(`did(event.seen, "ever")`), nil)}
	ahead := []eval.Happening{occurs(0, "seen", nil), edit, occurs(48, "seen", nil)}
	notes, err := shopMachine(t, program(`did(event.bought, "ever")`), nil).Play(visitor(), monday, ahead, hoursOn(1000))
	if err != nil {
		t.Fatal(err)
	}
	if got := said(notes); got != "" {
		t.Errorf("nobody entered by what they did:\n%s", got)
	}
}

// What a platform does not enforce is absent, what it knows late it knows late.
func TestEnforcement(t *testing.T) {
	program := storyShop(t, `
journey "j" {
  enter { on = moment.joined }
  wait "a_day" { for = "24h" }
  send "offer" { touchpoint = touchpoint.offer }
}
`)
	yes := map[string]types.Value{"yes": types.Truth(true)}
	gate := []ir.Gate{{Send: "step.j.offer", Channel: "channel.email", Condition: expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}}}
	agreed := []eval.Happening{occurs(0, "joined", yes), occurs(1, "confirmed", nil)}
	withdrawn := append(agreed[:2:2], eval.Act{Consent: "consent.news", Kind: person.Withdraw, At: hoursOn(20)})
	for _, c := range []struct {
		name  string
		e     *ir.Enforcement
		ahead []eval.Happening
		want  string
	}{
		{"the reference, agreed", nil, agreed, "0h enters journey.j\n24h sent step.j.offer\n24h left journey.j: finished\n"},
		{"the reference, never asked", nil, []eval.Happening{occurs(0, "joined", nil)}, "0h enters journey.j\n24h dropped step.j.offer: no consent\n24h left journey.j: finished\n"},
		{"no gate", &ir.Enforcement{Sends: true}, []eval.Happening{occurs(0, "joined", nil)}, "0h enters journey.j\n24h sent step.j.offer\n24h left journey.j: finished\n"},
		{"a gate at another step", &ir.Enforcement{Sends: true, Gates: []ir.Gate{{Send: "step.j.other", Condition: gate[0].Condition}}}, []eval.Happening{occurs(0, "joined", nil)},
			"0h enters journey.j\n24h sent step.j.offer\n24h left journey.j: finished\n"},
		{"its gate, withdrawn", &ir.Enforcement{Sends: true, Gates: gate}, withdrawn, "0h enters journey.j\n24h dropped step.j.offer: no consent\n24h left journey.j: finished\n"},
		{"its gate, and data of six hours ago", &ir.Enforcement{Sends: true, Gates: gate, Staleness: types.Span{Amount: 6, Unit: types.Hour}}, withdrawn,
			"0h enters journey.j\n24h sent step.j.offer\n24h left journey.j: finished\n"},
		{"it notices after two hours", &ir.Enforcement{Sends: true, DetectionDelay: types.Span{Amount: 2, Unit: types.Hour}}, agreed,
			"2h enters journey.j\n26h sent step.j.offer\n26h left journey.j: finished\n"},
		{"it notices late, its gate does not", &ir.Enforcement{Sends: true, Gates: gate, DetectionDelay: types.Span{Amount: 6, Unit: types.Hour}}, withdrawn,
			"6h enters journey.j\n30h dropped step.j.offer: no consent\n30h left journey.j: finished\n"},
		{"it writes to nobody", &ir.Enforcement{}, agreed, "0h enters journey.j\n24h dropped step.j.offer: the platform writes to nobody\n24h left journey.j: finished\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			notes, err := shopMachine(t, program, c.e).Play(visitor(), monday, c.ahead, hoursOn(1000))
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(c.want, said(notes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Time does not run back, and who has not left remains.
func TestOrderAndEnd(t *testing.T) {
	life := shopMachine(t, storyShop(t, journeyJ("finish", waitAndNote)), nil).Begin(visitor(), monday)
	if err := life.Let(occurs(5, "joined", nil)); err != nil {
		t.Fatal(err)
	}
	if err := life.Let(occurs(4, "seen", nil)); err == nil {
		t.Error("something happens before what has happened")
	}
	if err := life.End(hoursOn(10)); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff("5h enters journey.j\n10h remains journey.j at step.j.a_week\n", said(life.Trace())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Who is inside a journey that is called otherwise now goes on in it, at the step
// of the same name.
func TestRenamedJourneyGoesOn(t *testing.T) {
	before := shopMachine(t, storyShop(t, journeyJ("migrate", waitAndNote)), nil)
	after := *storyShop(t, strings.ReplaceAll(journeyJ("migrate", waitAndNote), `journey "j"`, `journey "k"`))
	after.Moves = []ir.Move{{From: "journey.j", To: "journey.k"}}
	notes, err := before.Play(visitor(), monday, []eval.Happening{occurs(0, "joined", nil), eval.Edit{At: hoursOn(24), To: shopMachine(t, &after, nil)}}, hoursOn(1000))
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff("0h enters journey.j\n168h sent step.k.note\n168h left journey.k: finished\n", said(notes)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
