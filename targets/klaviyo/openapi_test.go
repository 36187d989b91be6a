package klaviyo_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
)

// openapi is Klaviyo's own contract, where it is at hand.
type openapi struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct {
				Schema struct {
					Ref string `json:"$ref"`
				} `json:"schema"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]any `json:"schemas"`
	} `json:"components"`
}

func contract(t *testing.T) *openapi {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "specs", "klaviyo.json"))
	if os.IsNotExist(err) {
		t.Skip("Klaviyo's contract is not at hand")
	}
	if err != nil {
		t.Fatal(err)
	}
	var o openapi
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	return &o
}

// form is the schema of a request, by its path in the contract.
func (o *openapi) form(t *testing.T, method, path string) *gojsonschema.Schema {
	ref := o.Paths[path][strings.ToLower(method)].RequestBody.Content["application/vnd.api+json"].Schema.Ref
	if ref == "" {
		t.Fatalf("the contract has no body for %s %s", method, path)
	}
	definitions := map[string]any{}
	o.reach(ref, definitions)
	document := map[string]any{"$ref": converted(ref), "definitions": definitions}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewGoLoader(document))
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return schema
}

// reach collects what a schema refers to.
func (o *openapi) reach(ref string, into map[string]any) {
	name := ref[strings.LastIndexByte(ref, '/')+1:]
	if _, done := into[name]; done {
		return
	}
	into[name] = true
	into[name] = o.convert(o.Components.Schemas[name], into)
}

func converted(ref string) string {
	return "#/definitions/" + ref[strings.LastIndexByte(ref, '/')+1:]
}

// convert is a schema of OpenAPI as one of JSON Schema: what may be null says so,
// an integer may be a number too, and what is not listed is not allowed.
func (o *openapi) convert(x any, into map[string]any) any {
	switch x := x.(type) {
	case []any:
		out := make([]any, len(x))
		for i, item := range x {
			out[i] = o.convert(item, into)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, item := range x {
			switch name {
			case "nullable", "discriminator", "example", "description", "default":
				if _, plain := item.(map[string]any); !plain || name == "discriminator" {
					continue
				}
				out[name] = o.convert(item, into)
			case "$ref":
				o.reach(item.(string), into)
				out[name] = converted(item.(string))
			case "oneOf":
				out["anyOf"] = o.convert(item, into)
			default:
				out[name] = o.convert(item, into)
			}
		}
		if _, lists := out["properties"].(map[string]any); lists && out["type"] == "object" {
			out["additionalProperties"] = false
		}
		if x["nullable"] == true {
			return map[string]any{"anyOf": []any{map[string]any{"type": "null"}, out}}
		}
		return out
	}
	return x
}

var identified = regexp.MustCompile(`/(segments|lists|templates|flows|tags)/[A-Za-z0-9]+`)

// Every body that is sent is one that the contract takes.
func TestBodiesAreAsTheContractSays(t *testing.T) {
	t.Parallel()
	o := contract(t)
	w := everyCall(t)
	forms := map[string]*gojsonschema.Schema{}
	seen := map[string]int{}
	for _, c := range w.Calls() {
		path, _, _ := strings.Cut(c.Path, "?")
		path = identified.ReplaceAllString(path, "/$1/{id}")
		call := c.Method + " " + path
		if c.Body == "" {
			continue
		}
		if forms[call] == nil {
			forms[call] = o.form(t, c.Method, path)
		}
		seen[call]++
		result, err := forms[call].Validate(gojsonschema.NewStringLoader(c.Body))
		if err != nil {
			t.Fatal(err)
		}
		if other, err := forms[call].Validate(gojsonschema.NewStringLoader(strings.Replace(c.Body, `"type":"`, `"type":"x`, 1))); err != nil || other.Valid() {
			t.Errorf("%s: a body of another type would be taken, %v", call, err)
		}
		if !result.Valid() {
			t.Errorf("%s\n%s\n%v", call, c.Body, result.Errors()[:min(8, len(result.Errors()))])
		}
	}
	for _, call := range []string{"POST /api/segments", "PATCH /api/segments/{id}", "POST /api/lists", "PATCH /api/lists/{id}", "POST /api/templates", "PATCH /api/templates/{id}",
		"POST /api/flows", "PATCH /api/flows/{id}", "POST /api/tags", "POST /api/tags/{id}/relationships/flows"} {
		if seen[call] == 0 {
			t.Errorf("nothing was sent by %s", call)
		}
	}
}

// everyCall makes, edits, switches and moves everything that the language has for
// this platform.
func everyCall(t *testing.T) *world {
	src := rand.New(rand.NewPCG(1, 1))
	program := everything(plain("https://a.example.test"))
	for i := range 30 {
		program.Segments = append(program.Segments, ir.Segment{Head: ir.Head{Address: "segment.random_" + string(rune('a'+i))}, Where: sample.Predicate(src, program, options, 2)})
	}
	w := newWorld(t, program, nil)
	w.block = block(w.URL)
	w.AddMetric("Placed Order", "Shopify")
	lowered := w.target.Lower(targets.LowerRequest{Program: program, Platform: w.block, Placed: program.Placed(w.block.Address)})
	for _, d := range lowered.Diagnostics {
		if d.Rule.Code != "CAP301" && d.Rule.Code != "CAP442" {
			t.Fatalf("%s: %s %s", d.Rule.Code, d.Mark, d.Detail)
		}
	}
	ids := map[resource.Address]string{}
	for _, kind := range []string{"list", "template", "segment", "flow"} {
		list := slices.DeleteFunc(slices.Clone(lowered.Resources), func(r resource.Resource) bool { return r.Kind != kind })
		for address, id := range w.deploy(t, list, ids) {
			ids[address] = id
		}
	}
	for _, r := range lowered.Resources {
		now, err := w.target.Get(t.Context(), r.Kind, []string{ids[r.Address]})
		if err != nil || len(now) != 1 {
			t.Fatalf("%s: %v, %v", r.Address, now, err)
		}
		r.Attributes = now[0].Attributes
		changes := []targets.Change{{Action: targets.Update, Resource: r, Prior: &now[0], Mark: kit.Mark(r.Address), Key: "u"}}
		if r.Kind == "flow" {
			changes = append(changes, targets.Change{Action: targets.SwitchOn, Resource: r, Prior: &now[0], Mark: kit.Mark(r.Address), Key: "s"})
		}
		for _, c := range changes {
			err = w.target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(result targets.Result) {
				if result.Err != nil {
					t.Errorf("%s %s: %v", c.Action, r.Address, result.Err)
				} else {
					c.Prior.Version, c.Prior.Mark = result.Object.Version, result.Object.Mark
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := w.Find("flow", ids[resource.Address{Object: "journey.welcome", Platform: "crm"}]).Attributes["status"]; got != "live" {
		t.Errorf("the flow is %v", got)
	}
	for _, c := range w.Calls() {
		if c.Status >= http.StatusBadRequest && c.Status != http.StatusNotFound {
			t.Errorf("%s %s answered %d\n%s", c.Method, c.Path, c.Status, c.Body)
		}
	}
	return w
}
