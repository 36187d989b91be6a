// Package check is everything else worth refusing, one file per check.
//
// A check looks at the finished program and says what should not be applied
// although it can be understood. Each has a file of its own, an archive beside
// it that explains it and shows a project that breaks it and the same put
// right, and one line in all.go. The tests run every archive.
package check

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
)

// Check is one thing to refuse or to warn of.
type Check struct {
	Rule *diag.Rule
	Run  func(*Pass)
}

// Pass is what checks look at: the program, and the blocks that it was built
// from, for what no longer shows in it and for exact places.
type Pass struct {
	Program *ir.Program
	Project *project.Project

	blocks      map[string]*block.Block // by address, as all that follow
	purposes    map[string]ir.Purpose
	channels    map[string]ir.Channel
	links       map[string]ir.Link
	parts       map[string]ir.Part
	touchpoints map[string]ir.Touchpoint
	moments     map[string]ir.Moment
	events      map[string]ir.Event

	declarations []ir.Declaration // the person's among them
	asked        bool             // whether answers are there, see journeys
	answers      prove.Journeys
	harder       *harder // see checkAlways
	tested       bool    // whether it is known that nothing is missing, see sound
	whole        bool

	rule  *diag.Rule
	found diag.List
}

// Run carries out every check.
func Run(program *ir.Program, from *project.Project) diag.List {
	p := Pass{
		Program: program, Project: from, blocks: make(map[string]*block.Block, len(from.Blocks)),
		declarations: append([]ir.Declaration{program.Person}, program.Declarations()...),
		purposes:     index(program.Purposes), channels: index(program.Channels), links: index(program.Links), parts: index(program.Parts),
		touchpoints: index(program.Touchpoints), moments: index(program.Moments), events: index(program.Events),
	}
	for _, b := range from.Blocks {
		p.blocks[b.Address()] = b
	}
	for _, c := range All {
		p.rule = c.Rule
		c.Run(&p)
	}
	return p.found
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
	if b := p.blocks[d.Header().Address]; b != nil {
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
