package host_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/host"
)

// writer is a log that several processes may write to.
type writer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *writer) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func hosting(t testing.TB, o host.Options) *host.Host {
	t.Helper()
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	h := host.New(context.Background(), o)
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return h
}

// plugged is a target of a plugin in a project's folder.
func plugged(t testing.TB, name string, o host.Options) targets.Target {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	install(t, filepath.Join(o.Dir, ".trayecto", "plugins"), name)
	factory, err := hosting(t, o).Target(name)
	if err != nil || factory == nil {
		t.Fatalf("no plugin: %v", err)
	}
	return factory()
}

func config(dir string) targets.Config {
	return targets.Config{
		Platform: ir.Platform{
			Head: ir.Head{Address: "platform.sandbox"}, Target: "local", Name: "sandbox",
			Config: ir.Config{Settings: []ir.Setting{{Name: "path", Value: types.Text(".trayecto/sandbox.db")}, {Name: "token", Env: "TOKEN"}}},
		},
		Dir: dir,
		Env: func(name string) (string, bool) { return "hunter2/ñ", name == "TOKEN" },
		Now: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
	}
}

func configured(t testing.TB, name string) targets.Target {
	t.Helper()
	target := plugged(t, name, host.Options{})
	if err := target.Configure(t.Context(), config(t.TempDir())); err != nil {
		t.Fatal(err)
	}
	return target
}

func change(key string) targets.Change {
	return targets.Change{Action: targets.Create, Key: key, Mark: "mark-" + key, Resource: resource.Resource{
		Address: resource.Address{Object: "segment." + key, Platform: "sandbox"}, Kind: "segment", Key: "segment." + key, Attributes: resource.Map{"where": resource.String("true")},
	}}
}

// A name that nobody serves is no error: it may be a mistake in the files.
func TestNoPlugin(t *testing.T) {
	h := hosting(t, host.Options{Dir: t.TempDir(), Path: "relative" + string(os.PathListSeparator) + t.TempDir()})
	for _, name := range []string{"nothing", "../../bin/sh", "", "Upper"} {
		if factory, err := h.Target(name); factory != nil || err != nil {
			t.Errorf("%q: found, or %v", name, err)
		}
	}
}

// Programs that are no plugin of this trayecto say what to do about it.
func TestUnusable(t *testing.T) {
	for name, want := range map[string]string{
		"newer":    "it speaks version 2 of the plugin protocol and this trayecto version 1; take a newer trayecto or an older plugin",
		"older":    "it speaks version 0 of the plugin protocol and this trayecto version 1; take a newer plugin",
		"stranger": "it is no plugin of trayecto",
		"broken":   `the last that it wrote: "no licence found"`,
		"impostor": `it is a plugin for "local"`,
	} {
		dir := t.TempDir()
		program := install(t, filepath.Join(dir, ".trayecto", "plugins"), name)
		_, err := hosting(t, host.Options{Dir: dir}).Target(name)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), program) {
			t.Errorf("%s: want %q of %s, got %v", name, want, program, err)
		}
		if _, err := os.Stat(filepath.Join(dir, host.LockFile)); err == nil {
			t.Errorf("%s was pinned", name)
		}
	}
}

func TestOtherMachine(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, ".trayecto", "plugins")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(folder, host.Prefix+"alien")
	if err := os.WriteFile(program, []byte("\x7fALIEN"), 0o644); err != nil {
		t.Fatal(err)
	}
	h := hosting(t, host.Options{Dir: dir})
	if _, err := h.Target("alien"); err == nil || !strings.Contains(err.Error(), "chmod +x") {
		t.Errorf("a program that may not be run: %v", err)
	}
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Target("alien"); err == nil || !strings.Contains(err.Error(), "put the one for "+host.Machine+" there") {
		t.Errorf("a program of another machine: %v", err)
	}
}

// A plugin that speaks a later version as well speaks this one.
func TestSpeaksBoth(t *testing.T) {
	if got := plugged(t, "both", host.Options{}).Describe().Name; got != "both" {
		t.Errorf("it calls itself %q", got)
	}
}

