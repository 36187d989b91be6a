package klaviyo_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// sale is a program with a journey more, which begins at an instant.
func sale(p *ir.Program) *ir.Program {
	p.Journeys = append(p.Journeys, ir.Journey{Head: head("journey.sale"), OnChange: "stop",
		Enter: ir.Enter{Instant: types.NewInstant(time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC)), Who: "segment.gold"},
		Steps: []ir.Step{ir.Send{Name: "mail", Touchpoint: "touchpoint.offer_mail", IfCapped: "skip"}}})
	p.Sort()
	return p
}

// The contract that every target keeps, for flows and for what begins at an
// instant.
func TestContract(t *testing.T) {
	t.Parallel()
	h := harness(t, klaviyo.New)
	h.Programs = func(p ir.Platform) (*ir.Program, *ir.Program) {
		return sale(held(kit.Before(p))), sale(held(kit.After(p)))
	}
	kit.Test(t, h)
}

// sold is an account with the campaign of the sale in it, as a draft.
func sold(t *testing.T) (*fake.Account, targets.Target, targets.Change) {
	t.Helper()
	a := account(t, "sold")
	target := open(t, a)
	w := &world{Account: a, target: target}
	all := lowered(t, sale(held(kit.Before(block("https://a.example.test")))))
	ids := map[resource.Address]string{}
	for _, kind := range []string{"list", "template", "segment"} {
		for _, r := range all {
			if r.Kind == kind && (kind != "segment" || r.Address.Role == "") {
				for address, id := range w.deploy(t, []resource.Resource{r}, ids) {
					ids[address] = id
				}
			}
		}
	}
	to := all[resource.Address{Object: "journey.sale", Platform: "crm", Role: "to"}]
	for address, id := range w.deploy(t, []resource.Resource{to}, ids) {
		ids[address] = id
	}
	r := all[at("journey.sale")]
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		if ref, is := v.(resource.Ref); is {
			return resource.String(ids[ref.Address])
		}
		return nil
	}).(resource.Map)
	made, failed := carry(t, target, targets.Change{Action: targets.Create, Resource: r, Mark: kit.Mark(r.Address), Key: "make"})
	if failed != nil {
		t.Fatal(failed)
	}
	if diff := cmp.Diff(r.Attributes, made.Attributes); diff != "" {
		t.Errorf("it reads back as something else (-want +got):\n%s", diff)
	}
	return a, target, targets.Change{Resource: r, Prior: made, Mark: made.Mark, Key: "change"}
}

func status(a *fake.Account) any { return a.Objects["campaign"][0].Attributes["status"] }

// A campaign is a draft until it is switched on; then it is scheduled, edited by
// way of a draft, and taken back.
func TestCampaignIsScheduled(t *testing.T) {
	t.Parallel()
	a, target, c := sold(t)
	if c.Prior.Switch != resource.Off || status(a) != "Draft" {
		t.Fatalf("it was made %v", status(a))
	}
	step := func(action targets.Action, want string) {
		t.Helper()
		c.Action = action
		o, failed := carry(t, target, c)
		if failed != nil || status(a) != want {
			t.Fatalf("%s: %v, and the campaign is %v", action, failed, status(a))
		}
		c.Prior = o
	}
	step(targets.SwitchOn, "Scheduled")
	step(targets.SwitchOn, "Scheduled")
	c.Resource.Attributes["subject_line"] = resource.String("Only today")
	step(targets.Update, "Scheduled")
	if diff := cmp.Diff(c.Resource.Attributes, c.Prior.Attributes); diff != "" {
		t.Errorf("after the edit (-want +got):\n%s", diff)
	}
	step(targets.SwitchOff, "Draft")
	if len(a.Mails) != 0 {
		t.Errorf("somebody was written to: %v", a.Mails)
	}
}

