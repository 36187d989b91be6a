package mautic_test

import (
	"fmt"
	"net/http"
	"slices"
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
	"github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/mautic"
	mauticfake "github.com/trayecto/trayecto/targets/mautic/fake"
)

func attribute(name string, t types.Type) expr.Attribute {
	return expr.Attribute{Path: []string{name}, Type: t}
}

func is(name, value string) expr.Expr {
	return expr.Compare{Op: expr.Equal, Left: attribute(name, types.String), Right: expr.Literal{Value: types.Text(value), Type: types.String}}
}

func number(text string) types.Value {
	d, err := types.NewDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

// said is the filters of a condition as "glue field operator value".
func said(t *testing.T, p *ir.Program, e expr.Expr) []string {
	t.Helper()
	p.Segments = append(p.Segments, ir.Segment{Head: head("segment.asked"), Where: e})
	l := mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"segment.asked"}})
	if l.Diagnostics.HasErrors() {
		t.Fatalf("%+v", l.Diagnostics)
	}
	var out []string
	for _, item := range l.Resources[0].Attributes["filters"].(resource.List) {
		f := item.(resource.Map)
		field := fmt.Sprint(f["field"])
		if look, is := f["field"].(resource.Lookup); is {
			field = look.Key
		}
		line := fmt.Sprintf("%v %s %v", f["glue"], field, f["operator"])
		if v := f["properties"].(resource.Map)["filter"]; v != nil {
			line += fmt.Sprintf(" %v", v)
		}
		out = append(out, line)
	}
	return out
}

func program() *ir.Program {
	p := held(kit.Before(block("https://a.example.test")))
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "size", Type: types.Number}, ir.Attribute{Name: "nick", Type: types.String})
	return p
}

