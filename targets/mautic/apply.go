package mautic

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Plan says how each change would be made. Mautic has no limits of its own on
// calls, so nothing costs any.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return make([]targets.PlanAnswer, len(requests)), nil
}

// Apply carries changes out one after the other.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		object, err := t.apply(ctx, c)
		var known *targets.Error
		if err != nil && !errors.As(err, &known) {
			return err
		}
		result(targets.Result{Key: c.Key, Object: object, Err: known})
	}
	return nil
}

func (t *Target) apply(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if _, known := collections[c.Resource.Kind]; !known {
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("Mautic has no objects of kind %q", c.Resource.Kind)}
	}
	if c.Action == targets.Create {
		return t.create(ctx, c)
	}
	if c.Prior == nil {
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("nothing is known of the %s that is to be changed", c.Resource.Kind)}
	}
	gone, err := t.unchanged(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case gone && c.Action == targets.Delete:
		return nil, nil
	case gone:
		return nil, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was deleted at Mautic; plan again", c.Resource.Kind, c.Prior.ID)}
	}
	switch c.Action {
	case targets.Update:
		return t.update(ctx, c)
	case targets.Delete:
		return nil, t.remove(ctx, c)
	case targets.SwitchOn, targets.SwitchOff:
		if c.Resource.Kind == kindCampaign {
			return t.publish(ctx, c)
		}
	case targets.Create:
	}
	return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("a %s at Mautic knows no change %q", c.Resource.Kind, c.Action)}
}

// unchanged refuses to write over what somebody did since the object was read.
// Mautic has no versions that it checks itself; its date of the last change
// knows seconds only, so what counts is what the object is.
func (t *Target) unchanged(ctx context.Context, c targets.Change) (gone bool, err error) {
	now, err := t.Get(ctx, c.Resource.Kind, []string{c.Prior.ID})
	switch {
	case err != nil:
		return false, err
	case len(now) == 0:
		return true, nil
	case now[0].Key == c.Prior.Key && now[0].Mark == c.Prior.Mark && resource.Equal(now[0].Attributes, c.Prior.Attributes):
		return false, nil
	}
	return false, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was changed at Mautic since it was read; plan again", c.Resource.Kind, c.Prior.ID)}
}

// body is an object as it is written.
func body(c targets.Change) resource.Map {
	out := maps.Clone(c.Resource.Attributes)
	out["name"] = resource.String(named(c.Resource.Key, c.Mark))
	switch {
	case c.Resource.Kind == kindCampaign:
		return drawn(out)
	case out["isPublished"] == nil:
		out["isPublished"] = resource.Bool(true)
	}
	return out
}

func (t *Target) create(ctx context.Context, c targets.Change) (*resource.Object, error) {
	made, err := t.one(ctx, collections[c.Resource.Kind], rest.Call{Method: http.MethodPost, Path: "/new", Body: body(c)})
	return answered(c.Resource.Kind, made, err)
}

// answered is the object of an answer.
func answered(kind string, m resource.Map, err error) (*resource.Object, error) {
	if err != nil {
		return nil, err
	}
	o := object(kind, m)
	return &o, nil
}

func (t *Target) update(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if c.Resource.Kind == kindCampaign {
		return t.redraw(ctx, c)
	}
	edited := body(c)
	for name := range c.Prior.Attributes { // what is not said stays
		if edited[name] == nil {
			edited[name] = resource.Null{}
		}
	}
	written, err := t.one(ctx, collections[c.Resource.Kind], rest.Call{Method: http.MethodPatch, Path: "/" + c.Prior.ID + "/edit", Body: edited})
	return answered(c.Resource.Kind, written, err)
}

// publish switches a campaign on or off, and sees that it did: nothing runs
// otherwise, or still does.
func (t *Target) publish(ctx context.Context, c targets.Change) (*resource.Object, error) {
	on := c.Action == targets.SwitchOn
	written, err := t.one(ctx, collections[kindCampaign], rest.Call{Method: http.MethodPatch, Path: "/" + c.Prior.ID + "/edit", Body: resource.Map{"isPublished": resource.Bool(on)}})
	return answered(kindCampaign, written, err)
}

// redraw replaces what a campaign is made of. Mautic keeps the events whose ids
// it is sent, with whoever waits at them, and removes the others. A PUT that does
// not say that a campaign is published unpublishes it.
func (t *Target) redraw(ctx context.Context, c targets.Change) (*resource.Object, error) {
	now, err := t.one(ctx, collections[kindCampaign], rest.Call{Method: http.MethodGet, Path: "/" + c.Prior.ID})
	if err != nil {
		return nil, err
	}
	kept := map[string]string{}
	for _, e := range events(now) {
		kept[plain(e["name"])] = idOf(e)
	}
	edited := renamed(body(c), kept)
	edited["isPublished"] = resource.Bool(now["isPublished"] == resource.Bool(true))
	written, err := t.one(ctx, collections[kindCampaign], rest.Call{Method: http.MethodPut, Path: "/" + c.Prior.ID + "/edit", Body: edited})
	return answered(kindCampaign, written, err)
}

func (t *Target) remove(ctx context.Context, c targets.Change) error {
	_, err := t.one(ctx, collections[c.Resource.Kind], rest.Call{Method: http.MethodDelete, Path: "/" + c.Prior.ID + "/delete"})
	if rest.Gone(err) {
		return nil
	}
	return err
}
