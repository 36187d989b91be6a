package klaviyo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Plan says what each change costs, and that a flow is not edited.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		out[i] = planned(r)
	}
	return out, nil
}

// writing and making are the rate classes of a kind's calls.
var (
	writing = map[string]string{kindFlow: classFlows, kindList: classLists, kindSegment: classSegment, kindTemplate: classTemplate, kindCampaign: classCampaign}
	making  = map[string]string{kindFlow: classFlow, kindList: classList, kindSegment: classSegment, kindTemplate: classTemplate, kindCampaign: classCampaign}
)

// calls is how many of a class a change takes.
var calls = map[string]int{
	classFlows: 1, classFlow: 1, classLists: 1, classList: 1, classSegment: 1, classTemplate: 1, classRemoval: 1,
	classCampaign: 5, // the campaign, its message, reading both
}

func planned(r targets.PlanRequest) targets.PlanAnswer {
	cost := func(class string) []targets.Cost { return []targets.Cost{{Class: class, Calls: calls[class]}} }
	switch {
	case r.Desired == nil:
		return targets.PlanAnswer{Cost: cost(classRemoval)}
	case r.Prior == nil:
		return targets.PlanAnswer{Cost: cost(making[r.Desired.Kind])}
	case r.Desired.Kind == kindFlow && !resource.Equal(r.Prior.Attributes, r.Desired.Attributes):
		return targets.PlanAnswer{Replace: []string{"definition"}, Cost: append(cost(classRemoval), cost(classFlow)...)}
	}
	return targets.PlanAnswer{Cost: cost(writing[r.Desired.Kind])}
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
	if collections[c.Resource.Kind] == "" {
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("Klaviyo has no objects of kind %q", c.Resource.Kind)}
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
		return nil, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was deleted at Klaviyo; plan again", c.Resource.Kind, c.Prior.ID)}
	}
	switch c.Action {
	case targets.Update:
		return t.update(ctx, c)
	case targets.Delete:
		return nil, t.remove(ctx, c)
	case targets.SwitchOn:
		return t.turn(ctx, c, "live")
	case targets.SwitchOff:
		return t.turn(ctx, c, "draft")
	case targets.Create:
	}
	return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("Klaviyo knows no change %q", c.Action)}
}

// unchanged refuses to write over what somebody did since the object was read.
// Klaviyo has no versions that it checks itself; the date of the last change
// moves for other reasons too, so what counts is what the object is.
func (t *Target) unchanged(ctx context.Context, c targets.Change) (gone bool, err error) {
	now, err := t.Get(ctx, c.Resource.Kind, []string{c.Prior.ID})
	switch {
	case err != nil:
		return false, err
	case len(now) == 0:
		return true, nil
	case c.Prior.Version == "" || c.Prior.Version == now[0].Version:
		return false, nil
	case now[0].Key == c.Prior.Key && now[0].Mark == c.Prior.Mark && resource.Equal(now[0].Attributes, c.Prior.Attributes):
		return false, nil
	}
	return false, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was changed at Klaviyo since it was read; plan again", c.Resource.Kind, c.Prior.ID)}
}

// body is a JSON:API document.
func body(kind, id string, attributes resource.Map) any {
	data := resource.Map{"type": resource.String(kind), "attributes": attributes}
	if id != "" {
		data["id"] = resource.String(id)
	}
	return resource.Map{"data": data}
}

func (t *Target) create(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if c.Resource.Kind == kindCampaign {
		return t.createCampaign(ctx, c)
	}
	attributes, path := resource.Map{}, collections[c.Resource.Kind]
	for name, value := range c.Resource.Attributes {
		attributes[name] = value
	}
	key := c.Resource.Key
	switch c.Resource.Kind {
	case kindTemplate:
		attributes["editor_type"] = resource.String("CODE")
	case kindFlow:
		key, path = c.Resource.Address.Object, path+"?additional-fields[flow]=definition"
		definition, _ := attributes["definition"].(resource.Map)
		attributes["definition"] = sent(definition)
	}
	attributes["name"] = resource.String(named(key, c.Mark))
	made, err := t.send(ctx, http.MethodPost, path, body(c.Resource.Kind, "", attributes))
	if err != nil {
		return nil, err
	}
	return t.answered(ctx, c.Resource.Kind, made, nil)
}

// answered is the object of an answer. That reading its texts failed does not
// undo what was done.
func (t *Target) answered(ctx context.Context, kind string, i item, tags []string) (*resource.Object, error) {
	o, err := t.object(ctx, kind, i, tags)
	if err != nil {
		return nil, &targets.Error{Kind: targets.UnknownOutcome, Message: "it was written, and reading it back failed", Err: err}
	}
	return &o, nil
}

