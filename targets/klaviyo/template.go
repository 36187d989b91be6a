package klaviyo

import (
	"errors"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
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
	case expr.Aggregate, expr.And, expr.Any, expr.Call, expr.Coalesce, expr.Compare, expr.Did, expr.Excluded, expr.FollowedBy,
		expr.Is, expr.IsSet, expr.Literal, expr.Member, expr.Not, expr.OneOf, expr.Or, expr.Reachable, expr.Record,
		expr.Suppressed, expr.Within:
	}
	return "", errors.New("it cannot work out " + expr.Print(e) + " when it sends")
}

func (l *lowering) respelled(a ir.Attribute) bool {
	words, enum := a.Type.(types.Enum)
	if !enum {
		return false
	}
	for _, word := range words.Values {
		if l.Names.Word(a.Name, word).Theirs != word {
			return true
		}
	}
	return false
}

// templates makes the e-mail of each touchpoint, all languages in one: flows do
// not come together again after a branch, so one for each language would double
// everything that follows a message.
func (l *lowering) templates() {
	for _, t := range account.Here(l, l.Program.Touchpoints) {
		if !l.by(t, "email") {
			continue
		}
		l.add(resource.Resource{
			Address: l.Address(t.Address, roleTemplate), Kind: kindTemplate, At: t.At,
			Attributes: l.template(t), Places: map[string]diag.Range{"html": t.Content.Body[l.first()].At, "text": t.Content.Text[l.first()].At},
		})
	}
}

// roleTemplate is the role of a touchpoint's e-mail.
const roleTemplate = "template"

// first is the language of whoever's is not known.
func (l *lowering) first() string { return l.Program.Project.Languages[0] }

// by tells whether a touchpoint goes by a medium.
func (l *lowering) by(t ir.Touchpoint, medium string) bool {
	for _, channel := range t.Channels {
		if word, err := l.medium(channel); err == nil && word == medium {
			return true
		}
	}
	return false
}

// spoken is a text in the language of the person, the project's first one being
// for whoever's is not known.
func (l *lowering) spoken(in func(language string) string) string {
	first := in(l.first())
	languages := l.Program.Project.Languages[1:]
	attribute, known := l.Program.Person.AttributeNamed(l.Program.Person.Language)
	if !known || len(languages) == 0 {
		return first
	}
	name := filled("person", l.Names.Field(attribute.Name).Theirs)
	out := ""
	for _, language := range languages {
		if text := in(language); text != first {
			word := "if"
			if out != "" {
				word = "elif"
			}
			out += "{% " + word + " " + name + ` == "` + l.Names.Word(attribute.Name, language).Theirs + `" %}` + text
		}
	}
	if out == "" {
		return first
	}
	return out + "{% else %}" + first + "{% endif %}"
}

// template is one e-mail. One without a body is its text as HTML.
func (l *lowering) template(t ir.Touchpoint) resource.Map {
	texts := l.texts()
	out := resource.Map{"html": resource.String(l.spoken(func(language string) string {
		body, has := t.Content.Body[language]
		if !has {
			body = merge.HTML(t.Content.Text[language])
		}
		return closing(texts.Lower(body, language), l.Marketing(t))
	}))}
	if len(t.Content.Text) > 0 {
		out["text"] = resource.String(l.spoken(func(language string) string {
			words := texts.Lower(t.Content.Text[language], language)
			if l.Marketing(t) {
				words += "\n\n{% unsubscribe %}"
			}
			return words
		}))
	}
	l.Found = append(l.Found, texts.Findings()...)
	return out
}

// closing adds the way out that every marketing e-mail must have. Klaviyo makes
// the link, and the header for one click, from its tag.
func closing(body string, marketing bool) string {
	if !marketing {
		return body
	}
	return merge.Closing(body, "{% unsubscribe", "<p>{% unsubscribe %}</p>")
}
