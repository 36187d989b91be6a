package diag

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	durationRule = &Rule{Code: "SYN012", Summary: "A duration needs quotes"}
	nameRule     = &Rule{Code: "REF001", Summary: "Nothing has this name"}
	consentRule  = &Rule{Code: "CON002", Summary: "Marketing message can reach someone who did not agree"}
	unusedRule   = &Rule{Code: "CHK001", Severity: Warning, Summary: "Nothing uses this"}
)

// lines is a source of lines for tests: "file:n" to text.
func lines(of map[string]string) func(string, int) string {
	return func(file string, n int) string { return of[fmt.Sprintf("%s:%d", file, n)] }
}

// at is a place on one line; columns and bytes agree, as in plain text.
func at(file string, line, from, to int) Range {
	return Range{File: file, Start: Pos{line, from, line*1000 + from}, End: Pos{line, to, line*1000 + to}}
}

func TestFormat(t *testing.T) {
	source := lines(map[string]string{
		"segments.hcl:11":        `    && !did(event.order_placed, 60d)`,
		"journeys.hcl:27":        `  goal = did(event.order_place, run)`,
		"journeys/spring.hcl:14": `    touchpoint = touchpoint.spring_sale_sms`,
		"consent.hcl:12":         `consent "news" {`,
		"a.hcl:9":                "\tname = \"日本\" x",
	})
	cases := []struct {
		name string
		list List
		want string
	}{
		{"two findings, sorted by file", List{
			{Rule: durationRule, At: at("segments.hcl", 11, 33, 36), Mark: `write "60d"`, Help: `write did(event.order_placed, "60d")`},
			{Rule: nameRule, At: at("journeys.hcl", 27, 14, 31), Mark: "there is event.order_placed", Help: "write event.order_placed"},
		}, `
error[REF001]: Nothing has this name
  --> journeys.hcl:27:14
   |
27 |   goal = did(event.order_place, run)
   |              ^^^^^^^^^^^^^^^^^ there is event.order_placed
   = help: write event.order_placed

error[SYN012]: A duration needs quotes
  --> segments.hcl:11:33
   |
11 |     && !did(event.order_placed, 60d)
   |                                 ^^^ write "60d"
   = help: write did(event.order_placed, "60d")
`},
		{"another place, and sentences on several lines", List{{
			Rule: consentRule, At: at("journeys/spring.hcl", 14, 18, 44), Mark: "marketing, by sms, on platform.mail",
			Related: []Label{{At: at("consent.hcl", 12, 1, 15), Text: "covers email only"}},
			Detail:  "platform.mail has no gate of its own for sms, and none can be inserted there.\nA person who said yes to e-mail on 1 March and was never asked about sms\nsigns up, waits two days and receives this message.",
			Help:    "add channel.sms to consent.news, or send it by platform.crm, which has a gate",
		}}, `
error[CON002]: Marketing message can reach someone who did not agree
  --> journeys/spring.hcl:14:18
   |
14 |     touchpoint = touchpoint.spring_sale_sms
   |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ marketing, by sms, on platform.mail
  --> consent.hcl:12:1
   |
12 | consent "news" {
   | -------------- covers email only
   = platform.mail has no gate of its own for sms, and none can be inserted there.
     A person who said yes to e-mail on 1 March and was never asked about sms
     signs up, waits two days and receives this message.
   = help: add channel.sms to consent.news, or send it by platform.crm, which has a gate
`},
		{"tabs and wide characters keep the marks in place", List{
			{Rule: nameRule, At: at("a.hcl", 9, 9, 13), Mark: "wide"},
			{Rule: nameRule, At: at("a.hcl", 9, 14, 15), Mark: "after"},
		}, `
error[REF001]: Nothing has this name
 --> a.hcl:9:9
  |
9 |     name = "日本" x
  |            ^^^^^^ wide

error[REF001]: Nothing has this name
 --> a.hcl:9:14
  |
9 |     name = "日本" x
  |                   ^ after
`},
		{"a warning about a line that is not there", List{
			{Rule: unusedRule, At: at("env/prod.hcl", 1, 1, 1), Mark: "no such file", Detail: "It is not there."},
		}, `
warning[CHK001]: Nothing uses this
 --> env/prod.hcl:1:1  no such file
  = It is not there.
`},
		{"a finding about no place", List{{Rule: nameRule, Help: "write it"}}, `
error[REF001]: Nothing has this name
  = help: write it
`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), Format(c.list, source)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestFormatKeepsBack(t *testing.T) {
	var list List
	for i := range 53 {
		list = append(list, Diagnostic{Rule: nameRule, At: at("a.hcl", i+1, 1, 2)})
	}
	got := Format(list, lines(nil))
	if n := strings.Count(got, "error[REF001]"); n != Most {
		t.Errorf("%d shown, want %d", n, Most)
	}
	if !strings.HasSuffix(got, "\n3 more findings kept back. Put these right first.\n") {
		t.Errorf("does not say how many were kept back: %q", got[len(got)-80:])
	}
}

func TestFormatCannotSteerTheTerminal(t *testing.T) {
	source := lines(map[string]string{"a.hcl:1": "x = \"\x1b[31m\u202ered\""})
	got := Format(List{{Rule: nameRule, At: at("a.hcl", 1, 1, 2), Mark: "\x1b]0;title\a"}}, source)
	if strings.ContainsAny(got, "\x1b\a\u202e") {
		t.Errorf("control characters came through: %q", got)
	}
}

func TestSummary(t *testing.T) {
	one := Diagnostic{Rule: durationRule, At: at("a.hcl", 1, 1, 2)}
	two := Diagnostic{Rule: nameRule, At: at("b.hcl", 1, 1, 2)}
	warn := Diagnostic{Rule: unusedRule, At: at("b.hcl", 2, 1, 2)}
	for want, list := range map[string]List{
		"": nil,
		"1 error in 1 file. More on one: trayecto explain SYN012":              {one},
		"2 errors in 2 files. More on one: trayecto explain SYN012":            {two, one},
		"2 errors, 1 warning in 2 files. More on one: trayecto explain SYN012": {two, warn, one, one},
		"1 warning in 1 file. More on one: trayecto explain CHK001":            {warn},
	} {
		if got := Summary(list); got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

// The order in which findings were made does not show, and no row but that of a
// source line ends with a space.
func TestFormatLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list List
		for range rapid.IntRange(0, 60).Draw(t, "findings") {
			from := rapid.IntRange(1, 90).Draw(t, "from")
			list = append(list, Diagnostic{
				Rule: rapid.SampledFrom([]*Rule{durationRule, nameRule, unusedRule}).Draw(t, "rule"),
				At:   at(rapid.SampledFrom([]string{"a.hcl", "b/ñ.hcl"}).Draw(t, "file"), rapid.IntRange(1, 99).Draw(t, "line"), from, from+rapid.IntRange(0, 9).Draw(t, "width")),
				Mark: rapid.SampledFrom([]string{"", "here"}).Draw(t, "mark"),
			})
		}
		text := rapid.StringMatching(`[a-z \t日é]{0,80}`).Draw(t, "source")
		source := func(string, int) string { return text }
		shuffled := rapid.Permutation(list).Draw(t, "shuffled")
		if diff := cmp.Diff(Format(list, source), Format(shuffled, source)); diff != "" {
			t.Fatalf("the order of findings shows: -want +got\n%s", diff)
		}
		for _, row := range strings.Split(Format(list, source), "\n") {
			if strings.TrimRight(row, " ") != row && !strings.Contains(row, " | ") {
				t.Fatalf("space at the end of %q", row)
			}
		}
	})
}

// What the reader says about a stretch is the cause of what others say about
// the very same one.
func TestSortedKeepsTheCause(t *testing.T) {
	at := func(from, to int) Range {
		return Range{File: "a.hcl", Start: Pos{Line: 1, Column: from, Byte: from}, End: Pos{Line: 1, Column: to, Byte: to}}
	}
	read, name := &Rule{Code: "SYN007"}, &Rule{Code: "REF001"}
	var got []string
	for _, d := range (List{{Rule: name, At: at(3, 9)}, {Rule: read, At: at(3, 9)}, {Rule: name, At: at(3, 5)}}).Sorted() {
		got = append(got, d.Rule.Code)
	}
	if want := "REF001 SYN007"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
