package local

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

var _ targets.Raiser = (*Target)(nil)

// derived is the attributes that lowering adds to the words: what is raised has
// them again once it is lowered.
var derived = []string{"ids", "with", resource.Meaning}

// word is how an attribute is written as an argument.
type word int

const (
	quoted word = iota // a text
	bare               // an expression, or the address of something
)

// raising is the blocks whose arguments are their attributes.
var raising = map[string]map[string]word{
	"segment": {"where": bare, "description": quoted, "owner": quoted},
	"purpose": {"class": quoted, "because": quoted, "channels": bare, "description": quoted, "owner": quoted},
	"channel": {"address": bare, "description": quoted, "owner": quoted},
	"list":    {"title": quoted, "description": quoted, "tags": quoted},
}

// Raise says segments, purposes, channels and lists. Everything else is made of
// steps, texts and rules that a person had better write down anew.
func (t *Target) Raise(r targets.RaiseRequest) []targets.Raised {
	out := make([]targets.Raised, len(r.Objects))
	for i, o := range r.Objects {
		out[i] = raise(o)
	}
	return out
}

func raise(o resource.Object) targets.Raised {
	arguments, known := raising[o.Kind]
	if !known {
		return targets.Raised{Why: fmt.Sprintf("a %s is not said in the language by its attributes alone", o.Kind)}
	}
	lines, lost := said(o, arguments)
	if o.Kind == "segment" && o.Attributes["where"] == nil {
		return targets.Raised{Why: "it has no condition in words"}
	}
	if o.Kind != "list" {
		return targets.Raised{Type: o.Kind, Name: nameOf(o), Body: strings.Join(lines, "\n") + "\n", Loses: lost}
	}
	body := "attributes = {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
	return targets.Raised{Type: "resource", Name: nameOf(o), Body: body, Loses: lost}
}

// said is the arguments of an object, and what of it they leave out.
func said(o resource.Object, arguments map[string]word) (lines []string, lost string) {
	var left []string
	for _, name := range slices.Sorted(maps.Keys(o.Attributes)) {
		how, known := arguments[name]
		text, ok := spelled(o.Attributes[name], how)
		switch {
		case known && ok:
			lines = append(lines, name+" = "+text)
		case !slices.Contains(derived, name):
			left = append(left, name)
		}
	}
	return lines, strings.Join(left, ", ")
}

// spelled is a text or a list of texts as HCL.
func spelled(v resource.Value, how word) (string, bool) {
	switch v := v.(type) {
	case resource.String:
		if how == bare {
			return strings.ReplaceAll(string(v), "\n", " "), true
		}
		return targets.QuoteHCL(string(v)), true
	case resource.List:
		items := make([]string, len(v))
		for i, item := range v {
			text, ok := spelled(item, how)
			if !ok {
				return "", false
			}
			items[i] = text
		}
		return "[" + strings.Join(items, ", ") + "]", true
	case resource.Null, resource.Bool, resource.Number, resource.Map, resource.Ref, resource.Lookup:
	}
	return "", false
}

// nameOf is what the object was called where it has an address for a key, else
// its key as a word.
func nameOf(o resource.Object) string {
	name := strings.TrimPrefix(o.Key, o.Kind+".")
	if name == "" {
		name = o.Kind + strconv.Itoa(len(o.ID))
	}
	return targets.Word(name)
}
