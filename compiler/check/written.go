package check

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
)

// Texts is what checks find in what is written, before it is built, and what they
// note there for others.
type Texts struct {
	found    diag.List
	literals diag.List       // conditions that are written out as true or false, see always.go
	names    map[string]bool // that blocks mention, see unused.go; nil where nobody asks
}

// Read carries out the checks of what is written. They alone look at the
// conditions of segments as they are written, of which package build may let go.
func Read(from *project.Project) *Texts {
	t := &Texts{}
	all := newWhole(&ir.Program{}, from)
	all.Program = nil // there is none yet
	first := []func(*Pass){
		eachBlock,
		func(p *Pass) { t.names = p.named() },
		func(p *Pass) { t.literals = p.literals() },
	}
	t.found = all.carryOut(append(first, jobs(func(c Check) func(*Pass) { return c.Text })...))
	return t
}
