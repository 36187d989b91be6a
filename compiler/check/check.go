// Package check is everything else worth refusing, one file per check.
//
// A check looks at what is written, or at the finished program, and says what
// should not be applied although it can be understood. Each has a file of its own, an archive beside
// it that explains it and shows a project that breaks it and the same put
// right, and one line in all.go. The tests run every archive.
package check

import (
	"slices"
	"sync"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/workers"
)

// Check is one thing to refuse or to warn of. It looks at the project and its
// program as a whole, at what is written before there is a program, or at one thing
// after another: then one walk serves all checks that do, and is shared among
// processors.
type Check struct {
	Rule *diag.Rule
	Run  func(*Pass)
	// Text is about what is written, and carried out before there is a program, as
	// are Block and Written.
	Text func(*Pass)
	// Block is shown every block, outer ones first, but for a platform's own
	// words. Written is shown one of those that for_each makes of the same text,
	// and is for what would be wrong with all of them alike.
	Block, Written func(*Pass, *block.Block)
	// Part is shown the conditions of all declarations and everything inside them.
	Part func(*Pass, expr.Expr)
}

// Pass is what one check has to look at, and what it finds.
type Pass struct {
	*whole
	rule  *diag.Rule
	found diag.List
}

// whole is the program, and the blocks that it was built from, for what no
// longer shows in it and for exact places. All checks have the same one, so
// nothing in it changes; what takes time is worked out for the first that asks.
type whole struct {
	Program *ir.Program
	Project *project.Project // nil where a program is all there is

	purposes    map[string]ir.Purpose // by address, as all that follow
	channels    map[string]ir.Channel
	links       map[string]ir.Link
	parts       map[string]ir.Part
	touchpoints map[string]ir.Touchpoint
	moments     map[string]ir.Moment
	events      map[string]ir.Event
	blocks      func() map[string]*block.Block

	texts        *Texts                  // what was noted before there was a program
	declarations func() []ir.Declaration // the person's among them
	sound        func() bool             // see readable.go
	journeys     func() prove.Journeys   // see vain.go
	constant     func() diag.List        // see always.go
}

// Run carries out every check of a program, and says what those of the texts that
// it was built from found.
func Run(program *ir.Program, from *project.Project, texts *Texts) diag.List {
	all := newWhole(program, from)
	all.texts = texts
	first := []func(*Pass){
		func(p *Pass) { p.sound() }, // others wait for these two
		func(p *Pass) { p.constant() },
		eachPart,
	}
	found := all.carryOut(append(first, jobs(func(c Check) func(*Pass) { return c.Run })...))
	return append(slices.Clone(texts.found), found...)
}

// jobs is what some checks do, each in the name of its rule.
func jobs(does func(Check) func(*Pass)) []func(*Pass) {
	var out []func(*Pass)
	for _, c := range All {
		if do := does(c); do != nil {
			out = append(out, func(p *Pass) { p.rule = c.Rule; do(p) })
		}
	}
	return out
}

// carryOut does jobs, many at once; what they found is in their order.
func (w *whole) carryOut(jobs []func(*Pass)) diag.List {
	found := make([]diag.List, len(jobs))
	workers.Each(len(jobs), w.Project.Workers, func(i int) {
		p := Pass{whole: w}
		jobs[i](&p)
		found[i] = p.found
	})
	return slices.Concat(found...)
}

func newWhole(program *ir.Program, from *project.Project) *whole {
	w := &whole{
		Program: program, Project: from,
		purposes: index(program.Purposes), channels: index(program.Channels), links: index(program.Links), parts: index(program.Parts),
		touchpoints: index(program.Touchpoints), moments: index(program.Moments), events: index(program.Events),
	}
	w.blocks = sync.OnceValue(func() map[string]*block.Block { return byAddress(from) })
	w.declarations = sync.OnceValue(func() []ir.Declaration { return append([]ir.Declaration{program.Person}, program.Declarations()...) })
	w.sound = sync.OnceValue(func() bool { return sound(program) })
	w.journeys = sync.OnceValue(w.findJourneys)
	w.constant = sync.OnceValue(w.findConstant)
	return w
}

// workers is how many goroutines may share a piece of work; see package workers.
func (w *whole) workers() int {
	if w.Project == nil {
		return 0
	}
	return w.Project.Workers
}

func byAddress(p *project.Project) map[string]*block.Block {
	if p == nil {
		return nil
	}
	out := make(map[string]*block.Block, len(p.Blocks))
	for _, b := range p.Blocks {
		out[b.Address()] = b
	}
	return out
}

func index[D ir.Declaration](list []D) map[string]D {
	out := make(map[string]D, len(list))
	for _, d := range list {
		out[d.Header().Address] = d
	}
	return out
}

// say reports a finding of the check that is running.
func (p *Pass) say(d diag.Diagnostic) {
	d.Rule = p.rule
	p.found = append(p.found, d)
}

// at is the place of an argument of a declaration, or the declaration's own
// where it is not written.
func (p *Pass) at(d ir.Declaration, argument string) diag.Range {
	if b := p.blocks()[d.Header().Address]; b != nil {
		if a, ok := b.Get(argument); ok {
			return a.At
		}
	}
	return d.Header().At
}

// strange tells whether a block, or one inside, has an argument that its type
// does not know: what is missing may be what that was meant to be.
func strange(b *block.Block) bool {
	return b.Strange || slices.ContainsFunc(b.Blocks, strange)
}

// class is the class of a purpose; "" when it is not declared.
func (p *Pass) class(purpose string) ir.Class {
	return p.purposes[purpose].Class
}

// sentBy is the journeys that send each touchpoint, by its address.
func (p *Pass) sentBy() map[string][]string {
	out := map[string][]string{}
	for _, j := range p.Program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			if send, ok := s.(ir.Send); ok && send.Touchpoint != "" {
				out[send.Touchpoint] = append(out[send.Touchpoint], j.Address)
			}
		})
	}
	return out
}
