package segment_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/segment"
	"github.com/trayecto/trayecto/targets/segment/fake"
)

func is(name, value string) expr.Expr {
	return expr.Compare{Op: expr.Equal, Left: attribute(name), Right: literal(types.Text(value))}
}

func attribute(name string) expr.Expr {
	return expr.Attribute{Path: []string{name}, Type: types.String}
}

func literal(v types.Value) expr.Expr { return expr.Literal{Value: v, Type: types.String} }

func field(name string) expr.Expr {
	return expr.Field{Of: expr.It, Path: []string{name}, Type: types.Money}
}

func number(text string) expr.Expr {
	d, err := types.NewDecimal(text)
	if err != nil {
		panic(err) // a constant of a test
	}
	return expr.Literal{Value: d, Type: types.Number}
}

func window(n int64, unit types.Unit) expr.Window {
	return expr.Window{Length: types.Span{Amount: n, Unit: unit}}
}

func counted(op expr.Comparison, n string, s expr.Source, w expr.Window) expr.Expr {
	return expr.Compare{Op: op, Left: expr.Aggregate{Op: expr.Count, Of: s, Type: types.Number, Window: w}, Right: number(n)}
}

var orders = expr.Source{Event: "event.order_placed"}

// with is the kit's program with one segment more.
func with(where expr.Expr) *ir.Program {
	p := leaving(kit.Before(block("https://a.example.test", "spa")))
	p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: "segment.asked"}, Where: where})
	p.Sort()
	return p
}

// lowered is what the segment asked becomes: its query, or the findings as code,
// detail and help.
func lowered(where expr.Expr) string {
	p := with(where)
	l := segment.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"segment.asked"}})
	var out []string
	for _, d := range l.Diagnostics {
		out = append(out, d.Rule.Code+": "+d.Detail+" | "+d.Help)
	}
	for _, r := range l.Resources {
		definition, _ := r.Attributes["definition"].(resource.Map)
		out = append(out, string(definition["query"].(resource.String)))
	}
	return strings.Join(out, "\n")
}

// The words of the query language: each comparison asks first whether there is a
// value, counts are asked as "at least", AND binds over OR.
func TestWords(t *testing.T) {
	gold, spain, first := is("tier", "gold"), is("country", "ES"), is("first_name", "Ana")
	dear := expr.Source{Event: "event.order_placed", Where: expr.Compare{Op: expr.GreaterEqual, Left: field("amount"), Right: number("100")}}
	for _, c := range []struct {
		name  string
		where expr.Expr
		want  string
	}{
		{"the example of the documentation, with its guard", counted(expr.GreaterEqual, "1", dear, window(7, types.Day)),
			"event('Order Placed').where( property('amount').exists() AND property('amount') >= 100 ).within(7 days).count() >= 1"},
		{"a comparison", gold, "trait('tier').exists() AND trait('tier') = 'gold'"},
		{"a negation where missing values do not count", expr.Not{Term: gold}, "trait('tier').exists() AND trait('tier') != 'gold'"},
		{"a negation where they do", expr.Not{Term: expr.Member{Segment: "segment.gold"}},
			"trait('tier').exists() AND trait('tier') != 'gold' OR trait('tier').absent()"},
		{"an OR inside of an AND", expr.And{Terms: []expr.Expr{first, expr.Or{Terms: []expr.Expr{gold, spain}}}},
			"trait('first_name').exists() AND trait('first_name') = 'Ana' AND ( trait('tier').exists() AND trait('tier') = 'gold' OR trait('country').exists() AND trait('country') = 'ES' )"},
		{"an AND inside of an OR", expr.Or{Terms: []expr.Expr{first, expr.And{Terms: []expr.Expr{gold, spain}}}},
			"trait('first_name').exists() AND trait('first_name') = 'Ana' OR trait('tier').exists() AND trait('tier') = 'gold' AND trait('country').exists() AND trait('country') = 'ES'"},
		{"what did not happen", expr.Not{Term: expr.Did{Of: orders, Window: window(90, types.Day)}}, "NOT ( event('Order Placed').within(90 days).count() >= 1 )"},
		{"fewer than", counted(expr.Less, "3", orders, expr.Ever), "NOT ( event('Order Placed').count() >= 3 )"},
		{"exactly", counted(expr.Equal, "2", orders, expr.Ever), "event('Order Placed').count() >= 2 AND NOT ( event('Order Placed').count() >= 3 )"},
		{"no whole number of times", counted(expr.Greater, "2.5", orders, expr.Ever), "event('Order Placed').count() >= 3"},
		{"hours", expr.Did{Of: orders, Window: window(36, types.Hour)}, "event('Order Placed').within(36 hours).count() >= 1"},
		{"one day", expr.Did{Of: orders, Window: window(24, types.Hour)}, "event('Order Placed').within(1 day).count() >= 1"},
		{"a sum is of events that carry the value, of which there is one",
			expr.Compare{Op: expr.Less, Left: expr.Aggregate{Op: expr.Sum, Of: orders, Field: "amount", Type: types.Money, Window: expr.Ever}, Right: number("50")},
			"event('Order Placed').where( property('amount').exists() ).count() >= 1 AND event('Order Placed').where( property('amount').exists() ).sum(property('amount')) < 50"},
		{"one after the other", expr.FollowedBy{First: orders, Then: expr.Source{Event: "event.signed_up"}, Gap: types.Span{Amount: 24, Unit: types.Hour}, Window: window(30, types.Day)},
			"event('Order Placed').where( event('signed_up').within(parent: 1 day).count() >= 1 ).within(30 days).count() >= 1"},
	} {
		got := lowered(c.where)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if _, err := fake.Parse(got); err != nil {
			t.Errorf("%s: %v in %s", c.name, err, got)
		}
	}
}

