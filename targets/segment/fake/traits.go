package fake

import (
	"net/http"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/targets/fake"
)

// traits are the calls about computed traits, which are in alpha.
func (s *Space) traits() []fake.Route {
	const path, class = "/spaces/{space}/computed-traits", "computed traits"
	alpha := func(handle func(*fake.Request) fake.Reply) func(*fake.Request) fake.Reply {
		return s.in(func(r *fake.Request) fake.Reply {
			if !strings.Contains(r.Header.Get("Accept"), "v1alpha") {
				return s.Problem(http.StatusNotFound, "Not found in this version.", "")
			}
			if s.NoTraits {
				return s.Problem(http.StatusForbidden, "The workspace does not have this feature.", "")
			}
			return handle(r)
		})
	}
	return []fake.Route{
		{Method: "GET", Path: path, Class: class, Handle: alpha(s.listTraits)},
		{Method: "POST", Path: path, Schema: "segment/trait_create.json", Class: class, Handle: alpha(s.createTrait)},
		{Method: "GET", Path: path + "/{id}", Class: class, Handle: alpha(s.trait(func(r *fake.Request, t *Audience) fake.Reply {
			return data("computedTrait", s.shownTrait(t))
		}))},
		{Method: "PATCH", Path: path + "/{id}", Schema: "segment/trait_update.json", Class: class, Handle: alpha(s.trait(s.updateTrait))},
		{Method: "DELETE", Path: path + "/{id}", Class: class, Handle: alpha(s.trait(func(_ *fake.Request, t *Audience) fake.Reply {
			s.Traits = slices.DeleteFunc(s.Traits, func(other *Audience) bool { return other == t })
			return data("status", "SUCCESS")
		}))},
	}
}

func (s *Space) shownTrait(t *Audience) map[string]any {
	out := s.shown(t)
	delete(out, "audienceType")
	out["definition"] = map[string]any{"query": t.Query, "type": t.Type}
	return out
}

func (s *Space) listTraits(r *fake.Request) fake.Reply {
	var list []any
	for _, t := range s.Traits {
		list = append(list, s.shownTrait(t))
	}
	return s.page(r, "computedTraits", list)
}

func (s *Space) trait(handle func(*fake.Request, *Audience) fake.Reply) func(*fake.Request) fake.Reply {
	return func(r *fake.Request) fake.Reply {
		at := slices.IndexFunc(s.Traits, func(t *Audience) bool { return t.ID == r.PathValue("id") })
		if at < 0 {
			return s.Problem(http.StatusNotFound, "The computed trait was not found.", "")
		}
		return handle(r, s.Traits[at])
	}
}

// scalarOf reads the definition of a body, or refuses it.
func (s *Space) scalarOf(r *fake.Request) (query, of string, refused *fake.Reply) {
	definition, _ := r.Body["definition"].(map[string]any)
	query, _ = definition["query"].(string)
	of, _ = definition["type"].(string)
	if _, err := ParseTrait(query); err != nil {
		reply := s.Problem(http.StatusUnprocessableEntity, err.Error(), "definition.query")
		return "", "", &reply
	}
	return query, of, nil
}

func (s *Space) createTrait(r *fake.Request) fake.Reply {
	query, of, refused := s.scalarOf(r)
	if refused != nil {
		return *refused
	}
	t := &Audience{ID: s.mint("trt"), Type: of, Query: query, Enabled: true, Updated: s.touch()}
	s.edit(t, r.Body)
	s.Traits = append(s.Traits, t)
	return data("computedTrait", s.shownTrait(t))
}

func (s *Space) updateTrait(r *fake.Request, t *Audience) fake.Reply {
	query, _, refused := s.scalarOf(r)
	if refused != nil {
		return *refused
	}
	if !s.Deaf {
		t.Query, t.Updated = query, s.touch()
		s.edit(t, r.Body)
	}
	return data("computedTrait", s.shownTrait(t))
}
