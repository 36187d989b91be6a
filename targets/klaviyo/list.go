package klaviyo

import (
	"context"
	"net/url"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// List passes on the objects of the asked kinds, page by page as Klaviyo has
// them: 10 segments, lists and templates, 50 flows.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	return t.desk().List(ctx, r, page)
}

// Get reads objects by id; those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	return t.desk().Get(ctx, kind, ids)
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

// list reads the objects of a kind whose mark is wanted.
func (t *Target) list(ctx context.Context, kind string, wanted func(mark string) bool, pass func([]resource.Object) error) error {
	return t.each(ctx, collections[kind], listed(kind), func(p page) error {
		var out []resource.Object
		for _, i := range p.Data {
			tags := tagsOf(i, p.Included)
			if mark := markOf(kind, i, tags); !wanted(mark) {
				continue
			}
			o, there, err := t.whole(ctx, kind, i, tags)
			if err != nil {
				return err
			}
			if there {
				out = append(out, o)
			}
		}
		return pass(out)
	})
}

// listed is how a collection is asked for. Only flows have tags that matter.
func listed(kind string) url.Values {
	switch kind {
	case kindFlow:
		return url.Values{"include": {"tags"}, "page[size]": {"50"}}
	case kindCampaign: // which asks for a channel
		return url.Values{"filter": {"equals(messages.channel,'email')"}}
	}
	return url.Values{"page[size]": {"10"}}
}

// markOf is the mark of something listed: of a flow the tag, if it has one.
func markOf(kind string, i item, tags []string) string {
	_, mark := account.Parted(i.text("name"))
	if kind == kindFlow {
		for _, tag := range tags {
			if _, is := account.Parted(" [" + tag + "]"); is != "" {
				mark = tag
			}
		}
	}
	return mark
}

// tagsOf lists the names of the tags of something listed.
func tagsOf(i item, included []item) []string {
	var out []string
	for _, related := range i.Relationships["tags"].Data {
		for _, tag := range included {
			if tag.Type == "tag" && tag.ID == related.ID {
				out = append(out, tag.text("name"))
			}
		}
	}
	return out
}

// whole is a listed object with everything that a list leaves out. A flow that
// is deleted meanwhile is not there.
func (t *Target) whole(ctx context.Context, kind string, i item, tags []string) (resource.Object, bool, error) {
	if kind == kindFlow {
		full, _, err := t.read(ctx, kind, i.ID)
		if rest.Gone(err) {
			return resource.Object{}, false, nil
		}
		if err != nil {
			return resource.Object{}, false, err
		}
		i = full
	}
	o, err := t.object(ctx, kind, i, tags)
	return o, err == nil, err
}

// read is one object by its id, with its tags.
func (t *Target) read(ctx context.Context, kind, id string) (item, []string, error) {
	query := url.Values{}
	if kind == kindFlow {
		query = url.Values{"additional-fields[flow]": {"definition"}, "include": {"tags"}}
	}
	var d struct {
		document
		Included []item `json:"included"`
	}
	err := t.client.Do(ctx, rest.Call{Method: "GET", Path: collections[kind] + "/" + url.PathEscape(id), Query: query, Into: &d})
	return d.Data, tagsOf(d.Data, d.Included), err
}

// catalogs are where the things are that are looked up by name.
var catalogs = map[string]string{lookMetric: "/api/metrics", lookList: "/api/lists"}

// Lookup finds metrics and lists by name. A metric that several integrations
// have is meant with the integration in brackets: "Placed Order (Shopify)".
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	return account.Lookup(ctx, looks, []string{lookMetric, lookList}, func(ctx context.Context, kind string) (*account.Catalog, error) {
		c := &account.Catalog{}
		err := t.each(ctx, catalogs[kind], nil, func(p page) error {
			for _, i := range p.Data {
				name, full := i.text("name"), i.text("name")
				if integration, ok := i.Attributes["integration"].(resource.Map); ok {
					if of, _ := integration["name"].(resource.String); of != "" {
						full += " (" + string(of) + ")"
					}
				}
				c.AddFull(name, full, i.ID)
			}
			return nil
		})
		return c, err
	})
}
