package mautic

import (
	"context"
	"net/http"

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
	return t.each(ctx, collections[kind], func(page []resource.Map) error {
		var out []resource.Object
		for _, m := range page {
			if o := object(kind, m); wanted(o.Mark) {
				out = append(out, o)
			}
		}
		return pass(out)
	})
}

func (t *Target) read(ctx context.Context, kind, id string) (resource.Object, error) {
	m, err := t.one(ctx, collections[kind], rest.Call{Method: http.MethodGet, Path: "/" + id})
	return object(kind, m), err
}

// fields are the fields of contacts.
var fields = collection{"/api/fields/contact", "field", "fields"}

// Lookup finds contact fields by alias. The alias is also what filters and
// tokens call a field, so it is the id here. It sees that no campaign of others
// lets people be written to who said no.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	return account.Lookup(ctx, looks, []string{lookField, lookProtection}, func(ctx context.Context, kind string) (*account.Catalog, error) {
		c := &account.Catalog{}
		if kind == lookProtection {
			c.Add(protected, protected)
			return c, t.protection(ctx)
		}
		err := t.each(ctx, fields, func(page []resource.Map) error {
			for _, m := range page {
				if m["isPublished"] != resource.Bool(false) {
					c.Add(plain(m["alias"]), plain(m["alias"]))
				}
			}
			return nil
		})
		return c, err
	})
}
