package run

import (
	"context"
	"slices"

	"github.com/trayecto/trayecto/compiler/guard"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/diag"
)

// Recheck counts again the people whom a saved plan concerns, and asks the
// guards of the files once more: figures expire. Those who agreed to the plan
// when it was made have agreed. It reads no platform, and answers a copy of the
// plan that does the same.
func (l *Line) Recheck(ctx context.Context, p *plan.Plan, approvedBy []string) (*plan.Plan, diag.List, error) {
	if err := l.owns(p); err != nil || len(l.Program.Guards) == 0 {
		return p, nil, err
	}
	again := *p
	again.Audience, again.Sends, again.History, again.Notes, again.Guards = nil, nil, nil, nil, nil
	in := l.input()
	st, err := l.remember(ctx, &in)
	if err != nil {
		return nil, nil, err
	}
	found := in.HandOver(l.Program.Moves, nil)
	if found.HasErrors() {
		return nil, found, nil
	}
	resources, _, more := l.Lower()
	if found = append(found, more...); found.HasErrors() {
		return nil, found, nil
	}
	in.Desired = resources
	if err := l.mean(&in); err != nil {
		return nil, found, err
	}
	if err := l.measure(&again, concernedBy(&again, in, st), st); err != nil {
		return nil, found, err
	}
	agreed := slices.Clone(approvedBy)
	for _, g := range p.Guards {
		agreed = append(agreed, g.ApprovedBy...)
	}
	again.Guards, err = guard.Judge(l.Program, &again, agreed)
	return &again, found, err
}
