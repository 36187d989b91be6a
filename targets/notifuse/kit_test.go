package notifuse_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// launch is the instant of the kit's one-off.
var launch = sample.Now + types.Instant(48*time.Hour/time.Microsecond)

// at once is time for tests: waiting takes none.
func atOnce(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// house is a fake server whose workspaces are platforms.
type house struct {
	*fake.Platform
	workspaces map[string]*fake.Workspace
}

func newHouse(t testing.TB) *house {
	return &house{fake.New(t, sample.Now.Time()), map[string]*fake.Workspace{}}
}

// open makes a workspace and says how it is configured.
func (h *house) open(fields ...string) (targets.Config, *fake.Workspace) {
	w := h.Workspace(fmt.Sprintf("ws%d", len(h.workspaces)+1), "es")
	h.workspaces[w.ID] = w
	return h.config(h.URL, w.Key, fields...), w
}

// config opens a workspace on a server.
func (h *house) config(url, key string, fields ...string) targets.Config {
	return targets.Config{
		Platform: ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: "notifuse", Name: "sandbox", Config: ir.Config{
			Settings: []ir.Setting{{Name: "endpoint", Value: types.Text(url)}, {Name: "api_key", Env: "KEY"}, mapped("fields", fields...)},
			Blocks: []ir.ConfigBlock{
				{Type: "consent", Labels: []string{"news"}, Config: settingsOf("granted_at", "custom_datetime_3", "confirmed_at", "custom_datetime_4", "expires_at", "custom_datetime_5")},
				{Type: "values", Labels: []string{"tier"}, Config: settingsOf("gold", "GOLD")},
				{Type: "event", Labels: []string{"order_placed"}, Config: settingsOf("name", "orders.created", "goal", "purchase", "value", "amount")},
			},
		}},
		Env: func(string) (string, bool) { return key, true },
		Now: sample.Now.Time(),
	}
}

func mapped(name string, pairs ...string) ir.Setting {
	return ir.Setting{Name: name, Map: settingsOf(pairs...).Settings}
}

func settingsOf(pairs ...string) ir.Config {
	var c ir.Config
	for i := 0; i < len(pairs); i += 2 {
		c.Settings = append(c.Settings, ir.Setting{Name: pairs[i], Value: types.Text(pairs[i+1])})
	}
	return c
}

// of is the workspace of a platform.
func (h *house) of(p kit.Platform) *fake.Workspace {
	key, _ := p.Config.Env("")
	for _, w := range h.workspaces {
		if w.Key == key {
			return w
		}
	}
	panic("no workspace has this key")
}

// programs are the kit's and a one-off, without what the platform cannot hold:
// two sends of a message of which one journey asks what became of it, and
// windows of a year.
func programs(platform ir.Platform) (*ir.Program, *ir.Program) {
	before, after := kit.Before(platform), kit.After(platform)
	for i, p := range []*ir.Program{before, after} {
		for j := range p.Journeys {
			if p.Journeys[j].Address == "journey.again" {
				p.Journeys[j].Steps = []ir.Step{ir.Send{Name: "again", Touchpoint: "touchpoint.offer_mail"}}
			}
		}
		p.Journeys = append(p.Journeys, ir.Journey{
			Head: ir.Head{Address: "journey.once", At: diag.Range{File: "journey.once.hcl"}}, OnChange: "finish",
			Enter: ir.Enter{Instant: launch + types.Instant(i)*types.Instant(24*time.Hour/time.Microsecond), Who: "segment.gold", Again: "never"},
			Steps: []ir.Step{ir.Send{Name: "once", Touchpoint: "touchpoint.offer_mail"}},
		})
		if p.Regimes[0].Rules[0].ValidFor.Calendar() {
			p.Regimes[0].Rules[0].ValidFor = types.Span{Amount: 365, Unit: types.Day}
		}
	}
	return before, after
}

func (h *house) harness() kit.Harness {
	return kit.Harness{
		Target: notifuse.Waiting(atOnce),
		Fresh: func(testing.TB) kit.Platform {
			config, w := h.open("tier", "custom_string_1")
			return kit.Platform{Config: config, Secrets: []string{w.Key}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			if !h.of(p).Edit(o.Kind+"s", o.ID, func(body map[string]any) { body["name"] = "by hand" }) {
				t.Fatalf("there is no %s %s", o.Kind, o.ID)
			}
		},
		Foreign: func(_ testing.TB, p kit.Platform) {
			h.of(p).Make("lists", map[string]any{"id": "theirs", "name": "Theirs", "is_public": true, "is_double_optin": false})
		},
		Programs: programs,
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.partners"}, Kind: "list", Platform: p.Address, Key: "Partners", Attributes: []ir.Setting{
				{Name: "public", Value: types.Truth(true)}, {Name: "description", Value: types.Text("Who sells our lamps")},
			}}}
		},
		Random: func(src sample.Source, platform ir.Platform) *ir.Program {
			p, _ := programs(platform)
			for i := range 4 {
				p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.random_%d", i)}, Where: sayable(src, p, platform)})
			}
			return p
		},
	}
}

// beyond is what the platform never takes.
const beyond = sample.Sequences | sample.Objects | sample.Spans | sample.Calendar | sample.Aging | sample.Future

// sayable is a random condition that the platform can take.
func sayable(src sample.Source, p *ir.Program, platform ir.Platform) expr.Expr {
	for {
		where := sample.Predicate(src, p, sample.Options{Without: beyond | sample.Reaching | sample.Records}, 2)
		if !lowered(p, platform, where).Diagnostics.HasErrors() {
			return where
		}
	}
}

// lowered is one condition as a segment.
func lowered(p *ir.Program, platform ir.Platform, where expr.Expr) targets.Lowered {
	alone := *p
	alone.Segments = append([]ir.Segment{{Head: ir.Head{Address: "segment.alone"}, Where: where}}, p.Segments...)
	return notifuse.New().Lower(targets.LowerRequest{Program: &alone, Platform: platform, Placed: []string{"consent.news", "segment.alone", "touchpoint.offer_mail", "touchpoint.welcome_mail"}})
}

// The contract that every target keeps, on a server that behaves as the
// platform was seen to behave.
func TestContract(t *testing.T) { kit.Test(t, newHouse(t).harness()) }
