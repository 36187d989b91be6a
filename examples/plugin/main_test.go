package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

const shop = `
project "shop" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["en"]
  platforms = [platform.file]
}
person {
  key "email" { type = email }
  attribute "tier" { type = enum("gold", "silver") }
}
platform "csv" "file" { path = "segments.csv" }
segment "gold" { where = person.tier == "gold" }
`

// open loads the project with its platform served by the built program.
func open(t *testing.T, dir string, h *host.Host) *run.Line {
	t.Helper()
	o := run.Options{Dir: dir, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Tool: "test", LookupEnv: os.LookupEnv, Plugins: h.Target}
	loaded, err := run.Load(o)
	if err != nil || loaded.Diagnostics.HasErrors() {
		t.Fatalf("%v, %+v", err, loaded)
	}
	line, err := run.Open(t.Context(), loaded, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	return line
}

// A project is applied through the built program and the host; then there is
// nothing left to do.
func TestApply(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, ".trayecto", "plugins", host.Prefix+"csv")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "shop.hcl"), []byte(shop), 0o644); err != nil {
		t.Fatal(err)
	}
	h := host.New(context.Background(), host.Options{Dir: dir, Env: os.LookupEnv, Log: os.Stderr})
	defer h.Close()
	line := open(t, dir, h)
	plan, diags, err := line.Plan(t.Context())
	if err != nil || diags.HasErrors() || len(plan.Changes) != 1 {
		t.Fatalf("%v, %v, %+v", err, diags, plan)
	}
	summary, err := line.Apply(t.Context(), plan, run.ApplyOptions{By: state.Holder{Who: "test"}, Progress: func(apply.Event) {}})
	if err != nil || !summary.Complete() {
		t.Fatalf("%v, %+v", err, summary)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "segments.csv"))
	if err != nil || !strings.HasPrefix(string(raw), "1,segment.gold,trayecto-") || !strings.Contains(string(raw), `person.tier == ""gold""`) {
		t.Errorf("%v\n%s", err, raw)
	}
	if again, _, err := open(t, dir, h).Plan(t.Context()); err != nil || !again.Empty() {
		t.Errorf("after an apply there is something to do: %v, %+v", err, again)
	}
}

// The laws of all targets hold for this one.
func TestContract(t *testing.T) {
	kit.Test(t, kit.Harness{
		Target: func() targets.Target { return &target{} },
		Holds:  func(address string) bool { return ir.KindOf(address) == kind },
		Fresh: func(t testing.TB) kit.Platform {
			return kit.Platform{Config: targets.Config{
				Platform: ir.Platform{Head: ir.Head{Address: "platform.file"}, Target: "csv", Name: "file",
					Config: ir.Config{Settings: []ir.Setting{{Name: "path", Value: types.Text("segments.csv")}}}},
				Dir: t.TempDir(), Env: os.LookupEnv, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
			}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			file := &target{path: filepath.Join(p.Config.Dir, "segments.csv")}
			rows, err := file.rows()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if row.ID == o.ID {
					row.Attributes["where"] = resource.String("by hand")
				}
			}
			if err := file.write(rows); err != nil {
				t.Fatal(err)
			}
		},
	})
}
