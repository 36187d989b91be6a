package local_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
)

func opened(t *testing.T, c targets.Config) *local.Target {
	t.Helper()
	target := local.New(&counted{})
	if err := target.Configure(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.Close() })
	return target
}

// channel is the smallest change: an object that needs no other.
func channel(name string) targets.Change {
	return targets.Change{
		Action: targets.Create, Mark: "mark of " + name, Key: "create " + name,
		Resource: resource.Resource{Kind: "channel", Key: "channel." + name, Attributes: resource.Map{"address": resource.String("person.email")}},
	}
}

func changes(list ...targets.Change) iter.Seq[targets.Change] {
	return func(yield func(targets.Change) bool) {
		for _, c := range list {
			if !yield(c) {
				return
			}
		}
	}
}

// do applies changes one after the other in one call.
func do(t *testing.T, target targets.Target, list ...targets.Change) []targets.Result {
	t.Helper()
	var out []targets.Result
	if err := target.Apply(context.Background(), changes(list...), func(r targets.Result) { out = append(out, r) }); err != nil {
		t.Fatalf("applying: %v", err)
	}
	if len(out) != len(list) {
		t.Fatalf("expected %d results, got %d", len(list), len(out))
	}
	return out
}

// wantError checks the kind of an error and that its message says something.
func wantError(t *testing.T, err error, kind targets.ErrorKind, says string) {
	t.Helper()
	var answer *targets.Error
	if !errors.As(err, &answer) {
		t.Fatalf("expected an answer of the platform, got %v", err)
	}
	if answer.Kind != kind || !strings.Contains(answer.Error(), says) {
		t.Errorf("expected a %s error that says %q, got %s: %v", kind, says, answer.Kind, answer)
	}
}

func everything(target targets.Target) error {
	return target.List(context.Background(), targets.ListRequest{All: true}, func([]resource.Object) error { return nil })
}

func TestReadingMakesNoFile(t *testing.T) {
	c := config(t.TempDir(), "deep/er/sandbox.db")
	target := opened(t, c)
	if err := everything(target); err != nil {
		t.Fatal(err)
	}
	identity, err := target.Identity(context.Background())
	if err != nil || identity != "" {
		t.Errorf("a platform without file has the identity %q, %v", identity, err)
	}
	if err := target.Apply(context.Background(), changes(), func(targets.Result) {}); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(c.Dir); err != nil || len(entries) > 0 {
		t.Errorf("reading made %v, %v", entries, err)
	}

	do(t, target, channel("email"))
	if _, err := os.Stat(filepath.Join(c.Dir, "deep", "er", "sandbox.db")); err != nil {
		t.Error(err)
	}
	identity, err = target.Identity(context.Background())
	if want := "local-30303030303030303030303030303031"; err != nil || identity != want {
		t.Errorf("expected the identity %s, which is the entropy in hex, got %q, %v", want, identity, err)
	}
}

