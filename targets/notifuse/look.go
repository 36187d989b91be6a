package notifuse

import (
	"context"
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// raw is the objects of a kind as the API gives them.
func (t *Target) raw(ctx context.Context, kind string) ([]map[string]any, error) {
	var out []map[string]any
	if reaches(kind) {
		err := t.paged(ctx, kind+"s", func(o map[string]any) {
			t.unsigned(o)
			out = append(out, o)
		})
		return out, err
	}
	var page struct {
		Lists     []map[string]any `json:"lists"`
		Segments  []map[string]any `json:"segments"`
		Templates []map[string]any `json:"templates"`
	}
	if err := t.get(ctx, kind+"s.list", nil, &page); err != nil {
		return nil, err
	}
	return slices.Concat(page.Lists, page.Segments, page.Templates), nil
}

// objects is the objects of a kind.
func (t *Target) objects(ctx context.Context, kind string) ([]resource.Object, error) {
	if byHand(kind) {
		return t.set(ctx, kind)
	}
	w, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	all, err := t.raw(ctx, kind)
	if err != nil {
		return nil, err
	}
	out := make([]resource.Object, len(all))
	for i, o := range all {
		out[i] = object(kind, w.Settings.DefaultLanguage, o)
	}
	return sorted(out), nil
}

func known(kind string) bool {
	return slices.ContainsFunc(kinds, func(k targets.Kind) bool { return k.Name == kind })
}

// List passes on a page for each kind. Templates that a part of the platform
// itself made come along when all are asked for.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	for _, k := range kinds {
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, k.Name) {
			continue
		}
		objects, err := t.objects(ctx, k.Name)
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

// Get reads objects by id. It reads all of the kind: asked about one that is
// gone, the platform answers 500, or with the one that was deleted.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	objects, err := t.held(ctx, kind)
	return slices.DeleteFunc(objects, func(o resource.Object) bool { return !slices.Contains(ids, o.ID) }), err
}

// Find looks by the mark.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	found, err := t.FindEach(ctx, []targets.FindRequest{r})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// FindEach implements targets.Finder.
func (t *Target) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	return targets.FindAmong(ctx, r, t.held, func(r targets.FindRequest, o resource.Object) bool {
		return owned(o, r.Mark) || byHand(r.Kind) && r.Key != "" && o.Key == r.Key
	})
}

// held is the objects of a kind, of which there may be none.
func (t *Target) held(ctx context.Context, kind string) ([]resource.Object, error) {
	if !known(kind) {
		return nil, nil
	}
	return t.objects(ctx, kind)
}

// Lookup finds lists of the account by id or by name, and its default language.
func (t *Target) Lookup(ctx context.Context, asked []resource.Lookup) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(asked))
	var lists []resource.Object
	for i, l := range asked {
		var err error
		switch {
		case l.Kind == lookLanguage:
			out[i], err = t.speaks(ctx, l.Key)
		case l.Kind != lookList:
		case lists == nil:
			if lists, err = t.objects(ctx, kindList); err == nil {
				out[i] = listNamed(lists, l.Key)
			}
		default:
			out[i] = listNamed(lists, l.Key)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *Target) speaks(ctx context.Context, language string) (targets.LookupAnswer, error) {
	w, err := t.open(ctx)
	if err != nil {
		return targets.LookupAnswer{}, err
	}
	speaks := w.Settings.DefaultLanguage
	if speaks == language {
		return targets.LookupAnswer{ID: speaks, Found: true}, nil
	}
	return targets.LookupAnswer{Remedy: "in Notifuse, set the workspace's default language to " + language + " (it is " + speaks + "); or name " + speaks + " first in the project's languages"}, nil
}

// listNamed is the list with an id, else the one with a name.
func listNamed(lists []resource.Object, key string) targets.LookupAnswer {
	var words []string
	for _, by := range []func(resource.Object) string{
		func(o resource.Object) string { return o.ID },
		func(o resource.Object) string { return text(o.Attributes["name"]) },
	} {
		for _, o := range lists {
			if by(o) == key {
				return targets.LookupAnswer{ID: o.ID, Found: true}
			}
			words = append(words, by(o))
		}
	}
	return targets.LookupAnswer{Nearest: diag.Nearest(key, words)}
}
