// Package suite is the tests that every place of a state must pass.
//
// They hold a backend to what it declares (state.Abilities) and to what all
// promise: a reader never sees half a write, a write is there for everybody when
// it returns, two runs do not write at once, and who lost its lease does not
// write over what came after.
package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/targets/state"
)

// Place is one place of a state, with nothing in it at first.
type Place struct {
	// Open is the place as a process of its own finds it.
	Open func(t testing.TB) state.Backend
	// Sleep passes time for everybody at the place; nil where leases do not end by
	// time. Lasts is how long a lease does that is not renewed.
	Sleep func(t testing.TB, d time.Duration)
	Lasts time.Duration
}

// Test runs every test, each in a place of its own.
func Test(t *testing.T, fresh func(t testing.TB) Place) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, p Place)
	}{
		{"empty", empty},
		{"kept", kept},
		{"large", large},
		{"tokens rise", tokens},
		{"locked", locked},
		{"one of many", race},
		{"broken by hand", broken},
		{"expires", expires},
		{"asleep with a call on its way", sleeper},
		{"clocks that jump", clocks},
		{"story", story},
		{"beside each other", beside},
		{"read while written", readers},
		{"pushed", pushed},
		{"pushed beside", pushedBeside},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, fresh(t)) })
	}
}

var ctx = context.Background()

func by(who string) state.Holder {
	return state.Holder{Who: who, Host: "desk", PID: 7, Since: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), For: "apply", Job: "https://ci.example.test/" + who}
}

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func lease(t testing.TB, b state.Backend, who string) state.Lease {
	t.Helper()
	l, err := b.Lease(ctx, by(who))
	do(t, err)
	return l
}

func holds(t testing.TB, b state.Backend, snapshot, journal string) {
	t.Helper()
	got, err := b.Read(ctx)
	do(t, err)
	if diff := cmp.Diff([]string{snapshot, journal}, []string{got.Snapshot, string(got.Journal)}); diff != "" {
		t.Fatalf("what is kept (-want +got):\n%s", diff)
	}
}

func heldBy(t testing.TB, b state.Backend, want *state.Holder) {
	t.Helper()
	got, err := b.Holder(ctx)
	do(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("holder (-want +got):\n%s", diff)
	}
}

// refused wants a write to be refused because of another lease.
func refused(t testing.TB, what string, err error) *state.FencedError {
	t.Helper()
	var fenced *state.FencedError
	if !errors.As(err, &fenced) {
		t.Fatalf("%s of a late holder: %v", what, err)
	}
	return fenced
}

func empty(t *testing.T, p Place) {
	b := p.Open(t)
	got, err := b.Read(ctx)
	do(t, err)
	if got.Snapshot != "" || len(got.Journal) > 0 {
		t.Errorf("an empty place holds %q", got)
	}
	heldBy(t, b, nil)
	if was, err := b.Break(ctx, by("ana")); was != nil || err != nil {
		t.Errorf("breaking a lock that is not there: %v, %v", was, err)
	}
	if b.Name() == "" {
		t.Error("it has no name")
	}
}

func kept(t *testing.T, p Place) {
	l := lease(t, p.Open(t), "ana")
	do(t, l.Append(ctx, []byte("early\n")))
	holds(t, p.Open(t), "", "early\n")
	do(t, l.Replace(ctx, []byte("one\n")))
	holds(t, p.Open(t), "one\n", "")
	do(t, l.Append(ctx, []byte("a\n")))
	do(t, l.Append(ctx, []byte("b \x00\xff\nc\n")))
	holds(t, p.Open(t), "one\n", "a\nb \x00\xff\nc\n")
	do(t, l.Release(ctx))
	holds(t, p.Open(t), "one\n", "a\nb \x00\xff\nc\n")
	l = lease(t, p.Open(t), "ben")
	do(t, l.Append(ctx, []byte("d\n")))
	holds(t, p.Open(t), "one\n", "a\nb \x00\xff\nc\nd\n")
	do(t, l.Replace(ctx, []byte("two\n")))
	do(t, l.Append(ctx, []byte("e\n")))
	holds(t, p.Open(t), "two\n", "e\n")
	do(t, l.Release(ctx))
}

// A state of some 5,000 objects.
func large(t *testing.T, p Place) {
	l := lease(t, p.Open(t), "ana")
	snapshot := bytes.Repeat([]byte(`{"name":"segment","text":"<ñ>"}`), 100_000)
	do(t, l.Replace(ctx, snapshot))
	do(t, l.Append(ctx, snapshot[:1<<20]))
	got, err := p.Open(t).Read(ctx)
	do(t, err)
	if got.Snapshot != string(snapshot) || !bytes.Equal(got.Journal, snapshot[:1<<20]) {
		t.Errorf("%d and %d bytes were kept of %d and %d", len(got.Snapshot), len(got.Journal), len(snapshot), 1<<20)
	}
	do(t, l.Release(ctx))
}

func tokens(t *testing.T, p Place) {
	last := int64(0)
	for i := range 4 {
		l := lease(t, p.Open(t), "ana")
		if l.Token() <= last {
			t.Fatalf("lease %d has token %d after %d", i, l.Token(), last)
		}
		last = l.Token()
		if i%2 == 0 {
			do(t, l.Append(ctx, []byte("x\n")))
		} else {
			do(t, l.Replace(ctx, []byte("y\n")))
		}
		do(t, l.Renew(ctx))
		do(t, l.Release(ctx))
	}
}

