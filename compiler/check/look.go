package check

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/workers"
)

// turn is how many neighbours are looked at in one go.
const turn = 128

// inTurns shows n things, in runs of neighbours that begin at from and end before
// to, each run to a pass of its own, many at once. What those find, and what look
// gathers, is in the order of the things.
func inTurns[T any](p *Pass, n int, look func(p *Pass, from, to int) []T) []T {
	runs := workers.Runs(n, turn)
	found, gathered := make([]diag.List, len(runs)), make([][]T, len(runs))
	workers.Each(len(runs), p.workers(), func(i int) {
		one := Pass{whole: p.whole, rule: p.rule}
		gathered[i] = look(&one, runs[i][0], runs[i][1])
		found[i] = one.found
	})
	var out []T
	for i := range runs {
		p.found, out = append(p.found, found[i]...), append(out, gathered[i]...)
	}
	return out
}

// eachBlock shows every block of the project to the checks that look at blocks.
func eachBlock(p *Pass) {
	blocks := p.Project.Blocks
	checks := which(func(c Check) bool { return c.Block != nil || c.Written != nil })
	inTurns(p, len(blocks), func(p *Pass, from, to int) []struct{} {
		for i := from; i < to; i++ {
			p.lookAt(blocks[i], again(blocks, i), checks)
		}
		return nil
	})
}

func (p *Pass) lookAt(b *block.Block, known bool, checks []Check) {
	if ownWords(b) {
		return
	}
	for _, c := range checks {
		if p.rule = c.Rule; c.Written != nil && !known {
			c.Written(p, b)
		}
		if c.Block != nil {
			c.Block(p, b)
		}
	}
	for i, child := range b.Blocks {
		p.lookAt(child, known || again(b.Blocks, i), checks)
	}
}

func which(look func(Check) bool) []Check {
	return slices.DeleteFunc(slices.Clone(All), func(c Check) bool { return !look(c) })
}

// ownWords tells whether a platform says what stands in a block.
func ownWords(b *block.Block) bool { return b.Type.Open && b.Type.Name != "project" }

// again tells whether a block was made of the same text as the one before.
func again(blocks []*block.Block, i int) bool {
	return i > 0 && blocks[i].Whole == blocks[i-1].Whole && blocks[i].Whole.File != ""
}

// eachWritten visits every block of the project, outer ones first, once for all
// that for_each makes of it.
func (p *Pass) eachWritten(visit func(*block.Block)) {
	var walk func([]*block.Block)
	walk = func(blocks []*block.Block) {
		for i, b := range blocks {
			if !ownWords(b) && !again(blocks, i) {
				visit(b)
				walk(b.Blocks)
			}
		}
	}
	walk(p.Project.Blocks)
}

// eachPart shows the conditions of all declarations, and everything inside them,
// to the checks that look at those.
func eachPart(p *Pass) {
	declarations := p.declarations()
	checks := which(func(c Check) bool { return c.Part != nil })
	inTurns(p, len(declarations), func(p *Pass, from, to int) []struct{} {
		see := func(e expr.Expr) bool {
			for _, c := range checks {
				p.rule = c.Rule
				c.Part(p, e)
			}
			return true
		}
		for _, d := range declarations[from:to] {
			for _, e := range ir.Conditions(d) {
				expr.Walk(e, see)
			}
		}
		return nil
	})
}
