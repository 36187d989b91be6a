package run_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// belated is a platform that sends at once what is switched on late.
type belated struct{ targets.Target }

func (b belated) Describe() targets.Description {
	d := b.Target.Describe()
	d.Can.SendsLate = true
	return d
}

// plannedLate is what the plan of a folder finds, on a platform that sends late
// or on one that does not.
func plannedLate(t *testing.T, dir string, late bool) diag.List {
	t.Helper()
	o := options(dir)
	if plain := o.Targets[0]; late {
		o.Targets = []targets.Factory{func() targets.Target { return belated{plain()} }}
	}
	line := opened(t, o)
	p, diags, err := line.Plan(t.Context())
	if err != nil || diags.HasErrors() == (p != nil) {
		t.Fatalf("%v, %v, %v", p, diags, err)
	}
	return diags
}

// A one-off whose instant has passed is an error of the plan, at the place where
// it begins, on a platform that would send it at once; on others it enters nobody.
func TestOneOffsThatHavePassed(t *testing.T) {
	text, there := codes.Source("MAP131")
	if !there {
		t.Fatal("MAP131 has no archive")
	}
	files := func(which string) map[string]string {
		out := map[string]string{}
		for _, f := range txtar.Parse([]byte(text)).Files {
			if folder, name, nested := strings.Cut(f.Name, "/"); !nested {
				out[f.Name] = string(f.Data)
			} else if folder == which {
				out[name] = string(f.Data)
			}
		}
		return out
	}
	found := plannedLate(t, folder(t, files("bad")), true)
	if len(found) != 1 {
		t.Fatalf("%v", found)
	}
	d := found[0]
	want := []string{"MAP131", "offers.hcl", "27 Nov 2026 09:00 CET has passed",
		"platform.sandbox sends at once what is switched on after its instant, so journey.sale cannot be switched on any more, and nothing is planned.",
		"give it an instant that is to come, add journey.sale to leave_out of this environment, or take it out of the project"}
	if diff := cmp.Diff(want, []string{d.Rule.Code, d.At.File, d.Mark, d.Detail, d.Help}); diff != "" || d.At.Start.Line != 2 {
		t.Errorf("at line %d (-want +got):\n%s", d.At.Start.Line, diff)
	}
	if found := plannedLate(t, folder(t, files("good")), true); len(found) > 0 {
		t.Errorf("one that is to come: %v", found)
	}
	if found := plannedLate(t, folder(t, files("bad")), false); len(found) > 0 {
		t.Errorf("where it enters nobody: %v", found)
	}
}
