package merge_test

import (
	"bytes"
	"fmt"
	"html"
	htmltemplate "html/template"
	"net/url"
	"strings"
	"testing"
	"text/template"

	"github.com/flosch/pongo2/v6"
	"github.com/google/go-cmp/cmp"
	"github.com/osteele/liquid"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/merge"
)

// A language is judged by an engine that renders it.
type engine struct {
	dialect merge.Dialect
	name    func(field string) string
	render  func(source string, person map[string]any, page bool) (string, error)
}

var engines = map[string]engine{
	"liquid": {merge.Liquid{}, func(f string) string { return "contact." + f }, renderLiquid},
	"django": {merge.Django{}, func(f string) string { return "contact." + f }, renderDjango},
	"go":     {merge.Go{}, func(f string) string { return ".Subscriber.Attribs." + f }, renderGo},
}

func renderLiquid(source string, person map[string]any, _ bool) (string, error) {
	out, err := liquid.NewEngine().ParseAndRenderString(source, map[string]any{"contact": person})
	if err != nil {
		return "", err
	}
	return out, nil
}

func renderDjango(source string, person map[string]any, _ bool) (string, error) {
	// This engine escapes again what was escaped, where Django's remembers.
	t, err := pongo2.FromString("{% autoescape off %}" + source + "{% endautoescape %}")
	if err != nil {
		return "", err
	}
	return t.Execute(pongo2.Context{"contact": person})
}

func renderGo(source string, person map[string]any, page bool) (string, error) {
	lower := map[string]any{"lower": strings.ToLower}
	data := map[string]any{"Subscriber": map[string]any{"Attribs": person}}
	var b bytes.Buffer
	if page {
		t, err := htmltemplate.New("body").Funcs(lower).Parse(source)
		if err != nil {
			return "", err
		}
		err = t.Execute(&b, data)
		return b.String(), err
	}
	t, err := template.New("subject").Funcs(lower).Parse(source)
	if err != nil {
		return "", err
	}
	err = t.Execute(&b, data)
	return b.String(), err
}

func texts(e engine) *merge.Texts {
	return &merge.Texts{
		Program: &ir.Program{
			Links: []ir.Link{{Head: ir.Head{Address: "link.shop"}, URL: content.Template{Pieces: []content.Piece{
				content.Text{Text: "https://shop.example/?a=1&name="}, content.Slot{Value: attribute("name"), Escape: content.InURL},
			}}}},
			Parts: []ir.Part{{Head: ir.Head{Address: "part.footer"}, Body: map[string]content.Template{"es": words("<p>Adiós {{ ella }}</p>")}}},
		},
		Platform: "platform.mail", Dialect: e.dialect,
		Variable: func(x expr.Expr) (string, error) {
			a, ok := x.(expr.Attribute)
			if !ok || a.Path[0] == "secret" {
				return "", fmt.Errorf("it does not keep %s", expr.Print(x))
			}
			return e.name(a.Path[0]), nil
		},
	}
}

func attribute(name string) expr.Expr {
	return expr.Attribute{Path: []string{name}, Type: types.String}
}

func literal(text string) expr.Expr { return expr.Literal{Value: types.Text(text), Type: types.String} }

func words(text string) content.Template {
	return content.Template{Pieces: []content.Piece{content.Text{Text: text}}}
}

func coalesce(terms ...expr.Expr) expr.Expr { return expr.Coalesce{Terms: terms} }

// one is a text with one value between two words.
func one(e expr.Expr, place content.Escape) content.Template {
	before, after := map[content.Escape]string{content.HTML: "<p>", content.Attribute: `<p title="`, content.InURL: `<a href="https://shop.example/?q=`, content.Plain: "Hi "},
		map[content.Escape]string{content.HTML: "</p>", content.Attribute: `"></p>`, content.InURL: `">x</a>`, content.Plain: "!"}
	return content.Template{Pieces: []content.Piece{content.Text{Text: before[place]}, content.Slot{Value: e, Escape: place}, content.Text{Text: after[place]}}}
}

