package hubspot_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/hubspot"
	"github.com/trayecto/trayecto/targets/hubspot/fake"
	"github.com/trayecto/trayecto/targets/kit"
)

const secret = "pat_hunter2_of_the_account"

func text(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }

// block is a platform block as compiled, for an account at url.
func block(url string) ir.Platform {
	return ir.Platform{Head: ir.Head{Address: "platform.crm"}, Target: "hubspot", Name: "crm", Config: ir.Config{
		Settings: []ir.Setting{
			{Name: "token", Env: "HUBSPOT_TOKEN"}, text("endpoint", url), text("approximate", "1d"), text("service", "Account"), text("from_name", "Shop"),
			{Name: "fields", Map: []ir.Setting{text("first_name", "firstname")}},
			{Name: "consents", Map: []ir.Setting{text("news", "Newsletter")}},
		},
		Blocks: []ir.ConfigBlock{{Type: "consent", Labels: []string{"news"}, Config: ir.Config{
			Settings: []ir.Setting{text("granted_at", "news_granted_at"), text("confirmed_at", "news_confirmed_at")}}}},
	}}
}

func configured(a *fake.Account) targets.Config {
	return targets.Config{Platform: block(a.URL), Now: a.Now, Env: func(name string) (string, bool) { return a.Token, name == "HUBSPOT_TOKEN" }}
}

// account is a new account with what the kit's programs speak of.
func account(t testing.TB, id int64) *fake.Account {
	a := fake.Serve(t, id, secret, nil)
	a.Properties = append(a.Properties, "tier", "country", "customer_id", "news_granted_at", "news_confirmed_at")
	a.AddEvent("signed_up")
	a.AddEvent("order_placed")
	a.AddSubscription("Newsletter")
	a.AddSubscription("Account")
	return a
}

// harness is what the laws know of HubSpot.
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
			a := account(t, int64(len(accounts)+1))
			a.AddSubscription("news") // made by hand, as the plan says
			accounts[a.URL] = a
			c := configured(a)
			c.Platform.Config.Settings = slices.DeleteFunc(c.Platform.Config.Settings, func(s ir.Setting) bool { return s.Name == "consents" })
			return kit.Platform{Config: c, Secrets: []string{secret}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			a := of(p)
			a.Do(func() { byHand(a, o) })
		},
		Foreign: func(t testing.TB, p kit.Platform) {
			a := of(p)
			a.Do(func() { a.Add("Everybody from the fair", "MANUAL", nil) })
		},
		Programs: func(p ir.Platform) (*ir.Program, *ir.Program) { return held(kit.Before(p)), held(kit.After(p)) },
		Random:   random,
	}
}

// byHand is what somebody does in the pages of the account: another subject, or
// another group of filters.
func byHand(a *fake.Account, o resource.Object) {
	for _, e := range a.Emails {
		if e.ID == o.ID {
			e.Body["subject"] = "By hand"
			e.Written += 10
			return
		}
	}
	for _, f := range a.Flows {
		if f.ID == o.ID {
			f.Body["suppressionListIds"] = []any{"77"}
			f.Revision++
			return
		}
	}
	l := a.Find(o.ID)
	groups := l.Filters["filterBranches"].([]any)
	l.Filters = map[string]any{"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": []any{}, "filterBranches": append(groups[:len(groups):len(groups)], groups[0])}
	l.Version++
}

// held is a program without lengths that are as long as the calendar says, and
// without what no workflow of ours does: waiting until something happens,
// letting people finish what was edited, beginning with or asking for what
// became of a message.
func held(p *ir.Program) *ir.Program {
	for i, rule := range p.Regimes[0].Rules {
		p.Regimes[0].Rules[i].ValidFor = types.Span{Amount: 365 * max(1, rule.ValidFor.Amount/365), Unit: types.Day}
	}
	p.Journeys = slices.DeleteFunc(p.Journeys, func(j ir.Journey) bool { return j.Address == "journey.again" })
	for i := range p.Journeys {
		p.Journeys[i].OnChange = "stop"
		for k, s := range p.Journeys[i].Steps {
			switch s := s.(type) {
			case ir.Wait:
				s.Until = nil
				p.Journeys[i].Steps[k] = s
			case ir.Choose:
				for b := range s.When {
					s.When[b].If = expr.Member{Segment: "segment.buyers"}
				}
			case ir.Send, ir.Do, ir.Split:
			}
		}
	}
	return p
}

// random is the kit's program with random segments, so far as HubSpot can say
// them.
func random(src sample.Source, platform ir.Platform) *ir.Program {
	p := held(kit.Before(platform))
	for i := range 6 {
		segment := ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.random_%d", i)}, Where: sample.Predicate(src, p, options, 2)}
		one := *p
		one.Segments = append(p.Segments[:len(p.Segments):len(p.Segments)], segment)
		if !hubspot.New().Lower(targets.LowerRequest{Program: &one, Platform: platform, Placed: []string{segment.Address}}).Diagnostics.HasErrors() {
			p.Segments = one.Segments
		}
	}
	return p
}

// The contract that every target keeps, in another process; TestContract asks all
// of it in this one.
func TestContractThroughPlugin(t *testing.T) {
	t.Parallel()
	kit.Served(t, harness(t, hubspot.New), kit.Through(t, "hubspot"))
}

// TestMain is also the plugin: under a plugin's name this program serves.
func TestMain(m *testing.M) { kit.Main(m, hubspot.New) }
