package listmonk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Apply makes one change after the other: listmonk takes one at a time. What
// one change is refused does not stop the others.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		object, err := t.change(ctx, c)
		r := targets.Result{Key: c.Key, Object: object}
		if err != nil {
			r.Object = nil
			if !errors.As(err, &r.Err) {
				return err
			}
		}
		result(r)
	}
	return nil
}

func (t *Target) change(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if c.Action != targets.Create && c.Prior == nil {
		return nil, refused(targets.Permanent, "the change does not say which object it is about")
	}
	switch c.Action {
	case targets.Create:
		return t.create(ctx, c)
	case targets.Update:
		return t.update(ctx, c)
	case targets.Delete:
		return nil, t.remove(ctx, c)
	case targets.SwitchOn, targets.SwitchOff:
		return t.turn(ctx, c)
	}
	return nil, refused(targets.Permanent, "the action %q is not known", c.Action)
}

func refused(kind targets.ErrorKind, format string, args ...any) error {
	return &targets.Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// path is of one object, or, without an id, of its kind.
func path(kind, id string) string {
	if id == "" {
		return "/api/" + kind + "s"
	}
	return "/api/" + kind + "s/" + id
}

func (t *Target) create(ctx context.Context, c targets.Change) (*resource.Object, error) {
	r := c.Resource
	if err := complete(r); err != nil {
		return nil, err
	}
	post := rest.Call{Method: http.MethodPost, Path: path(r.Kind, "")}
	switch r.Kind {
	case kindList:
		if err := t.free(ctx, r); err != nil {
			return nil, err
		}
		post.Body = listBody(r.Attributes, nil, c.Mark)
		made, err := call[list](ctx, t, post)
		return pointer(made.object()), err
	case kindTemplate:
		post.Body = templateBody(r.Attributes, c.Mark)
		made, err := call[template](ctx, t, post)
		return pointer(made.object()), err
	}
	account, err := t.config(ctx)
	if err != nil {
		return nil, err
	}
	body, err := t.campaignBody(r.Attributes, account, nil, c.Mark)
	if err != nil {
		return nil, err
	}
	post.Body = body
	made, err := call[campaign](ctx, t, post)
	return pointer(made.object(account)), err
}

func pointer(o resource.Object) *resource.Object { return &o }

// complete refuses what listmonk has no objects for.
func complete(r resource.Resource) error {
	if !slices.Contains([]string{kindList, kindTemplate, kindCampaign}, r.Kind) {
		return refused(targets.Rejected, "there are no objects of kind %q here", r.Kind)
	}
	if refs := resource.Refs(r.Attributes); len(refs) > 0 {
		return refused(targets.Rejected, "the id of %s is not filled in", refs[0].Address)
	}
	return nil
}

// free refuses a name that a list of somebody else's has: listmonk would make a
// second list of that name, and nobody could tell them apart.
func (t *Target) free(ctx context.Context, r resource.Resource) error {
	lists, err := t.lists(ctx)
	if err != nil {
		return err
	}
	for _, l := range lists {
		if l.Name == textOf(r.Attributes, "name") && markOf(l.Tags) == "" {
			return refused(targets.Conflict, "there is a list %q already, number %d, and it is not ours; listmonk would make a second one: map it (consents), import it, or rename it", l.Name, l.ID)
		}
	}
	return nil
}

func textOf(m resource.Map, name string) string {
	s, _ := m[name].(resource.String)
	return string(s)
}

// nothing is an empty description: one without any characters would leave the
// old one.
const nothing = " "

func listBody(m resource.Map, tags []string, mark string) list {
	status := textOf(m, "status")
	if status == "" {
		status = "active"
	}
	description := textOf(m, "description")
	if description == "" {
		description = nothing
	}
	return list{Name: textOf(m, "name"), Type: textOf(m, "type"), Optin: textOf(m, "optin"), Status: status, Description: description, Tags: retagged(tags, mark)}
}

func templateBody(m resource.Map, mark string) template {
	return template{Name: textOf(m, "name"), Type: textOf(m, "type"), Subject: textOf(m, "subject"), Body: textOf(m, "body"), Source: &mark}
}

// campaignBody is everything of a campaign: what is not said would stay as it
// is.
func (t *Target) campaignBody(m resource.Map, account config, tags []string, mark string) (map[string]any, error) {
	number := func(v resource.Value) (int, error) {
		s, _ := v.(resource.String)
		id, err := strconv.Atoi(string(s))
		if err != nil {
			return 0, refused(targets.Rejected, "%q is not an id of this platform", string(s))
		}
		return id, nil
	}
	from := textOf(m, "from_email")
	if from == "" {
		from = account.FromEmail
	}
	body := map[string]any{
		"name": textOf(m, "name"), "subject": textOf(m, "subject"), "body": textOf(m, "body"), "altbody": textOf(m, "altbody"),
		"content_type": textOf(m, "content_type"), "send_at": textOf(m, "send_at"), "messenger": textOf(m, "messenger"), "from_email": from,
		"type": "regular", "tags": retagged(tags, mark), "headers": []any{}, "archive": false,
	}
	ids := []int{}
	lists, _ := m["lists"].(resource.List)
	for _, l := range lists {
		id, err := number(l)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	body["lists"] = ids
	frame, err := number(m["template"])
	body["template_id"] = frame
	return body, err
}

// unmoved refuses a change of an object that is no longer as it was read.
func unmoved(c targets.Change, now resource.Object) error {
	if !resource.Equal(c.Prior.Attributes, now.Attributes) {
		return refused(targets.Conflict, "%s %q was changed by somebody else since it was read; plan again", now.Kind, now.Key)
	}
	return nil
}

// errGone is inside every error about something that is not there any more.
var errGone = errors.New("it is gone; plan again")

func gone(c targets.Change) error {
	return &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("%s %q", c.Prior.Kind, c.Prior.Key), Err: errGone}
}

func (t *Target) update(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if err := complete(c.Resource); err != nil {
		return nil, err
	}
	put := rest.Call{Method: http.MethodPut, Path: path(c.Prior.Kind, c.Prior.ID)}
	switch c.Prior.Kind {
	case kindList:
		now, err := t.list(ctx, c)
		if err != nil {
			return nil, err
		}
		put.Body = listBody(c.Resource.Attributes, now.Tags, c.Mark)
		made, err := call[list](ctx, t, put)
		return pointer(made.object()), err
	case kindTemplate:
		if _, err := t.template(ctx, c); err != nil {
			return nil, err
		}
		put.Body = templateBody(c.Resource.Attributes, c.Mark)
		made, err := call[template](ctx, t, put)
		return pointer(made.object()), err
	}
	return t.updateCampaign(ctx, c)
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

// list is the list that a change is about, as it is now.
func (t *Target) list(ctx context.Context, c targets.Change) (list, error) {
	lists, err := t.lists(ctx)
	if err != nil {
		return list{}, err
	}
	for _, l := range lists {
		if strconv.Itoa(l.ID) == c.Prior.ID && !slices.Contains(l.Tags, released) {
			return l, unmoved(c, l.object())
		}
	}
	return list{}, gone(c)
}

// template is the template that a change is about, as it is now.
func (t *Target) template(ctx context.Context, c targets.Change) (template, error) {
	templates, err := call[[]template](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/templates"})
	if err != nil {
		return template{}, err
	}
	for _, one := range templates {
		if strconv.Itoa(one.ID) == c.Prior.ID {
			return one, unmoved(c, one.object())
		}
	}
	return template{}, gone(c)
}

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
	if _, err := call[any](ctx, t, rest.Call{Method: http.MethodPut, Path: path(kindCampaign, c.Prior.ID) + "/status", Body: map[string]string{"status": to}}); err != nil {
		return nil, err
	}
	now.Status = to
	return pointer(now.object(account)), nil
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
	if errors.Is(err, errGone) {
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
	if errors.Is(err, errGone) {
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
// mails do nothing once it is deleted.
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
	if now.Started != nil || sent(now) {
		return t.keep(ctx, c.Prior.ID, meta{Released: true})
	}
	return t.delete(ctx, c)
}
