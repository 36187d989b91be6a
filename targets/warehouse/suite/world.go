package suite

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// World is one program with people, loaded into a warehouse.
type World struct {
	Program  *ir.Program
	Platform ir.Platform

	people []*person.Person
	lists  person.Lists
	eval   *eval.World
	db     Database
	seed   int
}

// beyond is what a mapping of this version cannot place: attributes of
// objects, and lengths of time as values.
const beyond = sample.Objects | sample.Spans

func randomWorld(t testing.TB, e Engine, db Database, seed int) World {
	t.Helper()
	src := rand.New(rand.NewPCG(uint64(seed), 2))
	o := sample.Options{Without: beyond, Places: []ir.Platform{{Head: ir.Head{Address: "platform.sandbox"}}}}
	p := sample.Program(src, o)
	p.Project.LeaveOut = []string{"touchpoint"}
	for _, k := range p.Person.Keys {
		known := expr.IsSet{Of: expr.Attribute{Path: []string{k.Name}, Type: k.Type}}
		p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: "segment.has_" + k.Name}, Where: known})
	}
	p.Sort()
	w := World{Program: p, people: sample.People(src, p, o, 40), lists: sample.Lists(src, p, o), db: db, seed: seed}
	h := house{engine: e, schema: fmt.Sprintf("w%d", seed), foreign: seed%2 == 1}
	w.Platform = h.platform(p, w.lists)
	p.Platforms = []ir.Platform{w.Platform}
	h.load(t, db, p, w.people, w.lists)
	var err error
	if w.eval, err = eval.New(p, w.lists, sample.Now); err != nil {
		t.Fatal(err)
	}
	return w
}

// Target is a target over the warehouse.
func (w World) Target(t testing.TB) targets.Target {
	t.Helper()
	target := w.db.Factory()
	if err := target.Configure(t.Context(), w.db.Config(w.Platform)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := target.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return target
}

// On is the same program on another database.
func (w World) On(db Database) World {
	w.db = db
	return w
}

// Lower is what the program is on the platform.
func (w World) Lower(target targets.Target) targets.Lowered {
	return target.Lower(targets.LowerRequest{Program: w.Program, Platform: w.Platform, Placed: w.Program.Placed("platform.sandbox")})
}

// Resolved fills in look-ups and references by name, as the host does.
func Resolved(r resource.Resource, ids map[resource.Address]string) resource.Resource {
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		switch v := v.(type) {
		case resource.Lookup:
			return resource.String(v.Key)
		case resource.Ref:
			return resource.String(ids[v.Address])
		case resource.Bool, resource.List, resource.Map, resource.Null, resource.Number, resource.String:
		}
		return nil
	}).(resource.Map)
	return r
}

// inOrder sorts resources so that each comes after those that it refers to.
func inOrder(t testing.TB, resources []resource.Resource) []resource.Resource {
	t.Helper()
	var out []resource.Resource
	done := map[resource.Address]bool{}
	for len(out) < len(resources) {
		before := len(out)
		for _, r := range resources {
			ready := !done[r.Address]
			for _, ref := range resource.Refs(r.Attributes) {
				ready = ready && done[ref.Address]
			}
			if ready {
				out, done[r.Address] = append(out, r), true
			}
		}
		if before == len(out) {
			t.Fatal("references go round in a circle")
		}
	}
	return out
}

// Deploy creates everything and returns what the platform answered.
func Deploy(t testing.TB, target targets.Target, resources []resource.Resource) []resource.Resource {
	t.Helper()
	ids := map[resource.Address]string{}
	var applied []resource.Resource
	for _, r := range inOrder(t, resources) {
		r = Resolved(r, ids)
		change := targets.Change{Action: targets.Create, Resource: r, Mark: "mark " + r.Address.String(), Key: "key " + r.Address.String()}
		err := target.Apply(t.Context(), slices.Values([]targets.Change{change}), func(result targets.Result) {
			if result.Err != nil {
				t.Fatalf("%s: %v\n%s", r.Address, result.Err, r.Attributes["sql"])
			}
			ids[r.Address] = result.Object.ID
		})
		if err != nil {
			t.Fatal(err)
		}
		applied = append(applied, r)
	}
	return applied
}

