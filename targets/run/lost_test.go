package run_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
)

// unmarked is the local platform after somebody renamed everything: the marks
// stood in the names.
type unmarked struct{ *local.Target }

func (unmarked) List(context.Context, targets.ListRequest, func([]resource.Object) error) error {
	return nil
}

// What lost its mark is still there, and nothing is made a second time.
func TestObjectsThatLostTheirMark(t *testing.T) {
	dir := folder(t, shop(one, `person.tier == "gold"`))
	applied(t, dir)
	o := options(dir)
	o.Targets = []targets.Factory{func() targets.Target { return unmarked{local.New(entropy{rand.NewChaCha8([32]byte{1})})} }}
	line := opened(t, o)
	if p := planned(t, line); !p.Empty() || p.Unchanged != 1 {
		t.Errorf("the plan holds %v, %d unchanged", objects(p), p.Unchanged)
	}
}