// Klaviyo sends at once what is scheduled for an instant that has passed; so that
// is not scheduled. What was sent is not edited.
func TestCampaignWhoseInstantHasPassed(t *testing.T) {
	t.Parallel()
	a, _, c := sold(t)
	c.Action = targets.SwitchOn
	a.Do(func() { a.Now = time.Date(2026, 12, 25, 9, 0, 0, 0, time.UTC) })
	late := open(t, a)
	if _, failed := carry(t, late, c); failed == nil || !strings.Contains(failed.Message, "nobody was written to") || status(a) != "Draft" {
		t.Errorf("%v, and the campaign is %v", failed, status(a))
	}
	a.Do(func() { a.Objects["campaign"][0].Attributes["status"] = "Sent" })
	c.Action, c.Prior.Version = targets.Update, ""
	if _, failed := carry(t, late, c); failed == nil || !strings.Contains(failed.Message, "what was sent is not edited") {
		t.Errorf("an edit of what was sent: %v", failed)
	}
}

// An answer that says it is done and did nothing is told; and so is what somebody
// did by hand between the plan and the switch.
func TestCampaignIsReadBack(t *testing.T) {
	t.Parallel()
	a, target, c := sold(t)
	c.Action = targets.SwitchOn
	a.Do(func() { a.Deaf = true })
	if _, failed := carry(t, target, c); failed == nil || !strings.Contains(failed.Message, "and it is not") {
		t.Errorf("a switch that was not done: %v", failed)
	}
	a.Do(func() {
		a.Deaf = false
		for _, o := range a.Objects["template"] {
			if o.Hidden {
				o.Attributes["html"], o.Attributes["updated"] = "<p>Mine</p>", "2026-12-01T09:59:00Z"
			}
		}
	})
	if _, failed := carry(t, target, c); failed == nil || failed.Kind != targets.Conflict || status(a) != "Draft" {
		t.Errorf("a text that somebody changed: %v", failed)
	}
}

var ofCampaigns = regexp.MustCompile(`/(campaigns|campaign-messages|campaign-send-jobs)/[A-Za-z0-9]+`)

// Every body that is sent about campaigns is one that the contract takes.
func TestBodiesOfCampaigns(t *testing.T) {
	t.Parallel()
	o := contract(t)
	a, target, c := sold(t)
	for _, action := range []targets.Action{targets.SwitchOn, targets.Update, targets.SwitchOff} {
		c.Action = action
		made, failed := carry(t, target, c)
		if failed != nil {
			t.Fatal(failed)
		}
		c.Prior = made
	}
	seen := map[string]bool{}
	for _, call := range a.Calls() {
		path, _, _ := strings.Cut(call.Path, "?")
		if path = ofCampaigns.ReplaceAllString(path, "/$1/{id}"); call.Body == "" || !strings.Contains(path, "campaign") {
			continue
		}
		seen[call.Method+" "+path] = true
		result, err := o.form(t, call.Method, path).Validate(gojsonschema.NewStringLoader(call.Body))
		if err != nil || !result.Valid() {
			t.Errorf("%s %s\n%s\n%v, %v", call.Method, path, call.Body, err, result.Errors())
		}
	}
	if len(seen) != 6 {
		t.Errorf("not everything was sent: %v", seen)
	}
}

// What a campaign cannot do is refused with what it can.
func TestCampaignRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*ir.Journey, *ir.Program)
		want   string
	}{
		"two steps": {func(j *ir.Journey, _ *ir.Program) { j.Steps = append(j.Steps, ir.Wait{Name: "w", For: days(1)}) }, "enters on touchpoint"},
		"a service message": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Send{Name: "s", Touchpoint: "touchpoint.welcome_mail", IfCapped: "skip"}}
		}, "begin with an event"},
		"holding back": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Send{Name: "s", Touchpoint: "touchpoint.offer_mail", IfCapped: "wait"}}
		}, `if_capped = "skip"`},
		"two channels": {func(_ *ir.Journey, p *ir.Program) { both(p) }, "by e-mail alone"},
		"its step": {func(_ *ir.Journey, p *ir.Program) {
			p.Segments = append(p.Segments, ir.Segment{Head: head("segment.got"), Where: expr.Did{Of: expr.Source{Step: "step.sale.mail", Outcome: "sent"}, Window: expr.Ever}})
		}, "ask by the touchpoint"},
	} {
		p := sale(held(kit.Before(block("https://a.example.test"))))
		c.change(&p.Journeys[slices.IndexFunc(p.Journeys, func(j ir.Journey) bool { return j.Address == "journey.sale" })], p)
		if got := found(p); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "CAP") && strings.Contains(s, c.want) }) {
			t.Errorf("%s: want %q, got %q", name, c.want, got)
		}
	}
}