func TestAnEmptyFileIsAnEmptyPlatform(t *testing.T) {
	c := config(t.TempDir(), "sandbox.db")
	if err := os.WriteFile(filepath.Join(c.Dir, "sandbox.db"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	target := opened(t, c)
	if err := everything(target); err != nil {
		t.Fatal(err)
	}
	do(t, target, channel("email"))
}

// Names with characters that mean something in a URL are names all the same.
func TestPathsAreTakenLiterally(t *testing.T) {
	for _, name := range []string{"a b.db", "a?mode=memory.db", "a#b.db", "a%20b.db", "ñandú.db", "file:a.db"} {
		c := config(t.TempDir(), name)
		do(t, opened(t, c), channel("email"))
		if _, err := os.Stat(filepath.Join(c.Dir, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Chdir(t.TempDir())
	do(t, opened(t, config("", "near.db")), channel("email"))
	if _, err := os.Stat("near.db"); err != nil {
		t.Error(err)
	}
}

func TestPathFromTheEnvironment(t *testing.T) {
	c := config(t.TempDir(), "")
	c.Platform.Config.Settings = []ir.Setting{{Name: "path", Env: "SANDBOX"}}
	c.Env = func(name string) (string, bool) { return name + ".db", name == "SANDBOX" }
	do(t, opened(t, c), channel("email"))
	if _, err := os.Stat(filepath.Join(c.Dir, "SANDBOX.db")); err != nil {
		t.Error(err)
	}
	c.Env = func(string) (string, bool) { return "", false }
	refuses(t, c, "SANDBOX")
	c.Platform.Config.Settings = nil
	refuses(t, c, "no path")
	c.Platform.Config.Settings = []ir.Setting{{Name: "path", Value: types.Truth(true)}}
	refuses(t, c, "not a text")
}

func refuses(t *testing.T, c targets.Config, says string) {
	t.Helper()
	if err := local.New(nil).Configure(context.Background(), c); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("expected an error that says %q, got %v", says, err)
	}
}

func TestFilesThatAreNoPlatform(t *testing.T) {
	write := func(t *testing.T, path, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		name  string
		spoil func(t *testing.T, path string)
		says  string
	}{
		{"a text", func(t *testing.T, path string) { write(t, path, strings.Repeat("not a database at all\n", 100)) }, "the file is not a platform"},
		{"a folder", func(t *testing.T, path string) { os.Mkdir(path, 0o755) }, "is not a file"},
		{"another database", func(t *testing.T, path string) { execute(t, path, `CREATE TABLE meta (a)`) }, "a database of something else"},
		{"a newer platform", func(t *testing.T, path string) {
			do(t, opened(t, config(filepath.Dir(path), filepath.Base(path))), channel("email"))
			execute(t, path, `UPDATE meta SET value = '2' WHERE name = 'schema'`)
		}, "its schema is 2, and this version knows schema 1"},
		{"no identity", func(t *testing.T, path string) {
			do(t, opened(t, config(filepath.Dir(path), filepath.Base(path))), channel("email"))
			execute(t, path, `DELETE FROM meta`)
		}, "lost its identity"},
		{"spoilt attributes", func(t *testing.T, path string) {
			do(t, opened(t, config(filepath.Dir(path), filepath.Base(path))), channel("email"))
			execute(t, path, `UPDATE objects SET attributes = '{'`)
		}, "channel-1 holds what this tool did not write"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "sandbox.db")
			c.spoil(t, path)
			before, _ := os.ReadFile(path)
			target := opened(t, config(dir, "sandbox.db"))
			wantError(t, everything(target), targets.Permanent, c.says)
			if c.name != "spoilt attributes" {
				err := target.Apply(context.Background(), changes(channel("sms")), func(targets.Result) { t.Error("a result from no platform") })
				wantError(t, err, targets.Permanent, c.says)
			}
			after, _ := os.ReadFile(path)
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the file was changed")
			}
		})
	}
}

// The folder of the file is a file, so that it cannot be made, also by root.
func TestNoPlaceForTheFile(t *testing.T) {
	c := config(t.TempDir(), "taken/sandbox.db")
	if err := os.WriteFile(filepath.Join(c.Dir, "taken"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	target := opened(t, c)
	err := target.Apply(context.Background(), changes(channel("email")), func(targets.Result) {})
	wantError(t, err, targets.Permanent, filepath.Join("taken", "sandbox.db"))
	wantError(t, local.New(nil).List(context.Background(), targets.ListRequest{}, nil), targets.Permanent, "not configured")
}

func TestSomeoneElseIsWriting(t *testing.T) {
	c := config(t.TempDir(), "sandbox.db")
	target := opened(t, c)
	do(t, target, channel("email"))
	release := lock(t, filepath.Join(c.Dir, "sandbox.db"))
	err := target.Apply(context.Background(), changes(channel("sms")), func(targets.Result) { t.Error("a result beside another writer") })
	wantError(t, err, targets.Retryable, "another program")
	if err := everything(target); err != nil {
		t.Errorf("reading beside a writer: %v", err)
	}
	release()
	do(t, target, channel("sms"))
}

func execute(t testing.TB, path, statement string) {
	t.Helper()
	db := database(t, path)
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func lock(t testing.TB, path string) (release func()) {
	t.Helper()
	tx, err := database(t, path+"?_txlock=immediate").Begin()
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
}
