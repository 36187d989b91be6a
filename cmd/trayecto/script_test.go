package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ssh"
	_ "modernc.org/sqlite"

	"github.com/trayecto/trayecto/targets/fake/shelf"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/postgres/server"
	"github.com/trayecto/trayecto/targets/sdk"
	"github.com/trayecto/trayecto/targets/state"
)

// cluster is the PostgreSQL of the stories that need one.
var cluster server.Lazy

func TestMain(m *testing.M) {
	cluster.M = m
	testscript.Main(&cluster, map[string]func(){
		"trayecto": scanned(program), "shelved": scanned(shelved), "leak": scanned(leak),
		host.Prefix + shelves[0].Name(): func() { sdk.Serve(shelf.Factory(shelves[0], shelf.Line{})) },
	})
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
			"mask":    mask,
			"sql":     sqlite,
			"lease":   lease,
			"unlease": unlease,
			"key":     key,
			"shelf":   serveShelf(t),
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NOW", "2026-12-01T08:00:00Z")
			env.Setenv("TRAYECTO_HOLDER", "a test")
			env.Setenv("GOGC", "400") // commands are short: they need not collect what they drop
			guard(t, env, secrets())
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
	ts.Check(os.RemoveAll(ts.MkAbs(args[0])))
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(from)))
	ts.Check(os.RemoveAll(ts.MkAbs(args[0] + "/.trayecto"))) // what somebody who tried the example left in it
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

var digest = regexp.MustCompile(`(plan |Plan .|source .)[0-9a-f]{8}`)

// mask puts eight zeros in the place of digests in the last output, which move
// with every file and every lowering: mask [FILE]
func mask(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: mask [FILE]")
	}
	name := "stdout"
	if len(args) == 1 {
		name = args[0]
	}
	_, err := fmt.Fprint(ts.Stdout(), digest.ReplaceAllString(ts.ReadFile(name), "${1}00000000"))
	ts.Check(err)
}

// sqlite changes a database behind the tool's back: sql FILE 'statement'
func sqlite(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	done, err := db.Exec(args[1])
	ts.Check(err)
	if rows, err := done.RowsAffected(); err != nil || rows == 0 {
		ts.Fatalf("%q changed nothing (%v)", args[1], err)
	}
}

// key makes a key of SSH, its private half in FILE and its public one in FILE.pub:
// key FILE
func key(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: key FILE")
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	ts.Check(err)
	block, err := ssh.MarshalPrivateKey(private, "")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pem.EncodeToMemory(block), 0o600))
	half, err := ssh.NewPublicKey(public)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pub"), ssh.MarshalAuthorizedKey(half), 0o644))
}

// lease takes the lease on a project's state, as another run would: lease DIR PROJECT
func lease(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lease DIR PROJECT")
	}
	st, _, err := state.Open(ts.MkAbs(args[0]), args[1], "")
	ts.Check(err)
	holder := state.Holder{Who: "made-up holder", Host: "elsewhere", PID: os.Getpid(), Job: "https://ci.example.test/jobs/7"}
	ts.Check(st.Lock(context.Background(), holder))
	held.Store(ts.Name(), st)
}

// unlease gives it back.
func unlease(ts *testscript.TestScript, neg bool, args []string) {
	st, ok := held.LoadAndDelete(ts.Name())
	if neg || !ok {
		ts.Fatalf("no lease is held")
	}
	ts.Check(st.(*state.State).Unlock(context.Background()))
}

// held is the leases that scripts hold, by script.
var held sync.Map