// offering is a program with random rules and a one-off to people in Spain, said
// by a segment or by a condition.
func offering(src *rand.Rand, who bool) *ir.Program {
	program := rules(src, plain("https://a.example.test"))
	program.Touchpoints[0].Content = ir.Content{Subject: map[string]content.Template{"en": words("Sale")}, Body: map[string]content.Template{"en": words("<p>Now</p>")}}
	program.Segments = append(program.Segments, ir.Segment{Head: head("segment.spain"), Where: is("country", "ES")})
	enter := ir.Enter{Instant: sample.Now + types.Instant(3600e6)}
	if who {
		enter.Who = "segment.spain"
	} else {
		enter.If = is("country", "ES")
	}
	program.Journeys = []ir.Journey{{Head: head("journey.sale"), OnChange: "stop", Enter: enter, Steps: []ir.Step{ir.Send{Name: "mail", Touchpoint: "touchpoint.offer", IfCapped: "skip"}}}}
	program.Sort()
	return program
}

// Law: a campaign goes to whom it is for and who may be written to, as the
// evaluator says, at its instant and not before; people aside for whom time alone
// has changed something within the last day.
func TestCampaignsReachWhomTheEvaluatorSays(t *testing.T) {
	t.Parallel()
	const programs = 40
	asked, got, late, held := 0, 0, 0, 0
	for seed := range uint64(programs) {
		src := rand.New(rand.NewPCG(seed, 5))
		program := offering(src, seed%2 == 0)
		w := newWorld(t, program, nil)
		lowered := w.target.Lower(targets.LowerRequest{Program: program, Platform: w.block, Placed: []string{"consent.news", "consent.tips", "touchpoint.offer", "segment.spain", "journey.sale"}})
		if lowered.Diagnostics.HasErrors() {
			continue
		}
		held++
		w.campaign(t, src, lowered.Resources)
		if len(w.Mails) > 0 {
			t.Fatal("it went out before its instant")
		}
		w.Now = w.Now.Add(time.Hour)
		w.Due()
		for _, p := range w.people {
			want := w.eval.Member("segment.offers_email_false_0", p) && w.eval.Member("segment.spain", p)
			sent := slices.ContainsFunc(w.Mails, func(m fake.Mail) bool { return m.Profile == p.ID })
			asked++
			switch {
			case sent && want:
				got++
			case sent == want:
			case atBorder(program, p):
				late++
			default:
				t.Errorf("seed %d: want %v, and Klaviyo says %v of %s %v %+v", seed, want, sent, p.ID, p.Attributes, p.Acts)
			}
		}
	}
	t.Logf("%d of %d programs held, %d people, %d messages, %d late", held, programs, asked, got, late)
	if 3*held < 2*programs || got < 40 || 20*late > asked {
		t.Errorf("too little was asked: %d programs held, %d messages", held, got)
	}
}

// campaign makes everything, fills the account with people and switches the one
// campaign on.
func (w *world) campaign(t *testing.T, src *rand.Rand, list []resource.Resource) {
	t.Helper()
	ids := map[resource.Address]string{}
	s := subscribers{src: src, program: w.program, lists: map[string]string{}}
	for _, kind := range []string{"list", "template", "segment", "campaign"} {
		for _, role := range []bool{false, true} {
			only := slices.DeleteFunc(slices.Clone(list), func(r resource.Resource) bool { return r.Kind != kind || (r.Address.Role == "to") != role })
			for address, id := range w.deploy(t, only, ids) {
				ids[address], s.lists[address.Object] = id, id
			}
		}
	}
	for n := range 40 {
		p, profile := s.make(n)
		w.people, w.Profiles = append(w.people, p), append(w.Profiles, profile)
	}
	now, err := w.target.Get(t.Context(), "campaign", []string{ids[at("journey.sale")]})
	if err != nil || len(now) != 1 {
		t.Fatal(now, err)
	}
	r := list[slices.IndexFunc(list, func(r resource.Resource) bool { return r.Kind == "campaign" })]
	if _, failed := carry(t, w.target, targets.Change{Action: targets.SwitchOn, Resource: r, Prior: &now[0], Key: "on"}); failed != nil {
		t.Fatal(failed)
	}
}
