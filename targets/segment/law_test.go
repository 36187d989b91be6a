package segment_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/segment"
	"github.com/trayecto/trayecto/targets/segment/fake"
)

// options leaves out what a profile has no place for: things that people have to
// do with, lengths of time, values that age, windows of months, consents.
var options = sample.Options{Depth: 2, Without: sample.Objects | sample.Spans | sample.Calendar | sample.Aging | sample.Reaching | sample.Records}

// world is a random program, a space with the same people, and the evaluator.
type world struct {
	*fake.Space
	program *ir.Program
	people  []*person.Person
	eval    *eval.World
	target  targets.Target
	block   ir.Platform
}

func newWorld(t testing.TB, program *ir.Program, people []*person.Person) *world {
	t.Helper()
	w := &world{Space: fake.Serve(t, "law", secret, nil), program: program, people: people}
	w.Now = sample.Now.Time()
	w.block = block(w.URL, w.ID)
	w.block.Config.Settings = slices.DeleteFunc(w.block.Config.Settings, func(s ir.Setting) bool { return s.Name == "events" })
	program.Platforms = []ir.Platform{w.block}
	var err error
	if w.eval, err = eval.New(program, person.Lists{}, sample.Now); err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		w.Profiles = append(w.Profiles, profile(p))
	}
	w.target = segment.New()
	if err := w.target.Configure(t.Context(), targets.Config{Platform: w.block, Now: w.Now, Env: func(string) (string, bool) { return secret, true }}); err != nil {
		t.Fatal(err)
	}
	return w
}

// profile is a person as the space knows them.
func profile(p *person.Person) *fake.Profile {
	out := &fake.Profile{ID: p.ID, Traits: stored(p.Attributes)}
	for _, e := range p.Events {
		out.Events = append(out.Events, fake.Event{Name: strings.TrimPrefix(e.Type, "event."), At: e.At.Time(), Properties: stored(e.Fields)})
	}
	return out
}

func stored(values map[string]types.Value) map[string]any {
	out := map[string]any{}
	for name, v := range values {
		switch v := v.(type) {
		case types.Text:
			out[name] = string(v)
		case types.Decimal:
			out[name] = fake.Number(v.String())
		case types.Truth:
			out[name] = bool(v)
		case types.Date:
			out[name] = v.Time()
		case types.Instant:
			out[name] = v.Time()
		case types.Null, types.Span, types.Values, nil:
		}
	}
	return out
}

// made is a segment as an audience of the space; false where Segment cannot say it.
func (w *world) made(t testing.TB, s ir.Segment) (id string, ok bool) {
	t.Helper()
	lowered := w.target.Lower(targets.LowerRequest{Program: w.program, Platform: w.block, Placed: []string{s.Address}})
	if lowered.Diagnostics.HasErrors() {
		return "", false
	}
	change := targets.Change{Action: targets.Create, Resource: lowered.Resources[0], Key: s.Address}
	err := w.target.Apply(t.Context(), slices.Values([]targets.Change{change}), func(result targets.Result) {
		if result.Err != nil {
			t.Fatalf("%s: %v\n%v", s.Address, result.Err, lowered.Resources[0].Attributes)
		}
		id = result.Object.ID
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, true
}

// agree compares the members of an audience with the evaluator's, whatever the
// platform makes of missing values.
func (w *world) agree(t *testing.T, s ir.Segment, seen *suite.Tally) {
	t.Helper()
	seen.Segments++
	id, ok := w.made(t, s)
	if !ok {
		return
	}
	seen.Said++
	judge := suite.Judge{Program: w.program, People: w.people, Eval: w.eval, Border: suite.Around}
	for _, w.Nulls = range []fake.Nulls{fake.NullFails, fake.NullUnknown, fake.NullEmpty} {
		judge.Agree(t, s, w.Members(id), fmt.Sprintf("where missing %s: %s", w.Nulls, w.Find(id).Query), seen)
	}
}

// Law: the members of an audience are those of the evaluator, people aside for
// whom a border of time lies within a day, and whatever Segment makes of values
// that are missing. Most conditions can be said, outcomes of messages and
// computed texts aside.
func TestAudiencesAreTheEvaluators(t *testing.T) {
	t.Parallel()
	common := options
	common.Without |= sample.Outcomes | sample.Calls
	for of, o := range map[string]sample.Options{"all": options, "common": common} {
		var seen suite.Tally
		for seed := range 60 {
			src := rand.New(rand.NewPCG(uint64(seed), 7))
			program := sample.Program(src, o)
			w := newWorld(t, program, sample.People(src, program, o, 20))
			for _, s := range program.Segments {
				w.agree(t, s, &seen)
			}
		}
		seen.Enough(t, of)
		if of == "common" && 2*seen.Said < seen.Segments {
			t.Errorf("%s: too much is refused: %+v", of, seen)
		}
	}
}

// Law: the value of a computed trait is the evaluator's of the attribute.
func TestTraitsAreTheEvaluators(t *testing.T) {
	t.Parallel()
	asked, said, set := 0, 0, 0
	for seed := range 150 {
		src := rand.New(rand.NewPCG(uint64(seed), 11))
		program := sample.Program(src, options)
		w := newWorld(t, program, sample.People(src, program, options, 10))
		for _, a := range program.Person.Attributes {
			if a.Value == nil {
				continue
			}
			asked++
			block := w.block
			block.Config.Settings = append(slices.Clone(block.Config.Settings), ir.Setting{Name: "computed_traits", Value: types.Values{types.Text(a.Name)}})
			lowered := w.target.Lower(targets.LowerRequest{Program: program, Platform: block})
			if lowered.Diagnostics.HasErrors() {
				continue
			}
			said++
			change := targets.Change{Action: targets.Create, Resource: lowered.Resources[0], Key: a.Name}
			if _, failed := carry(t, w.target, change); failed != nil {
				t.Fatal(failed)
			}
			for i, p := range w.people {
				want := stored(map[string]types.Value{"v": w.eval.Value(expr.Attribute{Path: []string{a.Name}, Type: a.Type}, p, eval.Context{})})["v"]
				got := w.Computed(w.Traits[len(w.Traits)-1], w.Profiles[i])
				if want != nil {
					set++
				}
				if same := cmp.Equal(want, got, cmp.Comparer(func(a, b *big.Rat) bool { return near(a, b) })); !same && !(suite.Judge{Program: program, Border: suite.Around}).AtBorder(p) {
					t.Errorf("%s of %s: want %v, and Segment has %v\n%v", a.Name, p.ID, want, got, w.Traits[len(w.Traits)-1].Query)
				}
			}
		}
	}
	t.Logf("%d asked, %d said, %d values", asked, said, set)
	if 3*said < asked || set < 50 {
		t.Errorf("too little was asked: %d of %d said, %d values", said, asked, set)
	}
}

// near tells whether two numbers are the same to six places, which averages have.
func near(a, b *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(big.NewRat(1, 1_000_000)) < 0
}

// What cannot be said is refused with what would help.
func TestRefusalsNameTheirPlace(t *testing.T) {
	t.Parallel()
	codes := suite.Refusals(t, segment.New, options, func(*ir.Program) ir.Platform { return block("https://a.example.test", "spa") })
	codes = slices.DeleteFunc(codes, func(code string) bool { return code == "MAP311" || code == "CAP302" }) // the block maps an event of the kit's; size
	if diff := cmp.Diff([]string{"CAP301"}, codes); diff != "" {
		t.Errorf("codes of refusals (-want +got):\n%s", diff)
	}
}
