package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/sample/many"
	"github.com/trayecto/trayecto/targets/state"
)

// bench is a project of a few objects, worked on in this process.
type bench struct {
	t   *testing.T
	dir string
}

func newBench(t *testing.T) *bench {
	b := &bench{t, t.TempDir()}
	writeMany(t, b.dir, many.Options{Shape: many.Blocks, Objects: 4, Seed: 1})
	b.must("apply", "--auto-approve")
	return b
}

// run is a command, its exit code, and everything that it said.
func (b *bench) run(args ...string) (out string, code int) {
	var said bytes.Buffer
	w := &world{stdin: strings.NewReader(""), stdout: &said, stderr: &said, clock: func() time.Time { return morning }, env: func(string) (string, bool) { return "", false }}
	code = execute(w, append(args, "-C", b.dir))
	return said.String(), code
}

func (b *bench) must(args ...string) string {
	b.t.Helper()
	out, code := b.run(args...)
	if code != exitFine {
		b.t.Fatalf("%v ended with %d:\n%s", args, code, out)
	}
	return out
}

func (b *bench) path(name string) string {
	return filepath.Join(b.dir, ".trayecto", "state", "default", name)
}

func (b *bench) read(name string) []byte {
	b.t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		b.t.Fatal(err)
	}
	return raw
}

func (b *bench) put(name string, raw []byte) {
	b.t.Helper()
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// journal is the journal of a run that was killed after it had read every object
// back, and the file of the snapshot that it continues.
func (b *bench) journal() (journal []byte, snapshot string) {
	b.t.Helper()
	snapshot = b.path("snapshot.json")
	before := b.read(snapshot)
	st, _, err := state.Open(b.dir, "many", "")
	if err == nil {
		err = st.Lock(b.t.Context(), state.Holder{Who: "a run"})
	}
	for _, r := range st.Records() {
		err = errors.Join(err, st.Finish(b.t.Context(), []state.Result{{Address: r.Address, Record: &r}}))
	}
	journal = b.read(b.path("journal.ndjson"))
	if err = errors.Join(err, st.Unlock(b.t.Context())); err != nil {
		b.t.Fatal(err)
	}
	b.put(snapshot, before)
	return journal, snapshot
}

var nothingKnown = regexp.MustCompile(`[1-9][0-9]* to create`)

// Whatever bit of a state flips, and wherever it is cut: a plan is refused and
// says that the state is damaged, or it is the plan that it was. It never takes
// what it cannot read for nothing.
func TestDamagedStateIsNotTakenForNone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	name := b.path("snapshot.json")
	want, good, chance := b.must("plan"), b.read(name), rand.New(rand.NewPCG(3, 6))
	damage := map[string]func() []byte{
		"a bit": func() []byte {
			bad := bytes.Clone(good)
			bad[chance.IntN(len(bad))] ^= 1 << chance.IntN(8)
			return bad
		},
		"cut":   func() []byte { return good[:chance.IntN(len(good))] },
		"zeros": func() []byte { return make([]byte, len(good)) },
		"empty": func() []byte { return nil },
	}
	for what, bad := range damage {
		for range 12 {
			b.put(name, bad())
			out, code := b.run("plan")
			if code == exitFine && out == want {
				continue
			}
			if code != exitWorld || !strings.Contains(out, "reading the state") || nothingKnown.MatchString(out) {
				t.Fatalf("%s: it ended with %d:\n%s", what, code, out)
			}
			if out, code := b.run("apply", "--auto-approve"); code != exitWorld {
				t.Fatalf("%s: apply ended with %d:\n%s", what, code, out)
			}
		}
	}
	b.put(name, good)
	if out := b.must("plan"); out != want {
		t.Errorf("brought back from a backup, it is\n%s", out)
	}
}

