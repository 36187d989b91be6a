package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rewrite puts another text into a file of a project.
func rewrite(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A segment that is called otherwise has the people that it had, and so have
// the segments that mention it.
func TestRenamedSegmentKeepsItsPeople(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	files["more.hcl"] = "segment \"others\" { where = !segment.gold }\nhistory { people = \"people.csv\" }\n"
	files["people.csv"] = "id,tier\na,gold\nb,none\nc,\n"
	dir := folder(t, files)
	applied(t, dir)
	rewrite(t, dir, "segments.hcl", "segment \"best\" { where = person.tier == \"gold\" }\nmoved {\n  from = segment.gold\n  to   = segment.best\n}\n")
	rewrite(t, dir, "more.hcl", strings.Replace(files["more.hcl"], "segment.gold", "segment.best", 1))
	p := planned(t, open(t, dir))
	if len(p.Moved) != 1 || p.Counts().Delete+p.Counts().Create > 0 {
		t.Errorf("moved %v, changes %v", p.Moved, objects(p))
	}
	for _, a := range p.Audience {
		if a.Before == nil || a.Join == nil || *a.Join != 0 || a.Leave == nil || *a.Leave != 0 {
			t.Errorf("%s is not who it was: %+v", a.Segment, a)
		}
	}
	if len(p.Audience) == 0 {
		t.Error("nobody was counted")
	}
	applied(t, dir)
	if p := planned(t, open(t, dir)); !p.Empty() {
		t.Errorf("the second plan holds %v", objects(p))
	}
}

// What is let go stays where it is, and is found again by its id.
func TestLetGoAndTakenOver(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	dir := folder(t, files)
	applied(t, dir)
	rewrite(t, dir, "segments.hcl", "removed {\n  from = segment.gold\n  keep = true\n}\n")
	p := applied(t, dir)
	if len(p.LetGo) != 1 || len(p.Changes) > 0 {
		t.Fatalf("let go %v, changes %v", p.LetGo, objects(p))
	}
	if p := planned(t, open(t, dir)); !p.Empty() {
		t.Errorf("the second plan holds %v and lets go %v", objects(p), p.LetGo)
	}
	id := p.LetGo[0].ID
	rewrite(t, dir, "segments.hcl", "segment \"best\" { where = person.tier == \"none\" }\nimport {\n  to = segment.best\n  id = \""+id+"\"\n}\n")
	p = applied(t, dir)
	if diff := cmp.Diff([]string{"adopt segment.best (one)", "update segment.best (one)"}, objects(p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p := planned(t, open(t, dir)); !p.Empty() || p.Unchanged != 1 {
		t.Errorf("the plan after the import holds %v", objects(p))
	}
}

// A platform that is let go as a whole takes its objects along.
func TestLettingGoOfAPlatform(t *testing.T) {
	two := "platform \"local\" \"two\" { path = \".trayecto/two.db\" }\n"
	files := shop(one+two, `person.tier == "gold"`)
	files["segments.hcl"] = "segment \"gold\" {\n  where     = person.tier == \"gold\"\n  platforms = [platform.two]\n}\n"
	dir := folder(t, files)
	applied(t, dir)
	for name, text := range shop(one, `person.tier == "gold"`) {
		rewrite(t, dir, name, text)
	}
	rewrite(t, dir, "gone.hcl", "removed { from = platform.two }\n")
	_, diags, err := open(t, dir).Plan(t.Context())
	if err != nil || len(diags) != 1 || diags[0].Rule.Code != "CHK203" {
		t.Fatalf("removing from what is gone: %v %v", diags, err)
	}
	rewrite(t, dir, "gone.hcl", "removed {\n  from = platform.two\n  keep = true\n}\n")
	p := applied(t, dir)
	if len(p.LetGo) != 1 || len(p.Changes) != 1 {
		t.Errorf("let go %v, changes %v", p.LetGo, objects(p))
	}
	// The block comes back with another account: nothing of the old one binds it.
	rewrite(t, dir, "project.hcl", files["project.hcl"])
	rewrite(t, dir, "segments.hcl", files["segments.hcl"])
	if err := os.Remove(filepath.Join(dir, "gone.hcl")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ".trayecto", "two.db")); err != nil {
		t.Fatal(err)
	}
	applied(t, dir)
	if p := planned(t, open(t, dir)); !p.Empty() {
		t.Errorf("the last plan holds %v", objects(p))
	}
}
