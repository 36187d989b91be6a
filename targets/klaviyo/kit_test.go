package klaviyo_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

const secret = "pk_hunter2_of_the_account"

func text(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }

// block is a platform block as compiled, for an account at url.
func block(url string) ir.Platform {
	return ir.Platform{Head: ir.Head{Address: "platform.crm"}, Target: "klaviyo", Name: "crm", Config: ir.Config{Settings: []ir.Setting{
		{Name: "api_key", Env: "KLAVIYO_API_KEY"}, text("endpoint", url), text("approximate", "1d"), text("from_email", "shop@example.test"), text("from_name", "Shop"),
		{Name: "fields", Map: []ir.Setting{text("customer_id", "external_id"), text("phone", "phone_number")}},
		{Name: "events", Map: []ir.Setting{text("order_placed", "Placed Order")}},
	}}}
}

func configured(a *fake.Account) targets.Config {
	return targets.Config{Platform: block(a.URL), Now: a.Now, Env: func(name string) (string, bool) { return a.Key, name == "KLAVIYO_API_KEY" }}
}

// account is a new account with the metrics of the kit's events.
func account(t testing.TB, id string) *fake.Account {
	a := fake.Serve(t, id, secret, nil)
	a.AddMetric("signed_up", "API")
	a.AddMetric("Placed Order", "Shopify")
	return a
}

// harness is what the laws know of Klaviyo.
func harness(t testing.TB, factory targets.Factory) kit.Harness {
	var mutex sync.Mutex
	accounts := map[string]*fake.Account{}
	of := func(p kit.Platform) *fake.Account {
		mutex.Lock()
		defer mutex.Unlock()
		s, _ := p.Config.Platform.Config.Get("endpoint")
		return accounts[fmt.Sprint(s.Value)]
	}
	return kit.Harness{
		Target: factory,
		Fresh: func(t testing.TB) kit.Platform {
			mutex.Lock()
			defer mutex.Unlock()
			a := account(t, fmt.Sprintf("acc%d", len(accounts)))
			accounts[a.URL] = a
			return kit.Platform{Config: configured(a), Secrets: []string{secret}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			a := of(p)
			a.Do(func() { byHand(a, o) })
		},
		Foreign: func(t testing.TB, p kit.Platform) {
			a := of(p)
			a.Do(func() { a.Add("list", map[string]any{"name": "Newsletter", "opt_in_process": "single_opt_in"}) })
		},
		Programs: func(p ir.Platform) (*ir.Program, *ir.Program) { return held(kit.Before(p)), held(kit.After(p)) },
		Random:   random,
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.testers"}, Kind: "list", Platform: p.Address, Key: "Testers", Attributes: []ir.Setting{
				{Name: "opt_in_process", Value: types.Text("single_opt_in")},
			}}}
		},
	}
}

// byHand is what somebody does in the pages of the account.
func byHand(a *fake.Account, o resource.Object) {
	object := a.Find(o.Kind, o.ID)
	switch o.Kind {
	case "campaign":
		is := object.Attributes
		is["send_options"] = map[string]any{"use_smart_sending": is["send_options"].(map[string]any)["use_smart_sending"] == false}
		is["updated_at"] = "2026-12-01T09:59:00Z"
		return
	case "list":
		object.Attributes["opt_in_process"] = map[any]string{"double_opt_in": "single_opt_in", "single_opt_in": "double_opt_in"}[object.Attributes["opt_in_process"]]
	case "template":
		object.Attributes["html"] = "<p>By hand</p>"
	case "segment":
		groups := object.Attributes["definition"].(map[string]any)["condition_groups"].([]any)
		object.Attributes["definition"] = map[string]any{"condition_groups": append(groups, groups[0])}
	case "flow":
		object.Attributes["definition"].(map[string]any)["profile_filter"] = nil
		object.Attributes["definition"].(map[string]any)["reentry_criteria"] = map[string]any{"unit": "alltime", "duration": 0}
	}
	object.Updated += 10
	object.Attributes["updated"] = fmt.Sprintf("2026-12-01T09:%02d:00Z", object.Updated%60)
}

// held is a program without what no flow can do: letting people finish what was
// edited.
func held(p *ir.Program) *ir.Program {
	for i := range p.Regimes[0].Rules {
		p.Regimes[0].Rules[i].ValidFor = types.Span{Amount: 365 * max(1, p.Regimes[0].Rules[i].ValidFor.Amount/365), Unit: types.Day}
	}
	for i := range p.Journeys {
		p.Journeys[i].OnChange = "stop"
	}
	return p
}

// random is the kit's program with random segments, so far as Klaviyo can say
// them.
func random(src sample.Source, platform ir.Platform) *ir.Program {
	p := held(kit.Before(platform))
	for i := range 6 {
		segment := ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.random_%d", i)}, Where: sample.Predicate(src, p, options, 2)}
		if one := *p; !klaviyo.New().Lower(targets.LowerRequest{Program: alone(&one, segment), Platform: platform, Placed: []string{segment.Address}}).Diagnostics.HasErrors() {
			p.Segments = append(p.Segments, segment)
		}
	}
	return p
}

// alone is a program with one more segment.
func alone(p *ir.Program, s ir.Segment) *ir.Program {
	p.Segments = append(p.Segments[:len(p.Segments):len(p.Segments)], s)
	return p
}

// The contract that every target keeps, in another process; TestContract asks all
// of it in this one.
func TestContractThroughPlugin(t *testing.T) {
	kit.Served(t, harness(t, klaviyo.New), kit.Through(t, "klaviyo"))
}

// TestMain is also the plugin: under a plugin's name this program serves.
func TestMain(m *testing.M) { kit.Main(m, klaviyo.New) }

// The key is in no address and in no body.
func TestKeyStaysInItsHeader(t *testing.T) {
	a := account(t, "calls")
	target := klaviyo.New()
	if err := target.Configure(t.Context(), configured(a)); err != nil {
		t.Fatal(err)
	}
	if _, err := target.Identity(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range a.Calls() {
		if strings.Contains(c.Path, secret) || strings.Contains(c.Body, secret) {
			t.Errorf("the key stands in %s %s", c.Method, c.Path)
		}
	}
}
