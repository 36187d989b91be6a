package block

import "github.com/hashicorp/hcl/v2/hclsyntax"

// place is where an argument belongs that a block does not have, for a mark,
// and what to write.
type place struct{ mark, help string }

// misplaced is what people look for in a block and what is said in another way
// there, by block type and argument.
var misplaced = map[string]map[string]place{
	"send": {
		"if":     inChoose,
		"where":  inChoose,
		"wait":   {"is a step of its own", `write wait "name" { for = "..." } above the send`},
		"delay":  {"is a step of its own", `write wait "name" { for = "..." } above the send`},
		"at":     {"the steps before it say when", `write wait "name" { for = "..." } above the send`},
		"action": {mark: "is what a do carries out"},
	},
	"do": {
		"touchpoint": {mark: "is what a send sends"},
		"if":         inChoose,
		"where":      inChoose,
		"wait":       {"is a step of its own", `write wait "name" { for = "..." } above the do`},
		"delay":      {"is a step of its own", `write wait "name" { for = "..." } above the do`},
	},
	"wait": {
		"if": inChoose, "where": inChoose,
		"days": inFor, "hours": inFor, "minutes": inFor, "weeks": inFor,
	},
	"segment": {
		"on":    {"what happened is asked in where", `write where = did(event.<name>, "30d")`},
		"event": {"what happened is asked in where", `write where = did(event.<name>, "30d")`},
	},
	"detect": {
		"segment": {"joining it or leaving it?", "write enters = segment.<name>, or leaves = segment.<name>"},
		"not":     {"is written without", "write without = event.<name>, and for = a length of time"},
	},
	"resource": {
		"name":  {"is written in attributes", "write attributes = { name = ... }"},
		"title": {"is written in attributes", "write attributes = { title = ... }"},
	},
	"before": {"set": {"is said of the person at the start", "write the values in person { ... }"}},
}

var inChoose = place{"a step is for everyone who gets to it", `put it into choose "name" { when "name" { if = ... } }`}

// inFor says nothing of what to write: for is required, so that is said.
var inFor = place{mark: "is written in for, with its unit"}

// placeOf is where an argument belongs that b, of type t, does not have: a block
// inside, the block around, or what the block names.
func (d *decoder) placeOf(name string, b *hclsyntax.Block, t *Type) (place, bool) {
	if p, known := misplaced[t.Name][name]; known {
		return p, true
	}
	if p, known := terraformArguments[name]; known {
		return p, true
	}
	if _, common := d.around().Arg(name); common && name != each.Name {
		return place{mark: "belongs in the " + d.around().Name + " around it"}, true
	}
	if inside := homesOf(name, t.Nested()); len(inside) > 0 {
		p := place{"belongs in " + alternatives(names(inside)), "write " + Example(inside[0]) + " with " + name + " in it"}
		for _, child := range b.Body.Blocks {
			if len(inside) == 1 && child.Type == inside[0].Name {
				p.help = "move it into " + child.Type
			}
		}
		return p, true
	}
	if named := referredTo(name, t); named != "" {
		return place{mark: "belongs in the " + named}, true
	}
	return place{}, false
}

// around is the type of the block around the one that is decoded; an empty type
// at the top of a file.
func (d *decoder) around() *Type {
	if len(d.parents) == 0 {
		return &Type{}
	}
	return d.parents[len(d.parents)-1]
}

// homesOf lists the types that have an argument.
func homesOf(name string, types []*Type) []*Type {
	var homes []*Type
	for _, t := range types {
		if _, has := t.Arg(name); has && name != each.Name && name != "description" {
			homes = append(homes, t)
		}
	}
	return homes
}

// referredTo is the kind of what a block names, where that has the argument or a
// block that has it; "" for none.
func referredTo(name string, t *Type) string {
	for _, arg := range t.Args {
		ref, ok := arg.Form.(Ref)
		if !ok || len(ref.Kinds) != 1 {
			continue
		}
		kind, _ := ByName(ref.Kinds[0])
		if kind == nil || kind.Open {
			continue
		}
		if len(homesOf(name, []*Type{kind})) > 0 || len(homesOf(name, kind.Blocks)) > 0 {
			return kind.Name
		}
	}
	return ""
}
