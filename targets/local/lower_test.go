package local_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/local"
)

func lowered(p *ir.Program) targets.Lowered {
	platform := config("", "sandbox.db").Platform
	return local.New(nil).Lower(targets.LowerRequest{Program: p, Platform: platform, Placed: p.Placed(platform.Address)})
}

func lower(t *testing.T, p *ir.Program) map[string]resource.Resource {
	t.Helper()
	l := lowered(p)
	if l.Diagnostics.HasErrors() {
		t.Fatalf("%+v", l.Diagnostics)
	}
	out := map[string]resource.Resource{}
	for _, r := range l.Resources {
		out[strings.TrimSpace(r.Address.Object+" "+r.Address.Role)] = r
	}
	return out
}

// said is everything that a program becomes, with and without the canonical
// form, as text.
func said(t testing.TB, p *ir.Program) (all, inWords string) {
	t.Helper()
	for _, r := range lowered(p).Resources {
		raw, err := json.Marshal(r.Attributes)
		if err != nil {
			t.Fatal(err)
		}
		all += r.Address.String() + string(raw) + "\n"
		delete(r.Attributes, resource.Meaning)
		if raw, err = json.Marshal(r.Attributes); err != nil {
			t.Fatal(err)
		}
		inWords += r.Address.String() + string(raw) + "\n"
	}
	return all, inWords
}

// Whatever is changed in what is deployed is seen, by its canonical form and,
// but for how values are escaped, by words alone.
func TestEveryChangeIsSeen(t *testing.T) {
	const onlyInMeaning = ".Pieces.Escape" // it follows from where a value stands
	p := everyField()
	unfilled(t, p)
	all, inWords := said(t, p)
	changed := 0
	for _, list := range deployed(p) {
		vary(reflect.ValueOf(list), "", func(path string) {
			changed++
			nowAll, nowInWords := said(t, p)
			if nowAll == all {
				t.Errorf("%T%s was changed and nobody sees it", list, path)
			}
			if nowInWords == inWords && !strings.HasSuffix(path, onlyInMeaning) {
				t.Errorf("%T%s was changed and words do not say it", list, path)
			}
		})
	}
	if changed < 200 {
		t.Errorf("only %d changes were tried", changed)
	}
}

// deployed is the lists of declarations that become objects.
func deployed(p *ir.Program) []any {
	return []any{p.Purposes, p.Channels, p.Consents, p.Regimes, p.Exclusions, p.Calendars, p.Pressures, p.Controls,
		p.Segments, p.Links, p.Parts, p.Touchpoints, p.Actions, p.Moments, p.Journeys}
}

// unfilled fails for fields that no declaration of p uses: their changes would
// not be tried.
func unfilled(t *testing.T, p *ir.Program) {
	t.Helper()
	for _, list := range deployed(p) {
		v := reflect.ValueOf(list)
		for i := range v.Type().Elem().NumField() {
			used := false
			for n := range v.Len() {
				used = used || !v.Index(n).Field(i).IsZero()
			}
			if name := v.Type().Elem().Field(i).Name; !used && name != "Platforms" && name != "Platform" && !strings.HasSuffix(name, "At") {
				t.Errorf("no %s of the sample has a %s", v.Type().Elem(), name)
			}
		}
	}
}

// vary changes each settable value inside v, calls try, and puts it back.
func vary(v reflect.Value, path string, try func(path string)) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			vary(v.Index(i), path, try)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[diag.Range]() || v.Type() == reflect.TypeFor[types.Decimal]() {
			return
		}
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; name {
			case "Address", "Platforms", "Platform", "At": // where it is, not what
			default:
				vary(v.Field(i), path+"."+name, try)
			}
		}
	case reflect.Interface:
		varyInterface(v, path, try)
	case reflect.String:
		with(v, reflect.ValueOf(v.String()+"x").Convert(v.Type()), path, try)
	case reflect.Bool:
		with(v, reflect.ValueOf(!v.Bool()).Convert(v.Type()), path, try)
	case reflect.Int, reflect.Int64:
		with(v, reflect.ValueOf(v.Int()+1).Convert(v.Type()), path, try)
	}
}

