package notifuse

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Broadcasts.
//
// The platform chooses their ids, so the mark stands among the metadata. A draft
// is scheduled by a call of its own, and only a draft: what is scheduled cannot
// be taken back, only called off for good, and its instant cannot be moved. It can
// be written anew, though, so one that is scheduled is switched off by an audience
// of nobody: a segment that there is not. What began is paused and resumed. An
// instant that has passed is not refused: the platform would send at once.

// The states of a broadcast.
const (
	draft      = "draft"
	scheduled  = "scheduled"
	processing = "processing"
	processed  = "processed"
	paused     = "paused"
	cancelled  = "cancelled"
	failed     = "failed"
)

// nobody is the id that no segment has, in the audience of a broadcast that is
// scheduled and off.
const nobody = "trayectoOff"

// The fields of the metadata that hold what a broadcast has no place for: the
// instant of a draft, and the segment of one that is off.
const (
	atField       = "trayecto_at"
	segmentField  = "trayecto_segment"
	providerField = "trayecto_provider"
)

// lateness is how long after its instant a broadcast that was paused may go on.
const lateness = 24 * time.Hour

// broadcastPayload is the body of a creation or an update.
func broadcastPayload(a resource.Map, mark, audience string) map[string]any {
	return map[string]any{
		"name":          text(a["name"]),
		"audience":      map[string]any{"list": text(a["list"]), "segments": []any{audience}, "exclude_unsubscribed": true},
		"test_settings": map[string]any{"enabled": false, "sample_percentage": 100, "auto_send_winner": false, "variations": []any{map[string]any{"variation_name": "default", "template_id": text(a["template"])}}},
		"metadata":      map[string]any{markField: mark, atField: text(a["send_at"]), segmentField: text(a["segment"]), providerField: text(a["provider"])},
	}
}

// readBroadcast reads what of a broadcast is ours to say, and what is otherwise
// than we ever say it.
func readBroadcast(a resource.Map, o map[string]any) {
	audience, test := within(o, "audience"), within(o, "test_settings")
	put(a, "list", word(audience, "list"))
	segments, _ := audience["segments"].([]any)
	switch {
	case toNobody(o):
		put(a, "segment", word(within(o, "metadata"), segmentField))
	case len(segments) == 1:
		a["segment"] = readValue(segments[0])
	default:
		a["segments"] = readValue(segments)
	}
	variations, _ := test["variations"].([]any)
	if len(variations) == 1 {
		one, _ := variations[0].(map[string]any)
		put(a, "template", word(one, "template_id"))
	} else {
		a["variations"] = resource.Number(fmt.Sprint(len(variations)))
	}
	put(a, "send_at", instantOf(o))
	put(a, "provider", word(within(o, "metadata"), providerField))
	for name, strange := range map[string]bool{
		"to_unsubscribed": !bool(flag(audience, "exclude_unsubscribed")), "test": bool(flag(test, "enabled")),
		"recipient_timezone": bool(flag(within(o, "schedule"), "use_recipient_timezone")),
	} {
		if strange {
			a[name] = resource.Bool(true)
		}
	}
}

