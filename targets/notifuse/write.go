package notifuse

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// Apply makes one change after the other.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		object, err := t.change(ctx, c)
		r := targets.Result{Key: c.Key, Object: object}
		if err != nil {
			r.Object, r.Err = nil, asError(err)
		}
		result(r)
	}
	return nil
}

func asError(err error) *targets.Error {
	var known *targets.Error
	if errors.As(err, &known) {
		return known
	}
	return &targets.Error{Kind: targets.Retryable, Message: "the call was broken off", Err: err}
}

func (t *Target) change(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if !known(c.Resource.Kind) {
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("Notifuse has no %s", c.Resource.Kind)}
	}
	if byHand(c.Resource.Kind) {
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("a key of Notifuse's API may not change the %s of a workspace; people do", c.Resource.Kind)}
	}
	switch c.Action {
	case targets.Create:
		return t.create(ctx, c)
	case targets.Update:
		return t.update(ctx, c)
	case targets.Delete:
		return nil, t.remove(ctx, c)
	case targets.SwitchOn:
		return t.turn(ctx, c, resource.On)
	case targets.SwitchOff:
		return t.turn(ctx, c, resource.Off)
	}
	return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("there is no change called %s", c.Action)}
}

// turns is how many ids are tried. Each time an object of the same mark and
// content is deleted and made again, one more is used up.
const turns = 8

// create makes an object under the first id that was never used. The platform
// answers 500, or that the id exists, for an id of something deleted; and 500
// for whatever else it does not take.
func (t *Target) create(ctx context.Context, c targets.Change) (*resource.Object, error) {
	kind := c.Resource.Kind
	if kind == kindBroadcast {
		return t.createBroadcast(ctx, c)
	}
	if err := t.tried(ctx, c.Resource); err != nil {
		return nil, err
	}
	w, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	var last error
	for turn := range turns {
		id := mint(c.Mark, c.Key, turn)
		body := payload(kind, id, w.Settings.DefaultLanguage, c.Resource.Attributes, "")
		if kind == kindAutomation {
			within(body, "automation")["status"] = "draft"
			t.sign(within(body, "automation"))
		}
		last = t.post(ctx, kind+"s.create", body, nil)
		if last != nil && !refused(last) {
			return nil, last
		}
		made, err := t.one(ctx, kind, id)
		if err != nil || made != nil {
			return made, err
		}
	}
	failed := asError(last)
	return nil, &targets.Error{Kind: targets.Permanent, Message: "it refuses to make it and does not say why: " + failed.Message, Err: failed.Err}
}

// refused tells whether the platform itself says no, in whatever way: a bare
// 500, or that an id exists.
func refused(err error) bool {
	var failed *targets.Error
	if !errors.As(err, &failed) || failed.Kind == targets.UnknownOutcome && rest.Status(err) != http.StatusInternalServerError {
		return false
	}
	status := rest.Status(err)
	return status == http.StatusInternalServerError || status == http.StatusBadRequest && exists(failed.Message)
}

// tried has the platform try a tree out before it is stored: of a tree that it
// cannot read it says so only then, and with nothing but a 500.
func (t *Target) tried(ctx context.Context, r resource.Resource) error {
	if r.Kind != kindSegment {
		return nil
	}
	err := t.try(ctx, "segments.preview", map[string]any{"tree": plain(r.Attributes["tree"]), "limit": 1}, nil)
	if rest.Status(err) == http.StatusInternalServerError || rest.Status(err) == http.StatusBadRequest {
		failed := asError(err)
		return &targets.Error{Kind: targets.Rejected, Path: "tree", Message: "it cannot carry out this condition; it does not say which part", Err: failed.Err}
	}
	return err
}

