package listmonk

import (
	"context"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Plan says how each change would be made. A campaign that was sent is history;
// one for another instant is another campaign.
func (t *Target) Plan(ctx context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		sure := false
		if out[i], sure = foreseen(r); sure {
			continue
		}
		c, there, err := t.campaign(ctx, r.Prior.ID)
		if err != nil {
			return nil, err
		}
		if there {
			out[i] = t.past(c, r)
		}
	}
	return out, nil
}

// Foresee implements targets.Foreseer. Whether a campaign was sent only the
// platform knows.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, foreseen)
}

func foreseen(r targets.PlanRequest) (a targets.PlanAnswer, sure bool) {
	switch {
	case r.Prior == nil:
		return a, true
	case r.Prior.Kind == kindCampaign:
		return a, false
	case r.Desired != nil && r.Desired.Kind == kindTemplate && !resource.Equal(r.Prior.Attributes["type"], r.Desired.Attributes["type"]):
		a.Replace = []string{"type"}
	}
	return a, true
}

// past is the answer about a campaign that may have been sent. Its mark can be
// changed whatever it is, so one of which nothing else is changed is not over.
func (t *Target) past(c campaign, r targets.PlanRequest) (a targets.PlanAnswer) {
	differs := func(name string) bool { return !resource.Equal(r.Prior.Attributes[name], r.Desired.Attributes[name]) }
	why := c.over()
	if why == "" || r.Desired != nil && resource.Equal(r.Prior.Attributes, r.Desired.Attributes) {
		return a
	}
	a.Over = why + ", and what was sent is not edited; an instant that is to come makes another one, which goes to everybody anew"
	if r.Desired != nil && differs("send_at") && t.later(textOf(r.Desired.Attributes, "send_at")) {
		a.Replace = []string{"send_at"}
	}
	return a
}

// over is why a campaign cannot be changed any more; "" if it can. One that is
// paused could be, but some have what it said.
func (c campaign) over() string {
	switch {
	case c.Status == finished:
		return "the campaign was sent"
	case c.Status == running:
		return "the campaign is being sent"
	case c.Status == cancelled:
		return "the campaign was cancelled in the middle of being sent"
	case c.Status == paused && c.Started != nil:
		return "the campaign is paused in the middle of being sent"
	}
	return ""
}

// later tells whether an instant is to come.
func (t *Target) later(instant string) bool {
	at, err := time.Parse(time.RFC3339, instant)
	return err == nil && at.After(t.now)
}
