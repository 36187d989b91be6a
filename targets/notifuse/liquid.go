package notifuse

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/merge"
)

// hypertext is Liquid inside the HTML of a message.
//
// The platform fills a message in, reads it as XML and writes it as HTML, and
// on that way it undoes &lt; and &gt; everywhere and &quot; and &#39; in
// addresses (measured): a person called <b> would break the message or open a
// tag in it. The same characters by number in another form stay what they are.
type hypertext struct{ merge.Liquid }

var kept = strings.NewReplacer("&lt;", "&#60;", "&gt;", "&#62;", "&quot;", "&#34;", "&#39;", "&#x27;")

// Words writes characters by number that would not stay what they are.
func (h hypertext) Words(text string) (string, error) { return h.Liquid.Words(kept.Replace(text)) }

// Value escapes in the form that stays.
func (h hypertext) Value(v merge.Value) (string, error) {
	said, err := h.Liquid.Value(v)
	if err != nil || v.Place != content.HTML && v.Place != content.Attribute {
		return said, err
	}
	return strings.TrimSuffix(said, " }}") + ` | replace: "&lt;", "&#60;" | replace: "&gt;", "&#62;" | replace: "&#39;", "&#x27;" }}`, nil
}

// texts is how this platform fills texts in.
func (l *lowering) texts(d merge.Dialect) *merge.Texts {
	return &merge.Texts{Program: l.Program, Platform: l.Platform.Address, Dialect: d, Variable: l.variable}
}

// variable is the platform's name of a stored value, where it is a text there.
func (l *lowering) variable(e expr.Expr) (string, error) {
	a, is := e.(expr.Attribute)
	if !is {
		return "", fmt.Errorf("an automation does not remember the event that started it, so it has no %s", expr.Print(e))
	}
	name := a.Path[0]
	known, exists := columnNamed(l.field(name))
	attribute, _ := l.Program.Person.AttributeNamed(name)
	switch {
	case len(a.Path) > 1:
		return "", fmt.Errorf("it keeps contacts and nothing else, so it has no %s", expr.Print(e))
	case attribute.Value != nil:
		return "", fmt.Errorf("person.%s is worked out, and it fills in what it keeps", name)
	case !attribute.FreshFor.IsZero():
		return "", fmt.Errorf("person.%s holds for %s, and it does not remember since when it knows something", name, attribute.FreshFor)
	case !exists:
		return "", fmt.Errorf("a contact has no field %s, and the platform block does not say where person.%s is", l.field(name), name)
	case l.respelled(name):
		return "", fmt.Errorf("it spells the words of person.%s in its own way and would write them so", name)
	}
	if why := noWords(a.Type); why != "" || known.form != texts {
		return "", fmt.Errorf("%s, and person.%s is %s", "it writes texts as they are", name, a.Type)
	}
	return "contact." + known.name, nil
}

// respelled tells whether a values block spells words of an attribute otherwise.
func (l *lowering) respelled(attribute string) bool {
	for _, b := range l.Platform.Config.Blocks {
		if b.Type == "values" && len(b.Labels) == 1 && b.Labels[0] == attribute {
			return true
		}
	}
	return false
}
