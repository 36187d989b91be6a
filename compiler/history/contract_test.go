package history_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// everyType is a project with one event that has a field of each type.
func everyType(required bool) *ir.Program {
	e := ir.Event{Head: ir.Head{Address: "event.all"}}
	add := func(name string, t types.Type) {
		e.Fields = append(e.Fields, ir.Field{Name: name, Type: t, Required: required && len(e.Fields)%2 == 0})
	}
	for _, t := range types.Basics {
		add("a_"+t.String(), t)
	}
	add("a_word", types.Enum{Values: []string{"gold", "none"}})
	add("a_list", types.List{Element: types.Number})
	add("an_order", types.Object{Name: "order"})
	return &ir.Program{
		Project: ir.Project{Name: "shop", Timezone: "Europe/Madrid", Currency: "EUR"}, Events: []ir.Event{e},
		Person:  ir.Person{Keys: []ir.Key{{Name: "id", Type: types.String}}},
		History: ir.History{Events: "e.ndjson"},
	}
}

// values is what stands in rows: right for some type, nearly right, and wrong.
var values = []string{
	`null`, `""`, `"x"`, `true`, `"true"`, `1`, `-1.5`, `1.005`, `"1.5"`, `"+1e2"`, `".5"`, `"5."`, `"1_0"`, `1e999999999`, `"1e999999999"`,
	`"2026-12-01"`, `"2026-02-31"`, `"2026-12-01T9:00:00Z"`, `"2026-12-01T09:00:00,5+01:00"`, `"2026-12-01 10:00"`, `"yesterday"`, `"90d"`, `"d"`,
	`"ana@example.test"`, `"ana @example.test"`, `"\"a b\"@example.test"`, `"@"`, `"+34 600 000 001"`, `"600"`, `"https://example.test/x"`, `"HTTP:x"`,
	`"example.test"`, `"gold"`, `"Gold"`, `[]`, `[1, null, "2"]`, `[[1]]`, `["x"]`, `[1e999999999]`, `{}`, `{"a": 1}`,
}

func drawnRow(t *rapid.T, p *ir.Program) string {
	member := func(name, value string) string { return fmt.Sprintf("%q: %s", name, value) }
	outer := []string{
		member("person", rapid.SampledFrom([]string{`"c-1"`, `"c-1"`, `"c-1"`, `""`, `1`, `null`}).Draw(t, "person")),
		member("type", rapid.SampledFrom([]string{`"all"`, `"event.all"`, `"all"`, `"none"`, `7`}).Draw(t, "type")),
		member("time", rapid.SampledFrom([]string{`"2026-12-01T09:00:00Z"`, `"2026-12-01 10:00"`, `"2026-12-01T09:00:00Z"`, `"soon"`, `1`}).Draw(t, "time")),
	}
	var inner []string
	for _, f := range p.Events[0].Fields {
		m := member(f.Name, rapid.SampledFrom(values).Draw(t, f.Name))
		if right, ok := fitting[f.Name]; ok && rapid.IntRange(0, 9).Draw(t, "right") > 0 {
			m = member(f.Name, right)
		}
		switch rapid.IntRange(0, 9).Draw(t, "place") {
		case 0: // missing
		case 1, 2, 3, 4:
			outer = append(outer, m)
		default:
			inner = append(inner, m)
		}
	}
	if len(inner) > 0 || rapid.Bool().Draw(t, "nested") {
		outer = append(outer, `"fields": {`+strings.Join(inner, ", ")+"}")
	}
	return "{" + strings.Join(outer, ", ") + "}"
}

// fitting is a right value for each field.
var fitting = map[string]string{
	"a_string": `"x"`, "a_number": `1.5`, "a_bool": `true`, "a_date": `"2026-12-01"`, "a_timestamp": `"2026-12-01 10:00"`, "a_duration": `"90d"`,
	"a_email": `"ana@example.test"`, "a_phone": `"+34600000001"`, "a_url": `"https://example.test"`, "a_money": `12.50`, "a_word": `"gold"`,
	"a_list": `[1, 2]`, "an_order": `"o-1"`,
}

