package mautic

import (
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// Explain says what Mautic asks before it sends. By itself it sends no text
// message and no marketing e-mail to whoever has a do-not-contact record of the
// channel. The rest is the segment that Lower asks before each message, which is
// as old as the last time that segments were built. Limits and calendars Mautic
// does not keep.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	l := newLowering(targets.LowerRequest{Program: p, Platform: platform, Placed: p.Placed(platform.Address)})
	l.settings()
	out := ir.Enforcement{WindowGrain: day, DetectionDelay: l.built, Staleness: l.built, Sends: true}
	for _, j := range account.Here(l, l.Program.Journeys) {
		ir.Walk(j.Steps, func(s ir.Step) {
			send, ok := s.(ir.Send)
			touchpoint, declared := ir.Find(l.Program.Touchpoints, send.Touchpoint)
			if !ok || !declared || len(touchpoint.Channels) != 1 {
				return
			}
			channel := touchpoint.Channels[0]
			medium, err := l.medium(channel)
			if err != nil {
				return
			}
			at := ir.StepAddress(j.Address, send.Name)
			if medium == "sms" || l.Marketing(touchpoint) {
				out.Gates = append(out.Gates, ir.Gate{Send: at, Channel: channel, Condition: expr.Not{Term: expr.Suppressed{Channel: channel, Class: string(ir.Marketing)}}})
			}
			if e := l.inserted(touchpoint); e != nil {
				out.Gates = append(out.Gates, ir.Gate{Send: at, Channel: channel, Condition: e, Inserted: true})
			}
		})
	}
	sort.SliceStable(out.Gates, func(a, b int) bool { return out.Gates[a].Send < out.Gates[b].Send })
	return out
}
