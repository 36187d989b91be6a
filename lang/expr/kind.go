package expr

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// kindWords lists the kinds of declarations that have names.
var kindWords = []string{
	"action", "calendar", "channel", "consent", "control", "event", "exclusion", "guard", "journey", "link", "moment", "object",
	"part", "persona", "phase", "platform", "pressure", "purpose", "regime", "resource", "segment", "step", "touchpoint",
}

// mostListed is how many names a message lists.
const mostListed = 8

// listed says which names there are.
func listed(names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) > mostListed:
		return "There are " + strings.Join(names[:mostListed], ", ") + " and more."
	case len(names) == 1:
		return "There is only " + names[0] + "."
	}
	return "There are " + strings.Join(names, ", ") + "."
}

// article is a kind in a sentence: an event.
func article(kind string) string {
	if strings.ContainsRune("aeio", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

func oneOfKinds(kinds []string) string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = article(k)
	}
	if len(out) == 0 {
		return "a name"
	}
	if last := len(out) - 1; last > 0 {
		return strings.Join(out[:last], ", ") + " or " + out[last] + ", such as " + kinds[0] + ".x"
	}
	return out[0] + ", such as " + kinds[0] + ".x"
}

// writtenText is a string without ${ }.
func writtenText(e hclsyntax.Expression) (string, bool) {
	if e == nil {
		return "", false
	}
	template, ok := bare(e).(*hclsyntax.TemplateExpr)
	if !ok || !template.IsStringLiteral() {
		return "", false
	}
	v, problems := template.Value(nil)
	if problems.HasErrors() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}
