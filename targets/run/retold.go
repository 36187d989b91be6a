package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/lang/types"
)

// retelling is a made-up person whose story is to be had as a test.
type retelling struct {
	story  *prove.Story
	remark string // what the test is for, in lines
	// platform is where the message goes out, and enforcement what it asks there;
	// place tells it from the same platform without its gates. Zero for who is in a
	// segment.
	platform    string
	place       string
	enforcement ir.Enforcement
}

// retell writes stories as tests, those that come true as tests: on its
// platform the test fails by what it expects, since the message goes out; by the
// rules it holds. What does not come true so is left without a test.
func retell(p *ir.Program, list []retelling) error {
	list = slices.DeleteFunc(list, func(r retelling) bool { return r.story == nil || r.story.Retold == nil })
	if len(list) == 0 {
		return nil
	}
	byRules, err := lived(p, list, false)
	if err != nil {
		return err
	}
	there, err := lived(p, list, true)
	if err != nil {
		return err
	}
	for i, r := range list {
		if byRules[i].Passed && len(there[i].Found) == 0 && there[i].Passed == (r.platform == "") {
			r.story.Test = r.remark + rehearse.Write(*r.story.Retold)
		}
	}
	return nil
}

// lived runs the stories, in the reference or each on its platform.
func lived(p *ir.Program, list []retelling, there bool) ([]rehearse.Result, error) {
	program := *p
	program.Tests = nil
	platforms := map[string]ir.Enforcement{}
	for i, r := range list {
		t := *r.story.Retold
		t.At.Start.Byte = i // Run sorts by place
		if t.Platform = ""; there && r.platform != "" {
			t.Platform = r.place
			platforms[r.place] = exact(r.enforcement)
		}
		program.Tests = append(program.Tests, t)
	}
	report, err := rehearse.Run(&program, rehearse.Options{Platforms: platforms})
	if err != nil {
		return nil, fmt.Errorf("writing people as tests: %w", err)
	}
	return report.Tests, nil
}

// exact is an enforcement that counts windows exactly, as the proof takes it.
func exact(e ir.Enforcement) ir.Enforcement {
	e.WindowGrain = types.Span{}
	return e
}

// consentStories is the people of a proof: who gets what they may not get, and
// where stopped is set who would without the gate.
func consentStories(p plan.Proof, e ir.Enforcement, stopped bool) []retelling {
	var out []retelling
	ungated := e
	ungated.Gates = slices.DeleteFunc(slices.Clone(e.Gates), func(g ir.Gate) bool { return g.Inserted })
	for i := range p.Sends {
		s := &p.Sends[i]
		out = append(out, retelling{
			s.Story, remark(s.Story, fmt.Sprintf("%s sends this, so the test fails as long as it does. Without the line that names the\n"+
				"platform it is lived by the rules alone, and passes.", p.Platform)), p.Platform, p.Platform, e,
		})
		if stopped {
			out = append(out, retelling{
				s.Without, remark(s.Without, fmt.Sprintf("%s does not send this as long as the gate stands that is written before the send.", p.Platform)),
				p.Platform, p.Platform + " without gates", ungated,
			})
		}
	}
	return out
}

// remark is the comment above a test: who it is, and what it is for.
func remark(s *prove.Story, use string) string {
	if s == nil {
		return ""
	}
	return "# " + s.Name + ": " + s.Summary + ".\n# " + strings.ReplaceAll(use, "\n", "\n# ") + "\n"
}