// Trap: != and the like let in whoever has no value, and > is negated as <. So
// each stands beside a filter that the value is set, and nothing is negated
// there.
func TestNegations(t *testing.T) {
	size := func(op expr.Comparison) expr.Expr {
		return expr.Compare{Op: op, Left: attribute("size", types.Number), Right: expr.Literal{Value: number("3"), Type: types.Number}}
	}
	not := func(e expr.Expr) expr.Expr { return expr.Not{Term: e} }
	among := expr.OneOf{Of: attribute("nick", types.String), Values: []types.Value{types.Text("a"), types.Text("b")}}
	part := func(name string) expr.Expr {
		return expr.Call{Func: name, Args: []expr.Expr{attribute("nick", types.String), expr.Literal{Value: types.Text("an"), Type: types.String}}, Type: types.Bool}
	}
	for name, c := range map[string]struct {
		e    expr.Expr
		want []string
	}{
		"equal":           {is("nick", "a"), []string{"and nick !empty", "and nick = a"}},
		"not equal":       {not(is("nick", "a")), []string{"and nick !empty", "and nick != a"}},
		"not greater":     {not(size(expr.Greater)), []string{"and size lte 3"}},
		"not less":        {not(size(expr.Less)), []string{"and size gte 3"}},
		"one of":          {among, []string{"and nick in [a b]"}},
		"none of":         {not(among), []string{"and nick !empty", "and nick !in [a b]"}},
		"contains":        {part("contains"), []string{"and nick contains an"}},
		"not contains":    {not(part("contains")), []string{"and nick !empty", "and nick !like %an%"}},
		"not starts with": {not(part("starts_with")), []string{"and nick !empty", "and nick !like an%"}},
		"not a member":    {not(expr.Member{Segment: "segment.gold"}), []string{"and tier !empty", "and tier != gold", "or tier empty"}},
	} {
		if diff := cmp.Diff(c.want, said(t, program(), c.e)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Trap: filters that ask one field for = behind an "or" are merged into a list
// when the segment is built, and a list of numbers is the number 1.
func TestNoFilterBehindOrAsksForEquality(t *testing.T) {
	p := program()
	var all []expr.Expr
	for _, n := range []string{"3", "5", "7"} {
		all = append(all, expr.Compare{Op: expr.Equal, Left: attribute("size", types.Number), Right: expr.Literal{Value: number(n), Type: types.Number}})
	}
	got := said(t, p, expr.Or{Terms: all})
	for _, line := range got {
		if strings.HasPrefix(line, "or ") && strings.Contains(line, " = ") {
			t.Errorf("%q is merged with others: %q", line, got)
		}
	}
	i := installation(t)
	i.Fields = append(i.Fields, mauticfake.Field{Alias: "size", Type: "number"})
	for _, n := range []float64{1, 3, 5, 7} {
		i.Contacts = append(i.Contacts, &mauticfake.Contact{ID: fmt.Sprint(n), Values: map[string]any{"size": n}})
	}
	filter := func(glue string, operator, value any) any {
		return map[string]any{"glue": glue, "field": "size", "type": "number", "operator": operator, "filter": value}
	}
	naive := i.Add("segment", map[string]any{"name": "naive", "filters": []any{filter("and", "=", "3"), filter("or", "=", "5"), filter("or", "=", "7")}})
	if got := i.Members(naive.ID); slices.Equal(got, []string{"3", "5", "7"}) {
		t.Error("the stand-in does not merge, so the law shows nothing")
	}
	guarded := i.Add("segment", map[string]any{"name": "guarded", "filters": []any{filter("and", "=", "3"), filter("or", "!empty", nil), filter("and", "=", "5"), filter("or", "!empty", nil), filter("and", "=", "7")}})
	if got := i.Members(guarded.ID); !slices.Equal(got, []string{"3", "5", "7"}) {
		t.Errorf("got %q", got)
	}
}

// Trap: no filters is nobody, so everybody and nobody are both written out.
func TestEverybodyAndNobody(t *testing.T) {
	truth := func(v bool) expr.Expr { return expr.Literal{Value: types.Truth(v), Type: types.Bool} }
	if diff := cmp.Diff([]string{"and email !empty", "or email empty"}, said(t, program(), truth(true))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"and email !empty", "and email empty"}, said(t, program(), truth(false))); diff != "" {
		t.Error(diff)
	}
}

// Seven pairs of which one must hold are fine; what is crossed too often is
// refused with its size.
func TestTooLarge(t *testing.T) {
	p := program()
	var pairs []expr.Expr
	for i := range 7 {
		pairs = append(pairs, expr.Or{Terms: []expr.Expr{is("first_name", fmt.Sprint("a", i)), is("nick", fmt.Sprint("b", i))}})
	}
	p.Segments = []ir.Segment{{Head: head("segment.pairs"), Where: expr.And{Terms: pairs}}}
	l := mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"segment.pairs"}})
	if len(l.Diagnostics) != 1 || l.Diagnostics[0].Rule.Code != "CAP302" {
		t.Errorf("want its size, got %+v", l.Diagnostics)
	}
}

// Trap: the database takes Ana, ANA and Aná for the same. Words of an enum that
// differ by more need no leave for that.
func TestTextsWithoutCase(t *testing.T) {
	p := program()
	p.Platforms[0].Config.Settings = slices.DeleteFunc(p.Platforms[0].Config.Settings, func(s ir.Setting) bool { return s.Name == "ignore_case" })
	alike := types.Enum{Values: []string{"Oro", "oró"}}
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "metal", Type: alike})
	for _, c := range []struct {
		e    expr.Expr
		told bool
	}{{is("tier", "gold"), false}, {is("nick", "Ana"), true}, {is("metal", "Oro"), true}} {
		p.Segments = []ir.Segment{{Head: head("segment.asked"), Where: c.e}}
		l := mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"segment.asked"}})
		if l.Diagnostics.HasErrors() != c.told || c.told && !strings.Contains(l.Diagnostics[0].Help, "ignore_case = true") {
			t.Errorf("%s: %+v", expr.Print(c.e), l.Diagnostics)
		}
	}
}

