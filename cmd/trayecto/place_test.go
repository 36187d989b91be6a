package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/document/fake"
	"github.com/trayecto/trayecto/targets/state/place"
)

// kept is a place of the state as its story needs it.
type kept struct {
	hcl   string            // the state block
	env   map[string]string // variables
	block ir.State
	ends  string // the sentence of state lock about how a lock ends
}

// secrets is the variables that no command may repeat, and what is secret in them.
func (k kept) secrets() map[string]string {
	out := map[string]string{"SECRET_OF_STATE": secretOfState}
	for name, value := range k.env {
		if strings.HasPrefix(name, "STATE_") || name == "AWS_SECRET_ACCESS_KEY" {
			out[name] = value
		}
	}
	return out
}

const secretOfState = "hunter2-made-up"

// The same stories wherever the state is kept. Nothing of it stands in the
// project's folder, and no secret anywhere.
func TestScriptPlace(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) kept{"postgres": inPostgres, "http": inDocument, "object store": inBucket, "sealed": inSealed} {
		t.Run(name, func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir: filepath.Join("..", "..", "testdata", "script", "place"),
				Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
					"example": copyExample, "edit": edit, "place": writePlace, "lease": leaseOfPlace, "unlease": unlease, "secretless": secretless,
				},
				Setup: func(env *testscript.Env) error {
					k := open(t)
					env.Setenv("NOW", "2026-12-01T08:00:00Z")
					env.Setenv("TRAYECTO_HOLDER", "a test")
					env.Setenv("GOGC", "400")
					env.Setenv("ENDS", k.ends)
					for name, value := range k.env {
						env.Setenv(name, value)
					}
					env.Values[placed{}] = k
					guard(t, env, k.secrets())
					return nil
				},
			})
		})
	}
}

// placed is the key of the kept of a script.
type placed struct{}

func text(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }

func inPostgres(t *testing.T) kept {
	pg := cluster.Server(t)
	return kept{
		hcl:   "state \"postgres\" {\n  dsn = env(\"STATE_DSN\")\n}\n",
		env:   map[string]string{"STATE_DSN": pg.New(t) + " password=" + secretOfState},
		block: ir.State{Backend: "postgres", Config: ir.Config{Settings: []ir.Setting{{Name: "dsn", Env: "STATE_DSN"}}}},
		ends:  "The lock ends with that run, however it ends.",
	}
}

func inDocument(t *testing.T) kept {
	s := fake.New(t, false)
	settings := []ir.Setting{
		text("address", s.URL), text("lock_address", s.URL+"/lock"), text("lock_method", "POST"), text("unlock_method", "DELETE"),
		text("username", fake.Username), {Name: "password", Env: "STATE_PASSWORD"},
	}
	return kept{
		hcl: fmt.Sprintf("state \"http\" {\n  address       = %q\n  lock_address  = \"%s/lock\"\n  lock_method   = \"POST\"\n  unlock_method = \"DELETE\"\n"+
			"  username      = %q\n  password      = env(\"STATE_PASSWORD\")\n}\n", s.URL, s.URL, fake.Username),
		env:   map[string]string{"STATE_PASSWORD": fake.Password},
		block: ir.State{Backend: "http", Config: ir.Config{Settings: settings}},
		ends:  "The lock does not end by itself",
	}
}

func inBucket(t *testing.T) kept {
	backend := s3mem.New()
	if err := backend.CreateBucket("states"); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(s.Close)
	url := fmt.Sprintf("s3://states?region=eu-central-1&use_path_style=true&endpoint=%s", s.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "made-up")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secretOfState)
	return kept{
		hcl:   fmt.Sprintf("state \"object store\" {\n  url    = %q\n  prefix = \"team/\"\n}\n", url),
		env:   map[string]string{"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": secretOfState, "AWS_EC2_METADATA_DISABLED": "true"},
		block: ir.State{Backend: "object store", Config: ir.Config{Settings: []ir.Setting{text("url", url), text("prefix", "team/")}}},
		ends:  "The lock ends with that run, however it ends.",
	}
}

// inSealed is a folder elsewhere, sealed.
func inSealed(t *testing.T) kept {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return kept{
		hcl: fmt.Sprintf("state \"file\" {\n  path       = %q\n  recipients = [%q]\n  identity   = env(\"STATE_KEY\")\n}\n", dir, key.Recipient()),
		env: map[string]string{"STATE_KEY": key.String()},
		block: ir.State{Backend: "file", Config: ir.Config{Settings: []ir.Setting{
			text("path", dir), {Name: "recipients", Value: types.Values{types.Text(key.Recipient().String())}}, {Name: "identity", Env: "STATE_KEY"},
		}}},
		ends: "The lock ends with that run, however it ends.",
	}
}

// writePlace writes the state block of the story's place: place FILE
func writePlace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: place FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.Value(placed{}).(kept).hcl), 0o644))
}

// leaseOfPlace takes the lease in the story's place, as another run would: lease PROJECT
func leaseOfPlace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lease PROJECT")
	}
	k := ts.Value(placed{}).(kept)
	b, err := place.Open(k.block, place.From{
		Dir: ts.MkAbs("."), Owner: state.Owner{Project: args[0]}, Random: rand.Reader,
		LookupEnv: func(name string) (string, bool) { value, there := k.env[name]; return value, there },
	})
	ts.Check(err)
	st, _, err := state.Load(context.Background(), b, args[0], "")
	ts.Check(err)
	ts.Check(st.Lock(context.Background(), state.Holder{Who: "made-up holder", Host: "elsewhere", PID: os.Getpid(), Job: "https://ci.example.test/jobs/7"}))
	held.Store(ts.Name(), st)
}

// secretless wants no secret of the place to stand in the script's folder or in
// what was said last: secretless
func secretless(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: secretless")
	}
	secrets := []string{secretOfState, fake.Password, "AGE-SECRET-KEY-1"}
	said := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, secret := range secrets {
			if strings.Contains(string(raw)+said, secret) {
				return fmt.Errorf("%s holds a secret, or what was said does", path)
			}
		}
		return err
	}))
}
