package hubspot

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// HubSpot's numbers of kinds of actions.
const (
	pause    = "0-1"
	makeTask = "0-3"
	sendMail = "0-4"
	setValue = "0-5"
	tell     = "0-8"
	listenTo = "0-29"
	putOn    = "0-63809083"
	putOff   = "0-63863438"
)

// steps makes the actions of steps and of what follows them.
func (f *flow) steps(list []ir.Step, after further) resource.Value {
	if len(list) == 0 {
		return after()
	}
	before := f.step
	defer func() { f.step = before }()
	next := f.once(func() resource.Value { return f.steps(list[1:], after) })
	f.step = list[0].StepName()
	return f.marked(ir.StepAddress(f.journey.Address, f.step), func() resource.Value { return f.one(list[0], next) })
}

// one makes the actions of one step.
func (f *flow) one(s ir.Step, next further) resource.Value {
	switch s := s.(type) {
	case ir.Send:
		return f.send(s, next)
	case ir.Do:
		return f.do(s, next)
	case ir.Wait:
		return f.wait(s, next)
	case ir.Choose:
		return f.choose(s, next)
	case ir.Split:
		return f.split(s, next)
	}
	panic("hubspot: a step that is none of the cases")
}

// minutes is a length of time as HubSpot counts it.
func (f *flow) minutes(length types.Span, at diag.Range) resource.Value {
	n := int64(length.Exact().Minutes())
	switch {
	case length.Calendar():
		f.refuse(at, "write it in days", "A delay is of minutes, and %s is as long as the calendar says.", length)
	case n == 0 || length.Exact() != (types.Span{Amount: n, Unit: types.Minute}).Exact():
		f.refuse(at, "write whole minutes", "A delay is of minutes, and %s is no whole number of them.", length)
	}
	return resource.String(fmt.Sprint(n))
}

func (f *flow) delay(length types.Span, at diag.Range, next further) resource.Value {
	return f.single(pause, resource.Map{"delta": f.minutes(length, at), "time_unit": resource.String("MINUTES")}, next)
}

// choose takes the first branch whose condition holds. One that is known to hold
// or not to hold needs no asking: it is what a wait was for.
func (f *flow) choose(s ir.Choose, next further) resource.Value {
	var ways []way
	otherwise := func() resource.Value { return f.steps(s.Otherwise, next) }
	for _, b := range s.When {
		steps := func() resource.Value { return f.steps(b.Steps, next) }
		ask, holds := f.open(b.If)
		if holds {
			otherwise = steps
			break
		}
		if ask == nil {
			continue
		}
		if !f.askable(ask, s.At) {
			continue
		}
		ways = append(ways, way{b.Name, f.asked(ask, s.At), steps})
	}
	if len(ways) == 0 {
		return otherwise()
	}
	return f.branches(ways, otherwise)
}

// open is what is left to ask of a condition where something is known of it; nil
// for nothing, because it is known to hold or not to.
func (f *flow) open(e expr.Expr) (left expr.Expr, holds bool) {
	if known, is := f.knows[expr.Print(e)]; is {
		return nil, known
	}
	or, ok := e.(expr.Or)
	if !ok {
		return e, false
	}
	var terms []expr.Expr
	for _, term := range or.Terms {
		rest, holds := f.open(term)
		if holds {
			return nil, true
		}
		if rest != nil {
			terms = append(terms, rest)
		}
	}
	switch len(terms) {
	case 0:
		return nil, false
	case 1:
		return terms[0], false
	}
	return expr.Or{Place: or.Place, Terms: terms}, false
}

// split parts people by chance, in whole percentages. Who is in the control goes
// no further.
func (f *flow) split(s ir.Split, next further) resource.Value {
	if s.Decide != "" {
		f.refuse(s.At, "decide by hand, with another commit", "A workflow does not decide between variants by itself.")
	}
	total := 0
	for _, v := range s.Variants {
		total += v.Weight
	}
	action := resource.Map{"type": resource.String("AB_TEST_BRANCH")}
	edge := f.add("split", action)
	tests := resource.List{}
	for _, v := range s.Variants {
		if total == 0 || 100*v.Weight%total != 0 {
			f.refuse(s.At, "use weights that come to whole percentages, such as 50 and 50 or 45, 45 and 10", "HubSpot parts people by whole percentages, and %s has %d of %d.", v.Name, v.Weight, max(total, 1))
			return edge
		}
		if v.Weight == 0 {
			continue
		}
		var way resource.Value
		if !v.Control {
			way = f.steps(v.Steps, next)
		}
		if way == nil {
			way = f.nothing()
		}
		tests = append(tests, resource.Map{"percentage": resource.Number(fmt.Sprint(100 * v.Weight / total)), "connection": way})
	}
	action["testBranches"] = tests
	return edge
}

