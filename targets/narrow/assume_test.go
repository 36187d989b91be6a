package narrow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/narrow"
)

// What is assumed of a person who fulfils it changes nothing about them.
func TestLawAssumingWhatIsTrueKeepsWhoIsIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, p, e, all := people(t)
		form := narrow.Condition(p, e)
		some := rapid.IntRange(1, 3).Draw(t, "one of how many is known")
		for _, someone := range all {
			n := 0
			assumed := narrow.Assume(form, func(a narrow.Atom) (bool, bool) {
				n++
				return holds(w, a, someone), n%some == 0
			})
			if want, got := holds(w, form, someone), holds(w, assumed, someone); want != got {
				t.Errorf("want %v, got %v\n%s\nassumed: %s", want, got, spelled(form), spelled(assumed))
			}
			if want := w.Truth(e, someone, eval.Context{}) == expr.True; narrow.Never(assumed) && want {
				t.Errorf("nobody fulfils %s, and %s does", expr.Print(e), someone.ID)
			}
		}
	})
}

func TestAssume(t *testing.T) {
	gold, silver := narrow.Atom{Of: is("tier", "gold")}, narrow.Atom{Of: is("tier", "silver")}
	knows := func(holds bool) func(narrow.Atom) (bool, bool) {
		return func(a narrow.Atom) (bool, bool) { return holds, expr.Print(a.Of) == expr.Print(gold.Of) }
	}
	for _, c := range []struct {
		form  narrow.Form
		holds bool
		want  narrow.Form
	}{
		{narrow.All{gold, silver}, true, silver},
		{narrow.All{gold, silver}, false, narrow.Some{}},
		{narrow.Some{gold, silver}, true, narrow.All{}},
		{narrow.Some{narrow.All{gold, silver}, silver}, false, silver},
	} {
		got := narrow.Assume(c.form, knows(c.holds))
		if diff := cmp.Diff(spelled(c.want), spelled(got)); diff != "" || narrow.Never(got) != narrow.Never(c.want) {
			t.Errorf("%s (-want +got):\n%s", spelled(c.form), diff)
		}
	}
}
