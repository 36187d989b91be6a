package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

func newState(w *world, c *common) *cobra.Command {
	cmd := &cobra.Command{Use: "state", Short: "what was applied last"}
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "every managed object, with its id on the platform",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return runStateList(w, c) },
	})
	return cmd
}

// runStateList needs the project's name only, so that it also works while the
// files are wrong.
func runStateList(w *world, c *common) error {
	o, err := c.options(w)
	if err != nil {
		return err
	}
	loaded, err := run.Load(o)
	if err != nil {
		return err
	}
	if loaded.Project == nil || loaded.Project.Name == "" {
		return tell(w.stderr, loaded, loaded.Diagnostics)
	}
	st, notices, err := state.Open(o.Dir, loaded.Project.Name, o.Env)
	if err != nil {
		return fmt.Errorf("reading state: %w", err)
	}
	for _, n := range notices {
		fmt.Fprintln(w.stderr, n)
	}
	_, err = fmt.Fprint(w.stdout, view.Records(st.Records()))
	return err
}