// AND binds over OR on the platform, so brackets that are left out change who is
// meant: the stand-in can tell.
func TestBracketsMatter(t *testing.T) {
	s := space(t, "brackets")
	s.Profiles = []*fake.Profile{{ID: "silver Ana", Traits: map[string]any{"first_name": "Eva", "tier": "silver", "country": "ES"}}}
	bare := s.Add("bare", "trait('first_name') = 'Ana' AND trait('tier') = 'gold' OR trait('country') = 'ES'")
	brackets := s.Add("brackets", "trait('first_name') = 'Ana' AND ( trait('tier') = 'gold' OR trait('country') = 'ES' )")
	if diff := cmp.Diff([][]string{{"silver Ana"}, {}}, [][]string{s.Members(bare.ID), s.Members(brackets.ID)}); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

// What the language cannot say is refused with a reason and what would help.
func TestRefusals(t *testing.T) {
	month := expr.Did{Of: orders, Window: window(1, types.Month)}
	for _, c := range []struct {
		name  string
		where expr.Expr
		want  string
	}{
		{"minutes", expr.Did{Of: orders, Window: window(90, types.Minute)}, "CAP301: Segment counts hours and days, and 90m is not a whole number of hours. | write whole hours"},
		{"months", month, "CAP301: Segment counts hours and days, and 1mo is as long as the calendar says. | write it in days"},
		{"an apostrophe", is("first_name", "O'Hara"), `CAP301: The query language has no documented way to write "'" inside of a text. | compare with a text that has none, or map the value to one`},
		{"consent", expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email", Consented: true},
			"CAP301: Segment keeps no consents, so nobody can be chosen by them there. | leave consent to the platform that sends: it asks at the moment of the send"},
		{"an outcome", expr.Did{Of: expr.Source{Touchpoint: "touchpoint.welcome_mail", Outcome: "opened"}, Window: expr.Ever},
			"CAP301: Segment sends nothing, so it does not know what becomes of messages. | choose by what people did, or keep it as an attribute"},
		{"an order of texts", expr.Compare{Op: expr.Less, Left: attribute("first_name"), Right: literal(types.Text("M"))},
			"CAP301: Segment has no documented order of texts. | keep what it works out as an attribute, or send the segment to another platform"},
	} {
		got, _, _ := strings.Cut(lowered(c.where), "\n")
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// At most 50 primary expressions, those inside of where(...) included: what
// takes more is refused with its size, and what just fits is accepted.
func TestFiftyExpressions(t *testing.T) {
	of := func(n int) expr.Expr {
		var terms []expr.Expr
		for i := range n {
			terms = append(terms, counted(expr.GreaterEqual, fmt.Sprint(i+1), orders, expr.Ever))
		}
		return expr.Or{Terms: terms}
	}
	fits := lowered(of(50))
	if q, err := fake.Parse(fits); err != nil || q.Size != 50 {
		t.Errorf("fifty are not accepted: %v\n%s", err, fits)
	}
	if want, got := "CAP302: In the form that it takes, this is at least 51 conditions.", lowered(of(51)); !strings.HasPrefix(got, want) {
		t.Errorf("fifty-one: %s", got)
	}
	if _, err := fake.Parse(fits + " OR trait('a').exists()"); err == nil {
		t.Error("the stand-in accepts fifty-one")
	}
}

// Windows need the project's word that a day more or less is fine.
func TestWindowsNeedApproximate(t *testing.T) {
	p := with(expr.Did{Of: orders, Window: window(7, types.Day)})
	p.Platforms[0].Config.Settings = slices.DeleteFunc(p.Platforms[0].Config.Settings, func(s ir.Setting) bool { return s.Name == "approximate" })
	l := segment.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"segment.asked"}})
	if len(l.Resources) > 0 || len(l.Diagnostics) != 1 || l.Diagnostics[0].Rule.Code != "CAP451" || !strings.Contains(l.Diagnostics[0].Help, `approximate = "1d"`) {
		t.Errorf("without approximate: %+v, %+v", l.Resources, l.Diagnostics)
	}
}

