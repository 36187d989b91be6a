package klaviyo_test

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/kit"
)

func head(address string) ir.Head { return ir.Head{Address: address} }

func days(n int64) types.Span { return types.Span{Amount: n, Unit: types.Day} }

func words(text string) content.Template {
	return content.Template{Pieces: []content.Piece{content.Text{Text: text}}}
}

func attribute(name string, t types.Type) expr.Attribute {
	return expr.Attribute{Path: []string{name}, Type: t}
}

func is(name, value string) expr.Expr {
	return expr.Compare{Op: expr.Equal, Left: attribute(name, types.String), Right: expr.Literal{Value: types.Text(value), Type: types.String}}
}

func decimal(text string) types.Value {
	d, err := types.NewDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

// carries is a condition on what an event carries.
func carries(of expr.Subject, field string, op expr.Comparison, value string) expr.Expr {
	return expr.Compare{Op: op, Left: expr.Field{Of: of, Path: []string{field}, Type: types.Money}, Right: expr.Literal{Value: decimal(value), Type: types.Money}}
}

// everything is the kit's program with each way to begin a journey and each step
// that a flow has.
func everything(platform ir.Platform) *ir.Program {
	p := held(kit.Before(platform))
	p.Person.Language = "lang"
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "birth_date", Type: types.DateType}, ir.Attribute{Name: "lang", Type: types.String},
		ir.Attribute{Name: "vip", Type: types.Bool}, ir.Attribute{Name: "points", Type: types.Number})
	p.Events = append(p.Events, ir.Event{Head: head("event.big_order"), From: "event.order_placed", Where: carries(expr.It, "amount", expr.GreaterEqual, "200")})
	p.Moments = append(p.Moments,
		ir.Moment{Head: head("moment.big"), Detect: ir.OnEvent{Event: "event.big_order", If: expr.Or{Terms: []expr.Expr{carries(expr.It, "amount", expr.NotEqual, "250")}}}},
		ir.Moment{Head: head("moment.quiet"), Detect: ir.Absence{On: "event.signed_up", Without: "event.order_placed", For: days(2)}},
		ir.Moment{Head: head("moment.birthday"), Detect: ir.OnDate{Date: attribute("birth_date", types.DateType), Every: types.Span{Amount: 1, Unit: types.Year}, Before: days(3), Clock: "09:00"}},
		ir.Moment{Head: head("moment.golden"), Detect: ir.Enters{Segment: "segment.gold"}},
	)
	p.Touchpoints = append(p.Touchpoints, ir.Touchpoint{Head: head("touchpoint.text"), Purpose: "purpose.account", Channels: []string{"channel.sms"},
		Content: ir.Content{Text: map[string]content.Template{"es": words("Hola"), "en": words("Hi")}}})
	literal := func(v types.Value, t types.Type) expr.Expr { return expr.Literal{Value: v, Type: t} }
	p.Actions = append(p.Actions,
		ir.Action{Head: head("action.hook"), Kind: "webhook", URL: words("https://hook.example.test/x")},
		ir.Action{Head: head("action.tell"), Kind: "notify", To: "team@example.test", Title: words("Somebody")},
		ir.Action{Head: head("action.flag"), Kind: "set", Attribute: "vip", Value: literal(types.Truth(true), types.Bool)},
		ir.Action{Head: head("action.score"), Kind: "set", Attribute: "points", Value: literal(decimal("10"), types.Number)},
		ir.Action{Head: head("action.tier"), Kind: "set", Attribute: "tier", Value: literal(types.Text("gold"), types.String)},
	)
	mail := ir.Send{Name: "mail", Touchpoint: "touchpoint.offer_mail", IfCapped: "skip"}
	text := ir.Send{Name: "text", Touchpoint: "touchpoint.text", IfCapped: "skip"}
	add := func(name, moment, again string, leave expr.Expr, steps ...ir.Step) {
		p.Journeys = append(p.Journeys, ir.Journey{Head: head("journey." + name), OnChange: "stop", LeaveIf: leave, Steps: steps,
			Enter: ir.Enter{Moment: "moment." + moment, Again: again, If: is("country", "ES")}})
	}
	add("big", "big", "always", nil, ir.Choose{Name: "how", When: []ir.Branch{{Name: "huge", If: carries(expr.Entry, "amount", expr.Greater, "500"), Steps: []ir.Step{text}}}, Otherwise: []ir.Step{mail}},
		ir.Do{Name: "hook", Action: "action.hook"}, ir.Do{Name: "tell", Action: "action.tell"}, ir.Do{Name: "flag", Action: "action.flag"},
		ir.Do{Name: "score", Action: "action.score"}, ir.Do{Name: "tier", Action: "action.tier"})
	add("quiet", "quiet", "30d", nil, ir.Split{Name: "try", Variants: []ir.Variant{
		{Name: "a", Weight: 45, Steps: []ir.Step{mail}}, {Name: "b", Weight: 45, Steps: []ir.Step{text}}, {Name: "none", Weight: 10, Control: true}}}, ir.Wait{Name: "rest", For: types.Span{Amount: 90, Unit: types.Minute}})
	add("birthday", "birthday", "12h", nil, mail)
	opened := expr.Did{Of: expr.Source{Step: "step.patient.mail", Outcome: "opened"}, Window: expr.Window{Since: "run"}}
	add("patient", "big", "never", expr.Did{Of: expr.Source{Event: "event.signed_up"}, Window: expr.Window{Since: "run"}}, mail, ir.Wait{Name: "react", For: days(2), Until: opened},
		ir.Choose{Name: "how", When: []ir.Branch{{Name: "opened", If: opened, Steps: []ir.Step{text}}}})
	add("golden", "golden", "never", expr.Not{Term: expr.Member{Segment: "segment.gold"}}, mail)
	p.Sort()
	return p
}
