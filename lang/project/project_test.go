package project

import (
	"os"
	"testing"
)

const lumen = "../../../shared/design/lumen"

func TestLumen(t *testing.T) {
	if _, err := os.Stat(lumen); err != nil {
		t.Skip("the design's sample project is not beside this checkout")
	}
	for _, env := range []string{"", "notifuse", "warehouse"} {
		p, list, err := Load(Options{Dir: lumen, Env: env})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			t.Errorf("env %q: %s at %v: %s %s %s", env, d.Rule.Code, d.At, d.Mark, d.Detail, d.Help)
		}
		if p.Name != "lumen" || len(p.Blocks) < 50 {
			t.Errorf("env %q: %s has %d blocks", env, p.Name, len(p.Blocks))
		}
	}
}