// Nothing that would do something to people is taken, and consents are said to
// be left out.
func TestSendsNothing(t *testing.T) {
	p := kit.Before(block("https://a.example.test", "spa"))
	l := segment.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.cdp")})
	got := map[string][]string{}
	for _, d := range l.Diagnostics {
		if strings.HasPrefix(d.Rule.Code, "CAP45") {
			got[d.Rule.Code] = append(got[d.Rule.Code], strings.TrimSuffix(d.At.File, ".hcl"))
		}
	}
	want := map[string][]string{
		"CAP452": {"journey.again", "journey.welcome", "touchpoint.offer_mail", "touchpoint.welcome_mail"}, "CAP453": {"consent.news"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ir.Enforcement{WindowGrain: types.Span{Amount: 1, Unit: types.Day}}, segment.New().Explain(p, p.Platforms[0])); diff != "" {
		t.Errorf("enforcement (-want +got):\n%s", diff)
	}
}

// An event is a rule of the tracking plan: what may be missing may be null, and
// what the project requires is required.
func TestTrackingRule(t *testing.T) {
	p := kit.Before(block("https://a.example.test", "spa"))
	p.Events[0].Fields[0].Required = true
	l := segment.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{p.Events[0].Address}})
	name := func(s string) resource.Value { return resource.String(s) }
	want := resource.Map{
		"tracking_plan": resource.Lookup{Kind: "tracking plan", Key: "Shop"}, "required": resource.List{name("amount")},
		"properties": resource.Map{"amount": resource.Map{"type": name("number")}},
	}
	if len(l.Resources) != 1 || l.Resources[0].Key != "Order Placed" {
		t.Fatalf("%+v, %+v", l.Resources, l.Diagnostics)
	}
	if diff := cmp.Diff(resource.Value(want), resource.Value(l.Resources[0].Attributes)); diff != "" {
		t.Errorf("the rule (-want +got):\n%s", diff)
	}
}

// A computed trait is made of one event: the attribute that is meant is told by
// the nearest name, and one that is made otherwise is refused at its line.
func TestComputedTraits(t *testing.T) {
	p := leaving(kit.Before(asking(block("https://a.example.test", "spa"))))
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "loyal", Type: types.Bool, Value: is("tier", "gold")})
	lower := func(names ...types.Value) targets.Lowered {
		settings := p.Platforms[0].Config.Settings
		settings[len(settings)-1].Value = types.Values(names)
		return segment.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0]})
	}
	l := lower(types.Text("spent"), types.Text("spent"))
	want := resource.Value(resource.Map{"enabled": resource.Bool(true), "definition": resource.Map{"type": resource.String("USERS"),
		"query": resource.String("event('Order Placed').where( property('amount').exists() ).sum(property('amount'))")}})
	if len(l.Resources) != 1 || l.Diagnostics.HasErrors() {
		t.Fatalf("%+v, %+v", l.Resources, l.Diagnostics)
	}
	if diff := cmp.Diff(want, resource.Value(l.Resources[0].Attributes)); diff != "" {
		t.Errorf("the trait (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{
		"spnt": `MAP451 there is no computed attribute spnt, write "spent"`, "tier": "MAP451 there is no computed attribute tier, ",
		"loyal": "CAP301 platform.cdp cannot say this, take it out of computed_traits: audiences have it written out",
	} {
		l := lower(types.Text(name))
		if len(l.Diagnostics) != 1 || len(l.Resources) > 0 {
			t.Fatalf("%s: %+v", name, l.Diagnostics)
		}
		d := l.Diagnostics[0]
		if got := d.Rule.Code + " " + d.Mark + ", " + d.Help; got != want {
			t.Errorf("%s: want %q, got %q", name, want, got)
		}
	}
}