func locked(t *testing.T, p Place) {
	l := lease(t, p.Open(t), "ana")
	other := p.Open(t)
	_, err := other.Lease(ctx, by("ben"))
	var taken *state.LockedError
	if !errors.As(err, &taken) {
		t.Fatalf("a second lease: %v", err)
	}
	ana := by("ana")
	if diff := cmp.Diff(&ana, taken.Holder); diff != "" {
		t.Errorf("who holds it (-want +got):\n%s", diff)
	}
	heldBy(t, other, &ana)
	do(t, l.Append(ctx, []byte("a\n")))
	do(t, l.Release(ctx))
	heldBy(t, other, nil)
	do(t, lease(t, other, "ben").Release(ctx))
}

// Whoever starts at the same instant: one has the lease.
func race(t *testing.T, p Place) {
	const many = 5
	leases, errs := make([]state.Lease, many), make([]error, many)
	at(many, func(i int) { leases[i], errs[i] = p.Open(t).Lease(ctx, by(fmt.Sprint("run ", i))) })
	won := 0
	for i := range many {
		var taken *state.LockedError
		switch {
		case errs[i] == nil:
			won++
			do(t, leases[i].Append(ctx, []byte("a\n")))
			do(t, leases[i].Release(ctx))
		case !errors.As(errs[i], &taken):
			t.Errorf("run %d: %v", i, errs[i])
		}
	}
	if won != 1 {
		t.Errorf("%d runs have the lease", won)
	}
	holds(t, p.Open(t), "", "a\n")
}

// at runs something many times at once.
func at(many int, run func(i int)) {
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { run(i) })
	}
	all.Wait()
}

func broken(t *testing.T, p Place) {
	b := p.Open(t)
	late := lease(t, b, "ana")
	do(t, late.Replace(ctx, []byte("one\n")))
	do(t, late.Append(ctx, []byte("a\n")))
	ana, ben, eve := by("ana"), by("ben"), by("eve")
	was, err := p.Open(t).Break(ctx, eve)
	do(t, err)
	if diff := cmp.Diff(&ana, was); diff != "" {
		t.Errorf("whose lock was broken (-want +got):\n%s", diff)
	}
	heldBy(t, p.Open(t), nil)
	if b.Can().Fences {
		refused(t, "append", late.Append(ctx, []byte("late\n")))
		refused(t, "renewal", late.Renew(ctx))
		holds(t, p.Open(t), "one\n", "a\n")
	}
	now := lease(t, p.Open(t), "ben")
	if now.Token() <= late.Token() {
		t.Errorf("token %d after %d", now.Token(), late.Token())
	}
	if b.Can().Fences {
		fencedOff(t, p, late, &ben)
	}
	do(t, late.Release(ctx))
	heldBy(t, p.Open(t), &ben)
	do(t, now.Append(ctx, []byte("b\n")))
	holds(t, p.Open(t), "one\n", "a\nb\n")
	do(t, now.Release(ctx))
}

// fencedOff wants nothing of a late holder to be written, now that another has
// the lease, and to be told who that is.
func fencedOff(t *testing.T, p Place, late state.Lease, now *state.Holder) {
	t.Helper()
	before, err := p.Open(t).Read(ctx)
	do(t, err)
	for what, err := range map[string]error{
		"append": late.Append(ctx, []byte("late\n")), "snapshot": late.Replace(ctx, []byte("late\n")), "renewal": late.Renew(ctx),
	} {
		if f := refused(t, what, err); f.By == nil || f.By.Who != now.Who || !f.By.Since.Equal(now.Since) {
			t.Errorf("%s: it does not say that %s took over: %v", what, now.Who, f)
		}
	}
	holds(t, p.Open(t), string(before.Snapshot), string(before.Journal))
}

// A holder that sleeps longer than its lease lasts is fenced off.
func expires(t *testing.T, p Place) {
	b := p.Open(t)
	if p.Sleep == nil {
		if b.Can().Renew > 0 {
			t.Error("it has to be renewed, and nothing ends it if it is not")
		}
		return
	}
	late := lease(t, b, "ana")
	do(t, late.Append(ctx, []byte("a\n")))
	for range 3 { // as long as it is renewed it lasts
		p.Sleep(t, p.Lasts*2/3)
		do(t, late.Renew(ctx))
	}
	var taken *state.LockedError
	if _, err := p.Open(t).Lease(ctx, by("ben")); !errors.As(err, &taken) {
		t.Fatalf("a renewed lease was taken away: %v", err)
	}
	p.Sleep(t, p.Lasts+2*time.Second)
	heldBy(t, p.Open(t), nil)
	now := lease(t, p.Open(t), "ben")
	ben := by("ben")
	fencedOff(t, p, late, &ben)
	do(t, now.Append(ctx, []byte("b\n")))
	fencedOff(t, p, late, &ben)
	holds(t, p.Open(t), "", "a\nb\n")
	do(t, now.Replace(ctx, []byte("two\n")))
	fencedOff(t, p, late, &ben)
	do(t, late.Release(ctx))
	heldBy(t, p.Open(t), &ben)
	do(t, now.Release(ctx))
	if b.Can().Renew >= p.Lasts/2 {
		t.Errorf("it lasts %s and is renewed every %s: one renewal that fails loses it", p.Lasts, b.Can().Renew)
	}
}

// What a computer thinks the time is decides nothing.
func clocks(t *testing.T, p Place) {
	for _, year := range []int{1970, 2090} {
		holder := by("ana")
		holder.Since = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		l, err := p.Open(t).Lease(ctx, holder)
		do(t, err)
		var taken *state.LockedError
		if _, err := p.Open(t).Lease(ctx, by("ben")); !errors.As(err, &taken) {
			t.Errorf("the lease of a computer whose clock says %d was taken away: %v", year, err)
		}
		do(t, l.Append(ctx, []byte("a\n")))
		do(t, l.Release(ctx))
	}
}
