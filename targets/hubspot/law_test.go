package hubspot_test

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
	"github.com/trayecto/trayecto/targets/hubspot"
	"github.com/trayecto/trayecto/targets/hubspot/fake"
)

// options leaves out what a contact has no place for: things that people have to
// do with, lengths of time, values that age, windows of months, and what becomes
// of messages. What the consent rules are made of is asked in a law of its own.
var options = sample.Options{Depth: 2, Without: sample.Objects | sample.Spans | sample.Calendar | sample.Aging | sample.Reaching | sample.Records | sample.Outcomes}

// world is a random program, an account with the same people, and the evaluator.
type world struct {
	*fake.Account
	program *ir.Program
	people  []*person.Person
	eval    *eval.World
	target  targets.Target
	block   ir.Platform
}

func name(address string) string { return address[strings.LastIndexByte(address, '.')+1:] }

// plain is a platform block that maps nothing but where the yes of each consent
// has its instants.
func plain(url string, program *ir.Program) ir.Platform {
	b := block(url)
	b.Config.Settings = slices.DeleteFunc(b.Config.Settings, func(s ir.Setting) bool { return s.Map != nil })
	b.Config.Blocks = nil
	for _, c := range program.Consents {
		b.Config.Blocks = append(b.Config.Blocks, ir.ConfigBlock{Type: "consent", Labels: []string{name(c.Address)}, Config: ir.Config{
			Settings: []ir.Setting{text("granted_at", name(c.Address)+"_granted_at"), text("confirmed_at", name(c.Address)+"_confirmed_at")}}})
	}
	return b
}

func newWorld(t testing.TB, program *ir.Program, people []*person.Person) *world {
	t.Helper()
	w := &world{Account: fake.Serve(t, 7, secret, nil), program: program, people: people}
	w.Now = sample.Now.Time()
	w.block = plain(w.URL, program)
	events := map[string]string{}
	for _, e := range program.Events {
		events[e.Address] = w.AddEvent(name(e.Address))
	}
	for _, a := range program.Person.Attributes {
		w.Properties = append(w.Properties, a.Name)
	}
	for _, k := range program.Person.Keys {
		w.Properties = append(w.Properties, k.Name)
	}
	for _, c := range program.Consents {
		w.AddSubscription(name(c.Address))
		w.Properties = append(w.Properties, name(c.Address)+"_granted_at", name(c.Address)+"_confirmed_at")
	}
	slices.Sort(w.Properties)
	w.Properties = slices.Compact(w.Properties)
	program.Platforms = []ir.Platform{w.block}
	var err error
	if w.eval, err = eval.New(program, person.Lists{}, sample.Now); err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		w.Contacts = append(w.Contacts, contact(p, events))
	}
	w.target = hubspot.New()
	if err := w.target.Configure(t.Context(), targets.Config{Platform: w.block, Now: w.Now, Env: func(string) (string, bool) { return secret, true }}); err != nil {
		t.Fatal(err)
	}
	return w
}

// contact is a person as the account knows them.
func contact(p *person.Person, events map[string]string) *fake.Contact {
	out := &fake.Contact{ID: p.ID, Properties: map[string]any{"hs_object_id": p.ID}, Lists: map[string]bool{}, Subscriptions: map[string]string{}}
	for name, v := range p.Attributes {
		if held := property(v); held != nil {
			out.Properties[name] = held
		}
	}
	for _, e := range p.Events {
		event := fake.Event{Type: events[e.Type], At: e.At.Time(), Properties: map[string]any{}}
		for name, v := range e.Fields {
			if held := property(v); held != nil {
				event.Properties[name] = held
			}
		}
		out.Events = append(out.Events, event)
	}
	return out
}

// property is a value as a contact or an event has it; nil for none.
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

// made is a segment in the account; false where HubSpot cannot say it.
func (w *world) made(t testing.TB, s ir.Segment) (id string, ok bool) {
	t.Helper()
	lowered := w.target.Lower(targets.LowerRequest{Program: w.program, Platform: w.block, Placed: []string{s.Address}})
	if lowered.Diagnostics.HasErrors() {
		return "", false
	}
	r := lowered.Resources[0]
	looks := resource.Lookups(r.Attributes)
	answers, err := w.target.Lookup(t.Context(), looks)
	if err != nil {
		t.Fatal(err)
	}
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		at := slices.IndexFunc(looks, func(l resource.Lookup) bool { return l == v })
		if at < 0 {
			return nil
		}
		if !answers[at].Found {
			t.Errorf("%s: the account has no %s %q", r.Address, looks[at].Kind, looks[at].Key)
		}
		return resource.String(answers[at].ID)
	}).(resource.Map)
	change := targets.Change{Action: targets.Create, Resource: r, Key: r.Key}
	err = w.target.Apply(t.Context(), slices.Values([]targets.Change{change}), func(result targets.Result) {
		if result.Err != nil {
			t.Fatalf("%s: %v\n%v", r.Address, result.Err, r.Attributes)
		}
		if diff := cmp.Diff(r.Attributes, result.Object.Attributes); diff != "" {
			t.Errorf("%s reads back as something else (-want +got):\n%s", r.Address, diff)
		}
		id = result.Object.ID
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, true
}

// agree compares the members of a segment with the evaluator's.
func (w *world) agree(t *testing.T, s ir.Segment, seen *suite.Tally) {
	t.Helper()
	seen.Segments++
	if id, ok := w.made(t, s); ok {
		seen.Said++
		w.judge().Agree(t, s, w.Members(id), w.Find(id).Filters, seen)
	}
}

func (w *world) judge() suite.Judge {
	return suite.Judge{Program: w.program, People: w.people, Eval: w.eval, Border: suite.Before}
}

// Law: the members of a segment at HubSpot are those of the evaluator, people
// aside for whom time alone has changed something within the last day. Most
// conditions of one level can be said, sequences and computed texts aside, and a
// third of those of any kind; HubSpot compares no two stored values and folds no
// events, which random conditions do all the time.
func TestSegmentsAreTheEvaluators(t *testing.T) {
	t.Parallel()
	common := options
	common.Without |= sample.Sequences | sample.Calls
	common.Depth = 1
	for of, o := range map[string]sample.Options{"all": options, "common": common} {
		var seen suite.Tally
		for seed := range 30 {
			src := rand.New(rand.NewPCG(uint64(seed), 7))
			program := sample.Program(src, o)
			w := newWorld(t, program, sample.People(src, program, o, 20))
			for _, s := range program.Segments {
				w.agree(t, s, &seen)
			}
		}
		seen.Enough(t, of)
		if 3*seen.Said < seen.Segments || of == "common" && 2*seen.Said < seen.Segments {
			t.Errorf("%s: too much is refused: %+v", of, seen)
		}
	}
}

// What cannot be said is refused with what would help.
func TestRefusalsNameTheirPlace(t *testing.T) {
	t.Parallel()
	codes := suite.Refusals(t, hubspot.New, options, func(p *ir.Program) ir.Platform { return plain("https://a.example.test", p) })
	if diff := cmp.Diff([]string{"CAP301"}, codes); diff != "" {
		t.Errorf("codes of refusals (-want +got):\n%s", diff)
	}
}
