package guard_test

import (
	"go/parser"
	"go/token"
	"math/big"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/guard"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

const head = `project "shop" {
  timezone  = "Europe/Madrid"
  languages = ["en"]
}
person {
  key "email" { type = email }
  attribute "tier" { type = enum("gold", "silver") }
}
segment "gold" {
  owner = "crm"
  where = person.tier == "gold"
}
`

// program is one guard in a small project.
func program(t interface{ Fatalf(string, ...any) }, question string) *ir.Program {
	text := head + "guard \"calm\" {\n" + question + "\n  message = \"Too much at once.\"\n}\n"
	p, found := project.From(source.Of(source.File{Path: "shop.hcl", Text: text}), project.Options{})
	made, more := compiler.Compile(p)
	if found = append(found, more...); found.HasErrors() {
		t.Fatalf("%v", found)
	}
	return made
}

func n(i int) *int { return &i }

func changing(object string, action plan.Action) plan.Change {
	return plan.Change{Action: action, Address: resource.Address{Object: object, Platform: "mail"}}
}

// edited is a plan that edits segment.gold: so many before, joining and leaving.
func edited(before, join, leave *int) *plan.Plan {
	return &plan.Plan{
		Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Changes: []plan.Change{changing("segment.gold", plan.Update)},
		Audience: []plan.Audience{{Segment: "segment.gold", Before: before, Join: join, Leave: leave}},
	}
}

const fifth = "  refuse_if = any(changes.segment, it.joins_share > 0.2)\n"

func TestJudge(t *testing.T) {
	waits := plan.GuardNote{Guard: "guard.calm", Result: plan.Waits, Message: "Too much at once.", Because: []string{"segment.gold"}, Needs: []string{"crm-lead"}}
	refuses := plan.GuardNote{Guard: "guard.calm", Result: plan.Refuses, Message: "Too much at once.", Because: []string{"segment.gold"}}
	passes := plan.GuardNote{Guard: "guard.calm", Result: plan.Passes, Message: "Too much at once."}
	agreed, open := waits, waits
	agreed.Result, agreed.ApprovedBy = plan.Passes, []string{"crm-lead"}
	open.Unknown = true
	created := &plan.Plan{Changes: []plan.Change{changing("segment.gold", plan.Create)}, Audience: []plan.Audience{{Segment: "segment.gold", After: n(900)}}}
	removed := &plan.Plan{Changes: []plan.Change{changing("segment.gold", plan.Delete)}}
	mentioned := edited(n(10), n(9), n(0))
	mentioned.Changes = nil
	unless := "  unless = approved_by(\"crm-lead\")\n"
	for _, c := range []struct {
		name, question string
		plan           *plan.Plan
		approved       []string
		want           plan.GuardNote
	}{
		{"exactly a fifth", fifth + unless, edited(n(10), n(2), n(0)), nil, passes},
		{"more than a fifth", fifth + unless, edited(n(10), n(3), n(0)), nil, waits},
		{"and nobody may lift it", fifth, edited(n(10), n(3), n(0)), []string{"crm-lead"}, refuses},
		{"somebody else agreed", fifth + unless, edited(n(10), n(3), n(0)), []string{"crm"}, waits},
		{"the right one agreed", fifth + unless, edited(n(10), n(3), n(0)), []string{"x", "crm-lead"}, agreed},
		{"not known is no pass", fifth + unless, edited(nil, nil, nil), nil, open},
		{"nobody was a member", fifth + unless, edited(n(0), n(1), n(0)), nil, waits},
		{"a new segment surprises nobody", fifth + unless, created, nil, passes},
		{"of a removed one everybody leaves", "  refuse_if = any(changes.segment, it.leaves_share == 1 && it.members_after == 0)", removed, nil, refuses},
		{"people of what is only mentioned", fifth + unless, mentioned, nil, waits},
		{"another kind", "  refuse_if = any(changes.journey, it.action == \"update\")", edited(n(10), n(3), n(0)), nil, passes},
		{"any kind, by owner and place", "  refuse_if = any(changes, it.owner == \"crm\" && it.platform == \"mail\" && starts_with(it.address, \"segment.\"))", edited(n(1), n(0), n(0)), nil, refuses},
		{"two questions", "  refuse_if = any(changes.segment, it.joins > 2) && !any(changes.journey, it.action == \"create\")", edited(n(10), n(3), n(0)), nil, refuses},
		{"one answer is enough", "  refuse_if = any(changes.segment, it.joins > 2 || it.members_after > 100)", edited(n(10), n(3), n(0)), nil, refuses},
		{"approval inside the question", "  refuse_if = any(changes.segment, it.joins > 2) && !approved_by(\"crm\")", edited(n(10), n(3), n(0)), []string{"crm"}, passes},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := guard.Judge(program(t, c.question), c.plan, c.approved)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]plan.GuardNote{c.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the figures, a guard refuses exactly when some share is greater than
// its limit, and what is not known decides only where nothing known does.
func TestSharesAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 100).Draw(t, "limit")
		asked := program(t, "  refuse_if = any(changes.segment, it.joins_share > "+strconv.FormatFloat(float64(limit)/100, 'f', -1, 64)+")")
		p := &plan.Plan{}
		over, open := false, false
		for i := range rapid.IntRange(0, 4).Draw(t, "segments") {
			a := plan.Audience{Segment: "segment.s" + strconv.Itoa(i)}
			if rapid.IntRange(0, 3).Draw(t, "known") > 0 {
				before, join := rapid.IntRange(1, 50).Draw(t, "before"), rapid.IntRange(0, 50).Draw(t, "join")
				a.Before, a.Join, a.Leave = &before, &join, n(0)
				over = over || big.NewRat(int64(join), int64(before)).Cmp(big.NewRat(int64(limit), 100)) > 0
			} else {
				open = true
			}
			p.Audience = append(p.Audience, a)
		}
		got, err := guard.Judge(asked, p, nil)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if refused := got[0].Result == plan.Refuses; refused != (over || open) || got[0].Unknown != (open && !over) {
			t.Fatalf("over %v, open %v: %+v", over, open, got[0])
		}
	})
}

// A guard may come from a branch that nobody has reviewed: it can read and write
// nothing.
func TestNothingReachesTheWorld(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "guard.go", nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{"fmt": true, "math/big": true, "slices": true, "strconv": true, "strings": true}
	const own = "github.com/trayecto/trayecto/"
	for _, name := range []string{"compiler/eval", "compiler/ir", "compiler/person", "compiler/plan", "lang/expr", "lang/types"} {
		allowed[own+name] = true
	}
	for _, i := range file.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err != nil || !allowed[path] {
			t.Errorf("imports %s", i.Path.Value)
		}
	}
}
