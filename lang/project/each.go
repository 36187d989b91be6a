package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// item is one of for_each: what each.key and each.value are in its block.
type item struct {
	key   string
	value cty.Value
}

// expand is a block at home: one block for each item of its for_each, and so
// inside it. A block that has none and stands in the project is itself.
func (f *frame) expand(b *block.Block) []*block.Block {
	if f.home != nil {
		at := *b
		at.Home = f.home
		b = &at
	}
	return f.each(b)
}

// each is one block for each item; the block itself when it has no for_each.
func (f *frame) each(b *block.Block) []*block.Block {
	a, there := b.Get("for_each")
	if !there || a.Arg == nil {
		return []*block.Block{f.within(b)}
	}
	items, ok := f.items(b, a)
	if !ok {
		f.p.Partial, f.lost = true, true // its names are missing
	}
	out := make([]*block.Block, len(items))
	for i, it := range items {
		out[i] = f.within(f.one(b, it))
		if i == 0 {
			b = said(b)
		}
	}
	return out
}

// said is the block without its for_each, which the block of the first item has:
// whoever reads all blocks then reads the items once, not once an item.
func said(b *block.Block) *block.Block {
	out := *b
	out.Args = slices.DeleteFunc(slices.Clone(b.Args), func(a block.Argument) bool { return a.Name == "for_each" })
	return &out
}

// one is the block for one item: named with its key, at a home where each is
// the item.
func (f *frame) one(b *block.Block, it item) *block.Block {
	out := b.Keyed(it.key)
	home := b.Home
	if home == nil {
		home = &block.Home{Constants: f.context}
	}
	context := home.Constants.NewChild()
	context.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(it.key), "value": it.value})}
	out.Home = home.With(context)
	if b.Type.Name == "journey" {
		return out
	}
	for i, child := range out.Blocks {
		out.Blocks[i] = stepsNamed(child, it.key)
	}
	return out
}

// stepsNamed names the steps in a branch that is there for each item, since
// the name of a step is unique in its journey. The steps of a journey that is
// there for each item need it not.
func stepsNamed(b *block.Block, key string) *block.Block {
	if !b.Type.IsStep() {
		return b
	}
	out := b.Keyed(key)
	for i, child := range out.Blocks {
		branch := *child
		branch.Blocks = slices.Clone(child.Blocks)
		for j, step := range branch.Blocks {
			branch.Blocks[j] = stepsNamed(step, key)
		}
		out.Blocks[i] = &branch
	}
	return out
}

// within expands the blocks inside a block. They are looked up where it is.
func (f *frame) within(b *block.Block) *block.Block {
	if !hasEach(b.Blocks) {
		return b
	}
	out := *b
	out.Blocks = nil
	for _, child := range b.Blocks {
		at := *child
		at.Home = b.Home
		out.Blocks = append(out.Blocks, f.each(&at)...)
	}
	return &out
}

func hasEach(blocks []*block.Block) bool {
	for _, b := range blocks {
		if a, there := b.Get("for_each"); there && a.Arg != nil || hasEach(b.Blocks) {
			return true
		}
	}
	return false
}

// items is the items of a for_each, in order; false when it is wrong.
func (f *frame) items(b *block.Block, a block.Argument) ([]item, bool) {
	v, problems := f.constantIn(b, a.Expr)
	f.list = append(f.list, problems...)
	if v == cty.NilVal {
		return nil, false
	}
	t := v.Type()
	switch {
	case v.IsNull():
		f.wrongEach(a.At, "this is null", "")
		return nil, false
	case t.IsObjectType() || t.IsMapType():
		return f.itemsOfMap(v, a)
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		return f.itemsOfList(v, a)
	}
	f.wrongEach(a.At, "neither a list of texts nor a map", `write ["a", "b"] or { a = ..., b = ... }`)
	return nil, false
}

func (f *frame) itemsOfMap(v cty.Value, a block.Argument) ([]item, bool) {
	var out []item
	fine := true
	for it := v.ElementIterator(); it.Next(); { // cty walks names in order
		key, value := it.Element()
		name := norm.NFC.String(key.AsString())
		fine = f.fitKey(name, a.At) && fine
		out = append(out, item{name, value})
	}
	return out, fine
}

func (f *frame) itemsOfList(v cty.Value, a block.Argument) ([]item, bool) {
	var out []item
	fine := true
	seen := map[string]bool{}
	for i, value := range v.AsValueSlice() {
		at := itemAt(a, i)
		if value.IsNull() || value.Type() != cty.String {
			f.wrongEach(at, "not a text", `write ["a", "b"] or { a = ..., b = ... }`)
			return nil, false
		}
		key := norm.NFC.String(value.AsString())
		if seen[key] {
			f.wrongEach(at, fmt.Sprintf("%q is there twice", key), "remove one of the two")
			fine = false
			continue
		}
		seen[key] = true
		fine = f.fitKey(key, at) && fine
		out = append(out, item{key, value})
	}
	return out, fine
}

// itemAt is the place of an item of a list, where that is written out.
func itemAt(a block.Argument, i int) diag.Range {
	if list, ok := a.Expr.(*hclsyntax.TupleConsExpr); ok && i < len(list.Exprs) {
		return expr.At(list.Exprs[i].Range())
	}
	return a.At
}

// fitKey checks that a key can stand in an address: segment.vip["ES"].
func (f *frame) fitKey(key string, at diag.Range) bool {
	unfit := strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || strings.ContainsRune(`."[]\$%`, r) })
	if key != "" && !unfit {
		return true
	}
	f.wrongEach(at, fmt.Sprintf("%q cannot stand in an address", key), "use letters, digits, dashes, underscores and spaces")
	return false
}

func (f *frame) wrongEach(at diag.Range, mark, help string) {
	f.say(diag.Diagnostic{Rule: wrongEach, At: at, Mark: mark, Help: help})
}
