package listmonk

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// oneOff is a journey that a campaign can be: one message at an instant.
type oneOff struct {
	journey    ir.Journey
	send       ir.Send
	touchpoint ir.Touchpoint
	at         types.Instant
}

// step is the full name of the send.
func (o oneOff) step() string {
	return ir.StepAddress(o.journey.Address, o.send.Name)
}

// misfit says why a journey is no campaign, and where.
type misfit struct {
	at           diag.Range
	detail, help string
}

const whatItCan = `listmonk sends one message at an instant: enter { at = "2026-12-01 10:00", who = segment.x } and one send`

// oneOffOf is a journey as a campaign.
func (g guarding) oneOffOf(j ir.Journey) (oneOff, *misfit) {
	instant, at := j.Enter.Instant.(types.Instant)
	if !at {
		return oneOff{}, &misfit{place(j.Enter.At, j.At), fmt.Sprintf("%s enters people on a moment, and listmonk does not notice what happens.", j.Address), whatItCan}
	}
	for i, step := range j.Steps {
		send, is := step.(ir.Send)
		if is && i == 0 {
			continue
		}
		where, what := stepAt(step), "listmonk runs no steps"
		if is {
			where, what = send.At, "a campaign is one message"
		}
		return oneOff{}, &misfit{place(where, j.At), fmt.Sprintf("%s does more than to send one message, and %s.", j.Address, what), whatItCan}
	}
	if len(j.Steps) == 0 {
		return oneOff{}, &misfit{j.At, j.Address + " sends nothing.", whatItCan}
	}
	send := j.Steps[0].(ir.Send)
	touchpoint, _ := ir.Find(g.program.Touchpoints, send.Touchpoint)
	if len(touchpoint.Channels) != 1 || touchpoint.Channels[0] != g.account.email {
		return oneOff{}, &misfit{place(send.At, j.At), fmt.Sprintf("%s does not go by e-mail alone, and listmonk tries no other channel.", touchpoint.Address),
			"send a touchpoint whose channels are [" + g.account.email + "]"}
	}
	return oneOff{journey: j, send: send, touchpoint: touchpoint, at: instant}, nil
}

func place(at, otherwise diag.Range) diag.Range {
	if at.IsZero() {
		return otherwise
	}
	return at
}

func stepAt(s ir.Step) diag.Range {
	switch s := s.(type) {
	case ir.Send:
		return s.At
	case ir.Do:
		return s.At
	case ir.Wait:
		return s.At
	case ir.Choose:
		return s.At
	case ir.Split:
		return s.At
	}
	return diag.Range{}
}

// audience is the list that a one-off is sent to, and what listmonk enforces
// for it.
type audience struct {
	native
	consent ir.Consent // of a marketing message
}

// audienceOf is whom a message can be sent to at all; the text says why there
// is nobody.
func (g guarding) audienceOf(o oneOff) (audience, string, string) {
	purpose, _ := ir.Find(g.program.Purposes, o.touchpoint.Purpose)
	n := native{program: g.program, account: g.account}
	if purpose.Class != ir.Marketing {
		if g.account.everyone.Value == nil {
			return audience{}, fmt.Sprintf("%s needs no yes, so it goes to whoever it is for, and nothing says on which list everybody is.", o.touchpoint.Address),
				fmt.Sprintf(`add everyone = "<list>" to the block of %s`, g.platform.Address)
		}
		return audience{native: n}, "", ""
	}
	consent, covered := g.program.ConsentFor(purpose.Address, g.account.email)
	if !covered {
		return audience{}, fmt.Sprintf("No consent covers %s by e-mail, and listmonk sends marketing to the list of one.", purpose.Address),
			"declare a consent for " + purpose.Address + " on " + g.account.email
	}
	n.consent, n.optin = consent.Address, wanted(g.program, consent)
	return audience{native: n, consent: consent}, "", ""
}

