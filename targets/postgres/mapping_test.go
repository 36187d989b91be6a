package postgres_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/postgres"
)

const files = `project "p" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["es"]
  platforms = [platform.dwh]
}
person {
  key "customer_id" { type = string }
  key "email" { type = email }
  attribute "tier" { type = enum("gold", "none") }
}
event "order_placed" {
  context = "relationship"
  field "amount" { type = money }
}
event "big_order" {
  from  = event.order_placed
  where = it.amount >= 200
}
purpose "offers" { class = "marketing" }
channel "email" { address = person.email }
consent "news" {
  purpose  = purpose.offers
  channels = [channel.email]
  title    = { es = "Ofertas" }
  survives = "address_change"
}
exclusion "robinson" {
  list      = "r.csv"
  match     = [person.email]
  classes   = ["marketing"]
}
regime "es" {
  applies_when = person.tier == "gold"
  rule "opt_in" {
    classes  = ["marketing"]
    channels = [channel.email]
    basis    = "consent"
  }
}
segment "gold" { where = person.tier == "gold" && did(event.big_order, "90d") }
`

// compiled is the project with a platform block in a file of its own.
func compiled(t *testing.T, platform string) targets.Lowered {
	t.Helper()
	set := source.Of(source.File{Path: "main.hcl", Text: files}, source.File{Path: "dwh.hcl", Text: platform})
	loaded, found := project.From(set, project.Options{})
	program, more := compiler.Compile(loaded)
	for _, d := range append(found, more...) {
		if d.Rule.Severity == diag.Error {
			t.Fatalf("%s at %v: %s", d.Rule.Code, d.At, d.Detail)
		}
	}
	p, ok := ir.Find(program.Platforms, "platform.dwh")
	if !ok {
		t.Fatal("no platform")
	}
	return postgres.New().Lower(targets.LowerRequest{Program: program, Platform: p, Placed: program.Placed("platform.dwh")})
}

const sound = `platform "postgres" "dwh" {
  dsn = env("DSN")
  people {
    table  = "crm.customers"
    key    = "id"
    fields = { tier = "level" }
  }
  values "tier" { gold = "G" }
  event "order_placed" {
    table    = "orders"
    fields   = { amount = "total" }
    sequence = "n"
  }
  consent "news" {
    table   = "crm.news"
    person  = "id"
    address = "mail"
  }
  exclusion "robinson" {
    table = "crm.robinson"
    match = ["mail"]
  }
}
`

