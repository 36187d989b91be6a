package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newShow(w *world, c *common) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show PLAN.tplan",
		Short: "a saved plan, without platforms or files",
		Args:  exactly(1),
		RunE: func(_ *cobra.Command, args []string) error {
			render, known := formats[format]
			if !known {
				return fmt.Errorf("--format %q: write text, json or markdown", format)
			}
			p, _, err := readPlan(args[0])
			if err != nil {
				return err
			}
			text, err := render(p, args[0])
			if err != nil {
				return err
			}
			_, err = w.stdout.Write(text)
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "what is printed: text, json or markdown")
	return cmd
}
