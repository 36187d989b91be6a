package run

import (
	"crypto/rand"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
)

var update = flag.Bool("update", false, "rewrite what the bad projects of testdata/consent should be told")

// mailer is a platform that writes to people. What it really asks before it
// sends is the segment mail_asks of the project.
type mailer struct{ targets.Target }

func (m mailer) Describe() targets.Description {
	d := m.Target.Describe()
	d.Name, d.Settings = "mailer", nil
	return d
}

func (mailer) Explain(p *ir.Program, _ ir.Platform) ir.Enforcement {
	e := ir.Enforcement{Sends: true}
	if _, ok := ir.Find(p.Segments, "segment.mail_asks"); ok {
		e.Gates = []ir.Gate{{Condition: expr.Member{Segment: "segment.mail_asks"}}}
	}
	return e
}

// The cases that regulators have fined, and those that are easily got wrong:
// each is refused with a person, and put right.
func TestConsentCases(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/consent/*.txtar")
	if err != nil || len(paths) < 9 {
		t.Fatalf("%d cases: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := toldOf(t, archive, "bad/")
			want := &archive.Files[len(archive.Files)-1]
			if want.Name != "want" {
				t.Fatal("the last file of the archive is want")
			}
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if !strings.Contains(got, "error[CON") || !strings.Contains(got, "(made up)") {
				t.Errorf("the bad project is not refused with a person:\n%s", got)
			}
			if good := toldOf(t, archive, "good/"); good != "" {
				t.Errorf("put right, it is told:\n%s", good)
			}
		})
	}
}

// The archives of the codes that only a platform which writes to people can
// bring up.
func TestArchivesOfConsent(t *testing.T) {
	for _, rule := range []*diag.Rule{ruleReaches, ruleUnproved, ruleAccepted, ruleUnheld} {
		text, there := codes.Source(rule.Code)
		if !there {
			t.Fatalf("%s has no archive", rule.Code)
		}
		archive := txtar.Parse([]byte(text))
		if got := toldOf(t, archive, "bad/"); !strings.Contains(got, "["+rule.Code+"]") {
			t.Errorf("%s is not told:\n%s", rule.Code, got)
		}
		if got := toldOf(t, archive, "good/"); got != "" {
			t.Errorf("%s, put right, is told:\n%s", rule.Code, got)
		}
	}
}

// toldOf is what the author of an archive's project reads.
func toldOf(t *testing.T, archive *txtar.Archive, folder string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, folder); ok {
			if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	o := Options{
		Dir: dir, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
		Targets: []targets.Factory{func() targets.Target { return mailer{local.Factory(rand.Reader)()} }},
	}
	loaded, err := Load(o)
	if err != nil {
		t.Fatal(err)
	}
	found := loaded.Diagnostics
	if !found.HasErrors() {
		_, more, err := Check(loaded, o)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, more...)
	}
	return diag.Format(found, loaded.Project.Sources.Line)
}
