package content

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReadable(t *testing.T) {
	cases := []struct{ name, page, want string }{
		{"words", "one\n  two", "one two"},
		{"head is not shown", "<!doctype html><html><head><title>T</title><style>p > a {}</style></head><body>Hi</body></html>", "Hi"},
		{"paragraphs", "<p>One</p>\n<p>Two</p>", "One\n\nTwo"},
		{"rows", "<table><tr><td>One</td></tr><tr><td>Two</td></tr></table>", "One\nTwo"},
		{"entities", "<p>5 &lt; 6 &amp; &euro;&nbsp;</p>", "5 < 6 & €"},
		{"a link", `See <a class="b" href="https://lumen.example/?a=1&amp;b=2">our lamps</a>.`, "See our lamps <https://lumen.example/?a=1&b=2>."},
		{"a picture", `<img src="x.png" alt="A lamp"><br>Hi`, "[A lamp]\nHi"},
		{"emphasis joins", "so<b>me</b> words", "some words"},
		{"a comment", "a<!-- <p>not</p> -->b", "ab"},
		{"a list", "<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"},
		{"> in an attribute", `<p title="a > b">Hi</p>`, "Hi"},
		{"a lone sign", "1 < 2", "1 < 2"},
		{"never closed", "Hi <b", "Hi"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Readable(c.page)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A value that is escaped for its place reads there as it is, whatever is in it.
func TestLawEscape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		for _, place := range []Escape{HTML, Attribute} {
			written := place.Apply(value)
			if strings.ContainsAny(written, `<>"'`) {
				t.Fatalf("%s: %q can end its place", place, written)
			}
			if back := html.UnescapeString(written); back != value {
				t.Fatalf("%s: %q reads as %q", place, value, back)
			}
		}
		written := InURL.Apply(value)
		back, err := url.PathUnescape(written)
		if err != nil || back != value || strings.ContainsAny(written, "/?#&=+ :@<>\"'") {
			t.Fatalf("url: %q is written %q and reads as %q (%v)", value, written, back, err)
		}
		if Plain.Apply(value) != value {
			t.Fatal("plain: changed")
		}
	})
}

// Words without markup stay as they are, but for the spaces.
func TestLawReadableKeepsWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zñ0-9&<>"]{1,8}`)).Draw(t, "words")
		page := html.EscapeString(strings.Join(words, " "))
		if diff := cmp.Diff(strings.Join(words, " "), Readable(page)); diff != "" {
			t.Error(diff)
		}
	})
}
