package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/docs"
	"github.com/trayecto/trayecto/lang/diag"
)

func newDocs(w *world, _ *common) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "docs [PAGE]",
		Short: "guides and reference",
		Long: "Prints a page: a guide, a block type, a function, a kind of platform, a code. Without one, what pages there are.\n" +
			"--out DIR writes all of them as Markdown.",
		Args: atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if out != "" {
				return writeDocs(w, out, args)
			}
			return printDocs(w, args)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write every page as Markdown into a folder")
	return cmd
}

// library is what the pages are made from, as this binary has it.
func library() docs.Library {
	l := docs.Library{Rules: rules(), Explain: explained}
	for _, factory := range builtIn {
		l.Targets = append(l.Targets, factory().Describe())
	}
	return l
}

func printDocs(w *world, args []string) error {
	pages := docs.Pages(library())
	if len(args) == 0 {
		_, err := io.WriteString(w.stdout, docs.Plain(docs.Index(pages, false)))
		return err
	}
	page, ok := docs.Find(pages, args[0])
	if !ok {
		return noPage(pages, args[0])
	}
	_, err := io.WriteString(w.stdout, docs.Plain(page.Text))
	return err
}

func noPage(pages []docs.Page, name string) error {
	names := make([]string, len(pages))
	for i, p := range pages {
		names[i] = p.Name
	}
	if near := diag.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no page %q; there is %s", name, near)
	}
	return fmt.Errorf("there is no page %q; trayecto docs lists them all", name)
}

// writeDocs writes the pages and their index into a folder, which is made.
func writeDocs(w *world, dir string, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("docs --out writes every page; leave out %q", args[0])
	}
	pages := docs.Pages(library())
	for _, p := range pages {
		if err := writePage(filepath.Join(dir, filepath.FromSlash(p.File())), p.Text); err != nil {
			return err
		}
	}
	if err := writePage(filepath.Join(dir, "README.md"), docs.Index(pages, true)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w.stdout, "Wrote %s to %s; begin with README.md.\n", counted(len(pages)+1, "page"), dir)
	return err
}

func writePage(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing docs: %w", err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("writing docs: %w", err)
	}
	return nil
}
