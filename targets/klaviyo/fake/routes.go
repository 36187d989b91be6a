package fake

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/targets/fake"
)

// collections are the objects that share their calls, with what the contract
// has for them.
var collections = []struct{ kind, path, write, make, read string }{
	{"campaign", "/api/campaigns", "campaigns", "campaigns", "campaigns"},
	{"flow", "/api/flows", "flows", "flow creation", "flows"},
	{"list", "/api/lists", "lists", "list creation", "lists"},
	{"segment", "/api/segments", "segment writing", "segment writing", "segments"},
	{"template", "/api/templates", "templates", "templates", "templates"},
}

func (a *Account) routes() []fake.Route {
	routes := []fake.Route{
		{Method: "GET", Path: "/api/accounts", Class: "account", Handle: func(*fake.Request) fake.Reply {
			return fake.Reply{Body: map[string]any{"data": []any{map[string]any{"type": "account", "id": a.ID, "attributes": map[string]any{}}}, "links": map[string]any{"next": nil}}}
		}},
		{Method: "GET", Path: "/api/metrics", Class: "metrics", Handle: a.metrics},
		{Method: "GET", Path: "/api/tags", Class: "tags", Handle: func(r *fake.Request) fake.Reply { return a.list(r, "tag", "/api/tags") }},
		{Method: "POST", Path: "/api/tags", Schema: "klaviyo/tag_create.json", Class: "tags", Handle: func(r *fake.Request) fake.Reply { return a.create(r, "tag") }},
		{Method: "POST", Path: "/api/tags/{id}/relationships/flows", Schema: "klaviyo/tag_flows.json", Class: "tags", Handle: a.tagged},
		{Method: "DELETE", Path: "/api/tags/{id}/relationships/flows", Schema: "klaviyo/tag_flows.json", Class: "tags", Handle: a.tagged},
	}
	routes = append(routes, a.campaigns()...)
	for _, c := range collections {
		routes = append(routes,
			fake.Route{Method: "GET", Path: c.path, Class: c.read, Handle: func(r *fake.Request) fake.Reply { return a.list(r, c.kind, c.path) }},
			fake.Route{Method: "GET", Path: c.path + "/{id}", Class: c.read, Handle: func(r *fake.Request) fake.Reply { return a.get(r, c.kind) }},
			fake.Route{Method: "POST", Path: c.path, Schema: "klaviyo/" + c.kind + "_create.json", Class: c.make, Handle: func(r *fake.Request) fake.Reply { return a.create(r, c.kind) }},
			fake.Route{Method: "PATCH", Path: c.path + "/{id}", Schema: "klaviyo/" + c.kind + "_update.json", Class: c.write, Handle: func(r *fake.Request) fake.Reply { return a.update(r, c.kind) }},
			fake.Route{Method: "DELETE", Path: c.path + "/{id}", Class: "removal", Handle: func(r *fake.Request) fake.Reply { return a.remove(r, c.kind) }},
		)
	}
	return routes
}

func (a *Account) metrics(*fake.Request) fake.Reply {
	var data []any
	for _, m := range a.Metrics {
		data = append(data, map[string]any{"type": "metric", "id": m.ID, "attributes": map[string]any{"name": m.Name, "integration": map[string]any{"name": m.Integration}}})
	}
	return fake.Reply{Body: map[string]any{"data": data, "links": map[string]any{"next": nil}}}
}

// largest is how many objects a page of a kind has, at most and by default.
var largest = map[string]int{"campaign": 10, "flow": 50, "list": 10, "segment": 10, "template": 10, "tag": 50}

func (a *Account) list(r *fake.Request, kind, path string) fake.Reply {
	size := largest[kind]
	if kind == "campaign" && !strings.HasPrefix(r.URL.Query().Get("filter"), "equals(messages.channel,") {
		return fake.Reply{Status: http.StatusBadRequest, Body: errors("invalid", "A channel filter is required to list campaigns.", "")}
	}
	if said := r.URL.Query().Get("page[size]"); said != "" {
		n, err := strconv.Atoi(said)
		if err != nil || n < 1 || n > size {
			return fake.Reply{Status: http.StatusBadRequest, Body: errors("invalid", "page size must be between 1 and "+strconv.Itoa(size), "")}
		}
		size = n
	}
	start, _ := strconv.Atoi(r.URL.Query().Get("page[cursor]")) // none is 0
	var shown []*Object
	for _, o := range a.Objects[kind] {
		if !o.Hidden {
			shown = append(shown, o)
		}
	}
	data, included := []any{}, []any{}
	for _, o := range shown[min(start, len(shown)):min(start+size, len(shown))] {
		data = append(data, a.resource(kind, o, false))
	}
	for _, tag := range a.Objects["tag"] {
		included = append(included, a.resource("tag", tag, false))
	}
	next := any(nil)
	if start+size < len(shown) {
		next = a.URL + path + "?page%5Bcursor%5D=" + strconv.Itoa(start+size)
	} else if a.Stuck && start > 0 {
		next = a.URL + path + "?page%5Bcursor%5D=" + strconv.Itoa(size)
	}
	return fake.Reply{Body: map[string]any{"data": data, "included": included, "links": map[string]any{"next": next}}}
}

