package main

import (
	"fmt"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/run"
)

// testFlags is what test understands.
type testFlags struct {
	only    string
	format  string
	cover   bool
	stories bool
}

func newTest(w *world, c *common) *cobra.Command {
	f := &testFlags{}
	cmd := &cobra.Command{
		Use:   "test",
		Short: "journeys in simulated time",
		Long: "Runs the tests in *.test.hcl: one made-up person each, to whom things happen in simulated time. It needs no platform,\n" +
			"no state and no credentials. A test that fails tells what happened to the person.",
		Args: whole,
		RunE: func(*cobra.Command, []string) error { return runTest(w, c, f) },
	}
	cmd.Flags().StringVar(&f.only, "run", "", "only tests whose name matches a pattern (a regular expression)")
	cmd.Flags().StringVar(&f.format, "format", "text", "what is printed: text, json or junit")
	cmd.Flags().BoolVar(&f.cover, "cover", false, "also say which steps and ways the tests reached, by journey")
	cmd.Flags().BoolVar(&f.stories, "stories", false, "also tell what happened in tests that pass")
	return cmd
}

func runTest(w *world, c *common, f *testFlags) error {
	only, err := regexp.Compile(f.only)
	if err != nil {
		return &exit{exitWorld, fmt.Errorf("--run %q: not a regular expression: %w", f.only, err)}
	}
	switch f.format {
	case "text", "json", "junit":
	default:
		return &exit{exitWorld, fmt.Errorf("--format %q: write text, json or junit", f.format)}
	}
	loaded, _, err := c.load(w)
	if err != nil {
		return err
	}
	began := w.clock()
	report, err := rehearse.Run(loaded.Program, rehearse.Options{Only: only, Stories: f.stories, Platforms: run.Enforcements(loaded)})
	if err != nil {
		return err
	}
	took := ""
	if c.now == "" { // with a fixed present the output is fixed too
		took = fmt.Sprintf("%d ms", max(1, w.clock().Sub(began).Round(time.Millisecond).Milliseconds()))
	}
	if len(report.Tests) == 0 {
		fmt.Fprintln(w.stderr, noTests(loaded.Program, f.only))
	}
	if err := printTests(w, f, report, took); err != nil {
		return err
	}
	var found diag.List
	for _, t := range report.Tests {
		found = append(found, t.Found...)
	}
	if len(found) > 0 {
		fmt.Fprintf(w.stderr, "%s\n%s\n", diag.Format(found, loaded.Project.Sources.Line), diag.Summary(found))
	}
	if report.Failed() > 0 {
		return &exit{code: exitFiles}
	}
	return nil
}

func printTests(w *world, f *testFlags, report rehearse.Report, took string) error {
	if f.format == "junit" {
		raw, err := view.JUnit(report)
		if err != nil {
			return err
		}
		_, err = w.stdout.Write(raw)
		return err
	}
	text, err := formatted(f.format, report, func() string { return view.Tests(report, took, f.cover) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w.stdout, text)
	return err
}

// noTests says why nothing was run.
func noTests(p *ir.Program, only string) string {
	if len(p.Tests) == 0 {
		return "The project has no tests. They stand in *.test.hcl files: trayecto docs tests"
	}
	return fmt.Sprintf("None of %s has a name that matches %q.", counted(len(p.Tests), "test"), only)
}
