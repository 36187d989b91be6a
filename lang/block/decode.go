package block

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
)

// DecodeBody decodes the blocks of a file. The arguments that stand outside
// any block are returned as they are; only an environment may have them.
func DecodeBody(body *hclsyntax.Body) ([]*Block, []Argument, diag.List) {
	d := &decoder{}
	var blocks []*Block
	for _, b := range body.Blocks {
		if meant, t := d.asResource(b); t != nil {
			blocks = append(blocks, d.known(meant, t))
		} else if t := d.typeOf(b, All, nil); t != nil {
			blocks = append(blocks, d.known(b, t))
		}
	}
	return blocks, arguments(body, nil), d.list
}

// Decode checks the names in a block against its type. What was understood is
// returned beside the diagnostics; a required argument that is missing is
// missing in the Block too, and has been reported.
func Decode(b *hclsyntax.Block, t *Type) (*Block, diag.List) {
	d := &decoder{}
	return d.block(b, t), d.list
}

type decoder struct {
	list    diag.List
	parents []*Type // of the block that is decoded, the nearest last
}

func (d *decoder) say(x diag.Diagnostic) { d.list = append(d.list, x) }

func (d *decoder) block(b *hclsyntax.Block, t *Type) *Block {
	out := &Block{Type: t, At: head(b), Whole: whole(b), Labels: make([]Label, len(b.Labels))}
	for i, text := range b.Labels {
		out.Labels[i] = Label{Text: text, At: syntax.Range(b.LabelRanges[i])}
	}
	out.local = out.localAddress()
	if t.Missing != "" {
		d.notYet(t.Missing, out.At)
		return out
	}
	d.labels(out, b.Body.Attributes)
	out.Args = d.arguments(b, t, out)
	d.nested(b, t, out)
	return out
}

// head is a block's type and labels.
func head(b *hclsyntax.Block) diag.Range {
	at := b.TypeRange
	if n := len(b.LabelRanges); n > 0 {
		at.End = b.LabelRanges[n-1].End
	}
	return syntax.Range(at)
}

func whole(b *hclsyntax.Block) diag.Range {
	at := b.TypeRange
	at.End = b.CloseBraceRange.End
	if at.End.Byte < at.Start.Byte { // never closed
		at.End = b.Body.SrcRange.End
	}
	return syntax.Range(at)
}

// arguments decodes the arguments of a block in source order.
func (d *decoder) arguments(b *hclsyntax.Block, t *Type, out *Block) []Argument {
	written := arguments(b.Body, t)
	kept := written[:0]
	for _, a := range written {
		switch {
		case a.Arg != nil && a.Arg.Missing != "":
			d.notYet(a.Arg.Missing, a.NameAt)
		case a.Arg != nil && null(a):
			// not said; see lacking
		case a.Arg != nil || t.Open:
			kept = append(kept, a)
		default:
			meant := d.unknownArgument(a, b, t)
			out.Strange = out.Strange || len(meant) == 0
			kept = append(kept, meant...)
		}
	}
	out.Args = kept
	lacking := d.lacking(b, t, out)
	if len(lacking) == 1 && d.meantBy(lacking[0], b) {
		return kept
	}
	for _, arg := range lacking {
		if !asName(arg, out) {
			d.missingArgument(arg, out)
		}
	}
	return kept
}

// null tells whether an argument is written as null, which is not saying it. A
// default that is null is a value.
func null(a Argument) bool {
	literal, ok := a.Expr.(*hclsyntax.LiteralValueExpr)
	_, constant := a.Arg.Form.(Constant)
	return ok && !constant && literal.Val.IsNull()
}

// lacking is the required arguments that are not written.
func (d *decoder) lacking(b *hclsyntax.Block, t *Type, out *Block) []*Arg {
	var list []*Arg
	for i := range t.Args {
		name := t.Args[i].Name
		if _, there := out.Get(name); t.Args[i].Required && !there && !writtenAsBlock(b, name) {
			list = append(list, &t.Args[i])
		}
	}
	return list
}

