package plan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/schemas"
)

// everything is a plan with something in every field.
func everything(t interface {
	Helper()
	Fatalf(string, ...any)
}) *plan.Plan {
	t.Helper()
	in := applied(input(want("flow", resource.On, "x", "list"), want("list", "", "old"), want("gone", "", "x"), want("same", "", "x"), want("end", resource.On, "x"), want("fixed", "", "x")))
	left := in.Prior[0]
	left.ID = "older"
	in.Deposed = []plan.Record{left}
	in.Prior[3].Mark = "an older mark"
	in.Observed[at("gone")] = nil
	in.Desired = []resource.Resource{
		want("flow", resource.On, "edited & <escaped>", "list", "added"), want("list", "", "new"), want("gone", "", "x"), want("same", "", "x"),
		want("added", resource.Off, "x"), want("found", "", "x"), want("fixed", "", "y"),
	}
	in.Desired[4].Attributes["numbers"] = resource.List{resource.Number("0.05"), resource.Bool(true), resource.Null{}, resource.Map{"$odd": resource.String("<&>")}}
	in.Desired[4].Attributes["metric"] = resource.Lookup{Kind: "metric", Key: "k"}
	in.Adoptable = map[resource.Address]resource.Object{at("found"): {Kind: "thing", ID: "9", Attributes: resource.Map{"text": resource.String("x")}}}
	in.Answers = map[resource.Address]plan.Answer{at("fixed"): {Replace: []string{"text"}}, at("list"): {Costs: []plan.Cost{{Class: "write", Calls: 1}}}}
	in.Lookups = []plan.LookupID{{Platform: "sandbox", Kind: "metric", Key: "k", ID: "m"}}
	in.Meaning = map[resource.Address]map[string]string{at("flow"): {"journey.flow": "ab"}}
	in.Form = func(hash string) (json.RawMessage, error) { return json.RawMessage(`{"Address":"journey.flow"}`), nil }
	in.LeftOut, in.OnlyTo = []string{"segment.x"}, []string{"ana@example.test"}
	p := mustMake(t, in)
	eleven, none := 11, 0
	p.Audience = []plan.Audience{
		{Segment: "segment.list", UsedBy: []string{"journey.flow"}, Before: &none, After: &eleven, Join: &eleven, Leave: &none,
			Reach: []plan.Reach{{Purpose: "offers", Channel: "email", After: &none}}, PredicateAfter: []string{"a", "&& b"}},
		{Segment: "segment.x", Unknown: "followed_by is not evaluated yet"},
	}
	people, events := 2000, 6924
	p.History = &plan.History{People: &people, Events: &events, Newest: &now, BadRows: 1, FirstBad: []string{"events.csv:3: no person"}}
	p.Sends = []plan.Send{{Journey: "journey.flow", Already: &eleven, Messages: &none}}
	p.Guards = []plan.GuardNote{{Guard: "guard.g", Result: "waits", ApprovedBy: []string{"@crm"}}}
	p.Findings = []plan.Finding{{Object: "touchpoint.x", Text: "takes 2 SMS parts"}}
	p.Notes = []string{"a note"}
	return p
}

