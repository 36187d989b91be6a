package hubspot

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// Plan says what each change costs. Filters and name of a list are two calls,
// and what stands there is read before. A list that somebody made one that does
// not follow its filters is made anew. A regular e-mail that was sent is history.
func (t *Target) Plan(ctx context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		out[i] = planned(r)
		if kindOf(r) != kindRegular {
			continue
		}
		over, err := t.over(ctx, r.Prior)
		if err != nil {
			return nil, err
		}
		if out[i].Over = over; over != "" && r.Desired != nil && t.later(textOf(r.Desired.Attributes, "send_at")) {
			out[i].Replace = []string{"send_at"}
		}
	}
	return out, nil
}

// Foresee implements targets.Foreseer. Whether a regular e-mail was sent only
// HubSpot knows.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, func(r targets.PlanRequest) (targets.PlanAnswer, bool) {
		return planned(r), r.Prior == nil || kindOf(r) != kindRegular
	})
}

func planned(r targets.PlanRequest) targets.PlanAnswer {
	var out targets.PlanAnswer
	calls := 1
	switch {
	case kindOf(r) == kindWorkflow:
		if calls = 3; edits(r) && !(migrates(r.Prior.Attributes) && migrates(r.Desired.Attributes)) {
			out.Replace = []string{"actions"}
		}
	case kindOf(r) == kindEmail, kindOf(r) == kindRegular:
		calls = 3
	case r.Prior == nil:
	case r.Desired == nil:
		calls = 2
	case !resource.Equal(r.Prior.Attributes["processingType"], r.Desired.Attributes["processingType"]):
		calls, out.Replace = 3, []string{"processingType"}
	case r.Desired.Address.Role == roleEnters && edits(r): // who fits because its words changed must not be seen to come onto it
		calls, out.Replace = 3, []string{"filterBranch"}
	default:
		calls = 4
	}
	out.Cost = []targets.Cost{{Class: classCalls, Calls: calls}}
	return out
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

// desk reads and writes objects. HubSpot counts versions and checks none.
func (t *Target) desk() account.Desk {
	return account.Desk{
		Called: "HubSpot", Kinds: kinds, Each: t.listed, Turn: t.turn,
		Read: func(ctx context.Context, kind, id string) (resource.Object, error) {
			return t.holder(kind).read(ctx, id)
		},
		Create: func(ctx context.Context, c targets.Change) (*resource.Object, error) {
			h := t.holder(c.Resource.Kind)
			id, err := h.create(ctx, c)
			if err != nil {
				return nil, err
			}
			return verified(ctx, h, c, id)
		},
		Update: func(ctx context.Context, c targets.Change, now resource.Object) (*resource.Object, error) {
			h := t.holder(c.Resource.Kind)
			if err := h.update(ctx, c, now); err != nil {
				return nil, err
			}
			return verified(ctx, h, c, c.Prior.ID)
		},
		Remove: func(ctx context.Context, c targets.Change) error {
			return t.holder(c.Resource.Kind).remove(ctx, c.Prior.ID)
		},
	}
}

// Apply carries changes out one after the other.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	return t.desk().Apply(ctx, changes, result)
}

// turn switches what can be switched on or off.
func (t *Target) turn(ctx context.Context, c targets.Change, now resource.Object) (*resource.Object, error) {
	h := t.holder(c.Resource.Kind)
	w, can := h.(switched)
	if !can {
		return nil, account.Failed(targets.Permanent, "a %s at HubSpot is not switched on or off", c.Resource.Kind)
	}
	if err := w.turn(ctx, c, now); err != nil {
		return nil, err
	}
	return verified(ctx, h, c, c.Prior.ID)
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

// verified is the object as it is after a write. That it is not what was written
// is for whoever planned it to see; that it cannot be read undoes nothing.
func verified(ctx context.Context, h holder, c targets.Change, id string) (*resource.Object, error) {
	o, err := h.read(ctx, id)
	if err != nil {
		return nil, account.Unread(c.Resource.Kind, err)
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
		"name": resource.String(account.Marked(c.Resource.Key, c.Mark)), "objectTypeId": resource.String(contacts),
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
	name := url.Values{"listName": {account.Marked(c.Resource.Key, c.Mark)}}
	return h.t.call(ctx, http.MethodPut, listPath(c.Prior.ID)+"/update-list-name", name, nil, nil)
}

func (h lists) remove(ctx context.Context, id string) error {
	return h.t.call(ctx, http.MethodDelete, listPath(id), nil, nil, nil)
}
