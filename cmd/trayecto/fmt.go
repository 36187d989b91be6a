package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/syntax"
)

func newFmt(w *world, c *common) *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "fmt",
		Short: "one layout",
		Long:  "Writes every file of the project in the one layout. A file that does not parse is left as it is.",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return runFmt(w, c, check) },
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; exit 1 when something would change")
	return cmd
}

func runFmt(w *world, c *common, check bool) error {
	set, err := source.Load(c.dir, source.Options{})
	if err != nil {
		return err
	}
	files := everyFile(set)
	var broken diag.List
	changed := 0
	for _, f := range files {
		formatted, diags := syntax.Format(f.Path, f.Bytes)
		broken = append(broken, diags...)
		if diags.HasErrors() || bytes.Equal(formatted, f.Bytes) {
			continue
		}
		changed++
		fmt.Fprintln(w.stdout, f.Path)
		if check {
			continue
		}
		if err := replaceFile(filepath.Join(c.dir, filepath.FromSlash(f.Path)), formatted); err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, err)
		}
	}
	fmt.Fprint(w.stderr, diag.Format(broken, set.Line))
	fmt.Fprintf(w.stderr, "%d of %s %s\n", changed, counted(len(files), "file"), tense(check))
	if broken.HasErrors() || check && changed > 0 {
		return &exit{code: exitFiles}
	}
	return nil
}

func tense(check bool) string {
	if check {
		return "would change"
	}
	return "changed"
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
