package fake

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/targets/fake"
)

func (s *Space) routes() []fake.Route { return append(s.audiences(), s.traits()...) }

func (s *Space) audiences() []fake.Route {
	const audiences = "/spaces/{space}/audiences"
	return []fake.Route{
		{Method: "GET", Path: "/spaces/{space}", Class: "tracking plans", Handle: s.in(func(*fake.Request) fake.Reply {
			return data("space", map[string]any{"id": s.ID, "slug": s.ID, "name": s.ID})
		})},
		{Method: "GET", Path: audiences, Class: "audience lists", Handle: s.in(s.list)},
		{Method: "POST", Path: audiences, Schema: "segment/audience_create.json", Class: "audience writing", Handle: s.in(s.create)},
		{Method: "GET", Path: audiences + "/{id}", Class: "audiences", Handle: s.in(s.get)},
		{Method: "PATCH", Path: audiences + "/{id}", Schema: "segment/audience_update.json", Class: "audience writing", Handle: s.in(s.update)},
		{Method: "DELETE", Path: audiences + "/{id}", Class: "audience removal", Handle: s.in(s.remove)},
		{Method: "POST", Path: audiences + "/previews", Schema: "segment/audience_preview.json", Class: "audience previews", Handle: s.in(s.try)},
		{Method: "GET", Path: audiences + "/previews/{id}", Class: "audiences", Handle: s.in(s.tried)},
		{Method: "GET", Path: "/tracking-plans", Class: "tracking plans", Handle: s.plans},
		{Method: "GET", Path: "/tracking-plans/{plan}/rules", Class: "tracking plans", Handle: s.rules},
		{Method: "PATCH", Path: "/tracking-plans/{plan}/rules", Schema: "segment/rules_update.json", Class: "tracking plans", Handle: s.writeRules},
		{Method: "DELETE", Path: "/tracking-plans/{plan}/rules", Class: "tracking plans", Handle: s.removeRules},
	}
}

// in answers for this space only.
func (s *Space) in(handle func(*fake.Request) fake.Reply) func(*fake.Request) fake.Reply {
	return func(r *fake.Request) fake.Reply {
		if r.PathValue("space") != s.ID {
			return s.Problem(http.StatusNotFound, "The space was not found.", "")
		}
		return handle(r)
	}
}

func data(name string, of any) fake.Reply {
	return fake.Reply{Body: map[string]any{"data": map[string]any{name: of}}}
}

// page is a part of a list, and where it goes on. Tests have pages of at most 5.
func (s *Space) page(r *fake.Request, name string, list []any) fake.Reply {
	size, err := strconv.Atoi(r.URL.Query().Get("pagination[count]"))
	if err != nil || size < 1 || size > 200 {
		return s.Problem(http.StatusUnprocessableEntity, "pagination.count must be between 1 and 200", "")
	}
	size = min(size, 5)
	start, _ := strconv.Atoi(r.URL.Query().Get("pagination[cursor]")) // none is 0
	pagination := map[string]any{"current": strconv.Itoa(start), "totalEntries": len(list)}
	if start+size < len(list) {
		pagination["next"] = strconv.Itoa(start + size)
	} else if s.Stuck && start > 0 {
		pagination["next"] = strconv.Itoa(size)
	}
	shown := list[min(start, len(list)):min(start+size, len(list))]
	return fake.Reply{Body: map[string]any{"data": map[string]any{name: slices.Concat([]any{}, shown), "pagination": pagination}}}
}

func (s *Space) shown(a *Audience) map[string]any {
	return map[string]any{
		"id": a.ID, "spaceId": s.ID, "name": a.Name, "description": a.Description, "key": "k_" + a.ID, "enabled": a.Enabled, "status": "Live",
		"definition": map[string]any{"query": a.Query}, "audienceType": a.Type, "createdBy": "u1", "updatedBy": "u1", "updatedAt": a.Updated,
		"options": map[string]any{"includeHistoricalData": true},
	}
}

