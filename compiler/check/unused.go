package check

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
)

var unused = &diag.Rule{Code: "CHK106", Severity: diag.Warning, Summary: "Something is declared and never used"}

// checkUnused is about variables, locals, links and parts. The values of an
// environment replace blocks that may have used a variable, so variables and
// locals are looked at without an environment only.
func checkUnused(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		p.textsOnly(t)
	}
	constants := p.Program.Project.Env == "" && len(p.Project.Variables)+len(p.Project.Locals) > 0
	if len(p.Program.Links)+len(p.Program.Parts) == 0 && !constants {
		return
	}
	used := p.texts.names
	p.unusedTexts(used)
	if constants {
		p.unusedConstants(used)
	}
}

// named is what the project's own blocks name, be it in a text that is wrong, and
// so in no program. It is nil where nothing is declared that could be unused.
func (p *Pass) named() map[string]bool {
	blocks := p.Project.Blocks
	asked := len(p.Project.Variables)+len(p.Project.Locals) > 0 || slices.ContainsFunc(blocks, func(b *block.Block) bool {
		return b.Type.Name == "link" || b.Type.Name == "part"
	})
	if !asked {
		return nil
	}
	used := map[string]bool{}
	for _, some := range inTurns(p, len(blocks), func(p *Pass, from, to int) []map[string]bool {
		here := names{pass: p, used: map[string]bool{}}
		for i := from; i < to; i++ {
			here.in(blocks[i], p.Project.Constants, again(blocks, i))
		}
		return []map[string]bool{here.used}
	}) {
		maps.Copy(used, some)
	}
	return used
}

// unusedTexts is about links and parts.
func (p *Pass) unusedTexts(used map[string]bool) {
	mentioned := maps.Clone(used)
	if len(p.Program.Links)+len(p.Program.Parts) > 0 {
		for _, d := range p.declarations() {
			for _, address := range ir.Mentions(d) {
				mentioned[address] = true
			}
		}
	}
	for _, l := range p.Program.Links {
		p.unlessUsed(mentioned, l.Address, l.At)
	}
	for _, part := range p.Program.Parts {
		p.unlessUsed(mentioned, part.Address, part.At)
	}
}

// unread stands among the names where a text could not be read: whatever is
// declared may be in it.
const unread = "template"

func (p *Pass) unlessUsed(used map[string]bool, name string, at diag.Range) {
	if used[name] || used[unread] {
		return
	}
	p.say(diag.Diagnostic{
		At: at, Mark: "never used", Detail: fmt.Sprintf("Nothing mentions %s.", name), Help: "remove it",
	})
}

func (p *Pass) unusedConstants(used map[string]bool) {
	used = maps.Clone(used)
	around := names{pass: p, used: used}
	for _, blocks := range [][]*block.Block{{p.Project.Head}, p.Project.Locals, p.Project.Modules} {
		for _, b := range blocks {
			around.in(b, p.Project.Constants, false)
		}
	}
	p.constantsInEnvironments(used)
	for _, b := range p.Project.Variables {
		p.unlessUsed(used, "var."+b.Label(0), b.At)
	}
	for _, b := range p.Project.Locals {
		for _, a := range b.Args {
			p.unlessUsed(used, "local."+a.Name, a.NameAt)
		}
	}
}

// constantsInEnvironments notes what the files of env/ mention, by their words:
// none of them is loaded now.
func (p *Pass) constantsInEnvironments(used map[string]bool) {
	for _, name := range p.Project.Sources.Envs() {
		if f, ok := p.Project.Sources.Env(name); ok {
			mentionedIn(f.Text, used)
		}
	}
}

func mentionedIn(text string, used map[string]bool) {
	for _, name := range constantForm.FindAllString(text, -1) {
		used[name] = true
	}
}

// names gathers what blocks mention: var.x, local.x, link.x and part.x.
type names struct {
	pass *Pass
	used map[string]bool
}

// in gathers what the expressions of a block mention; those of a module are its
// own. Of a block that is known but for its key, only what may depend on that.
func (n names) in(b *block.Block, constants *hcl.EvalContext, known bool) {
	if b == nil || b.Home != nil && b.Home.Module != "" {
		return
	}
	if b.Home != nil {
		constants = b.Home.Constants
	}
	for i := range b.Args {
		e := b.Args[i].Expr
		if !known {
			syntax.Names(e, n.see)
		}
		n.inTemplates(e, constants)
	}
	for _, child := range b.Blocks {
		n.in(child, constants, known)
	}
}

func (n names) see(t hcl.Traversal) bool {
	if len(t) < 2 {
		return true
	}
	root, isRoot := t[0].(hcl.TraverseRoot)
	attr, isAttr := t[1].(hcl.TraverseAttr)
	if !isRoot || !isAttr {
		return true
	}
	switch root.Name {
	case "var", "local", "link", "part":
		if !n.used[root.Name+"."+attr.Name] {
			n.used[root.Name+"."+attr.Name] = true
		}
	}
	return true
}

var constantForm = regexp.MustCompile(`\b(?:var|local|link|part)\.[\p{L}_][\p{L}\p{N}_]*`)

// inTemplates gathers what the files of template("...") mention: by their words,
// since a constant does not show in the compiled text.
func (n names) inTemplates(e hclsyntax.Expression, constants *hcl.EvalContext) {
	call, ok := e.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "template" || len(call.Args) == 0 {
		return
	}
	paths := n.pass.templatePaths(call.Args[0], constants)
	n.used[unread] = n.used[unread] || len(paths) == 0 // nobody knows which file it is
	for _, path := range paths {
		text, err := n.pass.Project.Sources.Read(path)
		if err != nil {
			n.used[unread] = true // package content has said that the file is missing
			continue
		}
		mentionedIn(string(text), n.used)
	}
}

// templatePaths is the path for each language of the project.
func (p *Pass) templatePaths(e hclsyntax.Expression, constants *hcl.EvalContext) []string {
	var out []string
	for _, language := range p.Project.Languages {
		context := &hcl.EvalContext{}
		if constants != nil {
			context = constants.NewChild()
		}
		context.Variables = map[string]cty.Value{"language": cty.StringVal(language)}
		v, problems := e.Value(context)
		v, _ = v.UnmarkDeep()
		if !problems.HasErrors() && v.IsWhollyKnown() && !v.IsNull() && v.Type() == cty.String {
			out = append(out, v.AsString())
		}
	}
	return out
}

// listed is a list for a sentence: a, b and c.
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func emptyList(e hclsyntax.Expression) bool {
	list, ok := e.(*hclsyntax.TupleConsExpr)
	return ok && len(list.Exprs) == 0
}
