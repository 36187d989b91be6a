package hubspot

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

const workflowsPath = "/automation/v4/flows"

func workflowPath(id string) string { return workflowsPath + "/" + url.PathEscape(id) }

// kept are the parts of a workflow that are compared. HubSpot clears each part
// that a body leaves out, so all of them are always sent.
var kept = []struct {
	name   string
	silent resource.Value // what it is where nothing is said
}{
	{"startActionId", resource.String("")}, {"actions", resource.List{}}, {"enrollmentCriteria", resource.Map{}}, {"goalFilterBranch", nil},
	{"suppressionListIds", resource.List{}}, {"timeWindows", resource.List{}}, {"blockedDates", resource.List{}}, {"unEnrollmentSetting", nil},
	{"enrollmentSchedule", nil}, {"customProperties", resource.Map{}},
}

// onChange is the property of a workflow in which it is kept that an edit may
// change it in place, and inPlace its value there.
const (
	onChange = "on_change"
	inPlace  = "migrate"
)

// migrates tells whether a workflow is edited in place: whoever waits at an
// action goes on from there, if it is still in it under its number.
func migrates(attributes resource.Map) bool {
	properties, _ := attributes["customProperties"].(resource.Map)
	return textOf(properties, onChange) == inPlace
}

func textOf(m resource.Map, name string) string { return text(m[name]) }

// work is a workflow as HubSpot has it, normalised.
func work(m resource.Map) resource.Object {
	key, mark := account.Parted(textOf(m, "name"))
	o := resource.Object{Kind: kindWorkflow, ID: textOf(m, "id"), Key: key, Mark: mark, Version: textOf(m, "revisionId"), Switch: resource.Off, Attributes: resource.Map{}}
	if m["isEnabled"] == resource.Bool(true) {
		o.Switch = resource.On
	}
	parts := resource.Map{}
	for _, part := range kept {
		if m[part.name] != nil && m[part.name] != resource.Value(resource.String("")) {
			parts[part.name] = m[part.name]
		}
	}
	o.Attributes, _ = normal(parts).(resource.Map)
	if empty, ok := o.Attributes["customProperties"].(resource.Map); ok && len(empty) == 0 {
		delete(o.Attributes, "customProperties")
	}
	return o
}

// workflows writes workflows. They are made switched off.
type workflows struct{ t *Target }

func (h workflows) read(ctx context.Context, id string) (resource.Object, error) {
	var got resource.Map
	if err := h.t.call(ctx, http.MethodGet, workflowPath(id), nil, nil, &got); err != nil {
		return resource.Object{}, err
	}
	return work(got), nil
}

// whole is everything that a workflow is: what a body leaves out is cleared.
func whole(name string, attributes resource.Map, on bool) resource.Map {
	out := resource.Map{
		"name": resource.String(name), "type": resource.String("CONTACT_FLOW"), "flowType": resource.String("WORKFLOW"),
		"objectTypeId": resource.String(contacts), "isEnabled": resource.Bool(on), "dataSources": resource.List{},
		"canEnrollFromSalesforce": resource.Bool(false),
	}
	for _, part := range kept {
		switch value := attributes[part.name]; {
		case value != nil:
			out[part.name] = explicit(value)
		case part.silent != nil:
			out[part.name] = part.silent
		}
	}
	return out
}

func (h workflows) create(ctx context.Context, c targets.Change) (string, error) {
	if err := sound(c.Resource.Attributes); err != nil {
		return "", err
	}
	var made resource.Map
	err := h.t.call(ctx, http.MethodPost, workflowsPath, nil, whole(account.Marked(c.Resource.Key, c.Mark), c.Resource.Attributes, false), &made)
	return textOf(made, "id"), err
}

// update writes the whole workflow for the revision that was read; HubSpot
// refuses it when there is a later one.
func (h workflows) update(ctx context.Context, c targets.Change, now resource.Object) error {
	return h.put(ctx, c, now, c.Resource.Attributes, account.Marked(c.Resource.Key, c.Mark), now.Switch == resource.On)
}