// Trap: tokens are not escaped. Free text goes into HTML only where the project
// says that fields hold none, into an attribute never; words of an enum do.
func TestValuesInHTML(t *testing.T) {
	slot := func(name string, kind types.Type, place content.Escape) content.Template {
		return content.Template{Pieces: []content.Piece{content.Text{Text: "<p>"}, content.Slot{Value: attribute(name, kind), Escape: place}, content.Text{Text: "</p>"}}}
	}
	for name, c := range map[string]struct {
		body    content.Template
		trusted bool
		want    string // of the finding; "" for none
	}{
		"a name":                     {slot("first_name", types.String, content.HTML), false, "trust_fields = true"},
		"a trusted name":             {slot("first_name", types.String, content.HTML), true, ""},
		"an attribute":               {slot("first_name", types.String, content.Attribute), true, "end the attribute"},
		"an address":                 {slot("first_name", types.String, content.InURL), false, ""},
		"words of an enum":           {slot("tier", types.String, content.HTML), false, ""},
		"a number":                   {slot("size", types.Number, content.Attribute), false, ""},
		"what happened to them last": {content.Template{Pieces: []content.Piece{content.Slot{Value: expr.Field{Of: expr.Entry, Path: []string{"amount"}}, Escape: content.HTML}}}, true, "no events"},
	} {
		p := program()
		if !c.trusted {
			p.Platforms[0].Config.Settings = slices.DeleteFunc(p.Platforms[0].Config.Settings, func(s ir.Setting) bool { return s.Name == "trust_fields" })
		}
		p.Touchpoints = []ir.Touchpoint{{Head: head("touchpoint.x"), Purpose: "purpose.account", Channels: []string{"channel.email"}, Content: ir.Content{
			Subject: map[string]content.Template{"es": words("x"), "en": words("x")}, Body: map[string]content.Template{"es": c.body, "en": c.body}}}}
		var got []string
		for _, d := range mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"touchpoint.x"}}).Diagnostics {
			got = append(got, d.Detail)
		}
		if c.want == "" && len(got) > 0 || c.want != "" && !strings.Contains(strings.Join(got, " "), c.want) {
			t.Errorf("%s: want %q, got %q", name, c.want, got)
		}
	}
}

// What a campaign cannot do is refused with what it can.
func TestCampaignRefusals(t *testing.T) {
	days := func(n int64) types.Span { return types.Span{Amount: n, Unit: types.Day} }
	action := func(j *ir.Journey, p *ir.Program, a ir.Action) {
		a.Head = head("action.x")
		p.Actions, j.Steps = []ir.Action{a}, []ir.Step{ir.Do{Name: "x", Action: "action.x"}}
	}
	for name, c := range map[string]struct {
		change func(*ir.Journey, *ir.Program)
		want   string
	}{
		"finishing":          {func(j *ir.Journey, _ *ir.Program) { j.OnChange = "finish" }, `on_change = "migrate"`},
		"events":             {func(_ *ir.Journey, p *ir.Program) { p.Moments[0].Detect = ir.OnEvent{Event: "event.signed_up"} }, "enters a segment"},
		"not existing":       {func(_ *ir.Journey, p *ir.Program) { p.Moments[0].Detect = ir.Enters{Segment: "segment.gold"} }, "existing = true"},
		"staying":            {func(j *ir.Journey, _ *ir.Program) { j.LeaveIf = nil }, "leave_if = !segment.gold"},
		"leaving otherwise":  {func(j *ir.Journey, _ *ir.Program) { j.LeaveIf = is("tier", "none") }, "leave_if = !segment.gold"},
		"a condition":        {func(j *ir.Journey, _ *ir.Program) { j.Enter.If = is("tier", "none") }, "say it in segment.gold"},
		"again after a time": {func(j *ir.Journey, _ *ir.Program) { j.Enter.Again = "30d" }, `again = "never"`},
		"per order":          {func(j *ir.Journey, _ *ir.Program) { j.Enter.Per = []string{"order"} }, "by contact"},
		"waiting for": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Wait{Name: "w", For: days(1), Until: is("tier", "gold")}}
		}, "right behind the send"},
		"months": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Wait{Name: "w", For: types.Span{Amount: 1, Unit: types.Month}}}
		}, "write it in days"},
		"chance":          {func(j *ir.Journey, _ *ir.Program) { j.Steps = []ir.Step{ir.Split{Name: "s"}} }, "by chance"},
		"marketing again": {func(j *ir.Journey, _ *ir.Program) { j.Enter.Again = "always" }, "twice"},
		"if capped": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Send{Name: "s", Touchpoint: "touchpoint.welcome_mail", IfCapped: "wait"}}
		}, `if_capped = "skip"`},
		"what happened": {func(j *ir.Journey, _ *ir.Program) {
			opened := expr.Did{Of: expr.Source{Step: "step.welcome.hello", Outcome: "opened"}, Window: expr.Window{Since: "run"}}
			j.Steps = []ir.Step{ir.Choose{Name: "c", When: []ir.Branch{{Name: "b", If: opened, Steps: []ir.Step{ir.Send{Name: "s", Touchpoint: "touchpoint.welcome_mail", IfCapped: "skip"}}}}}}
		}, "no events"},
		"a yes of our own": {func(j *ir.Journey, p *ir.Program) {
			news(p)
			action(j, p, ir.Action{Kind: "set", Attribute: "yes", Value: expr.Literal{Value: types.Truth(true), Type: types.Bool}})
		}, "only people themselves say yes"},
		"a value in an address": {func(j *ir.Journey, p *ir.Program) {
			action(j, p, ir.Action{Kind: "webhook", URL: content.Template{Pieces: []content.Piece{content.Text{Text: "https://x.example.test/"}, content.Slot{Value: attribute("nick", types.String), Escape: content.InURL}}}})
		}, "constant address"},
		"tasks": {func(j *ir.Journey, p *ir.Program) { action(j, p, ir.Action{Kind: "task", Title: words("Call")}) }, "webhook"},
		"no rules that hold": {func(_ *ir.Journey, p *ir.Program) {
			p.Regimes[1].Rules[0].Requires = expr.Compare{Op: expr.GreaterEqual, Left: expr.Aggregate{Op: expr.Count, Of: expr.Source{Event: "event.signed_up"}, Window: expr.Ever, Type: types.Number}, Right: expr.Literal{Value: number("1"), Type: types.Number}}
		}, "could reach"},
	} {
		p := program()
		p.Journeys = slices.DeleteFunc(p.Journeys, func(j ir.Journey) bool { return j.Address == "journey.again" })
		c.change(&p.Journeys[0], p)
		var got []string
		for _, d := range mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.crm")}).Diagnostics {
			got = append(got, d.Rule.Code+" "+d.Mark+" "+d.Detail+" "+d.Help)
		}
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "CAP") && strings.Contains(s, c.want) }) {
			t.Errorf("%s: want %q, got %q", name, c.want, got)
		}
	}
}