// send is the e-mail in the language of the contact, behind a branch that asks
// whether they may get it. Whom it leaves out goes on with what follows.
func (f *flow) send(s ir.Send, next further) resource.Value {
	t, _ := ir.Find(f.l.Program.Touchpoints, s.Touchpoint)
	if !f.sends(s, t) {
		return nil
	}
	gate, ok := f.gate(t, s)
	if !ok {
		return nil
	}
	return f.branches([]way{{"may get it", gate, func() resource.Value { return f.spoken(t, next) }}}, next)
}

// sends tells whether HubSpot can send a message as a step says.
func (f *flow) sends(s ir.Send, t ir.Touchpoint) bool {
	switch {
	case !f.l.Has(s.Touchpoint):
		f.refuse(s.At, "take "+s.Touchpoint+" out of leave_out", "%s is not on %s.", s.Touchpoint, f.l.Platform.Address)
		return false
	case len(t.Channels) != 1:
		return false // refused at the touchpoint
	case s.IfCapped == "wait":
		f.refuse(s.At, "write if_capped = \"skip\"", "HubSpot does not hold a message back until somebody has had fewer.")
	}
	return true
}

// spoken sends in the language of the contact, the project's first one being
// for whoever's is not known.
func (f *flow) spoken(t ir.Touchpoint, next further) resource.Value {
	in := func(language string) further {
		return func() resource.Value {
			id := resource.Ref{Address: f.l.Address(t.Address, language), Output: "id"}
			return f.single(sendMail, resource.Map{"content_id": id}, next)
		}
	}
	languages := f.l.Program.Project.Languages
	var ways []way
	for _, language := range languages[1:] {
		if is, spoken := f.l.speaks(language); spoken {
			ways = append(ways, way{language, f.asked(is, t.At), in(language)})
		}
	}
	if len(ways) == 0 {
		return in(languages[0])()
	}
	return f.branches(ways, in(languages[0]))
}

// speaks is that somebody has a language; false where no attribute says.
func (l *lowering) speaks(language string) (expr.Expr, bool) {
	a, known := l.Program.Person.AttributeNamed(l.Program.Person.Language)
	return expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{a.Name}, Type: a.Type}, Right: expr.Literal{Value: types.Text(language), Type: a.Type}}, known
}

// gate is the filter at the instant of sending: the rules for the message and,
// where the environment says so, that only testers are written to.
func (f *flow) gate(t ir.Touchpoint, s ir.Send) (resource.Map, bool) {
	branch, found := f.l.gate(t, s, f.l.inserted(t))
	f.found = append(f.found, found...)
	return branch, branch != nil
}

// gate is a condition that has to hold of whoever gets a message, as filters;
// nil where it cannot be asked.
func (l *lowering) gate(t ir.Touchpoint, s ir.Send, must expr.Expr) (resource.Map, diag.List) {
	c := l.clause(s.At)
	branch, ok := c.branch(must)
	if ok {
		return branch, nil
	}
	if len(c.Found) == 0 && l.Told(t) {
		return nil, nil
	}
	d := diag.Diagnostic{
		Rule: noGate, At: s.At, Mark: t.Address + " could reach people who must not get it",
		Detail: "HubSpot itself writes to everybody who has not opted out, so the rules for " + t.Purpose + " have to stand before the message, and they cannot.",
		Help:   "send it by another platform",
	}
	if len(c.Found) > 0 {
		d.Detail += " " + c.Found[0].Detail
		d.Help = c.Found[0].Help
		d.Related = []diag.Label{{At: c.Found[0].At, Text: "this is what HubSpot cannot ask"}}
	}
	return nil, diag.List{d}
}

// inserted is the condition that the lowering puts before a message.
func (l *lowering) inserted(t ir.Touchpoint) expr.Expr {
	allowed, err := l.Program.Allowed(t.Purpose, t.Channels[0])
	if err != nil {
		return expr.Literal{Value: types.Truth(false), Type: types.Bool}
	}
	testers := l.Program.Project.OnlyTo
	if len(testers) == 0 {
		return allowed
	}
	channel, _ := ir.Find(l.Program.Channels, t.Channels[0])
	only := expr.OneOf{Of: expr.Attribute{Path: []string{channel.Key}, Type: types.Email}}
	for _, tester := range testers {
		only.Values = append(only.Values, types.Text(tester))
	}
	return expr.And{Terms: []expr.Expr{allowed, only}}
}
