package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/template"
)

// newFlags is what new understands.
type newFlags struct {
	template string
	list     bool
}

func newNew(w *world, c *common) *cobra.Command {
	f := &newFlags{}
	cmd := &cobra.Command{
		Use:        "new FOLDER",
		SuggestFor: []string{"init", "create"},
		Short:      "a project that runs at once, on this computer only",
		Long: "Makes a folder with a project in it, from a template in this program: files that are right, made-up people and what they did,\n" +
			"and tests. It asks nothing, needs no account and no key, and reaches nobody.",
		Args: atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if f.list {
				return listTemplates(w)
			}
			if len(args) == 0 {
				return errors.New("new needs a folder to make: trayecto new shop")
			}
			return runNew(w, c, f, args[0])
		},
	}
	cmd.Flags().StringVar(&f.template, "template", template.All[0].Name, "what the project begins with")
	cmd.Flags().BoolVar(&f.list, "list", false, "say which templates there are")
	return cmd
}

func listTemplates(w *world) error {
	for _, t := range template.All {
		if _, err := fmt.Fprintf(w.stdout, "%s  %s\n", t.Name, t.Doc); err != nil {
			return err
		}
	}
	return nil
}

func runNew(w *world, c *common, f *newFlags, folder string) error {
	t, known := template.Named(f.template)
	if !known {
		return fmt.Errorf("there is no template %q; trayecto new --list says which there are", f.template)
	}
	dir := folder
	if !filepath.IsAbs(folder) {
		dir = filepath.Join(c.dir, folder)
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("making a project: %w", err)
	}
	project := template.Project(filepath.Base(whole))
	if project == "" {
		return fmt.Errorf("a project is called after its folder, and %q has neither letters nor digits", filepath.Base(whole))
	}
	now, err := c.present(w)
	if err != nil {
		return err
	}
	files, err := t.Files(project, now)
	if err != nil {
		return err
	}
	if err := write(dir, files); err != nil {
		return err
	}
	if _, err := fmt.Fprint(w.stdout, made(folder, t, files)); err != nil {
		return err
	}
	w.hint("Next: cd %s && trayecto plan", folder)
	return nil
}

// write makes the folder and its files. A folder in which something is already
// is left as it is.
func write(dir string, files []template.File) error {
	there, err := os.ReadDir(dir)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("making a project: %w", err)
	case len(there) > 0:
		return fmt.Errorf("%s is not empty: there is %s; a new project needs a folder of its own", dir, there[0].Name())
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("making a project: %w", err)
		}
		if err := os.WriteFile(path, f.Bytes, 0o644); err != nil {
			return fmt.Errorf("making a project: %w", err)
		}
	}
	return nil
}

// made says what was made, file by file.
func made(folder string, t template.Template, files []template.File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Made %s/ from the template %q (others: trayecto new --list).\n\n", strings.TrimRight(filepath.ToSlash(folder), "/"), t.Name)
	width := 0
	for _, f := range files {
		width = max(width, len([]rune(spoken(f))))
	}
	for _, f := range files {
		if f.Says != "" {
			fmt.Fprintf(&b, "  %s%s   %s\n", spoken(f), strings.Repeat(" ", width-len([]rune(spoken(f)))), f.Says)
		}
	}
	b.WriteString("\nNothing here can reach a real person: no platform outside this computer is configured.\n")
	return b.String()
}

// spoken is a file's name; those of one folder are spoken of together.
func spoken(f template.File) string {
	if folder, _, inside := strings.Cut(f.Path, "/"); inside {
		return folder + "/"
	}
	return f.Path
}
