package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// version is the release; a plan and a state say which one wrote them.
const version = "0.1.0"

func newVersion(w *world, _ *common) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "which release this is",
		Args:  whole,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(w.stdout, "trayecto "+version)
			return err
		},
	}
}