// news gives people an attribute that is kept in the field of the consent.
func news(p *ir.Program) {
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "yes", Type: types.Bool})
	for i, s := range p.Platforms[0].Config.Settings {
		if s.Name == "fields" {
			p.Platforms[0].Config.Settings[i].Map = append(s.Map, text("yes", "news_consent"))
		}
	}
}

// acting is a program whose journey does one of each, and chooses.
func acting(url string) *ir.Program {
	p := held(kit.Before(block(url)))
	p.Actions = []ir.Action{
		{Head: head("action.call"), Kind: "webhook", URL: words("https://x.example.test/call")},
		{Head: head("action.close"), Kind: "suppress", Channel: "channel.sms"},
		{Head: head("action.mark"), Kind: "set", Attribute: "tier", Value: expr.Literal{Value: types.Text("none"), Type: types.String}},
	}
	p.Journeys = slices.DeleteFunc(p.Journeys, func(j ir.Journey) bool { return j.Address == "journey.again" })
	p.Journeys[0].Steps = []ir.Step{
		ir.Choose{Name: "where", When: []ir.Branch{{Name: "spain", If: expr.Member{Segment: "segment.from_spain"}, Steps: []ir.Step{ir.Do{Name: "call", Action: "action.call"}}}},
			Otherwise: []ir.Step{ir.Wait{Name: "rest", For: types.Span{Amount: 90, Unit: types.Minute}}, ir.Do{Name: "close", Action: "action.close"}}},
		ir.Do{Name: "mark", Action: "action.mark"},
	}
	p.Sort()
	return p
}

