package build

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/project"
)

// project is the project block with what the environment says. Its constants
// were read when the project was loaded.
func (b *builder) project(p *project.Project) {
	b.program.Project = ir.Project{
		Name: p.Name, Timezone: p.Timezone, Currency: p.Currency, Languages: p.Languages, Env: p.Env,
	}
	if p.Head != nil {
		b.program.Project.At = p.Head.At
		b.program.Project.Platforms = b.read(p.Head).remark().refs("platforms")
	}
	env := b.read(environment(p))
	b.program.Project.LeaveOut = env.kindsOrRefs("leave_out")
	b.program.Project.OnlyTo = env.texts("only_to")
}

// environment is what the environment's file says outside its blocks, as a block.
func environment(p *project.Project) *block.Block {
	from := &block.Block{Type: block.Environment}
	for _, a := range []*block.Argument{p.LeaveOut, p.OnlyTo} {
		if a != nil {
			from.Args = append(from.Args, *a)
		}
	}
	return from
}

// kindsOrRefs is a list of declarations and of whole kinds: [journey, segment.x].
func (r *reader) kindsOrRefs(name string) []string {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	form, ok := a.Arg.Form.(block.Refs)
	if !ok {
		panic("build: " + name + " is not a list of references")
	}
	var out []string
	for _, item := range r.items(a) {
		if kind := hcl.ExprAsKeyword(item); slices.Contains(form.Kinds, kind) {
			out = append(out, kind)
		} else if address := r.resolve(item, form.Kinds); address != "" {
			out = append(out, address)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
