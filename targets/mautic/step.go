package mautic

import (
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/narrow"
)

// steps makes the events of steps and of what follows them. Behind ways that take
// different times what follows is made once for each.
func (c *campaign) steps(list []ir.Step, from cursor, rest func(cursor)) {
	if len(c.events) > longest {
		return
	}
	if len(list) == 0 {
		rest(from)
		return
	}
	after := func(at cursor) { c.steps(list[1:], at, rest) }
	switch s := list[0].(type) {
	case ir.Send:
		if w, ok := second(list); ok && c.watched(s, w) != "" {
			c.decide(s, w, from, func(at cursor) { c.steps(list[2:], at, rest) })
			return
		}
		at := c.joint(from, c.journey.First(s.Name))
		c.sendBy(s, at, func(cursor) {}, func(cursor) {})
		after(at.onwards())
	case ir.Do:
		c.do(s, from, after)
	case ir.Wait:
		c.pause(s, from, after)
	case ir.Choose:
		c.choose(s, from, after)
	case ir.Split:
		c.refuse(s.At, "choose by a segment, or send the journey to another platform", "A campaign does not part people by chance.")
		after(from)
	default:
		panic("mautic: a step that is none of the cases")
	}
}

// second is the wait that comes right behind the first step.
func second(list []ir.Step) (ir.Wait, bool) {
	if len(list) < 2 {
		return ir.Wait{}, false
	}
	w, ok := list[1].(ir.Wait)
	return w, ok && w.Until != nil
}

// pause makes what comes next come later.
func (c *campaign) pause(s ir.Wait, from cursor, after func(cursor)) {
	if s.Until != nil {
		c.refuse(s.Until.Range(), "put the wait right behind the send and write until = did(step.<send>.opened, run), or wait the whole time",
			"What a campaign can wait for is that the e-mail right before is opened or clicked, and not this.")
	}
	if length, ok := c.length(s); ok {
		from.wait += length
	}
	from.knows = from.knows.lasting()
	after(from)
}

// length is how long a wait is at most, as Mautic counts it.
func (c *campaign) length(s ir.Wait) (time.Duration, bool) {
	if s.For.Calendar() || s.For.Exact() <= 0 || s.For.Exact()%time.Minute != 0 {
		c.refuse(s.At, "write it in days", "A campaign waits for minutes, hours and days, and not for %s.", s.For)
		return 0, false
	}
	return s.For.Exact(), true
}

// choose takes one of the branches.
func (c *campaign) choose(s ir.Choose, from cursor, after func(cursor)) {
	branches, otherwise := unsettled(s, from.knows)
	switch {
	case len(branches) == 0:
		c.steps(otherwise, from, after)
	case instant(s):
		at := c.joint(from, c.journey.First(s.Name))
		c.ask(ir.Choose{Name: s.Name, At: s.At, When: branches, Otherwise: otherwise}, at, func(cursor) {})
		after(at.onwards())
	default:
		c.parts(s.At)
		c.ask(ir.Choose{Name: s.Name, At: s.At, When: branches, Otherwise: otherwise}, c.apart(from, c.journey.First(s.Name)), after)
	}
}

// ask asks for one branch after the other, each by a segment of its own.
func (c *campaign) ask(s ir.Choose, from cursor, after func(cursor)) {
	if len(s.When) == 0 {
		c.steps(s.Otherwise, from, after)
		return
	}
	b := s.When[0]
	id := c.add(from, c.journey.First(s.Name)+": "+b.Name, condition(c.asked(s, b)))
	c.steps(b.Steps, cursor{parent: id, path: "yes", knows: from.knows}, after)
	s.When = s.When[1:]
	c.ask(s, cursor{parent: id, path: "no", knows: from.knows}, after)
}

// asked is the segment of a branch: one that is declared where the branch asks
// for nothing else, or one that is made for it.
func (c *campaign) asked(s ir.Choose, b ir.Branch) resource.Value {
	if member, ok := b.If.(expr.Member); ok && c.l.Has(member.Segment) {
		return resource.Ref{Address: c.l.Address(member.Segment, ""), Output: "id"}
	}
	address := c.l.Address(c.journey.Address, "if_"+c.journey.First(s.Name)+"_"+b.Name)
	if !slices.ContainsFunc(c.l.Resources, func(r resource.Resource) bool { return r.Address == address }) {
		q := c.l.clause(s.At)
		filters, ok := q.filters(b.If)
		c.found = append(c.found, q.Found...)
		if ok {
			c.l.Add(resource.Resource{Address: address, Kind: kindSegment, At: s.At, Attributes: resource.Map{"filters": filters}, Places: map[string]diag.Range{"filters": b.If.Range()}})
		}
	}
	return resource.Ref{Address: address, Output: "id"}
}