// Traps: the server puts ids of its own in the place of new_1; what comes after
// what it takes from the drawing; a PUT that does not say so unpublishes; events
// that stay keep their ids, and whoever waits at them stays.
func TestCampaignIsEditedInPlace(t *testing.T) {
	i := installation(t)
	w := &world{Installation: i, program: acting(i.URL), target: open(t, i)}
	ids := w.built(t)
	id := ids[resource.Address{Object: "journey.welcome", Platform: "crm"}]
	before, err := w.target.Get(t.Context(), "campaign", []string{id})
	if err != nil {
		t.Fatal(err)
	}
	var shape []string
	for _, item := range before[0].Attributes["events"].(resource.List) {
		e := item.(resource.Map)
		shape = append(shape, strings.TrimSpace(fmt.Sprintf("%v %v %v<%v> %v%v", e["id"], e["name"], e["parent"], e["decisionPath"], e["triggerInterval"], e["triggerIntervalUnit"])))
	}
	want := []string{"new_1 where: spain <nil><<nil>> <nil><nil>", "new_2 call new_1<yes> <nil><nil>", "new_3 mark new_2<<nil>> <nil><nil>",
		"new_4 close new_1<no> 90i", "new_5 mark (2) new_4<<nil>> <nil><nil>"}
	if diff := cmp.Diff(want, shape); diff != "" {
		t.Errorf("the way (-want +got):\n%s", diff)
	}
	had := eventIDs(i, id)
	edited := resource.Resource{Address: resource.Address{Object: "journey.welcome", Platform: "crm"}, Kind: "campaign", Key: before[0].Key, Attributes: resource.Map{
		"allowRestart": resource.Bool(true), "lists": before[0].Attributes["lists"], "events": before[0].Attributes["events"].(resource.List)[:3]}}
	after, failed := carry(t, w.target, targets.Change{Action: targets.Update, Resource: edited, Prior: &before[0], Key: "edit"})
	if failed != nil {
		t.Fatal(failed)
	}
	if after.Switch != resource.On {
		t.Error("the edit unpublished the campaign")
	}
	if diff := cmp.Diff(edited.Attributes, after.Attributes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	now := eventIDs(i, id)
	if len(now) != 3 {
		t.Errorf("want 3 events, got %v", now)
	}
	for name, id := range now {
		if had[name] != id {
			t.Errorf("%s was %s and is %s: whoever waited there is gone", name, had[name], id)
		}
	}
}

// Trap: without the permission to publish, Mautic answers a publication with
// success and leaves the campaign as it was, and an edit takes it back.
func TestPublishingWithoutThePermission(t *testing.T) {
	i := installation(t)
	w := &world{Installation: i, program: acting(i.URL), target: open(t, i)}
	id := w.built(t)[resource.Address{Object: "journey.welcome", Platform: "crm"}]
	before, err := w.target.Get(t.Context(), "campaign", []string{id})
	if err != nil {
		t.Fatal(err)
	}
	i.Do(func() { i.Lacks = []string{"campaigns:publish"} })
	r := resource.Resource{Address: resource.Address{Object: "journey.welcome", Platform: "crm"}, Kind: "campaign", Key: before[0].Key, Attributes: before[0].Attributes}
	_, failed := carry(t, w.target, targets.Change{Action: targets.SwitchOff, Resource: r, Prior: &before[0], Key: "off"})
	if failed == nil || failed.Kind != targets.Permanent || !strings.Contains(failed.Error(), "campaign:campaigns:publishother") || !strings.Contains(failed.Error(), id) {
		t.Errorf("want what is missing, got %v", failed)
	}
	after, failed := carry(t, w.target, targets.Change{Action: targets.Update, Resource: r, Prior: &before[0], Key: "edit"})
	if failed != nil || after.Switch != resource.Off {
		t.Errorf("want it said that the edit took the campaign back, got %+v, %v", after, failed)
	}
}

// eventIDs are the ids of the events of a campaign by name.
func eventIDs(i *mauticfake.Installation, campaign string) map[string]string {
	out := map[string]string{}
	for _, item := range i.Find("campaign", campaign).Attributes["events"].([]any) {
		e := item.(map[string]any)
		out[fmt.Sprint(e["name"])] = fmt.Sprint(e["id"])
	}
	return out
}

// Trap: a campaign that takes do-not-contact records away grants consent. We
// make none, one that somebody edits so is seen, and an import says it.
func TestRemovingDoNotContactIsSaid(t *testing.T) {
	i := installation(t)
	w := &world{Installation: i, program: acting(i.URL), target: open(t, i)}
	ids := w.built(t)
	id := ids[resource.Address{Object: "journey.welcome", Platform: "crm"}]
	if strings.Contains(fmt.Sprint(i.Find("campaign", id).Attributes), "lead.removednc") {
		t.Fatal("a campaign of ours takes do-not-contact records away")
	}
	i.Do(func() {
		i.Find("campaign", id).Attributes["events"].([]any)[0].(map[string]any)["type"] = "lead.removednc"
	})
	found, err := w.target.Get(t.Context(), "campaign", []string{id})
	if err != nil {
		t.Fatal(err)
	}
	raised := w.target.(targets.Raiser).Raise(targets.RaiseRequest{Objects: found})
	if len(raised) != 1 || !strings.Contains(raised[0].Why, "Remove Do Not Contact") {
		t.Errorf("got %+v", raised)
	}
}

func open(t *testing.T, i *mauticfake.Installation) targets.Target {
	t.Helper()
	target := mautic.New()
	if err := target.Configure(t.Context(), configured(i)); err != nil {
		t.Fatal(err)
	}
	return target
}

func segment(name string) targets.Change {
	r := resource.Resource{Address: resource.Address{Object: "segment." + name, Platform: "crm"}, Kind: "segment", Key: "segment." + name, Attributes: resource.Map{"filters": resource.List{}}}
	return targets.Change{Action: targets.Create, Resource: r, Mark: kit.Mark(r.Address), Key: "key " + name}
}

// What Mautic answers when something is wrong becomes words that say what to do.
func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		breaks func(*mauticfake.Installation)
		kind   targets.ErrorKind
		want   string
	}{
		"wrong password":  {func(i *mauticfake.Installation) { i.Password = "another" }, targets.Permanent, "does not accept the user or the token"},
		"missing right":   {func(i *mauticfake.Installation) { i.Lacks = []string{"segments:write"} }, targets.Permanent, "trayecto platform scopes"},
		"API is off":      {func(i *mauticfake.Installation) { i.Closed = true }, targets.Permanent, "its API is switched off"},
		"a web page":      {func(i *mauticfake.Installation) { i.Break(func(*http.Request) fake.Fault { return fake.LostPage }) }, targets.UnknownOutcome, "web page"},
		"an answer lost":  {func(i *mauticfake.Installation) { i.Break(func(*http.Request) fake.Fault { return fake.Lost }) }, targets.UnknownOutcome, ""},
		"a server broken": {func(i *mauticfake.Installation) { i.Break(func(*http.Request) fake.Fault { return fake.Broken }) }, targets.UnknownOutcome, ""},
	} {
		i := installation(t)
		target := open(t, i)
		i.Do(func() {})
		c.breaks(i)
		_, failed := carry(t, target, segment("x"))
		if failed == nil || failed.Kind != c.kind || !strings.Contains(failed.Error(), c.want) {
			t.Errorf("%s: want %s %q, got %v (%+v)", name, c.kind, c.want, failed, failed)
		}
		if failed != nil && strings.Contains(failed.Error(), secret) {
			t.Errorf("%s: the password stands in %v", name, failed)
		}
	}
}

