package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/trayecto/trayecto/targets/fake"
)

// collections are the objects that share their calls: where they are, and what
// one and many of them are called.
var collections = []struct{ kind, path, one, many string }{
	{"email", "/api/emails", "email", "emails"},
	{"segment", "/api/segments", "list", "lists"},
	{"sms", "/api/smses", "sms", "smses"},
}

func (i *Installation) routes() []fake.Route {
	routes := []fake.Route{
		{Method: "GET", Path: "/api/users/self", Handle: func(*fake.Request) fake.Reply {
			return fake.Reply{Body: map[string]any{"id": 1, "username": i.User}}
		}},
		{Method: "GET", Path: "/api/fields/contact", Handle: i.fields},
	}
	routes = append(append(routes, i.insideRoutes()...),
		fake.Route{Method: "GET", Path: "/api/campaigns", Handle: func(r *fake.Request) fake.Reply { return i.list(r, "campaign", "campaigns") }},
		fake.Route{Method: "GET", Path: "/api/campaigns/{id}", Handle: func(r *fake.Request) fake.Reply { return i.get(r, "campaign", "campaign") }},
		fake.Route{Method: "POST", Path: "/api/campaigns/new", Schema: "mautic/campaign_write.json", Handle: i.createCampaign},
		fake.Route{Method: "PUT", Path: "/api/campaigns/{id}/edit", Schema: "mautic/campaign_write.json", Handle: i.replaceCampaign},
		fake.Route{Method: "PATCH", Path: "/api/campaigns/{id}/edit", Schema: "mautic/campaign_publish.json", Handle: i.publishCampaign},
		fake.Route{Method: "DELETE", Path: "/api/campaigns/{id}/delete", Handle: func(r *fake.Request) fake.Reply { return i.remove(r, "campaign", "campaign") }},
	)
	for _, c := range collections {
		routes = append(routes,
			fake.Route{Method: "GET", Path: c.path, Handle: func(r *fake.Request) fake.Reply { return i.list(r, c.kind, c.many) }},
			fake.Route{Method: "GET", Path: c.path + "/{id}", Handle: func(r *fake.Request) fake.Reply { return i.get(r, c.kind, c.one) }},
			fake.Route{Method: "POST", Path: c.path + "/new", Schema: "mautic/" + c.kind + "_write.json", Handle: func(r *fake.Request) fake.Reply { return i.create(r, c.kind, c.one) }},
			fake.Route{Method: "PATCH", Path: c.path + "/{id}/edit", Schema: "mautic/" + c.kind + "_write.json", Handle: func(r *fake.Request) fake.Reply { return i.update(r, c.kind, c.one) }},
			fake.Route{Method: "DELETE", Path: c.path + "/{id}/delete", Handle: func(r *fake.Request) fake.Reply { return i.remove(r, c.kind, c.one) }},
		)
	}
	return routes
}

func (i *Installation) fields(r *fake.Request) fake.Reply {
	var all []map[string]any
	for n, f := range i.Fields {
		all = append(all, map[string]any{"id": n + 1, "alias": f.Alias, "type": f.Type, "isPublished": true})
	}
	return i.paged(r, "fields", all)
}

func (i *Installation) list(r *fake.Request, kind, many string) fake.Reply {
	var all []map[string]any
	for _, o := range i.Objects[kind] {
		all = append(all, o.Attributes)
	}
	return i.paged(r, many, all)
}

// paged is a part of a list. PHP has objects by id, and an empty list where
// there are none.
func (i *Installation) paged(r *fake.Request, many string, all []map[string]any) fake.Reply {
	start, _ := strconv.Atoi(r.URL.Query().Get("start")) // none is 0
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit <= 0 {
		limit = 30
	}
	if i.Stuck {
		start, limit = 0, min(limit, 1)
	}
	shown := map[string]any{}
	for _, o := range all[min(start, len(all)):min(start+limit, len(all))] {
		shown[fmt.Sprint(o["id"])] = o
	}
	body := map[string]any{"total": len(all), many: shown}
	if len(shown) == 0 {
		body[many] = []any{}
	}
	return fake.Reply{Body: body}
}

var missing = fake.Reply{Status: http.StatusNotFound, Body: problem(http.StatusNotFound, "Item was not found.", "")}

// Find is an object by its id.
func (i *Installation) Find(kind, id string) *Object {
	for _, o := range i.Objects[kind] {
		if strconv.Itoa(o.ID) == id {
			return o
		}
	}
	return nil
}

func (i *Installation) get(r *fake.Request, kind, one string) fake.Reply {
	o := i.Find(kind, r.PathValue("id"))
	if o == nil {
		return missing
	}
	return fake.Reply{Body: map[string]any{one: o.Attributes}}
}

