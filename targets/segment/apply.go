package segment

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// Plan says what each change costs. A rule is known by the name of its event,
// and an audience or a trait is of people: another one is another object.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		out[i] = planned(r)
	}
	return out, nil
}

// Foresee implements targets.Foreseer.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, func(r targets.PlanRequest) (targets.PlanAnswer, bool) { return planned(r), true })
}

func planned(r targets.PlanRequest) targets.PlanAnswer {
	var kind string
	if r.Desired != nil {
		kind = r.Desired.Kind
	} else if r.Prior != nil {
		kind = r.Prior.Kind
	}
	writing, removing := classRest, classRest
	switch kind {
	case kindAudience:
		writing, removing = classAudience, classRemoval
	case kindTrait:
		writing, removing = classTrait, classTrait
	}
	cost := func(class string) []targets.Cost { return []targets.Cost{{Class: class, Calls: 1}} }
	if r.Desired == nil {
		return targets.PlanAnswer{Cost: cost(removing)}
	}
	if r.Prior != nil {
		if replace := fixed(*r.Prior, *r.Desired); len(replace) > 0 {
			return targets.PlanAnswer{Replace: replace, Cost: append(cost(removing), cost(writing)...)}
		}
	}
	return targets.PlanAnswer{Cost: cost(writing)}
}

// fixed lists what cannot be edited and differs.
func fixed(prior resource.Object, desired resource.Resource) []string {
	var out []string
	if desired.Kind == kindRule && prior.Key != desired.Key {
		out = append(out, "key")
	}
	for _, name := range []string{"of", "tracking_plan"} {
		was, is := prior.Attributes[name], desired.Attributes[name]
		_, open := is.(resource.Lookup)
		if !open && (was != nil || is != nil) && was != is {
			out = append(out, name)
		}
	}
	return out
}

// desk reads and writes objects. The date of the last change moves for other
// reasons than an edit too.
func (t *Target) desk() account.Desk {
	return account.Desk{Called: "Segment", Kinds: kinds, Each: t.list, Read: t.one, Create: t.create, Update: t.update, Remove: t.remove}
}

// Apply carries changes out one after the other.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	return t.desk().Apply(ctx, changes, result)
}

func (t *Target) create(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if c.Resource.Kind == kindRule {
		return t.newRule(ctx, c)
	}
	body := written(c)
	if c.Resource.Kind == kindAudience {
		body["audienceType"] = resource.String(users)
	}
	return t.send(ctx, c, rest.Call{Method: http.MethodPost, Path: t.collection(c.Resource.Kind), Body: body})
}

// written is an audience or a computed trait as it goes over the wire.
func written(c targets.Change) resource.Map {
	return resource.Map{
		"name": resource.String(c.Resource.Key), "description": resource.String(account.Marked(textOf(c.Resource.Attributes, "description"), c.Mark)),
		"definition": c.Resource.Attributes["definition"], "enabled": c.Resource.Attributes["enabled"],
	}
}

func (t *Target) update(ctx context.Context, c targets.Change, _ resource.Object) (*resource.Object, error) {
	if c.Resource.Kind == kindRule {
		return t.write(ctx, c)
	}
	return t.send(ctx, c, rest.Call{Method: http.MethodPatch, Path: t.collection(c.Resource.Kind) + "/" + url.PathEscape(c.Prior.ID), Body: written(c)})
}

// send writes an audience or a trait, and reads what came back.
func (t *Target) send(ctx context.Context, c targets.Change, call rest.Call) (*resource.Object, error) {
	a, err := t.call(ctx, call)
	if err != nil {
		return nil, err
	}
	made := a.one(c.Resource.Kind)
	if made.ID == "" {
		return nil, account.Failed(targets.UnknownOutcome, "it answered without the %s that was written", c.Resource.Kind)
	}
	o := made.object(c.Resource.Kind)
	return &o, nil
}

// newRule writes a rule that is not there yet. Writing is by name, so a rule of
// somebody else's would be lost.
func (t *Target) newRule(ctx context.Context, c targets.Change) (*resource.Object, error) {
	plan := textOf(c.Resource.Attributes, "tracking_plan")
	there, err := t.one(ctx, kindRule, plan+"/"+c.Resource.Key)
	switch {
	case err != nil && !account.Gone(err):
		return nil, err
	case err == nil && there.Mark != c.Mark:
		return nil, account.Failed(targets.Permanent, "the tracking plan has a rule %q already that is not of this declaration; import it, or map the event to another name", c.Resource.Key)
	}
	return t.write(ctx, c)
}

// write makes or replaces one rule.
func (t *Target) write(ctx context.Context, c targets.Change) (*resource.Object, error) {
	plan := textOf(c.Resource.Attributes, "tracking_plan")
	one := rule{Type: track, Key: c.Resource.Key, Version: ruleVersion, Schema: schema(c.Resource.Attributes, c.Mark)}
	a, err := t.call(ctx, rest.Call{Method: http.MethodPatch, Path: rulesOf(plan), Body: map[string]any{"rules": []rule{one}}})
	if err != nil {
		return nil, err
	}
	for _, r := range objects(a, plan) {
		if r.Key == c.Resource.Key {
			return &r, nil
		}
	}
	return nil, account.Failed(targets.UnknownOutcome, "it answered without the rule that was written")
}

func (t *Target) remove(ctx context.Context, c targets.Change) error {
	call := rest.Call{Method: http.MethodDelete, Path: t.collection(c.Resource.Kind) + "/" + url.PathEscape(c.Prior.ID)}
	if c.Resource.Kind == kindRule {
		plan, key, _ := strings.Cut(c.Prior.ID, "/")
		call.Path = rulesOf(plan)
		call.Query = url.Values{"rules[0][type]": {track}, "rules[0][key]": {key}, "rules[0][version]": {strconv.Itoa(ruleVersion)}}
	}
	_, err := t.call(ctx, call)
	return err
}
