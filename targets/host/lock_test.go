package host_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/targets/host"
)

// pinned is a project whose plugin was used once, and its lock file.
func pinned(t *testing.T) (dir, lock string) {
	t.Helper()
	dir = t.TempDir()
	install(t, filepath.Join(dir, ".trayecto", "plugins"), "local")
	found(t, host.Options{Dir: dir})
	return dir, filepath.Join(dir, host.LockFile)
}

func found(t *testing.T, o host.Options) {
	t.Helper()
	if factory, err := hosting(t, o).Target("local"); err != nil || factory == nil {
		t.Fatalf("no plugin: %v", err)
	}
}

func refused(t *testing.T, o host.Options, want string) {
	t.Helper()
	if _, err := hosting(t, o).Target("local"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("want a refusal with %q, got %v", want, err)
	}
}

func edit(t *testing.T, path, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(raw), from) {
		t.Fatalf("%v, %s", err, raw)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(raw), from, to)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The first use pins a plugin, and the next ones change nothing.
func TestPins(t *testing.T) {
	dir, lock := pinned(t)
	first, err := os.ReadFile(lock)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`plugin "local" {`, `version = "`, host.Machine + " = \"sha256:"} {
		if !strings.Contains(string(first), want) {
			t.Errorf("the lock file lacks %s:\n%s", want, first)
		}
	}
	found(t, host.Options{Dir: dir, Locked: true})
	if second, err := os.ReadFile(lock); err != nil || string(second) != string(first) {
		t.Errorf("it was written again: %v\n%s", err, second)
	}
}

// A plugin that is not the pinned one is not started.
func TestMismatch(t *testing.T) {
	dir, lock := pinned(t)
	edit(t, lock, "sha256:", "sha256:0")
	refused(t, host.Options{Dir: dir}, `remove the block plugin "local"`)
	edit(t, lock, "sha256:0", "sha256:")
	edit(t, lock, `version = "`, `version = "9.`)
	refused(t, host.Options{Dir: dir}, "pins 9.")
	edit(t, lock, `plugin "local" {`, `plugin "local" {{`)
	refused(t, host.Options{Dir: dir}, "restore "+host.LockFile)
}

// Where the lock file may not be written, only what it knows is started.
func TestLocked(t *testing.T) {
	dir := t.TempDir()
	install(t, filepath.Join(dir, ".trayecto", "plugins"), "local")
	refused(t, host.Options{Dir: dir, Locked: true}, "is not pinned for "+host.Machine)
	if _, err := os.Stat(filepath.Join(dir, host.LockFile)); err == nil {
		t.Error("the lock file was written")
	}
}

// The same version on another kind of machine is added, another version is not.
func TestOtherMachineIsAdded(t *testing.T) {
	dir, lock := pinned(t)
	edit(t, lock, host.Machine, "plan9_mips")
	found(t, host.Options{Dir: dir})
	raw, err := os.ReadFile(lock)
	if err != nil || strings.Count(string(raw), "sha256:") != 2 || strings.Count(string(raw), "plugin \"") != 1 {
		t.Errorf("%v\n%s", err, raw)
	}
	edit(t, lock, host.Machine, "windows_arm")
	edit(t, lock, `version = "`, `version = "9.`)
	refused(t, host.Options{Dir: dir}, "pins 9.")
}

// A plugin in the project's folder comes before one on the path.
func TestFoundOnPath(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	install(t, elsewhere, "local")
	found(t, host.Options{Dir: dir, Path: elsewhere})
	install(t, filepath.Join(dir, ".trayecto", "plugins"), "local")
	if err := os.Remove(filepath.Join(elsewhere, host.Prefix+"local")); err != nil {
		t.Fatal(err)
	}
	found(t, host.Options{Dir: dir, Path: elsewhere})
}
