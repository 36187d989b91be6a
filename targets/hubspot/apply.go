package hubspot

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

// Plan says what each change costs. Filters and name of a list are two calls,
// and what stands there is read before. A list that somebody made one that does
// not follow its filters is made anew.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		calls := 1
		switch {
		case r.Prior == nil:
		case r.Desired == nil:
			calls = 2
		case !resource.Equal(r.Prior.Attributes["processingType"], r.Desired.Attributes["processingType"]):
			calls, out[i].Replace = 3, []string{"processingType"}
		default:
			calls = 4
		}
		out[i].Cost = []targets.Cost{{Class: classCalls, Calls: calls}}
	}
	return out, nil
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

func permanent(why string, args ...any) error {
	return &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf(why, args...)}
}

func (t *Target) apply(ctx context.Context, c targets.Change) (*resource.Object, error) {
	switch {
	case c.Resource.Kind != kindList:
		return nil, permanent("HubSpot has no objects of kind %q", c.Resource.Kind)
	case c.Action == targets.Create:
		return t.create(ctx, c)
	case c.Prior == nil:
		return nil, permanent("nothing is known of the %s that is to be changed", c.Resource.Kind)
	}
	now, err := t.unchanged(ctx, c)
	switch {
	case rest.Gone(err) && c.Action == targets.Delete:
		return nil, nil
	case rest.Gone(err):
		return nil, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was deleted at HubSpot; plan again", c.Resource.Kind, c.Prior.ID)}
	case err != nil:
		return nil, err
	}
	switch c.Action {
	case targets.Update:
		return t.update(ctx, c, now)
	case targets.Delete:
		if err := t.call(ctx, http.MethodDelete, listPath(c.Prior.ID), nil, nil, nil); !rest.Gone(err) {
			return nil, err
		}
		return nil, nil
	case targets.SwitchOn, targets.SwitchOff:
		return nil, permanent("a %s at HubSpot is not switched on or off", c.Resource.Kind)
	case targets.Create:
	}
	return nil, permanent("HubSpot knows no change %q", c.Action)
}

// unchanged is the list as it is now, and refuses to write over what somebody
// did since it was read. HubSpot counts versions and checks none. What we have
// written ourselves, in a change whose second half failed, is no conflict.
func (t *Target) unchanged(ctx context.Context, c targets.Change) (listing, error) {
	l, err := t.fetch(ctx, c.Prior.ID)
	if err != nil {
		return l, err
	}
	now := object(l)
	update := c.Action == targets.Update
	name := now.Key == c.Prior.Key && now.Mark == c.Prior.Mark || update && now.Key == c.Resource.Key && now.Mark == c.Mark
	filters := resource.Equal(now.Attributes, c.Prior.Attributes) || update && resource.Equal(now.Attributes, c.Resource.Attributes)
	if c.Prior.Version == "" || c.Prior.Version == now.Version || name && filters {
		return l, nil
	}
	return l, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was changed at HubSpot since it was read; plan again", c.Resource.Kind, c.Prior.ID)}
}

func (t *Target) create(ctx context.Context, c targets.Change) (*resource.Object, error) {
	body := resource.Map{
		"name": resource.String(named(c.Resource.Key, c.Mark)), "objectTypeId": resource.String(contacts),
		"processingType": resource.String(dynamic), "filterBranch": explicit(c.Resource.Attributes["filterBranch"]),
	}
	var made struct {
		List listing `json:"list"`
	}
	if err := t.call(ctx, http.MethodPost, "/crm/v3/lists", nil, body, &made); err != nil {
		return nil, err
	}
	return t.verified(ctx, c, made.List.ID)
}

// update writes what differs: the filters, then the name.
func (t *Target) update(ctx context.Context, c targets.Change, now listing) (*resource.Object, error) {
	if !resource.Equal(object(now).Attributes, c.Resource.Attributes) {
		body := resource.Map{"filterBranch": explicit(c.Resource.Attributes["filterBranch"])}
		if err := t.call(ctx, http.MethodPut, listPath(c.Prior.ID)+"/update-list-filters", nil, body, nil); err != nil {
			return nil, err
		}
	}
	if name := named(c.Resource.Key, c.Mark); name != now.Name {
		if err := t.call(ctx, http.MethodPut, listPath(c.Prior.ID)+"/update-list-name", url.Values{"listName": {name}}, nil, nil); err != nil {
			return nil, err
		}
	}
	return t.verified(ctx, c, c.Prior.ID)
}

// verified is the list as it is after a write. That it is not what was written
// is for whoever planned it to see; that it cannot be read undoes nothing.
func (t *Target) verified(ctx context.Context, c targets.Change, id string) (*resource.Object, error) {
	l, err := t.fetch(ctx, id)
	if err != nil {
		return nil, &targets.Error{Kind: targets.UnknownOutcome, Message: "the " + c.Resource.Kind + " was written, and reading it back failed", Err: err}
	}
	o := object(l)
	return &o, nil
}
