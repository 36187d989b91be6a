package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// MissingError says that nothing is remembered and that a platform holds what was
// made from this project: the state was lost, or it is kept elsewhere. A plan
// would rest on half of what is known, and could make things twice.
type MissingError struct {
	State string             // where it should be
	Held  []resource.Address // objects of the files that are there already, sorted
}

// Error names some of what is there, and what to do.
func (e *MissingError) Error() string {
	var names []string
	for _, a := range e.Held {
		if !slices.Contains(names, a.Object) {
			names = append(names, a.Object)
		}
	}
	const shown = 3
	what := strings.Join(names[:min(shown, len(names))], ", ")
	if more := len(names) - shown; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("there is no state in %s, and %s made from this project before: %s.\n"+
		"If the state was lost, see what the marks on the platforms say of it: trayecto state rebuild.\n"+
		"If it is kept elsewhere, say where in a state block, or put a backup back: trayecto state push FILE", e.State, platformsHold(e.Held), what)
}

func platformsHold(held []resource.Address) string {
	var names []string
	for _, a := range held {
		names = append(names, "platform."+a.Platform)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	verb := "hold"
	if len(names) == 1 {
		verb = "holds"
	}
	return fmt.Sprintf("%s %s %s that %s", strings.Join(names, " and "), verb, plural(len(held), "object"), was(len(held)))
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// blank tells whether nothing was ever written to the state.
func (l *Line) blank() bool { return l.State.ID().Serial == 0 }

// marks is addresses of objects by platform and by the mark that they have there.
type marks map[string]map[string]resource.Address

func (m marks) add(a resource.Address, mark string) {
	if m[a.Platform] == nil {
		m[a.Platform] = map[string]resource.Address{}
	}
	m[a.Platform][mark] = a
}

// unremembered refuses to plan where nothing is remembered and what was read of
// the platforms carries our marks. It comes after observe; only before the end of
// everything it asks again.
func (l *Line) unremembered(ctx context.Context, in plan.Input, end bool) error {
	if !l.blank() {
		return nil
	}
	if end {
		wanted := marks{}
		resources, _, _ := l.Lower() // what the platforms cannot hold was never made there
		for _, r := range resources {
			wanted.add(r.Address, resource.Mark(in.Project, in.Env, r.Address))
		}
		return l.refuseMarked(ctx, wanted)
	}
	var held []resource.Address
	for _, d := range in.Desired {
		if o, there := in.Adoptable[d.Address]; there && o.Mark != "" {
			held = append(held, d.Address)
		}
	}
	return l.missing(ctx, held)
}

// unmade refuses a plan that would make what a platform holds already, where
// nothing is remembered: the plan was made when it was not there yet, or without
// a look at the platforms.
func (l *Line) unmade(ctx context.Context, p *plan.Plan) error {
	if !l.blank() {
		return nil
	}
	wanted := marks{}
	for _, c := range p.Changes {
		if c.Action == plan.Create {
			wanted.add(c.Address, c.Mark)
		}
	}
	return l.refuseMarked(ctx, wanted)
}

// refuseMarked is an error where something on a platform carries one of the marks.
func (l *Line) refuseMarked(ctx context.Context, wanted marks) error {
	var held []resource.Address
	for _, p := range l.Platforms {
		mine := wanted[p.Name]
		if len(mine) == 0 {
			continue
		}
		err := p.Target.List(ctx, targets.ListRequest{}, func(page []resource.Object) error {
			for _, o := range page {
				if a, there := mine[o.Mark]; there && o.Mark != "" {
					held = append(held, a)
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("reading what %s holds: %w", p.Address, err)
		}
	}
	return l.missing(ctx, held)
}

func (l *Line) missing(ctx context.Context, held []resource.Address) error {
	if len(held) == 0 {
		return nil
	}
	if err := l.begun(ctx); err != nil {
		return err
	}
	slices.SortFunc(held, resource.Address.Compare)
	return &MissingError{State: l.State.Place(), Held: slices.Compact(held)}
}

// begun is an error where another run is writing the state, or has written it since
// it was read here: then nothing is lost, and what the platforms hold is that run's.
func (l *Line) begun(ctx context.Context) error {
	who, err := l.State.Holder(ctx)
	if err != nil {
		return fmt.Errorf("reading who writes the state in %s: %w", l.State.Place(), err)
	}
	if who != nil {
		return &state.LockedError{Holder: who, ByHand: !l.State.Expires()}
	}
	now, _, err := l.Options.state(ctx, l.Program)
	if err != nil {
		return fmt.Errorf("reading the state again: %w", err)
	}
	if now.ID().Serial > 0 {
		return fmt.Errorf("another run has written the state in %s since it was read here; nothing was done, run this again", l.State.Place())
	}
	return nil
}
