package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/targets/state"
)

func newStateLock(w *world, c *common) *cobra.Command {
	return &cobra.Command{
		Use:   "lock",
		Short: "who is writing the state now",
		Long:  "Says who holds the lock of the state, since when, for what and in which CI job, and how the lock ends.",
		Args:  whole,
		RunE:  func(cmd *cobra.Command, _ []string) error { return runStateLock(cmd.Context(), w, c) },
	}
}

func newStateUnlock(w *world, c *common) *cobra.Command {
	var auto bool
	cmd := &cobra.Command{
		Use:   "unlock",
		Short: "end the lock of a run that is no more",
		Long: "Ends the lock of the state by hand, whoever holds it. Should that run still be alive, it writes nothing more to the\n" +
			"state; a call that it has already sent to a platform may still land. What it left open the next apply finds out.",
		Args: whole,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStateUnlock(cmd.Context(), w, c, auto) },
	}
	cmd.Flags().BoolVar(&auto, "auto-approve", false, "do not ask")
	return cmd
}

// keptAt is where the state is kept, also while it cannot be read.
func keptAt(w *world, c *common) (state.Backend, error) {
	o, err := c.options(w)
	if err != nil {
		return nil, err
	}
	return o.Place()
}

func runStateLock(ctx context.Context, w *world, c *common) error {
	b, err := keptAt(w, c)
	if err != nil {
		return err
	}
	who, err := b.Holder(ctx)
	if err != nil {
		return fmt.Errorf("reading the lock of the state in %s: %w", b.Name(), err)
	}
	_, err = fmt.Fprint(w.stdout, view.Lock(filepath.ToSlash(b.Name()), who, b.Can().Expires))
	return err
}

func runStateUnlock(ctx context.Context, w *world, c *common, auto bool) error {
	b, err := keptAt(w, c)
	if err != nil {
		return err
	}
	who, err := b.Holder(ctx)
	if err != nil {
		return fmt.Errorf("reading the lock of the state in %s: %w", b.Name(), err)
	}
	if who == nil {
		_, err := fmt.Fprint(w.stdout, view.Lock(b.Name(), nil, false))
		return err
	}
	if !auto {
		if err := agree(ctx, w, fmt.Sprintf("It is held by %s.\nType \"yes\" if that run is no more: ", who)); err != nil {
			return err
		}
	}
	was, err := b.Break(ctx, holder(w, "state unlock"))
	if err != nil {
		return fmt.Errorf("ending the lock of the state in %s: %w", b.Name(), err)
	}
	_, err = fmt.Fprint(w.stdout, view.Unlocked(was, b.Can().Fences))
	return err
}
