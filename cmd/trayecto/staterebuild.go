package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/run"
)

// rebuildFlags is what state rebuild understands.
type rebuildFlags struct {
	auto     bool
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
	declareLock(cmd, &f.patience)
	return cmd
}

func runStateRebuild(ctx context.Context, w *world, c *common, f *rebuildFlags) error {
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
		if err := agree(w, `Type "yes" to write the state: `); err != nil {
			return err
		}
	}
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
