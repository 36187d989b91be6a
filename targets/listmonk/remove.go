package listmonk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// remove takes an object away, or lets it go where what hangs on it must stay.
func (t *Target) remove(ctx context.Context, c targets.Change) error {
	switch c.Prior.Kind {
	case kindList:
		return t.removeList(ctx, c)
	case kindTemplate:
		return t.removeTemplate(ctx, c)
	case kindCampaign:
		return t.removeCampaign(ctx, c)
	}
	return refused(targets.Permanent, "there are no objects of kind %q here", c.Prior.Kind)
}

func (t *Target) delete(ctx context.Context, c targets.Change) error {
	_, err := call[any](ctx, t, rest.Call{Method: http.MethodDelete, Path: path(c.Prior.Kind, c.Prior.ID)})
	return err
}

// removeList archives a list with people on it: their yes and no would go with it.
func (t *Target) removeList(ctx context.Context, c targets.Change) error {
	now, err := t.list(ctx, c)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	people, err := t.peopleOn(ctx, now)
	if err != nil {
		return err
	}
	if people == 0 {
		return t.delete(ctx, c)
	}
	body := listBody(now.object().Attributes, now.Tags, "")
	body.Status = "archived"
	_, err = call[list](ctx, t, rest.Call{Method: http.MethodPut, Path: path(kindList, c.Prior.ID), Body: body})
	return err
}

// peopleOn is how many have a subscription to a list, whatever its status.
func (t *Target) peopleOn(ctx context.Context, l list) (int, error) {
	found, err := call[struct{ Results []any }](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/subscribers", Query: url.Values{
		"list_id": {strconv.Itoa(l.ID)}, "query": {"TRUE"}, "per_page": {"1"},
	}})
	return len(found.Results), err
}

func (t *Target) removeTemplate(ctx context.Context, c targets.Change) error {
	now, err := t.template(ctx, c)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if now.Default {
		return refused(targets.Permanent, "template %q was made the account's default in listmonk, which cannot be deleted; make another one the default", now.Name)
	}
	return t.delete(ctx, c)
}

// removeCampaign lets a campaign go that was sent: the unsubscribe links of its
// mails do nothing once it is deleted. One that is being sent is cancelled first.
func (t *Target) removeCampaign(ctx context.Context, c targets.Change) error {
	account, err := t.config(ctx)
	if err != nil {
		return err
	}
	now, there, err := t.campaign(ctx, c.Prior.ID)
	if err != nil || !there || now.Meta.Released {
		return err
	}
	if err := unmoved(c, now.object(account)); err != nil {
		return err
	}
	if now.Status == running {
		if err := t.status(ctx, c.Prior.ID, cancelled); err != nil {
			return err
		}
	}
	if now.Started != nil || sent(now) {
		return t.keep(ctx, c.Prior.ID, meta{Released: true})
	}
	return t.delete(ctx, c)
}
