package host_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/run"
)

// The archive of a plugin that failed: a project whose platform is served by
// one is told so, and one whose platform is built in is told nothing.
func TestArchive(t *testing.T) {
	text, there := codes.Source(host.Rules[0].Code)
	if !there {
		t.Fatalf("%s has no archive", host.Rules[0].Code)
	}
	archive := txtar.Parse([]byte(text))
	for folder, want := range map[string][]string{"bad/": {host.Rules[0].Code}, "good/": nil} {
		dir := t.TempDir()
		install(t, filepath.Join(dir, ".trayecto", "plugins"), "dies")
		for _, f := range archive.Files {
			name := strings.TrimPrefix(f.Name, folder)
			if strings.Contains(name, "/") {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		options := run.Options{Dir: dir, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), LookupEnv: os.LookupEnv,
			Targets: []targets.Factory{local.Factory(rand.Reader)}, Plugins: hosting(t, host.Options{Dir: dir}).Target}
		loaded, err := run.Load(options)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		_, found, err := run.Check(loaded, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range append(loaded.Diagnostics, found...) {
			got = append(got, d.Rule.Code)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", folder, diff)
		}
	}
}
