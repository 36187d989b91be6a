package hubspot

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

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
		case kindOf(r) == kindWorkflow:
			if calls = 3; edits(r) && !(migrates(r.Prior.Attributes) && migrates(r.Desired.Attributes)) {
				out[i].Replace = []string{"actions"}
			}
		case kindOf(r) == kindEmail, kindOf(r) == kindRegular:
			calls = 3
		case r.Prior == nil:
		case r.Desired == nil:
			calls = 2
		case !resource.Equal(r.Prior.Attributes["processingType"], r.Desired.Attributes["processingType"]):
			calls, out[i].Replace = 3, []string{"processingType"}
		case r.Desired.Address.Role == roleEnters && edits(r): // who fits because its words changed must not be seen to come onto it
			calls, out[i].Replace = 3, []string{"filterBranch"}
		default:
			calls = 4
		}
		out[i].Cost = []targets.Cost{{Class: classCalls, Calls: calls}}
	}
	return out, nil
}

// edits tells whether a change changes what an object is made of.
func edits(r targets.PlanRequest) bool {
	return r.Prior != nil && r.Desired != nil && !resource.Equal(r.Prior.Attributes, r.Desired.Attributes)
}

func kindOf(r targets.PlanRequest) string {
	if r.Desired != nil {
		return r.Desired.Kind
	}
	return r.Prior.Kind
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

// holder writes the objects of one kind.
type holder interface {
	read(ctx context.Context, id string) (resource.Object, error)
	create(ctx context.Context, c targets.Change) (id string, err error)
	update(ctx context.Context, c targets.Change, now resource.Object) error
	remove(ctx context.Context, id string) error
}

// switched are holders of what can be switched on and off.
type switched interface {
	turn(ctx context.Context, c targets.Change, now resource.Object) error
}

// holder is who writes a kind; nil where HubSpot has no such objects.
func (t *Target) holder(kind string) holder {
	switch kind {
	case kindList:
		return lists{t}
	case kindEmail:
		return emails{t}
	case kindRegular:
		return regulars{t}
	case kindWorkflow:
		return workflows{t}
	}
	return nil
}

func (t *Target) apply(ctx context.Context, c targets.Change) (*resource.Object, error) {
	h := t.holder(c.Resource.Kind)
	switch {
	case h == nil:
		return nil, permanent("HubSpot has no objects of kind %q", c.Resource.Kind)
	case c.Action == targets.Create:
		id, err := h.create(ctx, c)
		if err != nil {
			return nil, err
		}
		return verified(ctx, h, c, id)
	case c.Prior == nil:
		return nil, permanent("nothing is known of the %s that is to be changed", c.Resource.Kind)
	}
	now, err := unchanged(ctx, h, c)
	switch {
	case rest.Gone(err) && c.Action == targets.Delete:
		return nil, nil
	case rest.Gone(err):
		return nil, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was deleted at HubSpot; plan again", c.Resource.Kind, c.Prior.ID)}
	case err != nil:
		return nil, err
	}
	return changed(ctx, h, c, now)
}

// changed is a change of an object that is there and is as it was planned for.
func changed(ctx context.Context, h holder, c targets.Change, now resource.Object) (*resource.Object, error) {
	switch c.Action {
	case targets.Update:
		if err := h.update(ctx, c, now); err != nil {
			return nil, err
		}
		return verified(ctx, h, c, c.Prior.ID)
	case targets.Delete:
		if err := h.remove(ctx, c.Prior.ID); !rest.Gone(err) {
			return nil, err
		}
		return nil, nil
	case targets.SwitchOn, targets.SwitchOff:
		if w, can := h.(switched); can {
			if err := w.turn(ctx, c, now); err != nil {
				return nil, err
			}
			return verified(ctx, h, c, c.Prior.ID)
		}
		return nil, permanent("a %s at HubSpot is not switched on or off", c.Resource.Kind)
	case targets.Create:
	}
	return nil, permanent("HubSpot knows no change %q", c.Action)
}

// unchanged is the object as it is now, and refuses to write over what somebody
// did since it was read. HubSpot counts versions and checks none. What we have
// written ourselves, in a change whose second half failed, is no conflict.
func unchanged(ctx context.Context, h holder, c targets.Change) (resource.Object, error) {
	now, err := h.read(ctx, c.Prior.ID)
	if err != nil {
		return now, err
	}
	update := c.Action == targets.Update
	name := now.Key == c.Prior.Key && now.Mark == c.Prior.Mark || update && now.Key == c.Resource.Key && now.Mark == c.Mark
	content := resource.Equal(now.Attributes, c.Prior.Attributes) || update && resource.Equal(now.Attributes, c.Resource.Attributes)
	if c.Prior.Version == "" || c.Prior.Version == now.Version || name && content {
		return now, nil
	}
	return now, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the %s %s was changed at HubSpot since it was read; plan again", c.Resource.Kind, c.Prior.ID)}
}

// verified is the object as it is after a write. That it is not what was written
// is for whoever planned it to see; that it cannot be read undoes nothing.
func verified(ctx context.Context, h holder, c targets.Change, id string) (*resource.Object, error) {
	o, err := h.read(ctx, id)
	if err != nil {
		return nil, &targets.Error{Kind: targets.UnknownOutcome, Message: "the " + c.Resource.Kind + " was written, and reading it back failed", Err: err}
	}
	return &o, nil
}

// lists writes lists.
type lists struct{ t *Target }

// How often and how long a new list is waited for.
const (
	looks      = 60
	pace       = 5 * time.Second
	processing = "PROCESSING"
)

func (h lists) read(ctx context.Context, id string) (resource.Object, error) {
	l, err := h.t.fetch(ctx, id)
	return object(l), err
}

func (h lists) create(ctx context.Context, c targets.Change) (string, error) {
	body := resource.Map{
		"name": resource.String(named(c.Resource.Key, c.Mark)), "objectTypeId": resource.String(contacts),
		"processingType": resource.String(dynamic),
	}
	if filters := c.Resource.Attributes["filterBranch"]; filters != nil {
		body["filterBranch"] = explicit(filters)
	}
	if processing := c.Resource.Attributes["processingType"]; processing != nil {
		body["processingType"] = processing
	}
	var made struct {
		List listing `json:"list"`
	}
	if err := h.t.call(ctx, http.MethodPost, "/crm/v3/lists", nil, body, &made); err != nil {
		return "", err
	}
	return made.List.ID, h.filled(ctx, made.List.ID)
}

// filled waits until HubSpot has worked out who is on a new list: a workflow that
// is switched on before would take them all for people who come onto it.
func (h lists) filled(ctx context.Context, id string) error {
	for range looks {
		l, err := h.t.fetch(ctx, id)
		if err != nil {
			return &targets.Error{Kind: targets.UnknownOutcome, Message: "the list " + id + " was made, and reading it back failed", Err: err}
		}
		if l.Status != processing {
			return nil
		}
		if err := h.t.client.Pass(ctx, pace); err != nil {
			return err
		}
	}
	return &targets.Error{Kind: targets.UnknownOutcome, Message: fmt.Sprintf("the list %s was made, and HubSpot has not worked out who is on it in %s; look at it there, and apply again", id, looks*pace)}
}

// update writes what differs: the filters, then the name.
func (h lists) update(ctx context.Context, c targets.Change, now resource.Object) error {
	if !resource.Equal(now.Attributes, c.Resource.Attributes) {
		body := resource.Map{"filterBranch": explicit(c.Resource.Attributes["filterBranch"])}
		if err := h.t.call(ctx, http.MethodPut, listPath(c.Prior.ID)+"/update-list-filters", nil, body, nil); err != nil {
			return err
		}
	}
	if now.Key == c.Resource.Key && now.Mark == c.Mark {
		return nil
	}
	name := url.Values{"listName": {named(c.Resource.Key, c.Mark)}}
	return h.t.call(ctx, http.MethodPut, listPath(c.Prior.ID)+"/update-list-name", name, nil, nil)
}

func (h lists) remove(ctx context.Context, id string) error {
	return h.t.call(ctx, http.MethodDelete, listPath(id), nil, nil, nil)
}
