package notifuse

import (
	"context"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Plan says which edits need another object: those of a journey that whoever is
// inside must not go on with (deleting an automation ends all runs in it); other
// words of a segment that a one-off goes to, because the platform does not let
// everybody go; and another instant for what is scheduled. A one-off that anybody
// has got is history, and so is the segment that it went to.
func (t *Target) Plan(ctx context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	var unsure []int
	for i, r := range requests {
		sure := false
		if out[i], sure = foreseen(r); !sure {
			unsure = append(unsure, i)
		}
	}
	if len(unsure) == 0 {
		return out, nil
	}
	all, err := t.raw(ctx, kindBroadcast)
	if err != nil {
		return nil, err
	}
	p := t.past(all, requests)
	for _, i := range unsure {
		if requests[i].Prior.Kind == kindSegment {
			out[i] = p.audience(requests[i], out[i])
		} else {
			out[i] = p.broadcast(requests[i])
		}
	}
	return out, nil
}

// Foresee implements targets.Foreseer. Whether a one-off is scheduled or was sent
// only the platform knows.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, foreseen)
}

func foreseen(r targets.PlanRequest) (a targets.PlanAnswer, sure bool) {
	switch {
	case r.Prior == nil:
		return a, true
	case r.Prior.Kind == kindBroadcast:
		return a, false
	case r.Desired == nil:
		return a, true
	case r.Desired.Kind == kindSegment && r.Desired.Address.Role == roleAudience && differs(r, "tree"):
		a.Replace = []string{"tree"}
		return a, false
	case r.Desired.Kind == kindAutomation && resource.Equal(r.Desired.Attributes["on_change"], resource.String("stop")) && rerouted(r.Prior.Attributes, r.Desired.Attributes):
		a.Replace = []string{"nodes"}
	}
	return a, true
}

func differs(r targets.PlanRequest, name string) bool {
	return !resource.Equal(orNull(r.Prior.Attributes[name]), orNull(r.Desired.Attributes[name]))
}

// past is what one-offs were sent, and which are to be sent anew.
type past struct {
	now    time.Time
	byID   map[string]map[string]any // broadcasts
	sentTo map[string]string         // why what went to a segment is over, by the segment's id
	anew   map[string]bool           // journeys whose one-off is planned for another instant
}

func (t *Target) past(broadcasts []map[string]any, requests []targets.PlanRequest) past {
	p := past{now: t.now, byID: map[string]map[string]any{}, sentTo: map[string]string{}, anew: map[string]bool{}}
	for _, o := range broadcasts {
		p.byID[word(o, "id")] = o
		segments, _ := within(o, "audience")["segments"].([]any)
		if why := over(o); why != "" && len(segments) == 1 {
			id, _ := segments[0].(string)
			p.sentTo[id] = why
		}
	}
	for _, r := range requests {
		if r.Prior != nil && r.Prior.Kind == kindBroadcast && r.Desired != nil && p.later(r) {
			p.anew[r.Desired.Address.Object] = true
		}
	}
	return p
}

// later tells whether a one-off is to be sent at another instant than before,
// which is to come.
func (p past) later(r targets.PlanRequest) bool {
	at, err := time.Parse(time.RFC3339, text(r.Desired.Attributes["send_at"]))
	return differs(r, "send_at") && err == nil && at.After(p.now)
}

// broadcast is the answer about one. Its schedule cannot be moved.
func (p past) broadcast(r targets.PlanRequest) (a targets.PlanAnswer) {
	now := p.byID[r.Prior.ID]
	if now == nil {
		return a
	}
	if a.Over = over(now); r.Desired == nil {
		return a
	}
	if a.Over != "" && p.later(r) || a.Over == "" && word(now, "status") != draft && differs(r, "send_at") {
		a.Replace = []string{"send_at"}
	}
	return a
}

// audience is the answer about the segment of a one-off, which is otherwise made
// anew: where that was sent and is not sent again, nobody needs another one.
func (p past) audience(r targets.PlanRequest, a targets.PlanAnswer) targets.PlanAnswer {
	if why := p.sentTo[r.Prior.ID]; why != "" && !p.anew[r.Desired.Address.Object] {
		return targets.PlanAnswer{Over: why}
	}
	return a
}

// over is why a broadcast cannot be changed any more, "" if nobody has got it.
func over(o map[string]any) string {
	if !begun(o) {
		return ""
	}
	why := "the broadcast was sent"
	switch word(o, "status") {
	case processing:
		why = "the broadcast is being sent"
	case paused:
		why = "the broadcast is paused in the middle of being sent"
	case cancelled:
		why = "the broadcast was cancelled in the middle of being sent"
	case failed:
		why = "the broadcast failed in the middle of being sent"
	}
	return why + ", and what was sent is not edited; an instant that is to come makes another one, which goes to everybody anew"
}

// rerouted tells whether an edit changes what people go through. That it is
// noted to whom a message went, for a journey that begins when it bounces, changes
// nothing for them.
func rerouted(before, after resource.Map) bool {
	return !resource.Equal(orNull(before["root"]), orNull(after["root"])) || !resource.Equal(unnoted(before["nodes"]), unnoted(after["nodes"]))
}

// unnoted is nodes without those that note to whom a message went.
func unnoted(v resource.Value) resource.Value {
	nodes, _ := v.(resource.Map)
	past := map[string]string{}
	for name := range nodes {
		n, _ := nodes[name].(resource.Map)
		mail, _ := nodes[text(n["next"])].(resource.Map)
		if name != nodeMark && text(n["type"]) == nodeAddToList && text(mail["type"]) == nodeEmail {
			past[name] = text(n["next"])
		}
	}
	out := resource.Map{}
	for name, n := range nodes {
		if past[name] == "" {
			out[name] = led(n, past)
		}
	}
	return out
}

// led is a node that leads on to what comes after those that are left out.
func led(v resource.Value, past map[string]string) resource.Value {
	switch v := v.(type) {
	case resource.String:
		if to := past[string(v)]; to != "" {
			return resource.String(to)
		}
	case resource.List:
		out := make(resource.List, len(v))
		for i := range v {
			out[i] = led(v[i], past)
		}
		return out
	case resource.Map:
		out := resource.Map{}
		for name := range v {
			out[name] = led(v[name], past)
		}
		return out
	case resource.Null, resource.Bool, resource.Number, resource.Ref, resource.Lookup, nil:
	}
	return v
}

func orNull(v resource.Value) resource.Value {
	if v == nil {
		return resource.Null{}
	}
	return v
}