// Everything is what the platform lists.
func Everything(t testing.TB, target targets.Target) []resource.Object {
	t.Helper()
	var out []resource.Object
	err := target.List(t.Context(), targets.ListRequest{}, func(page []resource.Object) error {
		out = append(out, page...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (w World) members(segment string) []string {
	var out []string
	for _, p := range w.people {
		if w.eval.Member(segment, p) {
			out = append(out, p.ID)
		}
	}
	return out
}

// worlds runs a law on random worlds.
func worlds(t *testing.T, e Engine, first int, law func(*testing.T, Database, World)) {
	shared := e.Fresh(t)
	for seed := first; seed < first+e.Worlds; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			db := shared
			if e.Light {
				db = e.Fresh(t)
			}
			law(t, db, randomWorld(t, e, db, seed))
		})
	}
}

// onlyKnownGaps fails on any error that is not about a person's own zone.
func onlyKnownGaps(t *testing.T, found diag.List) (gaps bool) {
	t.Helper()
	for _, d := range found {
		if d.Rule.Code == "CAP102" {
			gaps = true
		} else if d.Rule.Severity == diag.Error {
			t.Fatalf("%s: %s %s", d.Rule.Code, d.Rule.Summary, d.Detail)
		}
	}
	return gaps
}

// Law: the members of a segment are those of the reference evaluator, in both
// printings, and the plan after an apply is empty.
func segmentsAreTheEvaluators(t *testing.T, e Engine) {
	asked, members := 0, 0
	worlds(t, e, 0, func(t *testing.T, db Database, w World) {
		target := w.Target(t)
		lowered := w.Lower(target)
		if onlyKnownGaps(t, lowered.Diagnostics) {
			t.Skip("needs a person's own zone")
		}
		applied := Deploy(t, target, lowered.Resources)
		db.Clock(t, sample.Now)
		segments := make([]string, len(w.Program.Segments))
		for i, s := range w.Program.Segments {
			segments[i] = s.Address
			want := w.members(s.Address)
			name := sql.Name{Schema: warehouse.Schema(w.Platform), Object: "segment_" + s.Address[len("segment."):]}
			got := db.Texts(t, "SELECT person FROM "+name.Quoted())
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, deployed (-evaluator +warehouse):\n%s%s", s.Address, diff, text2(applied, s.Address))
			}
			asked, members = asked+1, members+len(want)
		}
		w.counts(t, target, segments)
		w.allowed(t, db)
		w.sameAttributes(t, target, applied)
	})
	if asked < e.Worlds || members < asked {
		t.Errorf("%d segments with %d members in all show little", asked, members)
	}
}

func text2(applied []resource.Resource, object string) resource.Value {
	for _, r := range applied {
		if r.Address.Object == object {
			return r.Attributes["sql"]
		}
	}
	return nil
}

func (w World) counts(t *testing.T, target targets.Target, segments []string) {
	t.Helper()
	got, err := target.Count(t.Context(), targets.CountRequest{Program: w.Program, Platform: w.Platform, Segments: segments, Now: sample.Now})
	if err != nil {
		t.Fatal(err)
	}
	var want []targets.CountAnswer
	for _, s := range segments {
		want = append(want, targets.CountAnswer{Segment: s, Members: len(w.members(s))})
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("counting (-evaluator +warehouse):\n%s", diff)
	}
}

// allowed compares the gate function and the records.
func (w World) allowed(t *testing.T, db Database) {
	t.Helper()
	w.gate(t, db)
	w.records(t, db)
}

