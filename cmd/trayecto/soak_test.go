package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/sample/many"
	"github.com/trayecto/trayecto/targets/fake/shelf"
)

// soaking is how often the soak tests kill: make soak sets what CI does not.
func soaking(t *testing.T, inCI int) int {
	t.Helper()
	raw := os.Getenv("TRAYECTO_SOAK")
	if raw == "" {
		return inCI
	}
	n, err := strconv.Atoi(raw)
	if err != nil {
		t.Fatalf("TRAYECTO_SOAK is a number of kills, not %q", raw)
	}
	return n
}

// shelves are the platforms that the command "shelved" knows beside those of the
// program: as tests serve them. The last one offers no way to find out what became
// of a call.
var shelves = []shelf.Can{{Marks: true}, {Keys: true}, {}}

// shelved is the program with them.
func shelved() int {
	for _, can := range shelves {
		builtIn = append(builtIn, shelf.Factory(can, shelf.Line{}))
	}
	return program()
}

// killed is a project of many objects in a folder, which the real program
// applies in a process of its own.
type killed struct {
	t        *testing.T
	dir      string
	program  string
	objects  int
	platform string // its block, where it is not a local one
}

// write brings the files to a step: see many.Options.
func (k *killed) write(step int) {
	k.t.Helper()
	writeMany(k.t, k.dir, k.of(step))
	if k.platform != "" {
		k.place()
	}
}

func (k *killed) of(step int) many.Options {
	return many.Options{Shape: many.Blocks, Objects: k.objects, Seed: 1, Step: step}
}

