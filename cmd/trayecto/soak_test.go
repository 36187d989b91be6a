package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/sample/many"
)

// soaking is how long the soak tests go on: make soak sets what CI does not.
type soaking struct{ kills, objects int }

func soak(t *testing.T) soaking {
	t.Helper()
	s := soaking{kills: 50, objects: 40}
	if raw := os.Getenv("TRAYECTO_SOAK"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil {
			t.Fatalf("TRAYECTO_SOAK is a number of kills, not %q", raw)
		}
		s = soaking{kills: n, objects: 1000}
	}
	return s
}

// killed is a project of many objects in a folder, which the real program
// applies in a process of its own.
type killed struct {
	t       *testing.T
	dir     string
	objects int
}

// write brings the files to a step: see many.Options.
func (k *killed) write(step int) {
	k.t.Helper()
	writeMany(k.t, k.dir, many.Options{Shape: many.Blocks, Objects: k.objects, Seed: 1, Step: step})
}

// writeMany puts a project of very many objects into a folder.
func writeMany(t testing.TB, dir string, o many.Options) {
	t.Helper()
	for _, f := range many.Files(o) {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// run is one process; it is killed after a while, unless that is 0.
func (k *killed) run(after time.Duration, args ...string) (out string, code int) {
	k.t.Helper()
	ctx := context.Background()
	if after > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, after)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, "trayecto", append(args, "-C", k.dir)...) // kills with SIGKILL
	raw, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		k.t.Fatalf("%v did not start: %v", args, err)
	}
	return string(raw), cmd.ProcessState.ExitCode()
}

// must is a process that nobody kills.
func (k *killed) must(args ...string) string {
	k.t.Helper()
	out, code := k.run(0, args...)
	if code != exitFine {
		k.t.Fatalf("%v ended with %d:\n%s", args, code, out)
	}
	return out
}

// holds counts on the platform itself: how many objects, how many names among
// them, and how many of them say what a step says.
func (k *killed) holds(want int, says string) {
	k.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(k.dir, ".trayecto", "sandbox.db"))
	if err != nil {
		k.t.Fatal(err)
	}
	defer db.Close()
	var objects, names, saying int
	row := db.QueryRow(`SELECT count(*), count(DISTINCT key), count(*) FILTER (WHERE attributes LIKE ?) FROM objects`, "%"+says+"%")
	if err := row.Scan(&objects, &names, &saying); err != nil {
		k.t.Fatal(err)
	}
	if objects != want || names != want {
		k.t.Fatalf("the platform holds %d objects of %d names, not %d", objects, names, want)
	}
	if want > 1 && saying != 1 {
		k.t.Fatalf("%d objects say %q, not 1", saying, says)
	}
}

// Killed at any instant, however often: the next run finds every object exactly
// once and as the files say, and after it nothing is left to do. The instants
// are drawn over the time that a whole run takes.
func TestKilledAtAnyInstant(t *testing.T) {
	s := soak(t)
	k := &killed{t: t, dir: t.TempDir(), objects: s.objects}
	chance := rand.New(rand.NewPCG(6, 6))
	k.write(0)
	begin := time.Now()
	k.must("apply", "--auto-approve")
	whole := time.Since(begin)
	interrupted := 0
	for n := range s.kills {
		command := []string{"apply", "--auto-approve"}
		want, says, step := s.objects, "", n+1
		switch n % 3 {
		case 0, 1: // an edit of everything, or everything made anew
			k.write(step)
			says = fmt.Sprintf("bought for more than %d\"", s.objects-1+step)
		case 2:
			command, want = []string{"destroy", "--auto-approve"}, 0
		}
		after := time.Duration(1 + chance.Int64N(int64(whole)))
		if _, code := k.run(after, command...); code != exitFine {
			interrupted++
		}
		k.must(command...)
		k.holds(want, says)
		if want == 0 {
			continue
		}
		if out := k.must("plan", "--detailed-exitcode"); !strings.Contains(out, "No changes.") {
			t.Fatalf("kill %d after %s: there is more to do:\n%s", n, after, out)
		}
	}
	if interrupted == 0 {
		t.Errorf("none of %d kills came before the end", s.kills)
	}
	t.Logf("%d of %d kills came before the end", interrupted, s.kills)
}
