package compiler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/build"
	"github.com/trayecto/trayecto/compiler/resolve"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// terms are terms of conditions with each and without, right ones and wrong ones.
var terms = []string{
	`person.country == "ES"`, `person.country == each.key`, `person.country == each.value`, `!segment.base`, `(!segment.base && person.tier == each.value)`,
	`did(event.bought, "90d")`, `did(event.bought, each.value)`, `one_of(person.country, "ES", each.key)`, `segment.missing`, `person.missing == each.value`,
	`count(where(event.bought, it.at > timestamp("2026-01-01 00:00") && it.missing == each.key), "30d") > 1`,
	`did(where(event.bought, it.at > timestamp("2026-01-01 00:00") || false), "30d")`, `1 + 1 == 2`, `(local.lasting && local.on)`, `segment.round`, `local.round`, `segment.s["s2"]`,
}

const before = `
locals {
  on      = true
  lasting = person.tier == "gold"
  round   = segment.round
}
segment "base" { where = person.tier == "gold" }
segment "round" { where = segment.s["s1"] }
`

// What for_each makes of a segment is what is written for each item, however much
// of it is the same for all.
func TestForEachIsWrittenOut(t *testing.T) {
	right := 0
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.SampledFrom(terms), 1, 6).Draw(t, "terms")
		where := strings.Join(some, rapid.SampledFrom([]string{" && ", " || "}).Draw(t, "between"))
		items, written := "", ""
		for i, value := range []string{"90d", "none", "1y", "gold"} {
			items += fmt.Sprintf("    s%d = %q\n", i, value)
			written += fmt.Sprintf("segment \"s_s%d\" {\n  where = %s\n}\n", i, strings.NewReplacer("each.key", fmt.Sprintf(`"s%d"`, i), "each.value", fmt.Sprintf("%q", value)).Replace(where))
		}
		want, _ := conditionsIn(shop + strings.NewReplacer(`["`, "_", `"]`, "").Replace(before+written))
		got, wrong := conditionsIn(shop + before + "segment \"s\" {\n  for_each = {\n" + items + "  }\n  where = " + where + "\n}\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-written out +for_each)\n%s", where, diff)
		}
		if !wrong {
			right++
		}
	})
	if right < 5 {
		t.Errorf("%d conditions were right: the law was hardly tried", right)
	}
}

// conditionsIn is the conditions of the segments of a file by name, a key written
// like a part of the name, and what is wrong with them.
func conditionsIn(text string) (out []string, wrong bool) {
	p, found := project.From(source.Of(source.File{Path: "a.hcl", Text: text}), project.Options{})
	scope, more := resolve.Scope(p)
	program, problems := build.Build(p, scope)
	flat := strings.NewReplacer(`["`, "_", `"]`, "")
	for _, s := range program.Segments {
		out = append(out, flat.Replace(s.Address+": "+expr.Print(s.Where)))
	}
	for _, d := range slices.Concat(found, more, problems) {
		out = append(out, flat.Replace(d.Rule.Code+" "+d.Mark+" "+d.Detail))
	}
	slices.Sort(out)
	return slices.Compact(out), len(found)+len(more)+len(problems) > 0
}
