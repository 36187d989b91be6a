package hubspot

import (
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// Explain says what HubSpot really asks before it sends. By itself it sends
// nothing to an address that bounced for good; that it leaves out whoever opted
// out of the subscription type is less than the rules ask, so it is not counted
// on. The rest is the branch that Lower puts before each message, and for a
// one-off the list of those who may get it, which HubSpot works out when it comes
// to it. Limits and calendars it does not keep.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	l := newLowering(targets.LowerRequest{Program: p, Platform: platform, Placed: p.Placed(platform.Address)})
	out := ir.Enforcement{Sends: true, WindowGrain: day, DetectionDelay: hour}
	for _, channel := range account.Here(l, p.Channels) {
		if l.Names.Field(channel.Key).Theirs == "email" {
			out.Gates = append(out.Gates, ir.Gate{Channel: channel.Address, Condition: expr.Not{Term: expr.Suppressed{Channel: channel.Address, Class: string(ir.Service)}}})
		}
	}
	for _, j := range account.Here(l, p.Journeys) {
		if j.Enter.Moment == "" {
			out.Staleness = hour
		}
		ir.Walk(j.Steps, func(s ir.Step) {
			send, ok := s.(ir.Send)
			touchpoint, declared := ir.Find(p.Touchpoints, send.Touchpoint)
			if ok && declared && len(touchpoint.Channels) == 1 {
				out.Gates = append(out.Gates, ir.Gate{Send: ir.StepAddress(j.Address, send.Name), Channel: touchpoint.Channels[0], Condition: l.inserted(touchpoint), Inserted: true})
			}
		})
	}
	sort.SliceStable(out.Gates, func(a, b int) bool { return out.Gates[a].Send < out.Gates[b].Send })
	return out
}
