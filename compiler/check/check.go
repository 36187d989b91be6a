// Package check is everything else worth refusing, one file per check.
//
// A check looks at the finished program and says what should not be applied
// although it can be understood. Each has a file of its own, an archive beside
// it that explains it and shows a project that breaks it and the same put
// right, and one line in all.go. The tests run every archive.
package check

import (
	"github.com/trayecto/trayecto/compiler/ir"
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

	byAddress map[string]*block.Block
	rule      *diag.Rule
	found     diag.List
}

// Run carries out every check.
func Run(program *ir.Program, from *project.Project) diag.List {
	p := Pass{Program: program, Project: from, byAddress: map[string]*block.Block{}}
	for _, b := range p.Project.Blocks {
		p.byAddress[b.Address()] = b
	}
	for _, c := range All {
		p.rule = c.Rule
		c.Run(&p)
	}
	return p.found
}

// say reports a finding of the check that is running.
func (p *Pass) say(d diag.Diagnostic) {
	d.Rule = p.rule
	p.found = append(p.found, d)
}

// at is the place of an argument of a declaration, or the declaration's own
// where it is not written.
func (p *Pass) at(d ir.Declaration, argument string) diag.Range {
	if b := p.byAddress[d.Header().Address]; b != nil {
		if a, ok := b.Get(argument); ok {
			return a.At
		}
	}
	return d.Header().At
}

// class is the class of a purpose; "" when it is not declared.
func (p *Pass) class(purpose string) ir.Class {
	about, _ := ir.Find(p.Program.Purposes, purpose)
	return about.Class
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