// A journal without its snapshot, or with damage before its last record, is
// refused in the same words; one that is torn is said and survived.
func TestDamagedJournalIsSaid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	journal, snapshot := b.journal()
	good := b.read(snapshot)
	lines := bytes.SplitAfter(journal, []byte("\n"))
	torn := journal[:len(journal)-len(lines[len(lines)-2])/2]
	flipped := bytes.Clone(journal)
	flipped[len(lines[0])/2] ^= 4
	for _, c := range []struct {
		name              string
		snapshot, journal []byte
		code              int
		says              string
	}{
		{"whole", good, journal, exitFine, "No changes."},
		{"torn", good, torn, exitFine, "its last record was incomplete"},
		{"a bit in the first record", good, flipped, exitWorld, "record 1 of the journal is damaged"},
		{"a record missing", good, bytes.Join(lines[1:], nil), exitWorld, "record 1 of the journal is damaged"},
		{"no snapshot", nil, journal, exitWorld, "no snapshot that it continues"},
	} {
		if err := os.Remove(snapshot); err != nil {
			t.Fatal(err)
		}
		if c.snapshot != nil {
			b.put(snapshot, c.snapshot)
		}
		b.put(b.path("journal.ndjson"), c.journal)
		out, code := b.run("plan")
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: it ended with %d:\n%s", c.name, code, out)
		}
		b.put(snapshot, good)
	}
}

// A saved plan in which a bit flipped, or that was cut, does nothing.
func TestDamagedPlanDoesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	edited := many.Files(many.Options{Shape: many.Blocks, Objects: 4, Seed: 1, Step: 1})
	b.put(filepath.Join(b.dir, filepath.FromSlash(edited[1].Path)), edited[1].Text)
	file := filepath.Join(b.dir, "next.tplan")
	b.must("plan", "--out", file)
	good, chance := b.read(file), rand.New(rand.NewPCG(3, 7))
	before := b.read(b.path("snapshot.json"))
	for n := range 24 {
		bad := bytes.Clone(good)
		if n%3 == 0 {
			bad = bad[:chance.IntN(len(bad))]
		} else {
			bad[chance.IntN(len(bad)-1)] ^= 1 << chance.IntN(8) // the last byte ends a line
		}
		b.put(file, bad)
		if out, code := b.run("apply", file); code != exitWorld || !strings.Contains(out, "reading "+file) {
			t.Fatalf("it ended with %d:\n%s", code, out)
		}
	}
	if after := b.read(b.path("snapshot.json")); !bytes.Equal(before, after) {
		t.Error("a damaged plan changed the state")
	}
	b.put(file, good)
	b.must("apply", file)
}

// A clock that jumps, back by a year or on by one, between plan and apply, between
// two applies and while a run holds the lock: what is planned is carried out, and
// nothing is made twice or taken for gone.
func TestClockThatJumps(t *testing.T) {
	t.Parallel()
	years := []string{"2026-12-01T08:00:00Z", "2025-12-01T08:00:00Z", "2031-12-01T08:00:00Z", "1999-01-01T00:00:00Z"}
	b := newBench(t)
	file := filepath.Join(b.dir, "next.tplan")
	for step, now := range years {
		edited := many.Files(many.Options{Shape: many.Blocks, Objects: 4, Seed: 1, Step: step + 1})
		b.put(filepath.Join(b.dir, filepath.FromSlash(edited[1].Path)), edited[1].Text)
		b.must("plan", "--out", file, "--now", now)
		then := years[(step+1)%len(years)]
		if out := b.must("apply", file, "--now", then); !strings.Contains(out, "3 changed") {
			t.Fatalf("planned at %s, applied at %s:\n%s", now, then, out)
		}
		for _, later := range years {
			if out := b.must("plan", "--detailed-exitcode", "--now", later); !strings.Contains(out, "No changes.") {
				t.Fatalf("applied at %s, planned at %s:\n%s", then, later, out)
			}
		}
	}
	st, _, err := state.Open(b.dir, "many", "")
	if err == nil {
		err = st.Lock(t.Context(), state.Holder{Who: "a run", Since: time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, now := range years {
		if out, code := b.run("destroy", "--auto-approve", "--now", now); code != exitWorld || !strings.Contains(out, "it is held by a run") {
			t.Errorf("at %s, the lock of a clock that says 2090 was taken away: %d\n%s", now, code, out)
		}
	}
	if err := st.Unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
}
