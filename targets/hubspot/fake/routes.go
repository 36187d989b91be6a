package fake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/targets/fake"
)

func (a *Account) routes() []fake.Route {
	route := func(method, path, schema string, handle func(*fake.Request) fake.Reply) fake.Route {
		return fake.Route{Method: method, Path: path, Schema: schema, Class: "calls", Handle: handle}
	}
	return []fake.Route{
		route("GET", "/account-info/v3/details", "", func(*fake.Request) fake.Reply {
			return fake.Reply{Body: map[string]any{"portalId": a.ID, "accountType": "STANDARD", "timeZone": a.Zone}}
		}),
		route("GET", "/crm/v3/owners", "", a.owners),
		route("GET", "/crm/v3/properties/contacts", "", a.properties),
		route("GET", "/communication-preferences/v4/definitions", "", a.subscriptions),
		route("GET", "/events/v3/event-definitions", "", a.events),
		route("POST", "/crm/v3/lists/search", "hubspot/list_search.json", a.search),
		route("POST", "/crm/v3/lists", "hubspot/list_create.json", a.create),
		route("GET", "/crm/v3/lists/{id}", "", a.get),
		route("PUT", "/crm/v3/lists/{id}/update-list-filters", "hubspot/list_filters.json", a.refilter),
		route("PUT", "/crm/v3/lists/{id}/update-list-name", "", a.rename),
		route("PUT", "/crm/v3/lists/{id}/restore", "", a.restore),
		route("DELETE", "/crm/v3/lists/{id}", "", a.remove),
	}
}

func (a *Account) properties(*fake.Request) fake.Reply {
	out := []any{}
	for _, name := range a.Properties {
		out = append(out, map[string]any{"name": name, "label": name})
	}
	return fake.Reply{Body: map[string]any{"results": out}}
}

// ownersPerPage is small, so that there are pages.
const ownersPerPage = 1

func (a *Account) owners(r *fake.Request) fake.Reply {
	start, _ := strconv.Atoi(r.URL.Query().Get("after")) // none is 0
	end := min(start+ownersPerPage, len(a.Owners))
	out := []any{}
	for _, o := range a.Owners[min(start, end):end] {
		out = append(out, map[string]any{"id": o.ID, "email": o.Email, "userId": o.User})
	}
	body := map[string]any{"results": out}
	if end < len(a.Owners) {
		body["paging"] = map[string]any{"next": map[string]any{"after": strconv.Itoa(end)}}
	}
	return fake.Reply{Body: body}
}

func (a *Account) subscriptions(*fake.Request) fake.Reply {
	out := []any{}
	for _, s := range a.Subscriptions {
		out = append(out, map[string]any{"id": s.ID, "name": s.Name, "isActive": true, "communicationMethod": "Email"})
	}
	return fake.Reply{Body: map[string]any{"results": out, "status": "COMPLETE"}}
}

// eventsPerPage is small, so that there are pages.
const eventsPerPage = 2

func (a *Account) events(r *fake.Request) fake.Reply {
	start, _ := strconv.Atoi(r.URL.Query().Get("after")) // none is 0
	end := min(start+eventsPerPage, len(a.Events))
	out := []any{}
	for _, e := range a.Events[min(start, end):end] {
		out = append(out, map[string]any{"name": e.Name, "fullyQualifiedName": "pe" + strconv.FormatInt(a.ID, 10) + "_" + e.Name, "objectTypeId": e.ID})
	}
	body := map[string]any{"results": out, "total": len(a.Events)}
	if end < len(a.Events) {
		body["paging"] = map[string]any{"next": map[string]any{"after": strconv.Itoa(end)}}
	}
	return fake.Reply{Body: body}
}

// shown is a list in an answer; the filters are there only when asked for.
func shown(l *List, filters bool) map[string]any {
	status := "COMPLETE"
	if l.filling > 0 {
		status = "PROCESSING"
	}
	out := map[string]any{
		"listId": l.ID, "name": l.Name, "objectTypeId": "0-1", "processingType": l.Processing, "listVersion": l.Version, "processingStatus": status,
	}
	if filters && l.Filters != nil {
		out["filterBranch"] = l.Filters
	}
	return out
}

// search shows at most three lists, so that there are pages, and no filters.
func (a *Account) search(r *fake.Request) fake.Reply {
	var asked struct {
		Query  string `json:"query"`
		Offset int    `json:"offset"`
		Count  int    `json:"count"`
	}
	if err := r.Decode(&asked); err != nil {
		return a.Problem(http.StatusBadRequest, err.Error(), "")
	}
	var fit []*List
	for _, l := range a.Lists {
		if strings.Contains(strings.ToLower(l.Name), strings.ToLower(asked.Query)) {
			fit = append(fit, l)
		}
	}
	end := min(asked.Offset+min(asked.Count, 3), len(fit))
	out := []any{}
	for _, l := range fit[min(asked.Offset, end):end] {
		out = append(out, shown(l, false))
	}
	if a.Stuck && end == len(fit) && end > 0 {
		return fake.Reply{Body: map[string]any{"lists": out, "hasMore": true, "offset": 1, "total": len(fit)}}
	}
	return fake.Reply{Body: map[string]any{"lists": out, "hasMore": end < len(fit), "offset": end, "total": len(fit)}}
}

