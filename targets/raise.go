package targets

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/resource"
)

// QuoteHCL is a text as it is written between quotes.
func QuoteHCL(s string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
}

// Word is a name that a block can have, made of any text: VIP 2026 becomes vip_2026.
func Word(s string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if name == "" || unicode.IsDigit([]rune(name)[0]) {
		name = "x_" + name
	}
	return strings.TrimSuffix(name, "_")
}

// RaisePlain is an object as a resource block, where its kind takes one: what
// the schema does not allow is left out, and said.
func RaisePlain(k Kind, o resource.Object) Raised {
	if k.Schema == "" {
		return Raised{Why: "a " + o.Kind + " cannot be written as a resource block"}
	}
	document, err := k.document()
	if err != nil {
		return Raised{Why: "its schema cannot be read: " + err.Error()}
	}
	takes := properties(document, nil)
	kept, lost := resource.Map{}, []string{}
	for _, name := range slices.Sorted(maps.Keys(o.Attributes)) {
		if slices.Contains(takes, name) {
			kept[name] = o.Attributes[name]
		} else {
			lost = append(lost, name)
		}
	}
	if wrong, err := Fits(k, kept); err != nil || len(wrong) > 0 {
		return Raised{Why: "what it is made of does not fit a resource block"}
	}
	name := o.Key
	if name == "" {
		name = o.Kind + "_" + o.ID
	}
	return Raised{Type: "resource", Name: Word(name), Body: "attributes = " + spellHCL(kept) + "\n", Loses: strings.Join(lost, ", ")}
}

// spellHCL is an attribute as an author would write it. References have been
// filled in on the platform.
func spellHCL(v resource.Value) string {
	switch v := v.(type) {
	case resource.Bool:
		return strconv.FormatBool(bool(v))
	case resource.Number:
		return string(v)
	case resource.String:
		return QuoteHCL(string(v))
	case resource.List:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = spellHCL(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case resource.Map:
		var b strings.Builder
		b.WriteString("{\n")
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(nameHCL(name) + " = " + spellHCL(v[name]) + "\n")
		}
		return b.String() + "}"
	case resource.Null, resource.Ref, resource.Lookup, nil:
	}
	return "null"
}

func nameHCL(name string) string {
	if Word(name) == name {
		return name
	}
	return QuoteHCL(name)
}
