package prove_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// bought is that so many were bought in so many days.
func bought(n int, days int64) expr.Expr {
	return expr.Compare{Op: expr.GreaterEqual, Right: number(n), Left: expr.Aggregate{
		Op: expr.Count, Of: expr.Source{Event: "event.bought"}, Type: types.Number, Window: expr.Window{Length: types.Span{Amount: days, Unit: types.Day}},
	}}
}

func buyers(where map[string]expr.Expr) *ir.Program {
	p := &ir.Program{Project: ir.Project{Timezone: "UTC"}, Events: []ir.Event{{Head: ir.Head{Address: "event.bought"}}}}
	p.Person.Keys = []ir.Key{{Name: "id", Type: types.String}}
	for _, name := range []string{"segment.a", "segment.b", "segment.c"} {
		if e := where[name]; e != nil {
			p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: name}, Where: e})
		}
	}
	return p
}

// Of segments that changed only how they stand now and did not before is told; of
// new ones, which they are once more.
func TestOfChanged(t *testing.T) {
	was := buyers(map[string]expr.Expr{"segment.a": bought(1, 30), "segment.b": bought(2, 30)})
	for _, c := range []struct {
		name    string
		now     map[string]expr.Expr
		changed []string
		want    prove.Neighbours
	}{
		{"a part of another as before", map[string]expr.Expr{"segment.a": bought(1, 30), "segment.b": bought(3, 30)}, []string{"segment.b"}, prove.Neighbours{}},
		{"a part of another that it holds", map[string]expr.Expr{"segment.a": bought(1, 7), "segment.b": bought(1, 30)}, []string{"segment.a", "segment.b"},
			prove.Neighbours{Relations: []prove.Related{{A: "segment.a", B: "segment.b", Kind: prove.Within}}}},
		{"the same in other words", map[string]expr.Expr{"segment.a": bought(1, 30), "segment.b": expr.Not{Term: expr.Not{Term: bought(1, 30)}}}, []string{"segment.b"},
			prove.Neighbours{Relations: []prove.Related{{A: "segment.a", B: "segment.b", Kind: prove.Equal}}}},
		{"nobody is left", map[string]expr.Expr{"segment.a": bought(1, 30), "segment.b": expr.And{Terms: []expr.Expr{bought(2, 7), expr.Not{Term: bought(1, 30)}}}}, []string{"segment.b"},
			prove.Neighbours{Nobody: []string{"segment.b"}}},
		{"a new one is a part of many", map[string]expr.Expr{"segment.a": bought(1, 30), "segment.b": bought(2, 30), "segment.c": bought(3, 30)}, []string{"segment.c"}, prove.Neighbours{}},
		{"a new one is another once more", map[string]expr.Expr{"segment.a": bought(1, 30), "segment.b": bought(2, 30), "segment.c": bought(2, 30)}, []string{"segment.c"},
			prove.Neighbours{Relations: []prove.Related{{A: "segment.b", B: "segment.c", Kind: prove.Equal}}}},
	} {
		got := prove.OfChanged(was, buyers(c.now), c.changed, winter)
		if len(got.Relations) == 0 {
			got.Relations = nil
		}
		if len(got.Nobody) == 0 {
			got.Nobody = nil
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
