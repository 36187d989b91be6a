package klaviyo_test

import (
	"fmt"
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
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// patient makes random journeys that wait for what happens.
type patient struct {
	src  *rand.Rand
	p    *ir.Program
	n    int
	sent []string // steps that send
	said []expr.Expr
}

func one[T any](src *rand.Rand, list []T) T { return list[src.IntN(len(list))] }

func hours(n int) types.Span { return types.Span{Amount: int64(n), Unit: types.Hour} }

// waits is a random program with one journey that begins when somebody signs up.
func waits(src *rand.Rand) *ir.Program {
	p := &ir.Program{
		Project: ir.Project{Name: "waits", Timezone: "Europe/Madrid", Currency: "EUR", Languages: []string{"en"}, Platforms: []string{"platform.mail"}},
		Person: ir.Person{Head: head("person"), Keys: []ir.Key{{Name: "email", Type: types.Email}, {Name: "phone", Type: types.Phone}},
			Attributes: []ir.Attribute{{Name: "tier", Type: types.String}}},
		Events: []ir.Event{{Head: head("event.signed_up")}, {Head: head("event.viewed")}, {Head: head("event.returned")},
			{Head: head("event.order_placed"), Fields: []ir.Field{{Name: "amount", Type: types.Money}}}},
		Channels: []ir.Channel{{Head: head("channel.email"), Key: "email"}},
		Purposes: []ir.Purpose{{Head: head("purpose.account"), Class: ir.Service, Because: "Confirms what the person just did."}},
		Moments:  []ir.Moment{{Head: head("moment.signed_up"), Detect: ir.OnEvent{Event: "event.signed_up"}}},
	}
	make := &patient{src: src, p: p}
	j := ir.Journey{Head: head("journey.welcome"), OnChange: "stop", Enter: ir.Enter{Moment: "moment.signed_up", Again: "never"}}
	j.Steps = append(make.steps(2), make.wait(), make.choose(), make.send())
	switch src.IntN(4) {
	case 0:
		j.Goal = make.event("event.returned", 0)
	case 1:
		j.LeaveIf = expr.Or{Terms: []expr.Expr{make.event("event.returned", 0), is("tier", "none")}}
	}
	p.Journeys = []ir.Journey{j}
	p.Sort()
	return p
}

func (m *patient) name(of string) string { m.n++; return fmt.Sprintf("%s%d", of, m.n) }

func (m *patient) send() ir.Step {
	name := m.name("s")
	m.p.Touchpoints = append(m.p.Touchpoints, ir.Touchpoint{Head: head("touchpoint." + name), Purpose: "purpose.account", Channels: []string{"channel.email"},
		Content: ir.Content{Subject: map[string]content.Template{"en": words("Hi")}, Body: map[string]content.Template{"en": words("<p>Hi</p>")}}})
	m.sent = append(m.sent, "step.welcome."+name)
	return ir.Send{Name: name, Touchpoint: "touchpoint." + name, IfCapped: "skip"}
}

// event is that something happened in the run.
func (m *patient) event(event string, atLeast int) expr.Expr {
	out := expr.Did{Of: expr.Source{Event: event}, Window: expr.Window{Since: "run"}}
	if atLeast > 0 {
		out.Of.Where = carries(expr.It, "amount", expr.GreaterEqual, fmt.Sprint(atLeast))
	}
	return out
}

func (m *patient) happens() expr.Expr {
	switch n := m.src.IntN(6); {
	case n == 0:
		return m.event("event.viewed", 0)
	case n == 1 || len(m.sent) == 0:
		return m.event("event.order_placed", 50)
	case n == 2:
		return expr.Or{Terms: []expr.Expr{m.event("event.viewed", 0), m.event("event.order_placed", 0)}}
	}
	return expr.Did{Of: expr.Source{Step: m.sent[len(m.sent)-1], Outcome: one(m.src, []string{"opened", "clicked"})}, Window: expr.Window{Since: "run"}}
}

func (m *patient) wait() ir.Step {
	until := m.happens()
	m.said = append(m.said, until)
	return ir.Wait{Name: m.name("w"), For: hours(3 + m.src.IntN(60)), Until: until}
}

func (m *patient) choose() ir.Step {
	by := is("tier", "gold")
	if len(m.said) > 0 && m.src.IntN(4) > 0 {
		by = m.said[len(m.said)-1]
	}
	return ir.Choose{Name: m.name("c"), When: []ir.Branch{{Name: "yes", If: by, Steps: []ir.Step{m.send()}}}, Otherwise: m.steps(1)}
}

func (m *patient) steps(depth int) []ir.Step {
	var out []ir.Step
	for range 1 + m.src.IntN(2) {
		switch n := m.src.IntN(8); {
		case n < 3:
			out = append(out, m.send())
		case n == 3:
			out = append(out, ir.Wait{Name: m.name("r"), For: hours(1 + m.src.IntN(30))})
		case n < 6 && depth > 1:
			out = append(out, m.send(), m.wait())
		case n == 6 && depth > 1:
			out = append(out, m.choose())
		}
	}
	return out
}

// playing is a program on the stand-in with its flows switched on; false where
// Klaviyo refuses it.
func playing(t *testing.T, program *ir.Program, backwards bool, refused map[string]int) (*world, *eval.Machine, bool) {
	t.Helper()
	w := newWorld(t, program, nil)
	w.Backwards, program.Project.Platforms = backwards, []string{w.block.Address}
	l := w.target.Lower(targets.LowerRequest{Program: program, Platform: w.block, Placed: program.Placed(w.block.Address)})
	if l.Diagnostics.HasErrors() {
		for _, d := range l.Diagnostics {
			refused[d.Detail]++
			if d.Detail == "" || d.Mark == "" || d.Help == "" {
				t.Errorf("it says too little: %+v", d)
			}
		}
		return nil, nil, false
	}
	templates := slices.DeleteFunc(slices.Clone(l.Resources), func(r resource.Resource) bool { return r.Kind == "flow" })
	flows := slices.DeleteFunc(slices.Clone(l.Resources), func(r resource.Resource) bool { return r.Kind != "flow" })
	w.deploy(t, flows, w.deploy(t, templates, nil))
	for _, f := range w.Objects["flow"] {
		f.Attributes["status"] = "live"
	}
	e := w.target.Explain(program, w.block)
	e.WindowGrain, e.DetectionDelay, e.Staleness = types.Span{}, types.Span{}, types.Span{} // the stand-in notices at once
	machine, err := eval.NewMachine(program, eval.Terms{Enforcement: &e})
	if err != nil {
		t.Fatal(err)
	}
	return w, machine, true
}

// life lives some weeks of one person on both sides, and is what they were sent.
func (w *world) life(t *testing.T, src *rand.Rand, m *eval.Machine, id string) (want, got []string) {
	t.Helper()
	tier := one(src, []string{"gold", "silver"})
	p := &person.Person{ID: id, Attributes: map[string]types.Value{"email": types.Text(id + "@example.test"), "tier": types.Text(tier)}}
	profile := &fake.Profile{ID: id, Properties: map[string]any{"email": id + "@example.test", "tier": tier}, Lists: map[string]bool{}, Consent: map[string]fake.Consent{}, Suppressed: map[string]bool{}}
	w.Profiles, w.Letters, w.Now = append(w.Profiles, profile), nil, sample.Now.Time()
	life, at := m.Begin(p, sample.Now), sample.Now.Time()
	for i := range 30 {
		at = at.Add(time.Duration(1+src.IntN(12*60)) * time.Minute).Truncate(time.Minute).Add(time.Duration(1+src.IntN(50)) * time.Second)
		if err := life.Advance(types.NewInstant(at)); err != nil {
			t.Fatal(err)
		}
		w.Advance(at)
		event := "event.signed_up"
		if i > 1 {
			event = one(src, []string{"event.signed_up", "event.viewed", "event.order_placed", "event.returned", "", "", ""})
			if event == "event.returned" && src.IntN(3) > 0 {
				event = ""
			}
		}
		w.step(t, src, life, profile, event)
	}
	end := types.NewInstant(at.AddDate(0, 1, 0))
	if err := life.Advance(end); err != nil {
		t.Fatal(err)
	}
	w.Advance(end.Time())
	for _, note := range life.Trace() {
		if sent, ok := note.(eval.Sent); ok {
			want = append(want, sent.Touchpoint+" "+sent.At.Time().Format(time.RFC3339))
		}
	}
	for _, l := range w.Letters {
		touchpoint, _, _ := strings.Cut(l.Name, " ")
		got = append(got, touchpoint+" "+l.At.UTC().Format(time.RFC3339))
	}
	return want, got
}

// step lets one thing happen on both sides: an event, or with "" something that
// becomes of the last message.
func (w *world) step(t *testing.T, src *rand.Rand, life *eval.Life, profile *fake.Profile, event string) {
	t.Helper()
	now := types.NewInstant(w.Now)
	if event != "" {
		fields, properties := map[string]types.Value{}, map[string]any{}
		if event == "event.order_placed" {
			amount := fmt.Sprint(src.IntN(100))
			fields["amount"], properties["$value"] = decimal(amount), fake.Number(amount)
		}
		if err := life.Let(eval.Event{Type: event, At: now, Fields: fields}); err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(w.Metrics, func(m fake.Metric) bool { return m.Name == name(event) })
		w.Happen(profile, fake.Event{Metric: w.Metrics[at].ID, Properties: properties})
		return
	}
	if len(w.Letters) == 0 {
		return
	}
	last := w.Letters[len(w.Letters)-1]
	touchpoint, _, _ := strings.Cut(last.Name, " ")
	kind, metric := person.Opened, "Opened Email"
	if src.IntN(3) == 0 {
		kind, metric = person.Clicked, "Clicked Email"
	}
	if err := life.Let(eval.Outcome{Touchpoint: touchpoint, Channel: "channel.email", Kind: kind, At: now}); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(w.Metrics, func(m fake.Metric) bool { return m.Name == metric })
	w.Happen(profile, fake.Event{Metric: w.Metrics[at].ID, Properties: map[string]any{"Campaign Name": last.Name}})
}

// Law: who is sent what, and when, by flows that take over from each other is
// what the interpreter says, whichever of two flows Klaviyo lets go first. Most
// random journeys that wait for what happens can be held.
func TestWaitsAreTheInterpreters(t *testing.T) {
	t.Parallel()
	const programs = 120
	held, lives, sent, took := 0, 0, 0, 0
	refused := map[string]int{}
	for seed := range uint64(programs) {
		src := rand.New(rand.NewPCG(seed, 31))
		program := waits(src)
		w, machine, ok := playing(t, program, seed%2 == 1, refused)
		if !ok {
			continue
		}
		held++
		for n := range 4 {
			want, got := w.life(t, src, machine, fmt.Sprintf("p%d", n))
			lives++
			sent += len(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d, p%d (-want +got):\n%s\n%+v", seed, n, diff, program.Journeys[0])
			}
		}
		for _, l := range w.Letters {
			if f := w.Find("flow", l.Flow); strings.Contains(f.Attributes["name"].(string), " after_") {
				took++
			}
		}
	}
	t.Logf("%d of %d programs held, %d lives, %d messages, %d by flows that took over: %v", held, programs, lives, sent, took, refused)
	if 2*held < programs || sent < 3*held || took < held/4 {
		t.Errorf("too little was asked: %d of %d programs held, %d messages in %d lives, %d by flows that took over", held, programs, sent, lives, took)
	}
}

// waiting lowers a journey that sends, waits and sends again, as a test changes it.
func waiting(t *testing.T, change func(p *ir.Program, j *ir.Journey)) (*ir.Program, targets.Lowered) {
	t.Helper()
	p := waits(rand.New(rand.NewPCG(1, 31)))
	m := &patient{src: rand.New(rand.NewPCG(1, 1)), p: p, n: 100}
	j := &p.Journeys[0]
	j.Goal, j.LeaveIf = nil, nil
	j.Steps = []ir.Step{m.send(), ir.Wait{Name: "react", For: hours(48), Until: m.event("event.order_placed", 0)}, m.send()}
	change(p, j)
	p.Sort()
	block := plain("https://a.example.test")
	p.Platforms, p.Project.Platforms = []ir.Platform{block}, []string{block.Address}
	return p, klaviyo.New().Lower(targets.LowerRequest{Program: p, Platform: block, Placed: p.Placed(block.Address)})
}

// What flows that take over from each other would do otherwise than the journey
// says is refused, with what helps.
func TestWaitsThatAreRefused(t *testing.T) {
	t.Parallel()
	did := func(event string) expr.Expr {
		return expr.Did{Of: expr.Source{Event: event}, Window: expr.Window{Since: "run"}}
	}
	until := func(e expr.Expr) func(*ir.Program, *ir.Journey) {
		return func(_ *ir.Program, j *ir.Journey) { j.Steps[1] = ir.Wait{Name: "react", For: hours(48), Until: e} }
	}
	for name, c := range map[string]struct {
		change       func(p *ir.Program, j *ir.Journey)
		detail, help string
	}{
		"it is fine": {func(*ir.Program, *ir.Journey) {}, "", ""},
		"somebody may be in it twice": {func(_ *ir.Program, j *ir.Journey) { j.Enter.Again = "always" },
			"Where somebody waits is written into their profile, which has room for one run at a time.", `write again = "never"`},
		"what becomes true of a person": {until(expr.Or{Terms: []expr.Expr{did("event.viewed"), is("tier", "gold")}}),
			"What ends a wait is a flow that begins with something that happens, and not with what becomes true of a person.",
			"wait for an event or for what becomes of a message: did(..., run); or wait the whole time, and choose after it"},
		"what begins the journey": {until(did("event.signed_up")),
			"event.signed_up begins the journey too, and Klaviyo does not say which of two flows goes first.", "wait for another event"},
		"another window": {until(expr.Did{Of: expr.Source{Event: "event.viewed"}, Window: expr.Window{Length: days(3)}}),
			"Klaviyo counts since a flow began, and not since one of its steps.", "ask since the run began: run"},
		"the goal ends the wait too": {func(_ *ir.Program, j *ir.Journey) { j.Goal = did("event.order_placed") },
			"event.order_placed ends the run and begins it or a wait in it, and Klaviyo does not say which of two flows goes first.", "end it with another event"},
		"a goal of two": {func(_ *ir.Program, j *ir.Journey) {
			j.Goal = expr.And{Terms: []expr.Expr{did("event.returned"), is("tier", "none")}}
		}, "What ends a run while somebody waits is one thing that happens, and this is more.", "say it with || between what has happened"},
		"what was before is asked behind it": {func(_ *ir.Program, j *ir.Journey) {
			j.Steps = append(j.Steps, ir.Choose{Name: "seen", When: []ir.Branch{{Name: "yes", If: did("event.viewed"), Steps: j.Steps[2:]}}})
		}, "Klaviyo counts since a flow began, and this one did not begin with the run: it waits for what did not come, or takes over where a wait ended.", "give it a window in days"},
	} {
		_, l := waiting(t, c.change)
		var got [][]string
		for _, d := range l.Diagnostics {
			if d.Rule.Code != "CAP443" || d.Detail != "" {
				got = append(got, []string{d.Detail, d.Help})
			}
		}
		want := [][]string{{c.detail, c.help}}
		if c.detail == "" {
			want = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// An edit makes other flows, and whoever waits in the old ones gets nothing more:
// the new ones take over from nobody who came to the wait before.
func TestNobodyIsTakenOverFromAnOldVersion(t *testing.T) {
	t.Parallel()
	program, _ := waiting(t, func(*ir.Program, *ir.Journey) {})
	w, _, ok := playing(t, program, false, map[string]int{})
	if !ok {
		t.Fatal("it is refused")
	}
	ana := &fake.Profile{ID: "ana", Properties: map[string]any{"email": "ana@example.test"}, Lists: map[string]bool{}}
	happens := func(event string) {
		w.Happen(ana, fake.Event{Metric: w.Metrics[slices.IndexFunc(w.Metrics, func(m fake.Metric) bool { return m.Name == event })].ID, Properties: map[string]any{}})
	}
	happens("signed_up")
	old := slices.Clone(w.Objects["flow"])
	for _, f := range old {
		f.Attributes["status"] = "draft" // as they are before they are deleted
	}
	for _, touchpoint := range program.Touchpoints {
		touchpoint.Content.Subject["en"] = words("Hello")
	}
	l := w.target.Lower(targets.LowerRequest{Program: program, Platform: w.block, Placed: program.Placed(w.block.Address)})
	templates := slices.DeleteFunc(slices.Clone(l.Resources), func(r resource.Resource) bool { return r.Kind == "flow" })
	w.deploy(t, slices.DeleteFunc(l.Resources, func(r resource.Resource) bool { return r.Kind != "flow" }), w.deploy(t, templates, nil))
	for _, f := range w.Objects["flow"][len(old):] {
		f.Attributes["status"] = "live"
	}
	w.Advance(w.Now.Add(time.Hour))
	happens("order_placed")
	w.Advance(w.Now.AddDate(0, 1, 0))
	if len(w.Letters) != 1 {
		t.Errorf("want the message before the edit, got %+v", w.Letters)
	}
}
