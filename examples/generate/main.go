// Command generate is the made-up people and events of examples/lumen, from a
// seed.
//
// Everybody in the data is invented: names are drawn from a list, addresses
// end in example.test, telephone numbers are fillers or ranges that regulators
// reserve for fiction. Each person has a stream of chance of their own, drawn
// with whole numbers only, so that every machine writes the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", filepath.Join("examples", "lumen", "data"), "the folder to write")
	flag.Parse()
	if err := write(*out, files(town(seed))); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(3)
	}
}

// write puts every file in its place under dir.
func write(dir string, files []file) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
