package mautic_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/mautic"
	"github.com/trayecto/trayecto/targets/mautic/fake"
)

const secret = "hunter2 of the installation"

func text(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }

// block is a platform block as compiled, for an installation at url.
func block(url string) ir.Platform {
	return ir.Platform{Head: ir.Head{Address: "platform.crm"}, Target: "mautic", Name: "crm", Config: ir.Config{
		Settings: []ir.Setting{
			{Name: "username", Env: "MAUTIC_USER"}, {Name: "password", Env: "MAUTIC_PASSWORD"}, text("endpoint", url), text("approximate", "1d"),
			{Name: "ignore_case", Value: types.Truth(true)}, {Name: "trust_fields", Value: types.Truth(true)}, text("from_name", "Shop"),
			{Name: "fields", Map: []ir.Setting{text("phone", "mobile"), text("first_name", "firstname"), text("lang", "preferred_locale")}},
			{Name: "consents", Map: []ir.Setting{text("news", "news_consent")}},
		},
		Blocks: []ir.ConfigBlock{{Type: "consent", Labels: []string{"news"}, Config: ir.Config{
			Settings: []ir.Setting{text("granted_at", "news_since"), text("confirmed_at", "news_confirmed")}}}},
	}}
}

func configured(i *fake.Installation) targets.Config {
	return targets.Config{Platform: block(i.URL), Now: i.Now, Env: func(name string) (string, bool) {
		v, ok := map[string]string{"MAUTIC_USER": i.User, "MAUTIC_PASSWORD": i.Password}[name]
		return v, ok
	}}
}

// installation is a new one with the fields of the kit's people.
func installation(t testing.TB) *fake.Installation {
	i := fake.Serve(t, "robot", secret)
	i.Fields = append(i.Fields, fake.Field{Alias: "customer_id", Type: "text"}, fake.Field{Alias: "tier", Type: "select"},
		fake.Field{Alias: "news_consent", Type: "boolean"}, fake.Field{Alias: "news_since", Type: "datetime"}, fake.Field{Alias: "news_confirmed", Type: "datetime"})
	return i
}

// harness is what the laws know of Mautic.
func harness(t testing.TB, factory targets.Factory) kit.Harness {
	var mutex sync.Mutex
	all := map[string]*fake.Installation{}
	of := func(p kit.Platform) *fake.Installation {
		mutex.Lock()
		defer mutex.Unlock()
		s, _ := p.Config.Platform.Config.Get("endpoint")
		return all[fmt.Sprint(s.Value)]
	}
	return kit.Harness{
		Target: factory,
		Fresh: func(t testing.TB) kit.Platform {
			mutex.Lock()
			defer mutex.Unlock()
			i := installation(t)
			all[i.URL] = i
			return kit.Platform{Config: configured(i), Secrets: []string{secret}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			i := of(p)
			i.Do(func() { byHand(i, o) })
		},
		Foreign: func(t testing.TB, p kit.Platform) {
			i := of(p)
			i.Do(func() { i.Add("segment", map[string]any{"name": "Newsletter", "filters": []any{}}) })
		},
		Programs: func(p ir.Platform) (*ir.Program, *ir.Program) { return held(kit.Before(p)), held(kit.After(p)) },
		Random:   random,
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.testers"}, Kind: "segment", Platform: p.Address, Key: "Testers", Attributes: []ir.Setting{
				{Name: "filters", Value: types.Values{}},
			}}}
		},
	}
}

// byHand is what somebody does in the pages of the installation.
func byHand(i *fake.Installation, o resource.Object) {
	object := i.Find(o.Kind, o.ID)
	if o.Kind == "segment" {
		filters := object.Attributes["filters"].([]any)
		object.Attributes["filters"] = append(filters, map[string]any{"glue": "or", "field": "email", "object": "lead", "type": "email", "operator": "!empty",
			"properties": map[string]any{"filter": nil}, "filter": nil, "display": nil})
	}
	switch o.Kind {
	case "email":
		object.Attributes["customHtml"] = "<p>By hand</p>"
	case "campaign":
		events := object.Attributes["events"].([]any)
		events[len(events)-1].(map[string]any)["properties"] = map[string]any{"segments": []any{}}
	case "sms":
		object.Attributes["message"] = "By hand"
	}
	object.Attributes["dateModified"] = "2026-12-01T09:30:00+00:00"
}

func words(text string) content.Template {
	return content.Template{Pieces: []content.Piece{content.Text{Text: text}}}
}

// held is a program without what Mautic keeps nothing of: events, and a length
// of time that the calendar decides.
func held(p *ir.Program) *ir.Program {
	p.Person.Language = "lang"
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "lang", Type: types.String})
	p.Touchpoints = append(p.Touchpoints, ir.Touchpoint{Head: ir.Head{Address: "touchpoint.short"}, Purpose: "purpose.account", Channels: []string{"channel.sms"},
		Content: ir.Content{Text: map[string]content.Template{"es": words("Hola"), "en": words("Hola")}}})
	journeys(p)
	p.Sort()
	for i := range p.Regimes[0].Rules {
		p.Regimes[0].Rules[i].ValidFor = types.Span{Amount: 365 * max(1, p.Regimes[0].Rules[i].ValidFor.Amount/365), Unit: types.Day}
	}
	for i, s := range p.Segments {
		if s.Address == "segment.buyers" {
			p.Segments[i].Where = expr.Not{Term: expr.Member{Segment: "segment.gold"}}
		}
	}
	return p
}

// journeys makes of the kit's journeys what a campaign can do: take in whoever is
// in a segment, wait, choose and send.
func journeys(p *ir.Program) {
	gold := expr.Member{Segment: "segment.gold"}
	p.Moments = []ir.Moment{{Head: ir.Head{Address: "moment.golden"}, Detect: ir.Enters{Segment: "segment.gold", Existing: true}}}
	for i, j := range p.Journeys {
		j.OnChange, j.LeaveIf, j.Enter.Moment, j.Goal = "migrate", expr.Not{Term: gold}, "moment.golden", nil
		for k, s := range j.Steps {
			switch s := s.(type) {
			case ir.Wait:
				s.Until = nil
				j.Steps[k] = s
			case ir.Choose:
				s.When[0].If = expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text("ES"), Type: types.String}}
				j.Steps[k] = s
			case ir.Send, ir.Do, ir.Split:
			}
		}
		p.Journeys[i] = j
	}
}

// random is the kit's program with random segments, so far as Mautic can say
// them.
func random(src sample.Source, platform ir.Platform) *ir.Program {
	p := held(kit.Before(platform))
	for i := range 6 {
		segment := ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.random_%d", i)}, Where: sample.Predicate(src, p, options, 2)}
		if one := *p; !mautic.New().Lower(targets.LowerRequest{Program: alone(&one, segment), Platform: platform, Placed: []string{segment.Address}}).Diagnostics.HasErrors() {
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

// The contract that every target keeps, in this process and in another.
func TestContract(t *testing.T) { kit.Test(t, harness(t, mautic.New)) }

func TestContractThroughPlugin(t *testing.T) {
	kit.Served(t, harness(t, mautic.New), kit.Through(t, "mautic"))
}

// TestMain is also the plugin: under a plugin's name this program serves.
func TestMain(m *testing.M) { kit.Main(m, mautic.New) }
