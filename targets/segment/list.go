package segment

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// List passes on the objects of the asked kinds, page by page.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	return t.desk().List(ctx, r, page)
}

// Get reads objects by id; those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	return t.desk().Get(ctx, kind, ids)
}

// Find looks by mark, which stands in the description from the first instant
// on; where only a name is known, by that.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	return t.desk().Find(ctx, r)
}

// FindEach implements targets.Finder.
func (t *Target) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	return t.desk().FindEach(ctx, r)
}

// list reads the objects of a kind that are wanted. What a page shows a second
// time is passed over.
func (t *Target) list(ctx context.Context, kind string, wanted func(mark string) bool, pass func([]resource.Object) error) error {
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
			if once.New(o.ID) && wanted(o.Mark) {
				out = append(out, o)
			}
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

// one is an object by its id. There is no call for one rule of a plan.
func (t *Target) one(ctx context.Context, kind, id string) (resource.Object, error) {
	if kind != kindRule {
		a, err := t.call(ctx, rest.Call{Method: http.MethodGet, Path: t.collection(kind) + "/" + url.PathEscape(id)})
		return a.one(kind).object(kind), err
	}
	var out *resource.Object
	plan, key, _ := strings.Cut(id, "/")
	err := t.each(ctx, rulesOf(plan), func(a answer) error {
		for _, r := range objects(a, plan) {
			if r.Key == key {
				out = &r
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return resource.Object{}, err
	case out == nil:
		return resource.Object{}, account.ErrGone
	}
	return *out, nil
}

// Lookup finds tracking plans by name.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	return account.Lookup(ctx, looks, []string{lookPlan}, func(ctx context.Context, _ string) (*account.Catalog, error) {
		c := &account.Catalog{}
		plans, err := t.plans(ctx)
		for _, p := range plans {
			c.Add(p.Name, p.ID)
		}
		return c, err
	})
}
