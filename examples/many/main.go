// Command many writes a project of very many objects, to measure this tool and
// others on.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/trayecto/trayecto/compiler/sample/many"
)

func main() {
	shape := flag.String("shape", string(many.Blocks), fmt.Sprintf("how the objects hang together: %v", many.Shapes))
	objects := flag.Int("n", 10_000, "how many objects")
	seed := flag.Uint64("seed", 1, "the seed of what is drawn")
	step := flag.Int("step", 0, "another number makes other segments of the same names")
	out := flag.String("out", "", "the folder to write, which is not there yet")
	flag.Parse()
	o := many.Options{Shape: many.Shape(*shape), Objects: *objects, Seed: *seed, Step: *step}
	if err := write(*out, o); err != nil {
		fmt.Fprintln(os.Stderr, "many:", err)
		os.Exit(3)
	}
}

// write puts the project into a new folder.
func write(dir string, o many.Options) error {
	switch {
	case dir == "":
		return errors.New("say -out, the folder to write")
	case !slices.Contains(many.Shapes, o.Shape):
		return fmt.Errorf("there is no shape %q, only %v", o.Shape, many.Shapes)
	case o.Objects < 1:
		return errors.New("-n has to be 1 or more")
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, f := range many.Files(o) {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
