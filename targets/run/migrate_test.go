package run_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/codes"
)

// Who waits in a journey that lets people go on in its new version is not lost:
// a step that is gone is an error of the plan, until something says where its
// people go on.
func TestStepsThatAreGone(t *testing.T) {
	text, there := codes.Source("CHK205")
	if !there {
		t.Fatal("CHK205 has no archive")
	}
	archive := txtar.Parse([]byte(text))
	project := func(folder string) string {
		for _, f := range archive.Files {
			if f.Name == folder+"/project.hcl" {
				return string(f.Data)
			}
		}
		t.Fatalf("the archive has no %s", folder)
		return ""
	}
	dir := folder(t, map[string]string{"project.hcl": project("applied")})
	applied(t, dir)

	rewrite(t, dir, "project.hcl", project("bad"))
	_, diags, err := open(t, dir).Plan(t.Context())
	if err != nil || len(diags) != 1 {
		t.Fatalf("%v %v", err, diags)
	}
	want := []string{"CHK205", "step.thank.a_day is gone",
		`journey.thank is on, somebody may be at step.thank.a_day, and on_change = "migrate" lets them go on at the step of that name.`,
		`add a moved block with from = step.thank.a_day and to = step.thank.a_night, if that is where they go on; or write on_change = "finish" or "stop"`}
	if diff := cmp.Diff(want, []string{diags[0].Rule.Code, diags[0].Mark, diags[0].Detail, diags[0].Help}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, policy := range []string{"finish", "stop"} { // then nobody goes on in the new version
		rewrite(t, dir, "project.hcl", strings.Replace(project("bad"), `"migrate"`, `"`+policy+`"`, 1))
		planned(t, open(t, dir))
	}
	rewrite(t, dir, "project.hcl", project("good"))
	if p := applied(t, dir); p.Counts().Update != 1 {
		t.Errorf("%+v", p.Counts())
	}
	if p := planned(t, open(t, dir)); !p.Empty() {
		t.Errorf("the second plan holds %v", objects(p))
	}
	// The block has done its work: that the step was another is remembered.
	good, _, _ := strings.Cut(project("good"), "moved {")
	rewrite(t, dir, "project.hcl", good)
	if p := planned(t, open(t, dir)); !p.Empty() {
		t.Errorf("without the moved block the plan holds %v", objects(p))
	}
	// A new step of the old name is another one.
	rewrite(t, dir, "project.hcl", strings.Replace(good, `wait "a_night"`, "wait \"a_day\" { for = \"2d\" }\n  wait \"a_night\"", 1))
	p := planned(t, open(t, dir))
	raw, err := json.Marshal(p.Changes)
	if err != nil || !strings.Contains(string(raw), `[{"first":"a_day_2","step":"a_day"},{"first":"a_day","step":"a_night"}]`) {
		t.Errorf("the plan is %s, %v", raw, err)
	}
}

// The steps of a journey that moved move along, and a name may move more than once.
func TestPresentNames(t *testing.T) {
	p := ir.Program{Moves: []ir.Move{
		{From: "journey.hi", To: "journey.welcome"}, {From: "step.welcome.a", To: "step.welcome.b"}, {From: "step.welcome.b", To: "step.welcome.c"},
	}}
	got := map[string]string{}
	for _, name := range []string{"journey.hi", "step.hi.a", "step.hi.x", "step.other.a", "segment.x"} {
		got[name] = p.Moved(name)
	}
	want := map[string]string{
		"journey.hi": "journey.welcome", "step.hi.a": "step.welcome.c", "step.hi.x": "step.welcome.x", "step.other.a": "step.other.a", "segment.x": "segment.x",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
