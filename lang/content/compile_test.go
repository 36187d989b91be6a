package content_test

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

func TestInlinePlain(t *testing.T) {
	for _, c := range []struct{ in, es, en string }{
		{`"10 % para ti"`, "10 % para ti", "10 % para ti"},
		{`{ es = "Hola, ${coalesce(person.first_name, "qué tal")}", en = "Hi" }`, `Hola, {coalesce(person.first_name, "qué tal") plain}`, "Hi"},
		{`"Tu pedido ${entry.order.number} llega el ${entry.new_date}."`, "Tu pedido {entry.order.number plain} llega el {entry.new_date plain}.", "Tu pedido {entry.order.number plain} llega el {entry.new_date plain}."},
		{`"${link.home}"`, "{link.home plain}", "{link.home plain}"},
		{`link.home`, "{link.home plain}", "{link.home plain}"},
		{`var.next`, "{link.home plain}", "{link.home plain}"},
		{`"a ${var.motto} ${language} ${1 + 1}"`, "a Light & <air> es 2", "a Light & <air> en 2"},
		{`upper("a")`, "A", "A"},
		{`person.customer_id`, "{person.customer_id plain}", "{person.customer_id plain}"},
		{`"$${x} %%{y}"`, "${x} %{y}", "${x} %{y}"},
		{`("a")`, "a", "a"},
	} {
		got, found := content.Compile(parse(t, c.in), shop(), folder())
		if len(found) > 0 {
			t.Errorf("%s: %s", c.in, spell(found))
			continue
		}
		if d := cmp.Diff([]string{c.es, c.en}, []string{show(got["es"]), show(got["en"])}); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestTemplateForEachLanguage(t *testing.T) {
	read := folder("content/w.es.html", "<p>Hola ${coalesce(person.first_name, \"\")}</p>\r\n", "content/w.en.html", "<p>Hi</p>")
	got, found := content.Compile(parse(t, `template("content/w.${language}.html")`), shop(), read)
	right(t, found)
	if d := cmp.Diff("<p>Hola {coalesce(person.first_name, \"\") html}</p>\r\n", show(got["es"])); d != "" {
		t.Errorf("es (-want +got):\n%s", d)
	}
	if d := cmp.Diff("<p>Hi</p>", show(got["en"])); d != "" {
		t.Errorf("en (-want +got):\n%s", d)
	}
	if got["en"].At.File != "content/w.en.html" {
		t.Errorf("the text begins in %s", got["en"].At.File)
	}
}

func TestTemplateOfModule(t *testing.T) {
	s := shop()
	s.Folder = "modules/m"
	got, found := content.Compile(parse(t, `template("x.txt")`), s, folder("modules/m/x.txt", "a"))
	right(t, found)
	if show(got["es"]) != "a" {
		t.Errorf("got %q", show(got["es"]))
	}
}

// Only ${ } is special in a file: %{, CSS and all bytes stay.
func TestFileKeepsItsBytes(t *testing.T) {
	text := "<style>a{b:c}%{d}$e{f}</style>\xff\x00 $$ $ {x} $${y} é\r\n"
	got, found := content.CompileHTML(parse(t, `template("x.html")`), shop(), folder("x.html", text))
	right(t, found)
	want := "<style>a{b:c}%{d}$e{f}</style>\xff\x00 $$ $ {x} ${y} é\r\n"
	if d := cmp.Diff(want, show(got["es"])); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestConstantsAreEscapedByPlace(t *testing.T) {
	got, found := content.CompileHTML(parse(t, `"<p title='${var.motto}'>${var.motto}</p><a href='${var.base_url}/?q=${person.customer_id}'>"`), shop(), folder())
	right(t, found)
	want := "<p title='Light &amp; &lt;air&gt;'>Light &amp; &lt;air&gt;</p><a href='https://lumen.example/?q={person.customer_id url}'>"
	if d := cmp.Diff(want, show(got["es"])); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	raw, found := content.CompileHTML(parse(t, `var.motto`), shop(), folder())
	right(t, found)
	if show(raw["es"]) != "Light & <air>" {
		t.Errorf("a whole constant is raw, got %q", show(raw["es"]))
	}
}

func TestRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{ es = "a" }`, `CNT001 x.hcl:1:1-13: nothing for en | add en = "..."`},
		{`{ es = "a", em = "b" }`, `CNT002 x.hcl:1:13-15: there is en | write en`},
		{`{ es = "a", en = "b", fr = "c" }`, `CNT002 x.hcl:1:23-25: nobody would read this | leave fr out, or add it to languages in the project block`},
		{`template("content/w.${language}.html")`,
			"CNT003 x.hcl:1:10-38: there is no content/w.es.html or content/w.en.html | make content/w.es.html and content/w.en.html"},
		{`template("../x.html")`, `CNT009 x.hcl:1:10-21: ../x.html | write it as in "content/welcome.es.html"`},
		{`template("/etc/x")`, `CNT009 x.hcl:1:10-18: /etc/x | write it as in "content/welcome.es.html"`},
		{`template("a\\..\\b")`, `CNT009 x.hcl:1:10-20: a\..\b | write it as in "content/welcome.es.html"`},
		{`template()`, `CNT003 x.hcl:1:1-11: which file? | write template("content/x.${language}.html")`},
		{`template(person.first_name)`, `TYP015 x.hcl:1:10-27: differs from person to person or from time to time`},
		{`"Hi ${person.first_name}"`, `CNT004 x.hcl:1:7-24: not known of everybody | write ${coalesce(person.first_name, "...")}`},
		{`"Hi ${person.birth_date}"`, `CNT004 x.hcl:1:7-24: not known of everybody | write ${coalesce(person.birth_date, date("2026-12-01"))}`},
		{`"Hi ${person.frst_name}"`, `REF001 x.hcl:1:7-23: there is person.first_name | write person.first_name`},
		{`"Hi ${person.vip}"`, `CNT008 x.hcl:1:7-17: this is true or false`},
		{`"Hi ${entry.order}"`, `CNT008 x.hcl:1:7-18: this is a whole object | write one of its fields: ${entry.order.number}`},
		{`"Hi ${link.hom}"`, `REF001 x.hcl:1:7-15: there is link.home | write link.home`},
		{`"Hi ${purpose.offers}"`, `TYP021 x.hcl:1:7-21: this is a purpose | write reachable(purpose.x, channel.y)`},
		{`"content/hello.${language}.html"`, `CNT012 x.hcl:1:1-33: the name of a file, not what is in it | write template(...) around it`},
		{`"hello.TXT"`, `CNT012 x.hcl:1:1-12: the name of a file, not what is in it | write template(...) around it`},
		{`"see hello.txt"`, ``},
		{`"Hi {{ first_name }}, a {b} 50%%"`, `CNT013 x.hcl:1:2-33: stays as it is | write ${coalesce(person.first_name, "...")}`},
		{`"Hi {person.first_name} {link.home}"`, `CNT013 x.hcl:1:2-36: stays as it is | write ${coalesce(person.first_name, "...")}`},
		{`"Hi ${person.first_name || "you"}"`, `TYP001 x.hcl:1:7-33: && and || stand between conditions, and a text has none | write coalesce(person.first_name, "you")`},
		{`"Hi ${person.first_name && "you"}"`,
			`TYP001 x.hcl:1:7-33: && and || stand between conditions, and a text has none | make a touchpoint for each case, and choose between them in the journey`},
		{`"Look: {link.home}"`, `CNT013 x.hcl:1:2-19: stays as it is | write ${link.home}`},
		{`"a {b.c} $${person.first_name}"`, ""},
		{`"Hi *|FNAME|*"`, `CNT013 x.hcl:1:2-14: stays as it is | write ${person.<name>} for what is known of the person`},
		{`"Hi %%First_Name%%"`, `CNT013 x.hcl:1:2-19: stays as it is | write ${coalesce(person.first_name, "...")}`},
		{`"{% if gold %}a{% endif %}"`, `CNT013 x.hcl:1:2-27: stays as it is | make a touchpoint for each case, and choose between them in the journey`},
		{`"Hi ${person.vip ? "a" : "b"}"`,
			`TYP009 x.hcl:1:7-29:  | make a touchpoint for each case, and choose between them in the journey`},
		{`5 > 3`, `CNT008 x.hcl:1:1-6: this is true or false`},
	} {
		_, found := content.Compile(parse(t, c.in), shop(), folder())
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestLanguagesThatAreWrongAreLeftOut(t *testing.T) {
	got, found := content.Compile(parse(t, `{ es = "a", en = "${person.vip}" }`), shop(), folder())
	if !found.HasErrors() || len(got) != 1 || show(got["es"]) != "a" {
		t.Errorf("got %v and %s", got, spell(found))
	}
}

// What is wrong in a file is shown in that file, at its line and column.
func TestRefusesInFile(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"é\n🙂 ${person.frst_name}", "REF001 t.html:2:5-21: there is person.first_name | write person.first_name"},
		{"<p>${person.first_name}", `CNT004 t.html:1:4-24: not known of everybody | write ${coalesce(person.first_name, "...")}`},
		{"\n\n${person.first_name", `CNT006 t.html:3:1-3: no } follows | close it with }, or write $${ for the characters themselves`},
		{"${coalesce(person.first_name, \"x}", `CNT006 t.html:1:1-3: no } follows | close it with }, or write $${ for the characters themselves`},
		{"é\n🙂 {{ x }} {% if y %}", "CNT013 t.html:2:3-10: stays as it is | write ${person.<name>} for what is known of the person"},
		{"<style>a{{b:c}}</style>%%x", "CNT013 t.html:1:9-16: stays as it is | write ${person.<name>} for what is known of the person"},
		{"${}", `CNT007 t.html:1:1-4:  | write $${ for the characters themselves`},
		{"${ a b }", `CNT007 t.html:1:6-7:  | write $${ for the characters themselves`},
		{"${coalesce(person.first_name, \"}\")}${person.frst_name}", "REF001 t.html:1:38-54: there is person.first_name | write person.first_name"},
	} {
		_, found := content.Compile(parse(t, `template("t.html")`), shop(), folder("t.html", c.text))
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, d)
		}
	}
}

func TestUnreadableFileIsNamedWithoutItsFolder(t *testing.T) {
	read := func(string) ([]byte, error) {
		return nil, &fs.PathError{Op: "open", Path: "/home/ana/x.html", Err: errors.New("permission denied")}
	}
	_, found := content.Compile(parse(t, `template("x.html")`), shop(), read)
	if d := cmp.Diff("CNT003 x.hcl:1:10-18: x.html: permission denied", spell(found)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestLinkURL(t *testing.T) {
	for _, c := range []struct{ in, want, wrong string }{
		{`"${var.base_url}/address"`, "https://lumen.example/address", ""},
		{`"https://lumen.example/?c=${person.customer_id}"`, "https://lumen.example/?c={person.customer_id url}", ""},
		{`person.page`, "{person.page plain}", ""},
		{`person.customer_id`, "", "CNT005 x.hcl:1:1-19: would decide where the address leads | write the beginning of the address before it, such as https://example.com/"},
		{`"javascript:alert(1)"`, "javascript:alert(1)",
			`CNT011 x.hcl:1:1-22: runs or reads something on the reader's own device | write where it leads, such as "https://example.test/page"`},
		{`"shop-app://orders"`, "shop-app://orders", ""},
		{`"${person.first_name}/x"`, "/x", `CNT004 x.hcl:1:4-21: not known of everybody | write ${coalesce(person.first_name, "...")}`},
	} {
		got, found := content.LinkURL(parse(t, c.in), shop())
		if d := cmp.Diff([]string{c.want, c.wrong}, []string{show(got), spell(found)}); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestCasesAreComplete(t *testing.T) {
	if len(content.Cases) != 4 {
		t.Errorf("%d cases", len(content.Cases))
	}
	codes := map[string]bool{}
	for _, r := range content.Rules {
		if codes[r.Code] || r.Summary == "" || r.Severity != diag.Error && r.Code != "CNT013" {
			t.Errorf("rule %+v", r)
		}
		codes[r.Code] = true
	}
	for _, r := range expr.Rules {
		if codes[r.Code] || r.Summary == "" {
			t.Errorf("rule %+v", r)
		}
		codes[r.Code] = true
	}
}
