//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/schemas"
	"github.com/trayecto/trayecto/targets/fake/shelf"
	"github.com/trayecto/trayecto/targets/state"
)

// scene is a program and a platform that does something to it in the middle of a
// write.
type scene struct {
	killed
	shelf  *shelf.Platform
	victim *exec.Cmd
	out    *overheard
}

// overheard is everything that a program said, and tells when it has said some words.
type overheard struct {
	mu    sync.Mutex
	text  strings.Builder
	words string
	said  chan struct{}
}

func overhearing(words string) *overheard { return &overheard{words: words, said: make(chan struct{})} }

// Write takes what is said.
func (h *overheard) Write(raw []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := strings.Contains(h.text.String(), h.words)
	h.text.Write(raw)
	if !before && strings.Contains(h.text.String(), h.words) {
		close(h.said)
	}
	return len(raw), nil
}

func (h *overheard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

func newScene(t *testing.T, objects int) *scene { return newSceneOn(t, shelves[0], objects) }

func newSceneOn(t *testing.T, can shelf.Can, objects int) *scene {
	p := shelf.Serve(t, shelf.Options{Can: can})
	s := &scene{shelf: p, killed: killed{
		t: t, dir: t.TempDir(), program: "shelved", objects: objects,
		platform: fmt.Sprintf("platform %q \"sandbox\" {\n  endpoint = %q\n}", can.Name(), p.URL),
	}}
	s.write(0)
	return s
}

// during runs a command and does something while the platform carries out its
// n-th write, counted from 0. It answers the exit code, -1 when a signal ended it.
func (s *scene) during(n int, do func(), args ...string) int {
	s.t.Helper()
	s.victim = exec.Command(s.program, append(args, "-C", s.dir)...)
	s.out = overhearing("Again to stop at once")
	s.victim.Stdout, s.victim.Stderr = s.out, s.out
	started := make(chan struct{})
	first := -1
	s.shelf.Watch(func(write int) {
		<-started
		if first < 0 {
			first = write
		}
		if write-first == n {
			do()
		}
	})
	if err := s.victim.Start(); err != nil {
		s.t.Fatal(err)
	}
	close(started)
	_ = s.victim.Wait() // how it ended is what ExitCode says
	s.shelf.Watch(nil)
	return s.victim.ProcessState.ExitCode()
}

func (s *scene) signal(which os.Signal) func() {
	return func() {
		if err := s.victim.Process.Signal(which); err != nil {
			s.t.Error(err)
		}
	}
}

// once wants so many things on the platform, each once, and answers how many
// objects the state knows and how many calls it knows no answer to.
func (s *scene) once(want int) (records, pending int) {
	s.t.Helper()
	names := map[string]bool{}
	for _, thing := range s.shelf.Things() {
		if names[thing.Name] {
			s.t.Errorf("%s is there twice", thing.Name)
		}
		names[thing.Name] = true
	}
	if len(names) != want {
		s.t.Errorf("%d things are there, not %d", len(names), want)
	}
	st, _, err := state.Open(s.dir, "many", "")
	if err != nil {
		s.t.Fatal(err)
	}
	if holder, err := st.Holder(s.t.Context()); err != nil || holder != nil {
		s.t.Errorf("the lock is still held by %v, %v", holder, err)
	}
	return len(st.Records()), len(st.Pending())
}

// Ctrl-C once, or what a CI sends to a job that is cancelled: the call on its way
// is finished and recorded, the lock is given back, what is left is said, and the
// next apply goes on from there.
func TestInterruptedOnce(t *testing.T) {
	t.Parallel()
	for _, which := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		s := newScene(t, 40)
		stop := func() {
			s.signal(which)()
			<-s.out.said
		}
		if code := s.during(4, stop, "apply", "--auto-approve"); code != exitInterrupted {
			t.Fatalf("%s: it ended with %d:\n%s", which, code, s.out.String())
		}
		made := len(s.shelf.Things())
		if made != 5 { // the one on its way was finished
			t.Errorf("%s: %d things were made", which, made)
		}
		says(t, s.out.String(), "Stopping: calls on their way are finished and recorded.", "Stopped part way after", fmt.Sprintf("%d created, 0 failures, %d not tried, 0 with an unknown outcome.", made, 40-made),
			"What was made is recorded; trayecto apply goes on from here.", "more: the run was interrupted", "interrupted\n")
		if records, pending := s.once(made); records != made || pending > 0 {
			t.Errorf("%s: the state knows %d objects of %d, and %d open calls", which, records, made, pending)
		}
		says(t, s.must("apply", "--auto-approve"), fmt.Sprintf("%d created", 40-made))
		s.once(40)
	}
}

// Ctrl-C twice: it stops at once, with a call on its way, and nothing is lost.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	s := newScene(t, 40)
	gone := make(chan struct{})
	code := s.during(4, func() {
		s.signal(os.Interrupt)()
		<-s.out.said
		s.signal(os.Interrupt)()
		close(gone)
	}, "apply", "--auto-approve")
	<-gone
	if code != -1 || strings.Contains(s.out.String(), "Stopped part way") {
		t.Fatalf("it ended with %d:\n%s", code, s.out.String())
	}
	s.must("apply", "--auto-approve")
	if records, pending := s.once(40); records != 40 || pending > 0 {
		t.Errorf("the state knows %d objects, and %d open calls", records, pending)
	}
	if out := s.must("plan", "--detailed-exitcode"); !strings.Contains(out, "No changes.") {
		t.Errorf("there is more to do:\n%s", out)
	}
}

