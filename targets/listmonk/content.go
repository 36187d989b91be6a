package listmonk

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/merge"
)

// templates is listmonk's merge language: package merge's Go, where a value
// that is missing is never an error and never "<no value>", and values in
// texts that are not HTML are not escaped as if they were: listmonk renders
// those too with templates for HTML.
type templates struct {
	merge.Go
	subject bool // subjects are templates for text
}

// Value writes the first variable that is set, else the fallback, else nothing.
func (t templates) Value(v merge.Value) (string, error) {
	if len(v.Variables) == 0 {
		return "", errors.New("it has nothing to fill in")
	}
	var terms []string
	for _, variable := range v.Variables {
		term := variable.Name
		if variable.Lower {
			term = `(lower (toString (or ` + term + ` "")))`
		}
		terms = append(terms, term)
	}
	value := "or " + strings.Join(append(terms, strconv.Quote(v.Fallback)), " ")
	if v.Place == content.Plain && !t.subject {
		return "{{ Safe (toString (" + value + ")) }}", nil
	}
	return "{{ " + value + " }}", nil
}

// mail is the texts of a message as listmonk holds them.
type mail struct {
	subject, body, plain string
}

// message writes the texts of a touchpoint.
type message struct {
	guarding
	// entry is where the event that the message is about is found; "" where
	// there is none.
	entry string
	event string
	found diag.List
}

// texts lowers what a touchpoint says in every language; which is sent is
// decided when it is.
func (m *message) texts(t ir.Touchpoint) mail {
	m.event = t.About
	body := t.Content.Body
	out := mail{subject: m.localized(t.Content.Subject, templates{subject: true})}
	if len(body) == 0 {
		out.body = m.localized(asHTML(t.Content.Text), templates{})
		return out
	}
	out.body = m.localized(body, templates{})
	if len(t.Content.Text) > 0 {
		out.plain = m.localized(t.Content.Text, templates{})
	}
	return out
}

// asHTML is texts as they look in a mail of HTML: an e-mail without body sends
// its text.
func asHTML(texts map[string]content.Template) map[string]content.Template {
	out := map[string]content.Template{}
	for language, t := range texts {
		out[language] = merge.HTML(t)
	}
	return out
}

// localized is a text in the subscriber's language, else in the project's
// first.
func (m *message) localized(byLanguage map[string]content.Template, dialect merge.Dialect) string {
	texts := &merge.Texts{Program: m.program, Platform: m.platform.Address, Dialect: dialect, Variable: m.variable}
	var others []string
	first := ""
	if len(m.program.Project.Languages) > 0 {
		first = m.program.Project.Languages[0]
	}
	for language := range byLanguage {
		if language != first {
			others = append(others, language)
		}
	}
	sort.Strings(others)
	var b strings.Builder
	word := "if"
	for _, language := range others {
		if condition, asks := m.speaks(language); asks {
			b.WriteString("{{ " + word + " " + condition + " }}" + texts.Lower(byLanguage[language], language))
			word = "else if"
		}
	}
	fallback := texts.Lower(byLanguage[first], first)
	if word == "if" {
		b.WriteString(fallback)
	} else {
		b.WriteString("{{ else }}" + fallback + "{{ end }}")
	}
	m.found = append(m.found, texts.Findings()...)
	return b.String()
}

// speaks is the condition that a subscriber's language is this one.
func (m *message) speaks(language string) (string, bool) {
	attribute := m.program.Person.Language
	if attribute == "" {
		return "", false
	}
	word := m.account.names.Word(attribute, language).Theirs
	return fmt.Sprintf("eq %s %q", m.of(m.account.place(m.program, attribute)), word), true
}

// of is a value of the subscriber, in a text.
func (m *message) of(s stored) string {
	switch {
	case s == storedAs(columnEmail):
		return ".Subscriber.Email"
	case s == storedAs(columnName):
		return ".Subscriber.Name"
	}
	return inside(".Subscriber.Attribs", s.name)
}

// variable is where a value that a text mentions is found when it is sent.
func (m *message) variable(e expr.Expr) (string, error) {
	k, known := kindOf(expr.TypeOf(e))
	if !known {
		return "", errors.New("it cannot write " + expr.TypeOf(e).String())
	}
	switch e := e.(type) {
	case expr.Attribute:
		a, declared := m.program.Person.AttributeNamed(e.Path[0])
		switch {
		case len(e.Path) > 1:
			return "", errors.New("it keeps no objects beside subscribers")
		case declared && a.Value != nil:
			return "", fmt.Errorf("it cannot work out person.%s when it sends", a.Name)
		case declared && !a.FreshFor.IsZero():
			return "", fmt.Errorf("it does not keep when person.%s was learned, which counts for %s", a.Name, a.FreshFor)
		}
		return written(m.of(m.account.place(m.program, e.Path[0])), k), nil
	case expr.Field:
		if m.entry == "" || m.event == "" {
			return "", errors.New("it sends to everybody at one instant, and of no event")
		}
		name := inside(m.entry, m.account.names.Detail(m.event, e.Path[0]).Theirs)
		for _, further := range e.Path[1:] {
			name = inside(name, further)
		}
		return written(name, k), nil
	case expr.Literal, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is,
		expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return "", fmt.Errorf("it cannot work out %s when it sends", expr.Print(e))
}

// written is a value as people read it: numbers without an exponent, and 0 and
// false are values.
func written(name string, k kind) string {
	if k == number || k == truth {
		return `(and (not (kindIs "invalid" ` + name + `)) (toJson ` + name + `))`
	}
	return name
}
