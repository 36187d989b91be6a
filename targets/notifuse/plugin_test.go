package notifuse_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/sdk"
)

// TestMain serves the target where the test's own program was started as the plugin.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == host.Prefix+"notifuse" {
		sdk.Serve(notifuse.Waiting(atOnce))
		return
	}
	os.Exit(m.Run())
}

// The laws hold for the target in another process as they do in this one.
func TestContractThroughPlugin(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	plugins := filepath.Join(dir, ".trayecto", "plugins")
	if err := os.MkdirAll(plugins, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(plugins, host.Prefix+"notifuse")); err != nil {
		t.Fatal(err)
	}
	h := host.New(context.Background(), host.Options{Dir: dir, Env: os.LookupEnv})
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	factory, err := h.Target("notifuse")
	if err != nil || factory == nil {
		t.Fatalf("no plugin: %v", err)
	}
	harness := newHouse(t).harness()
	harness.Target = factory
	kit.Test(t, harness)
}
