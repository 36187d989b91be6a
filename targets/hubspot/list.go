package hubspot

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// List passes on the objects of the asked kinds, page by page as HubSpot has them.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	return t.desk().List(ctx, r, page)
}

// listed passes on the objects of a kind whose mark is wanted.
func (t *Target) listed(ctx context.Context, kind string, wanted func(mark string) bool, page func([]resource.Object) error) error {
	switch kind {
	case kindList:
		return t.list(ctx, "", wanted, page)
	case kindEmail:
		return t.mails(ctx, wanted, page)
	case kindRegular:
		return t.drafts(ctx, wanted, page)
	case kindWorkflow:
		return t.flows(ctx, wanted, page)
	case kindSubscription:
		return t.subscriptions(ctx, wanted, page)
	}
	return nil
}

// definition is a subscription type as HubSpot writes it.
type definition struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Active bool   `json:"isActive"`
	Method string `json:"communicationMethod"`
}

func (d definition) object() resource.Object {
	return resource.Object{Kind: kindSubscription, ID: d.ID, Key: d.Name,
		Attributes: resource.Map{"active": resource.Bool(d.Active), "method": resource.String(d.Method)}}
}

func (t *Target) definitions(ctx context.Context) ([]definition, error) {
	var got struct {
		Results []definition `json:"results"`
	}
	err := t.call(ctx, http.MethodGet, "/communication-preferences/v4/definitions", nil, nil, &got)
	return got.Results, err
}

// subscriptions passes on the subscription types, which carry no mark.
func (t *Target) subscriptions(ctx context.Context, wanted func(mark string) bool, pass func([]resource.Object) error) error {
	if !wanted("") {
		return nil
	}
	all, err := t.definitions(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	out := make([]resource.Object, len(all))
	for i, d := range all {
		out[i] = d.object()
	}
	return pass(out)
}

// list reads the lists whose mark is wanted, each with its filters. One that is
// deleted meanwhile is not there.
func (t *Target) list(ctx context.Context, words string, wanted func(mark string) bool, pass func([]resource.Object) error) error {
	return t.each(ctx, words, func(found []listing) error {
		var out []resource.Object
		for _, l := range found {
			if _, mark := account.Parted(l.Name); !wanted(mark) {
				continue
			}
			whole, err := t.fetch(ctx, l.ID)
			if rest.Gone(err) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, object(whole))
		}
		return pass(out)
	})
}

// Get reads objects by id; those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	if kind == kindSubscription {
		return t.someSubscriptions(ctx, ids)
	}
	return t.desk().Get(ctx, kind, ids)
}

func (t *Target) someSubscriptions(ctx context.Context, ids []string) ([]resource.Object, error) {
	all, err := t.definitions(ctx)
	var out []resource.Object
	for _, d := range all {
		if slices.Contains(ids, d.ID) {
			out = append(out, d.object())
		}
	}
	return out, err
}

// Find looks by mark, which stands in the name from the first instant on; where
// only a name is known, by that.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	return t.desk().Find(ctx, r)
}

// FindEach implements targets.Finder.
func (t *Target) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	return t.desk().FindEach(ctx, r)
}

// catalog is what a kind of look-up finds, by name.
func (t *Target) catalog(ctx context.Context, kind string) (*account.Catalog, error) {
	c := &account.Catalog{}
	var err error
	switch kind {
	case lookList:
		err = t.each(ctx, "", func(found []listing) error {
			for _, l := range found {
				c.Add(l.Name, l.ID)
			}
			return nil
		})
	case lookProperty:
		var got struct {
			Results []struct {
				Name string `json:"name"`
			} `json:"results"`
		}
		err = t.call(ctx, http.MethodGet, "/crm/v3/properties/contacts", nil, nil, &got)
		for _, p := range got.Results {
			c.Add(p.Name, p.Name)
		}
	case lookSubscription:
		var all []definition
		all, err = t.definitions(ctx)
		for _, s := range all {
			c.Add(s.Name, s.ID)
		}
	case lookEvent:
		err = t.events(ctx, c)
	case lookOwner, lookUser:
		err = t.owners(ctx, kind, c)
	case lookTimezone:
		var account struct {
			Zone string `json:"timeZone"`
		}
		if err = t.call(ctx, http.MethodGet, "/account-info/v3/details", nil, nil, &account); err == nil {
			c.Add(account.Zone, account.Zone)
		}
	}
	return c, err
}

// owners are the people of the team, by their e-mail addresses: as owners of
// tasks, or as users who are told something.
func (t *Target) owners(ctx context.Context, kind string, c *account.Catalog) error {
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		query := url.Values{"limit": {"100"}}
		if place != "" {
			query.Set("after", place)
		}
		var page struct {
			Results []struct {
				ID    string `json:"id"`
				Email string `json:"email"`
				User  int64  `json:"userId"`
			} `json:"results"`
			Paging struct {
				Next struct {
					After string `json:"after"`
				} `json:"next"`
			} `json:"paging"`
		}
		if err := t.call(ctx, http.MethodGet, "/crm/v3/owners", query, nil, &page); err != nil {
			return "", err
		}
		for _, o := range page.Results {
			id := o.ID
			if kind == lookUser {
				id = strconv.FormatInt(o.User, 10)
			}
			c.Add(o.Email, id)
		}
		return page.Paging.Next.After, nil
	})
}

// events are the custom events, by their name and by the full one, which begins
// with the number of the account.
func (t *Target) events(ctx context.Context, c *account.Catalog) error {
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		query := url.Values{"limit": {"100"}}
		if place != "" {
			query.Set("after", place)
		}
		var page struct {
			Results []struct {
				Full string `json:"fullyQualifiedName"`
				Name string `json:"name"`
				Type string `json:"objectTypeId"`
			} `json:"results"`
			Paging struct {
				Next struct {
					After string `json:"after"`
				} `json:"next"`
			} `json:"paging"`
		}
		if err := t.call(ctx, http.MethodGet, "/events/v3/event-definitions", query, nil, &page); err != nil {
			return "", err
		}
		for _, e := range page.Results {
			c.Add(e.Name, e.Type)
			if e.Full != e.Name {
				c.Add(e.Full, e.Type)
			}
		}
		return page.Paging.Next.After, nil
	})
}

// Lookup finds events, lists, properties, subscription types and people of the team
// by name.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	return account.Lookup(ctx, looks, []string{lookEvent, lookList, lookOwner, lookProperty, lookSubscription, lookTimezone, lookUser}, t.catalog)
}
