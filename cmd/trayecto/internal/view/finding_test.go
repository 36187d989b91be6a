package view

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/schemas"
)

var (
	nameRule   = &diag.Rule{Code: "REF001", Summary: "Nothing has this name"}
	unusedRule = &diag.Rule{Code: "CHK001", Severity: diag.Warning, Summary: "Nothing uses this"}
)

// oneLine is a place on one line.
func oneLine(file string, line, from, to int) diag.Range {
	return diag.Range{File: file, Start: diag.Pos{Line: line, Column: from, Byte: line*100 + from}, End: diag.Pos{Line: line, Column: to, Byte: line*100 + to}}
}

func about(list ...diag.Diagnostic) Findings {
	return Findings{
		List: list, Tool: "0.1.0", Explain: func(code string) string { return "About " + code + "." },
		Line: func(string, int) string { return "é👨‍👩‍👧 name" }, // the family is one character of five code points
	}
}

// drawn is any findings, with texts that try to break out.
func drawn(t *rapid.T) Findings {
	text := rapid.SampledFrom([]string{"", "here", "50 %, a: b", "one\r\ntwo\n::error::three", "\x1b[31mé\u2028", `"</script>`})
	var list diag.List
	for range rapid.IntRange(0, 30).Draw(t, "findings") {
		d := diag.Diagnostic{
			Rule: rapid.SampledFrom([]*diag.Rule{nameRule, unusedRule}).Draw(t, "rule"),
			Mark: text.Draw(t, "mark"), Detail: text.Draw(t, "detail"),
		}
		d.Help, d.Fix = d.Mark, d.Detail // findings that say the same at one place are one finding
		from := rapid.IntRange(1, 20).Draw(t, "from")
		place := oneLine(rapid.SampledFrom([]string{"a.hcl", "b:c/ñ ,%.hcl"}).Draw(t, "file"), rapid.IntRange(1, 9).Draw(t, "line"), from, from+rapid.IntRange(0, 4).Draw(t, "width"))
		if rapid.Bool().Draw(t, "placed") {
			d.At = place
		}
		if d.Mark != "" {
			d.Related = []diag.Label{{At: oneLine("c.hcl", 3, 1, 4), Text: "there"}}
		}
		list = append(list, d)
	}
	f := about(list...)
	f.Base = rapid.SampledFrom([]string{"", "shop", "../shop"}).Draw(t, "base")
	return f
}

// Whatever was found, what is written is what the schema says, it holds every
// finding, and the order in which they were made does not show.
func TestLawReportsFollowTheirSchemas(t *testing.T) {
	for file, write := range map[string]func(Findings) ([]byte, error){"sarif.schema.json": SARIF, "findings.schema.json": FindingsJSON} {
		raw, err := schemas.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(raw))
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			f := drawn(t)
			text, err := write(f)
			if err != nil {
				t.Fatal(err)
			}
			result, err := schema.Validate(gojsonschema.NewBytesLoader(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range result.Errors() {
				t.Errorf("%s: %s", file, wrong)
			}
			f.List = rapid.Permutation(f.List).Draw(t, "shuffled")
			if again, err := write(f); err != nil || string(again) != string(text) {
				t.Errorf("%s: the order of findings shows (%v)", file, err)
			}
		})
	}
}

// The schema refuses what the standard does.
func TestSchemaOfSARIFRefuses(t *testing.T) {
	raw, err := schemas.Read("sarif.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	good, err := SARIF(about(diag.Diagnostic{Rule: nameRule, At: oneLine("a.hcl", 1, 1, 2)}))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another version":    {`"version": "2.1.0"`, `"version": "2.0.0"`},
		"a line before 1":    {`"startLine": 1`, `"startLine": 0`},
		"a level of its own": {`"level": "error"`, `"level": "fatal"`},
		"a rule nowhere":     {`"ruleIndex": 0`, `"ruleIndex": -1`},
	} {
		bad := strings.Replace(string(good), change[0], change[1], 1)
		if bad == string(good) {
			t.Fatalf("%s: nothing changed", name)
		}
		result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(raw), gojsonschema.NewStringLoader(bad))
		if err != nil || result.Valid() {
			t.Errorf("%s is let through (%v)", name, err)
		}
	}
}

