package listmonk

import (
	"context"
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Plan says how each change would be made. A campaign that was sent cannot be
// changed any more; one for another instant is another campaign.
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
		if there && slices.Contains([]string{running, finished, cancelled}, c.Status) {
			out[i].Replace = []string{"send_at"}
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
	if r.Prior == nil || r.Desired == nil {
		return a, true
	}
	if r.Desired.Kind == kindTemplate && !resource.Equal(r.Prior.Attributes["type"], r.Desired.Attributes["type"]) {
		a.Replace = []string{"type"}
	}
	again := r.Desired.Kind == kindCampaign && !resource.Equal(r.Prior.Attributes["send_at"], r.Desired.Attributes["send_at"])
	return a, !again
}
