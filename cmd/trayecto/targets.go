package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newTargets(w *world, _ *common) *cobra.Command {
	return &cobra.Command{
		Use:   "targets",
		Short: "the kinds of platform that this binary can compile to",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			for _, factory := range builtIn {
				d := factory().Describe()
				var kinds []string
				for _, k := range d.Kinds {
					kinds = append(kinds, k.Name)
				}
				_, err := fmt.Fprintf(w.stdout, "%-10s %s\n           holds: %s\n           consent: %s\n", d.Name, d.Doc, strings.Join(kinds, ", "), d.Can.Consent)
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}
