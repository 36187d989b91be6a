package mautic

import (
	"context"
	"net/http"
	"slices"

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

// list reads the objects of a kind that are wanted.
func (t *Target) list(ctx context.Context, kind string, wanted func(resource.Object) bool, pass func([]resource.Object) error) error {
	return t.each(ctx, collections[kind], func(page []resource.Map) error {
		var out []resource.Object
		for _, m := range page {
			if o := object(kind, m); wanted(o) {
				out = append(out, o)
			}
		}
		if len(out) == 0 {
			return nil
		}
		return pass(out)
	})
}

// Get reads objects by id; those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	c, known := collections[kind]
	if !known {
		return nil, nil
	}
	var out []resource.Object
	for _, id := range ids {
		m, err := t.one(ctx, c, rest.Call{Method: http.MethodGet, Path: "/" + id})
		if rest.Gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, object(kind, m))
	}
	return out, nil
}

// Find looks by mark, which stands in the name from the first instant on; where
// only a name is known, by that.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	if _, known := collections[r.Kind]; !known || r.Mark == "" && r.Key == "" {
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

// fields are the fields of contacts.
var fields = collection{"/api/fields/contact", "field", "fields"}

// Lookup finds contact fields by alias. The alias is also what filters and
// tokens call a field, so it is the id here. It sees that no campaign of others
// lets people be written to who said no.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(looks))
	if asksProtection(looks) {
		if err := t.protection(ctx); err != nil {
			return nil, err
		}
	}
	var known []string
	err := t.each(ctx, fields, func(page []resource.Map) error {
		for _, m := range page {
			if m["isPublished"] != resource.Bool(false) {
				known = append(known, plain(m["alias"]))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, l := range looks {
		switch {
		case l.Kind == lookProtection:
			out[i] = targets.LookupAnswer{ID: protected, Found: true}
		case l.Kind != lookField:
		case slices.Contains(known, l.Key):
			out[i] = targets.LookupAnswer{ID: l.Key, Found: true}
		default:
			out[i] = targets.LookupAnswer{Nearest: diag.Nearest(l.Key, known)}
		}
	}
	return out, nil
}
