package segment

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// List passes on the objects of the asked kinds, page by page.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	for _, k := range kinds {
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, k.Name) {
			continue
		}
		if err := t.list(ctx, k.Name, func(o resource.Object) bool { return r.All || o.Mark != "" }, page); err != nil {
			return err
		}
	}
	return nil
}

// list reads the objects of a kind that are wanted. What a page shows a second
// time is passed over.
func (t *Target) list(ctx context.Context, kind string, wanted func(resource.Object) bool, pass func([]resource.Object) error) error {
	path, plan := t.collection(kind), ""
	if kind == kindRule {
		var err error
		if plan, err = t.planID(ctx); err != nil || plan == "" {
			return err
		}
		path = rulesOf(plan)
	}
	var once rest.Once
	err := t.each(ctx, path, func(a answer) error {
		var out []resource.Object
		for _, o := range objects(a, plan) {
			if once.New(o.ID) && wanted(o) {
				out = append(out, o)
			}
		}
		if len(out) == 0 {
			return nil
		}
		return pass(out)
	})
	if kind == kindTrait && !t.asked && (rest.Gone(err) || rest.Status(err) == http.StatusForbidden) {
		return nil // a workspace that has none of this has none of ours
	}
	return err
}

// objects are what an answer lists: audiences, or the rules of a plan about
// events. Its rules about people and pages are nobody's here.
func objects(a answer, plan string) []resource.Object {
	var out []resource.Object
	for _, one := range a.Data.Audiences {
		out = append(out, one.object(kindAudience))
	}
	for _, one := range a.Data.Traits {
		out = append(out, one.object(kindTrait))
	}
	for _, r := range a.Data.Rules {
		if r.Type == track && r.Version == ruleVersion {
			out = append(out, r.object(plan))
		}
	}
	return out
}

// one is the audience or the computed trait of an answer.
func (a answer) one(kind string) audience {
	if kind == kindTrait {
		return a.Data.Trait
	}
	return a.Data.Audience
}

// track and ruleVersion are of every rule of ours.
const (
	track       = "TRACK"
	ruleVersion = 1
)

func rulesOf(plan string) string { return "/tracking-plans/" + url.PathEscape(plan) + "/rules" }

// planID is the id of the tracking plan that the platform block names; "" where
// it names none, or one that does not exist.
func (t *Target) planID(ctx context.Context) (string, error) {
	if t.plan == "" {
		return "", nil
	}
	plans, err := t.plans(ctx)
	for _, p := range plans {
		if p.Name == t.plan {
			return p.ID, nil
		}
	}
	return "", err
}

func (t *Target) plans(ctx context.Context) ([]space, error) {
	var out []space
	err := t.each(ctx, "/tracking-plans", func(a answer) error {
		out = append(out, a.Data.Plans...)
		return nil
	})
	return out, err
}

// Get reads objects by id; those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	var out []resource.Object
	for _, id := range ids {
		o, there, err := t.one(ctx, kind, id)
		if err != nil {
			return nil, err
		}
		if there {
			out = append(out, o)
		}
	}
	return out, nil
}

func (t *Target) one(ctx context.Context, kind, id string) (o resource.Object, there bool, err error) {
	switch kind {
	case kindAudience, kindTrait:
		a, err := t.call(ctx, rest.Call{Method: http.MethodGet, Path: t.collection(kind) + "/" + url.PathEscape(id)})
		if rest.Gone(err) {
			return o, false, nil
		}
		return a.one(kind).object(kind), err == nil, err
	case kindRule:
		plan, key, _ := strings.Cut(id, "/")
		err := t.each(ctx, rulesOf(plan), func(a answer) error {
			for _, r := range objects(a, plan) {
				if r.Key == key {
					o, there = r, true
				}
			}
			return nil
		})
		if rest.Gone(err) {
			return o, false, nil
		}
		return o, there, err
	}
	return o, false, nil
}

// known tells whether there are objects of a kind.
func known(kind string) bool {
	return slices.ContainsFunc(kinds, func(k targets.Kind) bool { return k.Name == kind })
}

// Find looks by mark, which stands in the description from the first instant
// on; where only a name is known, by that.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	if r.Mark == "" && r.Key == "" || !known(r.Kind) {
		return nil, nil
	}
	var out []resource.Object
	wanted := func(o resource.Object) bool {
		return r.Mark != "" && o.Mark == r.Mark || r.Mark == "" && o.Key == r.Key
	}
	err := t.list(ctx, r.Kind, wanted, func(found []resource.Object) error {
		out = append(out, found...)
		return nil
	})
	return out, err
}

// Lookup finds tracking plans by name.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(looks))
	if !slices.ContainsFunc(looks, func(l resource.Lookup) bool { return l.Kind == lookPlan }) {
		return out, nil
	}
	plans, err := t.plans(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range plans {
		names = append(names, p.Name)
	}
	for i, l := range looks {
		at := slices.Index(names, l.Key)
		switch {
		case l.Kind != lookPlan:
		case at >= 0:
			out[i] = targets.LookupAnswer{ID: plans[at].ID, Found: true}
		default:
			out[i] = targets.LookupAnswer{Nearest: diag.Nearest(l.Key, names)}
		}
	}
	return out, nil
}