// An OAuth token that has expired is said to be so.
func TestExpiredToken(t *testing.T) {
	i := installation(t)
	i.Token = "fresh"
	p := block(i.URL)
	p.Config.Settings = append(p.Config.Settings, ir.Setting{Name: "token", Env: "MAUTIC_TOKEN"})
	for token, fine := range map[string]bool{"fresh": true, "stale": false} {
		target := mautic.New()
		if err := target.Configure(t.Context(), targets.Config{Platform: p, Env: func(string) (string, bool) { return token, true }}); err != nil {
			t.Fatal(err)
		}
		account, err := target.Identity(t.Context())
		if fine && (err != nil || account == "") || !fine && (err == nil || !strings.Contains(err.Error(), "has expired")) {
			t.Errorf("%s: %q, %v", token, account, err)
		}
	}
}

// What somebody did behind our back is not written over, a deletion is said, and
// a page that comes again is no list.
func TestBehindOurBack(t *testing.T) {
	i := installation(t)
	target := open(t, i)
	made, failed := carry(t, target, segment("x"))
	if failed != nil {
		t.Fatal(failed)
	}
	change := segment("x")
	change.Action, change.Prior = targets.Update, made
	i.Do(func() { i.Find("segment", made.ID).Attributes["name"] = "Renamed" })
	if _, failed = carry(t, target, change); failed == nil || failed.Kind != targets.Conflict || !strings.Contains(failed.Error(), "plan again") {
		t.Errorf("a renamed segment: %v", failed)
	}
	i.Do(func() { i.Objects["segment"] = nil })
	if _, failed = carry(t, target, change); failed == nil || failed.Kind != targets.Conflict || !strings.Contains(failed.Error(), "was deleted") {
		t.Errorf("a deleted segment: %v", failed)
	}
	change.Action = targets.Delete
	if _, failed = carry(t, target, change); failed != nil {
		t.Errorf("deleting what is gone: %v", failed)
	}
	for _, name := range []string{"a", "b", "c"} {
		if _, failed := carry(t, target, segment(name)); failed != nil {
			t.Fatal(failed)
		}
	}
	i.Stuck = true
	if err := target.List(t.Context(), targets.ListRequest{}, func([]resource.Object) error { return nil }); err == nil || !strings.Contains(err.Error(), "its list repeats") {
		t.Errorf("a page that repeats: %v", err)
	}
}