func (a *Account) missing() fake.Reply {
	return fake.Reply{Status: http.StatusNotFound, Body: refusal("OBJECT_NOT_FOUND", "List does not exist.", "")}
}

func (a *Account) get(r *fake.Request) fake.Reply {
	l := a.Find(r.PathValue("id"))
	if l == nil {
		return a.missing()
	}
	if l.filling > 0 {
		if l.filling--; l.filling == 0 {
			a.Settle()
		}
	}
	return fake.Reply{Body: map[string]any{"list": shown(l, r.URL.Query().Get("includeFilters") == "true")}}
}

// taken refuses a name that another list has.
func (a *Account) taken(name, id string) *fake.Reply {
	if slices.ContainsFunc(a.Lists, func(l *List) bool { return strings.EqualFold(l.Name, name) && l.ID != id }) {
		return &fake.Reply{Status: http.StatusBadRequest, Body: refusal("VALIDATION_ERROR", "A list with the name "+name+" exists already.", "name")}
	}
	return nil
}

// copied is a value of its own, with numbers as they were written.
func copied(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("fake: copying what was JSON: " + err.Error())
	}
	var out any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		panic("fake: copying what was JSON: " + err.Error())
	}
	return out
}

func (a *Account) create(r *fake.Request) fake.Reply {
	name, _ := r.Body["name"].(string)
	if refused := a.taken(name, ""); refused != nil {
		return *refused
	}
	filters, _ := copied(r.Body["filterBranch"]).(map[string]any)
	processing, _ := r.Body["processingType"].(string)
	if processing == "DYNAMIC" {
		if refused := a.known(filters); refused != nil {
			return *refused
		}
	}
	l := a.Add(name, processing, filled(filters))
	l.filling = a.Filling
	a.Settle()
	return fake.Reply{Body: map[string]any{"list": shown(l, true)}}
}

// filled adds what HubSpot adds to filters.
func filled(branch map[string]any) map[string]any {
	for _, name := range []string{"filters", "filterBranches"} {
		list, _ := branch[name].([]any)
		for _, item := range list {
			m := item.(map[string]any)
			filled(m)
			if operation, ok := m["operation"].(map[string]any); ok {
				operation["propertyParser"] = "VALUE"
				if _, said := operation["includeObjectsWithNoValueSet"]; !said {
					operation["includeObjectsWithNoValueSet"] = negative(operation["operator"].(string))
				}
			}
		}
	}
	return branch
}

// negative tells whether an operator lets in whoever has no value by default.
func negative(operator string) bool {
	return strings.Contains(operator, "NOT") || strings.HasPrefix(operator, "IS_NONE") || operator == "IS_UNKNOWN"
}

func (a *Account) refilter(r *fake.Request) fake.Reply {
	l := a.Find(r.PathValue("id"))
	if l == nil {
		return a.missing()
	}
	filters := copied(r.Body["filterBranch"]).(map[string]any)
	if l.Processing != "DYNAMIC" {
		return a.Problem(http.StatusBadRequest, "Filters of a "+l.Processing+" list cannot be updated.", "")
	}
	if refused := a.known(filters); refused != nil {
		return *refused
	}
	if !a.Deaf {
		l.Filters, l.Version = filled(filters), l.Version+1
		a.Settle() // who comes onto it because its words changed comes onto it
	}
	return fake.Reply{Body: map[string]any{"updatedList": shown(l, true)}}
}

func (a *Account) rename(r *fake.Request) fake.Reply {
	l := a.Find(r.PathValue("id"))
	name := r.URL.Query().Get("listName")
	switch {
	case l == nil:
		return a.missing()
	case name == "":
		return a.Problem(http.StatusBadRequest, "listName is required.", "")
	}
	if refused := a.taken(name, l.ID); refused != nil {
		return *refused
	}
	if !a.Deaf {
		l.Name, l.Version = name, l.Version+1
	}
	return fake.Reply{Body: map[string]any{"updatedList": shown(l, false)}}
}

func (a *Account) remove(r *fake.Request) fake.Reply {
	for i, l := range a.Lists {
		if l.ID == r.PathValue("id") {
			a.Lists = slices.Delete(a.Lists, i, i+1)
			a.Deleted = append(a.Deleted, l)
			return fake.Reply{Status: http.StatusNoContent}
		}
	}
	return a.missing()
}

func (a *Account) restore(r *fake.Request) fake.Reply {
	for i, l := range a.Deleted {
		if l.ID == r.PathValue("id") {
			a.Deleted = slices.Delete(a.Deleted, i, i+1)
			a.Lists = append(a.Lists, l)
			return fake.Reply{Status: http.StatusNoContent}
		}
	}
	return a.missing()
}