// A run that is stopped in the middle of a wave of calls, whose lock somebody ends
// and whose work another run finishes, makes no further call when it wakes up, and
// writes nothing: it says who took over.
func TestWhoWakesUpLateCallsNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, 40)
	asleep := make(chan struct{})
	ended := make(chan int)
	go func() {
		ended <- s.during(4, func() {
			s.signal(syscall.SIGSTOP)()
			var status syscall.WaitStatus
			if _, err := syscall.Wait4(s.victim.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
				t.Errorf("it did not stop: %v, %v", err, status)
			}
			close(asleep)
		}, "apply", "--auto-approve")
	}()
	<-asleep
	says(t, s.must("state", "unlock", "--auto-approve"), "was ended")
	s.must("apply", "--auto-approve")
	done, writes := s.shelf.Things(), s.shelf.Calls()
	s.signal(syscall.SIGCONT)()
	if code := <-ended; code != exitPartly {
		t.Errorf("it ended with %d:\n%s", code, s.out)
	}
	says(t, s.out.String(), "another run took over", "nothing more is written")
	late := 0
	for _, call := range s.shelf.Calls()[len(writes):] {
		if call.Method != "GET" {
			late++
		}
	}
	if late > 0 || len(done) != 40 {
		t.Errorf("it made %d calls when it woke up, %d things were there", late, len(done))
	}
	if records, pending := s.once(40); records != 40 || pending > 0 {
		t.Errorf("the state knows %d objects, and %d open calls", records, pending)
	}
}

// Killed at a creation, on a platform that offers no way to find out what became of
// it: plan and apply stop and ask, somebody looks there and says what they found,
// and nothing is there twice.
func TestSomebodyIsAsked(t *testing.T) {
	t.Parallel()
	for _, carriedOut := range []bool{true, false} {
		s := newSceneOn(t, shelves[2], 6)
		if code := s.during(2, s.signal(syscall.SIGKILL), "apply", "--auto-approve"); code != -1 {
			t.Fatalf("it ended with %d:\n%s", code, s.out)
		}
		for _, command := range [][]string{{"plan"}, {"apply", "--auto-approve"}} {
			out, code := s.run(0, command...)
			if code != exitRefused {
				t.Fatalf("%v ended with %d:\n%s", command, code, out)
			}
			says(t, out, "can be found neither by a mark nor by its name", "look there and say what you found: trayecto state settle")
		}
		there := map[string]string{}
		for _, thing := range s.shelf.Things() {
			there[thing.Name] = thing.ID
		}
		open := s.open()
		says(t, s.must("state", "settle"), "create     "+open[0]+" (sandbox), called")
		for i, address := range open {
			if id := there[address]; id != "" && (carriedOut || i > 0) {
				says(t, s.must("state", "settle", address, "--done", "--id", id), "Noted: create of "+address+" (sandbox) was done.")
				continue
			}
			s.forget(address)
			s.must("state", "settle", address, "--not-done")
		}
		says(t, s.must("state", "settle"), "It is known what became of every call.")
		s.must("apply", "--auto-approve")
		if records, pending := s.once(6); records != 6 || pending > 0 {
			t.Errorf("the state knows %d objects, and %d open calls", records, pending)
		}
		says(t, s.must("plan", "--detailed-exitcode"), "No changes.")
	}
}

// open is the declarations of the calls that are open.
func (s *scene) open() []string {
	s.t.Helper()
	st, _, err := state.Open(s.dir, "many", "")
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, i := range st.Pending() {
		out = append(out, i.Address.Object)
	}
	if len(out) == 0 {
		s.t.Fatal("no call is open")
	}
	return out
}

// forget has the platform lose a thing, as if it had never been told of it.
func (s *scene) forget(name string) {
	for _, thing := range s.shelf.Things() {
		if thing.Name == name {
			s.shelf.Lose(thing.ID)
		}
	}
}

// A program reads what happens as it happens, a line of JSON each.
func TestJSONStream(t *testing.T) {
	t.Parallel()
	s := newScene(t, 5)
	raw, err := schemas.Read("apply.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(raw))
	if err != nil {
		t.Fatal(err)
	}
	lines := func(args ...string) (out []map[string]any) {
		cmd := exec.Command(s.program, append(args, "--format", "json", "-C", s.dir)...)
		said, _ := cmd.Output() // what it ended with is in the last line
		for _, line := range bytes.Split(bytes.TrimSpace(said), []byte("\n")) {
			result, err := schema.Validate(gojsonschema.NewBytesLoader(line))
			if err != nil || !result.Valid() {
				t.Fatalf("%v: %v, %v\n%s", args, err, result, line)
			}
			var one map[string]any
			if err := json.Unmarshal(line, &one); err != nil {
				t.Fatal(err)
			}
			out = append(out, one)
		}
		return out
	}
	made := lines("apply", "--auto-approve")
	if len(made) != 6 || made[0]["address"] != "segment.s0" || made[4]["done"] != 5.0 || made[5]["complete"] != true {
		t.Errorf("an apply tells %v", made)
	}
	if nothing := lines("apply", "--auto-approve"); len(nothing) != 1 || nothing[0]["type"] != "plan" {
		t.Errorf("an apply with nothing to do tells %v", nothing)
	}
	if gone := lines("destroy", "--auto-approve"); len(gone) != 6 || gone[0]["action"] != "delete" {
		t.Errorf("a removal tells %v", gone)
	}
}
