package state_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/suite"
)

func TestFile(t *testing.T) {
	suite.Test(t, func(t testing.TB) suite.Place {
		dir := t.TempDir()
		return suite.Place{Open: func(t testing.TB) state.Backend {
			b, err := state.File(dir, "prod")
			do(t, err)
			return b
		}}
	})
}

// A disk that is full stops the run before the call, says so, and loses nothing
// that was written before.
func TestDiskFull(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/dev/full is a device of Linux")
	}
	for _, file := range []string{"journal.ndjson", "snapshot.json.new", "lease.json.new"} {
		t.Run(file, func(t *testing.T) {
			dir := t.TempDir()
			s := locked(t, dir)
			do(t, s.Begin(ctx, []state.Intent{intent(plan.Create, "a", "")}))
			fill(t, path(dir, file))
			err := errors.Join(s.Begin(ctx, []state.Intent{intent(plan.Create, "b", "")}), s.Unlock(ctx))
			if err == nil || !strings.Contains(err.Error(), "no space left") {
				t.Errorf("got %v", err)
			}
			do(t, os.Remove(path(dir, file)))
			after := locked(t, dir)
			if got := after.Pending(); len(got) == 0 || got[0].Address != at("a") {
				t.Errorf("pending after the disk had room again: %+v", got)
			}
			do(t, after.Unlock(ctx))
		})
	}
}

// fill puts a device that is always full in the place of a file.
func fill(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	do(t, os.Symlink("/dev/full", name))
}

// In a folder that may only be read plan reads and apply says what is wrong.
func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	do(t, locked(t, dir).Unlock(ctx))
	folder := path(dir, "")
	do(t, os.Mkdir(path(dir, "lease.json.new"), 0o700)) // in the way, for root too
	do(t, os.Chmod(folder, 0o500))
	t.Cleanup(func() { do(t, os.Chmod(folder, 0o700)) })
	s := open(t, dir)
	if err := s.Lock(ctx, ana); err == nil || !strings.Contains(err.Error(), "lease.json.new") {
		t.Errorf("got %v", err)
	}
}

// Who lost its lease writes nothing, and is told to whom.
func TestLateWriterWritesNothing(t *testing.T) {
	dir := t.TempDir()
	late := locked(t, dir)
	do(t, late.Begin(ctx, []state.Intent{intent(plan.Create, "a", "")}))
	other := open(t, dir)
	was, err := other.Break(ctx, state.Holder{Who: "ben", Since: ana.Since.Add(time.Hour)})
	if err != nil || was == nil || was.Who != "ana" {
		t.Fatalf("broke the lock of %v: %v", was, err)
	}
	err = late.Finish(ctx, []state.Result{made(plan.Create, "a", "1")})
	if err == nil || !strings.Contains(err.Error(), "the lock was broken by hand at 2026-12-01T09:00:00Z: ben") || !strings.Contains(err.Error(), "a call already sent may still land") {
		t.Errorf("got %v", err)
	}
	do(t, late.Unlock(ctx))
	do(t, other.Lock(ctx, ana))
	if len(other.Pending()) != 1 {
		t.Error("the call that was on its way is forgotten")
	}
}

// A lease is renewed as often as its place wants, and one that is lost stops the
// next write at once.
func TestRenewing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &lasting{every: time.Minute}
		s, _, err := state.Load(ctx, b, "lumen", "prod")
		do(t, err)
		do(t, s.Lock(ctx, ana))
		time.Sleep(150 * time.Second)
		synctest.Wait()
		if b.renewed != 2 {
			t.Errorf("renewed %d times in 150 s", b.renewed)
		}
		b.fail = errors.New("the network is down")
		time.Sleep(time.Minute)
		b.fail = nil
		do(t, s.Begin(ctx, []state.Intent{intent(plan.Create, "a", "")}))
		b.lost = &state.FencedError{By: &state.Holder{Who: "ben"}}
		time.Sleep(time.Minute)
		synctest.Wait()
		var fenced *state.FencedError
		if err := s.Begin(ctx, []state.Intent{intent(plan.Create, "b", "")}); !errors.As(err, &fenced) || fenced.By.Who != "ben" {
			t.Errorf("a run without its lease writes on: %v", err)
		}
		do(t, s.Unlock(ctx))
		renewed := b.renewed
		time.Sleep(time.Hour)
		if b.renewed != renewed {
			t.Error("it is renewed after the run has ended")
		}
	})
}

// lasting is a backend whose leases have to be renewed.
type lasting struct {
	memory
	every   time.Duration
	renewed int
	fail    error
	lost    *state.FencedError
}

func (l *lasting) Can() state.Abilities { return state.Abilities{Append: true, Renew: l.every} }

func (l *lasting) Lease(context.Context, state.Holder) (state.Lease, error) { return l, nil }

func (l *lasting) Renew(context.Context) error {
	l.renewed++
	if l.lost != nil {
		return l.lost
	}
	return l.fail
}