// written is a request as Mautic's forms read it.
func (i *Installation) written(r *fake.Request, kind string) (map[string]any, *fake.Reply) {
	out := maps.Clone(r.Body)
	switch kind {
	case "email":
		return out, i.translated(out)
	case "sms", "campaign":
		return out, nil
	}
	filters, _ := out["filters"].([]any)
	kept := []any{}
	for _, item := range filters {
		f := maps.Clone(item.(map[string]any))
		properties, _ := f["properties"].(map[string]any)
		value := submitted(properties["filter"])
		f["properties"] = map[string]any{"filter": value}
		f["filter"], f["display"] = value, nil // as older versions had it
		if len(kept) == 0 {
			f["glue"] = "and"
		}
		if refused := i.knownField(f); refused != nil {
			return nil, refused
		}
		kept = append(kept, f)
	}
	out["filters"] = kept
	return out, nil
}

// translated puts the e-mail that one is a translation of in the place of its
// id, which is how Mautic answers.
func (i *Installation) translated(email map[string]any) *fake.Reply {
	if email["translationParent"] == nil {
		return nil
	}
	parent := i.Find("email", fmt.Sprint(email["translationParent"]))
	if parent == nil {
		return &fake.Reply{Status: http.StatusUnprocessableEntity, Body: problem(http.StatusUnprocessableEntity, "translationParent: this value is not valid.", "translationParent")}
	}
	email["translationParent"] = map[string]any{"id": parent.ID, "name": parent.Attributes["name"], "language": parent.Attributes["language"]}
	return nil
}

// copied is a value of its own.
func copied(m map[string]any) map[string]any {
	raw, err := json.Marshal(m)
	if err != nil {
		panic("fake: copying what was JSON: " + err.Error())
	}
	out := map[string]any{}
	if err := json.Unmarshal(raw, &out); err != nil {
		panic("fake: copying what was JSON: " + err.Error())
	}
	return out
}

// submitted is a value after a form: texts, and nothing for false.
func submitted(v any) any {
	switch v := v.(type) {
	case bool:
		if v {
			return "1"
		}
		return nil
	case []any:
		out := make([]any, len(v))
		for n, item := range v {
			out[n] = submitted(item)
		}
		return out
	case nil:
		return nil
	}
	return fmt.Sprint(v)
}

// knownField refuses a filter on a field that contacts do not have.
func (i *Installation) knownField(f map[string]any) *fake.Reply {
	name, _ := f["field"].(string)
	if _, special := barring[name]; special {
		return nil
	}
	for _, known := range i.Fields {
		if known.Alias == name {
			return nil
		}
	}
	return &fake.Reply{Status: http.StatusUnprocessableEntity, Body: problem(http.StatusUnprocessableEntity, "filters: this value is not valid: "+name, "filters")}
}

// defaults are what comes back though nobody wrote it.
var defaults = map[string]map[string]any{
	"email":   {"fromAddress": nil, "fromName": nil, "replyToAddress": nil, "plainText": nil, "publicPreview": true, "readCount": 0, "sentCount": 0, "revision": 1, "translationParent": nil},
	"segment": {"isGlobal": true, "isPreferenceCenter": false, "description": nil},
	"sms":     {"sentCount": 0, "category": nil},
}

func (i *Installation) create(r *fake.Request, kind, one string) fake.Reply {
	attributes, refused := i.written(r, kind)
	if refused != nil {
		return *refused
	}
	for name, value := range defaults[kind] {
		if attributes[name] == nil {
			attributes[name] = value
		}
	}
	o := i.Add(kind, attributes)
	return fake.Reply{Status: http.StatusCreated, Body: map[string]any{one: o.Attributes}}
}

func (i *Installation) update(r *fake.Request, kind, one string) fake.Reply {
	o := i.Find(kind, r.PathValue("id"))
	if o == nil {
		return missing
	}
	attributes, refused := i.written(r, kind)
	if refused != nil {
		return *refused
	}
	if !i.Deaf {
		maps.Copy(o.Attributes, attributes)
		i.touch(o)
	}
	return fake.Reply{Body: map[string]any{one: o.Attributes}}
}

func (i *Installation) remove(r *fake.Request, kind, one string) fake.Reply {
	for n, o := range i.Objects[kind] {
		if strconv.Itoa(o.ID) == r.PathValue("id") {
			i.Objects[kind] = append(i.Objects[kind][:n:n], i.Objects[kind][n+1:]...)
			gone := maps.Clone(o.Attributes)
			gone["id"] = nil
			return fake.Reply{Body: map[string]any{one: gone}}
		}
	}
	return missing
}
