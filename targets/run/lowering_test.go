package run_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/run"
)

// otherwise is the local target as a later version might be that writes segments
// in other words.
type otherwise struct{ targets.Target }

func (o otherwise) Describe() targets.Description {
	d := o.Target.Describe()
	d.Version = "9.0.0"
	return d
}

func (o otherwise) Lower(r targets.LowerRequest) targets.Lowered {
	out := o.Target.Lower(r)
	for i := range out.Resources {
		if out.Resources[i].Kind == "segment" {
			out.Resources[i].Attributes["note"] = resource.String("in other words")
		}
	}
	return out
}

// What nobody edited is told from what somebody did, as long as the platform is
// said as it was.
func TestLoweringChanged(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	files["more.hcl"] = "segment \"other\" { where = person.tier == \"none\" }\n"
	dir := folder(t, files)
	applied(t, dir)
	open := func() *run.Line {
		o := options(dir)
		o.Targets = []targets.Factory{func() targets.Target { return otherwise{local.New(entropy{rand.NewChaCha8([32]byte{1})})} }}
		return opened(t, o)
	}
	version := local.New(nil).Describe().Version
	by := &plan.Lowering{Plugin: "local", From: version, To: "9.0.0"}
	lowered := func() map[string]*plan.Lowering {
		out := map[string]*plan.Lowering{}
		for _, c := range planned(t, open()).Changes {
			out[c.Address.Object] = c.Lowering
		}
		return out
	}
	if diff := cmp.Diff(map[string]*plan.Lowering{"segment.gold": by, "segment.other": by}, lowered()); diff != "" {
		t.Errorf("nothing was edited (-want +got):\n%s", diff)
	}
	edited := strings.Replace(files["segments.hcl"], `"gold" }`, `"none" }`, 1)
	if err := os.WriteFile(filepath.Join(dir, "segments.hcl"), []byte(edited), 0o644); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]*plan.Lowering{"segment.gold": nil, "segment.other": by}, lowered()); diff != "" {
		t.Errorf("one was edited (-want +got):\n%s", diff)
	}
}
