package notifuse

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// One-offs as broadcasts.
//
// A broadcast goes to the contacts of one list who are in a segment. The list is
// that of the consent, so that unsubscribing from the message is about it; the
// segment is one of ours that asks for everything else: who it is for, and the
// rules of consent. Neither is asked again between a contact's turn and the
// instant at which the queue reaches them.
//
// The instant is known, so windows in the segment end there and not now: nobody
// comes or goes as time passes. That matters, because the platform lets people
// into a segment as time passes and never out of it, and keeps everybody in one
// whose words change to what nobody fulfils. So a segment of other words is
// another segment.
//
// Who was taken off a list still counts as being on it, for segments and for
// broadcasts. Whoever was ever taken off any list gets no one-off of marketing:
// no better question can be asked.

// roleAudience is the role of the segment of those who get a one-off.
const roleAudience = "audience"

// removedFromList is how the timeline says that somebody was taken off a list.
const removedFromList = "list.removed"

// oneOff is a journey that begins at an instant.
func (l *lowering) oneOff(j ir.Journey) {
	send, t, at, ok := l.single(j)
	if !ok {
		return
	}
	list, ok := l.broadcastList(t, send.At)
	if !ok {
		return
	}
	before := len(l.found)
	who := l.audience(j, send, t, at)
	if l.found[before:].HasErrors() {
		return
	}
	if who == constant(false) {
		l.found = append(l.found, diag.Diagnostic{Rule: notHere, At: send.At,
			Detail: fmt.Sprintf("Of those who can be on the list that %s is sent to, the rules of consent leave nobody.", t.Address),
			Help:   "send it by another platform, or look at the rules of its regimes"})
		return
	}
	segment := resource.Address{Object: j.Address, Platform: l.Platform.Name, Role: roleAudience}
	l.add(j.Address, roleAudience, kindSegment, resource.Map{
		"name": resource.String(l.title(j.Address) + ", audience"), "timezone": resource.String(l.Program.Project.Timezone), "tree": encode(who),
	}, j.At, map[string]diag.Range{"tree": j.Enter.At})
	l.add(j.Address, "", kindBroadcast, resource.Map{
		"name": resource.String(l.title(j.Address)), "list": list, "segment": id(segment),
		"template": id(resource.Address{Object: t.Address, Platform: l.Platform.Name}), "send_at": resource.String(at.Time().UTC().Format(time.RFC3339)),
		"provider": l.needs(kindProvider),
	}, j.At, map[string]diag.Range{"send_at": j.Enter.At, "template": send.At})
}

func (l *lowering) cannot(at diag.Range, detail, help string) {
	l.found = append(l.found, diag.Diagnostic{Rule: notHere, At: at, Detail: detail, Help: help})
}

// single is a one-off as the platform takes it: one message by e-mail at a
// whole minute.
func (l *lowering) single(j ir.Journey) (ir.Send, ir.Touchpoint, types.Instant, bool) {
	var send ir.Send
	for i, s := range j.Steps {
		only, is := s.(ir.Send)
		if !is || i > 0 {
			l.cannot(stepAt(s, j.At), fmt.Sprintf("%s does more than to send one message, and a broadcast of Notifuse is one message.", j.Address),
				"write one send, and make a journey on a moment for what follows")
			return send, ir.Touchpoint{}, 0, false
		}
		send = only
	}
	at, instant := j.Enter.Instant.(types.Instant)
	t, known := ir.Find(l.Program.Touchpoints, send.Touchpoint)
	switch {
	case !instant || !known:
	case at.Time().Truncate(time.Minute) != at.Time():
		l.cannot(j.Enter.At, "Notifuse sends at a whole minute.", "leave the seconds out")
	case !l.placed[t.Address]:
		l.cannot(send.At, fmt.Sprintf("%s is not deployed to %s.", t.Address, l.Platform.Address), fmt.Sprintf("leave out %s as well, or take %s out of leave_out", j.Address, t.Address))
	case !l.mailed(t):
		if _, handed := l.handed(t); handed {
			l.cannot(send.At, "Notifuse calls an address from an automation, and a one-off is none.", "send it by e-mail, or when something happens to the person")
		}
	default:
		return send, t, at, true
	}
	return send, t, 0, false
}

// stepAt is where a step is written.
func stepAt(s ir.Step, otherwise diag.Range) diag.Range {
	at := otherwise
	switch s := s.(type) {
	case ir.Send:
		at = s.At
	case ir.Do:
		at = s.At
	case ir.Wait:
		at = s.At
	case ir.Choose:
		at = s.At
	case ir.Split:
		at = s.At
	}
	return at
}

// broadcastList is the list that a one-off goes to: that of the consent, or the
// one that everybody is on.
func (l *lowering) broadcastList(t ir.Touchpoint, at diag.Range) (resource.Value, bool) {
	purpose, _ := ir.Find(l.Program.Purposes, t.Purpose)
	if purpose.Class == ir.Marketing {
		consent, covered := l.Program.ConsentFor(t.Purpose, t.Channels[0])
		if !covered {
			l.cannot(at, fmt.Sprintf("No consent covers %s by e-mail, and a broadcast of Notifuse goes to the list of one.", t.Purpose), "declare a consent for "+t.Purpose+" on "+t.Channels[0])
			return nil, false
		}
		return l.list(consent.Address, at)
	}
	everyone, _ := l.names.everyone.Value.(types.Text)
	if everyone == "" {
		l.cannot(at, fmt.Sprintf("%s needs no yes, and a broadcast of Notifuse goes to a list all the same; nothing says on which everybody is.", t.Address),
			fmt.Sprintf(`add everyone = "<list>" to the block of %s`, l.Platform.Address))
		return nil, false
	}
	l.look(lookList, string(everyone), l.names.everyone.At)
	return resource.Lookup{Kind: lookList, Key: string(everyone)}, true
}

// audience is who gets a one-off: whom it is for, who would not leave before it,
// and whom the rules of consent allow it.
func (l *lowering) audience(j ir.Journey, s ir.Send, t ir.Touchpoint, at types.Instant) tree {
	c := condition{lowering: l, at: s.At, ran: &lasted{}, now: &at}
	rules, err := l.Program.Allowed(t.Purpose, t.Channels[0])
	if err != nil {
		return constant(false)
	}
	terms := []tree{c.onlyTo(), c.tree(rules)}
	if consent, covered := l.Program.ConsentFor(t.Purpose, t.Channels[0]); covered && mentions(rules, consent.Address) {
		terms = append(terms, happened(removedFromList, nil, "at_most", 0, ever))
		if missed, some := narrow.Unlisted(l.Platform.Address, l.Program, j, s); some {
			l.found = append(l.found, missed)
		}
	}
	if j.Enter.Who != "" {
		terms = append(terms, c.tree(expr.Member{Place: expr.Place{At: j.Enter.At}, Segment: j.Enter.Who}))
	}
	if j.Enter.If != nil {
		terms = append(terms, c.tree(expr.Is{Term: j.Enter.If, Verdict: expr.True}))
	}
	for _, over := range []expr.Expr{j.Goal, j.LeaveIf} {
		if over != nil {
			terms = append(terms, c.without(over))
		}
	}
	return all(terms...)
}