// one is an object by id, nil when it is not there. What was just written may
// not be listed at once.
func (t *Target) one(ctx context.Context, kind, id string) (*resource.Object, error) {
	found, err := t.Get(ctx, kind, []string{id})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// present is the object that a change is about as it is now. Another one than
// the change was made for is a conflict.
func (t *Target) present(ctx context.Context, c targets.Change) (*resource.Object, map[string]any, error) {
	w, err := t.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	all, err := t.raw(ctx, c.Prior.Kind)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range all {
		if word(o, "id") == c.Prior.ID {
			now := object(c.Prior.Kind, w.Settings.DefaultLanguage, o)
			return &now, o, nil
		}
	}
	return nil, nil, nil
}

// deleted and moved are conflicts with what somebody did since the object was read.
func deleted(c targets.Change) error { return account.Deleted(called, c.Prior.Kind, c.Prior.ID) }

func moved(c targets.Change, what string) error {
	return account.Moved(called, c.Prior.Kind, c.Prior.ID, what)
}

// called is what people call the platform.
const called = "Notifuse"

// update writes an object anew. The platform answers 200 for an automation that
// was deleted too, so the object is read before and after.
func (t *Target) update(ctx context.Context, c targets.Change) (*resource.Object, error) {
	if c.Prior.Kind == kindBroadcast {
		return t.updateBroadcast(ctx, c)
	}
	now, raw, err := t.present(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case now == nil:
		return nil, deleted(c)
	case resource.Equal(now.Attributes, c.Resource.Attributes) && (c.Mark == "" || owned(*now, c.Mark)):
		return now, nil
	case now.Version != c.Prior.Version:
		return nil, moved(c, "changed")
	}
	if err := t.undisturbed(c, now, raw); err != nil {
		return nil, err
	}
	if err := t.tried(ctx, c.Resource); err != nil {
		return nil, err
	}
	w, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	body := payload(now.Kind, now.ID, w.Settings.DefaultLanguage, c.Resource.Attributes, toStore(now.ID, c.Mark))
	if now.Kind == kindAutomation { // never live: that would say so and enrol nobody
		within(body, "automation")["status"] = word(raw, "status")
		t.sign(within(body, "automation"))
	}
	if err := t.post(ctx, now.Kind+"s.update", body, nil); err != nil {
		return nil, err
	}
	written, err := t.one(ctx, now.Kind, now.ID)
	if err == nil && written == nil {
		return nil, deleted(c)
	}
	return written, err
}

// undisturbed refuses an edit of an automation that is on, and one that would
// take people along who were to finish as they began.
func (t *Target) undisturbed(c targets.Change, now *resource.Object, raw map[string]any) error {
	if now.Kind != kindAutomation {
		return nil
	}
	if now.Switch == resource.On {
		return moved(c, "switched on")
	}
	people, said := inside(raw), "people are"
	if people == 1 {
		said = "person is"
	}
	if people > 0 && resource.Equal(c.Resource.Attributes["on_change"], resource.String("finish")) && rerouted(now.Attributes, c.Resource.Attributes) {
		return &targets.Error{Kind: targets.Permanent, Path: "nodes",
			Message: fmt.Sprintf(`%d %s inside and would go on with the new steps, for Notifuse keeps one version; write on_change = "migrate" to let them, or "stop" to end their runs`, people, said)}
	}
	return nil
}

// remove deletes an object. A segment that is still being built comes back to
// life when that ends, so the end is waited for, and the deletion read back.
func (t *Target) remove(ctx context.Context, c targets.Change) error {
	now, raw, err := t.present(ctx, c)
	switch {
	case err != nil || now == nil:
		return err
	case c.Prior.Version != "" && now.Version != c.Prior.Version:
		return moved(c, "changed")
	case now.Kind == kindBroadcast:
		return t.removeBroadcast(ctx, raw)
	}
	if err := t.built(ctx, now.Kind, now.ID); err != nil {
		return err
	}
	field := "id"
	if now.Kind == kindAutomation {
		field = "automation_id"
	}
	if err := t.post(ctx, now.Kind+"s.delete", map[string]any{field: now.ID}, nil); err != nil {
		return err
	}
	left, err := t.one(ctx, now.Kind, now.ID)
	if err == nil && left != nil {
		return &targets.Error{Kind: targets.Retryable, Message: "it said that it deleted it, and it is there"}
	}
	return err
}

// How often and after how long a look is taken at a segment that is being built.
const (
	looks = 60
	pace  = time.Second
)

// built waits until a segment is not being built.
func (t *Target) built(ctx context.Context, kind, id string) error {
	if kind != kindSegment {
		return nil
	}
	for range looks {
		all, err := t.raw(ctx, kindSegment)
		if err != nil {
			return err
		}
		building := false
		for _, o := range all {
			building = building || word(o, "id") == id && word(o, "status") == "building"
		}
		if !building {
			return nil
		}
		if err := t.pause(ctx, pace); err != nil {
			return err
		}
	}
	return &targets.Error{Kind: targets.Retryable, Message: "it is still working out who is in the segment"}
}

// turn switches an automation on or off, by the calls that are for that: a
// status inside an update says so and starts nothing.
func (t *Target) turn(ctx context.Context, c targets.Change, to resource.Switch) (*resource.Object, error) {
	if c.Prior.Kind == kindBroadcast {
		return t.turnBroadcast(ctx, c, to)
	}
	now, _, err := t.present(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case now == nil:
		return nil, deleted(c)
	case now.Switch == to:
		return now, nil
	case now.Switch == resource.NoSwitch:
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("a %s cannot be switched", now.Kind)}
	}
	verb := "automations.activate"
	if to == resource.Off {
		verb = "automations.pause"
	}
	failed := t.post(ctx, verb, map[string]any{"automation_id": now.ID}, nil)
	if failed != nil && !refused(failed) {
		return nil, failed
	}
	after, err := t.one(ctx, kindAutomation, now.ID)
	switch {
	case err != nil:
		return nil, err
	case after == nil:
		return nil, deleted(c)
	case after.Switch != to:
		why := asError(failed)
		if failed == nil {
			why = &targets.Error{Message: "it said that it did"}
		}
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("it stays %s and does not say why: %s", after.Switch, why.Message), Err: why.Err}
	}
	return after, nil
}
