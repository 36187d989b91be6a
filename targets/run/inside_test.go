package run_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/targets"
)

// insider is a platform that says who is inside its journeys, or does not.
type insider struct {
	targets.Target
	can   targets.Insides
	how   string
	says  targets.InsideAnswer
	fails error
	asked *[]targets.Running
}

func (i insider) Describe() targets.Description {
	d := i.Target.Describe()
	d.Can.Inside, d.Can.InsideHow = i.can, i.how
	return d
}

func (i insider) Inside(_ context.Context, r targets.InsideRequest) ([]targets.InsideAnswer, error) {
	*i.asked = append(*i.asked, r.Journeys...)
	out := make([]targets.InsideAnswer, len(r.Journeys))
	for n, j := range r.Journeys {
		out[n] = i.says
		out[n].Journey = j.Journey
	}
	return out, i.fails
}

// thanks is a folder with a journey that is on, and the texts of its archive.
func thanks(t *testing.T) (dir string, project func(folder string) string) {
	t.Helper()
	text, there := codes.Source("CHK205")
	if !there {
		t.Fatal("CHK205 has no archive")
	}
	project = func(folder string) string {
		for _, f := range txtar.Parse([]byte(text)).Files {
			if f.Name == folder+"/project.hcl" {
				return string(f.Data)
			}
		}
		t.Fatalf("the archive has no %s", folder)
		return ""
	}
	dir = folder(t, map[string]string{"project.hcl": project("applied")})
	applied(t, dir)
	return dir, project
}

// plannedAt is the plan of a project on such a platform.
func plannedAt(t *testing.T, dir string, i insider, offline, end bool) *plan.Plan {
	t.Helper()
	o := options(dir)
	o.Offline = offline
	plain := o.Targets[0]
	o.Targets = []targets.Factory{func() targets.Target { i.Target = plain(); return i }}
	line := opened(t, o)
	made := line.Plan
	if end {
		made = line.PlanEnd
	}
	p, diags, err := made(t.Context())
	if err != nil || diags.HasErrors() {
		t.Fatalf("%v %v", err, diags)
	}
	return p
}

// The plan says who is inside a journey that it edits or removes, as the platform
// says it; where the platform cannot, or fails to, it says "not known" and why.
func TestPeopleInside(t *testing.T) {
	dir, project := thanks(t)
	edited := project("good")
	count := func(n int) *int { return &n }
	for _, c := range []struct {
		name         string
		insider      insider
		offline, end bool
		files        string
		want         []plan.Inside
		asked        int
	}{
		{"nothing changes", insider{can: targets.InsideAsked}, false, false, project("applied"), nil, 0},
		{"counted", insider{can: targets.InsideAsked, says: targets.InsideAnswer{People: 412}}, false, false, edited,
			[]plan.Inside{{People: count(412), OnChange: "migrate", Fate: plan.Edited}}, 1},
		{"at most", insider{can: targets.InsideAsked, says: targets.InsideAnswer{People: 412, AtMost: true}}, false, false, edited,
			[]plan.Inside{{People: count(412), AtMost: true, OnChange: "migrate", Fate: plan.Edited}}, 1},
		{"removed", insider{can: targets.InsideAsked, says: targets.InsideAnswer{People: 1}}, false, true, edited,
			[]plan.Inside{{People: count(1), Fate: plan.Removed}}, 1},
		{"nobody ever", insider{can: targets.InsideNobody, how: "it runs none"}, false, false, edited, nil, 0},
		{"it cannot say", insider{how: "its API has no count of them"}, false, false, edited,
			[]plan.Inside{{Unknown: "its API has no count of them", OnChange: "migrate", Fate: plan.Edited}}, 0},
		{"it says nothing", insider{}, false, false, edited,
			[]plan.Inside{{Unknown: "a platform of the kind local does not say who is inside a journey", OnChange: "migrate", Fate: plan.Edited}}, 0},
		{"of this journey not", insider{can: targets.InsideAsked, says: targets.InsideAnswer{Unknown: "its counters were reset"}}, false, false, edited,
			[]plan.Inside{{Unknown: "its counters were reset", OnChange: "migrate", Fate: plan.Edited}}, 1},
		{"it fails", insider{can: targets.InsideAsked, fails: errors.New("it is down")}, false, false, edited,
			[]plan.Inside{{Unknown: "it is down", OnChange: "migrate", Fate: plan.Edited}}, 1},
		{"not read", insider{can: targets.InsideAsked, says: targets.InsideAnswer{People: 412}}, true, false, edited,
			[]plan.Inside{{Unknown: "the platforms were not read", OnChange: "migrate", Fate: plan.Edited}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			rewrite(t, dir, "project.hcl", c.files)
			var asked []targets.Running
			c.insider.asked = &asked
			p := plannedAt(t, dir, c.insider, c.offline, c.end)
			for i := range c.want {
				c.want[i].Journey, c.want[i].Platform = "journey.thank", p.Platforms[0].Name
			}
			if diff := cmp.Diff(c.want, p.Inside); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(asked) != c.asked || len(asked) > 0 && len(asked[0].Objects) == 0 {
				t.Errorf("it was asked about %+v", asked)
			}
		})
	}
}

// What goes out at an instant and is all has nobody inside, so nobody is asked.
func TestNobodyIsInsideAnInstant(t *testing.T) {
	_, project := thanks(t)
	oneOff := strings.NewReplacer(
		"enter { on = moment.bought }", "enter {\n    at  = \"2026-12-24T09:00:00+01:00\"\n    who = segment.all\n  }",
		"wait \"a_day\" { for = \"24h\" }\n", "", "wait \"a_night\" { for = \"24h\" }\n", "",
	).Replace(project("applied")) + "segment \"all\" { where = is_set(person.email) }\n"
	dir := folder(t, map[string]string{"project.hcl": oneOff})
	applied(t, dir)
	rewrite(t, dir, "project.hcl", strings.Replace(oneOff, "2026-12-24", "2026-12-25", 1))
	var asked []targets.Running
	p := plannedAt(t, dir, insider{can: targets.InsideAsked, asked: &asked}, false, false)
	if p.Counts().Update != 1 || len(asked) > 0 || len(p.Inside) > 0 {
		t.Errorf("%v, asked about %v, says %v", objects(p), asked, p.Inside)
	}
}