// varyInterface replaces an expression by another, and varies a copy of a
// step, a piece or a way of noticing.
func varyInterface(v reflect.Value, path string, try func(path string)) {
	if v.IsNil() {
		return
	}
	if v.Type() == reflect.TypeFor[expr.Expr]() {
		with(v, reflect.ValueOf(expr.Literal{Value: types.Text("other"), Type: types.String}), path, try)
		return
	}
	copied := reflect.New(v.Elem().Type()).Elem()
	copied.Set(v.Elem())
	before := reflect.New(v.Type()).Elem()
	before.Set(v)
	vary(copied, path, func(path string) {
		v.Set(copied)
		try(path)
	})
	v.Set(before)
}

func with(v, to reflect.Value, path string, try func(path string)) {
	if !v.CanSet() {
		return
	}
	before := reflect.New(v.Type()).Elem()
	before.Set(v)
	v.Set(to)
	try(path)
	v.Set(before)
}

// everyField is a program that uses what the other samples leave out.
func everyField() *ir.Program {
	p := kit.Before(config("", "sandbox.db").Platform)
	tier := expr.Attribute{Path: []string{"tier"}, Type: types.String}
	text := func(s string) content.Template {
		return content.Template{Pieces: []content.Piece{content.Text{Text: s}}}
	}
	week := types.Span{Amount: 1, Unit: types.Week}
	p.Exclusions = []ir.Exclusion{{Head: ir.Head{Address: "exclusion.robinson"}, List: "a.csv", Match: []expr.Expr{tier}, Classes: []ir.Class{ir.Marketing}, Unless: "consent", AsOf: "until", FreshFor: week}}
	p.Calendars = []ir.Calendar{{Head: ir.Head{Address: "calendar.hours"}, Open: []ir.Opening{{Name: "week", Days: []string{"mon"}, From: "09:00", To: "21:00"}}, Closed: []string{"2026-12-25"}}}
	p.Pressures = []ir.Pressure{{Head: ir.Head{Address: "pressure.all"}, Priority: []string{"journey.welcome"},
		Limits: []ir.Limit{{Name: "weekly", Max: 3, Per: week, Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, By: "channel"}},
		Hours:  []ir.Hours{{Calendar: "calendar.hours", Classes: []ir.Class{ir.Marketing}}}}}
	p.Controls = []ir.Control{{Head: ir.Head{Address: "control.nobody"}, Share: types.Text("0.05"), Classes: []ir.Class{ir.Marketing}, Renew: week}}
	p.Parts = []ir.Part{{Head: ir.Head{Address: "part.footer"}, Body: map[string]content.Template{"es": text("Adiós")}}}
	p.Actions = []ir.Action{{Head: ir.Head{Address: "action.call"}, Kind: "task", Title: text("Llamar"), Due: week,
		To: "care", URL: text("https://hook.example/"), Attribute: "tier", Value: tier, Channel: "channel.email",
		Settings: []ir.Setting{{Name: "list", Value: types.Text("a")}, {Name: "key", Env: "KEY"}}}}
	p.Moments = append(p.Moments,
		ir.Moment{Head: ir.Head{Address: "moment.absent"}, Kind: "zero", Phase: "phase.use", Emotion: 1, Within: week,
			Fear: map[string]string{"es": "a"}, Opportunity: map[string]string{"es": "b"}, Anticipates: "moment.bounced",
			Detect: ir.Absence{On: "event.signed_up", Without: "event.order_placed", Same: "sku", For: week, If: tier}},
		ir.Moment{Head: ir.Head{Address: "moment.birthday"}, Detect: ir.OnDate{Date: tier, Every: week, Before: week, Clock: "09:00"}},
		ir.Moment{Head: ir.Head{Address: "moment.enters"}, Detect: ir.Enters{Segment: "segment.gold", Existing: true}},
		ir.Moment{Head: ir.Head{Address: "moment.leaves"}, Detect: ir.Leaves{Segment: "segment.gold"}})
	p.Journeys = append(p.Journeys, ir.Journey{Head: ir.Head{Address: "journey.all"}, OnChange: "stop", Formerly: []ir.Former{{Name: "b", First: "a"}}, Goal: tier,
		Enter: ir.Enter{Instant: types.Instant(0), Who: "segment.gold", If: tier, Again: "7d", Per: []string{"order"}},
		Steps: []ir.Step{ir.Do{Name: "call", Action: "action.call"}, ir.Split{Name: "half", Metric: "event.order_placed", TestOn: types.Text("0.1"), Decide: "7d",
			Variants: []ir.Variant{{Name: "a", Weight: 1, Steps: []ir.Step{ir.Wait{Name: "w", For: week}}}, {Name: "b", Weight: 1, Control: true}}}}})
	p.Consents[0].Survives, p.Consents[0].Captures[0].Proof = "address_change", []string{"form"}
	p.Consents[0].Special = []string{"person.tier"}
	p.Regimes[0].Rules[0].Requires = tier
	p.Purposes[0].Channels, p.Channels[0].Via, p.Links[0].Marketing, p.Parts[0].Marketing = []string{"channel.sms"}, "platform.sandbox", true, true
	for i := range p.Touchpoints {
		t := &p.Touchpoints[i]
		t.Prefer, t.Phase, t.Benefit, t.About, t.Asks = tier, "phase.use", "informative", "event.signed_up", []string{"a"}
	}
	p.Sort()
	return p
}

