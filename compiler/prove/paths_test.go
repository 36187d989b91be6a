package prove_test

import (
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// A platform asks nothing before it sends, and the journey asks the rules itself:
// what it asked proves that a message is allowed only where everybody who gets it
// was asked, at the instant of sending, about that channel.
func TestWhatJourneysAskThemselves(t *testing.T) {
	send := ir.Send{Name: "offer", Touchpoint: "touchpoint.discount_mail"}
	asked := expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}
	choose := func(steps, otherwise []ir.Step) ir.Step {
		return ir.Choose{Name: "who", When: []ir.Branch{{Name: "may", If: asked, Steps: steps}}, Otherwise: otherwise}
	}
	hour := types.Span{Amount: 1, Unit: types.Hour}
	for name, x := range map[string]struct {
		steps []ir.Step
		delay types.Span
		holds bool
	}{
		"asked":                      {[]ir.Step{choose([]ir.Step{send}, nil)}, types.Span{}, true},
		"of who was not":             {[]ir.Step{choose(nil, []ir.Step{send})}, types.Span{}, false},
		"asked, of what was noticed": {[]ir.Step{choose([]ir.Step{send}, nil)}, hour, false},
		"asked, of some":             {[]ir.Step{choose(nil, nil), send}, types.Span{}, false},
		"asked before a wait":        {[]ir.Step{choose([]ir.Step{ir.Wait{Name: "w", For: hour}, send}, nil)}, types.Span{}, false},
		"asked before an edit":       {[]ir.Step{choose([]ir.Step{ir.Do{Name: "e", Action: "action.edit"}, send}, nil)}, types.Span{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := lumen(t)
			p.Actions = append(p.Actions, ir.Action{
				Head: ir.Head{Address: "action.edit"}, Kind: "set", Attribute: "tier", Value: expr.Literal{Value: types.Text("gold"), Type: types.String},
			})
			at0 := slices.IndexFunc(p.Journeys, func(j ir.Journey) bool { return j.Address == "journey.win_back" })
			p.Journeys[at0].Steps, p.Journeys[at0].Goal, p.Journeys[at0].LeaveIf = x.steps, nil, nil
			p.Pressures = nil // what is held back waits, and is told of by another test
			p.Sort()
			on := platform(p)
			on.Placed, on.Enforcement.DetectionDelay = []string{"journey.win_back"}, x.delay
			for _, s := range prove.OfConsent(on, at(t, p)).Sends {
				if s.End.Holds() != x.holds {
					t.Errorf("%s by %s is %s", s.Step, s.Channel, s.End)
				}
			}
		})
	}
}
