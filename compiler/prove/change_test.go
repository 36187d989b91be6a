package prove_test

import (
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// What it takes to compare one segment does not grow with the segments that the
// programs have besides, so that a plan takes as long as there are changes.
func TestComparingTakesAsLongAsTheSegment(t *testing.T) {
	compared := func(segments int) float64 {
		before := newLarge(segments, 20)
		after := *before
		after.Segments = slices.Clone(before.Segments)
		at := func(n int) expr.Expr {
			return expr.Compare{Op: expr.GreaterEqual, Left: expr.Attribute{Path: []string{"number00"}, Type: types.Number}, Right: number(n)}
		}
		before.Segments[0].Where, after.Segments[0].Where = at(3), at(2)
		versions := prove.NewVersions(before, &after, winter)
		compare := func() {
			if is := versions.Compare("segment.s0000"); is.Change != prove.Wider || is.Joins == nil {
				t.Fatalf("%d segments: %+v", segments, is)
			}
		}
		compare() // the first takes in all of both
		return testing.AllocsPerRun(5, compare)
	}
	few, many := compared(20), compared(400)
	if many > few*1.05 {
		t.Errorf("comparing a segment takes %v allocations among 20, %v among 400", few, many)
	}
}

// In a chain of which the first segment changes each rests on all before it, and
// comparing all is the square and more. What is not looked into is called that.
func TestLongChainsAreNotComparedToTheirEnd(t *testing.T) {
	chain := func(least int) *ir.Program {
		p := newLarge(600, 20)
		attribute := expr.Attribute{Path: []string{"number00"}, Type: types.Number}
		for i := range p.Segments {
			p.Segments[i].Where = expr.Compare{Op: expr.GreaterEqual, Left: attribute, Right: number(least)}
			if i > 0 {
				p.Segments[i].Where = expr.And{Terms: []expr.Expr{expr.Member{Segment: p.Segments[i-1].Address}, expr.IsSet{Of: attribute}}}
			}
		}
		return p
	}
	versions := prove.NewVersions(chain(3), chain(2), winter)
	if is := versions.Compare("segment.s0400"); is.Change != prove.Wider {
		t.Errorf("400 segments behind it: %s, %s", is.Change, is.Why)
	}
	if is := versions.Compare("segment.s0599"); is.Change != prove.NotKnown || is.Why != "it rests on more than 500 segments" {
		t.Errorf("599 segments behind it: %s, %s", is.Change, is.Why)
	}
	undecided := 0
	for range 2000 {
		if is := versions.Compare("segment.s0300"); is.Change == prove.NotKnown {
			undecided++
			if is.Why != "it takes longer than there is time for, with so many segments that change" {
				t.Fatal(is.Why)
			}
		}
		if undecided == 3 {
			return
		}
	}
	t.Errorf("2,000 times 300 segments were looked into")
}
