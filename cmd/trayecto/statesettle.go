package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// settleFlags is what somebody found who looked at the platform.
type settleFlags struct {
	done, undone bool
	id           string
	patience     time.Duration
}

func newStateSettle(w *world, c *common) *cobra.Command {
	f := &settleFlags{}
	cmd := &cobra.Command{
		Use:   "settle [ADDRESS]",
		Short: "say what became of a call of which nobody can tell",
		Long: "A run that was cut off may leave calls without an answer. The next one finds out at the platform what became of them;\n" +
			"where a platform offers no way to, it stops and asks. Look there, and say what you found. Without an address it lists\n" +
			"the calls that are open.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return withState(cmd.Context(), w, c, func(st *state.State) error {
					_, err := fmt.Fprint(w.stdout, view.Open(st.Pending()))
					return err
				})
			}
			return runStateSettle(cmd.Context(), w, c, f, args[0])
		},
	}
	cmd.Flags().BoolVar(&f.done, "done", false, "it was done")
	cmd.Flags().BoolVar(&f.undone, "not-done", false, "it was not done; the next plan makes it again")
	cmd.Flags().StringVar(&f.id, "id", "", "with --done, of something that was made: what the platform calls it")
	declareLock(cmd, &f.patience)
	return cmd
}

func runStateSettle(ctx context.Context, w *world, c *common, f *settleFlags, word string) error {
	if f.done == f.undone {
		return errors.New("give --done or --not-done, as you found it on the platform")
	}
	return withState(ctx, w, c, func(st *state.State) (err error) {
		if err := st.LockWithin(ctx, holder(w, "state"), f.patience); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, st.Unlock(context.WithoutCancel(ctx))) }()
		call, err := openCall(st, word)
		if err != nil {
			return err
		}
		switch creates := call.Action == plan.Create; {
		case f.done && creates && f.id == "":
			return fmt.Errorf("say what the platform calls it: trayecto state settle %s --done --id ID", word)
		case f.id != "" && (!creates || !f.done):
			return errors.New("--id is of something that was made, with --done")
		}
		if err := st.Finish(ctx, []state.Result{apply.Settled(call, f.done, f.id)}); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w.stdout, "Noted: %s of %s was %s. What is open: trayecto state settle\n", call.Action, call.Address, map[bool]string{true: "done", false: "not done"}[f.done])
		return err
	})
}

// openCall is the one open call that is about an address, with or without its
// platform.
func openCall(st *state.State, word string) (state.Intent, error) {
	var found []state.Intent
	var all []string
	for _, i := range st.Pending() {
		all = append(all, i.Address.String())
		if i.Address.Object == word || i.Address.String() == word {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return state.Intent{}, fmt.Errorf("%s is more than one object; there are %s", word, strings.Join(all, ", "))
	case len(all) == 0:
		return state.Intent{}, errors.New("the state knows what became of every call")
	}
	return state.Intent{}, fmt.Errorf("no call of %s is open; there are %s", word, strings.Join(all, ", "))
}
