package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/schemas"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/run"
)

func twoTargets() []targets.Description {
	return []targets.Description{
		{Name: "one", Version: "1", Doc: "One.", Can: targets.Capabilities{Segments: true, Nulls: "a | b"}},
		{Name: "two", Version: "2", Doc: "Two.", Can: targets.Capabilities{Segments: true, Grain: types.Span{Amount: 1, Unit: types.Day},
			Rates: []targets.Rate{{Class: "write", Calls: 15, Per: types.Span{Amount: 1, Unit: types.Minute}}}}},
	}
}

func TestCapabilities(t *testing.T) {
	text := Capabilities(twoTargets())
	for _, want := range []string{
		"  Segments\n      one, two: yes\n", "  Windows are counted in steps of\n      one: exactly\n      two: 1d\n",
		"  At most\n      one: no limit that we know\n      two: write 15 in 1m\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in\n%s", want, text)
		}
	}
	table := strings.Split(strings.TrimSpace(CapabilitiesMarkdown(twoTargets())), "\n")
	if len(table) != len(Facts)+2 || table[0] != "| | one | two |" {
		t.Errorf("a table of %d rows under %s", len(table), table[0])
	}
	for _, row := range table {
		if n := strings.Count(strings.ReplaceAll(row, `\|`, ""), "|"); n != 4 {
			t.Errorf("%d bars in %s", n, row)
		}
	}
}

func TestCapabilitiesKeepToTheirSchema(t *testing.T) {
	raw, err := CapabilitiesJSON(twoTargets())
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Read("capabilities.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(raw))
	if err != nil || !result.Valid() {
		t.Errorf("%v %v", err, result.Errors())
	}
}

func TestRights(t *testing.T) {
	d := targets.Description{Rights: []targets.Right{{Name: "lists:read", For: targets.ToPlan, Doc: "Reads lists."}, {Name: "lists:write", For: targets.ToApply, Doc: "Writes them."}}}
	if diff := cmp.Diff("plan: lists:read  |  apply: lists:write", RightsLine(d)); diff != "" {
		t.Errorf("in a line (-want +got):\n%s", diff)
	}
	if got := Rights("mail", d); !strings.Contains(got, "to activate\n  nothing more\n") || !strings.Contains(got, "lists:write") {
		t.Errorf("rights:\n%s", got)
	}
}

func TestSurvey(t *testing.T) {
	got := Survey(&run.Survey{
		Platform: "platform.mail", Identity: "acme",
		Needs: []run.Need{{Kind: "metric", Key: "orders", Found: true}, {Kind: "list", Key: "nws", Nearest: "news"}, {Kind: "field", Key: "tier"}},
		Holds: []run.Held{{Kind: "list", Ours: 1, Others: 2}, {Kind: "flow"}},
	})
	want := "platform.mail answers: account acme.\n\nWhat the project names there:\n" +
		"  metric orders  there\n  list nws       missing; there is news\n  field tier     missing\n" +
		"\nWhat it holds: 3 of kind list, 1 of them ours.\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("survey (-want +got):\n%s", diff)
	}
}
