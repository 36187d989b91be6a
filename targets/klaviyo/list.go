package klaviyo

import (
	"context"
	"net/url"
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// List passes on the objects of the asked kinds, page by page as Klaviyo has
// them: 10 segments, lists and templates, 50 flows.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	for _, k := range kinds {
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, k.Name) {
			continue
		}
		if err := t.list(ctx, k.Name, func(mark string) bool { return r.All || mark != "" }, page); err != nil {
			return err
		}
	}
	return nil
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
		if len(out) == 0 {
			return nil
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
	_, mark := parted(i.text("name"))
	if kind == kindFlow {
		for _, tag := range tags {
			if _, is := parted(" [" + tag + "]"); is != "" {
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
	if err := t.ready(); err != nil {
		return item{}, nil, err
	}
	err := t.client.Do(ctx, rest.Call{Method: "GET", Path: collections[kind] + "/" + url.PathEscape(id), Query: query, Into: &d})
	return d.Data, tagsOf(d.Data, d.Included), err
}

// Get reads objects by id; those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	if collections[kind] == "" {
		return nil, nil
	}
	var out []resource.Object
	for _, id := range ids {
		i, tags, err := t.read(ctx, kind, id)
		if rest.Gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		o, err := t.object(ctx, kind, i, tags)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Find looks by mark, which stands in the name from the first instant on; where
// only a name is known, by that.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	if collections[r.Kind] == "" || r.Mark == "" && r.Key == "" {
		return nil, nil
	}
	var out []resource.Object
	err := t.list(ctx, r.Kind, func(mark string) bool { return r.Mark == "" || mark == r.Mark }, func(found []resource.Object) error {
		for _, o := range found {
			if r.Mark != "" || o.Key == r.Key {
				out = append(out, o)
			}
		}
		return nil
	})
	return out, err
}

// Lookup finds metrics and lists by name. A metric that several integrations
// have is meant with the integration in brackets: "Placed Order (Shopify)".
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(looks))
	for kind, path := range map[string]string{lookMetric: "/api/metrics", lookList: "/api/lists"} {
		if !slices.ContainsFunc(looks, func(l resource.Lookup) bool { return l.Kind == kind }) {
			continue
		}
		known, err := t.catalog(ctx, path)
		if err != nil {
			return nil, err
		}
		for i, l := range looks {
			if l.Kind == kind {
				out[i] = known.answer(l.Key)
			}
		}
	}
	return out, nil
}

// catalog is ids by name; several where a name is not unique.
type catalog struct {
	names []string
	ids   map[string][]string
	full  map[string][]string // the full names of a short one
}

func (t *Target) catalog(ctx context.Context, path string) (*catalog, error) {
	c := &catalog{ids: map[string][]string{}, full: map[string][]string{}}
	err := t.each(ctx, path, nil, func(p page) error {
		for _, i := range p.Data {
			name := i.text("name")
			c.add(name, i.ID)
			if integration, ok := i.Attributes["integration"].(resource.Map); ok {
				if of, _ := integration["name"].(resource.String); of != "" {
					full := name + " (" + string(of) + ")"
					c.add(full, i.ID)
					c.full[name] = append(c.full[name], full)
				}
			}
		}
		return nil
	})
	return c, err
}

func (c *catalog) add(name, id string) {
	if len(c.ids[name]) == 0 {
		c.names = append(c.names, name)
	}
	c.ids[name] = append(c.ids[name], id)
}

func (c *catalog) answer(name string) targets.LookupAnswer {
	switch ids := c.ids[name]; {
	case len(ids) == 1:
		return targets.LookupAnswer{ID: ids[0], Found: true}
	case len(ids) > 1 && len(c.full[name]) > 0:
		return targets.LookupAnswer{Nearest: slices.Min(c.full[name])}
	case len(ids) > 1:
		return targets.LookupAnswer{Nearest: name + " (there are several of this name)"}
	}
	return targets.LookupAnswer{Nearest: diag.Nearest(name, c.names)}
}
