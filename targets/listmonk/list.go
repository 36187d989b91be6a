package listmonk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// pageSize is how many campaigns are read at once: the most that listmonk
// passes on.
const pageSize = 50

// List passes on the objects of each kind.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	for _, kind := range []string{kindList, kindTemplate, kindCampaign, kindConfirmations} {
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, kind) || kind == kindConfirmations && !r.All {
			continue
		}
		objects, err := t.held(ctx, kind)
		if err != nil {
			return err
		}
		if !r.All {
			objects = slices.DeleteFunc(objects, func(o resource.Object) bool { return o.Mark == "" })
		}
		if len(objects) == 0 {
			continue
		}
		if err := page(objects); err != nil {
			return err
		}
	}
	return nil
}

// held is everything of a kind that was not let go.
func (t *Target) held(ctx context.Context, kind string) ([]resource.Object, error) {
	var out []resource.Object
	switch kind {
	case kindList:
		lists, err := t.lists(ctx)
		for _, l := range lists {
			if !slices.Contains(l.Tags, released) {
				out = append(out, l.object())
			}
		}
		return out, err
	case kindTemplate:
		templates, err := call[[]template](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/templates"})
		for _, one := range templates {
			out = append(out, one.object())
		}
		return out, err
	case kindCampaign:
		return t.campaigns(ctx)
	case kindConfirmations:
		return t.confirmations(ctx)
	}
	return nil, nil
}

func (t *Target) lists(ctx context.Context) ([]list, error) {
	all, err := call[struct{ Results []list }](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/lists", Query: url.Values{"minimal": {"true"}}})
	return all.Results, err
}

// campaigns reads page after page. Campaigns that somebody makes meanwhile come
// last, in the order of making.
func (t *Target) campaigns(ctx context.Context) ([]resource.Object, error) {
	account, err := t.config(ctx)
	if err != nil {
		return nil, err
	}
	var out []resource.Object
	var once rest.Once
	err = rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		number, _ := strconv.Atoi(place) // "" is the first
		number = max(number, 1)
		query := url.Values{"page": {strconv.Itoa(number)}, "per_page": {strconv.Itoa(pageSize)}, "order_by": {"created_at"}, "order": {"asc"}}
		found, err := call[struct {
			Results []campaign
			Total   int
		}](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/campaigns", Query: query})
		if err != nil {
			return "", err
		}
		fresh := 0
		for _, c := range found.Results {
			if !once.New(strconv.Itoa(c.ID)) {
				continue
			}
			if fresh++; !c.Meta.Released {
				out = append(out, c.object(account))
			}
		}
		switch {
		case len(found.Results) > 0 && fresh == 0:
			return "", rest.Repeated((number - 1) * pageSize)
		case len(found.Results) == 0 || number*pageSize >= found.Total:
			return "", nil
		}
		return strconv.Itoa(number + 1), nil
	})
	return out, err
}

// Get reads objects by id.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	if kind == kindCampaign {
		return t.getCampaigns(ctx, ids)
	}
	objects, err := t.held(ctx, kind)
	return slices.DeleteFunc(objects, func(o resource.Object) bool { return !slices.Contains(ids, o.ID) }), err
}

func (t *Target) getCampaigns(ctx context.Context, ids []string) ([]resource.Object, error) {
	account, err := t.config(ctx)
	if err != nil {
		return nil, err
	}
	var out []resource.Object
	for _, id := range ids {
		c, there, err := t.campaign(ctx, id)
		if err != nil {
			return nil, err
		}
		if there && !c.Meta.Released {
			out = append(out, c.object(account))
		}
	}
	return out, nil
}

// campaign reads one; false where it is gone.
func (t *Target) campaign(ctx context.Context, id string) (campaign, bool, error) {
	if _, err := strconv.Atoi(id); err != nil {
		return campaign{}, false, nil
	}
	c, err := call[campaign](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/campaigns/" + id})
	if absent(err) {
		return campaign{}, false, nil
	}
	return c, err == nil, err
}

// Find looks for what a lost answer may have made, by its mark.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	if r.Mark == "" {
		return nil, nil
	}
	found, err := t.FindEach(ctx, []targets.FindRequest{r})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// FindEach implements targets.Finder.
func (t *Target) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	return targets.FindAmong(ctx, r, t.held, func(r targets.FindRequest, o resource.Object) bool { return r.Mark != "" && o.Mark == r.Mark })
}
