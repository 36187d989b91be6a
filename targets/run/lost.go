package run

import (
	"context"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// lost reads by id what state remembers and the list of what is marked does not
// have. Where the mark stands in a name or a description, a person who renames
// an object takes it away; the object is still there, may still write to people,
// and made anew it would be there twice.
func (p *Platform) lost(ctx context.Context, remembered []plan.Record, listed []resource.Object) ([]resource.Object, error) {
	type id struct{ kind, id string }
	seen := map[id]bool{}
	for _, o := range listed {
		seen[id{o.Kind, o.ID}] = true
	}
	var out []resource.Object
	for _, k := range p.Description.Kinds {
		var ids []string
		for _, r := range remembered {
			if r.Address.Platform == p.Name && r.Kind == k.Name && r.ID != "" && !seen[id{r.Kind, r.ID}] {
				ids = append(ids, r.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		found, err := p.Target.Get(ctx, k.Name, ids)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}
