package view

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// lcs is the plain table for a longest common subsequence: the oracle.
func lcs(a, b []string) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			table[i][j] = max(table[i+1][j], table[i][j+1])
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			}
		}
	}
	return table[0][0]
}

func drawnLines(t *rapid.T, name string) []string {
	return rapid.SliceOfN(rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "\n"}), 0, 14).Draw(t, name)
}

// A script reads as before without what comes, as after without what goes, and
// nothing shorter does.
func TestLawEditsAreRightAndShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawnLines(t, "before"), drawnLines(t, "after")
		var was, is []string
		stay := 0
		for _, e := range edits(before, after) {
			if e.op != '+' {
				was = append(was, e.line)
			}
			if e.op != '-' {
				is = append(is, e.line)
			}
			if e.op == ' ' {
				stay++
			}
		}
		if strings.Join(was, "") != strings.Join(before, "") || strings.Join(is, "") != strings.Join(after, "") {
			t.Fatalf("%q to %q reads as %q to %q", before, after, was, is)
		}
		if want := lcs(before, after); stay != want {
			t.Fatalf("%d lines stay, %d could", stay, want)
		}
	})
}

// A diff, applied, gives the other version, also at ends without a newline.
func TestLawPatchGivesTheOtherVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.SampledFrom([]string{"", "x", "a"})
		before := strings.Join(drawnLines(t, "before"), "") + end.Draw(t, "its end")
		after := strings.Join(drawnLines(t, "after"), "") + end.Draw(t, "the other's end")
		got, err := patched(before, Unified("a.hcl", before, after))
		if err != nil || got != after {
			t.Fatalf("%q with\n%s\nis %q, not %q (%v)", before, Unified("a.hcl", before, after), got, after, err)
		}
		if (ChangedLines(before, after) == 0) != (before == after) {
			t.Fatalf("%d lines change from %q to %q", ChangedLines(before, after), before, after)
		}
	})
}

// patched applies a unified diff as patch does, strictly.
func patched(text, diff string) (string, error) {
	source, rest := split(text), split(diff)
	var out strings.Builder
	at := 0
	if len(rest) > 0 {
		rest = rest[2:]
	}
	for i, line := range rest {
		line = strings.TrimSuffix(line, "\n")
		bare := i+1 < len(rest) && strings.HasPrefix(rest[i+1], `\`)
		content := line[1:]
		if !bare {
			content += "\n"
		}
		switch line[0] {
		case '@':
			var from int
			if _, err := fmt.Sscanf(line, "@@ -%d", &from); err != nil {
				return "", err
			}
			if !strings.Contains(strings.Fields(line)[1], ",0") {
				from--
			}
			out.WriteString(strings.Join(source[at:from], ""))
			at = from
		case '+':
			out.WriteString(content)
		case ' ', '-':
			if at >= len(source) || source[at] != content {
				return "", fmt.Errorf("line %d is not %q", at+1, content)
			}
			if line[0] == ' ' {
				out.WriteString(content)
			}
			at++
		}
	}
	return out.String() + strings.Join(source[at:], ""), nil
}

func TestUnified(t *testing.T) {
	before := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15"
	after := "1\n2\n3\nfour\n5\n6\n7\n8\n9\n10\n11\n12\n13\nnew\n14\n15\n"
	want := `--- a/x/a.hcl
+++ b/x/a.hcl
@@ -1,7 +1,7 @@
 1
 2
 3
-4
+four
 5
 6
 7
@@ -11,5 +11,6 @@
 11
 12
 13
+new
 14
-15
\ No newline at end of file
+15
`
	if diff := cmp.Diff(want, Unified("x/a.hcl", before, after)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := ChangedLines(before, after); got != 3 {
		t.Errorf("%d lines change, not 3", got)
	}
	if got := Unified("a", "", "x\n"); got != "--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+x\n" {
		t.Errorf("a new file: %q", got)
	}
}

// Texts with nothing in common stay affordable.
func TestEditsOfManyLines(t *testing.T) {
	var before, after []string
	for i := range 20000 {
		before, after = append(before, fmt.Sprint("a", i)), append(after, fmt.Sprint("b", i))
	}
	if got := len(edits(before, after)); got != 40000 {
		t.Errorf("%d edits", got)
	}
}
