package prove_test

import (
	"slices"
	"testing"

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