// A success that changed nothing reads back as it is, and not as was asked.
func TestDeafServer(t *testing.T) {
	i := installation(t)
	target := open(t, i)
	made, failed := carry(t, target, segment("x"))
	if failed != nil {
		t.Fatal(failed)
	}
	i.Deaf = true
	change := segment("x")
	change.Action, change.Prior = targets.Update, made
	change.Resource.Attributes = resource.Map{"filters": resource.List{resource.Map{"glue": resource.String("and"), "field": resource.String("email"),
		"object": resource.String("lead"), "type": resource.String("email"), "operator": resource.String("!empty"), "properties": resource.Map{}}}}
	got, failed := carry(t, target, change)
	if failed == nil && resource.Equal(got.Attributes, change.Resource.Attributes) {
		t.Error("what was not done is said to be done")
	}
}

// A field that contacts do not have is not found, with the nearest one.
func TestLookup(t *testing.T) {
	got, err := open(t, installation(t)).Lookup(t.Context(), []resource.Lookup{{Kind: "contact field", Key: "tier"}, {Kind: "contact field", Key: "teir"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]targets.LookupAnswer{{ID: "tier", Found: true}, {Nearest: "tier"}}, got); diff != "" {
		t.Error(diff)
	}
}

// Credentials go over https only, and who we are must be said.
func TestConfigure(t *testing.T) {
	env := func(string) (string, bool) { return "x", true }
	for name, c := range map[string]struct {
		settings []ir.Setting
		want     string
	}{
		"plain http":  {[]ir.Setting{text("endpoint", "http://mautic.example.test"), {Name: "token", Env: "T"}}, "https://"},
		"no password": {[]ir.Setting{text("endpoint", "https://mautic.example.test"), {Name: "username", Env: "U"}}, "neither a token nor"},
		"token":       {[]ir.Setting{text("endpoint", "https://mautic.example.test"), {Name: "token", Env: "T"}}, ""},
	} {
		err := mautic.New().Configure(t.Context(), targets.Config{Platform: ir.Platform{Head: head("platform.crm"), Config: ir.Config{Settings: c.settings}}, Env: env})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: want %q, got %v", name, c.want, err)
		}
	}
}

// Trap: a text message has no translations, which is told at the text that would
// be lost.
func TestTextMessagesHaveOneLanguage(t *testing.T) {
	p := program()
	lost := diag.Range{File: "messages.hcl", Start: diag.Pos{Line: 7}}
	english := words("Bye")
	english.At = lost
	p.Touchpoints = []ir.Touchpoint{{Head: head("touchpoint.x"), Purpose: "purpose.account", Channels: []string{"channel.sms"},
		Content: ir.Content{Text: map[string]content.Template{"es": words("Adiós"), "en": english}}}}
	l := mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"touchpoint.x"}})
	if len(l.Diagnostics) != 1 || l.Diagnostics[0].At != lost || !strings.Contains(l.Diagnostics[0].Detail, "something else in en") {
		t.Errorf("got %+v", l.Diagnostics)
	}
}
