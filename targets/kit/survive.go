package kit

import (
	"context"
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// survivesFaults: whatever happens to the first try of every change, and to
// every second read, the second try or the look at the platform puts it right,
// and nothing is there twice.
func survivesFaults(t testing.TB, h Harness) {
	for _, f := range distinct() {
		t.Logf("fault: %s", f)
		p := h.Fresh(t)
		before, after := h.programs(p)
		first, second := h.wanted(t, before, p.Config.Platform), h.wanted(t, after, p.Config.Platform)
		target := open(t, h, p)
		d := deploying(t, Break(target, firstTry(f)))
		for _, step := range [][]resource.Resource{first, second, nil} {
			d.reach(step)
			d.seen(target, step)
		}
	}
}

// distinct is one fault of each sort that a target can tell from the others: whether
// the change is done, and whether the call goes on after it. What error the caller
// sees is nothing to the target.
func distinct() []Fault {
	var out []Fault
	for _, f := range Faults {
		alike := func(other Fault) bool { return other.Done() == f.Done() && other.Ends() == f.Ends() }
		if !slices.ContainsFunc(out, alike) {
			out = append(out, f)
		}
	}
	return out
}

// firstTry breaks the first try of each change.
func firstTry(f Fault) func(Call) Fault {
	tried := map[string]bool{}
	return func(c Call) Fault {
		if c.Change == nil || tried[c.Change.Key] {
			return NoFault
		}
		tried[c.Change.Key] = true
		return f
	}
}

// seen is holds on an unbroken target, also counting what carries no mark.
func (d *deployment) seen(whole targets.Target, want []resource.Resource) {
	d.t.Helper()
	broken := d.target
	d.target = whole
	d.holds(want)
	d.target = broken
}

// survivesCancelling: a call under a context that has ended answers each
// change with an error or not at all, and can be made again.
func survivesCancelling(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	want := h.wanted(t, before, p.Config.Platform)
	r := ordered(t, want)[0]
	c := targets.Change{Action: targets.Create, Resource: r, Mark: Mark(r.Address)}
	c.Key = key(c)
	var answers []targets.Result
	err := target.Apply(over, one(c), func(r targets.Result) { answers = append(answers, r) })
	if err == nil && len(answers) != 1 {
		t.Errorf("a cancelled call said nothing: %v", answers)
	}
	d := deploying(t, target)
	for _, a := range answers {
		if a.Err == nil {
			d.held[r.Address] = *a.Object
		}
	}
	d.reach(want)
	d.holds(want)
}
