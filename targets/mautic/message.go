package mautic

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/merge"
)

// roleMail and roleText are the roles of a touchpoint's messages; a translation
// has its language behind it.
const (
	roleMail = "mail"
	roleText = "text"
)

// tokens is Mautic's merge language, which puts values into HTML as they are.
type tokens struct {
	merge.Mautic
	l *lowering
}

// Value writes one token where that is safe.
func (t tokens) Value(v merge.Value) (string, error) {
	free := false
	for _, variable := range v.Variables {
		free = free || !t.l.closed(variable.Name)
	}
	switch {
	case free && v.Place == content.Attribute:
		return "", errors.New("it does not escape values, so whoever writes a quotation mark into their own data could end the attribute")
	case free && v.Place == content.HTML && !t.l.trusted:
		return "", errors.New("it does not escape values, so whoever writes HTML into their own data would write it into the e-mail (trust_fields = true in the platform block says that fields hold none)")
	}
	return t.Mautic.Value(v)
}

// closed tells whether all values of a field are harmless: numbers, dates, yes
// or no, and words that are listed.
func (l *lowering) closed(field string) bool {
	ours, known := l.Names.Ours(l.Program, field)
	a, stored := l.Program.Person.AttributeNamed(ours)
	if !known || !stored {
		return false
	}
	if _, enum := a.Type.(types.Enum); enum {
		return true
	}
	return slices.Contains([]types.Type{types.Number, types.Money, types.Bool, types.DateType, types.Timestamp}, a.Type)
}

// texts lowers texts of this platform.
func (l *lowering) texts() *merge.Texts {
	return &merge.Texts{Program: l.Program, Platform: l.Platform.Address, Dialect: tokens{l: l}, Variable: l.variable}
}

// variable is the field that a token fills in.
func (l *lowering) variable(e expr.Expr) (string, error) {
	of, stored := e.(expr.Attribute)
	if !stored {
		return "", errors.New("Mautic keeps no events of a shop's own, so it cannot fill in " + expr.Print(e))
	}
	name, _, err := l.contactField(of)
	if err != nil {
		return "", err
	}
	a, known := l.Program.Person.AttributeNamed(of.Path[0])
	words, enum := a.Type.(types.Enum)
	if known && enum {
		for _, word := range words.Values {
			if l.Names.Word(a.Name, word).Theirs != word {
				return "", errors.New("Mautic spells the words of " + a.Name + " in its own way, and they would be sent as it spells them")
			}
		}
	}
	l.look(name)
	return name.Theirs, nil
}

// messages makes the messages of each placed touchpoint.
func (l *lowering) messages() {
	for _, t := range account.Here(l, l.Program.Touchpoints) {
		for _, channel := range t.Channels {
			switch medium, err := l.medium(channel); {
			case err != nil: // told at the channel
			case medium == "email":
				l.mails(t)
			default:
				l.sms(t)
			}
		}
	}
}

// refuse is the finding that Mautic cannot hold something.
func (l *lowering) refuse(at diag.Range, help, why string, args ...any) {
	l.Found = append(l.Found, diag.Diagnostic{Rule: noPlace, At: at, Mark: l.Platform.Address + " cannot hold this", Detail: fmt.Sprintf(why, args...), Help: help})
}

// mails makes an e-mail for each language. Mautic sends the translation whose
// language a contact prefers, and the first one to everybody else.
func (l *lowering) mails(t ir.Touchpoint) {
	languages := l.Program.Project.Languages
	if len(languages) > 1 && l.Names.Field(l.Program.Person.Language).Theirs != "preferred_locale" {
		help := "name the attribute with language = person.<attribute> in person, and map it: fields = { <attribute> = \"preferred_locale\" }"
		if l.Program.Person.Language != "" {
			help = fmt.Sprintf("write fields = { %s = \"preferred_locale\" } in %s, and keep the language there", l.Program.Person.Language, l.Platform.Address)
		}
		l.refuse(t.At, help, "Mautic chooses the language of an e-mail by the contact field preferred_locale, and the person's language is not kept there.")
		return
	}
	texts := l.texts()
	for i, language := range languages {
		role := roleMail
		if i > 0 {
			role += "_" + language
		}
		attributes := l.mail(texts, t, language)
		if i > 0 {
			attributes["translationParent"] = resource.Ref{Address: l.Address(t.Address, roleMail), Output: "id"}
		}
		l.Add(resource.Resource{Address: l.Address(t.Address, role), Kind: kindEmail, At: t.At, Attributes: attributes, Places: map[string]diag.Range{
			"subject": t.Content.Subject[language].At, "customHtml": t.Content.Body[language].At, "plainText": t.Content.Text[language].At,
		}})
	}
	l.Found = append(l.Found, texts.Findings()...)
}

// mail is the e-mail in one language. One without a body is its text as HTML.
func (l *lowering) mail(texts *merge.Texts, t ir.Touchpoint, language string) resource.Map {
	body, has := t.Content.Body[language]
	if !has {
		body = merge.HTML(t.Content.Text[language])
	}
	out := resource.Map{
		"emailType": resource.String("template"), "language": resource.String(language),
		"subject":    resource.String(texts.Lower(t.Content.Subject[language], language)),
		"customHtml": resource.String(closing(texts.Lower(body, language), l.Marketing(t))),
	}
	if words, has := t.Content.Text[language]; has {
		text := texts.Lower(words, language)
		if l.Marketing(t) && !strings.Contains(text, "{unsubscribe") {
			text += "\n\n{unsubscribe_url}"
		}
		out["plainText"] = resource.String(text)
	}
	for _, s := range senders {
		if text := l.Constant(s.argument); text != "" {
			out[s.name] = resource.String(text)
		}
	}
	return out
}

// senders are the arguments that say who e-mails are from.
var senders = []struct{ argument, name string }{{"from_email", "fromAddress"}, {"from_name", "fromName"}, {"reply_to", "replyToAddress"}}

// closing adds the way out that every marketing e-mail must have. Mautic writes
// the sentence and the header for one click.
func closing(body string, marketing bool) string {
	if !marketing {
		return body
	}
	return merge.Closing(body, "{unsubscribe", "<p>{unsubscribe_text}</p>")
}

// sms makes the text message. It has no translations at Mautic.
func (l *lowering) sms(t ir.Touchpoint) {
	texts := l.texts()
	main := l.Program.Project.Languages[0]
	message := texts.Lower(t.Content.Text[main], main)
	for _, language := range l.Program.Project.Languages[1:] {
		if other := texts.Lower(t.Content.Text[language], language); other != message {
			l.refuse(first(t.Content.Text[language].At, t.At), "write one text for all, or make a touchpoint for each language and choose", "A text message has no translations at Mautic, and this one says something else in %s.", language)
		}
	}
	l.Found = append(l.Found, texts.Findings()...)
	l.Add(resource.Resource{Address: l.Address(t.Address, roleText), Kind: kindSMS, At: t.At, Places: map[string]diag.Range{"message": t.Content.Text[main].At},
		Attributes: resource.Map{"message": resource.String(message), "language": resource.String(main)}})
}
