package local

import (
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
)

// role is the role of a touchpoint's template in one language.
func role(language string) string { return "template." + language }

// languages lists the languages that a touchpoint has a text in, sorted.
func languages(c ir.Content) []string {
	seen := map[string]bool{}
	for _, texts := range []map[string]content.Template{c.Subject, c.Body, c.Text} {
		for language := range texts {
			seen[language] = true
		}
	}
	out := make([]string, 0, len(seen))
	for language := range seen {
		out = append(out, language)
	}
	sort.Strings(out)
	return out
}

func (f *form) touchpoint(t ir.Touchpoint) {
	f.text("purpose", t.Purpose)
	f.on(t.Purpose, t.At)
	f.texts("channels", t.Channels)
	f.onAll(t.Channels, t.ChannelsAt)
	f.expr("prefer", t.Prefer)
	f.text("phase", t.Phase)
	f.text("benefit", t.Benefit)
	f.text("about", t.About)
	f.on(t.About, t.At)
	f.text("unsubscribe", t.Unsubscribe)
	f.texts("asks", t.Asks)
	f.texts("languages", languages(t.Content))
	for _, language := range languages(t.Content) {
		f.need(need{name: t.Address, role: role(language)})
	}
	f.on(personLanguage, t.At)
	f.on(languageList, t.At)
}

// template is the texts of a touchpoint in one language.
func (l *lowering) template(t ir.Touchpoint, language string) *form {
	f := l.newForm()
	said := resource.Map{}
	for name, byLanguage := range map[string]map[string]content.Template{
		"subject": t.Content.Subject, "body": t.Content.Body, "text": t.Content.Text,
	} {
		if text, there := byLanguage[language]; there {
			f.attributes[name] = resource.String(textOf(text))
			said[name] = l.hash(text)
		}
	}
	for _, text := range []content.Template{t.Content.Subject[language], t.Content.Body[language], t.Content.Text[language]} {
		f.template(text)
	}
	f.text("language", language)
	f.list(resource.Meaning, said)
	return f
}

func (f *form) link(l ir.Link) {
	f.content("url", l.URL)
	f.text("purpose", l.Purpose)
	f.on(l.Purpose, l.At)
	f.flag("marketing", l.Marketing)
}

func (f *form) part(p ir.Part) {
	f.flag("marketing", p.Marketing)
	body := resource.Map{}
	for _, language := range languages(ir.Content{Body: p.Body}) {
		body[language] = resource.String(textOf(p.Body[language]))
		f.template(p.Body[language])
	}
	f.list("body", body)
}