func (h workflows) put(ctx context.Context, c targets.Change, now resource.Object, attributes resource.Map, name string, on bool) error {
	if err := sound(attributes); err != nil {
		return err
	}
	body := whole(name, attributes, on)
	body["revisionId"] = resource.String(now.Version)
	return h.t.call(ctx, http.MethodPut, workflowPath(c.Prior.ID), nil, body, nil)
}

func (h workflows) remove(ctx context.Context, id string) error {
	return h.t.call(ctx, http.MethodDelete, workflowPath(id), nil, nil, nil)
}

// turn switches a workflow on or off, and looks whether it is.
func (h workflows) turn(ctx context.Context, c targets.Change, now resource.Object) error {
	want := resource.Off
	if c.Action == targets.SwitchOn {
		want = resource.On
	}
	if c.Action == targets.SwitchOn && !resource.Equal(now.Attributes, c.Prior.Attributes) {
		return &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the workflow %s is not what was planned to be switched on; plan again", c.Prior.ID)}
	}
	if err := h.put(ctx, c, now, now.Attributes, account.Marked(now.Key, now.Mark), want == resource.On); err != nil {
		return err
	}
	after, err := h.read(ctx, c.Prior.ID)
	switch {
	case err != nil:
		return &targets.Error{Kind: targets.UnknownOutcome, Message: "the workflow was switched, and reading it back failed", Err: err}
	case after.Switch != want:
		return account.Failed(targets.Permanent, "HubSpot answered that the workflow %s was switched %s, and it is not; look at it there, and plan again", c.Prior.ID, want)
	}
	return nil
}

// sound refuses a workflow whose ways lead to actions that it does not have.
// HubSpot's contract lets it pass.
func sound(attributes resource.Map) error {
	list, _ := attributes["actions"].(resource.List)
	there := map[string]bool{}
	for _, item := range list {
		action, _ := item.(resource.Map)
		there[textOf(action, "actionId")] = true
	}
	missing := ""
	var look func(v resource.Value)
	look = func(v resource.Value) {
		switch v := v.(type) {
		case resource.Map:
			if next := textOf(v, "nextActionId"); next != "" && !there[next] {
				missing = next
			}
			for _, item := range v {
				look(item)
			}
		case resource.List:
			for _, item := range v {
				look(item)
			}
		case resource.Null, resource.Bool, resource.String, resource.Number, resource.Ref, resource.Lookup, nil:
		}
	}
	look(attributes["actions"])
	if start := textOf(attributes, "startActionId"); start != "" && !there[start] {
		missing = start
	}
	if missing != "" {
		return account.Failed(targets.Permanent, "the workflow leads to the action %s, which it does not have; nothing was written", missing)
	}
	return nil
}

// flows passes on the workflows whose mark is wanted, page by page. A list shows
// names and whether they are on, and not what they are made of.
func (t *Target) flows(ctx context.Context, wanted func(mark string) bool, pass func([]resource.Object) error) error {
	var once rest.Once
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		query := url.Values{"limit": {"100"}}
		if place != "" {
			query.Set("after", place)
		}
		var page struct {
			Results []resource.Map `json:"results"`
			Paging  struct {
				Next struct {
					After string `json:"after"`
				} `json:"next"`
			} `json:"paging"`
		}
		if err := t.call(ctx, http.MethodGet, workflowsPath, query, nil, &page); err != nil {
			return "", err
		}
		var out []resource.Object
		for _, m := range page.Results {
			if o := work(m); !once.New(o.ID) || !wanted(o.Mark) {
				continue
			}
			o, err := workflows{t}.read(ctx, textOf(m, "id"))
			if rest.Gone(err) {
				continue
			}
			if err != nil {
				return "", err
			}
			out = append(out, o)
		}
		if len(out) > 0 {
			if err := pass(out); err != nil {
				return "", err
			}
		}
		return page.Paging.Next.After, nil
	})
}