// instantOf is when a broadcast goes out: by its schedule, else as noted.
func instantOf(o map[string]any) string {
	s := within(o, "schedule")
	if !bool(flag(s, "is_scheduled")) {
		return word(within(o, "metadata"), atField)
	}
	zone, err := time.LoadLocation(word(s, "timezone"))
	if err != nil {
		return ""
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", word(s, "scheduled_date")+" "+word(s, "scheduled_time"), zone)
	if err != nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// toNobody tells whether a broadcast has an audience of nobody.
func toNobody(o map[string]any) bool {
	segments, _ := within(o, "audience")["segments"].([]any)
	return len(segments) == 1 && segments[0] == nobody
}

// broadcastSwitch is whether a broadcast will reach people, or has.
func broadcastSwitch(o map[string]any) resource.Switch {
	switch word(o, "status") {
	case draft, paused, cancelled, failed:
		return resource.Off
	}
	if toNobody(o) {
		return resource.Off
	}
	return resource.On
}

// begun tells whether somebody may have got a broadcast.
func begun(o map[string]any) bool {
	switch word(o, "status") {
	case draft, scheduled:
		return false
	case cancelled:
		return word(o, "started_at") != ""
	}
	return !toNobody(o)
}

// broadcast is a broadcast as the API gives it, by id; nil when it is not there.
func (t *Target) broadcast(ctx context.Context, id string) (map[string]any, error) {
	all, err := t.raw(ctx, kindBroadcast)
	for _, o := range all {
		if word(o, "id") == id {
			return o, err
		}
	}
	return nil, err
}

// createBroadcast makes a draft, unless the same change has made it already.
func (t *Target) createBroadcast(ctx context.Context, c targets.Change) (*resource.Object, error) {
	all, err := t.objects(ctx, kindBroadcast)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if c.Mark != "" && o.Mark == c.Mark && o.Switch == resource.Off && resource.Equal(o.Attributes, c.Resource.Attributes) {
			return &o, nil
		}
	}
	var answer struct {
		Broadcast map[string]any `json:"broadcast"`
	}
	a := c.Resource.Attributes
	err = t.post(ctx, "broadcasts.create", broadcastPayload(a, c.Mark, text(a["segment"])), &answer)
	if status := rest.Status(err); status == http.StatusBadRequest || status == http.StatusInternalServerError {
		why := asError(err)
		return nil, &targets.Error{Kind: targets.Permanent, Message: "it refuses to make it: " + why.Message, Err: why.Err}
	}
	if err != nil {
		return nil, err
	}
	made := object(kindBroadcast, "", answer.Broadcast)
	return &made, nil
}

// updateBroadcast writes what has not begun anew.
func (t *Target) updateBroadcast(ctx context.Context, c targets.Change) (*resource.Object, error) {
	raw, err := t.broadcast(ctx, c.Prior.ID)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, deleted(c)
	}
	now := object(kindBroadcast, "", raw)
	switch status := word(raw, "status"); {
	case resource.Equal(now.Attributes, c.Resource.Attributes) && (c.Mark == "" || now.Mark == c.Mark):
		return &now, nil
	case begun(raw):
		return nil, &targets.Error{Kind: targets.Permanent,
			Message: fmt.Sprintf("broadcast %q began to be sent and can no longer be changed; give the journey another instant to send again, or take it out of the project: what was sent stays", word(raw, "name"))}
	case now.Version != c.Prior.Version:
		return nil, moved(c, "changed")
	case now.Switch == resource.On:
		return nil, moved(c, "switched on")
	case status != draft && status != scheduled:
		return nil, &targets.Error{Kind: targets.Permanent,
			Message: fmt.Sprintf("broadcast %q is over (%s) and can no longer be changed; give the journey another instant, or take it out of the project", word(raw, "name"), status)}
	}
	return t.rewritten(ctx, c, raw, c.Resource.Attributes, c.Mark, resource.Off)
}

// rewritten writes a draft or a scheduled broadcast anew; its audience is nobody
// where it is scheduled and to be off.
func (t *Target) rewritten(ctx context.Context, c targets.Change, raw map[string]any, a resource.Map, mark string, to resource.Switch) (*resource.Object, error) {
	audience := text(a["segment"])
	if word(raw, "status") == scheduled && to == resource.Off {
		audience = nobody
	}
	body := broadcastPayload(a, mark, audience)
	body["id"], body["schedule"] = word(raw, "id"), within(raw, "schedule")
	return t.told(ctx, c, "broadcasts.update", body, to)
}

// removeBroadcast stops a broadcast and deletes it; what was sent stays sent.
func (t *Target) removeBroadcast(ctx context.Context, raw map[string]any) error {
	id := map[string]any{"id": word(raw, "id")}
	if status := word(raw, "status"); status == scheduled || status == processing {
		if err := t.post(ctx, "broadcasts.cancel", id, nil); err != nil {
			return err
		}
	}
	err := t.post(ctx, "broadcasts.delete", map[string]any{"id": word(raw, "id")}, nil)
	if rest.Gone(err) {
		return nil
	}
	return err
}

