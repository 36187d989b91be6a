package resolve

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

// twice complains about nested blocks of one parent that have the same type
// and labels: two keys "email", two rules "opt_in". Keys and attributes share
// one set of names, since person.x means one of them.
func twice(blocks []*block.Block) diag.List {
	var found diag.List
	for _, parent := range blocks {
		found = append(found, twiceIn(parent)...)
		found = append(found, twice(parent.Blocks)...)
	}
	return found
}

func twiceIn(parent *block.Block) diag.List {
	var found diag.List
	first := map[string]*block.Block{}
	for _, child := range parent.Blocks {
		if _, isStep := stepTypes[child.Type.Name]; isStep || !named(child) {
			continue
		}
		name := nameIn(child)
		if earlier, taken := first[name]; taken {
			found = append(found, diag.Diagnostic{
				Rule: NameTwice, At: child.Labels[len(child.Labels)-1].At, Mark: "the same name again",
				Related: []diag.Label{{At: earlier.At, Text: "the first of this name"}},
				Detail:  fmt.Sprintf("%s has two blocks called %q.", parent.Address(), child.Labels[len(child.Labels)-1].Text),
				Help:    "give one of them another name, or remove it",
			})
			continue
		}
		first[name] = child
	}
	return found
}

// named tells whether the labels of a block are its name. The label of a
// test's at or before is an instant, and two things may happen at once.
func named(b *block.Block) bool {
	return len(b.Labels) > 0 && b.Type.Name != "at" && b.Type.Name != "before"
}

func nameIn(b *block.Block) string {
	kind := b.Type.Name
	switch kind {
	case "key":
		kind = "attribute"
	case "variant":
		kind = "control"
	}
	labels := []string{kind}
	for _, label := range b.Labels {
		labels = append(labels, label.Text)
	}
	return strings.Join(labels, "\x00")
}
