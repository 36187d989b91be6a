package project

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
)

// switchOff leaves out what needs an input that is null, and what needs that,
// until nothing more goes. In a list of names the null ones are left out, and
// the rest stays; elsewhere what mentions one is switched off whole: a rule or
// a capture alone, anything else with the block at the top of the file. To
// drop just the argument would change what is meant: the cart that was left
// "without" an order that nobody told of would be every cart.
func (f *frame) switchOff() {
	if len(f.off) == 0 {
		return
	}
	for again := true; again; {
		again = false
		var kept []*block.Block
		for _, b := range f.blocks {
			reduced, why := f.reduce(b)
			if reduced == nil {
				f.off[b.Type.Name+"."+b.Last()] = why
				again = true
				continue
			}
			kept = append(kept, reduced)
		}
		f.blocks = kept
	}
	for name, why := range f.off {
		if !strings.HasPrefix(name, "var.") && !strings.HasPrefix(name, "local.") {
			f.p.Off[f.home.Module+"."+name] = why
		}
	}
}

// reduce is a block without what needs a null input; nil when that is itself.
func (f *frame) reduce(b *block.Block) (reduced *block.Block, why string) {
	if b.Type.Name == "module" {
		return b, "" // its inputs are null then
	}
	out := *b
	out.Args, out.Blocks = nil, nil
	for _, a := range b.Args {
		e, why := f.without(a.Expr)
		if e == nil {
			return nil, why
		}
		a.Expr = e
		out.Args = append(out.Args, a)
	}
	for _, child := range b.Blocks {
		inner, why := f.reduce(child)
		if inner == nil && !child.Type.Alone {
			return nil, why
		}
		if inner != nil {
			out.Blocks = append(out.Blocks, inner)
		}
	}
	return &out, ""
}

// without is an expression without the items of a list that are switched off;
// nil when nothing is left of it.
func (f *frame) without(e hclsyntax.Expression) (hclsyntax.Expression, string) {
	list, isList := e.(*hclsyntax.TupleConsExpr)
	if !isList {
		if why, off := f.needs(e); off {
			return nil, why
		}
		return e, ""
	}
	kept := *list
	kept.Exprs = nil
	last := ""
	for _, item := range list.Exprs {
		why, off := f.needs(item)
		if _, named := expr.Reference(item); off && !named {
			return nil, why
		}
		if off {
			last = why
			continue
		}
		kept.Exprs = append(kept.Exprs, item)
	}
	if len(kept.Exprs) == 0 && last != "" {
		return nil, last
	}
	return &kept, ""
}

// needs is the null variable that an expression needs, if it does.
func (f *frame) needs(e hclsyntax.Expression) (why string, off bool) {
	if len(f.off) == 0 {
		return "", false
	}
	for _, t := range hclsyntax.Variables(e) {
		for _, name := range namesIn(t) {
			if why, off := f.off[name]; off {
				return why, true
			}
		}
	}
	return "", false
}

// namesIn is what a name may be known by: segment.vip; the journey of a step.
func namesIn(t hcl.Traversal) []string {
	if len(t) < 2 {
		return nil
	}
	second, ok := t[1].(hcl.TraverseAttr)
	if !ok {
		return nil
	}
	if t.RootName() == "step" {
		return []string{"journey." + second.Name}
	}
	return []string{t.RootName() + "." + second.Name}
}