func (t *Target) update(ctx context.Context, c targets.Change) (*resource.Object, error) {
	switch c.Resource.Kind {
	case kindFlow:
		return t.retag(ctx, c)
	case kindCampaign:
		return t.updateCampaign(ctx, c)
	}
	attributes := resource.Map{}
	for name, value := range c.Resource.Attributes {
		attributes[name] = value
	}
	if c.Prior.Attributes["is_active"] == resource.Bool(false) {
		attributes["is_active"] = resource.Bool(true)
	}
	if _, had := c.Prior.Attributes["text"]; had && attributes["text"] == nil && c.Resource.Kind == kindTemplate {
		attributes["text"] = resource.String("") // what is not said stays
	}
	attributes["name"] = resource.String(named(c.Resource.Key, c.Mark))
	written, err := t.send(ctx, http.MethodPatch, pathTo(c), body(c.Resource.Kind, c.Prior.ID, attributes))
	if err != nil {
		return nil, err
	}
	return t.answered(ctx, c.Resource.Kind, written, nil)
}

func pathTo(c targets.Change) string {
	return collections[c.Resource.Kind] + "/" + url.PathEscape(c.Prior.ID)
}

func (t *Target) remove(ctx context.Context, c targets.Change) error {
	err := t.client.Do(ctx, rest.Call{Method: http.MethodDelete, Path: pathTo(c)})
	if rest.Gone(err) {
		return nil
	}
	return err
}

// turn changes the status of a flow and of every action in it.
func (t *Target) turn(ctx context.Context, c targets.Change, status string) (*resource.Object, error) {
	switch c.Resource.Kind {
	case kindCampaign:
		return t.turnCampaign(ctx, c)
	case kindFlow:
	default:
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("a %s at Klaviyo is not switched on or off", c.Resource.Kind)}
	}
	if _, err := t.send(ctx, http.MethodPatch, pathTo(c), body(kindFlow, c.Prior.ID, resource.Map{"status": resource.String(status)})); err != nil {
		return nil, err
	}
	return t.reread(ctx, c)
}

func (t *Target) reread(ctx context.Context, c targets.Change) (*resource.Object, error) {
	i, tags, err := t.read(ctx, kindFlow, c.Prior.ID)
	if err != nil {
		return nil, &targets.Error{Kind: targets.UnknownOutcome, Message: "it was written, and reading it back failed", Err: err}
	}
	return t.answered(ctx, kindFlow, i, tags)
}

// retag gives a flow another mark. Its name cannot be edited, so the mark is a
// tag from then on, and the tag wins over the name.
func (t *Target) retag(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if !resource.Equal(c.Prior.Attributes, c.Resource.Attributes) {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "a flow cannot be edited; plan again, and it is replaced"}
	}
	id, err := t.tag(ctx, c.Mark)
	if err != nil {
		return nil, err
	}
	flow := resource.Map{"data": resource.List{resource.Map{"type": resource.String("flow"), "id": resource.String(c.Prior.ID)}}}
	old, err := t.tags(ctx, func(name string) bool { return name == c.Prior.Mark && name != c.Mark })
	if err != nil {
		return nil, err
	}
	for _, former := range old {
		err := t.client.Do(ctx, rest.Call{Method: http.MethodDelete, Path: "/api/tags/" + url.PathEscape(former) + "/relationships/flows", Body: flow})
		if err != nil && !rest.Gone(err) {
			return nil, err
		}
	}
	if err := t.client.Do(ctx, rest.Call{Method: http.MethodPost, Path: "/api/tags/" + url.PathEscape(id) + "/relationships/flows", Body: flow}); err != nil {
		return nil, err
	}
	return t.reread(ctx, c)
}

// tag is the id of a tag, which is made where there is none.
func (t *Target) tag(ctx context.Context, name string) (string, error) {
	found, err := t.tags(ctx, func(other string) bool { return other == name })
	if err != nil || len(found) > 0 {
		return append(found, "")[0], err
	}
	made, err := t.send(ctx, http.MethodPost, "/api/tags", body("tag", "", resource.Map{"name": resource.String(name)}))
	return made.ID, err
}

func (t *Target) tags(ctx context.Context, wanted func(name string) bool) ([]string, error) {
	var out []string
	err := t.each(ctx, "/api/tags", nil, func(p page) error {
		for _, i := range p.Data {
			if wanted(i.text("name")) {
				out = append(out, i.ID)
			}
		}
		return nil
	})
	return out, err
}