// An event is right if and only if the reader of histories takes it, and what
// the reader takes follows the published schema as it stands.
func TestLawContractIsWhatTheReaderTakes(t *testing.T) {
	taken, refused := 0, 0
	for _, required := range []bool{false, true} {
		p := everyType(required)
		contract, err := history.NewContract(p)
		if err != nil {
			t.Fatal(err)
		}
		schema, _ := history.EventSchema(p, "event.all")
		text, err := schema.JSON()
		if err != nil {
			t.Fatal(err)
		}
		published, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(text))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		rapid.Check(t, func(t *rapid.T) {
			row := drawnRow(t, p)
			got, err := contract.Check("e.ndjson", strings.NewReader(row+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			fits := reads(t, dir, p, row)
			if (got.Events == 1) != fits || (got.Bad == 1) == fits {
				t.Fatalf("the reader takes it: %v; the contract: %+v\n%s", fits, got, row)
			}
			if !fits {
				refused++
				return
			}
			taken++
			if result, err := published.Validate(gojsonschema.NewStringLoader(row)); err != nil || !result.Valid() {
				t.Fatalf("the schema refuses what the reader takes: %v %v\n%s", result.Errors(), err, row)
			}
		})
	}
	if taken == 0 || refused == 0 {
		t.Errorf("%d rows were taken, %d refused", taken, refused)
	}
}

// reads tells whether the reader of histories takes a row.
func reads(t *rapid.T, dir string, p *ir.Program, row string) bool {
	if err := os.WriteFile(filepath.Join(dir, "e.ndjson"), []byte(row+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := history.Read(history.Options{Dir: dir, Program: p})
	if err != nil {
		t.Fatal(err)
	}
	return h.Counts.Bad == 0 && h.Counts.Events == 1
}

func TestContract(t *testing.T) {
	p := everyType(true)
	p.Events = append(p.Events, ir.Event{Head: ir.Head{Address: "event.some"}, From: "event.all"})
	contract, err := history.NewContract(p)
	if err != nil {
		t.Fatal(err)
	}
	const good = `"person":"c-1","time":"2026-12-01T09:00:00Z"`
	const all = `"a_string":"x","a_bool":true,"a_timestamp":"2026-12-01 10:00","a_email":"a@example.test","a_url":"https://example.test","a_word":"gold","an_order":"o-1"`
	rows := []string{
		`{` + good + `,"type":"all",` + all + `,"secret":"SECRET"}`,
		``,
		`{` + good + `,"type":"SECRET"}`,
		`{` + good + `,"type":"al"}`,
		`{` + good + `,"type":"some"}`,
		`{` + good + `,"type":"all","fields":{` + all + `,"a_date":"SECRET","a_number":"SECRET"}}`,
		`{` + good + `,"type":"all","fields":{` + all + `,"a_date":"2026-02-31"}}`,
		`{"type":"all","person":"","time":"SECRET",` + all + `}`,
		`{` + good + `,"type":"all","a_bool":"SECRET"}`,
		`SECRET`,
	}
	got, err := contract.Check("e.ndjson", strings.NewReader(strings.Join(rows, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, f := range got.Faults {
		told = append(told, f.Place()+" "+string(f.Reason)+": "+f.Detail)
	}
	want := []string{
		"e.ndjson:3:54 not declared: `type` is not an event that the project declares.",
		"e.ndjson:4:54 not declared: `type` is not an event that the project declares. There is event.all.",
		"e.ndjson:5:54 derived, not recorded: event.some is derived from event.all, which is what gets recorded.",
		"e.ndjson:6:232 wrong type: `a_date` is not a date like 2026-12-01.",
		"e.ndjson:6:252 wrong type: `a_number` is not a number.",
		"e.ndjson:7:232 wrong type: `a_date` is not a date like 2026-12-01.",
		"e.ndjson:8:1 a value is missing: The row has no `person`.",
		"e.ndjson:8:34 wrong type: `time` is not an instant like 2026-12-01T09:00:00Z.",
		"e.ndjson:9:1 a value is missing: The row has no `a_email`.",
		"e.ndjson:9:1 a value is missing: The row has no `a_string`.",
		"e.ndjson:9:1 a value is missing: The row has no `a_timestamp`.",
		"e.ndjson:9:1 a value is missing: The row has no `a_url`.",
		"e.ndjson:9:1 a value is missing: The row has no `a_word`.",
		"e.ndjson:9:1 a value is missing: The row has no `an_order`.",
		"e.ndjson:9:69 wrong type: `a_bool` is not true or false.",
		"e.ndjson:10:1 not readable: The line is not one JSON object.",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if strings.Contains(fmt.Sprint(got), "SECRET") {
		t.Errorf("a value is repeated: %v", got)
	}
	if got.Events != 1 || got.Bad != 8 || len(got.Notices) != 1 || got.Notices[0].Detail != "`secret` is not a field of event.all." {
		t.Errorf("%+v", got)
	}
}

func TestEventSchema(t *testing.T) {
	p := &ir.Program{Project: ir.Project{Name: "shop", Timezone: "Europe/Madrid"}, Events: []ir.Event{
		{Head: ir.Head{Address: "event.big"}, From: "event.bought"},
		{Head: ir.Head{Address: "event.bought", Description: "Paid < delivered."}, Fields: []ir.Field{{Name: "plan", Type: types.Enum{Values: []string{"pro"}}, Required: true}}},
	}}
	s, ok := history.EventSchema(p, "event.bought")
	if !ok {
		t.Fatal("event.bought has no schema")
	}
	text, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	plan := map[string]any{"enum": []any{"pro", "", nil}}
	if diff := cmp.Diff(plan, got["properties"].(map[string]any)["plan"]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got["$id"] != "urn:trayecto:shop:event.bought" || !strings.Contains(string(text), "Paid < delivered.") {
		t.Errorf("%s", text)
	}
	for _, address := range []string{"event.big", "event.none"} {
		if _, ok := history.EventSchema(p, address); ok {
			t.Errorf("%s has a schema", address)
		}
	}
}
