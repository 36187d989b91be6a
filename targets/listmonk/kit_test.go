package listmonk_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
)

// start is when the tests begin, and launch when their one-offs are sent.
var (
	start  = sample.Now.Time().Add(-time.Hour)
	launch = sample.Now
)

const token = "hush-hush"

// everyone is the list of everybody.
const everyone = "Everybody"

// serve is a fake with that list.
func serve(t testing.TB) *fake.Fake {
	f := fake.Serve(t, fake.Options{User: "trayecto", Token: token, Now: start})
	f.AddList(everyone, "single")
	return f
}

// platform is the block of a fake.
func platform(f *fake.Fake) ir.Platform {
	set := func(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }
	return ir.Platform{
		Head: ir.Head{Address: "platform.mail"}, Target: "listmonk", Name: "mail",
		Config: ir.Config{
			Settings: []ir.Setting{set("endpoint", f.URL), set("user", "trayecto"), {Name: "token", Env: "LISTMONK_TOKEN"}, set("everyone", everyone)},
			Blocks:   []ir.ConfigBlock{{Type: "consent", Labels: []string{"news"}, Config: ir.Config{Settings: []ir.Setting{set("granted_at", "news_since")}}}},
		},
	}
}

func config(f *fake.Fake) targets.Config {
	return targets.Config{Platform: platform(f), Now: start, Env: func(name string) (string, bool) { return token, name == "LISTMONK_TOKEN" }}
}

// oneOff is a journey that sends one message at an instant.
func oneOff(name, segment, touchpoint string) ir.Journey {
	return ir.Journey{
		Head: ir.Head{Address: "journey." + name}, OnChange: "finish", Enter: ir.Enter{Instant: launch, Who: segment, Again: "never"},
		Steps: []ir.Step{ir.Send{Name: "write", Touchpoint: touchpoint, IfCapped: "skip"}},
	}
}

// sending is a program with one-offs in the place of its journeys.
func sending(p *ir.Program) *ir.Program {
	p.Moments, p.Journeys = nil, nil
	for _, s := range p.Segments {
		message := "touchpoint.welcome_mail"
		if s.Address == "segment.buyers" || s.Address == "segment.reachable" {
			message = "touchpoint.offer_mail"
		}
		p.Journeys = append(p.Journeys, oneOff(ir.Short(s.Address), s.Address, message))
	}
	return p
}

// The contract that every target keeps, in this process and in another.
func TestContract(t *testing.T) { kit.Test(t, harness(listmonk.New)) }

func TestContractThroughPlugin(t *testing.T) {
	kit.Served(t, harness(listmonk.New), kit.Through(t, "listmonk"))
}

// TestMain is also the plugin: under a plugin's name this program serves.
func TestMain(m *testing.M) { kit.Main(m, listmonk.New) }

func harness(factory targets.Factory) kit.Harness {
	servers := map[string]*fake.Fake{}
	return kit.Harness{
		Target: factory,
		Fresh: func(t testing.TB) kit.Platform {
			f := serve(t)
			servers[f.URL] = f
			return kit.Platform{Config: config(f), Secrets: []string{token}}
		},
		Programs: func(p ir.Platform) (*ir.Program, *ir.Program) { return sending(kit.Before(p)), sending(kit.After(p)) },
		Damage:   func(t testing.TB, p kit.Platform, o resource.Object) { damage(t, servers[endpoint(p)], o) },
		Foreign:  func(t testing.TB, p kit.Platform) { servers[endpoint(p)].AddList("Somebody else's", "single") },
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.partners"}, Kind: "list", Platform: p.Address, Key: "Partners", Attributes: []ir.Setting{
				{Name: "optin", Value: types.Text("double")}, {Name: "description", Value: types.Text("Who sells our lamps")},
			}}}
		},
		Random: random,
	}
}

// random is a program with one-offs to random segments that the platform can say.
func random(src sample.Source, p ir.Platform) *ir.Program {
	program := sending(kit.Before(p))
	for i := range 4 {
		name := fmt.Sprintf("random_%d", i)
		segments, journeys := program.Segments, program.Journeys
		for said := false; !said; said = !lowered(program, p).Diagnostics.HasErrors() {
			where := sample.Predicate(src, program, sample.Options{Without: unsaid}, 2)
			program.Segments = append(slices.Clone(segments), ir.Segment{Head: ir.Head{Address: "segment." + name}, Where: where})
			program.Journeys = append(slices.Clone(journeys), oneOff(name, "segment."+name, "touchpoint.welcome_mail"))
		}
	}
	return program
}

func endpoint(p kit.Platform) string {
	s, _ := p.Config.Platform.Config.Get("endpoint")
	return types.Spell(s.Value)
}

// damage is what somebody does in listmonk's own screens.
func damage(t testing.TB, f *fake.Fake, o resource.Object) {
	id, err := strconv.Atoi(o.ID)
	if err != nil {
		t.Fatal(err)
	}
	switch o.Kind {
	case "list":
		f.Edit(func(l *fake.List) {
			if l.ID == id {
				l.Name, l.Tags = "Renamed", slices.Concat(l.Tags, []string{"summer"})
			}
		}, nil, nil)
	case "template":
		f.Edit(nil, func(t *fake.Template) {
			if t.ID == id {
				t.Body += "<p>by hand</p>"
			}
		}, nil)
	case "campaign":
		f.Edit(nil, nil, func(c *fake.Campaign) {
			if c.ID == id {
				c.Subject = "By hand"
			}
		})
	}
}