func save(t *testing.T, p *plan.Plan) []byte {
	t.Helper()
	raw, err := p.Save()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSavedPlanIsThePlan(t *testing.T) {
	p := everything(t)
	got, err := plan.Open(save(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Errorf("saved and opened (-want +got):\n%s", diff)
	}
	if got.Digest() != p.Digest() || len(p.Short()) != 8 || !strings.HasPrefix(p.Digest(), p.Short()) {
		t.Errorf("digests %s and %s", p.Digest(), got.Digest())
	}
}

func TestDigestIsAboutDeeds(t *testing.T) {
	p, q := everything(t), everything(t)
	q.Now, q.Notes, q.Audience, q.Changes[0].Summary = now.AddDate(0, 0, 1), nil, nil, "a list"
	if p.Digest() != q.Digest() {
		t.Error("what is only for readers changes the digest")
	}
	for name, change := range map[string]func(*plan.Plan){
		"attribute": func(p *plan.Plan) { p.Changes[0].After = resource.Map{"text": resource.String("else")} },
		"account":   func(p *plan.Plan) { p.Platforms[0].Identity = "another" },
		"from":      func(p *plan.Plan) { p.Changes[0].From.Observed = "00" },
		"missing":   func(p *plan.Plan) { p.Changes = p.Changes[1:] },
		"needs":     func(p *plan.Plan) { p.Changes[len(p.Changes)-1].Needs = []int{0, 1, 2} },
		"project":   func(p *plan.Plan) { p.Project = "another" },
		"env":       func(p *plan.Plan) { p.Env = "another" },
		"source":    func(p *plan.Plan) { p.Source = "another" },
		"target":    func(p *plan.Plan) { p.Platforms[0].Target = "another" },
		"forget":    func(p *plan.Plan) { p.Forget = append(p.Forget, at("x")) },
		"refresh":   func(p *plan.Plan) { p.Refresh = append(p.Refresh, plan.Record{Address: at("x")}) },
		"look-up":   func(p *plan.Plan) { p.Lookups = append(p.Lookups, plan.LookupID{Kind: "list", Key: "x", ID: "9"}) },
		"moved":     func(p *plan.Plan) { p.Moved = append(p.Moved, plan.Moved{From: at("x"), To: at("y"), ID: "9"}) },
		"let go":    func(p *plan.Plan) { p.LetGo = append(p.LetGo, plan.LetGo{Address: at("x"), ID: "9"}) },
	} {
		q := everything(t)
		q.Platforms = append([]plan.PlatformInfo(nil), q.Platforms...)
		change(q)
		if p.Digest() == q.Digest() {
			t.Errorf("%s: the digest is the same", name)
		}
	}
}

// A plan file that was cut or in which a bit was flipped is never another
// plan: it is refused, or nothing that matters changed.
func TestDamagedPlanIsRefused(t *testing.T) {
	p := everything(t)
	raw := save(t, p)
	for n := range len(raw) - 1 {
		if n%7 != 0 {
			continue
		}
		if _, err := plan.Open(raw[:n]); err == nil {
			t.Fatalf("cut to %d of %d bytes: no error", n, len(raw))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := bytes.Clone(raw)
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		got, err := plan.Open(bad)
		if err == nil && !cmp.Equal(p, got) {
			t.Fatalf("a damaged file was read as another plan")
		}
	})
}

func TestOtherFiles(t *testing.T) {
	newer := bytes.Replace(save(t, everything(t)), []byte(`"trayecto_plan":1`), []byte(`"trayecto_plan":2`), 1)
	if _, err := plan.Open(newer); !errors.Is(err, plan.ErrNewer) {
		t.Errorf("newer: %v", err)
	}
	for name, raw := range map[string]string{"empty": "", "text": "resource {}", "other": `{"a":1}`, "zip": "\x1f\x8b\x00", "null": `{"trayecto_plan":1,"sha256":"74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b","plan":null}`} {
		if p, err := plan.Open([]byte(raw)); err == nil {
			t.Errorf("%s was read as a plan: %+v", name, p)
		}
	}
}

func TestLargePlanIsCompressed(t *testing.T) {
	p := everything(t)
	p.Notes = []string{strings.Repeat("a long note ", 200_000)}
	raw := save(t, p)
	if len(raw) > 100_000 {
		t.Errorf("it takes %d bytes", len(raw))
	}
	got, err := plan.Open(raw)
	if err != nil || !cmp.Equal(p, got) {
		t.Errorf("compressed and opened: %v", err)
	}
}

func TestJSONFitsItsSchema(t *testing.T) {
	schema, err := schemas.Read("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*plan.Plan{"everything": everything(t), "nothing": mustMake(t, plan.Input{Project: "lumen", Now: now})} {
		raw, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range result.Errors() {
			t.Errorf("%s: %s", name, e)
		}
	}
}

func TestEverythingHasEveryAction(t *testing.T) {
	if diff := cmp.Diff(plan.Counts{Create: 2, Update: 2, Replace: 1, Delete: 2, SwitchOn: 1, SwitchOff: 3, Adopt: 1}, everything(t).Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// The differences are all of them: put onto what was, they give what is.
func TestDiffIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := tree(t, 3).(resource.Map), tree(t, 3).(resource.Map)
		got := plan.Diff(before, after)
		if same := resource.Equal(before, after); same != (len(got) == 0) {
			t.Fatalf("equal: %v, differences: %v", same, got)
		}
		var put resource.Value = before
		for _, d := range got {
			put = replaced(put, strings.Split(strings.ReplaceAll(d.Path, "[", ".["), "."), d.After)
		}
		if !resource.Equal(put, after) {
			t.Fatalf("%v onto %v gives %v and not %v", got, before, put, after)
		}
		if len(plan.Diff(before, before)) > 0 {
			t.Fatalf("something differs from itself")
		}
		raw, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var read []plan.AttributeDiff
		if err := json.Unmarshal(raw, &read); err != nil || len(read) != len(got) {
			t.Fatalf("reading %s: %v", raw, err)
		}
		for i := range got {
			if d := cmp.Diff(got[i], read[i]); d != "" {
				t.Fatalf("written and read (-want +got):\n%s", d)
			}
		}
	})
}

// replaced is v with another value at a path such as a, b, [0]; nil for none.
func replaced(v resource.Value, path []string, to resource.Value) resource.Value {
	if len(path) == 0 {
		return to
	}
	if m, ok := v.(resource.Map); ok {
		m = maps.Clone(m)
		if m[path[0]] = replaced(m[path[0]], path[1:], to); m[path[0]] == nil {
			delete(m, path[0])
		}
		return m
	}
	l, i := slices.Clone(v.(resource.List)), int(path[0][1]-'0')
	for len(l) <= i {
		l = append(l, nil)
	}
	l[i] = replaced(l[i], path[1:], to)
	for len(l) > 0 && l[len(l)-1] == nil {
		l = l[:len(l)-1]
	}
	return l
}

func tree(t *rapid.T, depth int) resource.Value {
	m := resource.Map{}
	for _, name := range []string{"a", "b", "c"} {
		switch kind := rapid.IntRange(0, 6).Draw(t, "kind"); {
		case kind == 0:
			m[name] = resource.String(rapid.SampledFrom([]string{"x", "y"}).Draw(t, "text"))
		case kind == 1:
			m[name] = resource.Number("1")
		case kind == 2 && depth > 0:
			m[name] = tree(t, depth-1)
		case kind == 3 && depth > 0:
			list := resource.List{tree(t, depth-1)}
			for range rapid.IntRange(0, 2).Draw(t, "more") {
				list = append(list, resource.Bool(rapid.Bool().Draw(t, "truth")))
			}
			m[name] = list
		case kind == 4:
			m[name] = resource.Ref{Address: at("x"), Output: "id"}
		}
	}
	return m
}

// The reader of plan files never fails otherwise than by an error.
func FuzzOpen(f *testing.F) {
	raw, err := everything(f).Save()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"trayecto_plan":1,"plan":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := plan.Open(raw)
		if (p == nil) == (err == nil) {
			t.Fatalf("got %v and %v", p, err)
		}
	})
}

func large(n int) []resource.Resource {
	out := make([]resource.Resource, n)
	for i := range out {
		var uses []string
		if i > 0 {
			uses = []string{fmt.Sprintf("segment.s%05d", i/2)}
		}
		out[i] = want(fmt.Sprintf("segment.s%05d", i), "", fmt.Sprint("person.tier == ", i), uses...)
	}
	return out
}

// 10,000 objects, nothing there yet.
func BenchmarkPlanEmptyState10k(b *testing.B) {
	in := input(large(10_000)...)
	b.ReportAllocs()
	for b.Loop() {
		if p := mustMake(b, in); len(p.Changes) != 10_000 {
			b.Fatal(len(p.Changes))
		}
	}
}

// 10,000 objects, all as they should be; budget of the whole line 0.5 s.
func BenchmarkPlanNoOp10k(b *testing.B) {
	in := applied(input(large(10_000)...))
	b.ReportAllocs()
	for b.Loop() {
		if p := mustMake(b, in); !p.Empty() {
			b.Fatal(len(p.Changes))
		}
	}
}
