package fake

import (
	"net/http"
	"slices"

	"github.com/trayecto/trayecto/targets/fake"
)

func (s *Space) plans(r *fake.Request) fake.Reply {
	var list []any
	for _, p := range s.Plans {
		list = append(list, map[string]any{"id": p.ID, "name": p.Name, "slug": p.ID, "type": "LIVE"})
	}
	return s.page(r, "trackingPlans", list)
}

func shownRule(r *Rule) map[string]any {
	return map[string]any{"type": r.Type, "key": r.Key, "version": r.Version, "jsonSchema": r.Schema, "updatedAt": r.Updated}
}

func (s *Space) rules(r *fake.Request) fake.Reply {
	plan := s.Plan(r.PathValue("plan"))
	if plan == nil {
		return s.Problem(http.StatusNotFound, "The tracking plan was not found.", "")
	}
	var list []any
	for _, rule := range plan.Rules {
		list = append(list, shownRule(rule))
	}
	return s.page(r, "rules", list)
}

// writeRules makes rules, or replaces those of the same type, key and version.
func (s *Space) writeRules(r *fake.Request) fake.Reply {
	plan := s.Plan(r.PathValue("plan"))
	if plan == nil {
		return s.Problem(http.StatusNotFound, "The tracking plan was not found.", "")
	}
	var body struct {
		Rules []struct {
			Type, Key  string
			Version    int
			JSONSchema map[string]any
		}
	}
	if err := r.Decode(&body); err != nil {
		return s.Problem(http.StatusBadRequest, err.Error(), "")
	}
	var out []any
	for _, said := range body.Rules {
		rule := plan.rule(said.Type, said.Key, said.Version)
		if rule == nil {
			rule = &Rule{Type: said.Type, Key: said.Key, Version: said.Version}
			plan.Rules = append(plan.Rules, rule)
		}
		if !s.Deaf {
			rule.Schema, rule.Updated = said.JSONSchema, s.touch()
		}
		out = append(out, shownRule(rule))
	}
	return data("rules", out)
}

func (p *Plan) rule(of, key string, version int) *Rule {
	at := slices.IndexFunc(p.Rules, func(r *Rule) bool { return r.Type == of && r.Key == key && r.Version == version })
	if at < 0 {
		return nil
	}
	return p.Rules[at]
}

func (s *Space) removeRules(r *fake.Request) fake.Reply {
	plan := s.Plan(r.PathValue("plan"))
	if plan == nil {
		return s.Problem(http.StatusNotFound, "The tracking plan was not found.", "")
	}
	q := r.URL.Query()
	if q.Get("rules[0][key]") == "" || q.Get("rules[0][type]") == "" || q.Get("rules[0][version]") != "1" {
		return s.Problem(http.StatusUnprocessableEntity, "rules is required", "rules")
	}
	plan.Rules = slices.DeleteFunc(plan.Rules, func(rule *Rule) bool {
		return rule.Type == q.Get("rules[0][type]") && rule.Key == q.Get("rules[0][key]") && rule.Version == 1
	})
	return data("status", "SUCCESS")
}
