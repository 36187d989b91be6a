package content_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/content"
)

// X stands for a value of a person's; what comes out is how it is escaped
// there, or the mark of the refusal.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ html, want string }{
		{`X`, "html"},
		{`<p>X</p>`, "html"},
		{`<p>1 < 2 X`, "html"},
		{`<p title="X">`, "attribute"},
		{`<p title = 'a X'>`, "attribute"},
		{`<p a="1" b='2' title="X">`, "attribute"},
		{`<br/>X`, "html"},
		{`<title>X</title>`, "html"},
		{`<script>1</script>X`, "html"},
		{`<SCRIPT>"</p>"</SCRIPT >X`, "html"},
		{`<style>a>b{}</style><p>X`, "html"},
		{`<!-- <p a=" -->X`, "html"},
		{`<!-->X`, "html"},
		{`<!doctype html>X`, "html"},
		{`<!--[if mso]><a title="X"><![endif]-->`, "attribute"},
		{`<!--[if mso]><b></b><![endif]-->X`, "html"},
		{`<!--[if !mso]><!--><p title="X"><!--<![endif]-->`, "attribute"},
		{`<a href="https://x.example/?q=X">`, "url"},
		{`<A HREF='/X'>`, "url"},
		{`<img src="https://x.example/X.png">`, "url"},
		{`<p data-x="a>b" title="X">`, "attribute"},
		{`<a href="X">`, "would decide where the address leads"},
		{`<a href=" X/a">`, "would decide where the address leads"},
		{`<a href="javascript:X">`, "inside a script: script and styles are not for values of people"},
		{`<p title=X>`, "the attribute title has no quotes"},
		{`<p title=aX>`, "the attribute title has no quotes"},
		{`<p X>`, "inside a tag, outside its attributes' values"},
		{`<X>`, "inside a tag, outside its attributes' values"},
		{`<pX>`, "inside a tag, outside its attributes' values"},
		{`<p title X>`, "inside a tag, outside its attributes' values"},
		{`<p titleX="">`, "inside a tag, outside its attributes' values"},
		{`<script>X</script>`, "inside <script>: script and styles are not for values of people"},
		{`<script>"</scrip"X`, "inside <script>: script and styles are not for values of people"},
		{`<style>X</style>`, "inside <style>: script and styles are not for values of people"},
		{`<p style="color: X">`, "inside the attribute style: script and styles are not for values of people"},
		{`<p onclick="X">`, "inside the attribute onclick: script and styles are not for values of people"},
		{`<img srcset="X">`, "inside the attribute srcset: script and styles are not for values of people"},
		{`<!-- X -->`, "inside a comment"},
		{`<!doctype X>`, "inside a comment"},
	} {
		text := strings.Replace(c.html, "X", "${person.customer_id}", 1)
		got, found := content.Compile(parse(t, `template("t.html")`), shop(), folder("t.html", text))
		out := ""
		for _, d := range found {
			out += d.Mark
		}
		for _, p := range got["es"].Pieces {
			if slot, ok := p.(content.Slot); ok {
				out += string(slot.Escape)
			}
		}
		if d := cmp.Diff(c.want, out); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.html, d)
		}
	}
}

func TestLinksAndPartsByPlace(t *testing.T) {
	for _, c := range []struct{ html, want string }{
		{`<a href="${link.home}">`, `<a href="{link.home attribute}">`},
		{`<a href="${link.home}?c=${person.customer_id}">`, `<a href="{link.home attribute}?c={person.customer_id url}">`},
		{`<a href="https://x.example/?to=${link.home}">`, `<a href="https://x.example/?to={link.home url}">`},
		{`<a href="${person.page}">`, `<a href="{person.page attribute}">`},
		{`<p>${part.footer}</p>`, `<p>{part.footer}</p>`},
		{`<p>${link.home}</p>`, `<p>{link.home html}</p>`},
	} {
		got, found := content.Compile(parse(t, `template("t.html")`), shop(), folder("t.html", c.html))
		right(t, found)
		if d := cmp.Diff(c.want, show(got["es"])); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.html, d)
		}
	}
	_, found := content.Compile(parse(t, `template("t.html")`), shop(), folder("t.html", `<p title="${part.footer}">`))
	if d := cmp.Diff("CNT005 t.html:1:11-25: inside a tag | put the part between tags", spell(found)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A file without ${ comes out byte for byte.
func TestBytesAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := "x" + strings.ReplaceAll(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")), "${", "$") // a text of blanks is refused
		got, found := content.Compile(parse(t, `template("t.html")`), shop(), folder("t.html", text))
		if len(found) > 0 {
			t.Fatalf("%q: %s", text, spell(found))
		}
		if show(got["es"]) != text {
			t.Fatalf("%q became %q", text, show(got["es"]))
		}
	})
}

// Whatever the file, compiling ends, and the text outside ${ } is kept.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		`<p title="${person.customer_id}">${link.home}</p>`, "${", "${}", "$${x}", `${coalesce(person.first_name, "${"}")}`, "<!--[if mso]>${x}<![endif]-->",
		"<script>${person.vip}</script>", "é\r\n\t${\"\\\"}\"}", "${ { a = 1 }.a }", "<a href='${person.page}'", "\xef\xbb\xbf${1}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, found := content.Compile(parse(t, `template("t.html")`), shop(), folder("t.html", text))
		if found.HasErrors() == (len(got) == 2) {
			t.Fatalf("%d texts and %s", len(got), spell(found))
		}
		for _, d := range found {
			if d.At.File == "t.html" && (d.At.Start.Byte > d.At.End.Byte || d.At.End.Byte > len(text)) {
				t.Fatalf("%s is outside of the file: %+v", d.Rule.Code, d.At)
			}
		}
	})
}
