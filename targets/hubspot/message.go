package hubspot

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/merge"
)

// emails makes the e-mails of each touchpoint, one for each language.
func (l *lowering) emails() {
	for _, t := range account.Here(l, l.Program.Touchpoints) {
		if len(t.Channels) != 1 {
			l.unsent(t.ChannelsAt, t, "make a touchpoint for each channel", "HubSpot does not try the next channel when a message bounces.")
			continue
		}
		channel, _ := ir.Find(l.Program.Channels, t.Channels[0])
		if l.Names.Field(channel.Key).Theirs != "email" {
			l.unsent(t.ChannelsAt, t, "take "+t.Address+" out with leave_out, or place it on another platform", "HubSpot's messages are e-mails here, and %s goes to person.%s.", channel.Address, channel.Key)
			continue
		}
		of, ok := l.subscription(t)
		if !ok {
			continue
		}
		for _, language := range l.Program.Project.Languages {
			l.Add(resource.Resource{
				Address: l.Address(t.Address, language), Kind: kindEmail, At: t.At, Attributes: l.email(t, language, of),
				Places: map[string]diag.Range{
					"subject": t.Content.Subject[language].At, "html": t.Content.Body[language].At, "text": t.Content.Text[language].At, "subscription": of.at,
				},
			})
		}
	}
}

func (l *lowering) unsent(at diag.Range, t ir.Touchpoint, help, why string, args ...any) {
	if at.IsZero() {
		at = t.At
	}
	l.Found = append(l.Found, diag.Diagnostic{Rule: noMail, At: at, Mark: l.Platform.Address + " cannot send this", Detail: fmt.Sprintf(why, args...), Help: help})
}

// subscription is the type that an e-mail belongs to: that of the one consent
// to its purpose, and for service messages the one that the platform block says.
func (l *lowering) subscription(t ir.Touchpoint) (subscription, bool) {
	purpose, _ := ir.Find(l.Program.Purposes, t.Purpose)
	if purpose.Class != ir.Marketing {
		name := l.Text(l.Platform.Config, "service")
		if !name.Said {
			l.unsent(t.At, t, "add service = \"<name of the subscription type>\" to "+l.Platform.Address,
				"Each e-mail of HubSpot's belongs to a subscription type, and nothing says which one service messages have.")
		}
		if !name.Said {
			return subscription{}, false
		}
		return subscription{l.Look(lookSubscription, name), name.At}, true
	}
	var of []string
	for _, c := range l.Program.Consents {
		if c.Purpose == t.Purpose {
			of = append(of, c.Address)
		}
	}
	if len(of) != 1 {
		l.unsent(t.At, t, "have one consent for the purpose", "Each e-mail of HubSpot's belongs to one subscription type, and %s has %d consents.", t.Purpose, len(of))
		return subscription{}, false
	}
	return subscription{l.subscriptionOf(of[0]), l.Names.Consent(of[0]).At}, true
}

// subscription is a subscription type, and where the platform block names it.
type subscription struct {
	id resource.Value
	at diag.Range
}

// email is one e-mail. One without a body is its text as HTML.
func (l *lowering) email(t ir.Touchpoint, language string, of subscription) resource.Map {
	texts := &merge.Texts{Program: l.Program, Platform: l.Platform.Address, Dialect: merge.HubL{}, Variable: l.variable}
	body, has := t.Content.Body[language]
	if !has {
		body = merge.HTML(t.Content.Text[language])
	}
	html := texts.Lower(body, language)
	purpose, _ := ir.Find(l.Program.Purposes, t.Purpose)
	if purpose.Class == ir.Marketing {
		html = closing(html)
	}
	out := resource.Map{
		"subject": resource.String(texts.Lower(t.Content.Subject[language], language)), "html": resource.String(html),
		"language": resource.String(strings.ToLower(language)), "subscription": of.id,
	}
	if text, there := t.Content.Text[language]; there {
		words := texts.Lower(text, language)
		if purpose.Class == ir.Marketing {
			words += "\n\n{{ unsubscribe_link }}"
		}
		out["text"] = resource.String(words)
	}
	for _, name := range []string{"from_name", "reply_to"} {
		if said := l.Text(l.Platform.Config, name); said.Said {
			out[name] = resource.String(said.Theirs)
		}
	}
	l.Found = append(l.Found, texts.Findings()...)
	return out
}

// closing adds the way out that every marketing e-mail must have.
func closing(body string) string {
	if strings.Contains(body, "unsubscribe_link") {
		return body
	}
	out := `<p><a href="{{ unsubscribe_link }}">{{ unsubscribe_link }}</a></p>`
	if at := strings.LastIndex(strings.ToLower(body), "</body>"); at >= 0 {
		return body[:at] + out + body[at:]
	}
	return body + out
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// variable is the name of a stored value in an e-mail.
func (l *lowering) variable(e expr.Expr) (string, error) {
	attribute, ok := e.(expr.Attribute)
	if !ok {
		return "", errors.New("HubSpot fills in what is known of a contact, and not " + expr.Print(e))
	}
	c := l.clause(diag.Range{})
	s, err := c.property(attribute)
	if err != nil {
		return "", err
	}
	a, _ := l.Program.Person.AttributeNamed(attribute.Path[0])
	if words, enum := a.Type.(types.Enum); enum {
		for _, word := range words.Values {
			if s.spell(word) != word {
				return "", errors.New("HubSpot spells the words of " + a.Name + " in its own way, and they would be sent as it spells them")
			}
		}
	}
	name := l.Names.Field(attribute.Path[0]).Theirs
	if !identifier.MatchString(name) {
		return "", errors.New("HubSpot has no property called " + name)
	}
	return "contact." + name, nil
}
