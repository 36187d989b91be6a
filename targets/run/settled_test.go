package run_test

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// planJSON is the plan of a project, and with what it stopped, as --format json
// prints it.
func planJSON(t *testing.T, o run.Options, choices run.PlanOptions) string {
	t.Helper()
	line := opened(t, o)
	p, diags, err := line.PlanWith(t.Context(), choices)
	if err != nil {
		return err.Error()
	}
	if p == nil {
		t.Fatal(diags)
	}
	raw, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// counting counts how often something is lowered.
type counting struct {
	*local.Target
	lowered *int
}

// Lower counts, and lowers.
func (c counting) Lower(r targets.LowerRequest) targets.Lowered {
	*c.lowered++
	return c.Target.Lower(r)
}

// settledProject is a project that is applied, journeys switched on, and whose cache
// has noted that there is nothing to do; lowered counts what is lowered from then on.
func settledProject(t *testing.T) (o run.Options, note string, lowered *int) {
	t.Helper()
	o, lowered = options(copied(t)), new(int)
	o.CacheKey = key
	random := entropy{rand.NewChaCha8([32]byte{1})}
	o.Targets = []targets.Factory{func() targets.Target { return counting{local.New(random), lowered} }}
	loaded, err := run.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	line, err := run.Open(t.Context(), loaded, o)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	summary, err := line.Apply(t.Context(), planned(t, line), run.ApplyOptions{By: state.Holder{Who: "a test", PID: os.Getpid()}})
	if err != nil || !summary.Complete() {
		t.Fatalf("%+v %v", summary, err)
	}
	note = filepath.Join(o.Dir, ".trayecto", "cache", "settled-*")
	if found, _ := filepath.Glob(note); len(found) > 0 {
		t.Fatal("noted before a plan has found nothing to do")
	}
	if p := planJSON(t, o, run.PlanOptions{}); strings.Contains(p, `"action": "`) {
		t.Fatalf("there is something to do: %s", p)
	}
	if found, _ := filepath.Glob(note); len(found) != 1 {
		t.Fatal("it was not noted that there is nothing to do")
	}
	*lowered = 0
	return o, note, lowered
}

// Law: whatever happens to files, state and platforms, a plan says with the cache
// what it says without, also where it was noted before that there is nothing to do.
func TestLawSettledIsPlanned(t *testing.T) {
	onPlatform := func(statement string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			db, err := sql.Open("sqlite", filepath.Join(dir, ".trayecto", "sandbox.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			done, err := db.ExecContext(t.Context(), statement)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := done.RowsAffected(); n == 0 || err != nil {
				t.Fatalf("%s did nothing: %v", statement, err)
			}
		}
	}
	inFile := func(name, old, new string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			raw, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(raw), old) {
				t.Fatalf("%s has no %q: %v", name, old, err)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(raw), old, new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name    string
		happens func(t *testing.T, dir string)
		choices run.PlanOptions
		same    bool // as if nothing had happened
	}{
		{name: "nothing", happens: func(*testing.T, string) {}, same: true},
		{name: "an object is edited by hand", happens: onPlatform(`UPDATE objects SET attributes = json_set(attributes, '$.description', 'by hand') WHERE key = 'segment.lapsed_vip'`)},
		{name: "an object is spelled otherwise", happens: onPlatform(`UPDATE objects SET attributes = replace(attributes, '{"', '{ "')`), same: true},
		{name: "an object is gone", happens: onPlatform(`DELETE FROM objects WHERE key = 'segment.browsers'`)},
		{name: "a journey is switched off by hand", happens: onPlatform(`UPDATE objects SET switch = 'off' WHERE key = 'journey.welcome'`)},
		{name: "a mark is taken away", happens: onPlatform(`UPDATE objects SET mark = '' WHERE key = 'segment.lapsed_vip'`), same: true},
		{name: "an object has another id", happens: onPlatform(`UPDATE objects SET serial = serial + 1000 WHERE key = 'purpose.offers' OR kind = 'purpose'`)},
		{name: "a file is edited", happens: inFile("segments.hcl", "365d", "364d")},
		{name: "the state is of something else", happens: func(t *testing.T, dir string) { editState(t, dir, "segment.lapsed_vip") }},
		{name: "a part is chosen", happens: func(*testing.T, string) {}, choices: run.PlanOptions{Only: []string{"segment.lapsed_vip"}}},
		{name: "the end of everything", happens: func(*testing.T, string) {}, choices: run.PlanOptions{End: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, _, lowered := settledProject(t)
			before := planJSON(t, o, run.PlanOptions{})
			c.happens(t, o.Dir)
			uncached := o
			uncached.CacheKey = nil
			want := planJSON(t, uncached, c.choices)
			*lowered = 0
			for _, time := range []string{"first", "second"} {
				if diff := cmp.Diff(want, planJSON(t, o, c.choices)); diff != "" {
					t.Fatalf("the %s time (-uncached +cached):\n%s", time, diff)
				}
			}
			if same := want == before; same != c.same {
				t.Errorf("the plan is as before: want %v, got %v; it says\n%s", c.same, same, want)
			}
			if c.same != (*lowered == 0) && !c.choices.End {
				t.Errorf("lowered %d times", *lowered)
			}
		})
	}
}

// editState has the state forget an object.
func editState(t *testing.T, dir, object string) {
	t.Helper()
	st, _, err := state.Open(dir, "lumen", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Lock(t.Context(), state.Holder{Who: "a test", PID: os.Getpid()}); err != nil {
		t.Fatal(err)
	}
	for _, r := range st.Records() {
		if r.Address.Object == object {
			if err := st.Finish(t.Context(), []state.Result{{Address: r.Address, Gone: true}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := st.Unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What was noted under another key, or was damaged, is not trusted.
func TestNotesAreNotTrusted(t *testing.T) {
	o, pattern, _ := settledProject(t)
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	want := planJSON(t, o, run.PlanOptions{})
	for name, raw := range map[string][]byte{"empty": {}, "cut": note[:16], "longer": append(note, 0), "changed": append([]byte{note[0] ^ 1}, note[1:]...)} {
		if err := os.WriteFile(found[0], raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, planJSON(t, o, run.PlanOptions{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if again, err := os.ReadFile(found[0]); err != nil || !cmp.Equal(note, again) {
			t.Errorf("%s: it was taken for a note, and not written anew: %v", name, err)
		}
	}
}
