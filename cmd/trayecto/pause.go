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

// pauseFlags is what pause and resume understand.
type pauseFlags struct {
	why         string
	auto        bool
	lockTimeout time.Duration
}

// stopPatience is how long pause and resume wait for another run, unless said.
const stopPatience = 30 * time.Second

func newPause(w *world, c *common) *cobra.Command {
	f := &pauseFlags{}
	cmd := &cobra.Command{
		Use:        "pause [journey.NAME | channel.NAME | everything]",
		SuggestFor: []string{"stop"},
		Short:      "stop a journey or a channel now, ask later",
		Long: "Switches off what reaches people, at once and without a question, and keeps it off: no apply lifts it. It needs no\n" +
			"files, only the state; a channel stops the journeys whose messages may take it. Without a name: what is on hold.",
		Args: atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runPause(cmd.Context(), w, c, f, args) },
	}
	cmd.Flags().StringVar(&f.why, "why", "", "the reason, for whoever reads the next plan")
	cmd.Flags().DurationVar(&f.lockTimeout, "lock-timeout", stopPatience, "how long to wait while somebody else writes the state")
	return cmd
}

func newResume(w *world, c *common) *cobra.Command {
	f := &pauseFlags{}
	cmd := &cobra.Command{
		Use:   "resume journey.NAME | channel.NAME | everything",
		Short: "lift what pause has put on hold",
		Long:  "Lifts the hold and switches on again what it stopped. What was changed meanwhile, or is on hold in another way, stays off.",
		Args:  exactly(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return runResume(cmd.Context(), w, c, f, args[0]) },
	}
	cmd.Flags().BoolVar(&f.auto, "auto-approve", false, "do not ask")
	cmd.Flags().DurationVar(&f.lockTimeout, "lock-timeout", stopPatience, "how long to wait while somebody else writes the state")
	return cmd
}

// brake opens what stops things, without looking at the files.
func brake(w *world, c *common) (*run.Brake, error) {
	o, err := c.options(w)
	if err != nil {
		return nil, err
	}
	b, err := run.OpenBrake(o)
	if err != nil {
		return nil, err
	}
	for _, n := range b.Notices {
		fmt.Fprintln(w.stderr, n)
	}
	return b, nil
}

func runPause(ctx context.Context, w *world, c *common, f *pauseFlags, args []string) error {
	b, err := brake(w, c)
	if err != nil {
		return err
	}
	defer b.Close()
	if len(args) == 0 {
		_, err := fmt.Fprint(w.stdout, view.Holds(b.State.Holds()))
		return err
	}
	out, err := b.Pause(ctx, args[0], run.PauseOptions{By: holder(w, "pause"), Why: f.why, LockTimeout: f.lockTimeout})
	if out.Hold.What == "" {
		return err
	}
	return stopped(w, view.Paused(out), out, err)
}

func runResume(ctx context.Context, w *world, c *common, f *pauseFlags, what string) error {
	b, err := brake(w, c)
	if err != nil {
		return err
	}
	defer b.Close()
	if _, err := b.OnHold(what); err != nil {
		return err // nothing is asked about nothing
	}
	if !f.auto {
		if err := agree(ctx, w, fmt.Sprintf("What %s stopped reaches people again. Type \"yes\" to switch it on: ", what)); err != nil {
			return err
		}
	}
	out, err := b.Resume(ctx, what, run.PauseOptions{By: holder(w, "resume"), LockTimeout: f.lockTimeout})
	if out.Hold.What == "" {
		return err
	}
	return stopped(w, view.Resumed(out), out, err)
}

// agree asks a question whose answer must be yes.
func agree(ctx context.Context, w *world, question string) error {
	if !w.asks {
		return &exit{exitRefused, errors.New("nobody is here to be asked; give --auto-approve")}
	}
	fmt.Fprint(w.stderr, question)
	answer, err := w.answer(ctx)
	if err != nil {
		return err
	}
	if answer != "yes" {
		return &exit{exitRefused, errors.New("nothing was done")}
	}
	return nil
}

// stopped prints what was done; what was not all done ends with the code of an
// apply that stopped part way.
func stopped(w *world, text string, out run.Stopped, err error) error {
	if _, printed := fmt.Fprint(w.stdout, text); printed != nil {
		return printed
	}
	incomplete := len(out.Apply.NotAsPlanned)+out.Apply.Count(apply.Failed)+out.Apply.Count(apply.NotTried)+out.Apply.Count(apply.Unknown) > 0
	if err != nil || incomplete || len(out.Left) > 0 {
		return &exit{exitPartly, err}
	}
	return nil
}
