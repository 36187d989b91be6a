package mautic

import (
	"context"
	"fmt"
	"maps"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets"
)

// What a campaign can wait for. Mautic's decisions stand right behind the e-mail
// that they are about: their one way is taken when it is opened or clicked, the
// other when the time is over without. So a wait right behind a message ends
// with what becomes of it, and what it ended with is known from there on.

// decisions are Mautic's, by what becomes of a message.
var decisions = map[string]string{"opened": "email.open", "clicked": "email.click"}

// watched is the decision that a wait right behind a message is; "" for none.
func (c *campaign) watched(s ir.Send, w ir.Wait) string {
	did, ok := w.Until.(expr.Did)
	if !ok || did.Of.Where != nil || did.Of.Step != ir.StepAddress(c.journey.Address, s.Name) {
		return ""
	}
	if since := did.Window.Since; since != "run" && since != did.Of.Step {
		return ""
	}
	t, _ := ir.Find(c.l.Program.Touchpoints, s.Touchpoint)
	if len(t.Channels) != 1 {
		return ""
	}
	if medium, err := c.l.medium(t.Channels[0]); err != nil || medium != "email" {
		return ""
	}
	return decisions[did.Of.Outcome]
}

// decide sends a message and waits for what becomes of it. Whoever may not get it
// waits the whole time.
func (c *campaign) decide(s ir.Send, w ir.Wait, from cursor, after func(cursor)) {
	said := expr.Print(w.Until)
	length, ok := c.length(w)
	if !ok {
		return
	}
	late := func(at cursor) cursor {
		at.wait += length
		at.knows = at.knows.with(said, false)
		return at
	}
	sent := func(at cursor) {
		id := c.add(at, c.journey.First(w.Name), event("decision", c.watched(s, w), resource.Map{}))
		after(cursor{parent: id, path: "yes", knows: at.knows.with(said, true)})
		after(late(cursor{parent: id, path: "no", knows: at.knows}))
	}
	c.parts(w.At)
	c.sendBy(s, c.apart(from, c.journey.First(s.Name)), sent, func(at cursor) { after(late(at)) })
}

// facts are conditions of which it is known whether they hold, as they are
// printed.
type facts map[string]bool

func (k facts) with(of string, holds bool) facts {
	out := maps.Clone(k)
	if out == nil {
		out = facts{}
	}
	out[of] = holds
	return out
}

// lasting is what is still known when time has passed: what happened has.
func (k facts) lasting() facts {
	out := facts{}
	for of, holds := range k {
		if holds {
			out[of] = true
		}
	}
	return out
}

// lookProtection is the kind of look-up that sees that nobody who said no is
// written to because another campaign says so.
const (
	lookProtection = "protection of"
	protected      = "do-not-contact"
)

// protection fails where a published campaign takes do-not-contact records away:
// after that, everybody who once said yes is written to, whatever they said
// since. Nothing else at Mautic would tell.
func (t *Target) protection(ctx context.Context) error {
	var found error
	err := t.each(ctx, collections[kindCampaign], func(page []resource.Map) error {
		for _, m := range page {
			if found == nil && m["isPublished"] != resource.Bool(false) && grants(object(kindCampaign, m)) {
				found = &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf(
					"the campaign %q (%s) has the action Remove Do Not Contact, after which people are written to who said no; nothing was planned: take the action out of it or unpublish it, and plan again", plain(m["name"]), idOf(m))}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return found
}
