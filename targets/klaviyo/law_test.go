package klaviyo_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// options leaves out what a profile has no place for: things that people have to
// do with, lengths of time, values that age, windows of months. What the consent
// rules are made of is asked in a law of its own.
var options = sample.Options{Depth: 2, Without: sample.Objects | sample.Spans | sample.Calendar | sample.Aging | sample.Reaching | sample.Records}

// world is a random program, an account with the same people, and the evaluator.
type world struct {
	*fake.Account
	program *ir.Program
	people  []*person.Person
	eval    *eval.World
	target  targets.Target
	block   ir.Platform
}

func newWorld(t testing.TB, program *ir.Program, people []*person.Person) *world {
	t.Helper()
	w := &world{Account: fake.Serve(t, "law", secret, nil), program: program, people: people}
	w.Now = sample.Now.Time()
	w.block = plain(w.URL)
	metrics := map[string]string{}
	for _, e := range program.Events {
		metrics[e.Address] = w.AddMetric(name(e.Address), "API")
		for _, f := range e.Fields {
			if f.Type == types.Type(types.Money) {
				w.block.Config.Blocks = append(w.block.Config.Blocks, ir.ConfigBlock{Type: "event", Labels: []string{name(e.Address)}, Config: ir.Config{
					Settings: []ir.Setting{{Name: "fields", Map: []ir.Setting{{Name: f.Name, Value: types.Text("$value")}}}},
				}})
				break
			}
		}
	}
	program.Platforms = []ir.Platform{w.block}
	var err error
	if w.eval, err = eval.New(program, person.Lists{}, sample.Now); err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		w.Profiles = append(w.Profiles, w.profile(p, metrics))
	}
	w.target = klaviyo.New()
	if err := w.target.Configure(t.Context(), targets.Config{Platform: w.block, Now: w.Now, Env: func(string) (string, bool) { return secret, true }}); err != nil {
		t.Fatal(err)
	}
	return w
}

func name(address string) string { return address[strings.LastIndexByte(address, '.')+1:] }

var properties = map[string]string{"phone": "phone_number"}

// profile is a person as the account knows them.
func (w *world) profile(p *person.Person, metrics map[string]string) *fake.Profile {
	out := &fake.Profile{ID: p.ID, Properties: map[string]any{}, Lists: map[string]bool{}, Consent: map[string]fake.Consent{}, Suppressed: map[string]bool{}}
	for ours, v := range p.Attributes {
		theirs := ours
		if properties[ours] != "" {
			theirs = properties[ours]
		}
		if held := property(v); held != nil {
			out.Properties[theirs] = held
		}
	}
	for _, e := range p.Events {
		event := fake.Event{Metric: metrics[e.Type], At: e.At.Time(), Properties: map[string]any{}}
		declared, _ := ir.Find(w.program.Events, e.Type)
		value := ""
		for _, f := range declared.Fields {
			if f.Type == types.Type(types.Money) && value == "" {
				value = f.Name
			}
		}
		for ours, v := range e.Fields {
			if ours == value {
				ours = "$value"
			}
			if held := property(v); held != nil {
				event.Properties[ours] = held
			}
		}
		out.Events = append(out.Events, event)
	}
	for _, o := range p.Outcomes {
		out.Events = append(out.Events, w.outcome(o)...)
	}
	return out
}

// property is a value as a profile or an event has it; nil for none.
func property(v types.Value) any {
	switch v := v.(type) {
	case types.Text:
		return string(v)
	case types.Decimal:
		return fake.Number(v.String())
	case types.Truth:
		return bool(v)
	case types.Date:
		return v.Time()
	case types.Instant:
		return v.Time()
	case types.Null, types.Span, types.Values, nil:
	}
	return nil
}

// outcome is what Klaviyo records of a message, named as flows name them.
func (w *world) outcome(o person.Outcome) []fake.Event {
	touchpoint, _ := ir.Find(w.program.Touchpoints, o.Touchpoint)
	channel := o.Channel
	if channel == "" {
		channel = touchpoint.Channels[0]
	}
	words := map[person.OutcomeKind]string{person.Sent: "Received Email", person.Opened: "Opened Email", person.Bounced: "Bounced Email", person.Unsubscribed: "Unsubscribed from Email Marketing"}
	if channel == "channel.sms" {
		words = map[person.OutcomeKind]string{person.Sent: "Received SMS", person.Bounced: "Failed to Deliver SMS", person.Unsubscribed: "Unsubscribed from SMS Marketing"}
	}
	for _, m := range w.Metrics {
		if m.Name == words[o.Kind] {
			return []fake.Event{{Metric: m.ID, At: o.At.Time(), Properties: map[string]any{"Campaign Name": o.Touchpoint + " X1 step.any.send", "Bounce Type": "Hard"}}}
		}
	}
	return nil
}

