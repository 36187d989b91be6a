package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/targets/run"
)

func newValidate(w *world, c *common) *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "are the files right?",
		Long:  "Reads and checks every file. It needs no platform, no state and no credentials.",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return runValidate(w, c) },
	}
}

func runValidate(w *world, c *common) error {
	loaded, o, err := c.load(w, w.stdout)
	if err != nil {
		return err
	}
	if err := tell(w.stdout, loaded, run.Check(loaded, o)); err != nil {
		return err
	}
	p := loaded.Program
	_, err = fmt.Fprintf(w.stdout, "%s right: %s, %s, %s.\n", areFiles(len(loaded.Project.Sources.Files())),
		counted(len(p.Segments), "segment"), counted(len(p.Touchpoints), "touchpoint"), counted(len(p.Journeys), "journey"))
	return err
}

func areFiles(n int) string {
	if n == 1 {
		return "1 file is"
	}
	return fmt.Sprintf("%d files are", n)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
