package rehearse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/compiler/story"
)

const journeys = "../../testdata/journeys"

// What journeys do, rule by rule: every test of the corpus passes, and its
// story is the one that is written down.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(journeys, "*.txtar"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d archives: %v", len(files), err)
	}
	shop, err := os.ReadFile(filepath.Join(journeys, "shop.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			told := &archive.Files[len(archive.Files)-1]
			project := &txtar.Archive{Files: append(archive.Files[:len(archive.Files)-1:len(archive.Files)-1], txtar.File{Name: "shop.hcl", Data: shop})}
			report, err := rehearse.Run(compiled(t, project, ""), rehearse.Options{Stories: true})
			if err != nil {
				t.Fatal(err)
			}
			got := stories(t, report)
			if os.Getenv("UPDATE_SCRIPTS") == "1" {
				told.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(told.Data), got); told.Name != "story.txt" || diff != "" {
				t.Errorf("%s (-want +got):\n%s", told.Name, diff)
			}
		})
	}
}

func stories(t *testing.T, r rehearse.Report) string {
	t.Helper()
	var b strings.Builder
	for _, test := range r.Tests {
		if !test.Passed {
			t.Errorf("%s: %v %v", test.Name, test.Failures, test.Found)
		}
		fmt.Fprintf(&b, "%s\n", test.Name)
		for _, line := range test.Story {
			fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("  %12s  %-16s %s", story.Offset(test.Begins(), line.At), line.What, line.Came), " "))
		}
	}
	return b.String()
}
