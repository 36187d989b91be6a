package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/sql"
)

// world is one random program with people, loaded into a warehouse.
type world struct {
	program  *ir.Program
	people   []*person.Person
	lists    person.Lists
	eval     *eval.World
	platform ir.Platform
	dsn      string
}

// beyond is what a mapping of this version cannot place: attributes of
// objects, and lengths of time as values.
const beyond = sample.Objects | sample.Spans

func randomWorld(t testing.TB, conn *pgx.Conn, dsn string, seed int) world {
	t.Helper()
	src := rand.New(rand.NewPCG(uint64(seed), 2))
	o := sample.Options{Without: beyond, Places: []ir.Platform{{Head: ir.Head{Address: "platform.sandbox"}}}}
	p := sample.Program(src, o)
	p.Project.LeaveOut = []string{"touchpoint"}
	w := world{program: p, people: sample.People(src, p, o, 40), lists: sample.Lists(src, p, o), dsn: dsn}
	house := warehouse{schema: fmt.Sprintf("w%d", seed), foreign: seed%2 == 1}
	w.platform = house.platform(p, w.lists)
	p.Platforms = []ir.Platform{w.platform}
	house.load(t, conn, p, w.people, w.lists)
	var err error
	if w.eval, err = eval.New(p, w.lists, sample.Now); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) target(t testing.TB) targets.Target {
	t.Helper()
	target := postgres.New()
	err := target.Configure(t.Context(), targets.Config{Platform: w.platform, Env: func(string) (string, bool) { return w.dsn, true }, Now: sample.Now.Time()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := target.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return target
}

func (w world) lower(target targets.Target) targets.Lowered {
	return target.Lower(targets.LowerRequest{Program: w.program, Platform: w.platform, Placed: w.program.Placed("platform.sandbox")})
}

// resolved fills in look-ups and references by name, as the host does.
func resolved(r resource.Resource, ids map[resource.Address]string) resource.Resource {
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		switch v := v.(type) {
		case resource.Lookup:
			return resource.String(v.Key)
		case resource.Ref:
			return resource.String(ids[v.Address])
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

// deploy creates everything and returns what the platform answered.
func deploy(t testing.TB, target targets.Target, resources []resource.Resource) []resource.Resource {
	t.Helper()
	ids := map[resource.Address]string{}
	var applied []resource.Resource
	for _, r := range inOrder(t, resources) {
		r = resolved(r, ids)
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

func everything(t testing.TB, target targets.Target) []resource.Object {
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

func ids(t testing.TB, conn *pgx.Conn, query string, args ...any) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	slices.Sort(out)
	return out
}

func (w world) members(segment string) []string {
	var out []string
	for _, p := range w.people {
		if w.eval.Member(segment, p) {
			out = append(out, p.ID)
		}
	}
	return out
}

// worlds runs a law on random worlds in one database.
func worlds(t *testing.T, n int, law func(*testing.T, *pgx.Conn, world)) {
	dsn := cluster.New(t)
	conn := connect(t, dsn)
	for seed := range n {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { law(t, conn, randomWorld(t, conn, dsn, seed)) })
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
func TestSegmentsAreTheEvaluators(t *testing.T) {
	t.Parallel()
	asked, members := 0, 0
	worlds(t, 10, func(t *testing.T, conn *pgx.Conn, w world) {
		target := w.target(t)
		lowered := w.lower(target)
		if onlyKnownGaps(t, lowered.Diagnostics) {
			t.Skip("needs a person's own zone")
		}
		applied := deploy(t, target, lowered.Resources)
		run(t, conn, "SET trayecto.now = '"+sample.Now.Time().Format("2006-01-02T15:04:05.999999Z07:00")+"'")
		segments := make([]string, len(w.program.Segments))
		for i, s := range w.program.Segments {
			segments[i] = s.Address
			want := w.members(s.Address)
			name := sql.Name{Schema: schemaOf(w.platform), Object: "segment_" + s.Address[len("segment."):]}
			got := ids(t, conn, "SELECT person FROM "+name.Quoted())
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, deployed (-evaluator +postgres):\n%s%s", s.Address, diff, text2(applied, s.Address))
			}
			asked, members = asked+1, members+len(want)
		}
		w.counts(t, target, segments)
		w.allowed(t, conn)
		w.sameAttributes(t, target, applied)
	})
	if asked < 12 || members < 4*asked {
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

func schemaOf(p ir.Platform) string {
	s, _ := p.Config.Get("schema")
	return fmt.Sprint(s.Value)
}

func (w world) counts(t *testing.T, target targets.Target, segments []string) {
	t.Helper()
	got, err := target.Count(t.Context(), targets.CountRequest{Program: w.program, Platform: w.platform, Segments: segments, Now: sample.Now})
	if err != nil {
		t.Fatal(err)
	}
	var want []targets.CountAnswer
	for _, s := range segments {
		want = append(want, targets.CountAnswer{Segment: s, Members: len(w.members(s))})
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("counting (-evaluator +postgres):\n%s", diff)
	}
}

// allowed compares the gate function and the records.
func (w world) allowed(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	w.gate(t, conn)
	w.records(t, conn)
}

// gate compares the function for every purpose, channel and person.
func (w world) gate(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	gate := sql.Name{Schema: schemaOf(w.platform), Object: "allowed"}.Quoted()
	for _, purpose := range w.program.Purposes {
		for _, channel := range w.program.Channels {
			var want []string
			for _, p := range w.people {
				if w.eval.Allowed(purpose.Address, channel.Address, p) {
					want = append(want, p.ID)
				}
			}
			var all []string
			for _, p := range w.people {
				all = append(all, p.ID)
			}
			got := ids(t, conn, "SELECT p FROM unnest($1::text[]) AS p WHERE "+gate+"(p, $2, $3)", all, purpose.Address, channel.Address[len("channel."):])
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("allowed %s by %s (-evaluator +postgres):\n%s", purpose.Address, channel.Address, diff)
			}
		}
	}
}

func (w world) records(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	for _, consent := range w.program.Consents {
		for _, channel := range consent.Channels {
			w.record(t, conn, consent.Address, channel)
		}
	}
}

func (w world) record(t *testing.T, conn *pgx.Conn, consent, channel string) {
	t.Helper()
	view := sql.Name{Schema: schemaOf(w.platform), Object: "consent_record"}.Quoted()
	var want []string
	for _, p := range w.people {
		r := w.eval.Record(consent, channel, p)
		if r.State == eval.StateUnknown {
			continue
		}
		want = append(want, fmt.Sprintf("%s %s %d %d %d", p.ID, r.State, known(r.GrantedAt), known(r.ConfirmedAt), r.ExpiresAt))
	}
	got := ids(t, conn, `SELECT concat_ws(' ', person, state,
		COALESCE((extract(epoch FROM granted_at) * 1000000)::bigint, 0), COALESCE((extract(epoch FROM confirmed_at) * 1000000)::bigint, 0),
		COALESCE((extract(epoch FROM expires_at) * 1000000)::bigint, 0))
		FROM `+view+` WHERE consent = $1 AND channel = $2`, consent, channel)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("record of %s by %s (-evaluator +postgres):\n%s", consent, channel, diff)
	}
}

// known is an instant, or 0 where the warehouse does not say when.
func known(at types.Instant) types.Instant {
	if at == beginning {
		return 0
	}
	return at
}

func (w world) sameAttributes(t *testing.T, target targets.Target, applied []resource.Resource) {
	t.Helper()
	held := map[string]resource.Map{}
	for _, o := range everything(t, target) {
		held[o.Kind+" "+o.Key] = o.Attributes
	}
	want := map[string]resource.Map{}
	for _, r := range applied {
		want[r.Kind+" "+r.Key] = r.Attributes
	}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Errorf("after the apply (-written +read):\n%s", diff)
	}
	answers, err := target.Lookup(t.Context(), lookups(w.lower(target).Resources))
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
