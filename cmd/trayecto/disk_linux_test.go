package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/trayecto/trayecto/targets/state"
)

// mount puts a disk of so many bytes where a scene keeps its state, or skips where
// this user may not.
func (s *scene) mount(size string) (dir string) {
	s.t.Helper()
	dir = filepath.Join(s.dir, ".trayecto")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		s.t.Skipf("SKIPPED: a small disk takes a user who may mount one: %v", err)
	}
	s.t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			s.t.Errorf("unmounting: %v", err)
		}
	})
	return dir
}

func (s *scene) remount(dir string, flags uintptr, size string) {
	s.t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, "size="+size); err != nil {
		s.t.Fatal(err)
	}
}

// A disk that is full in the middle of an apply: the run stops and says so, what
// was made and could not be recorded is found again when there is room, and
// nothing is there twice. The state that stood before is never lost.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := newScene(t, 120)
	dir := s.mount("4m")
	s.must("apply", "--auto-approve", "--no-cache")
	s.must("destroy", "--auto-approve", "--no-cache")
	for _, left := range []int{8, 340, 460} {
		fill := filepath.Join(dir, "filled")
		s.fill(fill, left<<10)
		out, code := s.run(0, "apply", "--auto-approve", "--no-cache")
		if code != exitWorld && code != exitPartly || !strings.Contains(out, "no space left on device") {
			t.Fatalf("with %d KiB it ended with %d:\n%s", left, code, out)
		}
		made := len(s.shelf.Things())
		t.Logf("with %d KiB left, %d of 120 things were made before it stopped", left, made)
		if err := os.Remove(fill); err != nil {
			t.Fatal(err)
		}
		s.once(made)
		s.must("apply", "--auto-approve", "--no-cache")
		if records, pending := s.once(120); records != 120 || pending > 0 {
			t.Fatalf("with %d KiB: the state knows %d objects, and %d open calls", left, records, pending)
		}
		s.must("destroy", "--auto-approve", "--no-cache")
	}
}

// fill writes to a file until so many bytes are left.
func (s *scene) fill(name string, left int) {
	s.t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(name), &disk); err != nil {
		s.t.Fatal(err)
	}
	size := int(disk.Bavail)*int(disk.Bsize) - left
	if size < 0 {
		s.t.Fatalf("the disk has less than %d bytes free", left)
	}
	if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// A folder that is read only: who plans needs no more; who applies is told before
// anything is called.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	s := newScene(t, 6)
	dir := s.mount("4m")
	s.must("apply", "--auto-approve")
	s.remount(dir, syscall.MS_RDONLY, "4m")
	says(t, s.must("plan", "--detailed-exitcode"), "No changes.")
	says(t, s.must("state", "lock"), "Nobody is writing")
	before := len(s.shelf.Calls())
	out, code := s.run(0, "destroy", "--auto-approve")
	if code != exitWorld || !strings.Contains(out, "read-only file system") {
		t.Errorf("it ended with %d:\n%s", code, out)
	}
	for _, call := range s.shelf.Calls()[before:] {
		if call.Method != "GET" {
			t.Errorf("it called %s %s", call.Method, call.Path)
		}
	}
	s.remount(dir, 0, "4m")
	st, _, err := state.Open(s.dir, "many", "")
	if err != nil || len(st.Records()) != 6 {
		t.Errorf("the state: %v", err)
	}
	s.must("destroy", "--auto-approve")
	s.once(0)
}
