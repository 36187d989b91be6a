package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// rebuildFlags is what state rebuild understands.
type rebuildFlags struct {
	auto     bool
	discard  bool
	patience time.Duration
}

func newStateRebuild(w *world, c *common) *cobra.Command {
	f := &rebuildFlags{}
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "write a lost state anew, from the marks on the platforms",
		Long: "Reads what the platforms hold and takes into the state what carries the mark of an object of these files, after a\n" +
			"question. Nothing is changed on any platform. What carries no mark is named, with what takes it over. The files should\n" +
			"be those that were applied last: a mark says of which block an object is, and nothing of a block that is not there.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStateRebuild(cmd.Context(), w, c, f) },
	}
	cmd.Flags().BoolVar(&f.auto, "auto-approve", false, "do not ask")
	cmd.Flags().BoolVar(&f.discard, "discard", false, "give up a state that is damaged and of which there is no backup")
	declareLock(cmd, &f.patience)
	return cmd
}

func runStateRebuild(ctx context.Context, w *world, c *common, f *rebuildFlags) error {
	if f.discard {
		if err := f.giveUp(ctx, w, c); err != nil {
			return err
		}
	}
	loaded, line, err := c.open(ctx, w)
	if err != nil {
		return err
	}
	defer line.Close()
	found, diags, err := line.Rebuild(ctx)
	if err != nil {
		return err
	}
	if err := tell(w.stderr, loaded, diags); err != nil {
		return err
	}
	if _, err := fmt.Fprint(w.stdout, view.Rebuilt(found, line.State.Place())); err != nil {
		return err
	}
	if len(found.Claims) == 0 {
		return nil
	}
	if !f.auto {
		if err := agree(ctx, w, `Type "yes" to write the state: `); err != nil {
			return err
		}
	}
	return f.write(ctx, w, line, found)
}

// write takes what was claimed into the state.
func (f *rebuildFlags) write(ctx context.Context, w *world, line *run.Line, found *run.Rebuilt) error {
	summary, err := line.Apply(ctx, found.Plan, run.ApplyOptions{By: holder(w, "state rebuild"), LockTimeout: f.patience})
	if refused := refusal(w, err, summary); refused != nil {
		return refused
	}
	if _, err := fmt.Fprintf(w.stdout, "%s in the state now.\n", counted(len(line.State.Records()), "object")); err != nil {
		return err
	}
	if err == nil && summary.Count(apply.Failed)+summary.Count(apply.NotTried) > 0 {
		err = errors.New("not everything could be taken into the state; run it again")
	}
	if err != nil {
		return &exit{exitPartly, err}
	}
	w.hint("Next: trayecto plan")
	return nil
}

// giveUp puts a state that knows nothing in the place of one that cannot be read.
// One that can be read is not given up: what it knows the marks may not say.
func (f *rebuildFlags) giveUp(ctx context.Context, w *world, c *common) error {
	o, err := c.options(w)
	if err != nil {
		return err
	}
	b, owner, err := placeOf(o)
	if err != nil {
		return err
	}
	by := holder(w, "state rebuild")
	empty := state.Nothing(owner, by)
	weighed, err := state.Weigh(ctx, b, empty, owner)
	if err != nil {
		return err
	}
	if !weighed.Unreadable {
		return &exit{exitRefused, fmt.Errorf("the state in %s can be read, and is not given up; run it without --discard", b.Name())}
	}
	if _, err := fmt.Fprintln(w.stdout, strings.Join(weighed.Against, " ")); err != nil {
		return err
	}
	if !f.auto {
		if err := agree(ctx, w, `Type "yes" to give it up: `); err != nil {
			return err
		}
	}
	_, err = state.Push{Document: empty, Of: owner, By: by, Patience: f.patience, Weighed: weighed}.Into(ctx, b)
	return err
}
