package klaviyo

import (
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// Explain says what Klaviyo really asks at the instant of sending. By itself it
// asks of every e-mail whether the address bounced, and of marketing whether the
// person unsubscribed; that somebody never said yes it does not mind. The rest
// is the filter that Lower puts at each message. Limits and calendars it does
// not keep, and it looks once a day for what time alone has changed.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	l := newLowering(targets.LowerRequest{Program: p, Platform: platform, Placed: p.Placed(platform.Address)})
	out := ir.Enforcement{Sends: true, WindowGrain: day, DetectionDelay: hour}
	for _, channel := range account.Here(l, p.Channels) {
		if media.By[l.Names.Field(channel.Key).Theirs] == "email" {
			out.Gates = append(out.Gates, ir.Gate{Channel: channel.Address, Condition: expr.Not{Term: expr.Suppressed{Channel: channel.Address, Class: string(ir.Service)}}})
		}
	}
	for _, j := range account.Here(l, p.Journeys) {
		if j.Enter.Moment == "" {
			out.Staleness = hour // the segment of a campaign
		}
		ir.Walk(j.Steps, func(s ir.Step) {
			send, ok := s.(ir.Send)
			touchpoint, declared := ir.Find(p.Touchpoints, send.Touchpoint)
			if !ok || !declared || len(touchpoint.Channels) != 1 {
				return
			}
			if e := l.inserted(touchpoint); e != nil {
				out.Gates = append(out.Gates, ir.Gate{Send: ir.StepAddress(j.Address, send.Name), Channel: touchpoint.Channels[0], Condition: e, Inserted: true})
			}
		})
	}
	sort.SliceStable(out.Gates, func(a, b int) bool { return out.Gates[a].Send < out.Gates[b].Send })
	return out
}
