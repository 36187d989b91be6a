package project

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/std"
)

// How modules work. A module block makes a frame out of the files of a folder:
// its own variables and locals, and blocks whose addresses begin with
// module.<name>. What an input is worth is known at once when it is a
// constant; what it refers to only when every frame was read, so references
// are looked up last (input.go). An input that is null, or not given while its
// default is null, switches off what needs it (off.go). for_each (each.go)
// comes after that, once per block.

// finish switches off what has no input, expands what has for_each, uses the
// modules, and puts the blocks into the project.
func (f *frame) finish() {
	f.switchOff()
	for _, b := range f.blocks {
		if b.Type.Name != "module" {
			f.p.Blocks = append(f.p.Blocks, f.expand(b)...)
			continue
		}
		if f.home == nil {
			f.p.Modules = append(f.p.Modules, b)
		}
		for _, use := range f.expand(b) {
			f.use(use)
		}
	}
}

// withoutModules is the project's own blocks without those of folders that are
// modules and that no module block uses: a variable there stands for a
// declaration. Each is told once.
func (l *loader) withoutModules() []*block.Block {
	unused := map[string]bool{}
	for _, b := range l.all {
		folder := path.Dir(b.At.File)
		if folder == "." || unused[folder] || b.Type.Name != "variable" || kindOf(b) == "" {
			continue
		}
		unused[folder] = true
		a, _ := b.Get("type")
		l.aside = append(l.aside, diag.Diagnostic{
			Rule: wrongType, At: a.At, Mark: "stands for " + kindOf(b) + ".<name>",
			Detail: fmt.Sprintf("Only a variable of a module stands for a declaration, and no module block has %s as its source.", folder),
			Help:   fmt.Sprintf("add module %q { source = %q }, or write %s.<name> where it is used", path.Base(folder), "./"+folder, kindOf(b)),
		})
	}
	if len(unused) == 0 {
		return l.all
	}
	return slices.DeleteFunc(slices.Clone(l.all), func(b *block.Block) bool { return unused[path.Dir(b.At.File)] })
}

// use reads a module for one of its uses.
func (f *frame) use(call *block.Block) {
	folder, ok := f.source(call)
	if !ok {
		f.p.Partial, f.lost = true, true
		return
	}
	home := &block.Home{Module: call.Address(), Folder: folder, References: map[string]string{}, Call: call}
	if call.Home != nil && call.Home.Call != nil {
		home.Call = call.Home.Call // people look at their own use first
	}
	inner := &frame{loader: f.loader, home: home, folders: append(slices.Clone(f.folders), folder), off: map[string]string{}}
	inner.all = f.fittingIn(f.module(folder))
	inner.unique()
	inner.context = &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: f.functions(home.Folder)}
	home.Constants = inner.context
	inner.constants(inner.given(call, f))
	inner.finish()
}

// source is the folder of a use, or the name of a module that ships.
func (f *frame) source(call *block.Block) (folder string, ok bool) {
	for _, nested := range call.Blocks {
		f.say(diag.Diagnostic{Rule: wrongInput, At: nested.At, Mark: "a module takes no blocks", Help: "write " + nested.Type.Name + " = ..."})
	}
	a, written := call.Get("source")
	if !written {
		return "", false // package block has said so
	}
	from, ok := literal(a.Expr)
	if !ok {
		f.say(diag.Diagnostic{
			Rule: wrongSource, At: a.At, Mark: "not a text written out", Detail: "Which files belong to a project must be plain from the text alone.",
			Help: `write source = "./folder" or "std/moments"`,
		})
		return "", false
	}
	if strings.HasPrefix(from, std.Prefix) {
		return f.shipped(from, a)
	}
	if !strings.HasPrefix(from, "./") && !strings.HasPrefix(from, "../") {
		f.noSource(from, a)
		return "", false
	}
	folder = path.Join(path.Dir(a.At.File), from)
	if strings.HasPrefix(a.At.File, "std://") || folder == ".." || strings.HasPrefix(folder, "../") {
		f.say(diag.Diagnostic{
			Rule: wrongSource, At: a.At, Mark: "outside the project", Detail: "A module lies in the folder of its project. The path begins at the file that says it.",
		})
		return "", false
	}
	if folder == "." || slices.Contains(f.folders, folder) {
		f.circle(folder, a)
		return "", false
	}
	if len(f.p.Sources.Module(folder)) == 0 {
		f.say(diag.Diagnostic{
			Rule: wrongSource, At: a.At, Mark: "no module here",
			Detail: fmt.Sprintf("There is no file that ends in .hcl in %s, or it is a project of its own.", folder), Help: f.folderNear(a, folder),
		})
		return "", false
	}
	return folder, true
}