func TestSARIF(t *testing.T) {
	f := about(
		diag.Diagnostic{Rule: unusedRule, At: oneLine("b.hcl", 2, 3, 7), Mark: "never used"},
		diag.Diagnostic{Rule: nameRule, At: oneLine("a b/ñ.hcl", 1, 2, 3), Help: "write x", Fix: "x", Related: []diag.Label{{At: oneLine("c.hcl", 9, 1, 2), Text: "here"}}},
	)
	f.Base = "shop"
	raw, err := SARIF(f)
	if err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(raw, &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if diff := cmp.Diff([]string{"REF001", "CHK001"}, []string{run.Tool.Driver.Rules[0].ID, run.Tool.Driver.Rules[1].ID}); diff != "" {
		t.Errorf("rules -want +got\n%s", diff)
	}
	if got := run.Tool.Driver.Rules[0].Help.Text; got != "About REF001." {
		t.Errorf("help of the rule: %q", got)
	}
	first := run.Results[0]
	want := sarifPhysical{sarifArtifact{"shop/a%20b/%C3%B1.hcl"}, sarifRegion{1, 2, 1, 7}}
	if diff := cmp.Diff(want, first.Locations[0].Physical); diff != "" {
		t.Errorf("place -want +got\n%s", diff)
	}
	if got := first.Fixes[0].Changes[0].Replacements[0]; got.Inserted.Text != "x" || got.Deleted != want.Region {
		t.Errorf("fix: %+v", got)
	}
	if got := *first.Related[0].Message; got.Text != "here" {
		t.Errorf("related: %+v", got)
	}
	if second := run.Results[1]; second.Level != "warning" || second.RuleIndex != 1 || second.Message.Text != "Nothing uses this.\nnever used." {
		t.Errorf("second: %+v", second)
	}
}

func TestCodePoints(t *testing.T) {
	for _, c := range []struct {
		line         string
		column, want int
	}{{"abc", 1, 1}, {"abc", 3, 3}, {"é👨‍👩‍👧x", 2, 2}, {"é👨‍👩‍👧x", 3, 7}, {"ab", 4, 4}, {"", 1, 1}} {
		if got := codePoints(c.line, c.column); got != c.want {
			t.Errorf("column %d of %q: want %d, got %d", c.column, c.line, c.want, got)
		}
	}
}

func TestAnnotations(t *testing.T) {
	many := diag.Range{File: "a,b.hcl", Start: diag.Pos{Line: 3, Column: 2, Byte: 302}, End: diag.Pos{Line: 5, Column: 1, Byte: 501}}
	got := string(Annotations(about(
		diag.Diagnostic{Rule: nameRule, At: oneLine("a,b.hcl", 2, 3, 7), Mark: "there is 50 %", Detail: "One.\r\nTwo: three, four.", Help: "write it"},
		diag.Diagnostic{Rule: unusedRule, At: many},
		diag.Diagnostic{Rule: nameRule},
	)))
	want := `::error title=REF001 Nothing has this name::Nothing has this name.
::error file=a%2Cb.hcl,line=2,endLine=2,col=3,endColumn=7,title=REF001 Nothing has this name::there is 50 %25.%0AOne.%0D%0ATwo: three, four.%0ATo put it right: write it
::warning file=a%2Cb.hcl,line=3,endLine=5,title=CHK001 Nothing uses this::Nothing uses this.
2 errors, 1 warning in 1 file. More on one: trayecto explain REF001
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := Annotations(about()); len(got) != 0 {
		t.Errorf("nothing found: %q", got)
	}
}

func TestAnnotationsAreTenOfAKind(t *testing.T) {
	var list diag.List
	for i := range 13 {
		list = append(list, diag.Diagnostic{Rule: nameRule, At: oneLine("a.hcl", i+1, 1, 2)}, diag.Diagnostic{Rule: unusedRule, At: oneLine("b.hcl", i+1, 1, 2)})
	}
	got := string(Annotations(about(list...)))
	for kind, n := range map[string]int{"::error ": 10, "::warning ": 10} {
		if found := strings.Count(got, kind); found != n {
			t.Errorf("%d of %s, want %d", found, kind, n)
		}
	}
	if !strings.Contains(got, "Not annotated: 3 errors, for GitHub keeps 10 of a kind. Not annotated: 3 warnings") {
		t.Errorf("does not say what is missing: %s", got)
	}
}

// A command is one line, whatever is in it, and no text of a file becomes
// a command of its own.
func TestLawAnnotationsAreCommands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawn(t)
		lines := strings.Split(strings.TrimSuffix(string(Annotations(f)), "\n"), "\n")
		if len(f.List) == 0 {
			return
		}
		for i, line := range lines[:len(lines)-1] {
			command, text, ok := strings.Cut(strings.TrimPrefix(line, "::"), "::")
			kind, properties, _ := strings.Cut(command, " ")
			if !strings.HasPrefix(line, "::") || !ok || text == "" || kind != "error" && kind != "warning" {
				t.Fatalf("line %d is no command: %q", i, line)
			}
			for _, p := range strings.Split(properties, ",") {
				if name, value, ok := strings.Cut(p, "="); !ok || name == "" || strings.ContainsAny(value, ":\r\n") {
					t.Fatalf("property %q of %q", p, line)
				}
			}
		}
		errors := f.List.Sorted().Errors()
		want := min(errors, 10) + min(len(f.List.Sorted())-errors, 10) + 1
		if len(lines) != want {
			t.Fatalf("%d lines, want %d: %s", len(lines), want, fmt.Sprint(lines))
		}
	})
}

// A finding keeps its fingerprint when it moves, and no two have the same.
func TestCodeQuality(t *testing.T) {
	issues := func(f Findings) []qualityIssue {
		raw, err := CodeQuality(f)
		if err != nil {
			t.Fatal(err)
		}
		var out []qualityIssue
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := diag.Diagnostic{Rule: nameRule, At: oneLine("a.hcl", 2, 3, 7), Mark: "there is x", Help: "write x"}
	again := diag.Diagnostic{Rule: nameRule, At: oneLine("a.hcl", 4, 3, 7), Mark: "there is x", Help: "write x"}
	warn := diag.Diagnostic{Rule: unusedRule, At: oneLine("b.hcl", 1, 1, 2)}
	got := issues(about(first, again, warn, diag.Diagnostic{Rule: nameRule}))
	if len(got) != 3 {
		t.Fatalf("%d issues, want those with a place: 3", len(got))
	}
	want := qualityIssue{"Nothing has this name. there is x. To put it right: write x", "REF001", got[0].Fingerprint, "critical", qualityLocation{"a.hcl", qualityLines{2}}}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got[2].Severity != "minor" {
		t.Errorf("a warning is %s", got[2].Severity)
	}
	if got[0].Fingerprint == got[1].Fingerprint {
		t.Error("two findings have one fingerprint")
	}
	moved := first
	moved.At = oneLine("a.hcl", 9, 3, 7)
	if now := issues(about(moved)); now[0].Fingerprint != got[0].Fingerprint {
		t.Error("a finding that moved is another")
	}
}
