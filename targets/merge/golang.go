package merge

import (
	"errors"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/lang/content"
)

// Go is the merge language of Go's templates, as listmonk has it:
// {{ or .Subscriber.Attribs.first_name "there" }}. Bodies are templates for
// HTML, which escape by place by themselves; subjects and plain texts are
// templates for text.
type Go struct{}

// Words writes braces of the language as a value of it.
func (Go) Words(text string) (string, error) {
	return quoteOpeners(text, map[string]string{"{{": "{{`{{`}}", "{": "{{`{`}}"}), nil
}

// Value writes what comes first.
func (Go) Value(v Value) (string, error) {
	if len(v.Variables) == 0 {
		return "", errors.New("it has nothing to fill in")
	}
	var terms []string
	for _, variable := range v.Variables {
		term := variable.Name
		if strings.ContainsRune(term, ' ') {
			term = "(" + term + ")"
		}
		if variable.Lower {
			term = "(lower " + term + ")"
		}
		terms = append(terms, term)
	}
	if v.Falls {
		terms = append(terms, strconv.Quote(v.Fallback))
	}
	if len(terms) == 1 {
		return "{{ " + strings.TrimSuffix(strings.TrimPrefix(terms[0], "("), ")") + " }}", nil
	}
	return "{{ or " + strings.Join(terms, " ") + " }}", nil
}

// Mautic is Mautic's tokens: {contactfield=firstname|there}. They are not
// escaped for HTML, and say either what stands in for a missing value or that
// the value is part of an address.
type Mautic struct{}

// Words passes text on that has no token in it.
func (Mautic) Words(text string) (string, error) {
	for _, token := range []string{"{contactfield=", "{leadfield=", "{ownerfield=", "{pagelink=", "{assetlink=", "{dynamiccontent="} {
		if strings.Contains(text, token) {
			return "", errors.New("it would take " + token + "...} for a token of its own")
		}
	}
	return text, nil
}

// Value writes one token.
func (Mautic) Value(v Value) (string, error) {
	switch {
	case len(v.Variables) != 1:
		return "", errors.New("it fills in one value and cannot choose between several")
	case v.Variables[0].Lower:
		return "", errors.New("it cannot write a value in small letters")
	case v.Place == content.InURL && v.Falls:
		return "", errors.New("in an address it has no word for a value that is missing")
	case v.Place == content.InURL:
		return "{contactfield=" + v.Variables[0].Name + "|true}", nil
	case !v.Falls:
		return "{contactfield=" + v.Variables[0].Name + "}", nil
	case strings.ContainsAny(v.Fallback, "{}|\n") || v.Fallback == "true":
		return "", errors.New("what stands in for a missing value cannot be \"true\" or hold braces, | or a line break")
	}
	return "{contactfield=" + v.Variables[0].Name + "|" + v.Place.Apply(v.Fallback) + "}", nil
}
