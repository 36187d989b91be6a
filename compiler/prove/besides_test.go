package prove_test

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// A segment whose words are the same is another one where what it rests on has
// changed beside it, so that nothing is claimed then.
func TestWhatChangesBesides(t *testing.T) {
	fresh := func(days int64) ir.Exclusion {
		mail := expr.Attribute{Path: []string{"email"}, Type: types.Email}
		return ir.Exclusion{Head: ir.Head{Address: "exclusion.robinson"}, Match: []expr.Expr{mail}, FreshFor: types.Span{Amount: days, Unit: types.Day}}
	}
	with := func(change func(*ir.Program)) *ir.Program {
		p := lumen(t)
		p.Segments = append(p.Segments,
			ir.Segment{Head: ir.Head{Address: "segment.may"}, Where: expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}},
			ir.Segment{Head: ir.Head{Address: "segment.through"}, Where: expr.Member{Segment: "segment.may"}},
			ir.Segment{Head: ir.Head{Address: "segment.gold"}, Where: expr.IsSet{Of: expr.Attribute{Path: []string{"tier"}, Type: types.String}}})
		p.Exclusions = []ir.Exclusion{fresh(30)}
		change(p)
		p.Sort()
		return p
	}
	before := with(func(*ir.Program) {})
	for name, x := range map[string]struct {
		change  func(*ir.Program)
		of, not prove.Change // of those that rest on consent, and of another
	}{
		"nothing":   {func(*ir.Program) {}, prove.Same, prove.Same},
		"zone":      {func(p *ir.Program) { p.Project.Timezone = "America/Mexico_City" }, prove.NotKnown, prove.NotKnown},
		"consent":   {func(p *ir.Program) { p.Consents[0].Captures = p.Consents[0].Captures[1:] }, prove.NotKnown, prove.Same},
		"exclusion": {func(p *ir.Program) { p.Exclusions[0] = fresh(60) }, prove.NotKnown, prove.Same},
		"purpose":   {func(p *ir.Program) { p.Touchpoints[0].Purpose += "_else" }, prove.NotKnown, prove.Same},
	} {
		t.Run(name, func(t *testing.T) {
			versions := prove.NewVersions(before, with(x.change), at(t, before))
			for segment, want := range map[string]prove.Change{"segment.may": x.of, "segment.through": x.of, "segment.gold": x.not} {
				if got := versions.Compare(segment); got.Change != want {
					t.Errorf("%s is said to be %s (%s)", segment, got.Change, got.Why)
				}
			}
		})
	}
}
