package run

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

var ruleUnheld = &diag.Rule{Code: "CHK158", Severity: diag.Warning, Summary: "More can go out than a limit lets through"}

// bearer is a platform with what it really does.
type bearer struct {
	platform    ir.Platform
	enforcement ir.Enforcement
	placed      []string // what goes there, sorted
}

func (p *Platform) bearer(program *ir.Program) bearer {
	return bearer{platform: p.Platform, enforcement: p.Target.Explain(program, p.Platform), placed: p.Placed}
}

// unheld tells of limits that can be passed on a platform that counts no
// messages, and of those that several platforms, each of which knows only what it
// sends itself, can pass together.
func unheld(p *ir.Program, on []bearer, at prove.Moment) diag.List {
	var out diag.List
	var together []prove.Worst
	told := map[int]bool{}
	for _, b := range on {
		if !b.enforcement.Sends {
			continue
		}
		placed := b.placed
		worst, _ := prove.AtWorst(p, placed)
		for i, w := range worst {
			if !b.enforcement.Caps && w.Reached() {
				told[i] = true
				out = append(out, letThrough(p, b, w, at))
			}
		}
		together = added(together, worst, b)
	}
	for i, w := range together {
		if w.Reached() && !told[i] {
			out = append(out, diag.Diagnostic{
				Rule: ruleUnheld, At: pressureAt(p, w), Mark: "is kept by each platform for itself",
				Detail: fmt.Sprintf("No platform knows what the others send, and together %s.", w.Sentence()),
				Help:   "send what the limit counts by one platform, or lower the limit",
			})
		}
	}
	return out
}

// added is the worst case of several platforms: those that keep to a limit add
// that much at most.
func added(sum, more []prove.Worst, b bearer) []prove.Worst {
	if sum == nil {
		sum = slices.Clone(more)
		for i := range sum {
			sum[i].Most, sum[i].Endless, sum[i].Of = 0, false, nil
		}
	}
	for i, w := range more {
		if b.enforcement.Caps && w.Reached() {
			w.Most, w.Endless = w.Max, false
			w.Of = []prove.Load{{Journey: b.platform.Address, Most: w.Max}}
		}
		sum[i].Most, sum[i].Endless, sum[i].Of = sum[i].Most+w.Most, sum[i].Endless || w.Endless, append(sum[i].Of, w.Of...)
	}
	return sum
}

func letThrough(p *ir.Program, b bearer, w prove.Worst, at prove.Moment) diag.Diagnostic {
	d := diag.Diagnostic{
		Rule: ruleUnheld, At: b.platform.At, Mark: "counts no messages", Related: []diag.Label{{At: pressureAt(p, w), Text: "this limit does not bind there"}},
		Help: "let journeys be entered less often or wait longer, or send by a platform that counts",
	}
	who := prove.Overloaded(prove.Platform{Program: p, Address: b.platform.Address, Placed: b.placed, Enforcement: b.enforcement}, w, at)
	if d.Detail = fmt.Sprintf("On %s nothing is held back by limits, and %s.", b.platform.Address, w.Sentence()); who == nil {
		d.Detail += " That is what the files do not rule out; nobody was found who gets more than the limit lets through."
		return d
	}
	d.Detail += " This person gets more than the limit lets through.\n" + who.Told()
	return d
}

// pressureAt is where the pressure of a limit is written.
func pressureAt(p *ir.Program, w prove.Worst) diag.Range {
	pressure, _ := ir.Find(p.Pressures, w.Pressure)
	return pressure.At
}