func (s *Space) list(r *fake.Request) fake.Reply {
	var list []any
	for _, a := range s.Audiences {
		list = append(list, s.shown(a))
	}
	return s.page(r, "audiences", list)
}

func (s *Space) get(r *fake.Request) fake.Reply {
	if a := s.Find(r.PathValue("id")); a != nil {
		return data("audience", s.shown(a))
	}
	return s.Problem(http.StatusNotFound, "The audience was not found.", "")
}

// definition reads the definition of a body, or refuses it.
func (s *Space) definition(r *fake.Request) (query string, refused *fake.Reply) {
	definition, there := r.Body["definition"].(map[string]any)
	if !there {
		return "", nil
	}
	query, _ = definition["query"].(string)
	if _, err := Parse(query); err != nil {
		reply := s.Problem(http.StatusUnprocessableEntity, err.Error(), "definition.query")
		return "", &reply
	}
	return query, nil
}

func (s *Space) create(r *fake.Request) fake.Reply {
	query, refused := s.definition(r)
	if refused != nil {
		return *refused
	}
	a := s.Add(r.Body["name"].(string), query)
	a.Type = r.Body["audienceType"].(string)
	s.edit(a, r.Body)
	return data("audience", s.shown(a))
}

func (s *Space) edit(a *Audience, body map[string]any) {
	for name, into := range map[string]*string{"name": &a.Name, "description": &a.Description} {
		if text, said := body[name].(string); said {
			*into = text
		}
	}
	if enabled, said := body["enabled"].(bool); said {
		a.Enabled = enabled
	}
}

func (s *Space) update(r *fake.Request) fake.Reply {
	a := s.Find(r.PathValue("id"))
	if a == nil {
		return s.Problem(http.StatusNotFound, "The audience was not found.", "")
	}
	if a.Locked {
		return s.Problem(http.StatusLocked, "The audience is locked until its changes have been incorporated.", "")
	}
	query, refused := s.definition(r)
	if refused != nil {
		return *refused
	}
	if s.Deaf {
		return data("audience", s.shown(a))
	}
	if query != "" {
		a.Query = query
	}
	s.edit(a, r.Body)
	a.Updated, a.Locked = s.touch(), s.Locks
	return data("audience", s.shown(a))
}

func (s *Space) remove(r *fake.Request) fake.Reply {
	at := slices.IndexFunc(s.Audiences, func(a *Audience) bool { return a.ID == r.PathValue("id") })
	if at < 0 {
		return s.Problem(http.StatusNotFound, "The audience was not found.", "")
	}
	s.Audiences = slices.Delete(s.Audiences, at, at+1)
	return data("status", "SUCCESS")
}

// preview is an audience that is tried out.
type preview struct{ query, status string }

func (s *Space) try(r *fake.Request) fake.Reply {
	query, refused := s.definition(r)
	if refused != nil {
		return *refused
	}
	id := s.mint("prv")
	s.previews[id] = &preview{query: query, status: "RUNNING"}
	return data("audiencePreview", map[string]any{"id": id, "status": "RUNNING", "audienceType": "USERS", "definition": r.Body["definition"], "options": map[string]any{}})
}

// tried is a preview, which is done the next time somebody looks.
func (s *Space) tried(r *fake.Request) fake.Reply {
	id := r.PathValue("id")
	p := s.previews[id]
	if p == nil {
		return s.Problem(http.StatusNotFound, "The preview was not found.", "")
	}
	out := map[string]any{"id": id, "status": "COMPLETED", "size": map[string]any{"type": "USERS", "count": len(s.of(p.query))}}
	switch {
	case s.Slow:
		out = map[string]any{"id": id, "status": "RUNNING"}
	case s.Broken != "":
		out = map[string]any{"id": id, "status": "FAILED", "failureReason": s.Broken}
	}
	return data("audiencePreview", out)
}
