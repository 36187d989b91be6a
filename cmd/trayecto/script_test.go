package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"trayecto": main})
}

// The stories: what a user types and sees, exact bytes. Rewrite the expected
// output with: UPDATE_SCRIPTS=1 go test ./cmd/trayecto -run Script
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("..", "..", "testdata", "script"),
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") == "1",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"example": copyExample,
			"edit":    edit,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NOW", "2026-12-01T08:00:00Z")
			env.Setenv("TRAYECTO_HOLDER", "a test")
			return nil
		},
	})
}

// copyExample copies a project of examples/ into the script's folder:
// example lumen
func copyExample(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: example NAME")
	}
	from, err := filepath.Abs(filepath.Join("..", "..", "examples", args[0]))
	ts.Check(err)
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(from)))
}

// edit replaces one piece of text in a file, which must be there exactly once:
// edit FILE 'old' 'new'
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	path := ts.MkAbs(args[0])
	raw, err := os.ReadFile(path)
	ts.Check(err)
	if n := strings.Count(string(raw), args[1]); n != 1 {
		ts.Fatalf("%s holds %q %d times, not once", args[0], args[1], n)
	}
	ts.Check(os.WriteFile(path, []byte(strings.Replace(string(raw), args[1], args[2], 1)), 0o644))
}
