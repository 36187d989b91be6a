package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/trayecto/trayecto/compiler/sample/many"
	"github.com/trayecto/trayecto/targets/fake/shelf"
)

// Several applies of one project at the same instant, by processes of their own,
// wherever the state is kept: one carries the plan out, the others wait and are told
// that theirs is out of date, or that somebody is at it. Nothing is there twice.
func TestAppliesAtOnce(t *testing.T) {
	t.Parallel()
	places := map[string]func(t *testing.T) kept{
		"folder": func(*testing.T) kept { return kept{} }, "postgres": inPostgres, "http": inDocument, "sealed": inSealed,
	}
	for name, open := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			appliesAtOnce(t, open(t))
		})
	}
}

// An object store sets variables of the whole process, so it is not beside others.
func TestAppliesAtOnceInAnObjectStore(t *testing.T) { appliesAtOnce(t, inBucket(t)) }

func appliesAtOnce(t *testing.T, k kept) {
	can := shelves[0]
	p := shelf.Serve(t, shelf.Options{Can: can})
	dir, objects := t.TempDir(), 20
	writeMany(t, dir, many.Options{Shape: many.Blocks, Objects: objects, Seed: 1})
	project := killed{t: t, dir: dir, platform: "platform \"" + can.Name() + "\" \"sandbox\" {\n  endpoint = \"" + p.URL + "\"\n}"}
	project.place()
	if err := os.WriteFile(filepath.Join(dir, "place.hcl"), []byte(k.hcl), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, int) {
		cmd := exec.Command("shelved", append(args, "-C", dir)...)
		cmd.Env = os.Environ()
		for name, value := range k.env {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		_ = cmd.Run() // how it ended is what ExitCode says
		return out.String(), cmd.ProcessState.ExitCode()
	}
	const many = 3
	var said [many]string
	var codes [many]int
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			timeout := []string{"1m", "1m", "0s"}[i]
			said[i], codes[i] = run("apply", "--auto-approve", "--lock-timeout", timeout)
		})
	}
	all.Wait()
	done := 0
	for i := range many {
		switch {
		case codes[i] == exitFine:
			done++
		case codes[i] == exitRefused && strings.Contains(said[i], "The plan no longer fits; nothing was done."):
		case codes[i] == exitWorld && strings.Contains(said[i], "it is held by "):
		case codes[i] == exitWorld && strings.Contains(said[i], "another run has written the state"):
		default:
			t.Errorf("run %d ended with %d:\n%s", i, codes[i], said[i])
		}
	}
	names := map[string]bool{}
	for _, thing := range p.Things() {
		if names[thing.Name] {
			t.Errorf("%s is there twice", thing.Name)
		}
		names[thing.Name] = true
	}
	if done == 0 || len(names) != objects {
		t.Errorf("%d runs were done, %d of %d things are there", done, len(names), objects)
	}
	if out, code := run("plan", "--detailed-exitcode"); code != exitFine || !strings.Contains(out, "No changes.") {
		t.Errorf("then there is more to do: %d\n%s", code, out)
	}
}