// whom is the conditions on people to whom a one-off is sent: what the rules of
// consent ask, and who it is for.
func (g guarding) whom(o oneOff) []expr.Expr {
	terms := []expr.Expr{expr.Reachable{Purpose: o.touchpoint.Purpose, Channel: g.account.email}}
	if o.journey.Enter.Who != "" {
		terms = append(terms, expr.Member{Place: expr.Place{At: o.journey.Enter.At}, Segment: o.journey.Enter.Who})
	}
	if o.journey.Enter.If != nil {
		terms = append(terms, expr.Is{Term: o.journey.Enter.If, Verdict: expr.True})
	}
	for _, leaves := range []expr.Expr{o.journey.Goal, o.journey.LeaveIf} {
		if leaves != nil {
			terms = append(terms, expr.Not{Term: expr.Is{Term: leaves, Verdict: expr.True}})
		}
	}
	return terms
}

// journey is a campaign, made as a draft and scheduled when it is switched on.
func (l *lowering) journey(j ir.Journey) {
	o, misfit := l.oneOffOf(j)
	if misfit != nil {
		l.refuse(noJourney, misfit.at, misfit.detail, misfit.help)
		return
	}
	l.used = append(l.used, o.journey.Enter.Who, o.touchpoint.Address)
	to, why, help := l.audienceOf(o)
	if why != "" {
		l.refuse(noList, place(o.send.At, j.At), why, help)
		return
	}
	form := narrow.Assume(narrow.Condition(l.Program, expr.And{Terms: l.whom(o)}), to.knows)
	if l.nobody(o, to) {
		l.refuse(noGate, place(o.send.At, j.At), fmt.Sprintf("Of those who can be on the list that %s is sent to, the rules of consent leave nobody.", o.touchpoint.Address),
			"send it by another platform, or look at the rules of its regimes")
		return
	}
	if missed, some := narrow.Unlisted(l.Platform.Address, l.Program, j, o.send); some {
		l.found = append(l.found, missed)
	}
	guard, found := l.campaign(form, o.at, place(o.send.At, j.At))
	m := &message{guarding: l.guarding}
	mail := m.texts(o.touchpoint)
	l.found = append(append(l.found, found...), m.found...)
	l.add(j.Header(), "", kindCampaign, l.attributes(o, to, guard, mail))
}

// nobody tells whether no subscriber of the list may ever get the message.
func (g guarding) nobody(o oneOff, to audience) bool {
	return narrow.Never(narrow.Assume(narrow.Condition(g.program, g.whom(o)[0]), to.knows))
}

func (l *lowering) attributes(o oneOff, to audience, guard string, m mail) resource.Map {
	out := resource.Map{
		"name": resource.String(o.journey.Address), "subject": resource.String(m.subject), "body": resource.String(guard + m.body),
		"content_type": resource.String("html"), "send_at": resource.String(types.Spell(o.at)),
		"lists": resource.List{l.list(to)}, "template": l.frame(),
		"messenger": l.lookup(resource.Lookup{Kind: lookMessenger, Key: l.account.messenger}, l.settingAt("messenger")),
	}
	if m.plain != "" {
		out["altbody"] = resource.String(m.plain)
	}
	if l.account.from != "" {
		out["from_email"] = resource.String(l.account.from)
	}
	if o.touchpoint.Unsubscribe == "one_click" {
		l.lookup(resource.Lookup{Kind: lookSetting, Key: oneClick}, place(o.send.At, o.journey.At))
	}
	return out
}

// list is the list of a campaign. Two would be a union.
func (l *lowering) list(to audience) resource.Value {
	var list resource.Value
	if to.native.consent != "" {
		list = l.listOf(to.consent)
	} else {
		name, _ := l.account.everyone.Value.(types.Text)
		list = resource.Lookup{Kind: lookAnyList, Key: string(name)}
	}
	if look, is := list.(resource.Lookup); is {
		return l.lookup(look, l.listAt(to))
	}
	return list
}

func (l *lowering) listAt(to audience) diag.Range {
	if to.native.consent != "" {
		return l.account.names.Consent(to.native.consent).At
	}
	return l.account.everyone.At
}

func (l *lowering) settingAt(name string) diag.Range {
	if s, said := l.Platform.Config.Get(name); said {
		return s.At
	}
	return l.Platform.At
}
