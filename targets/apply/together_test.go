package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
)

// counted is a platform that reads everything it holds to find one thing, and
// looks for many at the same price.
type counted struct {
	*fake
	finds, gets int    // calls
	refuses     string // the mark that no question may be about
}

func (c *counted) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	found, err := c.FindEach(ctx, []targets.FindRequest{r})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (c *counted) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	c.finds++
	if slices.ContainsFunc(r, func(r targets.FindRequest) bool { return r.Mark == c.refuses }) {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "nobody may see that"}
	}
	return targets.FindEach(ctx, c.fake, r)
}

func (c *counted) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	c.gets++
	return c.fake.Get(ctx, kind, ids)
}

// lost is a world with forty things whose creations all lost their answers, in a
// run that was cut off: every second one is there.
func lost(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for i := range 40 {
		w.desired = append(w.desired, thing(fmt.Sprint("t", i), resource.NoSwitch, "red"))
	}
	w.platform.fault = func(n int, _ targets.Change) fault {
		w.disk.dead = true
		return []fault{lostAfter, lostBefore}[n%2]
	}
	if _, err := w.apply(w.plan()); !errors.Is(err, errPower) {
		t.Fatal(err)
	}
	w.platform.fault, w.disk = nil, w.disk.repaired()
	if n := len(w.open().Pending()); n != 40 {
		t.Fatalf("%d calls are open", n)
	}
	w.counted = &counted{fake: w.platform}
	return w
}

// However many calls got no answer, a platform is asked once what became of them,
// and once more where it shows late what it has done.
func TestLostAnswersAreLookedForTogether(t *testing.T) {
	w := lost(t)
	w.plan()
	if diff := cmp.Diff([]int{1, 0}, []int{w.counted.finds, w.counted.gets}); diff != "" {
		t.Errorf("searches and reads of new things (-want +got):\n%s", diff)
	}
	w.counted.finds = 0
	w.platform.visible = types.Span{Amount: 2, Unit: types.Minute}
	w.plan()
	if w.counted.finds != 2 {
		t.Errorf("%d searches on a platform that shows late what it has done", w.counted.finds)
	}
	w.converge()

	for i := range w.desired {
		w.desired[i] = thing(fmt.Sprint("t", i), resource.NoSwitch, "blue")
	}
	p := w.plan()
	w.platform.fault = func(int, targets.Change) fault { w.disk.dead = true; return lostAfter }
	if _, err := w.apply(p); !errors.Is(err, errPower) {
		t.Fatal(err)
	}
	w.platform.fault, w.disk = nil, w.disk.repaired()
	w.counted.finds, w.counted.gets = 0, 0
	w.plan()
	if diff := cmp.Diff([]int{0, 1}, []int{w.counted.finds, w.counted.gets}); diff != "" {
		t.Errorf("searches and reads of edited things (-want +got):\n%s", diff)
	}
	w.converge()
}

// What a platform holds against one question hides the others from nobody.
func TestOneThingThatMayNotBeLookedFor(t *testing.T) {
	w := lost(t)
	w.counted.refuses = resource.Mark("lumen", "test", address("t7"))
	_, err := apply.Resolve(t.Context(), apply.Options{State: w.open().Copy(), Targets: w.targets(), Wait: w.wait})
	var open *apply.OpenError
	if !errors.As(err, &open) || len(open.Open) != 1 || open.Open[0].Address != address("t7") {
		t.Fatalf("one of forty is open, and it is said of %v", err)
	}
}