// meantBy tells whether the one argument that a block lacks is, as far as can
// be told, the one argument in it that the block does not know, and adds that
// to what was said about it.
func (d *decoder) meantBy(lacking *Arg, b *hclsyntax.Block) bool {
	var unknown []int
	for i, x := range d.list {
		open := x.Help == "" || strings.HasPrefix(x.Help, "write "+lacking.Name+" = ")
		if x.Rule == unknownArgument && open && x.At.Start.Byte > b.OpenBraceRange.Start.Byte && x.At.End.Byte <= b.Body.SrcRange.End.Byte {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) != 1 {
		return false
	}
	x := &d.list[unknown[0]]
	x.Detail = fmt.Sprintf("The block lacks %s: %s", lacking.Name, sentence(lacking.Doc))
	if x.Help == "" {
		x.Help = fmt.Sprintf("write %s = ..., %s", lacking.Name, lacking.Form.Spell())
	}
	return true
}

func writtenAsBlock(b *hclsyntax.Block, name string) bool {
	for _, child := range b.Body.Blocks {
		if child.Type == name {
			return true
		}
	}
	return false
}

// arguments lists the arguments of a body in source order. HCL keeps them by
// name.
func arguments(body *hclsyntax.Body, t *Type) []Argument {
	list := make([]Argument, 0, len(body.Attributes))
	for _, a := range body.Attributes {
		arg := Argument{Name: a.Name, Expr: a.Expr, NameAt: syntax.Range(a.NameRange), At: syntax.Range(a.Expr.Range())}
		if t != nil {
			arg.Arg, _ = t.Arg(a.Name)
		}
		list = append(list, arg)
	}
	slices.SortFunc(list, func(a, b Argument) int { return cmp.Compare(a.NameAt.Start.Byte, b.NameAt.Start.Byte) })
	return list
}

// nested decodes the blocks inside a block in source order.
func (d *decoder) nested(b *hclsyntax.Block, t *Type, out *Block) {
	d.parents = append(d.parents, t)
	defer func() { d.parents = d.parents[:len(d.parents)-1] }()
	first := map[string]*Block{}
	for _, child := range b.Body.Blocks {
		childType := d.typeOf(child, t.Nested(), t)
		if childType == nil {
			out.Strange = true
			continue
		}
		decoded := d.known(child, childType)
		if earlier, there := first[childType.Name]; there && childType.Once {
			if child.Type == childType.Name { // a misspelt one was told already
				d.repeatedBlock(decoded, earlier, t)
			}
			continue
		}
		first[childType.Name] = decoded
		out.Blocks = append(out.Blocks, decoded)
	}
	for _, childType := range t.Nested() {
		if _, there := first[childType.Name]; childType.Required && !there && !d.blamed(out) {
			d.missingBlock(childType, out)
		}
	}
	if stepless := t.Stepped && !slices.ContainsFunc(out.Blocks, (*Block).isStep); stepless && !d.blamed(out) {
		d.missingStep(out)
	}
}

// blamed tells whether something in the block was complained about already: a
// misspelt block is not missing as well.
func (d *decoder) blamed(out *Block) bool {
	for _, x := range d.list {
		if x.Rule == unknownBlock || x.Rule == argumentForBlock || x.Rule == unknownArgument || x.Rule == misplacedBlock {
			if x.At.Start.Byte >= out.Whole.Start.Byte && x.At.End.Byte <= out.Whole.End.Byte {
				return true
			}
		}
	}
	return false
}

// known decodes a block of type t. When the block's own word is another, t is
// a guess that was told: its names are taken, so that nothing else is blamed
// for them, and what is wrong inside waits until the word is put right.
func (d *decoder) known(b *hclsyntax.Block, t *Type) *Block {
	if b.Type == t.Name {
		return d.block(b, t)
	}
	meant := (&decoder{}).block(b, t)
	meant.Meant = true
	return meant
}

// typeOf finds the type of a block inside parent, or at the top of a file when
// parent is nil: for a misspelt word the one that was meant, nil when that is
// not plain. In an open block every block is fine.
func (d *decoder) typeOf(b *hclsyntax.Block, allowed []*Type, parent *Type) *Type {
	if t, known := find(allowed, b.Type); known {
		return t
	}
	if parent != nil && parent.Open {
		return &Type{Name: b.Type, Labels: make([]string, len(b.Labels)), Open: true, Doc: "A block of the platform's."}
	}
	meant, _ := find(allowed, d.unknownBlock(b, allowed, parent))
	return meant
}