// What words rest on changes the object that says them: a derived event, a
// computed attribute, the time zone where months are counted.
func TestWordsRestOnOthers(t *testing.T) {
	amount := expr.Field{Of: expr.It, Path: []string{"amount"}, Type: types.Number}
	big := ir.Event{Head: ir.Head{Address: "event.big"}, From: "event.order_placed",
		Where: expr.Compare{Op: expr.Greater, Left: amount, Right: expr.Literal{Value: decimal(t, "200"), Type: types.Number}}}
	did := func(event string) expr.Expr {
		return expr.Did{Of: expr.Source{Event: event}, Window: expr.Window{Length: types.Span{Amount: 6, Unit: types.Month}}}
	}
	p := kit.Before(config("", "sandbox.db").Platform)
	p.Events = append(p.Events, big)
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "spender", Type: types.Bool, Value: did("event.big")})
	p.Segments = []ir.Segment{{Head: ir.Head{Address: "segment.spenders", Description: "Who spends", Owner: "crm"}, Where: expr.And{Terms: []expr.Expr{
		expr.Attribute{Path: []string{"spender"}, Type: types.Bool}, did("event.order_placed")}}}}
	p.Journeys = nil
	p.Sort()
	got := lower(t, p)["segment.spenders"]
	if got.Switch != resource.NoSwitch || got.Kind != "segment" || got.Key != "segment.spenders" {
		t.Errorf("%+v", got)
	}
	delete(got.Attributes, resource.Meaning)
	want := resource.Map{
		"description": resource.String("Who spends"), "owner": resource.String("crm"),
		"where": resource.String("person.spender\n&& did(event.order_placed, \"6mo\")"),
		"with": resource.Map{
			"person.spender":   resource.Map{"value": resource.String(`did(event.big, "6mo")`)},
			"event.big":        resource.Map{"from": resource.String("event.order_placed"), "where": resource.String("it.amount > 200")},
			"project timezone": resource.String("Europe/Madrid"),
		},
	}
	if diff := cmp.Diff(want, got.Attributes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTouchpointsHaveTemplates(t *testing.T) {
	got := lower(t, kit.Before(config("", "sandbox.db").Platform))
	es := got["touchpoint.welcome_mail template.es"]
	if want := "touchpoint.welcome_mail (sandbox, template.es)"; es.Address.String() != want {
		t.Errorf("expected the address %s, got %s", want, es.Address)
	}
	body := `<p>Hola ${person.first_name}</p><a href="${link.shop}">$${</a>`
	if diff := cmp.Diff(resource.String(body), es.Attributes["body"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ref := func(object, role string) resource.Value {
		return resource.Ref{Address: resource.Address{Object: object, Platform: "sandbox", Role: role}, Output: "id"}
	}
	want := resource.Map{
		"purpose.account": ref("purpose.account", ""), "channel.email": ref("channel.email", ""),
		"touchpoint.welcome_mail template.en": ref("touchpoint.welcome_mail", "template.en"),
		"touchpoint.welcome_mail template.es": ref("touchpoint.welcome_mail", "template.es"),
	}
	if diff := cmp.Diff(want, got["touchpoint.welcome_mail"].Attributes["ids"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The journey that answers a bounce is built on the moment, and the moment
	// only looks at the message.
	if ids := got["moment.bounced"].Attributes["ids"]; ids != nil {
		t.Errorf("a moment is built on %v", ids)
	}
}

// What means something else has another meaning, also where its words are the
// same; where it stands, who owns it and where it goes is no part of that.
func TestMeaningTellsApart(t *testing.T) {
	meaning := func(change func(*ir.Program)) string {
		p := kit.Before(config("", "sandbox.db").Platform)
		change(p)
		return string(lower(t, p)["segment.gold"].Attributes[resource.Meaning].(resource.String))
	}
	segment := func(change func(*ir.Segment)) string {
		return meaning(func(p *ir.Program) {
			for i := range p.Segments {
				if p.Segments[i].Address == "segment.gold" {
					change(&p.Segments[i])
				}
			}
		})
	}
	want := meaning(func(*ir.Program) {})
	for name, got := range map[string]string{
		"elsewhere":       segment(func(s *ir.Segment) { s.At = diag.Range{File: "other.hcl"} }),
		"owner":           segment(func(s *ir.Segment) { s.Owner, s.Description = "somebody", "else" }),
		"another program": meaning(func(p *ir.Program) { p.Journeys = nil }),
	} {
		if got != want {
			t.Errorf("%s: another meaning", name)
		}
	}
	if segment(func(s *ir.Segment) { s.Where = expr.Not{Term: s.Where} }) == want {
		t.Error("the opposite condition has the same meaning")
	}
}

func TestWhatIsNeededMustBeDeployed(t *testing.T) {
	p := kit.Before(config("", "sandbox.db").Platform)
	p.Project.LeaveOut = []string{"segment.gold"}
	var got []string
	for _, d := range lowered(p).Diagnostics {
		got = append(got, fmt.Sprintf("%s %s %s", d.Rule.Code, d.At.File, d.Detail))
	}
	want := []string{
		"MAP202 journey.welcome.hcl journey.welcome goes to platform.sandbox and needs segment.gold, which leave_out keeps away from there.",
		"MAP202 segment.buyers.hcl segment.buyers goes to platform.sandbox and needs segment.gold, which leave_out keeps away from there.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPathIsAText(t *testing.T) {
	platform := config("", "").Platform
	at := diag.Range{File: "project.hcl"}
	platform.Config.Settings = []ir.Setting{{Name: "path", Value: types.Truth(true), At: at}}
	found := local.New(nil).Lower(targets.LowerRequest{Program: &ir.Program{}, Platform: platform}).Diagnostics
	if len(found) != 1 || found[0].Rule.Code != "MAP201" || found[0].At != at {
		t.Errorf("%+v", found)
	}
}

func decimal(t *testing.T, s string) types.Value {
	t.Helper()
	d, err := types.NewDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
