package listmonk

import (
	"context"
	"net/http"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// turn schedules a campaign or takes it back. One whose instant has passed is
// not scheduled: listmonk would send it at once.
func (t *Target) turn(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if c.Prior.Kind != kindCampaign {
		return nil, refused(targets.Permanent, "a %s cannot be switched", c.Prior.Kind)
	}
	account, err := t.config(ctx)
	if err != nil {
		return nil, err
	}
	now, there, err := t.campaign(ctx, c.Prior.ID)
	if err != nil {
		return nil, err
	}
	if !there || now.Meta.Released {
		return nil, gone(c)
	}
	to, err := t.turned(c.Action, now)
	if err != nil || to == now.Status {
		return pointer(now.object(account)), err
	}
	if err := t.status(ctx, c.Prior.ID, to); err != nil {
		return nil, err
	}
	now.Status = to
	return pointer(now.object(account)), nil
}

// status brings a campaign into another state.
func (t *Target) status(ctx context.Context, id, to string) error {
	_, err := call[any](ctx, t, rest.Call{Method: http.MethodPut, Path: path(kindCampaign, id) + "/status", Body: map[string]string{"status": to}})
	return err
}

// turned is the status that a campaign should have after a switch.
func (t *Target) turned(action targets.Action, now campaign) (string, error) {
	if action == targets.SwitchOff {
		switch now.Status {
		case scheduled:
			return draft, nil
		case running:
			return paused, nil
		case finished:
			return "", refused(targets.Permanent, "campaign %q was sent and cannot be taken back", now.Name)
		}
		return now.Status, nil
	}
	switch {
	case now.Status == scheduled || now.Status == running || now.Status == finished:
		return now.Status, nil
	case now.Status == cancelled:
		return "", refused(targets.Permanent, "campaign %q was cancelled in listmonk and cannot be scheduled again; give the journey another instant, or take it out of the project", now.Name)
	case now.Status == paused && now.Started != nil:
		return "", refused(targets.Permanent, "campaign %q was paused in the middle of being sent; have it go on in listmonk, where it writes to who is left, or give the journey another instant, which writes to everybody anew, or take it out of the project", now.Name)
	case now.SendAt == nil || !now.SendAt.After(t.now):
		return "", refused(targets.Permanent, "the instant of campaign %q, %s, has passed while it was off, and listmonk would send it at once; nobody was written to: give the journey another instant, or take it out of the project",
			now.Name, spelled(now.SendAt))
	}
	return scheduled, nil
}

func spelled(at *time.Time) string {
	if at == nil {
		return "which it does not have"
	}
	return at.UTC().Format(layout)
}

func (t *Target) updateCampaign(ctx context.Context, c targets.Change) (*resource.Object, error) {
	account, err := t.config(ctx)
	if err != nil {
		return nil, err
	}
	now, there, err := t.campaign(ctx, c.Prior.ID)
	switch {
	case err != nil:
		return nil, err
	case !there || now.Meta.Released:
		return nil, gone(c)
	}
	if err := unmoved(c, now.object(account)); err != nil {
		return nil, err
	}
	if sent(now) {
		return t.remark(ctx, c, now, account)
	}
	body, err := t.campaignBody(c.Resource.Attributes, account, now.Tags, c.Mark)
	if err != nil {
		return nil, err
	}
	made, err := call[campaign](ctx, t, rest.Call{Method: http.MethodPut, Path: path(kindCampaign, c.Prior.ID), Body: body})
	return pointer(made.object(account)), err
}

// sent tells whether a campaign can no longer be changed.
func sent(c campaign) bool {
	return c.Status == finished || c.Status == cancelled || c.Status == running
}

// remark changes the mark of a campaign that was sent. Nothing else of it can
// be changed.
func (t *Target) remark(ctx context.Context, c targets.Change, now campaign, account config) (*resource.Object, error) {
	if object := now.object(account); !resource.Equal(object.Attributes, c.Resource.Attributes) {
		return nil, refused(targets.Permanent, "campaign %q was sent at %s and can no longer be changed; give the journey another instant to send again, or take it out of the project: what was sent stays",
			now.Name, textOf(object.Attributes, "send_at"))
	}
	now.Meta = meta{Mark: c.Mark}
	return pointer(now.object(account)), t.keep(ctx, c.Prior.ID, now.Meta)
}

// keep changes what of a campaign can be changed at any time.
func (t *Target) keep(ctx context.Context, id string, m meta) error {
	_, err := call[any](ctx, t, rest.Call{Method: http.MethodPut, Path: path(kindCampaign, id) + "/archive", Body: map[string]any{
		"archive": false, "archive_template_id": 0, "archive_meta": m, "archive_slug": "",
	}})
	return err
}
