package merge

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/content"
)

// Liquid is the merge language of Shopify's, as Notifuse and others have it:
// {{ contact.first_name | default: "there" | escape }}.
type Liquid struct{}

// Words writes braces of the language as a value of it.
func (Liquid) Words(text string) (string, error) {
	return quoteOpeners(text, map[string]string{"{{": `{{ "{{" }}`, "{%": `{{ "{%" }}`, "{": `{{ "{" }}`}), nil
}

// Value writes a filter for each need.
func (Liquid) Value(v Value) (string, error) {
	filters, err := filtered(v, filters{fallback: "default: %s", lower: "downcase"})
	if err != nil {
		return "", err
	}
	switch v.Place {
	case content.HTML, content.Attribute:
		filters = append(filters, "escape")
	case content.InURL:
		filters = append(filters, "url_encode", `replace: "+", "%20"`)
	case content.Plain:
	}
	return "{{ " + strings.Join(filters, " | ") + " }}", nil
}

// Django is the merge language of Django's, as Klaviyo has it:
// {{ first_name|default:"there"|escape }}.
type Django struct{}

// Words writes braces of the language as a value of it.
func (Django) Words(text string) (string, error) {
	return quoteOpeners(text, map[string]string{"{{": "{% templatetag openvariable %}", "{%": "{% templatetag openblock %}", "{#": "{% templatetag opencomment %}",
		"{": "{% templatetag openbrace %}"}), nil
}

// Value writes a filter for each need.
func (Django) Value(v Value) (string, error) {
	filters, err := filtered(v, filters{fallback: "default:%s", lower: "lower"})
	if err != nil {
		return "", err
	}
	switch v.Place {
	case content.HTML, content.Attribute:
		filters = append(filters, "escape")
	case content.InURL:
		filters = append(filters, `urlencode:""`)
	case content.Plain:
		filters = append(filters, "safe")
	}
	return "{{ " + strings.Join(filters, "|") + " }}", nil
}

// HubL is HubSpot's merge language:
// {{ contact.firstname|default("there", true)|escape_html }}.
type HubL struct{}

// Words writes braces of the language as a value of it.
func (HubL) Words(text string) (string, error) {
	return quoteOpeners(text, map[string]string{"{{": `{{ "{{" }}`, "{%": `{{ "{%" }}`, "{#": `{{ "{#" }}`, "{": `{{ "{" }}`}), nil
}

// Value writes a filter for each need.
func (HubL) Value(v Value) (string, error) {
	filters, err := filtered(v, filters{fallback: "default(%s, true)", lower: "lower"})
	if err != nil {
		return "", err
	}
	switch v.Place {
	case content.HTML:
		filters = append(filters, "escape_html")
	case content.Attribute:
		filters = append(filters, "escape_attr")
	case content.InURL:
		filters = append(filters, "urlencode")
	case content.Plain:
	}
	return "{{ " + strings.Join(filters, "|") + " }}", nil
}

// filters is how a language spells what every language of its kind has.
type filters struct{ fallback, lower string }

// filtered is the first variable and a filter for each further one and for the
// fallback. Small letters come last: they are the same of whatever is filled in.
func filtered(v Value, say filters) ([]string, error) {
	if len(v.Variables) == 0 {
		return nil, errors.New("it has nothing to fill in")
	}
	small := v.Variables[0].Lower
	out := []string{v.Variables[0].Name}
	for _, next := range v.Variables[1:] {
		if next.Lower != small {
			return nil, errors.New("it cannot write one of two values in small letters and the other as it is")
		}
		out = append(out, fmt.Sprintf(say.fallback, next.Name))
	}
	if v.Falls {
		said, err := quoted(v.Fallback)
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprintf(say.fallback, said))
	}
	if small {
		out = append(out, say.lower)
	}
	return out, nil
}

// quoted is a text in the quotation marks that it does not hold; there is no
// escaping inside.
func quoted(text string) (string, error) {
	for _, mark := range []string{`"`, `'`} {
		if !strings.Contains(text, mark) && !strings.ContainsAny(text, "\\\n") && !strings.Contains(text, "}}") && !strings.Contains(text, "%}") {
			return mark + text + mark, nil
		}
	}
	return "", errors.New(`its texts in quotation marks cannot hold both " and ', a backslash, a line break or closing braces`)
}

// quoteOpeners replaces what begins a value or a tag, from left to right. A
// brace at the end would begin one together with what comes next.
func quoteOpeners(text string, by map[string]string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		opener := text[i:min(i+2, len(text))]
		if said, opens := by[opener]; opens {
			b.WriteString(said)
			i += len(opener) - 1
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
