package compiler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/std"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/types"
)

// inputsOf is the variables of a module that ships, with the kind or type of each.
func inputsOf(t *testing.T, from string) (names []string, kinds map[string]string) {
	t.Helper()
	kinds = map[string]string{}
	for _, f := range std.Module(from) {
		parsed, problems := syntax.Parse(f.Path, f.Text)
		blocks, _, wrong := block.DecodeBody(parsed.Body)
		if problems = append(problems, wrong...); len(problems) > 0 {
			t.Fatal(diag.Format(problems, nil))
		}
		for _, b := range blocks {
			if b.Type.Name == "variable" {
				typ, _ := b.Get("type")
				names = append(names, b.Label(0))
				kinds[b.Label(0)] = f.Text[typ.At.Start.Byte:typ.At.End.Byte]
			}
		}
	}
	return names, kinds
}

func TestStandardModulesAreListed(t *testing.T) {
	for _, from := range std.Sources {
		if len(std.Module(from)) == 0 {
			t.Errorf("%s has no files", from)
		}
		for _, f := range std.Module(from) {
			if formatted, _ := syntax.Format(f.Path, []byte(f.Text)); string(formatted) != f.Text {
				t.Errorf("%s is not laid out:\n%s", f.Path, cmp.Diff(string(formatted), f.Text))
			}
		}
	}
	for _, from := range []string{"std/none", "std/", "moments", "std/../std", "std/moments/"} {
		if len(std.Module(from)) > 0 {
			t.Errorf("%s is a module", from)
		}
	}
}

const known = `
segment "gone" { where = person.tier == "none" }
touchpoint "hello" {
  purpose  = purpose.care
  channels = [channel.sms]
  content { text = "Hola" }
}
`

// everyMoment is a use of std/moments with all of its inputs.
func everyMoment(t *testing.T) string {
	stands := map[string]string{"event": "event.bought", "segment": "segment.gone", "touchpoint": "touchpoint.hello", "duration": `"2d"`}
	names, kinds := inputsOf(t, "std/moments")
	var b strings.Builder
	b.WriteString("module \"m\" {\n  source = \"std/moments\"\n")
	for _, name := range names {
		fmt.Fprintf(&b, "  %s = %s\n", name, stands[kinds[name]])
	}
	return b.String() + "}\n"
}

