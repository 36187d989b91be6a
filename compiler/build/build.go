// Package build turns declarations into IR, one file per block type.
//
// A builder walks over the blocks of a project once. For each it makes a
// reader, which knows the forms that arguments may have: a method per form
// reads an argument and says what is wrong with it in the words of that form.
// What could not be understood is left empty and complained about, so one run
// reports everything, and a half understood declaration is still one that
// others may mention.
package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/workers"
)

// Build is the program that a project declares, sorted. The scope is that of
// package resolve.
func Build(p *project.Project, scope *expr.Scope) (*ir.Program, diag.List) {
	b := &builder{scope: scope, readFile: p.Sources.Read, program: &ir.Program{}, once: p.Once}
	b.project(p)
	b.everything(p)
	b.markLinks()
	b.indexMoments()
	for _, from := range p.Blocks {
		if from.Type.Name == "journey" {
			b.block(from, (*builder).journey)
		}
	}
	b.handover(p.Blocks)
	b.program.Sort()
	return b.program, b.found
}

// turn is how many blocks are built in one go.
const turn = 64

// everything builds all blocks but journeys. Neighbours are built by a builder
// of their own, and put together in order.
func (b *builder) everything(p *project.Project) {
	runs := workers.Runs(len(p.Blocks), turn)
	parts := make([]*builder, len(runs))
	programs := make([]*ir.Program, len(runs))
	workers.Each(len(runs), p.Workers, func(i int) {
		programs[i] = &ir.Program{Segments: make([]ir.Segment, 0, segmentsIn(p.Blocks[runs[i][0]:runs[i][1]]))}
		parts[i] = &builder{scope: b.scope, readFile: b.readFile, program: programs[i], once: b.once}
		for _, from := range p.Blocks[runs[i][0]:runs[i][1]] {
			parts[i].block(from, builders[from.Type.Name])
		}
	})
	b.program = ir.JoinParts(append([]*ir.Program{b.program}, programs...))
	for _, part := range parts {
		b.found = append(b.found, part.found...)
	}
}

// segmentsIn counts segments, of which there may be very many.
func segmentsIn(blocks []*block.Block) int {
	n := 0
	for _, b := range blocks {
		if b.Type.Name == "segment" {
			n++
		}
	}
	return n
}

// builder gathers a program.
type builder struct {
	scope    *expr.Scope
	readFile content.Read
	once     bool // as in Project
	program  *ir.Program
	moments  map[string]ir.Moment // by address, for journeys
	last     *block.Block         // that was read
	shared   expr.Shared          // see sharedWith
	found    diag.List
}

// block builds one block. What is wrong in a module's file is told with the
// use of the module that it is wrong in.
func (b *builder) block(from *block.Block, build func(*builder, *block.Block)) {
	if build == nil {
		return
	}
	before := len(b.found)
	build(b, from)
	use, inModule := from.Home.Use()
	if !inModule {
		return
	}
	for i := before; i < len(b.found); i++ {
		b.found[i].Related = append(b.found[i].Related, use)
	}
}

// builders has everything but journeys, which need the moments.
var builders = map[string]func(*builder, *block.Block){
	"history":    (*builder).history,
	"platform":   (*builder).platform,
	"resource":   (*builder).resource,
	"state":      (*builder).state,
	"person":     (*builder).person,
	"object":     (*builder).object,
	"event":      (*builder).event,
	"purpose":    (*builder).purpose,
	"channel":    (*builder).channel,
	"consent":    (*builder).consent,
	"regime":     (*builder).regime,
	"exclusion":  (*builder).exclusion,
	"calendar":   (*builder).calendar,
	"pressure":   (*builder).pressure,
	"control":    (*builder).control,
	"segment":    (*builder).segment,
	"link":       (*builder).link,
	"part":       (*builder).part,
	"touchpoint": (*builder).touchpoint,
	"action":     (*builder).action,
	"phase":      (*builder).phase,
	"persona":    (*builder).persona,
	"moment":     (*builder).moment,
	"guard":      (*builder).guard,
	"test":       (*builder).test,
}

// markLinks says of each link whether it leads to marketing, once the classes
// of all purposes are known.
func (b *builder) markLinks() {
	marketing := map[string]bool{}
	for _, purpose := range b.program.Purposes {
		marketing[purpose.Address] = purpose.Class == ir.Marketing
	}
	for i, link := range b.program.Links {
		b.program.Links[i].Marketing = marketing[link.Purpose]
	}
}

func (b *builder) indexMoments() {
	b.moments = make(map[string]ir.Moment, len(b.program.Moments))
	for _, m := range b.program.Moments {
		b.moments[m.Address] = m
	}
}
