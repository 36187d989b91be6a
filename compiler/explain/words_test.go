package explain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func TestMask(t *testing.T) {
	cases := []struct {
		value string
		typ   types.Type
		want  string
	}{
		{"+34600000012", types.Phone, "+34 6** *** *12"},
		{"+12025550123", types.Phone, "+1 2** *** **23"},
		{"+525500000036", types.Phone, "+52 5** *** **36"},
		{"+351210000099", types.Phone, "+351 2** *** *99"},
		{"+4912345", types.Phone, "+49 ***"},
		{"600000012", types.Phone, "6** *** *12"},
		{"+", types.Phone, "+ ***"},
		{"", types.Phone, ""},
		{"ana@example.test", types.Email, "a***@example.test"},
		{"ñu@example.test", types.Email, "ñ***@example.test"},
		{"nobody", types.Email, "***"},
		{"@example.test", types.Email, "***"},
		{"gold", types.String, "gold"},
	}
	for _, c := range cases {
		if got := explain.Mask(c.value, c.typ); got != c.want {
			t.Errorf("%s as %s is %q, not %q", c.value, c.typ, got, c.want)
		}
	}
}

func at(day string) types.Instant {
	t, err := time.Parse(time.DateTime, day)
	if err != nil {
		panic(err)
	}
	return types.NewInstant(t)
}

// shop is a program of a few declarations, and now.
func shop(t *testing.T) *eval.World {
	t.Helper()
	p := &ir.Program{
		Project: ir.Project{Name: "shop", Timezone: "Europe/Madrid", Languages: []string{"es"}},
		Person: ir.Person{
			Keys: []ir.Key{{Name: "id", Type: types.String}, {Name: "email", Type: types.Email}},
			Attributes: []ir.Attribute{
				{Name: "tier", Type: types.String}, {Name: "note", Type: types.String, Sensitivity: "special"},
				{Name: "city", Type: types.String, FreshFor: types.Span{Amount: 1, Unit: types.Hour}},
			},
		},
		Objects: []ir.Object{{Head: ir.Head{Address: "object.order"}, Key: ir.Key{Name: "number", Type: types.String}}},
		Events: []ir.Event{
			{Head: ir.Head{Address: "event.order_placed"}, Fields: []ir.Field{{Name: "amount", Type: types.Number}}},
			{Head: ir.Head{Address: "event.visited"}},
		},
		Purposes: []ir.Purpose{{Head: ir.Head{Address: "purpose.offers"}, Class: ir.Marketing}},
		Channels: []ir.Channel{{Head: ir.Head{Address: "channel.email"}, Key: "email"}},
		Consents: []ir.Consent{{Head: ir.Head{Address: "consent.news"}, Purpose: "purpose.offers", Channels: []string{"channel.email"}}},
		Regimes: []ir.Regime{{Head: ir.Head{Address: "regime.all"}, Rules: []ir.Rule{{
			Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, Basis: ir.ByConsent,
		}}}},
		Segments: []ir.Segment{{Head: ir.Head{Address: "segment.gold"}, Where: tier("gold")}},
	}
	w, err := eval.New(p, nil, at("2026-12-01 08:08:00"))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func tier(word string) expr.Expr {
	return expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"tier"}, Type: types.String},
		Right: expr.Literal{Value: types.Text(word), Type: types.String}}
}

func did(event string, days int64) expr.Did {
	w := expr.Window{Length: types.Span{Amount: days, Unit: types.Day}}
	if days == 0 {
		w = expr.Ever
	}
	return expr.Did{Of: expr.Source{Event: event}, Window: w}
}

func ordered(days ...string) *person.Person {
	p := &person.Person{ID: "c-1", Attributes: map[string]types.Value{"tier": types.Text("gold"), "email": types.Text("ana@example.test")}}
	for _, d := range days {
		p.Events = append(p.Events, person.Event{Type: "event.order_placed", At: at(d)})
	}
	return p
}

