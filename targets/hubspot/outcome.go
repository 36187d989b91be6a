package hubspot

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/narrow"
)

// What became of a message HubSpot knows by e-mail: a filter asks whether a
// contact has opened it, ever or in the last days. It does not know by which
// step of which run it was sent. So "since this run began" can be asked where
// an e-mail is sent by one step only and people enter once.

// mailed are HubSpot's words for what becomes of an e-mail. A bounce of its is
// one for good or one that passes; ours is for good, which the contact says.
var mailed = map[string]string{
	"sent": "SENT", "delivered": "RECEIVED", "opened": "OPENED", "clicked": "LINK_CLICKED", "bounced": "BOUNCED", "complained": "MARKED_SPAM",
	"unsubscribed": "UNSUBSCRIBED",
}

// outcome is one question for each language of the message, and for a bounce one
// more.
func (c *clause) outcome(a narrow.Atom, e expr.Did) (narrow.Form, error) {
	if a.Part != "" { // of one e-mail, already
		return a, nil
	}
	if a.Negated {
		return narrow.All{}, narrow.Refused(e, "ask whether it was, and say the rest in otherwise", "HubSpot asks whether a message was %s, and not whether it was not", e.Of.Outcome)
	}
	touchpoint, err := c.messageOf(e)
	if err != nil {
		return narrow.All{}, err
	}
	some := narrow.Some{}
	for _, object := range append([]string{touchpoint.Address}, c.l.oneOffs(touchpoint)...) {
		for _, language := range c.l.Program.Project.Languages {
			of := expr.Source{Touchpoint: touchpoint.Address, Outcome: e.Of.Outcome, At: e.Of.At}
			some = append(some, narrow.Atom{Of: expr.Did{Place: e.Place, Of: of, Window: e.Window}, Part: object + " " + language})
		}
	}
	if e.Of.Outcome != "bounced" {
		return some, nil
	}
	return narrow.All{some, narrow.Part(expr.Suppressed{Channel: touchpoint.Channels[0], Class: string(ir.Service)}, partBounced)}, nil
}

// oneOffs are the journeys here that send a touchpoint at an instant: by e-mails
// of their own.
func (l *lowering) oneOffs(t ir.Touchpoint) []string {
	var out []string
	for _, j := range account.Here(l, l.Program.Journeys) {
		if j.Enter.Moment != "" || len(j.Steps) != 1 {
			continue
		}
		if s, ok := j.Steps[0].(ir.Send); ok && s.Touchpoint == t.Address {
			out = append(out, j.Address)
		}
	}
	return out
}

// messageOf is the message that a question is about, if HubSpot can answer it.
func (c *clause) messageOf(e expr.Did) (ir.Touchpoint, error) {
	var touchpoint ir.Touchpoint
	var found bool
	if e.Of.Touchpoint != "" {
		touchpoint, found = ir.Find(c.l.Program.Touchpoints, e.Of.Touchpoint)
	} else {
		touchpoint, found = c.l.sentBy(e.Of.Step)
	}
	switch {
	case e.Of.Where != nil:
		return touchpoint, narrow.Refused(e, "", "HubSpot asks what became of a message, and not when or how")
	case !found:
		return touchpoint, narrow.Refused(e, "", "HubSpot knows nothing of %s", e.Of.Step)
	case mailed[e.Of.Outcome] == "":
		return touchpoint, narrow.Refused(e, "", "HubSpot does not notice that a message of %s was %s", touchpoint.Address, e.Of.Outcome)
	case !c.l.Has(touchpoint.Address) || len(touchpoint.Channels) != 1:
		return touchpoint, narrow.Refused(e, "take "+touchpoint.Address+" out of leave_out", "%s does not go to %s", touchpoint.Address, c.l.Platform.Address)
	}
	if e.Of.Touchpoint != "" && (e.Window.Since == expr.Ever.Since || e.Window.Since == "") {
		return touchpoint, nil
	}
	if since := e.Window.Since; since != "" && since != "run" && since != expr.Ever.Since && since != e.Of.Step {
		return touchpoint, narrow.Refused(e, "ask since the run began: run", "HubSpot knows that a message was %s, and not whether it was before %s", e.Of.Outcome, since)
	}
	if !c.l.unrepeated(touchpoint) {
		return touchpoint, narrow.Refused(e, "make a touchpoint of its own for the step, and write again = \"never\"",
			"HubSpot knows what became of %s, and not by which step of which run it was sent", touchpoint.Address)
	}
	return touchpoint, nil
}

// sentBy is the touchpoint that a step of a journey sends.
func (l *lowering) sentBy(step string) (touchpoint ir.Touchpoint, found bool) {
	for _, j := range l.Program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			if send, ok := s.(ir.Send); ok && ir.StepAddress(j.Address, send.Name) == step {
				touchpoint, found = ir.Find(l.Program.Touchpoints, send.Touchpoint)
			}
		})
	}
	return touchpoint, found
}

// unrepeated tells whether a touchpoint goes to nobody twice, and to nobody
// outside of the journey that is being lowered: one step of it sends it, and
// people enter once.
func (l *lowering) unrepeated(t ir.Touchpoint) bool {
	if l.inside == nil || l.inside.Enter.Again == "always" {
		return false
	}
	steps := 0
	for _, j := range l.Program.Journeys {
		here := j.Address == l.inside.Address
		ir.Walk(j.Steps, func(s ir.Step) {
			if send, ok := s.(ir.Send); ok && send.Touchpoint == t.Address {
				if steps++; !here {
					steps++
				}
			}
		})
	}
	return steps == 1
}

// became prints whether something became of a message in one language. It needs
// the whole e-mail, of whatever workflow sent it.
func (c *clause) became(a narrow.Atom, e expr.Did) (resource.Map, error) {
	object, language, ok := strings.Cut(a.Part, " ")
	if !ok || mailed[e.Of.Outcome] == "" {
		return nil, narrow.Refused(e, "", "HubSpot cannot ask for %s", expr.Print(e))
	}
	out := resource.Map{
		"filterType": resource.String("EMAIL_EVENT"), "operator": resource.String(mailed[e.Of.Outcome]), "level": resource.String("EMAIL"), "appId": resource.String("0"),
		"emailId": resource.Ref{Address: c.l.Address(object, language), Output: "id"},
	}
	if e.Window.Since != "" {
		return out, nil
	}
	window, err := c.lately(e.Window.Length, e)
	if err != nil {
		return nil, err
	}
	out["pruningRefineBy"] = window
	return out, nil
}
