package listmonk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	accounts "github.com/trayecto/trayecto/targets/account"
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

// unmoved refuses a change of an object that is no longer as it was read.
func unmoved(c targets.Change, now resource.Object) error {
	if !resource.Equal(c.Prior.Attributes, now.Attributes) {
		return accounts.Moved("listmonk", now.Kind, now.ID, "changed")
	}
	return nil
}

// goneError is what is said of something that is not there any more.
type goneError struct{ error }

// Unwrap is the error as the engine reads it.
func (e goneError) Unwrap() error { return e.error }

func gone(c targets.Change) error {
	return goneError{accounts.Deleted("listmonk", c.Prior.Kind, c.Prior.ID)}
}

// isGone tells whether an error is about something that is not there any more.
func isGone(err error) bool { return errors.As(err, &goneError{}) }

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
