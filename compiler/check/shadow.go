package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/source"
)

var shadowed = &diag.Rule{Code: "CHK122", Severity: diag.Warning, Summary: "A name hides another one"}

// firstWords lists the words that names of the language begin with.
var firstWords = []string{
	"var", "local", "each", "person", "it", "entry", "run", "ever", "language", "changes", "module",
	"event", "segment", "touchpoint", "step", "object", "purpose", "channel", "journey", "moment", "link", "part", "action", "consent", "platform",
}

// checkShadowed is about the names that a for expression gives to items.
func checkShadowed(p *Pass) {
	loops := func(f source.File) bool { return mayLoop(f.Text) }
	if !slices.ContainsFunc(p.Project.Sources.Files(), loops) {
		return
	}
	look := func(b *block.Block) {
		for _, a := range b.Args {
			p.shadowedIn(a)
		}
	}
	for _, b := range p.Project.Locals {
		look(b)
	}
	p.eachWritten(look)
}

// mayLoop finds files in which a for may stand, behind a bracket: looking
// through every expression of a large project takes longer than reading it.
func mayLoop(text string) bool {
	for {
		before, after, found := strings.Cut(text, "for")
		if !found {
			return false
		}
		before = strings.TrimRight(before, " \t\r\n")
		if last := len(before) - 1; last >= 0 && (before[last] == '[' || before[last] == '{') {
			return true
		}
		text = after
	}
}

func (p *Pass) shadowedIn(a block.Argument) {
	_ = hclsyntax.VisitAll(a.Expr, func(n hclsyntax.Node) hcl.Diagnostics { // the visitor never fails
		loop, ok := n.(*hclsyntax.ForExpr)
		if !ok {
			return nil
		}
		for _, name := range []string{loop.KeyVar, loop.ValVar} {
			if slices.Contains(firstWords, name) {
				p.say(diag.Diagnostic{
					At: expr.At(loop.OpenRange), Mark: name + " is the item inside",
					Detail: fmt.Sprintf("Inside this for, %s means the item, and what the language calls %s cannot be reached.", name, name), Help: "give the item another name",
				})
			}
		}
		return nil
	})
}
