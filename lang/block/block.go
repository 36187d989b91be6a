package block

import (
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// Block is one block of a file, its names checked against its Type.
// Expressions are kept as written; package build gives them meaning.
type Block struct {
	Type   *Type
	Labels []Label
	Args   []Argument // in source order
	Blocks []*Block   // in source order
	At     diag.Range // type and labels
	Whole  diag.Range // to the closing brace
	// Meant: the block's own word is another, which was told, and its type is
	// what was probably meant.
	Meant bool
	// Strange: it has an argument or a block that its type does not know and that
	// was meant to be none that it does, or is there a second time, which was told.
	Strange bool
	// Home is where the names in the block are looked up; nil: where those of
	// the block around it are.
	Home *Home

	local string // the address in its module, where it was put together already
}

// Label is a word after the block's type.
type Label struct {
	Text string
	At   diag.Range
}

// Argument is name = expression.
type Argument struct {
	Name   string
	Arg    *Arg // nil in an open block
	Expr   hclsyntax.Expression
	NameAt diag.Range
	At     diag.Range // the expression
}

func (b *Block) isStep() bool { return b.Type.IsStep() }

// Label is the text of label i, or "".
func (b *Block) Label(i int) string {
	if i >= 0 && i < len(b.Labels) {
		return b.Labels[i].Text
	}
	return ""
}

// Get finds an argument by name.
func (b *Block) Get(name string) (Argument, bool) {
	for _, a := range b.Args {
		if a.Name == name {
			return a, true
		}
	}
	return Argument{}, false
}

// LetGo drops the arguments, at which nobody looks any more.
func (b *Block) LetGo() { b.Args = nil }

// Of lists the nested blocks of one type.
func (b *Block) Of(name string) []*Block {
	var out []*Block
	for _, child := range b.Blocks {
		if child.Type.Name == name {
			out = append(out, child)
		}
	}
	return out
}

// Address is the block's address, such as segment.vip or module.m.segment.vip:
// the type and its last label. An action's and a platform's first label is a
// kind, not a name.
func (b *Block) Address() string {
	local := b.local
	if local == "" {
		local = b.localAddress()
	}
	if b.Home == nil || b.Home.Module == "" {
		return local
	}
	return b.Home.Module + "." + local
}

func (b *Block) localAddress() string {
	if len(b.Labels) == 0 {
		return b.Type.Name
	}
	return b.Type.Name + "." + b.Last()
}

// Keyed is a copy of the block whose last label has a key: vip["ES"]. The blocks
// in it are the same, in a list of its own.
func (b *Block) Keyed(key string) *Block {
	out := *b
	out.Labels, out.Blocks = slices.Clone(b.Labels), slices.Clone(b.Blocks)
	if n := len(out.Labels); n > 0 {
		out.Labels[n-1].Text += "[" + strconv.Quote(key) + "]"
	}
	out.local = out.localAddress()
	return &out
}

// Last is the word that names the block: its last label, or "".
func (b *Block) Last() string { return b.Label(len(b.Labels) - 1) }
