package project

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

// unique sorts the blocks by what they are for, reports those that are there
// twice, and returns the project block. The first by place stays.
func (l *frame) unique() (head *block.Block) {
	first := make(map[string]*block.Block, len(l.all))
	for _, b := range l.all {
		address := b.Address()
		earlier, taken := first[address]
		if b.Type.Name == "state" {
			address = "state" // there is one, wherever it is kept
			earlier, taken = first[address]
		}
		switch {
		case taken && b.Meant:
			continue // its word is wrong, which is said
		case b.Type.Name == "locals":
		case taken && b.Type.Name == "project":
			l.twice(twoProjects, b, earlier, "remove one of the two, or move it into a folder of its own")
			continue
		case taken && b.Type.Once:
			earlier.Strange = true // what it lacks may be in the other
			l.twice(onlyOnce, b, earlier, fmt.Sprintf("put everything into one %s block", b.Type.Name))
			continue
		case taken && len(b.Labels) > 0:
			l.twice(sameAddress, b, earlier, "give one of them another name, or remove it")
			continue
		case b.Type.Name == "project":
			address = "project" // there is one, whatever it is called
			if earlier, taken = first[address]; taken {
				l.twice(twoProjects, b, earlier, "remove one of the two, or move it into a folder of its own")
				continue
			}
		}
		first[address] = b
		if b.Type.Name == "project" {
			head = b
			continue
		}
		l.keep(b)
	}
	return head
}

func (l *loader) twice(rule *diag.Rule, again, first *block.Block, help string) {
	l.say(diag.Diagnostic{
		Rule: rule, At: again.At, Mark: "the second",
		Related: []diag.Label{{At: first.At, Text: "the first"}},
		Help:    help,
	})
}

func (l *frame) keep(b *block.Block) {
	switch b.Type.Name {
	case "variable":
		l.variables = append(l.variables, b)
	case "locals":
		l.locals = append(l.locals, b)
	default:
		l.blocks = append(l.blocks, b)
	}
}

// noProject is said at the start of the first file, or of project.hcl in an
// empty folder.
func (l *loader) noProject() {
	at := diag.Range{File: "project.hcl", Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
	detail := "No file in this folder has a project block."
	if files := l.p.Sources.Files(); len(files) == 0 {
		detail = "There is no file that ends in .hcl in this folder."
	} else {
		at.File = files[0].Path
	}
	l.say(diag.Diagnostic{
		Rule: noProject, At: at, Detail: detail,
		Help: `add a block project "name" with timezone = "Europe/Madrid" and languages = ["es"] in it, or work in another folder with -C`,
	})
}