// A read in which the plugin ends is made again, once.
func TestCrashWhileReading(t *testing.T) {
	target := configured(t, "crashes")
	if err := target.List(t.Context(), targets.ListRequest{}, func([]resource.Object) error { return nil }); err != nil {
		t.Errorf("a crash while reading was not got over: %v", err)
	}
	dies := configured(t, "dies")
	for range 2 {
		err := dies.List(t.Context(), targets.ListRequest{}, nil)
		if err == nil || !strings.Contains(err.Error(), "was started again and ended again") {
			t.Errorf("a plugin that always ends: %v", err)
		}
	}
	lowered := dies.Lower(targets.LowerRequest{Program: &ir.Program{}, Platform: config("").Platform})
	if !lowered.Diagnostics.HasErrors() {
		t.Error("lowering by a plugin that is gone found nothing wrong")
	}
	if !dies.Explain(&ir.Program{}, ir.Platform{}).Sends {
		t.Error("nothing is known of a plugin that is gone, and it is taken for harmless")
	}
	if err := dies.Close(); err != nil {
		t.Errorf("closing what is gone: %v", err)
	}
}

// What was on its way when the plugin ended has an unknown outcome, each change
// has one answer, and what became of it can be found out.
func TestCrashWhileApplying(t *testing.T) {
	target := configured(t, "crashes")
	keys := []string{"a", "b", "c", "d"}
	var unknown []string
	answers := map[string]int{}
	err := target.Apply(t.Context(), func(yield func(targets.Change) bool) {
		for _, key := range keys {
			if !yield(change(key)) {
				return
			}
		}
	}, func(r targets.Result) {
		answers[r.Key]++
		if r.Err == nil {
			return
		}
		if unknown = append(unknown, r.Key); r.Err.Kind != targets.UnknownOutcome {
			t.Errorf("%s: %v", r.Key, r.Err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if answers[key] != 1 {
			t.Errorf("%s has %d answers", key, answers[key])
		}
	}
	if !slices.Contains(unknown, "a") {
		t.Errorf("the change that was being made is not among those of unknown outcome: %v", unknown)
	}
	for _, key := range unknown {
		found, err := target.Find(t.Context(), targets.FindRequest{Kind: "segment", Mark: "mark-" + key})
		if err != nil || len(found) > 1 || key == "a" && len(found) != 1 {
			t.Errorf("%s: found %v, %v", key, found, err)
		}
	}
}

// A call without a sign of life ends, and says which program it was.
func TestHang(t *testing.T) {
	target := plugged(t, "hangs", host.Options{Patience: time.Second})
	if err := target.Configure(t.Context(), config(t.TempDir())); err != nil {
		t.Fatal(err)
	}
	err := target.List(t.Context(), targets.ListRequest{}, nil)
	if err == nil || !strings.Contains(err.Error(), "gave no sign of life for 1s") || !strings.Contains(err.Error(), host.Prefix+"hangs") {
		t.Errorf("a plugin that hangs: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := target.List(ctx, targets.ListRequest{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call: %v", err)
	}
	if _, err := target.Identity(t.Context()); err != nil {
		t.Errorf("the next call: %v", err)
	}
}

// What a plugin says of a secret is masked in its log and in its errors.
func TestSecretsAreMasked(t *testing.T) {
	dir, log := t.TempDir(), &writer{}
	install(t, filepath.Join(dir, ".trayecto", "plugins"), "talks")
	h := hosting(t, host.Options{Dir: dir, Log: log})
	factory, err := h.Target("talks")
	if err != nil {
		t.Fatal(err)
	}
	err = factory().Configure(t.Context(), config(dir))
	answer, is := errors.AsType[*targets.Error](err)
	if !is || answer.Message != "the key (secret) is not accepted" || answer.Kind != targets.Permanent {
		t.Errorf("got %#v", err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "connecting with (secret)\n") || strings.Contains(log.String(), "hunter2") {
		t.Errorf("the log:\n%s", log)
	}
}

// Plugins end with the context of the host, and calls say so afterwards.
func TestEndsWithContext(t *testing.T) {
	dir := t.TempDir()
	install(t, filepath.Join(dir, ".trayecto", "plugins"), "local")
	ctx, cancel := context.WithCancel(t.Context())
	h := host.New(ctx, host.Options{Dir: dir})
	factory, err := h.Target("local")
	if err != nil {
		t.Fatal(err)
	}
	target := factory()
	if err := target.Configure(t.Context(), config(dir)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := target.Identity(t.Context()); err == nil || !strings.Contains(err.Error(), "was stopped") {
		t.Errorf("after the end: %v", err)
	}
}
