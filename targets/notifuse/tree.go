package notifuse

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
)

// tree is a condition as the platform takes it: and, or, and leaves. There is
// no node for not, so every leaf is already the one that is meant.
//
//sumtype:decl
type tree interface{ tree() }

// constant is a condition that does not look at the contact.
type constant bool

// both is all of its terms, either is one of them.
type (
	both   []tree
	either []tree
)

// leaf is one condition: the body of its kind.
type leaf struct {
	source string
	body   resource.Map
}

func (constant) tree() {}
func (both) tree()     {}
func (either) tree()   {}
func (leaf) tree()     {}

// all is true where every term is. Constants and repetitions vanish.
func all(terms ...tree) tree {
	var kept both
	for _, t := range terms {
		switch t := t.(type) {
		case constant:
			if !t {
				return constant(false)
			}
		case both:
			kept = append(kept, t...)
		case either, leaf:
			kept = append(kept, t)
		}
	}
	kept = distinct(kept)
	switch len(kept) {
	case 0:
		return constant(true)
	case 1:
		return kept[0]
	}
	return kept
}

// some is true where one term is.
func some(terms ...tree) tree {
	var kept either
	for _, t := range terms {
		switch t := t.(type) {
		case constant:
			if t {
				return constant(true)
			}
		case either:
			kept = append(kept, t...)
		case both, leaf:
			kept = append(kept, t)
		}
	}
	kept = either(distinct(both(kept)))
	switch len(kept) {
	case 0:
		return constant(false)
	case 1:
		return kept[0]
	}
	return kept
}

func distinct(terms both) both {
	var out both
	seen := map[string]bool{}
	for _, t := range terms {
		if hash := resource.Hash(encode(t)); !seen[hash] {
			seen[hash] = true
			out = append(out, t)
		}
	}
	return slices.Clip(out)
}

// encode is the tree in the words of the platform's API.
func encode(t tree) resource.Map {
	switch t := t.(type) {
	case constant:
		if t {
			return encode(isSet(columnEmail, texts)) // every contact has one
		}
		return encode(isNotSet(columnEmail, texts))
	case both:
		return branch("and", t)
	case either:
		return branch("or", t)
	case leaf:
		body := resource.Map{"source": resource.String(t.source)}
		body[parts[t.source]] = t.body
		return resource.Map{"kind": resource.String("leaf"), "leaf": body}
	}
	return resource.Map{}
}

// The sources of leaves, and the field in which each has its body.
const (
	fromContacts = "contacts"
	fromLists    = "contact_lists"
	fromTimeline = "contact_timeline"
	fromGoals    = "custom_events_goals"
)

var parts = map[string]string{fromContacts: "contact", fromLists: "contact_list", fromTimeline: "contact_timeline", fromGoals: "custom_events_goal"}

func branch(operator string, terms []tree) resource.Map {
	leaves := resource.List{}
	for _, t := range terms {
		leaves = append(leaves, encode(t))
	}
	return resource.Map{"kind": resource.String("branch"),
		"branch": resource.Map{"operator": resource.String(operator), "leaves": leaves}}
}

// filter is a leaf over one column of the contact.
func filter(name string, f form, operator string, values resource.List) leaf {
	one := resource.Map{"field_name": resource.String(name), "field_type": resource.String(f), "operator": resource.String(operator)}
	switch {
	case values == nil:
	case f == numbers:
		one["number_values"] = values
	default:
		one["string_values"] = values
	}
	return leaf{fromContacts, resource.Map{"filters": resource.List{one}}}
}

func isSet(name string, f form) leaf    { return filter(name, f, "is_set", nil) }
func isNotSet(name string, f form) leaf { return filter(name, f, "is_not_set", nil) }

// listed is a leaf over a contact's status on a list; "" is any. A contact
// that was removed from the list still counts for it (measured), so it decides
// nothing that only the present status may decide.
func listed(operator string, list resource.Value, status string) leaf {
	body := resource.Map{"operator": resource.String(operator), "list_id": list}
	if status != "" {
		body["status"] = resource.String(status)
	}
	return leaf{fromLists, body}
}