// gate compares the function for every purpose, channel and person, in one query:
// preparing it takes longer than answering it. Every other world is also asked
// for one purpose and channel as a customer would write it.
func (w World) gate(t *testing.T, db Database) {
	t.Helper()
	gate := sql.Name{Schema: warehouse.Schema(w.Platform), Object: "allowed"}.Quoted()
	people := "(VALUES " + strings.Join(everyone(w.people), ", ") + ") AS v(p)"
	var want, pairs []string
	for _, purpose := range w.Program.Purposes {
		for _, channel := range w.Program.Channels {
			u, c := sql.QuoteText(purpose.Address), sql.QuoteText(channel.Address[len("channel."):])
			allowed := w.allowedBy(purpose.Address, channel.Address)
			if len(pairs) == 0 && w.seed%2 == 0 {
				got := db.Texts(t, fmt.Sprintf("SELECT v.p FROM %s WHERE %s(v.p, %s, %s)", people, gate, u, c))
				w.same(t, "allowed "+u+" by "+c, allowed, got)
			}
			pairs = append(pairs, "("+u+", "+c+")")
			for _, id := range allowed {
				want = append(want, fmt.Sprintf("%s by %s: %s", purpose.Address, channel.Address[len("channel."):], id))
			}
		}
	}
	if len(pairs) > 0 {
		w.same(t, "allowed", want, db.Texts(t, fmt.Sprintf("SELECT concat(a.u, ' by ', a.c, ': ', v.p) FROM %s, (VALUES %s) AS a(u, c) WHERE %s(v.p, a.u, a.c)",
			people, strings.Join(pairs, ", "), gate)))
	}
}

func (w World) allowedBy(purpose, channel string) []string {
	var out []string
	for _, p := range w.people {
		if w.eval.Allowed(purpose, channel, p) {
			out = append(out, p.ID)
		}
	}
	return out
}

// same compares two lists without regard to their order.
func (w World) same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("%s (-evaluator +warehouse):\n%s", what, diff)
	}
}

func everyone(people []*person.Person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = "(" + sql.QuoteText(p.ID) + ")"
	}
	return out
}

// records compares the record of every consent, channel and person.
func (w World) records(t *testing.T, db Database) {
	t.Helper()
	if len(w.Program.Consents) == 0 {
		return
	}
	var want []string
	for _, consent := range w.Program.Consents {
		for _, channel := range consent.Channels {
			want = append(want, w.recordOf(consent.Address, channel)...)
		}
	}
	view := sql.Name{Schema: warehouse.Schema(w.Platform), Object: "consent_record"}.Quoted()
	micro := func(column string) string {
		return "COALESCE(CAST(extract(epoch FROM " + column + ") * 1000000 AS bigint), 0)"
	}
	w.same(t, "records", want, db.Texts(t, "SELECT concat_ws(' ', consent, channel, person, state, "+
		micro("granted_at")+", "+micro("confirmed_at")+", "+micro("expires_at")+") FROM "+view))
}

// recordOf is the record of a consent by a channel, a line a person.
func (w World) recordOf(consent, channel string) []string {
	var out []string
	for _, p := range w.people {
		r := w.eval.Record(consent, channel, p)
		if r.State == eval.StateUnknown {
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s %s %d %d %d", consent, channel, p.ID, r.State, known(r.GrantedAt), known(r.ConfirmedAt), r.ExpiresAt))
	}
	return out
}

// known is an instant, or 0 where the warehouse does not say when.
func known(at types.Instant) types.Instant {
	if at == beginning {
		return 0
	}
	return at
}

func (w World) sameAttributes(t *testing.T, target targets.Target, applied []resource.Resource) {
	t.Helper()
	held := map[string]resource.Map{}
	for _, o := range Everything(t, target) {
		held[o.Kind+" "+o.Key] = o.Attributes
	}
	want := map[string]resource.Map{}
	for _, r := range applied {
		want[r.Kind+" "+r.Key] = r.Attributes
	}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Errorf("after the apply (-written +read):\n%s", diff)
	}
	answers, err := target.Lookup(t.Context(), lookups(w.Lower(target).Resources))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if !a.Found {
			t.Errorf("a look-up found nothing: %+v", a)
		}
	}
}

func lookups(resources []resource.Resource) []resource.Lookup {
	var out []resource.Lookup
	for _, r := range resources {
		out = append(out, resource.Lookups(r.Attributes)...)
	}
	return out
}
