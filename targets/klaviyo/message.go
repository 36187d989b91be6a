package klaviyo

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
)

// send makes a message. Whoever its filter leaves out goes on with what follows.
func (f *flow) send(s ir.Send, after func() string) string {
	touchpoint, _ := ir.Find(f.l.Program.Touchpoints, s.Touchpoint)
	switch {
	case len(touchpoint.Channels) != 1:
		f.refuse(touchpoint.ChannelsAt, "make a touchpoint for each channel, and choose", "A flow does not try the next channel when a message bounces.")
		return after()
	case s.IfCapped == "wait":
		f.refuse(s.At, "write if_capped = \"skip\"", "Klaviyo does not hold a message back until somebody has had fewer.")
	}
	medium, err := f.l.medium(touchpoint.Channels[0])
	if err != nil { // told at the channel
		return after()
	}
	message := f.message(touchpoint, s)
	if medium == "sms" {
		f.text(message, touchpoint)
		return f.then("send-sms", resource.Map{"message": message}, after)
	}
	f.mail(message, touchpoint)
	return f.then("send-email", resource.Map{"message": message}, after)
}

// message is what e-mails and text messages have in common. Smart Sending drops
// messages by the account's own settings: it is on where the project asks for
// limits on marketing, and off where nobody asked.
func (f *flow) message(t ir.Touchpoint, s ir.Send) resource.Map {
	marketing := f.l.Marketing(t)
	message := resource.Map{
		"name":                  resource.String(messageName(t.Address, ir.StepAddress(f.journey.Address, s.Name))),
		"transactional":         resource.Bool(!marketing),
		"smart_sending_enabled": resource.Bool(marketing && f.l.pressed()),
	}
	if groups := f.gate(t, s); len(groups) > 0 {
		message["additional_filters"] = resource.Map{"condition_groups": groups}
	}
	return message
}

// pressed tells whether the project limits marketing.
func (l *lowering) pressed() bool {
	for _, p := range l.Program.Pressures {
		for _, limit := range p.Limits {
			if len(limit.Classes) == 0 || slices.Contains(limit.Classes, ir.Marketing) {
				return true
			}
		}
	}
	return false
}

func (f *flow) mail(message resource.Map, t ir.Touchpoint) {
	message["subject_line"] = resource.String(f.spoken(t.Content.Subject))
	message["template_id"] = resource.Ref{Address: f.l.Address(t.Address, roleTemplate), Output: "id"}
	message["texts"] = resource.String(resource.Hash(f.l.template(t)))
	for _, s := range senders {
		if text := f.l.Constant(s.argument); text != "" {
			message[s.name] = resource.String(text)
		}
	}
}

// senders are the arguments that say who e-mails are from.
var senders = []struct{ argument, name string }{{"from_email", "from_email"}, {"from_name", "from_label"}, {"reply_to", "reply_to_email"}}

func (f *flow) text(message resource.Map, t ir.Touchpoint) {
	message["body"] = resource.String(f.spoken(t.Content.Text))
	message["sms_quiet_hours_enabled"] = resource.Bool(f.l.Marketing(t))
	message["add_opt_out_language"] = resource.Bool(f.l.Marketing(t))
}

// spoken is a text in the language of the person.
func (f *flow) spoken(in map[string]content.Template) string {
	texts := f.l.texts()
	out := f.l.spoken(func(language string) string { return texts.Lower(in[language], language) })
	f.found = append(f.found, texts.Findings()...)
	return out
}

// gate is the filter at the instant of sending: the consent rules for marketing,
// and for every message that only testers are written to where the environment
// says so. Of a campaign it is part of the segment that it goes to.
func (f *flow) gate(t ir.Touchpoint, s ir.Send) resource.List {
	groups := resource.List{}
	if e := f.l.inserted(t); e != nil {
		c := f.clause(s.At)
		c.flow = f.journey.Enter.Moment != ""
		said, ok := c.groups(e)
		if !ok {
			f.ungated(t, s, c.Found)
		}
		groups = append(groups, said...)
	}
	if testers := f.l.Program.Project.OnlyTo; len(testers) > 0 {
		list := resource.List{}
		for _, tester := range testers {
			list = append(list, resource.String(tester))
		}
		channel, _ := ir.Find(f.l.Program.Channels, t.Channels[0])
		groups = append(groups, group(property(f.l.Names.Field(channel.Key).Theirs, filter("string", "in", list))))
	}
	return groups
}

