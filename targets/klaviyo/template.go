package klaviyo

import (
	"errors"
	"html"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/merge"
)

// texts lowers texts of this platform.
func (l *lowering) texts() *merge.Texts {
	return &merge.Texts{Program: l.Program, Platform: l.Platform.Address, Dialect: merge.Django{}, Variable: l.variable}
}

// variable is the name of a stored value in a template.
func (l *lowering) variable(e expr.Expr) (string, error) {
	switch e := e.(type) {
	case expr.Attribute:
		name, err := l.property(e)
		if err != nil {
			return "", err
		}
		if a, known := l.Program.Person.AttributeNamed(e.Path[0]); known && l.respelled(a) {
			return "", errors.New("Klaviyo spells the words of " + a.Name + " in its own way, and they would be sent as it spells them")
		}
		return filled("person", name), nil
	case expr.Field:
		if e.Of != expr.Entry || len(e.Path) != 1 {
			return "", errors.New("Klaviyo fills in what the event that began the flow carries itself, and not " + expr.Print(e))
		}
		return filled("event", e.Path[0]), nil
	}
	return "", errors.New("it cannot work out " + expr.Print(e) + " when it sends")
}

func (l *lowering) respelled(a ir.Attribute) bool {
	words, enum := a.Type.(types.Enum)
	if !enum {
		return false
	}
	for _, word := range words.Values {
		if l.names.Word(a.Name, word).Theirs != word {
			return true
		}
	}
	return false
}

// templates makes the e-mail of each touchpoint in each language.
func (l *lowering) templates() {
	for _, t := range here(l, l.Program.Touchpoints) {
		if !l.by(t, "email") {
			continue
		}
		for _, language := range l.languages(t) {
			l.add(resource.Resource{
				Address: l.address(t.Address, "template."+language), Kind: kindTemplate, At: t.At,
				Attributes: l.template(t, language), Places: map[string]diag.Range{"html": t.Content.Body[language].At, "text": t.Content.Text[language].At},
			})
		}
	}
}

// by tells whether a touchpoint goes by a medium.
func (l *lowering) by(t ir.Touchpoint, medium string) bool {
	for _, channel := range t.Channels {
		if word, err := l.medium(channel); err == nil && word == medium {
			return true
		}
	}
	return false
}

// languages lists the languages that a touchpoint has, in the project's order.
func (l *lowering) languages(t ir.Touchpoint) []string {
	var out []string
	for _, language := range l.Program.Project.Languages {
		if _, body := t.Content.Body[language]; body {
			out = append(out, language)
		} else if _, text := t.Content.Text[language]; text {
			out = append(out, language)
		}
	}
	return out
}

// template is one e-mail. One without a body is its text as HTML.
func (l *lowering) template(t ir.Touchpoint, language string) resource.Map {
	texts := l.texts()
	body, has := t.Content.Body[language]
	text, plain := t.Content.Text[language]
	if !has {
		body = marked(text)
	}
	out := resource.Map{"editor_type": resource.String("CODE"), "html": resource.String(closing(texts.Lower(body, language), l.marketing(t)))}
	if plain {
		words := texts.Lower(text, language)
		if l.marketing(t) {
			words += "\n\n{% unsubscribe %}"
		}
		out["text"] = resource.String(words)
	}
	l.found = append(l.found, texts.Findings()...)
	return out
}

func (l *lowering) marketing(t ir.Touchpoint) bool {
	purpose, _ := ir.Find(l.Program.Purposes, t.Purpose)
	return purpose.Class == ir.Marketing
}

// closing adds the way out that every marketing e-mail must have. Klaviyo makes
// the link, and the header for one click, from its tag.
func closing(body string, marketing bool) string {
	if !marketing || strings.Contains(body, "{% unsubscribe") {
		return body
	}
	out := "<p>{% unsubscribe %}</p>"
	if at := strings.LastIndex(strings.ToLower(body), "</body>"); at >= 0 {
		return body[:at] + out + body[at:]
	}
	return body + out
}

// marked is a plain text as HTML.
func marked(t content.Template) content.Template {
	out := content.Template{At: t.At}
	for _, piece := range t.Pieces {
		switch p := piece.(type) {
		case content.Text:
			p.Text = strings.ReplaceAll(html.EscapeString(p.Text), "\n", "<br>\n")
			piece = p
		case content.Slot:
			p.Escape = content.HTML
			piece = p
		case content.LinkSlot:
			p.Escape = content.HTML
			piece = p
		case content.PartSlot:
		}
		out.Pieces = append(out.Pieces, piece)
	}
	return out
}