// made is a segment in the account; false where Klaviyo cannot say it.
func (w *world) made(t testing.TB, s ir.Segment, ids map[resource.Address]string) (id string, ok bool) {
	t.Helper()
	lowered := w.target.Lower(targets.LowerRequest{Program: w.program, Platform: w.block, Placed: []string{s.Address, "consent.news", "consent.tips"}})
	if lowered.Diagnostics.HasErrors() {
		return "", false
	}
	only := slices.DeleteFunc(lowered.Resources, func(r resource.Resource) bool { return r.Kind != "segment" })
	return w.deploy(t, only, ids)[only[0].Address], true
}

// deploy makes objects and returns their ids; ids are those of what they refer to.
func (w *world) deploy(t testing.TB, list []resource.Resource, ids map[resource.Address]string) map[resource.Address]string {
	t.Helper()
	out := map[resource.Address]string{}
	for _, r := range list {
		looks := resource.Lookups(r.Attributes)
		answers, err := w.target.Lookup(t.Context(), looks)
		if err != nil {
			t.Fatal(err)
		}
		r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
			if ref, is := v.(resource.Ref); is {
				return resource.String(ids[ref.Address])
			}
			if at := slices.IndexFunc(looks, func(l resource.Lookup) bool { return l == v }); at >= 0 {
				if !answers[at].Found {
					t.Errorf("%s: the account has no %s %q", r.Address, looks[at].Kind, looks[at].Key)
				}
				return resource.String(answers[at].ID)
			}
			return nil
		}).(resource.Map)
		change := targets.Change{Action: targets.Create, Resource: r, Key: r.Key}
		err = w.target.Apply(t.Context(), slices.Values([]targets.Change{change}), func(result targets.Result) {
			if result.Err != nil {
				t.Fatalf("%s: %v\n%v", r.Address, result.Err, r.Attributes)
			}
			out[r.Address] = result.Object.ID
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// agree compares the members of a segment with the evaluator's.
func (w *world) agree(t *testing.T, s ir.Segment, seen *suite.Tally, ids map[resource.Address]string) {
	t.Helper()
	seen.Segments++
	if id, ok := w.made(t, s, ids); ok {
		seen.Said++
		w.judge().Agree(t, s, w.Members(id), w.Find("segment", id).Attributes["definition"], seen)
	}
}

func (w *world) judge() suite.Judge {
	return suite.Judge{Program: w.program, People: w.people, Eval: w.eval, Border: suite.Before}
}

// atBorder tells whether a window ends about now for somebody.
func atBorder(program *ir.Program, p *person.Person) bool {
	return suite.Judge{Program: program, Border: suite.Before}.AtBorder(p)
}

// Law: the members of a segment at Klaviyo are those of the evaluator, people
// aside for whom time alone has changed something within the last day. Most
// conditions can be said, sequences and computed texts aside.
func TestSegmentsAreTheEvaluators(t *testing.T) {
	t.Parallel()
	common := options
	common.Without |= sample.Sequences | sample.Calls
	for of, o := range map[string]sample.Options{"all": options, "common": common} {
		var seen suite.Tally
		for seed := range 30 {
			src := rand.New(rand.NewPCG(uint64(seed), 7))
			program := sample.Program(src, o)
			w := newWorld(t, program, sample.People(src, program, o, 20))
			for _, s := range program.Segments {
				w.agree(t, s, &seen, nil)
			}
		}
		seen.Enough(t, of)
		if of == "common" && 2*seen.Said < seen.Segments {
			t.Errorf("%s: too much is refused: %+v", of, seen)
		}
	}
}

// What cannot be said is refused with what would help.
func TestRefusalsNameTheirPlace(t *testing.T) {
	t.Parallel()
	codes := suite.Refusals(t, klaviyo.New, options, func(_ *ir.Program) ir.Platform { return block("https://a.example.test") })
	if diff := cmp.Diff([]string{"CAP301"}, codes); diff != "" {
		t.Errorf("codes of refusals (-want +got):\n%s", diff)
	}
}