// resource is an object in an answer. The definition of a flow is there only
// when it is asked for.
func (a *Account) resource(kind string, o *Object, whole bool) map[string]any {
	attributes := maps.Clone(o.Attributes)
	delete(attributes, "message") // what only this stand-in knows
	if kind == "campaign-message" {
		delete(attributes, "template")
	}
	if kind == "flow" && !whole {
		delete(attributes, "definition")
	}
	out := map[string]any{"type": kind, "id": o.ID, "attributes": attributes}
	if kind == "flow" {
		tags := []any{}
		for _, id := range o.Tags {
			tags = append(tags, map[string]any{"type": "tag", "id": id})
		}
		out["relationships"] = map[string]any{"tags": map[string]any{"data": tags}}
	}
	return out
}

func (a *Account) missing(kind string) fake.Reply {
	return fake.Reply{Status: http.StatusNotFound, Body: errors("not_found", "A "+kind+" with this id does not exist.", "")}
}

func (a *Account) get(r *fake.Request, kind string) fake.Reply {
	o := a.Find(kind, r.PathValue("id"))
	if o == nil {
		return a.missing(kind)
	}
	whole := strings.Contains(r.URL.Query().Get("additional-fields[flow]"), "definition")
	included := []any{}
	for _, tag := range a.Objects["tag"] {
		included = append(included, a.resource("tag", tag, false))
	}
	return fake.Reply{Body: map[string]any{"data": a.resource(kind, o, whole), "included": included}}
}

// written are the attributes of a request.
func written(r *fake.Request) map[string]any {
	data, _ := r.Body["data"].(map[string]any)
	attributes, _ := data["attributes"].(map[string]any)
	return copied(attributes)
}

// copied is a value of its own.
func copied(m map[string]any) map[string]any {
	raw, err := json.Marshal(m)
	if err != nil {
		panic("fake: copying what was JSON: " + err.Error())
	}
	out := map[string]any{}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		panic("fake: copying what was JSON: " + err.Error())
	}
	return out
}

func (a *Account) create(r *fake.Request, kind string) fake.Reply {
	attributes := written(r)
	switch kind {
	case "campaign":
		if refused := a.composed(attributes); refused != nil {
			return *refused
		}
	case "flow":
		if refused := a.made(attributes); refused != nil {
			return *refused
		}
	case "segment":
		if refused := a.known(attributes); refused != nil {
			return *refused
		}
		attributes["is_active"], attributes["is_processing"], attributes["is_starred"] = true, true, false
	case "list":
		if attributes["opt_in_process"] == nil {
			attributes["opt_in_process"] = "double_opt_in"
		}
	case "template":
		if len(a.Objects["template"]) >= 1000 {
			return fake.Reply{Status: http.StatusBadRequest, Body: errors("invalid", "There are 1,000 templates already.", "")}
		}
	}
	o := a.Add(kind, attributes)
	o.Attributes["created"] = o.Attributes["updated"]
	if kind == "campaign" {
		delete(o.Attributes, "created")
		o.Attributes["created_at"] = o.Attributes["updated_at"]
	}
	return fake.Reply{Status: http.StatusCreated, Body: map[string]any{"data": a.resource(kind, o, strings.Contains(r.URL.RawQuery, "definition"))}}
}

func (a *Account) update(r *fake.Request, kind string) fake.Reply {
	o := a.Find(kind, r.PathValue("id"))
	if o == nil {
		return a.missing(kind)
	}
	attributes := written(r)
	switch kind {
	case "campaign":
		if refused := a.edited(o, attributes); refused != nil {
			return *refused
		}
	case "segment":
		if refused := a.known(attributes); refused != nil {
			return *refused
		}
	}
	if !a.Deaf {
		for name, value := range attributes {
			o.Attributes[name] = value
		}
		if kind == "flow" {
			turned(o)
		}
		a.touch(o)
	}
	return fake.Reply{Body: map[string]any{"data": a.resource(kind, o, false)}}
}

func (a *Account) remove(r *fake.Request, kind string) fake.Reply {
	for i, o := range a.Objects[kind] {
		if o.ID == r.PathValue("id") {
			a.Objects[kind] = append(a.Objects[kind][:i:i], a.Objects[kind][i+1:]...)
			for _, run := range a.runs {
				run.over = run.over || run.flow == o
			}
			return fake.Reply{Status: http.StatusNoContent}
		}
	}
	return a.missing(kind)
}

// tagged gives flows a tag, or takes it from them.
func (a *Account) tagged(r *fake.Request) fake.Reply {
	tag := a.Find("tag", r.PathValue("id"))
	if tag == nil {
		return a.missing("tag")
	}
	var body struct {
		Data []struct{ ID string }
	}
	if err := r.Decode(&body); err != nil {
		return fake.Reply{Status: http.StatusBadRequest, Body: errors("invalid", err.Error(), "")}
	}
	for _, of := range body.Data {
		flow := a.Find("flow", of.ID)
		if flow == nil {
			return a.missing("flow")
		}
		var kept []string
		for _, id := range flow.Tags {
			if id != tag.ID {
				kept = append(kept, id)
			}
		}
		if r.Method == http.MethodPost {
			kept = append(kept, tag.ID)
		}
		flow.Tags = kept
	}
	return fake.Reply{Status: http.StatusNoContent}
}
