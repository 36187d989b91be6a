package corpus_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/corpus"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
)

func archives(t *testing.T) []*corpus.Archive {
	t.Helper()
	paths, err := filepath.Glob("../../testdata/meaning/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	var out []*corpus.Archive
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := corpus.Read(strings.TrimSuffix(filepath.Base(path), ".txtar"), text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// The evaluator's answer to every case is the one derived by hand.
func TestEvaluatorAnswersTheCorpus(t *testing.T) {
	cases := 0
	for _, a := range archives(t) {
		world, err := eval.New(a.Program, a.Lists, a.Now)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range a.Cases {
			cases++
			t.Run(a.Name+"/"+c.Name, func(t *testing.T) { answer(t, a, world, c) })
		}
	}
	if cases < 200 {
		t.Errorf("the corpus has %d cases; it must have 200", cases)
	}
}

func answer(t *testing.T, a *corpus.Archive, world *eval.World, c corpus.Case) {
	segment, ok := ir.Find(a.Program.Segments, c.Segment)
	if !ok {
		t.Fatalf("no %s", c.Segment)
	}
	if missing := eval.Missing(a.Program, segment.Where); len(missing) > 0 {
		t.Fatalf("not evaluated: %v", missing)
	}
	var got []string
	for _, p := range a.People {
		if world.Member(c.Segment, p) {
			got = append(got, p.ID)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(c.Members, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("line %d: %s (-by hand +evaluator):\n%s", c.Line, c.Where, diff)
	}
}

// Every function and form that is computed for people, and every kind of
// condition that authors can write, occurs in the corpus.
func TestCorpusSpeaksOfEverything(t *testing.T) {
	said := map[string]bool{}
	for _, a := range archives(t) {
		for _, c := range a.Cases {
			segment, _ := ir.Find(a.Program.Segments, c.Segment)
			expr.Walk(segment.Where, func(e expr.Expr) bool {
				if call, ok := e.(expr.Call); ok {
					said[call.Func] = true
				}
				return true
			})
			for _, f := range funcs.Forms {
				said[f.Name] = said[f.Name] || strings.Contains(c.Where, f.Name+"(")
			}
			for _, f := range funcs.All { // a window over an instant is a case of its own
				said[f.Name] = said[f.Name] || strings.Contains(c.Where, f.Name+"(")
			}
		}
	}
	for _, f := range funcs.All {
		if !said[f.Name] {
			t.Errorf("no case says %s", f.Name)
		}
	}
	for _, f := range funcs.Forms {
		if f.Place == "" && !said[f.Name] {
			t.Errorf("no case says %s", f.Name)
		}
	}
}

// No two cases of an archive have one name, so a failure names one.
func TestCasesHaveNamesOfTheirOwn(t *testing.T) {
	for _, a := range archives(t) {
		seen := map[string]bool{}
		for _, c := range a.Cases {
			if seen[c.Name] {
				t.Errorf("%s has two cases called %q", a.Name, c.Name)
			}
			seen[c.Name] = true
		}
	}
}