func TestAMappingIsRead(t *testing.T) {
	lowered := compiled(t, sound)
	if len(lowered.Diagnostics) != 0 {
		t.Fatal(lowered.Diagnostics)
	}
	got := map[string]int{}
	for look, at := range lowered.Lookups {
		got[look.Kind+" "+look.Key] = at.Start.Line
	}
	want := map[string]int{
		"table crm.customers": 4, "column crm.customers.id": 5, "column crm.customers.level": 6, "column crm.customers.email": 4,
		"table public.orders": 10, "column public.orders.person": 10, "column public.orders.at": 10, "column public.orders.total": 11,
		"table crm.news": 15, "column crm.news.id": 16, "column crm.news.state": 15, "column crm.news.mail": 17, "column public.orders.n": 12,
		"table crm.robinson": 20, "column crm.robinson.mail": 21,
		"table public.outcomes": 1, "column public.outcomes.person": 1, "column public.outcomes.outcome": 1, "column public.outcomes.at": 1,
	}
	for key, line := range want {
		if got[key] == 0 {
			t.Errorf("%s is not looked up", key)
		} else if got[key] != line && line != 10 && line != 15 && line != 1 {
			t.Errorf("%s points at line %d, not %d", key, got[key], line)
		}
	}
	for key := range got {
		if want[key] == 0 {
			t.Errorf("%s is looked up", key)
		}
	}
	var keys []string
	for _, r := range lowered.Resources {
		keys = append(keys, r.Kind+" "+r.Key)
		if r.At.IsZero() {
			t.Errorf("%s is nowhere", r.Key)
		}
	}
	if diff := cmp.Diff([]string{"function allowed", "view consent_record", "schema trayecto", "view suppressed", "view segment_gold"}, keys); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

// Objects of ours are referred to, so that they are made in order.
func TestReferences(t *testing.T) {
	for _, r := range compiled(t, sound).Resources {
		var roles []string
		for _, ref := range resource.Refs(r.Attributes) {
			roles = append(roles, ref.Address.Role)
		}
		want := map[string]string{"trayecto": "", "allowed": "consent_record schema suppressed"}[r.Key]
		if r.Key != "trayecto" && want == "" {
			want = "schema"
		}
		if got := strings.Join(roles, " "); got != want {
			t.Errorf("%s refers to %q, not %q", r.Key, got, want)
		}
	}
}

func TestWhatIsWrongWithAMapping(t *testing.T) {
	for name, test := range map[string]struct{ from, to, code, at, help string }{
		"no table":             {`    table  = "crm.customers"`, "", "MAP301", "", "add table"},
		"an unknown argument":  {`sequence = "n"`, `sequense = "n"`, "MAP302", `"n"`, "write sequence"},
		"an unknown block":     {`exclusion "robinson"`, `exclusions "robinson"`, "MAP302", "", "write exclusion"},
		"a table of three":     {`"crm.news"`, `"a.b.c"`, "MAP302", `"a.b.c"`, "schema.table"},
		"an unknown event":     {`event "order_placed"`, `event "order_place"`, "MAP303", "", "write order_placed"},
		"a derived event":      {`event "order_placed"`, `event "big_order"`, "MAP302", "", "event.order_placed"},
		"an unknown field":     {`amount = "total"`, `amout = "total"`, "MAP303", "", "write amount"},
		"an unknown attribute": {`tier = "level"`, `teir = "level"`, "MAP303", "", "write tier"},
		"unknown words":        {`values "tier"`, `values "level"`, "MAP303", "", ""},
		"no way to the person": {"    person  = \"id\"\n    address = \"mail\"", "", "MAP301", "", "person"},
		"an address alone":     {`    person  = "id"`, "", "MAP306", `"mail"`, "person"},
		"acts without time":    {`person  = "id"`, "person = \"id\"\n    act = \"act\"", "MAP301", "", "add at"},
		"no exclusion list":    {`  exclusion "robinson" {` + "\n    table = \"crm.robinson\"\n    match = [\"mail\"]\n  }", "", "MAP304", "", "exclusion \"robinson\""},
		"too many columns":     {`match = ["mail"]`, `match = ["mail", "phone"]`, "CAP103", `"crm.robinson"`, "one column for each"},
		"a number for a name":  {`key    = "id"`, `key = 7`, "MAP302", "7", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sound, test.from, test.to, 1)
			if text == sound {
				t.Fatal("nothing is wrong")
			}
			var codes []string
			for _, d := range compiled(t, text).Diagnostics {
				codes = append(codes, d.Rule.Code)
				if d.Rule.Code != test.code {
					continue
				}
				if !strings.Contains(d.Help, test.help) || d.Detail == "" {
					t.Errorf("%s, help: %q", d.Detail, d.Help)
				}
				if d.At.File != "dwh.hcl" && d.Rule.Code[:3] == "MAP" {
					t.Errorf("it points at %v", d.At)
				}
				if marked := text[min(d.At.Start.Byte, len(text)):min(d.At.End.Byte, len(text))]; test.at != "" && marked != test.at {
					t.Errorf("it marks %q, not %q", marked, test.at)
				}
				return
			}
			t.Errorf("said %v, not %s", codes, test.code)
		})
	}
}

// What writes to people has no place in a warehouse.
func TestAWarehouseWritesToNobody(t *testing.T) {
	program := &ir.Program{
		Project: ir.Project{Timezone: "UTC"}, Person: ir.Person{Keys: []ir.Key{{Name: "id"}}},
		Journeys: []ir.Journey{{Head: ir.Head{Address: "journey.welcome", At: diag.Range{File: "j.hcl"}}}},
	}
	target := postgres.New()
	lowered := target.Lower(targets.LowerRequest{Program: program, Platform: ir.Platform{Name: "dwh"}, Placed: []string{"journey.welcome"}})
	for _, d := range lowered.Diagnostics {
		if d.Rule.Code == "CAP201" && d.At.File == "j.hcl" && strings.Contains(d.Help, "leave_out = [journey]") {
			if e := target.Explain(program, ir.Platform{}); e.Sends {
				t.Error("it says that it sends")
			}
			return
		}
	}
	t.Errorf("%v", lowered.Diagnostics)
}
