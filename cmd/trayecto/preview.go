package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/targets/run"
)

// previewFlags is what preview understands.
type previewFlags struct {
	person   string
	language string
	format   string
	out      string
}

func newPreview(w *world, c *common) *cobra.Command {
	f := &previewFlags{}
	cmd := &cobra.Command{
		Use:   "preview TOUCHPOINT",
		Short: "a message as a person would get it",
		Long: "Shows a touchpoint on each of its channels: with --person in that person's language, with their values and the last\n" +
			"event that it is about, otherwise in every language. What is not known stands in braces. It sends nothing.",
		Args: exactly(1),
		RunE: func(_ *cobra.Command, args []string) error { return runPreview(w, c, f, args[0]) },
	}
	cmd.Flags().StringVar(&f.person, "person", "", "the first key of somebody in history")
	cmd.Flags().StringVar(&f.language, "lang", "", "one language of the project")
	cmd.Flags().StringVar(&f.format, "format", "text", "what is printed: text or json")
	cmd.Flags().StringVar(&f.out, "out", "", "write the page of an e-mail to a file: FILE.html")
	return cmd
}

func runPreview(w *world, c *common, f *previewFlags, address string) error {
	switch {
	case f.format != "text" && f.format != "json":
		return fmt.Errorf("--format %q: write text or json", f.format)
	case f.out != "" && !strings.HasSuffix(f.out, ".html"):
		return fmt.Errorf("--out %q: a page ends in .html", f.out)
	}
	shown, err := makePreview(w, c, f, address)
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := savePage(w, f.out, shown); err != nil {
			return err
		}
	}
	text, err := formatted(f.format, shown, func() string { return view.Preview(shown) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w.stdout, text)
	return err
}

func makePreview(w *world, c *common, f *previewFlags, address string) (run.Preview, error) {
	loaded, o, err := c.load(w)
	if err != nil {
		return run.Preview{}, err
	}
	t, err := touchpoint(loaded.Program, address)
	if err != nil {
		return run.Preview{}, err
	}
	known := loaded.Program.Project.Languages
	var languages []string
	if f.language != "" {
		if !slices.Contains(known, f.language) {
			return run.Preview{}, fmt.Errorf("--lang %q: the project's languages are %s", f.language, strings.Join(known, ", "))
		}
		languages = []string{f.language}
	}
	if f.person == "" {
		if len(languages) == 0 {
			languages = known
		}
		return loaded.Preview(t, languages), nil
	}
	past, err := run.Recall(loaded, o)
	if err != nil {
		return run.Preview{}, err
	}
	someone, err := past.Find(f.person)
	if err != nil {
		return run.Preview{}, err
	}
	return past.Preview(t, someone, languages), nil
}

// touchpoint is the touchpoint of an address; its bare name will do.
func touchpoint(p *ir.Program, address string) (ir.Touchpoint, error) {
	if !strings.Contains(address, ".") {
		address = "touchpoint." + address
	}
	object, err := run.Object(p, address)
	if err != nil {
		return ir.Touchpoint{}, err
	}
	t, is := object.(ir.Touchpoint)
	if !is {
		return t, fmt.Errorf("%s is no touchpoint; preview shows touchpoints", address)
	}
	return t, nil
}

// savePage writes the page of the first language that has one.
func savePage(w *world, path string, shown run.Preview) error {
	for _, m := range shown.Messages {
		if m.Body == "" {
			continue
		}
		if err := os.WriteFile(path, []byte(m.Body), 0o600); err != nil {
			return fmt.Errorf("writing the page: %w", err)
		}
		fmt.Fprintf(w.stderr, "Wrote %s: %s in %s.\n", path, shown.Touchpoint, m.Language)
		return nil
	}
	return errors.New("--out: " + shown.Touchpoint + " has no e-mail with a body, so there is no page")
}