// ungated is the finding at a message that could reach somebody who must not
// get it.
func (f *flow) ungated(t ir.Touchpoint, s ir.Send, why diag.List) {
	d := account.Ungated(noGate, s.At, t, "Klaviyo",
		"Klaviyo itself writes to everybody who has not unsubscribed, so the rules for "+t.Purpose+" have to stand at the message, and they cannot.", why)
	f.found = append(f.found, d)
}

// inserted is the condition that the lowering puts at a message, nil for none.
// Klaviyo itself sends no service message to an address that bounced, and has no
// way to ask for that; so of the rules for those only the rest is put there.
func (l *lowering) inserted(t ir.Touchpoint) expr.Expr {
	allowed, err := l.Program.Allowed(t.Purpose, t.Channels[0])
	if err != nil {
		return nil
	}
	if l.Marketing(t) {
		return allowed
	}
	and, several := allowed.(expr.And)
	if !several {
		return allowed
	}
	var kept []expr.Expr
	for _, term := range and.Terms {
		if !byItself(term) {
			kept = append(kept, term)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return expr.And{Place: and.Place, Terms: kept}
}

// byItself tells whether Klaviyo asks this of every message by itself: that
// there is an address, and that it takes messages.
func byItself(term expr.Expr) bool {
	if set, ok := term.(expr.IsSet); ok {
		_, stored := set.Of.(expr.Attribute)
		return stored
	}
	not, ok := term.(expr.Not)
	if !ok {
		return false
	}
	_, suppressed := not.Term.(expr.Suppressed)
	return suppressed
}

// do makes an action of our side.
func (f *flow) do(s ir.Do, after func() string) string {
	a, _ := ir.Find(f.l.Program.Actions, s.Action)
	switch {
	case a.Platform != "" && a.Platform != f.l.Platform.Address:
		f.refuse(s.At, "", "%s is done by %s, and a flow has others do something by a webhook only.", a.Address, a.Platform)
	case a.Kind == "webhook":
		return f.then("send-webhook", resource.Map{"message": resource.Map{"name": resource.String(ir.StepAddress(f.journey.Address, s.Name)), "url": resource.String(f.plainly(a.URL))}}, after)
	case a.Kind == "notify":
		return f.notify(s, a, after)
	case a.Kind == "set":
		return f.set(s, a, after)
	default:
		f.refuse(s.At, "use an action \"notify\", or have a webhook do it", "Klaviyo keeps no tasks and closes no channels for people from inside a flow.")
	}
	return after()
}

// plainly is a text of our own side, in the project's first language.
func (f *flow) plainly(t content.Template) string {
	texts := f.l.texts()
	out := texts.Lower(t, f.l.first())
	f.found = append(f.found, texts.Findings()...)
	return out
}

func (f *flow) notify(s ir.Do, a ir.Action, after func() string) string {
	from, name := f.l.Constant("from_email"), f.l.Constant("from_name")
	if from == "" || name == "" {
		f.refuse(s.At, "add from_email and from_name to the block of "+f.l.Platform.Address, "A notification of Klaviyo's needs a sender.")
	}
	return f.then("send-internal-alert", resource.Map{"message": resource.Map{
		"name": resource.String(ir.StepAddress(f.journey.Address, s.Name)), "from_email": resource.String(from), "from_label": resource.String(name),
		"to_emails": resource.List{resource.String(a.To)}, "subject_line": resource.String(f.plainly(a.Title)),
	}}, after)
}

// set writes a constant into a custom property.
func (f *flow) set(s ir.Do, a ir.Action, after func() string) string {
	fixed, constant := a.Value.(expr.Literal)
	name, err := f.l.property(expr.Attribute{Path: []string{a.Attribute}})
	switch {
	case !constant:
		f.refuse(s.At, "set a constant", "A flow writes constants into profiles, and nothing that has to be worked out.")
		return after()
	case err != nil || slices.Contains(own, name):
		f.refuse(s.At, "set a custom property", "A flow writes custom properties of a profile only.")
		return after()
	}
	kind, value := "string", resource.Value(resource.String(f.l.Names.Word(a.Attribute, types.Spell(fixed.Value)).Theirs))
	switch v := fixed.Value.(type) {
	case types.Decimal:
		kind, value = "numeric", resource.Number(v.String())
	case types.Truth:
		kind, value = "boolean", resource.Bool(v)
	case types.Date:
		kind, value = "date", resource.String(types.Spell(v))
	case types.Text, types.Instant, types.Span, types.Values, types.Null, nil:
	}
	return f.then("update-profile", resource.Map{"profile_operations": resource.List{resource.Map{
		"operator": resource.String("update"), "property_type": resource.String(kind), "property_key": resource.String(name), "property_value": value,
	}}}, after)
}
