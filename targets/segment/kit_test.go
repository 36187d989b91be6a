package segment_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/segment"
	"github.com/trayecto/trayecto/targets/segment/fake"
)

const secret = "sgp_hunter2_of_the_workspace"

func text(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }

// block is a platform block as compiled, for a space at url.
func block(url, space string) ir.Platform {
	return ir.Platform{Head: ir.Head{Address: "platform.cdp"}, Target: "segment", Name: "cdp", Config: ir.Config{Settings: []ir.Setting{
		{Name: "token", Env: "SEGMENT_TOKEN"}, text("space", space), text("endpoint", url), text("approximate", "1d"), text("tracking_plan", "Shop"),
		{Name: "events", Map: []ir.Setting{text("order_placed", "Order Placed")}},
	}}}
}

// asking is a block that asks for a computed trait too.
func asking(p ir.Platform) ir.Platform {
	p.Config.Settings = append(p.Config.Settings, ir.Setting{Name: "computed_traits", Value: types.Values{types.Text("spent")}})
	return p
}

func configured(s *fake.Space) targets.Config {
	return targets.Config{Platform: asking(block(s.URL, s.ID)), Now: s.Now, Env: func(name string) (string, bool) { return s.Token, name == "SEGMENT_TOKEN" }}
}

// space is a new space in a workspace with a tracking plan.
func space(t testing.TB, id string) *fake.Space {
	s := fake.Serve(t, id, secret, nil)
	s.AddPlan("Shop")
	return s
}

// opened is a target for a space.
func opened(t testing.TB, s *fake.Space) targets.Target {
	t.Helper()
	target := segment.New()
	if err := target.Configure(t.Context(), configured(s)); err != nil {
		t.Fatal(err)
	}
	return target
}

// held tells what Segment holds; the rest is left out, as an env file does.
func held(address string) bool {
	kind := ir.KindOf(address)
	return (kind == "segment" || kind == "event") && address != "segment.reachable"
}

// harness is what the laws know of Segment.
func harness(t testing.TB, factory targets.Factory) kit.Harness {
	var mutex sync.Mutex
	spaces := map[string]*fake.Space{}
	of := func(p kit.Platform) *fake.Space {
		mutex.Lock()
		defer mutex.Unlock()
		s, _ := p.Config.Platform.Config.Get("endpoint")
		return spaces[fmt.Sprint(s.Value)]
	}
	return kit.Harness{
		Target: factory, Holds: held,
		Fresh: func(t testing.TB) kit.Platform {
			mutex.Lock()
			defer mutex.Unlock()
			s := space(t, fmt.Sprintf("spa%d", len(spaces)))
			spaces[s.URL] = s
			return kit.Platform{Config: configured(s), Secrets: []string{secret}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			s := of(p)
			s.Do(func() { byHand(s, o) })
		},
		Foreign: func(t testing.TB, p kit.Platform) {
			s := of(p)
			s.Do(func() { s.Add("Big spenders", "trait('total_spend') > 200") })
		},
		Programs: func(p ir.Platform) (*ir.Program, *ir.Program) { return leaving(kit.Before(p)), leaving(kit.After(p)) },
		Random:   random,
	}
}

// leaving is a program that names what Segment does not hold, and that has a
// computed attribute.
func leaving(p *ir.Program) *ir.Program {
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "spent", Type: types.Money, Value: expr.Aggregate{
		Op: expr.Sum, Of: expr.Source{Event: "event.order_placed"}, Field: "amount", Type: types.Money, Window: expr.Ever,
	}})
	for _, d := range p.Declarations() {
		if address := d.Header().Address; !held(address) {
			p.Project.LeaveOut = append(p.Project.LeaveOut, address)
		}
	}
	return p
}

// byHand is what somebody does in the app.
func byHand(s *fake.Space, o resource.Object) {
	if o.Kind == "audience" {
		s.Find(o.ID).Query, s.Find(o.ID).Updated = "trait('by_hand').exists()", "2026-12-01T09:00:00Z"
		return
	}
	for _, trait := range s.Traits {
		if trait.ID == o.ID {
			trait.Enabled, trait.Updated = false, "2026-12-01T09:00:00Z"
		}
	}
	for _, r := range s.Plans[0].Rules {
		if r.Key == o.Key {
			r.Schema["properties"] = map[string]any{"properties": map[string]any{"type": "object", "properties": map[string]any{"by_hand": map[string]any{}}}}
			r.Updated = "2026-12-01T09:00:00Z"
		}
	}
}

// random is the kit's program with random segments, so far as Segment can say them.
func random(src sample.Source, platform ir.Platform) *ir.Program {
	p := leaving(kit.Before(platform))
	for i := range 6 {
		s := ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.random_%d", i)}, Where: sample.Predicate(src, p, options, 2)}
		one := *p
		one.Segments = append(p.Segments[:len(p.Segments):len(p.Segments)], s)
		if !segment.New().Lower(targets.LowerRequest{Program: &one, Platform: platform, Placed: []string{s.Address}}).Diagnostics.HasErrors() {
			p.Segments = one.Segments
		}
	}
	return p
}

// The contract that every target keeps, in this process and in another.
func TestContract(t *testing.T) { kit.Test(t, harness(t, segment.New)) }

func TestContractThroughPlugin(t *testing.T) {
	kit.Served(t, harness(t, segment.New), kit.Through(t, "segment"))
}

// TestMain is also the plugin: under a plugin's name this program serves.
func TestMain(m *testing.M) { kit.Main(m, segment.New) }

// The token is in no address and in no body.
func TestTokenStaysInItsHeader(t *testing.T) {
	s := space(t, "calls")
	target := opened(t, s)
	if _, err := target.Identity(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Calls() {
		if strings.Contains(c.Path, secret) || strings.Contains(c.Body, secret) {
			t.Errorf("the token stands in %s %s", c.Method, c.Path)
		}
	}
}
