package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// nobody says, at the first mention of people, that the project has no person
// block. Every mention rests on it, so this is said once.
func nobody(blocks []*block.Block) diag.List {
	if people := of(blocks, "person"); len(people) > 0 {
		return keyless(people)
	}
	mentions := ofPeople(blocks, nil)
	if len(mentions) == 0 {
		return nil
	}
	first := slices.MinFunc(mentions, func(a, b diag.Range) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Start.Byte, b.Start.Byte))
	})
	return diag.List{{
		Rule: NoPerson, At: first, Mark: "there is no person block",
		Detail: "A person block lists what is known of people: the keys by which they are recognised, and their attributes.",
		Help:   "add a block person { ... } with a key, such as key \"email\" { type = email }",
	}}
}

// keyless says where people have no key, by which histories and platforms would
// know them. What is misspelt inside may be the key.
func keyless(people []*block.Block) diag.List {
	for _, b := range people {
		if len(b.Of("key")) > 0 || b.Strange {
			return nil
		}
	}
	return diag.List{{
		Rule: NoPerson, At: people[0].At, Mark: "lacks a key",
		Detail: "A key says who someone is, and is never missing: an id, an e-mail address. The first one is the id in histories.",
		Help:   "write key instead of attribute for what identifies people, such as key \"email\" { type = email }",
	}}
}

// ofPeople adds the places where blocks mention person to those found before.
func ofPeople(blocks []*block.Block, found []diag.Range) []diag.Range {
	for _, b := range blocks {
		for _, a := range b.Args {
			for _, name := range a.Expr.Variables() {
				if name.RootName() == "person" {
					found = append(found, expr.At(name.SourceRange()))
				}
			}
		}
		found = ofPeople(b.Blocks, found)
	}
	return found
}
