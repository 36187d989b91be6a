package prove

import (
	"fmt"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// A gate is only as good as what it knows. Where a platform's consent data may
// be older than a regime lets a withdrawal take, somebody who withdrew in
// between still gets the message.

// fresh refuses a message whose platform may learn of a withdrawal too late.
func (t *trial) fresh(o *obligation, inserted bool) {
	limit, regime := t.revokeWithin(o)
	stale := t.Enforcement.Staleness
	if regime == "" || stale.IsZero() || notLonger(stale, limit) {
		return
	}
	o.End = Refused
	o.Why = fmt.Sprintf("what %s knows of consent may be %s old, and %s lets a withdrawal take %s at most", t.Address, stale, regime, limit)
	if o.Story = t.tooLate(o, inserted, limit, stale); o.Story == nil {
		o.End = Unproved
	}
}

// revokeWithin is the shortest time that a regime lets a withdrawal take, of
// those that speak of the channel.
func (t *trial) revokeWithin(o *obligation) (limit types.Span, regime string) {
	for _, r := range t.Program.Regimes {
		speaks := slices.ContainsFunc(r.Rules, func(rule ir.Rule) bool { return rule.Covers(ir.Marketing, o.Channel) })
		if speaks && !r.RevokeWithin.IsZero() && (regime == "" || notLonger(r.RevokeWithin, limit)) {
			limit, regime = r.RevokeWithin, r.Address
		}
	}
	return limit, regime
}

// tooLate is somebody who withdraws after the platform last heard of it and
// before the regime's time is over.
func (t *trial) tooLate(o *obligation, inserted bool, limit, stale types.Span) *Story {
	consent, ok := t.Program.ConsentFor(o.Purpose, o.Channel)
	if !ok {
		return nil
	}
	epoch := o.epoch()
	asked := append(o.arrives(epoch, inserted), o.lane.isTrue(o.allowed, epoch))
	for range mostTried {
		p, found := t.space.find(slices.Concat(asked, t.atEase(epoch))...)
		if found != possible {
			return nil
		}
		tr := &trip{trial: t, o: o, point: p, epoch: epoch, ways: map[string]string{}}
		tr.withdraws = func(at types.Instant) eval.Act {
			return eval.Act{Consent: consent.Address, Channel: o.Channel, Kind: person.Withdraw, At: at}
		}
		tr.ago = types.Instant((longest(limit) + (longest(stale)-longest(limit))/2) / time.Microsecond)
		if s := tr.live(inserted); s != nil {
			return s
		}
		asked = append(asked, t.otherwise(p, asked))
	}
	return nil
}

// withdrawal puts the withdrawal into the life, as long before the sending as it
// must be.
func (tr *trip) withdrawal(steps []ir.Entry) {
	if tr.withdraws == nil {
		return
	}
	sent := tr.person.Now
	for _, e := range steps {
		if w, ok := e.Step.(ir.Wait); ok {
			sent = w.For.After(sent, tr.at.Zone)
		}
	}
	act := tr.withdraws(sent - tr.ago)
	if act.At <= tr.begins {
		tr.person.Person.Acts = append(tr.person.Person.Acts, person.Act(act))
		tr.person.Person.Sort()
		return
	}
	tr.due = append(tr.due, act)
}
