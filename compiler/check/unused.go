package check

import (
	"fmt"
	"regexp"
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
	mentioned := map[string]bool{}
	for _, d := range p.declarations {
		for _, address := range ir.Mentions(d) {
			mentioned[address] = true
		}
	}
	for _, b := range p.Project.Blocks { // also what stands in a text that is wrong, and so in no program
		p.constantsIn(b, p.Project.Constants, mentioned)
	}
	for _, t := range p.Program.Touchpoints {
		p.textsOnly(t)
	}
	for _, l := range p.Program.Links {
		p.unlessUsed(mentioned, l.Address, l.At)
	}
	for _, part := range p.Program.Parts {
		p.unlessUsed(mentioned, part.Address, part.At)
	}
	if p.Program.Project.Env == "" {
		p.unusedConstants()
	}
}

func (p *Pass) unlessUsed(used map[string]bool, name string, at diag.Range) {
	if used[name] {
		return
	}
	p.say(diag.Diagnostic{
		At: at, Mark: "never used", Detail: fmt.Sprintf("Nothing mentions %s.", name), Help: "remove it",
	})
}

func (p *Pass) unusedConstants() {
	used := map[string]bool{}
	for _, blocks := range [][]*block.Block{{p.Project.Head}, p.Project.Locals, p.Project.Modules, p.Project.Blocks} {
		for _, b := range blocks {
			p.constantsIn(b, p.Project.Constants, used)
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
			mentionedIn(f.Bytes, used)
		}
	}
}

func mentionedIn(text []byte, used map[string]bool) {
	for _, name := range constantForm.FindAllString(string(text), -1) {
		used[name] = true
	}
}

// constantsIn notes what the expressions of a block mention: var.x, local.x,
// link.x and part.x.
// Those of a module are its own.
func (p *Pass) constantsIn(b *block.Block, constants *hcl.EvalContext, used map[string]bool) {
	if b == nil || b.Home != nil && b.Home.Module != "" {
		return
	}
	if b.Home != nil {
		constants = b.Home.Constants
	}
	for _, a := range b.Args {
		syntax.Names(a.Expr, func(t hcl.Traversal) bool {
			if name, ok := constantName(t); ok {
				used[name] = true
			}
			return true
		})
		p.constantsInTemplates(a.Expr, constants, used)
	}
	for _, child := range b.Blocks {
		p.constantsIn(child, constants, used)
	}
}

func constantName(t hcl.Traversal) (string, bool) {
	if len(t) < 2 {
		return "", false
	}
	switch t.RootName() {
	case "var", "local", "link", "part":
	default:
		return "", false
	}
	attr, ok := t[1].(hcl.TraverseAttr)
	return t.RootName() + "." + attr.Name, ok
}

var constantForm = regexp.MustCompile(`\b(?:var|local|link|part)\.[\p{L}_][\p{L}\p{N}_]*`)

// constantsInTemplates notes what the files of template("...") mention: by
// their words, since a constant does not show in the compiled text.
func (p *Pass) constantsInTemplates(e hclsyntax.Expression, constants *hcl.EvalContext, used map[string]bool) {
	call, ok := e.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "template" || len(call.Args) == 0 {
		return
	}
	for _, path := range p.templatePaths(call.Args[0], constants) {
		text, err := p.Project.Sources.Read(path)
		if err != nil {
			continue // package content has said that the file is missing
		}
		mentionedIn(text, used)
	}
}

// templatePaths is the path for each language of the project.
func (p *Pass) templatePaths(e hclsyntax.Expression, constants *hcl.EvalContext) []string {
	var out []string
	for _, language := range p.Program.Project.Languages {
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