// folderNear is what to write for a misspelt folder; "" when none is near.
func (f *frame) folderNear(a block.Argument, folder string) string {
	var folders []string
	for _, file := range f.p.Sources.Files() {
		if in := path.Dir(file.Path); in != "." && !slices.Contains(folders, in) {
			folders = append(folders, in)
		}
	}
	near := diag.Nearest(folder, folders)
	if from := path.Dir(a.At.File); near == "" || from != "." {
		return "" // a path from elsewhere is not spelled as it is kept
	}
	return fmt.Sprintf("write %q", "./"+near)
}

// literal is a text without ${ }.
func literal(e hclsyntax.Expression) (string, bool) {
	template, ok := e.(*hclsyntax.TemplateExpr)
	if !ok || !template.IsStringLiteral() {
		return "", false
	}
	v, problems := template.Value(nil)
	return v.AsString(), !problems.HasErrors()
}

func (f *frame) shipped(from string, a block.Argument) (folder string, ok bool) {
	files := std.Module(from)
	if len(files) == 0 {
		d := diag.Diagnostic{Rule: wrongSource, At: a.At, Mark: "no such module ships", Detail: "These ship: " + strings.Join(std.Sources, ", ") + "."}
		if near := diag.Nearest(from, std.Sources); near != "" {
			d.Mark, d.Help = "there is "+near, fmt.Sprintf("write %q", near)
		}
		f.say(d)
		return "", false
	}
	f.p.Sources.Ship(files)
	return from, true
}

// noSource is about a source that is neither a path nor a module that ships.
func (f *frame) noSource(from string, a block.Argument) {
	d := diag.Diagnostic{
		Rule: wrongSource, At: a.At, Mark: "neither a folder nor a module that ships",
		Detail: "The path of a folder begins with ./ or ../, a module that ships with std/.",
	}
	if near := diag.Nearest(std.Prefix+from, std.Sources); near != "" {
		d.Help = fmt.Sprintf("write %q", near)
	} else if !strings.Contains(from, "://") && !path.IsAbs(from) {
		d.Help = fmt.Sprintf("write %q", "./"+from)
	}
	f.say(d)
}

func (f *frame) circle(folder string, a block.Argument) {
	way := append(slices.Clone(f.folders), folder)
	for i, step := range way {
		if step == "." {
			way[i] = "the project"
		}
	}
	detail := strings.Join(way, " uses ") + "."
	if folder == "." && len(f.folders) == 0 {
		detail = "This is the folder of the project itself."
	}
	f.say(diag.Diagnostic{
		Rule: moduleCircle, At: a.At, Mark: "leads back to itself", Detail: detail,
		Help: "take one of these modules out",
	})
}

// module is the blocks of a folder, decoded once however often it is used.
func (l *loader) module(folder string) []*block.Block {
	if blocks, done := l.decoded[folder]; done {
		return blocks
	}
	var files []source.File
	if strings.HasPrefix(folder, std.Prefix) {
		files = std.Module(folder)
	} else {
		files = l.p.Sources.Module(folder)
	}
	var all []*block.Block
	for _, f := range files {
		blocks, loose := l.file(f)
		for _, a := range loose {
			l.say(block.Loose(a))
		}
		all = append(all, blocks...)
	}
	sortBlocks(all)
	l.decoded[folder] = all
	return all
}

// ofProject are the blocks that say something about the whole project.
var ofProject = []string{"project", "state", "history", "platform", "person", "object", "import", "moved", "removed"}

// fittingIn drops the blocks that do not stand in a module, and says so.
func (l *loader) fittingIn(blocks []*block.Block) []*block.Block {
	var kept []*block.Block
	for _, b := range blocks {
		if !slices.Contains(ofProject, b.Type.Name) {
			kept = append(kept, b)
			continue
		}
		l.say(diag.Diagnostic{
			Rule: strangeInModule, At: b.At, Mark: "stands in the project itself",
			Detail: "A module sees the project's person, objects, events, purposes and channels. It says nothing about the project, its people, its platforms and its state.",
			Help:   fmt.Sprintf("move the %s block into a file of the project", b.Type.Name),
		})
	}
	return kept
}

// constantIn is the value of an expression at the place of a block.
func (f *frame) constantIn(b *block.Block, e hclsyntax.Expression) (cty.Value, diag.List) {
	return expr.Fold(e, f.scopeOf(b))
}

// scopeOf is the scope of a block, for_each applied.
func (f *frame) scopeOf(b *block.Block) *expr.Scope {
	if b.Home == nil {
		return f.scope()
	}
	return b.Home.In(f.scope())
}