func TestFacts(t *testing.T) {
	w := shop(t)
	email := expr.Attribute{Path: []string{"email"}, Type: types.Email}
	note := expr.Attribute{Path: []string{"note"}, Type: types.String}
	city := expr.Attribute{Path: []string{"city"}, Type: types.String}
	sum := expr.Aggregate{Op: expr.Sum, Of: expr.Source{Event: "event.order_placed"}, Field: "amount", Type: types.Number, Window: expr.Ever}
	stale := ordered()
	stale.Attributes["city"] = types.Text("Vigo")
	stale.Observed = map[string]types.Instant{"city": at("2026-12-01 05:08:00")}
	secret := ordered()
	secret.Attributes["note"] = types.Text("asthma")
	cases := []struct {
		name string
		p    *person.Person
		e    expr.Expr
		want explain.Finding
	}{
		{"a value", ordered(), tier("gold"), explain.Finding{Text: `person.tier == "gold"`, Verdict: expr.True, Because: `tier is "gold"`}},
		{"not known", &person.Person{}, tier("gold"), explain.Finding{Text: `person.tier == "gold"`, Verdict: expr.Unknown, Because: "tier is not known"}},
		{"one order", ordered("2026-09-20 07:00:00"), did("event.order_placed", 0),
			explain.Finding{Text: `did(event.order_placed, "ever")`, Verdict: expr.True, Because: "1 order, on 20 Sep 2026"}},
		{"out of the window", ordered("2026-09-20 07:00:00"), expr.Not{Term: did("event.order_placed", 60)},
			explain.Finding{Text: `!did(event.order_placed, "60d")`, Verdict: expr.True, Because: "72 days ago"}},
		{"in the window", ordered("2026-09-20 07:00:00", "2026-11-30 22:30:00"), expr.Not{Term: did("event.order_placed", 60)},
			explain.Finding{Text: `!did(event.order_placed, "60d")`, Verdict: expr.False, Because: "1 order, on 30 Nov 2026"}},
		{"never", ordered(), did("event.visited", 60), explain.Finding{Text: `did(event.visited, "60d")`, Verdict: expr.False, Because: "never"}},
		{"nothing to add up", ordered(), expr.IsSet{Of: sum},
			explain.Finding{Text: `is_set(sum(event.order_placed.amount, "ever"))`, Verdict: expr.False, Because: "none, so sum is not known"}},
		{"an address", ordered(), expr.IsSet{Of: email}, explain.Finding{Text: "is_set(person.email)", Verdict: expr.True, Because: "email is a***@example.test"}},
		{"something special", secret, expr.IsSet{Of: note}, explain.Finding{Text: "is_set(person.note)", Verdict: expr.True, Because: "note is set, and not shown"}},
		{"what has aged", stale, expr.IsSet{Of: city},
			explain.Finding{Text: "is_set(person.city)", Verdict: expr.False, Because: "city counts as not known: learned 3 hours ago, it holds for 1h"}},
		{"a negated reference", &person.Person{}, expr.Not{Term: expr.Member{Segment: "segment.gold"}},
			explain.Finding{Text: "!segment.gold", Verdict: expr.True, Because: "not in it: only a yes counts, and its condition is unknown",
				Parts: []explain.Finding{{Text: `person.tier == "gold"`, Verdict: expr.Unknown, Because: "tier is not known"}}}},
		{"a negated choice", ordered(), expr.Not{Term: expr.Or{Terms: []expr.Expr{tier("gold"), tier("silver")}}},
			explain.Finding{Text: "none of", Verdict: expr.False, Joined: explain.None, Parts: []explain.Finding{
				{Text: `person.tier == "gold"`, Verdict: expr.True, Because: `tier is "gold"`},
				{Text: `person.tier == "silver"`, Verdict: expr.False, Because: `tier is "gold"`}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, explain.New(w, c.p).Condition(c.e)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDenials(t *testing.T) {
	w := shop(t)
	act := func(kind person.ActKind, day string) person.Act {
		return person.Act{Consent: "consent.news", Kind: kind, At: at(day)}
	}
	cases := []struct {
		name string
		acts []person.Act
		want []string
	}{
		{"never asked", nil, []string{"consent.news, e-mail: never asked; not asked is not a yes"}},
		{"granted", []person.Act{act(person.Grant, "2026-05-03 10:00:00")}, nil},
		{"withdrawn", []person.Act{act(person.Grant, "2026-05-03 10:00:00"), act(person.Withdraw, "2026-06-01 10:00:00")}, []string{
			"no refusal of consent.news: withdrawn on 1 Jun 2026 (history)", "consent.news, e-mail: withdrawn on 1 Jun 2026 (history)"}},
		{"for another address", []person.Act{{Consent: "consent.news", Kind: person.Grant, Address: "old@example.test", At: at("2026-05-03 10:00:00")}},
			[]string{"consent.news, e-mail: said for another address only; for this one never asked"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := ordered()
			p.Acts = c.acts
			var got []string
			for _, d := range explain.New(w, p).Rules("purpose.offers", "channel.email").Denials() {
				got = append(got, d.Text+": "+d.Because)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
