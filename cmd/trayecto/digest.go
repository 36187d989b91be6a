package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newDigest(w *world, _ *common) *cobra.Command {
	return &cobra.Command{
		Use:   "digest PLAN.tplan",
		Short: "the name of what a saved plan does, for an approval",
		Long: "Prints 64 digits that name what a saved plan does: the same changes to the same objects of the same accounts, computed\n" +
			"from the same files and the same state, have the same ones. The figures and the instant are no part of it. Give them\n" +
			"to apply with --digest, and nothing else is carried out.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, _, err := readPlan(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(w.stdout, p.Digest())
			return err
		},
	}
}
