package klaviyo

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// Plan says what each change costs, that a flow is not edited, and that what was
// sent is history.
func (t *Target) Plan(ctx context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		out[i] = planned(r)
		if !mayBeOver(r) {
			continue
		}
		over, err := t.over(ctx, r.Prior.ID)
		if err != nil {
			return nil, err
		}
		if out[i].Over = over; over != "" && r.Desired != nil && t.later(r.Desired.Attributes) {
			out[i].Replace, out[i].Cost = []string{"send_at"}, append(cost(classRemoval), cost(classCampaign)...)
		}
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

func cost(class string) []targets.Cost { return []targets.Cost{{Class: class, Calls: calls[class]}} }

// Foresee implements targets.Foreseer. Whether a campaign was sent only Klaviyo
// knows.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, func(r targets.PlanRequest) (targets.PlanAnswer, bool) { return planned(r), !mayBeOver(r) })
}

// mayBeOver tells whether a change is about a campaign that was scheduled.
func mayBeOver(r targets.PlanRequest) bool {
	return r.Prior != nil && r.Prior.Kind == kindCampaign && r.Prior.Switch == resource.On
}

func planned(r targets.PlanRequest) targets.PlanAnswer {
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

// desk reads and writes objects. The date of the last change moves for other
// reasons than an edit too.
func (t *Target) desk() account.Desk {
	return account.Desk{
		Called: "Klaviyo", Kinds: kinds, Each: t.list, Create: t.create, Update: t.update, Remove: t.remove, Turn: t.turn,
		Read: func(ctx context.Context, kind, id string) (resource.Object, error) {
			i, tags, err := t.read(ctx, kind, id)
			if err != nil {
				return resource.Object{}, err
			}
			return t.object(ctx, kind, i, tags)
		},
	}
}

// Apply carries changes out one after the other.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	return t.desk().Apply(ctx, changes, result)
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
		key = strings.TrimSpace(c.Resource.Address.Object + " " + c.Resource.Address.Role)
		path += "?additional-fields[flow]=definition"
		definition, _ := attributes["definition"].(resource.Map)
		attributes["definition"] = sent(definition)
	}
	attributes["name"] = resource.String(account.Marked(key, c.Mark))
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
		return nil, account.Unread(kind, err)
	}
	return &o, nil
}

func (t *Target) update(ctx context.Context, c targets.Change, _ resource.Object) (*resource.Object, error) {
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
	attributes["name"] = resource.String(account.Marked(c.Resource.Key, c.Mark))
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
	return t.client.Do(ctx, rest.Call{Method: http.MethodDelete, Path: pathTo(c)})
}

// turn changes the status of a flow and of every action in it.
func (t *Target) turn(ctx context.Context, c targets.Change, _ resource.Object) (*resource.Object, error) {
	switch c.Resource.Kind {
	case kindCampaign:
		return t.turnCampaign(ctx, c)
	case kindFlow:
	default:
		return nil, account.Failed(targets.Permanent, "a %s at Klaviyo is not switched on or off", c.Resource.Kind)
	}
	status := "draft"
	if c.Action == targets.SwitchOn {
		status = "live"
	}
	if _, err := t.send(ctx, http.MethodPatch, pathTo(c), body(kindFlow, c.Prior.ID, resource.Map{"status": resource.String(status)})); err != nil {
		return nil, err
	}
	return t.reread(ctx, c)
}

func (t *Target) reread(ctx context.Context, c targets.Change) (*resource.Object, error) {
	i, tags, err := t.read(ctx, kindFlow, c.Prior.ID)
	if err != nil {
		return nil, account.Unread(kindFlow, err)
	}
	return t.answered(ctx, kindFlow, i, tags)
}

// retag gives a flow another mark. Its name cannot be edited, so the mark is a
// tag from then on, and the tag wins over the name.
func (t *Target) retag(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if !resource.Equal(c.Prior.Attributes, c.Resource.Attributes) {
		return nil, account.Failed(targets.Permanent, "a flow cannot be edited; plan again, and it is replaced")
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
