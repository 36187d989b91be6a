package history

import (
	"bufio"
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sameAsMembers holds the quick way to take a line apart against encoding/json,
// and tells whether it was taken.
func sameAsMembers(t interface {
	Helper()
	Errorf(string, ...any)
}, line []byte, nested bool,
) bool {
	t.Helper()
	if !utf8.Valid(line) {
		return false // neither is asked
	}
	quick, slow := newNDJSON("f", bufio.NewReader(nil), nested), newNDJSON("f", bufio.NewReader(nil), nested)
	if !quick.plain(line) {
		return false
	}
	if f := slow.members(line, 0, true); f != nil {
		t.Errorf("%q is said to be plain, and it is: %s", line, f.detail)
	}
	if diff := cmp.Diff(slow.row.cells, quick.row.cells, cmp.AllowUnexported(cell{})); diff != "" {
		t.Errorf("%q (-encoding/json +plain):\n%s", line, diff)
	}
	return true
}

// a generator of JSON in the spellings that there are.
var (
	blank  = rapid.StringOfN(rapid.SampledFrom([]rune(" \t\r\n")), 0, 2, -1)
	letter = rapid.SampledFrom([]rune("abÁ😀{}[]:,/ \u2028\u007f"))
	scalar = rapid.OneOf(
		rapid.SampledFrom([]string{"null", "true", "false", "0", "-0", "1e9", "-12.50E+3", "7e-1", `""`, "123456789012345678901234567890"}),
		rapid.Map(rapid.StringOfN(letter, 0, 5, -1), func(s string) string { return `"` + s + `"` }),
	)
	names = rapid.SampledFrom([]string{`"person"`, `"type"`, `"fields"`, `"a"`, `"b"`, `"ñ"`, `""`})
)

func value(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case kind == 0 && depth > 0:
		return objectOf(t, depth-1)
	case kind == 1 && depth > 0:
		var items []string
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			items = append(items, blank.Draw(t, "_")+value(t, depth-1)+blank.Draw(t, "_"))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	return scalar.Draw(t, "scalar")
}

func objectOf(t *rapid.T, depth int) string {
	var members []string
	for _, name := range rapid.SliceOfNDistinct(names, 0, 5, rapid.ID[string]).Draw(t, "names") {
		members = append(members, blank.Draw(t, "_")+name+blank.Draw(t, "_")+":"+blank.Draw(t, "_")+value(t, depth)+blank.Draw(t, "_"))
	}
	return "{" + strings.Join(members, ",") + blank.Draw(t, "_") + "}"
}

// Law: every object of distinct names without escapes is plain, and its cells are
// those that encoding/json finds.
func TestPlainLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := blank.Draw(t, "_") + objectOf(t, 3) + blank.Draw(t, "_")
		if !sameAsMembers(t, []byte(line), false) {
			t.Errorf("%q is not said to be plain", line)
		}
		sameAsMembers(t, []byte(line), true) // the fields may say a name that the event has too
	})
}

// Law: a line that is broken somewhere is plain only where encoding/json takes it,
// with the same cells.
func TestBrokenLines(t *testing.T) {
	broken := rapid.SampledFrom([]string{"", "\\", "\"", ",", ":", "{", "}", "[", "]", "0", "-", ".", "e", "+", "\x00", "\x1f", " ", "t", "null", "\\u00e9", "é", "\ufeff"})
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		line := []byte(objectOf(t, 2))
		for range rapid.IntRange(1, 2).Draw(t, "breaks") {
			at := rapid.IntRange(0, len(line)).Draw(t, "at")
			to := min(len(line), at+rapid.IntRange(0, 2).Draw(t, "cut"))
			line = slices.Replace(slices.Clone(line), at, to, []byte(broken.Draw(t, "with"))...)
		}
		for _, nested := range []bool{false, true} {
			if sameAsMembers(t, line, nested) {
				taken++
			}
		}
	})
	if taken == 0 {
		t.Error("no line was taken, which shows little")
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{
		`{"person":"c-1","type":"bought","time":"2026-11-30","fields":{"amount":1e9,"tags":[["é",{"a":-0.5}]],"took":"1y"}}`,
		`{}`, `{ "a" : [ ] , "b" : { } } `, `{"a":1,"a":2}`, `{"a":01}`, `{"a":"\u0041"}`, "{\"a\":\"\x00\"}", `{"a":-}`, `{"a":1.}`, `{"a":1e}`,
		`{"a":nul}`, `{"a":1,}`, `{"a":[1,]}`, `{"a":}`, `{a:1}`, `{"a":1}}`, `[1]`, "{\"a\":1}\x00", `{"fields":{},"fields":{"a":1}}`, "\ufeff{}",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, line []byte, nested bool) {
		if bytes.IndexByte(line, '\n') < 0 {
			sameAsMembers(t, line, nested)
		}
	})
}
