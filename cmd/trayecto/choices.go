package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/run"
)

// choices is what may be chosen about a plan, by all commands that make one.
type choices struct {
	only, exclude []string
	drift         []string
	approvedBy    []string
}

func (c *choices) declare(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&c.only, "only", nil, "plan only this and what it needs: an address, a kind, platform.NAME or module.NAME; repeatable")
	cmd.Flags().StringArrayVar(&c.exclude, "exclude", nil, "leave this out, and what cannot be done without it; repeatable")
	cmd.Flags().StringArrayVar(&c.drift, "drift", nil, "what to do about objects that were changed on a platform: overwrite (unless said),\n"+
		"adopt (leave them so) or refuse (stop); of some of them: CHOICE=ADDRESS; repeatable")
	cmd.Flags().StringArrayVar(&c.approvedBy, "approved-by", nil, "who has agreed to what a guard refuses: an owner, as in approved_by(...); repeatable")
}

// options are the choices as package run wants them.
func (c *choices) options(end bool) (run.PlanOptions, error) {
	o := run.PlanOptions{End: end, Only: c.only, Exclude: c.exclude, ApprovedBy: c.approvedBy}
	for _, written := range c.drift {
		choice, of, _ := strings.Cut(written, "=")
		switch plan.Choice(choice) {
		case plan.Overwrite, plan.Keep, plan.Refuse:
			o.Drift = append(o.Drift, plan.DriftRule{Choice: plan.Choice(choice), Of: of})
		default:
			return o, fmt.Errorf("--drift %q: write overwrite, adopt or refuse, for some objects adopt=ADDRESS", written)
		}
	}
	return o, nil
}

// refusedPlan ends a command whose plan a person must decide about.
func refusedPlan(p *plan.Plan) error {
	why := p.Refused()
	if len(why) == 0 {
		return nil
	}
	return &exit{exitRefused, fmt.Errorf("a person must decide: %s", strings.Join(why, " "))}
}