// read is the value that stands in a rendered text, as a reader's machine
// takes it; false when it broke out of its place.
func read(rendered string, place content.Escape) (string, bool) {
	frame := one(literal(""), place)
	before, after := frame.Pieces[0].(content.Text).Text, frame.Pieces[2].(content.Text).Text
	inner, starts := strings.CutPrefix(rendered, before)
	inner, ends := strings.CutSuffix(inner, after)
	switch {
	case !starts || !ends:
		return rendered, false
	case place == content.Plain:
		return inner, true
	case strings.ContainsAny(inner, `<>"`):
		return inner, false
	case place == content.InURL:
		value, err := url.QueryUnescape(html.UnescapeString(inner))
		return value, err == nil && !strings.ContainsAny(html.UnescapeString(inner), "&#=")
	}
	return html.UnescapeString(inner), true
}

var places = []content.Escape{content.Plain, content.HTML, content.Attribute, content.InURL}

// nasty is texts of the kind that break out of templates, tags and addresses.
var nasty = rapid.StringOfN(rapid.SampledFrom([]rune(`ab {}%#<>&"'=?+/|\é;ñ-`)), 0, 12, -1)

// What is filled in is the value, wherever it stands and whatever is in it.
func TestLawValuesStayValues(t *testing.T) {
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				place := rapid.SampledFrom(places).Draw(t, "place")
				value, fallback := nasty.Draw(t, "value"), nasty.Draw(t, "fallback")
				lowering := texts(e)
				source := lowering.Lower(one(coalesce(attribute("name"), literal(fallback)), place), "es")
				if len(lowering.Findings()) > 0 {
					if name == "go" {
						t.Fatalf("%q was refused: %+v", fallback, lowering.Findings())
					}
					return // a fallback that the language cannot write; said so
				}
				rendered, err := e.render(source, map[string]any{"name": value}, place != content.Plain)
				if err != nil {
					t.Fatalf("%s: %v", source, err)
				}
				want := value
				if value == "" {
					want = fallback
				}
				if got, inside := read(rendered, place); !inside || got != want {
					t.Errorf("want %q, got %q (inside: %v) from %q by %s", want, got, inside, rendered, source)
				}
			})
		})
	}
}

// Words stay words, whatever they look like and whatever comes next.
func TestLawWordsStayWords(t *testing.T) {
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := nasty.Draw(t, "words")
				lowering := texts(e)
				source := lowering.Lower(content.Template{Pieces: []content.Piece{
					content.Text{Text: want}, content.Slot{Value: attribute("name"), Escape: content.Plain}, content.Text{Text: "."},
				}}, "es")
				got, err := e.render(source, map[string]any{"name": "Ana"}, false)
				if err != nil || got != want+"Ana." || len(lowering.Findings()) > 0 {
					t.Errorf("want %q, got %q, %v from %q", want+"Ana.", got, err, source)
				}
			})
		})
	}
}

func TestValues(t *testing.T) {
	name, nick := attribute("name"), attribute("nick")
	for _, c := range []struct {
		dialect merge.Dialect
		e       expr.Expr
		place   content.Escape
		want    string
	}{
		{merge.Liquid{}, name, content.Plain, `{{ name }}`},
		{merge.Liquid{}, coalesce(nick, name, literal("there")), content.HTML, `{{ nick | default: name | default: "there" | escape }}`},
		{merge.Liquid{}, expr.Call{Func: "lower", Args: []expr.Expr{coalesce(name, literal("YOU"))}}, content.Plain, `{{ name | default: "you" | downcase }}`},
		{merge.Liquid{}, coalesce(name, literal(`say "hi"`)), content.InURL, `{{ name | default: 'say "hi"' | url_encode | replace: "+", "%20" }}`},
		{merge.Django{}, coalesce(name, literal("there")), content.HTML, `{{ name|default:"there"|escape }}`},
		{merge.HubL{}, coalesce(name, literal("there")), content.Attribute, `{{ name|default("there", true)|escape_attr }}`},
		{merge.HubL{}, name, content.InURL, `{{ name|urlencode }}`},
		{merge.Go{}, name, content.HTML, `{{ name }}`},
		{merge.Go{}, coalesce(nick, name, literal(`a "b"`)), content.Plain, `{{ or nick name "a \"b\"" }}`},
		{merge.Go{}, expr.Call{Func: "lower", Args: []expr.Expr{name}}, content.Plain, `{{ lower name }}`},
		{merge.Mautic{}, coalesce(name, literal("a & b")), content.HTML, `{contactfield=name|a &amp; b}`},
		{merge.Mautic{}, name, content.InURL, `{contactfield=name|true}`},
		{merge.Liquid{}, literal("<b>"), content.HTML, `&lt;b&gt;`},
	} {
		lowering := texts(engine{dialect: c.dialect, name: func(f string) string { return f }})
		got := lowering.Lower(content.Template{Pieces: []content.Piece{content.Slot{Value: c.e, Escape: c.place}}}, "es")
		if diff := cmp.Diff(c.want, got); diff != "" || len(lowering.Findings()) > 0 {
			t.Errorf("%T, %s: findings %+v (-want +got):\n%s", c.dialect, expr.Print(c.e), lowering.Findings(), diff)
		}
	}
}