// turnBroadcast schedules a broadcast or stops it.
func (t *Target) turnBroadcast(ctx context.Context, c targets.Change, to resource.Switch) (*resource.Object, error) {
	raw, err := t.broadcast(ctx, c.Prior.ID)
	switch {
	case err != nil:
		return nil, err
	case raw == nil:
		return nil, deleted(c)
	}
	now := object(kindBroadcast, "", raw)
	switch {
	case now.Switch == to:
		return &now, nil
	case to == resource.Off:
		return t.stop(ctx, c, raw, now)
	}
	if err := t.mayGo(raw); err != nil {
		return nil, err
	}
	if err := t.built(ctx, kindSegment, text(now.Attributes["segment"])); err != nil {
		return nil, err
	}
	id := map[string]any{"id": now.ID}
	switch word(raw, "status") {
	case paused:
		return t.told(ctx, c, "broadcasts.resume", id, to)
	case scheduled:
		return t.rewritten(ctx, c, raw, now.Attributes, now.Mark, to)
	}
	at, err := time.Parse(time.RFC3339, instantOf(raw))
	if err != nil {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "nothing says when it is to be sent; run trayecto plan again"}
	}
	return t.told(ctx, c, "broadcasts.schedule", map[string]any{"id": now.ID, "send_now": false,
		"scheduled_date": at.UTC().Format("2006-01-02"), "scheduled_time": at.UTC().Format("15:04"), "timezone": "UTC", "use_recipient_timezone": false}, to)
}

// stop takes the audience from what has not begun, and pauses what has.
func (t *Target) stop(ctx context.Context, c targets.Change, raw map[string]any, now resource.Object) (*resource.Object, error) {
	switch status := word(raw, "status"); status {
	case scheduled:
		return t.rewritten(ctx, c, raw, now.Attributes, now.Mark, resource.Off)
	case processing, processed:
		return t.told(ctx, c, "broadcasts.pause", map[string]any{"id": now.ID}, resource.Off)
	default:
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("broadcast %q is a test that somebody began in Notifuse (%s) and can only be ended there", word(raw, "name"), status)}
	}
}

// mayGo refuses to send what would go out at once, or twice.
func (t *Target) mayGo(raw map[string]any) error {
	refuse := func(format string, args ...any) error {
		return &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("broadcast %q "+format, append([]any{word(raw, "name")}, args...)...)}
	}
	at, err := time.Parse(time.RFC3339, instantOf(raw))
	passed := err == nil && !at.After(t.now)
	switch status := word(raw, "status"); {
	case status == failed:
		return refuse("failed in Notifuse, which may have written to some; look there at what happened, and give the journey another instant to send again")
	case status == cancelled && begun(raw):
		return refuse("was cancelled in Notifuse while it was being sent; give the journey another instant to send again, which writes to everybody anew, or take it out of the project")
	case status == cancelled:
		return refuse("was cancelled in Notifuse and cannot be scheduled again; give the journey another instant, or take it out of the project")
	case status == paused && passed && t.now.Sub(at) > lateness:
		return refuse("was paused, and its instant, %s, is long past; who is left is not written to any more: take it out of the project, or give it another instant, which writes to everybody anew", instantOf(raw))
	case status != paused && (passed || status == processed):
		return refuse("was off at its instant, %s, which has passed: Notifuse would send it at once; nobody was written to: give the journey another instant, or take it out of the project", instantOf(raw))
	}
	return nil
}

// told makes a call about a broadcast and looks at what it did.
func (t *Target) told(ctx context.Context, c targets.Change, verb string, body map[string]any, to resource.Switch) (*resource.Object, error) {
	id, _ := body["id"].(string)
	said := t.post(ctx, verb, body, nil)
	if status := rest.Status(said); said != nil && status != http.StatusBadRequest && status != http.StatusInternalServerError {
		return nil, said
	}
	after, err := t.one(ctx, kindBroadcast, id)
	switch {
	case err != nil:
		return nil, err
	case after == nil:
		return nil, deleted(c)
	case after.Switch != to:
		why := &targets.Error{Message: "it said that it did"}
		if said != nil {
			why = asError(said)
		}
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("it stays %s: %s", after.Switch, why.Message), Err: why.Err}
	}
	return after, nil
}