// The 32 of the field, and no other.
func TestAllMoments(t *testing.T) {
	program, wrong := compiledFiles(t, "a.hcl", shop+known+everyMoment(t))
	if wrong != "" {
		t.Fatal(wrong)
	}
	want := "life_event stimulus_seen search_research first_visit signup welcome_bounced consent_given double_opt_in_pending " +
		"onboarding_stalled first_engagement browse_abandoned cart_abandoned price_drop back_in_stock quote_expiring sales_handoff " +
		"checkout_failed payment_failed order_confirmed shipment_delayed delivered first_use milestone_reached usage_drop complaint_opened " +
		"complaint_resolved return_or_refund maintenance_or_recall_due renewal_due review_or_referral lapsed consent_withdrawn"
	for _, name := range strings.Fields(want) {
		m, there := ir.Find(program.Moments, "module.m.moment."+name)
		if !there || m.Kind == "" || !strings.HasPrefix(m.Phase, "module.m.phase.") || m.Detect == nil || m.Description == "" {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if got := len(program.Moments); got != 32 {
		t.Errorf("%d moments", got)
	}
	cart, _ := ir.Find(program.Moments, "module.m.moment.cart_abandoned")
	absence, _ := cart.Detect.(ir.Absence)
	if absence.On != "event.bought" || absence.Without != "event.bought" || absence.For.String() != "2d" {
		t.Errorf("%+v", absence)
	}
}

func TestSomeMoments(t *testing.T) {
	program, wrong := compiledFiles(t, "a.hcl", shop+`
module "m" {
  source    = "std/moments"
  signed_up = event.joined
  viewed    = event.asked
  ordered   = null
}
`)
	if wrong != "" {
		t.Fatal(wrong)
	}
	if diff := cmp.Diff("module.m.moment.signup", addresses(program.Moments)); diff != "" {
		t.Errorf("an absence without what is absent must not become a presence:\n%s", diff)
	}
}

func TestNoMoments(t *testing.T) {
	program, wrong := compiledFiles(t, "a.hcl", shop+"module \"m\" {\n  source = \"std/moments\"\n}\n")
	if wrong != "" || len(program.Moments) > 0 {
		t.Fatalf("%s\n%s", wrong, addresses(program.Moments))
	}
}

const law = `
module "law" {
  source         = "std/regimes"
  email          = channel.email
  sms            = channel.sms
  order          = event.bought
  inquiry        = event.asked
  spain          = "ES"
  germany        = "DE"
  united_kingdom = "GB"
  canada         = "CA"
  united_states  = "US"
}
`

// wide is the shop with a consent for both channels that can be confirmed.
var wide = strings.Replace(shop, `  channels = [channel.email]
  grant "box" { on = event.joined }`, `  channels = [channel.email, channel.sms]
  grant "box" { on = event.joined }
  confirm "click" { on = event.asked }`, 1)

var noon = types.NewInstant(time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC))

// someone is a person of a country, "" not known, to whom things happened so
// long ago: "bought 30d".
func someone(t *testing.T, country string, past ...string) *person.Person {
	t.Helper()
	p := &person.Person{ID: "1", Attributes: map[string]types.Value{
		"id": types.Text("1"), "email": types.Text("ana@example.test"), "phone": types.Text("+34600000000"),
	}}
	if country != "" {
		p.Attributes["country"] = types.Text(country)
	}
	for i, happened := range past {
		what, length, _ := strings.Cut(happened, " ")
		span, err := types.ParseSpan(length)
		if err != nil {
			t.Fatal(err)
		}
		at := span.Before(noon, time.UTC)
		if what == "yes" || what == "no" || what == "confirmed" {
			kind := map[string]person.ActKind{"yes": person.Grant, "no": person.Withdraw, "confirmed": person.Confirm}[what]
			p.Acts = append(p.Acts, person.Act{Consent: "consent.news", Kind: kind, At: at})
			continue
		}
		p.Events = append(p.Events, person.Event{Type: "event." + what, At: at, Seq: int64(i)})
	}
	p.Sort()
	return p
}

// Each regime does what its comment says.
func TestRegimes(t *testing.T) {
	program, wrong := compiledFiles(t, "a.hcl", wide+law)
	if wrong != "" {
		t.Fatal(wrong)
	}
	world, err := eval.New(program, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		country    string
		past       []string
		email, sms bool
	}{
		{"ES", nil, false, false},
		{"ES", []string{"yes 3000d"}, true, true},
		{"ES", []string{"yes 30d", "no 10d"}, false, false},
		{"ES", []string{"bought 700d"}, true, false},
		{"ES", []string{"bought 731d"}, false, false},
		{"ES", []string{"no 10d", "bought 1d"}, false, false},
		{"DE", []string{"yes 30d"}, false, false},
		{"DE", []string{"yes 30d", "confirmed 29d"}, true, true},
		{"DE", []string{"bought 30d"}, true, false},
		{"GB", nil, false, false},
		{"GB", []string{"yes 30d"}, true, true},
		{"GB", []string{"bought 30d"}, true, true},
		{"CA", nil, false, false},
		{"CA", []string{"yes 3000d"}, true, true},
		{"CA", []string{"bought 700d"}, true, true},
		{"CA", []string{"bought 25mo"}, false, false},
		{"CA", []string{"asked 5mo"}, true, true},
		{"CA", []string{"asked 7mo"}, false, false},
		{"US", nil, true, false},
		{"US", []string{"no 1d"}, false, false},
		{"US", []string{"yes 1d"}, true, true},
		{"other", []string{"yes 30d"}, false, false},
		{"other", []string{"yes 30d", "confirmed 29d"}, true, true},
		{"other", []string{"yes 731d", "confirmed 729d"}, false, false},
		{"other", []string{"bought 1d"}, false, false},
		{"", nil, false, false}, // every regime applies, and Spain asks for a yes
		{"", []string{"yes 30d"}, false, false},
		{"", []string{"yes 30d", "confirmed 29d"}, true, true},
	} {
		p := someone(t, c.country, c.past...)
		got := []bool{world.Allowed("purpose.offers", "channel.email", p), world.Allowed("purpose.offers", "channel.sms", p)}
		if diff := cmp.Diff([]bool{c.email, c.sms}, got); diff != "" {
			t.Errorf("%q %v: e-mail and sms (-want +got)\n%s", c.country, c.past, diff)
		}
	}
}

func TestSomeRegimes(t *testing.T) {
	program, wrong := compiledFiles(t, "a.hcl", wide+`
module "law" {
  source = "std/regimes"
  email  = channel.email
  canada = "CA"
}
`)
	if wrong != "" {
		t.Fatal(wrong)
	}
	if diff := cmp.Diff("module.law.regime.canada module.law.regime.strictest", addresses(program.Regimes)); diff != "" {
		t.Error(diff)
	}
	canada := program.Regimes[0]
	if len(canada.Rules) != 1 || canada.Rules[0].Name != "express" || len(canada.Rules[0].Channels) != 1 {
		t.Errorf("without an event of buying nobody is a customer: %+v", canada.Rules)
	}
	if len(program.Calendars) > 0 {
		t.Errorf("a calendar that nobody asked for: %s", addresses(program.Calendars))
	}
}