func TestWhatCannotBeSaid(t *testing.T) {
	name, nick := attribute("name"), attribute("nick")
	lower := expr.Call{Func: "lower", Args: []expr.Expr{name}}
	for _, c := range []struct {
		dialect merge.Dialect
		e       expr.Expr
		place   content.Escape
		want    string
	}{
		{merge.Liquid{}, attribute("secret"), content.HTML, "It does not keep person.secret."},
		{merge.Liquid{}, expr.Aggregate{Op: expr.Count, Of: expr.Source{Event: "event.bought"}, Window: expr.Ever}, content.HTML, `It cannot work out count(event.bought, "ever") when it sends.`},
		{merge.Liquid{}, expr.Call{Func: "sha256", Args: []expr.Expr{name}}, content.HTML, "It cannot work out sha256(person.name) when it sends."},
		{merge.Django{}, coalesce(name, literal(`"it's"`)), content.HTML, `Its texts in quotation marks cannot hold both " and ', a backslash, a line break or closing braces.`},
		{merge.HubL{}, coalesce(name, lower), content.HTML, "It cannot write one of two values in small letters and the other as it is."},
		{merge.Mautic{}, coalesce(name, nick), content.HTML, "It fills in one value and cannot choose between several."},
		{merge.Mautic{}, lower, content.HTML, "It cannot write a value in small letters."},
		{merge.Mautic{}, coalesce(name, literal("x")), content.InURL, "In an address it has no word for a value that is missing."},
		{merge.Mautic{}, coalesce(name, literal("true")), content.HTML, `What stands in for a missing value cannot be "true" or hold braces, | or a line break.`},
	} {
		lowering := texts(engine{dialect: c.dialect, name: func(f string) string { return f }})
		lowering.Lower(content.Template{Pieces: []content.Piece{content.Slot{Value: c.e, Escape: c.place}}}, "es")
		var got []string
		for _, d := range lowering.Findings() {
			got = append(got, d.Detail)
		}
		if diff := cmp.Diff([]string{c.want}, got); diff != "" {
			t.Errorf("%T, %s (-want +got):\n%s", c.dialect, expr.Print(c.e), diff)
		}
	}
	lowering := texts(engine{dialect: merge.Mautic{}})
	lowering.Lower(words("write {contactfield=x}"), "es")
	if len(lowering.Findings()) != 1 {
		t.Error("words that are a token of Mautic's were passed on")
	}
}

// A link is put together of its constant parts and its values, and a part is
// put in whole, in the language of the message.
func TestLinksAndParts(t *testing.T) {
	for name, e := range engines {
		lowering := texts(e)
		source := lowering.Lower(content.Template{Pieces: []content.Piece{
			content.Text{Text: `<a href="`}, content.LinkSlot{Link: "link.shop", Escape: content.Attribute}, content.Text{Text: `">x</a>`}, content.PartSlot{Part: "part.footer"},
		}}, "es")
		got, err := e.render(source, map[string]any{"name": "a&b c"}, true)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got = strings.ReplaceAll(html.UnescapeString(got), "+c", "%20c")
		if diff := cmp.Diff(`<a href="https://shop.example/?a=1&name=a%26b%20c">x</a><p>Adiós {{ ella }}</p>`, got); diff != "" || len(lowering.Findings()) > 0 {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
