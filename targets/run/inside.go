package run

import (
	"context"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// inside asks the platforms who is inside the journeys that are on and that the
// plan edits, switches off or removes. It is a figure for readers: where a
// platform fails to say it, the plan is none the worse.
func (l *Line) inside(ctx context.Context, p *plan.Plan, in plan.Input, c concerned) error {
	fates := fatesOf(p)
	running, err := lasting(c.running, c.before)
	if err != nil {
		return err
	}
	held := onPlatforms(in, fates)
	for _, platform := range l.Platforms {
		if platform.Description.Can.Inside == targets.InsideNobody {
			continue
		}
		var asked []targets.Running
		for _, journey := range running {
			if objects := held[fated{journey, platform.Name}]; len(objects) > 0 {
				asked = append(asked, targets.Running{Journey: journey, Objects: objects})
			}
		}
		if len(asked) == 0 {
			continue
		}
		answers := platform.inside(ctx, asked, l.Offline)
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, a := range answers {
			p.Inside = append(p.Inside, l.told(a, platform.Name, fates[fated{a.Journey, platform.Name}]))
		}
	}
	slices.SortStableFunc(p.Inside, func(a, b plan.Inside) int { return slices.Compare([]string{a.Journey}, []string{b.Journey}) })
	return nil
}

// fated is a journey on a platform.
type fated struct{ journey, platform string }

// fatesOf is what a plan does to journeys. What removes some objects of one and
// edits others edits it.
func fatesOf(p *plan.Plan) map[fated]plan.Fate {
	out := map[fated]plan.Fate{}
	for _, c := range p.Changes {
		if ir.KindOf(c.Address.Object) != "journey" || c.Deposed {
			continue
		}
		of := fated{c.Address.Object, c.Address.Platform}
		was, met := out[of]
		switch {
		case c.Action == plan.Delete && (!met || was == plan.Removed || was == plan.SwitchedOff):
			out[of] = plan.Removed
		case c.Action.Writes():
			out[of] = plan.Edited
		case c.Action == plan.SwitchOff && !c.Live && !met:
			out[of] = plan.SwitchedOff
		}
	}
	return out
}

// onPlatforms is the objects of journeys that meet a fate, as platforms hold them.
func onPlatforms(in plan.Input, fates map[fated]plan.Fate) map[fated][]resource.Object {
	out := map[fated][]resource.Object{}
	for _, r := range in.Prior {
		of := fated{r.Address.Object, r.Address.Platform}
		if _, meets := fates[of]; !meets {
			continue
		}
		if seen, read := in.Observed[r.Address]; !read {
			out[of] = append(out[of], r.Object())
		} else if seen != nil {
			out[of] = append(out[of], r.Seen(*seen))
		}
	}
	return out
}

// lasting keeps the journeys inside which somebody can be, as they were applied.
func lasting(journeys []string, before deployment) ([]string, error) {
	var out []string
	for _, group := range sameBefore(before, journeys) {
		was, err := assemble(before.st, group.hashes, before.moved)
		if err != nil {
			return nil, err
		}
		for _, journey := range group.objects {
			if was == nil || lasts(was, journey) {
				out = append(out, journey)
			}
		}
	}
	return out, nil
}

// lasts tells whether somebody can be inside a journey of a program: what goes
// out at an instant and is all has nobody.
func lasts(p *ir.Program, journey string) bool {
	j, known := ir.Find(p.Journeys, journey)
	if !known || j.Enter.Moment != "" {
		return true
	}
	lasts := false
	ir.Walk(j.Steps, func(s ir.Step) {
		if _, sends := s.(ir.Send); !sends {
			lasts = true
		}
	})
	return lasts
}

// inside is what a platform says of the people inside journeys, in the order asked.
func (p *Platform) inside(ctx context.Context, asked []targets.Running, offline bool) []targets.InsideAnswer {
	insider, can := p.Target.(targets.Insider)
	why := p.Description.Can.InsideHow
	if why == "" {
		why = "a platform of the kind " + p.Platform.Target + " does not say who is inside a journey"
	}
	if offline {
		why = "the platforms were not read"
	}
	if can && !offline && p.Description.Can.Inside == targets.InsideAsked {
		answers, err := insider.Inside(ctx, targets.InsideRequest{Journeys: asked})
		if err == nil && len(answers) == len(asked) {
			return answers
		}
		why = "it answered about other journeys than it was asked about"
		if err != nil {
			why = err.Error()
		}
	}
	out := make([]targets.InsideAnswer, len(asked))
	for i, a := range asked {
		out[i] = targets.InsideAnswer{Journey: a.Journey, Unknown: why}
	}
	return out
}

// told is an answer as the plan has it.
func (l *Line) told(a targets.InsideAnswer, platform string, fate plan.Fate) plan.Inside {
	out := plan.Inside{Journey: a.Journey, Platform: platform, Unknown: a.Unknown, AtMost: a.AtMost && a.Unknown == "", Fate: fate}
	if a.Unknown == "" {
		out.People = &a.People
	}
	if j, still := ir.Find(l.Program.Journeys, a.Journey); still && fate == plan.Edited {
		out.OnChange = j.OnChange
	}
	return out
}
