package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/targets"
)

func newTargets(w *world, c *common) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "targets",
		Short: "the kinds of platform that this binary can compile to",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			for _, factory := range builtIn {
				if err := tellTarget(w, factory().Describe()); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.AddCommand(newCapabilities(w, c))
	return cmd
}

func tellTarget(w *world, d targets.Description) error {
	var kinds []string
	for _, k := range d.Kinds {
		kinds = append(kinds, k.Name)
	}
	_, err := fmt.Fprintf(w.stdout, "%-10s %s\n           holds: %s\n           consent: %s\n", d.Name, d.Doc, strings.Join(kinds, ", "), d.Can.Consent)
	return err
}

func newCapabilities(w *world, c *common) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "capabilities [TARGET]...",
		Short: "what each kind of platform can hold and does itself",
		Long: "Prints the matrix that checks refuse by: which conditions, journeys and consent a kind of platform can hold, what it\n" +
			"asks itself when it sends, and how often it may be called. Without a name, of everything that is built in.",
		RunE: func(_ *cobra.Command, args []string) error { return runCapabilities(w, c, format, args) },
	}
	cmd.Flags().StringVar(&format, "format", "text", "what is printed: text, markdown or json")
	return cmd
}

func runCapabilities(w *world, c *common, format string, names []string) error {
	list, err := described(w, c, names)
	if err != nil {
		return err
	}
	var text string
	switch format {
	case "text":
		text = view.Capabilities(list)
	case "markdown":
		text = view.CapabilitiesMarkdown(list)
	case "json":
		raw, err := view.CapabilitiesJSON(list)
		if err != nil {
			return err
		}
		text = string(raw)
	default:
		return fmt.Errorf("--format %q: write text, markdown or json", format)
	}
	_, err = fmt.Fprint(w.stdout, text)
	return err
}

// described is what targets say of themselves: those named, or all built-in ones.
func described(w *world, c *common, names []string) ([]targets.Description, error) {
	var out []targets.Description
	if len(names) == 0 {
		for _, factory := range builtIn {
			out = append(out, factory().Describe())
		}
		return out, nil
	}
	o, err := c.options(w)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		d, err := o.Described(name)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
