package mautic_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
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
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/mautic"
	"github.com/trayecto/trayecto/targets/mautic/fake"
)

// options leaves out what a contact has no place for: what happened to people
// and what they have to do with, lengths of time, values that age, windows of
// months. What the consent rules are made of is asked in a law of its own.
var options = sample.Options{Depth: 3, Segments: 6, Without: sample.Aggregates | sample.Sequences | sample.Outcomes | sample.Objects | sample.Spans |
	sample.Calendar | sample.Aging | sample.Reaching | sample.Records}

// world is a random program, an installation with the same people, and the
// evaluator.
type world struct {
	*fake.Installation
	program *ir.Program
	people  []*person.Person
	eval    *eval.World
	target  targets.Target
}

func newWorld(t testing.TB, program *ir.Program, people []*person.Person) *world {
	t.Helper()
	w := &world{Installation: installation(t), program: program, people: people, target: mautic.New()}
	w.Now = sample.Now.Time()
	program.Platforms = []ir.Platform{plain(w.URL, program)}
	for _, a := range program.Person.Attributes {
		w.Fields = append(w.Fields, fake.Field{Alias: a.Name, Type: "text"})
	}
	for _, p := range people {
		w.Contacts = append(w.Contacts, contact(p))
	}
	var err error
	if w.eval, err = eval.New(program, person.Lists{}, sample.Now); err != nil {
		t.Fatal(err)
	}
	c := configured(w.Installation)
	c.Platform = program.Platforms[0]
	if err := w.target.Configure(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return w
}

// plain is a platform block that maps what the program has.
func plain(url string, program *ir.Program) ir.Platform {
	b := block(url)
	b.Config.Settings = slices.DeleteFunc(b.Config.Settings, func(s ir.Setting) bool { return s.Name == "fields" || s.Name == "consents" })
	b.Config.Settings = append(b.Config.Settings, ir.Setting{Name: "fields", Map: []ir.Setting{text("phone", "mobile")}})
	b.Config.Blocks = nil
	for _, c := range program.Consents {
		name := strings.TrimPrefix(c.Address, "consent.")
		b.Config.Blocks = append(b.Config.Blocks, ir.ConfigBlock{Type: "consent", Labels: []string{name}, Config: ir.Config{
			Settings: []ir.Setting{text("granted_at", name+"_since"), text("confirmed_at", name+"_confirmed")}}})
	}
	return b
}

// contact is a person as Mautic keeps them. It keeps no empty texts and
// instants to the second; the person is made to be so too.
func contact(p *person.Person) *fake.Contact {
	out := &fake.Contact{ID: p.ID, Values: map[string]any{}, Barred: map[string]string{}}
	for ours, v := range p.Attributes {
		theirs := ours
		if ours == "phone" {
			theirs = "mobile"
		}
		switch v := v.(type) {
		case types.Text:
			if v == "" {
				p.Attributes[ours] = types.Null{}
				continue
			}
			out.Values[theirs] = string(v)
		case types.Decimal:
			out.Values[theirs], _ = strconv.ParseFloat(v.String(), 64)
		case types.Truth:
			out.Values[theirs] = bool(v)
		case types.Date:
			out.Values[theirs] = v.Time()
		case types.Instant:
			whole := v.Time().Truncate(time.Second)
			p.Attributes[ours], out.Values[theirs] = types.NewInstant(whole), whole
		case types.Null, types.Span, types.Values, nil:
		}
	}
	return out
}

// made is a segment in the installation; false where Mautic cannot say it.
func (w *world) made(t testing.TB, s ir.Segment) (id int, ok bool) {
	t.Helper()
	lowered := w.target.Lower(targets.LowerRequest{Program: w.program, Platform: w.program.Platforms[0], Placed: []string{s.Address}})
	if lowered.Diagnostics.HasErrors() {
		return 0, false
	}
	r := lowered.Resources[0]
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		if look, is := v.(resource.Lookup); is {
			return resource.String(look.Key)
		}
		return nil
	}).(resource.Map)
	object, failed := carry(t, w.target, targets.Change{Action: targets.Create, Resource: r, Key: "once"})
	if failed != nil {
		t.Fatalf("%s: %v\n%v", r.Address, failed, r.Attributes)
	}
	if diff := cmp.Diff(r.Attributes, object.Attributes); diff != "" {
		t.Errorf("%s reads back otherwise (-want +got):\n%s", s.Address, diff)
	}
	id, err := strconv.Atoi(object.ID)
	return id, err == nil
}

// carry makes one change.
func carry(t testing.TB, target targets.Target, c targets.Change) (*resource.Object, *targets.Error) {
	t.Helper()
	var object *resource.Object
	var failed *targets.Error
	if err := target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(r targets.Result) { object, failed = r.Object, r.Err }); err != nil {
		t.Fatal(err)
	}
	return object, failed
}

// tally is what a law saw; askable are segments about what a contact holds.
type tally struct {
	suite.Tally
	askable int
}

// agree compares the members of a segment with the evaluator's.
func (w *world) agree(t *testing.T, s ir.Segment, seen *tally) {
	t.Helper()
	seen.Segments++
	if w.askable(s.Where) {
		seen.askable++
	}
	if id, ok := w.made(t, s); ok {
		seen.Said++
		judge := suite.Judge{Program: w.program, People: w.people, Eval: w.eval, Border: suite.DayLong}
		judge.Agree(t, s, w.Members(id), w.Find("segment", fmt.Sprint(id)).Attributes["filters"], &seen.Tally)
	}
}

// atBorder tells whether a window ends about now for somebody.
func atBorder(program *ir.Program, p *person.Person) bool {
	return suite.Judge{Program: program, Border: suite.DayLong}.AtBorder(p)
}

// askable tells whether a condition is about what a contact holds: without what
// happened to people, and without comparing two things that are stored.
func (w *world) askable(e expr.Expr) bool {
	out := true
	expr.Walk(e, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.Did, expr.FollowedBy, expr.Aggregate:
			out = false
		case expr.Compare:
			_, left := e.Left.(expr.Literal)
			_, right := e.Right.(expr.Literal)
			out = out && (left || right)
		case expr.Attribute:
			if a, known := w.program.Person.AttributeNamed(e.Path[0]); known && a.Value != nil {
				out = out && w.askable(a.Value)
			}
		case expr.Member:
			s, _ := ir.Find(w.program.Segments, e.Segment)
			out = out && w.askable(s.Where)
		}
		return out
	})
	return out
}

// Law: the members of a segment at Mautic are those of the evaluator, people
// aside for whom a window has a border within a day.
func TestSegmentsAreTheEvaluators(t *testing.T) {
	t.Parallel()
	var seen tally
	for seed := range 60 {
		src := rand.New(rand.NewPCG(uint64(seed), 7))
		program := sample.Program(src, options)
		w := newWorld(t, program, sample.People(src, program, options, 20))
		for _, s := range program.Segments {
			w.agree(t, s, &seen)
		}
	}
	seen.Enough(t, "segments")
	if 3*seen.Said < 2*seen.askable || 3*seen.askable < seen.Segments {
		t.Errorf("too much is refused: %+v", seen)
	}
}

// What cannot be said is refused with what would help.
func TestRefusalsNameTheirPlace(t *testing.T) {
	t.Parallel()
	codes := suite.Refusals(t, mautic.New, sample.Options{}, func(p *ir.Program) ir.Platform { return plain("https://a.example.test", p) })
	if diff := cmp.Diff([]string{"CAP301"}, codes); diff != "" {
		t.Errorf("codes of refusals (-want +got):\n%s", diff)
	}
}
