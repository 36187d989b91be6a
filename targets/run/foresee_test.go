package run_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// blind is a platform that may say without being read how it is changed. One
// behind the plugin protocol always has the call, and says whether to use it.
type blind struct {
	targets.Target
	can   bool
	says  []targets.Foreseen // to each question
	fails error
}

func (b blind) Describe() targets.Description {
	d := b.Target.Describe()
	d.Can.Foresees = b.can
	return d
}

func (b blind) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	var out []targets.Foreseen
	for range r {
		out = append(out, b.says...)
	}
	return out, b.fails
}

// unread plans an edit of a segment that was applied, without a look at the platform.
func unread(t *testing.T, with blind) (*plan.Plan, *run.Line, error) {
	t.Helper()
	dir := folder(t, shop(one, `person.tier == "gold"`))
	applied(t, dir)
	edit := []byte("segment \"gold\" { where = person.tier == \"none\" }\n")
	if err := os.WriteFile(filepath.Join(dir, "segments.hcl"), edit, 0o644); err != nil {
		t.Fatal(err)
	}
	o := options(dir)
	o.Offline = true
	made := o.Targets[0]
	o.Targets[0] = func() targets.Target {
		b := with
		b.Target = made()
		return b
	}
	line := opened(t, o)
	p, diags, err := line.Plan(t.Context())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p, line, err
}

// What a platform is known to answer is in a plan that was made without it; what
// it is not, and all edits of one whose plugin foresees nothing, the plan names
// as not known, and apply leaves alone.
func TestUnreadPlanSaysWhatIsNotKnown(t *testing.T) {
	anew := targets.PlanAnswer{Replace: []string{"where"}}
	for name, c := range map[string]struct {
		with   blind
		action plan.Action
		known  bool
	}{
		"in place":                {blind{can: true, says: []targets.Foreseen{{Sure: true}}}, plan.Update, true},
		"made anew":               {blind{can: true, says: []targets.Foreseen{{PlanAnswer: anew, Sure: true}}}, plan.Replace, true},
		"only the platform knows": {blind{can: true, says: []targets.Foreseen{{}}}, plan.Update, false},
		"an older plugin":         {blind{fails: errors.New("it was asked all the same")}, plan.Update, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, line, err := unread(t, c.with)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Changes) != 1 || p.Changes[0].Action != c.action {
				t.Fatalf("want one %s, got %+v", c.action, p.Changes)
			}
			var named []string
			for _, a := range p.Unasked {
				named = append(named, a.Object)
			}
			var want []string
			if !c.known {
				want = []string{"segment.gold"}
			}
			if diff := cmp.Diff(want, named); diff != "" {
				t.Errorf("what is not known (-want +got):\n%s", diff)
			}
			_, err = line.Apply(t.Context(), p, run.ApplyOptions{By: state.Holder{Who: "a test"}})
			if refused := err != nil && strings.Contains(err.Error(), "without --refresh=false"); refused == c.known {
				t.Errorf("apply answered %v", err)
			}
		})
	}
}

// A plugin that cannot be asked is said, and so is one that answers something else.
func TestUnreadPlanFails(t *testing.T) {
	for want, with := range map[string]blind{
		"asking how platform.one would change, without a look at it: it is gone":               {can: true, fails: errors.New("it is gone")},
		"asking how platform.one would change, without a look at it: 0 answers to 1 questions": {can: true},
	} {
		if _, _, err := unread(t, with); err == nil || err.Error() != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
