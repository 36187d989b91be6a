package account

import (
	"context"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// Catalog is what an account has of something, by name; a name may not be
// unique.
type Catalog struct {
	names []string
	ids   map[string][]string
	full  map[string][]string // the full names of a short one
}

// Add notes the id of a name.
func (c *Catalog) Add(name, id string) {
	if c.ids == nil {
		c.ids, c.full = map[string][]string{}, map[string][]string{}
	}
	if len(c.ids[name]) == 0 {
		c.names = append(c.names, name)
	}
	if !slices.Contains(c.ids[name], id) {
		c.ids[name] = append(c.ids[name], id)
	}
}

// AddFull notes the id of a name that may be shared, and of a longer one that
// tells it from the others.
func (c *Catalog) AddFull(name, full, id string) {
	c.Add(name, id)
	if full != name {
		c.Add(full, id)
		c.full[name] = append(c.full[name], full)
	}
}

// Answer is what a name stands for. A name that several things have stands for
// none of them: a longer one is the nearest then.
func (c *Catalog) Answer(name string) targets.LookupAnswer {
	switch ids := c.ids[name]; {
	case len(ids) == 1:
		return targets.LookupAnswer{ID: ids[0], Found: true}
	case len(ids) > 1 && len(c.full[name]) > 0:
		return targets.LookupAnswer{Nearest: slices.Min(c.full[name])}
	case len(ids) > 1:
		return targets.LookupAnswer{Nearest: name + " (there are several of this name)"}
	}
	for _, known := range c.names { // the same in other letters is the nearest of all
		if strings.EqualFold(known, name) {
			return targets.LookupAnswer{Nearest: known}
		}
	}
	return targets.LookupAnswer{Nearest: diag.Nearest(name, c.names)}
}

// Lookup answers look-ups of some kinds, each from its catalog, which is read
// only where something of the kind is asked for.
func Lookup(ctx context.Context, looks []resource.Lookup, kinds []string, read func(ctx context.Context, kind string) (*Catalog, error)) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(looks))
	for _, kind := range kinds {
		if !slices.ContainsFunc(looks, func(l resource.Lookup) bool { return l.Kind == kind }) {
			continue
		}
		known, err := read(ctx, kind)
		if err != nil {
			return nil, err
		}
		for i, l := range looks {
			if l.Kind == kind {
				out[i] = known.Answer(l.Key)
			}
		}
	}
	return out, nil
}
