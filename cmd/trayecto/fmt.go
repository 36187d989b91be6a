package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/syntax"
)

// fmtFlags is what fmt understands.
type fmtFlags struct{ check, diff bool }

func newFmt(w *world, c *common) *cobra.Command {
	f := &fmtFlags{}
	cmd := &cobra.Command{
		Use:        "fmt",
		SuggestFor: []string{"format"},
		Short:      "one layout",
		Long: "Writes every file of the project in the one layout: spaces, alignment, blank lines, comments that begin with #.\n" +
			"A file that does not parse is left as it is.",
		Args: whole,
		RunE: func(*cobra.Command, []string) error { return runFmt(w, c, f) },
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "change nothing; exit 1 when something would change")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "change nothing; print what would change, as a patch")
	return cmd
}

func runFmt(w *world, c *common, f *fmtFlags) error {
	set, err := source.Load(c.dir, source.Options{})
	if err != nil {
		return err
	}
	files := everyFile(set)
	changes, broken := layout(files)
	if !f.check && !f.diff {
		for _, x := range changes {
			if err := replaceFile(filepath.Join(c.dir, filepath.FromSlash(x.path)), x.after); err != nil {
				return fmt.Errorf("writing %s: %w", x.path, err)
			}
		}
	}
	if err := f.print(w.stdout, changes); err != nil {
		return err
	}
	fmt.Fprint(w.stderr, diag.Format(broken, set.Line))
	fmt.Fprintf(w.stderr, "%d of %s %s\n", len(changes), counted(len(files), "file"), f.outcome(len(changes)))
	if broken.HasErrors() || f.check && len(changes) > 0 {
		return &exit{code: exitFiles}
	}
	return nil
}

// change is a file in the way it was found and in the one layout.
type change struct {
	path          string
	before, after []byte
}

// layout lists the files that are not in the one layout, and what is wrong
// with those that cannot be read.
func layout(files []source.File) ([]change, diag.List) {
	var changes []change
	var broken diag.List
	for _, file := range files {
		formatted, found := syntax.Format(file.Path, []byte(file.Text))
		broken = append(broken, found...)
		if !found.HasErrors() && string(formatted) != file.Text {
			changes = append(changes, change{file.Path, []byte(file.Text), formatted})
		}
	}
	return changes, broken
}

// print lists the changed files with how many lines of each, or the patch.
func (f *fmtFlags) print(out io.Writer, changes []change) error {
	wide := 0
	for _, x := range changes {
		wide = max(wide, len([]rune(x.path)))
	}
	for _, x := range changes {
		text := fmt.Sprintf("%-*s    %s\n", wide, x.path, counted(view.ChangedLines(string(x.before), string(x.after)), "line"))
		if f.diff {
			text = view.Unified(x.path, string(x.before), string(x.after))
		}
		if _, err := io.WriteString(out, text); err != nil {
			return err
		}
	}
	return nil
}

// outcome is what became of the files, and where to look.
func (f *fmtFlags) outcome(changed int) string {
	switch {
	case changed == 0 && (f.check || f.diff):
		return "would change."
	case f.diff:
		return "would change. Write it with: trayecto fmt"
	case f.check:
		return "would change. See it with: trayecto fmt --diff"
	case changed == 0:
		return "changed."
	}
	return "changed. See it with: git diff"
}

// everyFile lists the project's files and those of its environments.
func everyFile(set *source.Set) []source.File {
	files := append([]source.File(nil), set.Files()...)
	for _, name := range set.Envs() {
		if f, ok := set.Env(name); ok {
			files = append(files, f)
		}
	}
	return files
}

// replaceFile puts text in the place of a file, whole or not at all.
func replaceFile(path string, text []byte) error {
	was, err := os.Stat(path)
	if err != nil {
		return err
	}
	beside := path + ".new"
	if err := os.WriteFile(beside, text, was.Mode().Perm()); err != nil {
		return err
	}
	return os.Rename(beside, path)
}
