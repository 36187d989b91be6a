package run_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// later is the local target as a later version might be: its attributes have a
// field more, which the older ones get when they are read.
type later struct {
	targets.Target
	upgraded *[]string
	broken   bool
}

const grain = "grain"

func finer(m resource.Map) resource.Map {
	out := resource.Map{grain: resource.String("exact")}
	for name, v := range m {
		out[name] = v
	}
	return out
}

func (l later) Describe() targets.Description {
	d := l.Target.Describe()
	d.Version, d.Kinds = "9.0.0", slices.Clone(d.Kinds)
	for i := range d.Kinds {
		d.Kinds[i].Version++
	}
	return d
}

func (l later) Lower(r targets.LowerRequest) targets.Lowered {
	out := l.Target.Lower(r)
	for i, r := range out.Resources {
		out.Resources[i].Attributes = finer(r.Attributes)
	}
	return out
}

func (l later) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	return l.Target.List(ctx, r, func(some []resource.Object) error {
		for i := range some {
			some[i].Attributes = finer(some[i].Attributes)
		}
		return page(some)
	})
}

func (l later) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	found, err := l.Target.Get(ctx, kind, ids)
	for i := range found {
		found[i].Attributes = finer(found[i].Attributes)
	}
	return found, err
}

func (l later) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	if l.broken {
		return nil, errors.New("the old words are not understood")
	}
	*l.upgraded = append(*l.upgraded, fmt.Sprint(kind, " ", from))
	return finer(attributes), nil
}

// openLater is a project over a later version of its target.
func openLater(t *testing.T, dir string, upgraded *[]string, broken bool) *run.Line {
	t.Helper()
	o := options(dir)
	o.Targets = []targets.Factory{func() targets.Target {
		return later{local.New(entropy{rand.NewChaCha8([32]byte{1})}), upgraded, broken}
	}}
	return opened(t, o)
}

// What an older version of a target wrote is compared in the newer schema, so
// that a newer version alone changes nothing on the platform; an edit is applied
// on top of it, and from then on state has the newer schema, which the older
// version refuses.
func TestStateIsUpgraded(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	dir := folder(t, files)
	applied(t, dir)

	var upgraded []string
	if p := planned(t, openLater(t, dir, &upgraded, false)); !p.Empty() || p.Unchanged != 1 {
		t.Errorf("a newer version of the target changes %v", objects(p))
	}
	if diff := cmp.Diff([]string{"segment 2"}, upgraded); diff != "" {
		t.Errorf("upgraded (-want +got):\n%s", diff)
	}

	edited := strings.Replace(files["segments.hcl"], `"gold" }`, `"none" }`, 1)
	if err := os.WriteFile(filepath.Join(dir, "segments.hcl"), []byte(edited), 0o644); err != nil {
		t.Fatal(err)
	}
	line := openLater(t, dir, &upgraded, false)
	p := planned(t, line)
	if diff := cmp.Diff([]string{"update segment.gold (one)"}, objects(p)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	if changed := fields(p.Changes[0]); slices.Contains(changed, grain) {
		t.Errorf("the newer field is shown as a change: %v", changed)
	}
	summary, err := line.Apply(context.Background(), p, run.ApplyOptions{By: state.Holder{Who: "a test", PID: os.Getpid()}})
	if err != nil || !summary.Complete() {
		t.Fatalf("%+v %v", summary, err)
	}
	line.Close()

	_, _, err = open(t, dir).Plan(t.Context())
	newer, is := errors.AsType[*apply.NewerError](err)
	if !is || newer.Remembered != 3 || newer.Known != 2 || !strings.Contains(err.Error(), "use 9.0.0 or a later one") {
		t.Errorf("the older version says %v", err)
	}
}

func fields(c plan.Change) []string {
	var out []string
	for _, d := range c.Diff {
		out = append(out, d.Path)
	}
	return out
}

// What a target cannot bring to its schema is an error that names the object.
func TestAnUpgradeThatFails(t *testing.T) {
	dir := folder(t, shop(one, `person.tier == "gold"`))
	applied(t, dir)
	var upgraded []string
	_, _, err := openLater(t, dir, &upgraded, true).Plan(t.Context())
	if err == nil || !strings.Contains(err.Error(), "segment.gold (one) from schema 2 to 3: the old words are not understood") {
		t.Errorf("it says %v", err)
	}
}