// place puts the other platform's block in.
func (k *killed) place() {
	k.t.Helper()
	name := filepath.Join(k.dir, "project.hcl")
	raw, err := os.ReadFile(name)
	if err != nil {
		k.t.Fatal(err)
	}
	const local = "platform \"local\" \"sandbox\" {\n  path = \".trayecto/sandbox.db\"\n}"
	if !bytes.Contains(raw, []byte(local)) {
		k.t.Fatal("the project has another platform than the one that is replaced")
	}
	if err := os.WriteFile(name, bytes.Replace(raw, []byte(local), []byte(k.platform), 1), 0o644); err != nil {
		k.t.Fatal(err)
	}
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
	cmd := exec.CommandContext(ctx, k.program, append(args, "-C", k.dir)...) // kills with SIGKILL
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

// Killed at any instant, together with its platform, which is a file: the next
// run finds every object exactly once and as the files say, and after it nothing
// is left to do. The instants are drawn over the time that a whole run takes.
func TestKilledTogetherWithItsPlatform(t *testing.T) {
	t.Parallel()
	k := &killed{t: t, dir: t.TempDir(), program: "trayecto", objects: 40}
	kills := soaking(t, 8)
	chance := rand.New(rand.NewPCG(6, uint64(kills)))
	k.write(0)
	begin := time.Now()
	k.must("apply", "--auto-approve")
	whole := time.Since(begin)
	interrupted := 0
	for n := range kills {
		command := []string{"apply", "--auto-approve"}
		want, says, step := k.objects, "", n+1
		switch n % 3 {
		case 0, 1: // an edit of everything, or everything made anew
			k.write(step)
			says = fmt.Sprintf("bought for more than %d\"", k.objects-1+step)
		case 2:
			command, want = []string{"destroy", "--auto-approve"}, 0
		}
		after := time.Duration(1 + chance.Int64N(int64(whole)))
		if _, code := k.run(after, command...); code != exitFine {
			interrupted++
		}
		k.must(command...)
		k.holds(want, says)
		if want > 0 {
			k.settled()
		}
	}
	if interrupted == 0 {
		t.Errorf("none of %d kills came before the end", kills)
	}
	t.Logf("%d of %d kills came before the end", interrupted, kills)
}

// settled wants the next plan to be empty.
func (k *killed) settled() {
	k.t.Helper()
	if out := k.must("plan", "--detailed-exitcode"); !strings.Contains(out, "No changes.") {
		k.t.Fatalf("there is more to do:\n%s", out)
	}
}

// Killed at any instant of applies of very many objects, again and again, while the
// platform lives on: it never holds an object twice, and after the next apply that
// nobody kills it holds each as the files say, and nothing is left to do. Half of
// the kills come at an instant of the run, the others while the platform carries
// out a write whose answer the program will not read.
func TestKilledBesideItsPlatform(t *testing.T) {
	t.Parallel()
	kills, objects := soaking(t, 50), 200
	if kills > 50 {
		objects = 1000
	}
	for n, how := range []struct {
		name, program string
		share         int // of ten kills
		shelf.Can
	}{
		{"marks", "shelved", 4, shelves[0]}, {"keys", "shelved", 4, shelves[1]},
		{"plugin", "trayecto", 2, shelves[0]}, // whose process is left alone when the program is gone
	} {
		t.Run(how.name, func(t *testing.T) {
			t.Parallel()
			b := newBeside(t, how.Can, objects, rand.New(rand.NewPCG(uint64(n), uint64(kills))))
			b.program = how.program
			b.survive(kills * how.share / 10)
		})
	}
}

// beside is a program and a platform that outlives it.
type beside struct {
	killed
	shelf  *shelf.Platform
	chance *rand.Rand
	whole  time.Duration // of one apply

	mu     sync.Mutex
	victim *exec.Cmd
	at     int // the write at which it is killed
	writes int // of this run
	total  int // of all runs
}

func newBeside(t *testing.T, can shelf.Can, objects int, chance *rand.Rand) *beside {
	p := shelf.Serve(t, shelf.Options{Can: can})
	b := &beside{shelf: p, chance: chance, killed: killed{
		t: t, dir: t.TempDir(), program: "shelved", objects: objects,
		platform: fmt.Sprintf("platform %q \"sandbox\" {\n  endpoint = %q\n}", can.Name(), p.URL),
	}}
	p.Watch(b.carries)
	b.write(0)
	return b
}

// carries is called by the platform before it carries out a write.
func (b *beside) carries(int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total++
	if b.writes++; b.victim != nil && b.writes == b.at {
		_ = b.victim.Process.Kill() // it may have ended by itself
	}
}

// survive goes through the life of a project, killing on the way: everything is
// made, some of it is edited, everything is taken away and made again.
func (b *beside) survive(kills int) {
	b.t.Helper()
	const perStep = 5
	landed := 0
	for step := 1; landed < kills; step++ {
		command := []string{"apply", "--auto-approve"}
		if step%3 == 0 {
			command[0] = "destroy"
		} else {
			b.edit(step)
		}
		begin := time.Now()
		todo := b.objects
		if step%3 == 2 {
			todo = edited
		}
		for left := min(perStep, kills-landed); left > 0; left-- {
			if b.kill(2*todo/left, command...) {
				landed++
			}
			b.once()
		}
		b.must(command...)
		if b.whole == 0 {
			b.whole = time.Since(begin) / 2
		}
		b.exact(step)
		if step%3 != 0 {
			b.settled()
		}
		b.t.Logf("step %d: %d kills landed in applies of %d objects; the platform was written to %d times", step, landed, b.objects, b.total)
	}
}

// edited is how many objects an edit is about: the first file of segments.
const edited = 100

// edit brings the first file of segments to a step.
func (b *beside) edit(step int) {
	b.t.Helper()
	for _, f := range many.Files(b.of(step)) {
		if f.Path != "segments/000001.hcl" {
			continue
		}
		if err := os.WriteFile(filepath.Join(b.dir, filepath.FromSlash(f.Path)), f.Text, 0o644); err != nil {
			b.t.Fatal(err)
		}
		return
	}
	b.t.Fatal("the project has no such file")
}

// kill runs a command and kills it, by the clock or at one of its first writes. It
// tells whether the kill came before the end.
func (b *beside) kill(within int, args ...string) bool {
	b.t.Helper()
	cmd := exec.Command(b.program, append(args, "-C", b.dir)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	b.mu.Lock()
	b.victim, b.at, b.writes = cmd, 0, 0
	after := time.Duration(0)
	if b.chance.IntN(2) == 0 || b.whole == 0 {
		b.at = 1 + b.chance.IntN(within)
	} else {
		after = time.Duration(1 + b.chance.Int64N(int64(b.whole)))
	}
	err := cmd.Start()
	b.mu.Unlock()
	if err != nil {
		b.t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended by itself
		defer timer.Stop()
	}
	_ = cmd.Wait() // how it ended is what ExitCode says
	b.mu.Lock()
	b.victim = nil
	b.mu.Unlock()
	switch code := cmd.ProcessState.ExitCode(); code {
	case exitFine:
		return false
	case -1:
		return true
	default:
		b.t.Fatalf("%v ended by itself with %d:\n%s", args, code, out.String())
		return false
	}
}

// once wants no name to be on the platform twice.
func (b *beside) once() {
	b.t.Helper()
	last := ""
	for _, thing := range b.shelf.Things() {
		if thing.Name == last {
			b.t.Fatalf("%s is there twice", thing.Name)
		}
		last = thing.Name
	}
}

// exact wants the platform to hold what a step says, and nothing else.
func (b *beside) exact(step int) {
	b.t.Helper()
	want := b.objects
	if step%3 == 0 {
		want = 0
	}
	things := b.shelf.Things()
	if b.once(); len(things) != want {
		b.t.Fatalf("after step %d the platform holds %d objects, not %d", step, len(things), want)
	}
	for _, thing := range things {
		number, err := strconv.Atoi(strings.TrimPrefix(thing.Name, "segment.s"))
		if err != nil {
			b.t.Fatalf("the platform holds %q", thing.Name)
		}
		says, step := fmt.Sprint(thing.Attributes["where"]), step
		if number > edited {
			step = 0
		}
		if number > 0 && !strings.Contains(says, fmt.Sprintf("it.amount > %d ", number+step)) {
			b.t.Fatalf("after step %d, %s says %s", step, thing.Name, says)
		}
	}
}