// sendBy asks whether somebody may get a message and sends it, and goes on by one
// way with whoever got it and by another with whoever may not.
func (c *campaign) sendBy(s ir.Send, from cursor, sent, not func(cursor)) {
	t, _ := ir.Find(c.l.Program.Touchpoints, s.Touchpoint)
	switch {
	case len(t.Channels) != 1:
		c.refuse(t.ChannelsAt, "make a touchpoint for each channel, and choose", "A campaign does not try the next channel when a message bounces.")
		return
	case !c.l.Has(t.Address):
		c.refuse(s.At, "", "%s does not go to %s.", t.Address, c.l.Platform.Address)
		return
	case s.IfCapped == "wait":
		c.refuse(s.At, "write if_capped = \"skip\"", "Mautic does not hold a message back until somebody has had fewer.")
	}
	medium, err := c.l.medium(t.Channels[0])
	if err != nil {
		c.told = true
		return
	}
	if medium == "email" && c.l.Marketing(t) && c.twice(t) {
		c.refuse(s.At, "write again = \"never\", and make a touchpoint of its own for each step", "Mautic sends nobody the same marketing e-mail twice, in whatever campaign, so %s would be left out without a word the second time.", t.Address)
	}
	if !c.gate(t, s) {
		return
	}
	may := c.add(from, c.journey.First(s.Name)+": may get it", condition(resource.Ref{Address: c.l.Address(t.Address, roleGate), Output: "id"}))
	message := event("action", "sms.send_text_sms", resource.Map{"sms": resource.Ref{Address: c.l.Address(t.Address, roleText), Output: "id"}})
	if medium == "email" {
		class := resource.String("transactional")
		if c.l.Marketing(t) {
			class = "marketing"
		}
		message = event("action", "email.send", resource.Map{"email": resource.Ref{Address: c.l.Address(t.Address, roleMail), Output: "id"}, "email_type": class})
	}
	sent(cursor{parent: c.add(cursor{parent: may, path: "yes"}, c.journey.First(s.Name), message), knows: from.knows})
	not(cursor{parent: may, path: "no", knows: from.knows})
}

// twice tells whether somebody could be sent a touchpoint a second time.
func (c *campaign) twice(t ir.Touchpoint) bool {
	steps := 0
	for _, j := range account.Here(c.l, c.l.Program.Journeys) {
		ir.Walk(j.Steps, func(s ir.Step) {
			if send, ok := s.(ir.Send); ok && send.Touchpoint == t.Address {
				steps++
			}
		})
	}
	return steps > 1 || c.journey.Enter.Again == "always"
}

// do makes an action of our side.
func (c *campaign) do(s ir.Do, from cursor, after func(cursor)) {
	a, _ := ir.Find(c.l.Program.Actions, s.Action)
	var out resource.Map
	switch {
	case a.Platform != "" && a.Platform != c.l.Platform.Address:
		c.refuse(s.At, "", "%s is done by %s, and a campaign has others do something by a webhook only.", a.Address, a.Platform)
	case a.Kind == "webhook":
		out = c.webhook(s, a)
	case a.Kind == "set":
		out = c.set(s, a)
	case a.Kind == "suppress":
		medium, err := c.l.medium(a.Channel)
		c.told = c.told || err != nil
		out = event("action", "lead.adddnc", resource.Map{"channels": resource.List{resource.String(medium)}, "reason": resource.String(ir.StepAddress(c.journey.Address, s.Name))})
	default:
		c.refuse(s.At, "have a webhook do it", "Mautic keeps no tasks, and tells nobody but its own users about a contact.")
	}
	if out == nil {
		after(from)
		return
	}
	after(cursor{parent: c.add(from, c.journey.First(s.Name), out), knows: from.knows})
}

// webhook calls an address. Mautic decodes the address after it has put values
// in, so a value could be the rest of it: none is put in.
func (c *campaign) webhook(s ir.Do, a ir.Action) resource.Map {
	for _, piece := range a.URL.Pieces {
		if _, constant := piece.(content.Text); !constant {
			c.refuse(s.At, "call a constant address", "Mautic does not escape what it puts into the address of a webhook.")
			return nil
		}
	}
	texts := c.l.texts()
	url := texts.Lower(a.URL, c.l.Program.Project.Languages[0])
	c.found = append(c.found, texts.Findings()...)
	return event("action", "campaign.sendwebhook", resource.Map{"url": resource.String(url), "method": resource.String("post"), "timeout": resource.String("10")})
}

// set writes a constant into a field, unless that is somebody's yes.
func (c *campaign) set(s ir.Do, a ir.Action) resource.Map {
	fixed, constant := a.Value.(expr.Literal)
	name, _, err := c.l.contactField(expr.Attribute{Path: []string{a.Attribute}, Type: expr.TypeOf(a.Value)})
	for _, consent := range c.l.Program.Consents {
		of := c.l.Proofs[consent.Address]
		if slices.Contains([]string{c.l.Names.Consent(consent.Address).Theirs, of.Granted.Theirs, of.Confirmed.Theirs}, name.Theirs) && err == nil {
			c.refuse(s.At, "leave it to where people say yes", "The field %s holds %s, and only people themselves say yes.", name.Theirs, consent.Address)
			return nil
		}
	}
	switch {
	case !constant || types.IsNull(fixed.Value):
		c.refuse(s.At, "set a constant", "A campaign writes constants into contacts, and nothing that has to be worked out.")
		return nil
	case err != nil:
		c.refuse(s.At, "", "%s", narrow.Sentence(err.Error()))
		return nil
	}
	value := resource.Value(resource.String(c.l.Names.Word(a.Attribute, types.Spell(fixed.Value)).Theirs))
	if yes, is := fixed.Value.(types.Truth); is {
		value = truth(bool(yes))
	}
	c.l.look(name)
	return event("action", "lead.updatelead", resource.Map{name.Theirs: value})
}