// Where the workspace has no computed traits, which are in alpha, a project that
// asks for none is not stopped by that, and one that does is told.
func TestWorkspaceWithoutTraits(t *testing.T) {
	s := space(t, "alpha")
	s.NoTraits = true
	list := func(c targets.Config) error {
		target := segment.New()
		if err := target.Configure(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return target.List(t.Context(), targets.ListRequest{}, func([]resource.Object) error { return nil })
	}
	plain := configured(s)
	plain.Platform = block(s.URL, s.ID)
	if err := list(plain); err != nil {
		t.Errorf("a project that asks for none: %v", err)
	}
	says(t, list(configured(s)), "/spaces/alpha/computed-traits", "lacks a role")
}

// A rule is written by name, so one of somebody else's is not written over.
func TestForeignRuleStays(t *testing.T) {
	s := space(t, "foreign")
	s.Plans[0].Rules = []*fake.Rule{{Type: "TRACK", Key: "Order Placed", Version: 1, Schema: map[string]any{"description": "theirs"}}}
	c := creation(t, s, "event.order_placed")
	_, failed := carry(t, opened(t, s), c)
	if failed == nil || failed.Kind != targets.Permanent || !strings.Contains(failed.Message, "import it") || s.Plans[0].Rules[0].Schema["description"] != "theirs" {
		t.Errorf("%+v, %+v", failed, s.Plans[0].Rules[0])
	}
}

// creation is the creation of what a declaration of the kit's program becomes.
func creation(t *testing.T, s *fake.Space, address string) targets.Change {
	t.Helper()
	p := kit.Before(block(s.URL, s.ID))
	l := segment.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{address}})
	if l.Diagnostics.HasErrors() || len(l.Resources) != 1 {
		t.Fatalf("%+v", l.Diagnostics)
	}
	r := l.Resources[0]
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		if _, open := v.(resource.Lookup); open {
			return resource.String(s.Plans[0].ID)
		}
		return nil
	}).(resource.Map)
	return targets.Change{Action: targets.Create, Resource: r, Mark: kit.Mark(r.Address), Key: "key " + address}
}

// carry makes one change.
func carry(t *testing.T, target targets.Target, c targets.Change) (*resource.Object, *targets.Error) {
	t.Helper()
	var object *resource.Object
	var failed *targets.Error
	if err := target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(r targets.Result) { object, failed = r.Object, r.Err }); err != nil {
		t.Fatal(err)
	}
	return object, failed
}

// Counting is a preview that takes a while; what goes wrong with it is said for
// the segment alone.
func TestCountTriesAudiencesOut(t *testing.T) {
	s := space(t, "count")
	for i, tier := range []string{"gold", "gold", "silver"} {
		s.Profiles = append(s.Profiles, &fake.Profile{ID: fmt.Sprint(i), Traits: map[string]any{"tier": tier}})
	}
	p := leaving(kit.Before(block(s.URL, s.ID)))
	ask := func() []targets.CountAnswer {
		answers, err := opened(t, s).Count(t.Context(), targets.CountRequest{Program: p, Platform: p.Platforms[0], Segments: []string{"segment.gold", "segment.reachable"}})
		if err != nil {
			t.Fatal(err)
		}
		return answers
	}
	elsewhere := targets.CountAnswer{Segment: "segment.reachable", Unknown: "it is not on this platform"}
	if diff := cmp.Diff([]targets.CountAnswer{{Segment: "segment.gold", Members: 2}, elsewhere}, ask()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	s.Do(func() { s.Broken = "the space is too large" })
	failed := targets.CountAnswer{Segment: "segment.gold", Unknown: "Segment could not work it out: the space is too large"}
	if diff := cmp.Diff([]targets.CountAnswer{failed, elsewhere}, ask()); diff != "" {
		t.Errorf("a preview that fails (-want +got):\n%s", diff)
	}
}

// An audience takes no edit while the last one is worked in: the same again
// later is right.
func TestLockedAudience(t *testing.T) {
	s := space(t, "locks")
	target := opened(t, s)
	c := creation(t, s, "segment.gold")
	made, failed := carry(t, target, c)
	if failed != nil {
		t.Fatal(failed)
	}
	s.Do(func() { s.Find(made.ID).Locked = true })
	c.Action, c.Prior = targets.Update, made
	_, failed = carry(t, target, c)
	if failed == nil || failed.Kind != targets.Retryable || !strings.Contains(failed.Message, "later") {
		t.Errorf("an edit of a locked audience: %+v", failed)
	}
}

// The media type is the version of the API; without it nothing is answered.
func TestEveryCallCarriesTheVersion(t *testing.T) {
	s := space(t, "version")
	request, err := http.NewRequest(http.MethodGet, s.URL+"/spaces/version", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotAcceptable {
		t.Errorf("a call without a version was answered %d", answer.StatusCode)
	}
}
