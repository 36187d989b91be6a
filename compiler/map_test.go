package compiler_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = ".."
	module = "github.com/trayecto/trayecto/"
)

// region is a line of the map.
type region struct {
	path, sentence string
}

// covers tells whether a folder is the region's: <vendor> stands for any one
// name, and folders below testdata are nobody's.
func (r region) covers(folder string) bool {
	ok, err := path.Match(vendors.Replace(r.path), folder)
	return err == nil && ok
}

var vendors = strings.NewReplacer("<vendor>", "*")

// TestMap holds the house together: every package is on the map in README.md,
// has a sentence of its own, and imports only packages on lines above.
func TestMap(t *testing.T) {
	regions := readMap(t)
	for _, folder := range packages(t) {
		at := line(regions, folder)
		if at < 0 {
			t.Errorf("%s is not on the map in README.md", folder)
			continue
		}
		t.Run(folder, func(t *testing.T) { checkPackage(t, regions, at, folder) })
	}
}

// line is the line of the map that a folder is on: an exact one first.
func line(regions []region, folder string) int {
	if at := slices.IndexFunc(regions, func(r region) bool { return r.path == folder }); at >= 0 {
		return at
	}
	return slices.IndexFunc(regions, func(r region) bool { return r.covers(folder) })
}

func checkPackage(t *testing.T, regions []region, at int, folder string) {
	documented := false
	for _, file := range parse(t, folder) {
		documented = documented || file.Doc != nil
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			target, ours := strings.CutPrefix(imported, module)
			if !ours || target == folder {
				continue
			}
			switch above := line(regions, target); {
			case above < 0:
				t.Errorf("imports %s, which is not on the map", target)
			case above >= at:
				t.Errorf("imports %s, which is not above it on the map", target)
			}
		}
	}
	if !documented {
		t.Error("has no package comment; it should say in one sentence: " + regions[at].sentence)
	}
}

// parse reads the package and import clauses of a folder's files, tests aside.
// Opened files enter the key of the test cache; the output of go list would not.
func parse(t *testing.T, folder string) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, folder))
	if err != nil {
		t.Fatal(err)
	}
	var out []*ast.File
	for _, entry := range entries {
		if !goSource(entry.Name()) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, folder, entry.Name()), nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file)
	}
	return out
}

func goSource(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// packages lists the folders that hold Go files, relative to the root.
func packages(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !goSource(entry.Name()) {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		if folder = filepath.ToSlash(folder); err == nil && !slices.Contains(out, folder) {
			out = append(out, folder)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// readMap reads the block between ``` lines of README.md whose every line is a
// path, two or more spaces and a sentence.
func readMap(t *testing.T) []region {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatalf("the map stands in README.md: %v", err)
	}
	for i, fenced := range strings.Split(string(text), "\n```") {
		if i%2 == 0 {
			continue // between blocks
		}
		_, body, _ := strings.Cut(fenced, "\n")
		if regions, ok := regionsIn(body); ok {
			return regions
		}
	}
	t.Fatal("README.md has no map: a block between ``` lines of paths and sentences")
	return nil
}

func regionsIn(body string) ([]region, bool) {
	var out []region
	for text := range strings.SplitSeq(body, "\n") {
		folder, sentence, ok := strings.Cut(text, "  ")
		if !ok || folder == "" || strings.Contains(folder, " ") {
			return nil, false
		}
		out = append(out, region{folder, strings.TrimSpace(sentence)})
	}
	return out, len(out) > 0
}
