package mautic

import (
	"context"
	"iter"
	"maps"
	"net/http"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// Plan says how each change would be made. Mautic has no limits of its own on
// calls, so nothing costs any.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return make([]targets.PlanAnswer, len(requests)), nil
}

// Foresee implements targets.Foreseer.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, func(targets.PlanRequest) (a targets.PlanAnswer, sure bool) { return a, true })
}

// desk reads and writes objects. The date of the last change knows seconds only.
func (t *Target) desk() account.Desk {
	return account.Desk{
		Called: "Mautic", Kinds: kinds, Coarse: true, Each: t.list, Read: t.read, Create: t.create, Update: t.update, Remove: t.remove, Turn: t.publish,
	}
}

// Apply carries changes out one after the other.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	return t.desk().Apply(ctx, changes, result)
}

// body is an object as it is written.
func body(c targets.Change) resource.Map {
	out := maps.Clone(c.Resource.Attributes)
	out["name"] = resource.String(account.Marked(c.Resource.Key, c.Mark))
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

func (t *Target) update(ctx context.Context, c targets.Change, _ resource.Object) (*resource.Object, error) {
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

// publish switches a campaign on or off. Without the permission Mautic answers
// that all is well and leaves the campaign as it was.
func (t *Target) publish(ctx context.Context, c targets.Change, _ resource.Object) (*resource.Object, error) {
	if c.Resource.Kind != kindCampaign {
		return nil, account.Failed(targets.Permanent, "a %s at Mautic is not switched on or off", c.Resource.Kind)
	}
	on := c.Action == targets.SwitchOn
	written, err := t.one(ctx, collections[kindCampaign], rest.Call{Method: http.MethodPatch, Path: "/" + c.Prior.ID + "/edit", Body: resource.Map{"isPublished": resource.Bool(on)}})
	if err == nil && written["isPublished"] != resource.Bool(on) {
		return nil, account.Failed(targets.Permanent, "Mautic answered with success and left the campaign %s as it was: the user's role lacks %s; add it to the role and run trayecto apply again", c.Prior.ID, publishing)
	}
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
	return err
}
