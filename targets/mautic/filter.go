package mautic

import (
	"github.com/trayecto/trayecto/compiler/resource"
)

// filter is one line of a segment.
type filter struct {
	field    resource.Value // an alias, or a look-up of one
	kind     string         // Mautic's type of the field
	operator string
	value    resource.Value // nil for none
}

// Mautic's operators.
const (
	opEqual    = "="
	opNot      = "!="
	opLess     = "lt"
	opLessEq   = "lte"
	opMore     = "gt"
	opMoreEq   = "gte"
	opEmpty    = "empty"
	opSet      = "!empty"
	opIn       = "in"
	opNotIn    = "!in"
	opNotLike  = "!like"
	opContains = "contains"
	opStarts   = "startsWith"
)

// set is that a field has a value.
func set(f filter) filter { return filter{f.field, f.kind, opSet, nil} }

// print is a filter behind "and" or "or".
func (f filter) print(glue string) resource.Value {
	properties := resource.Map{}
	if f.value != nil {
		properties["filter"] = f.value
	}
	return resource.Map{"glue": resource.String(glue), "field": f.field, "object": resource.String("lead"), "type": resource.String(f.kind),
		"operator": resource.String(f.operator), "properties": properties}
}

// flat is groups of which one must hold as a list.
func flat(groups [][]filter) resource.List {
	email := filter{field: resource.String("email"), kind: "email"}
	if len(groups) == 0 { // nobody both has an address and has none
		groups = [][]filter{{set(email), {email.field, email.kind, opEmpty, nil}}}
	}
	for _, group := range groups {
		if len(group) == 0 { // everybody; no filters at all would be nobody
			groups = [][]filter{{set(email)}, {{email.field, email.kind, opEmpty, nil}}}
			break
		}
	}
	out := resource.List{}
	for _, group := range groups {
		for i, f := range begun(group) {
			glue := "and"
			if i == 0 && len(out) > 0 {
				glue = "or"
			}
			out = append(out, f.print(glue))
		}
	}
	return out
}

// begun is an AND that begins with something else than =, which Mautic merges
// with others of the kind when it stands behind an "or".
func begun(group []filter) []filter {
	for i, f := range group {
		if f.operator != opEqual {
			return append([]filter{f}, append(append([]filter(nil), group[:i]...), group[i+1:]...)...)
		}
	}
	return append([]filter{set(group[0])}, group...)
}
