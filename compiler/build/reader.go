package build

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// reader reads the arguments of one block. An argument that is not written, or
// whose value is null, reads as the zero value without complaint, unless it is
// required and null; that one is not written is package block's to say.
type reader struct {
	to    *builder
	block *block.Block
	scope *expr.Scope
}

func (b *builder) read(from *block.Block) *reader {
	scope := from.Home.In(b.scope)
	if from.Home != nil {
		scope.Shared = b.sharedWith(from)
	}
	b.last = from
	return &reader{to: b, block: from, scope: scope}
}

// sharedWith is what a block may share with the one before: they share terms if
// one for_each made them of one text, so that nothing but each differs.
func (b *builder) sharedWith(from *block.Block) expr.Shared {
	last := b.last
	alike := last != nil && last.Home != nil && from.Whole == last.Whole && from.Whole.File != "" && from.Home.Call == last.Home.Call && from.Home.Module == last.Home.Module
	switch {
	case !alike:
		b.shared = nil
	case b.shared == nil:
		b.shared = expr.Shared{}
	}
	return b.shared
}

// in is a reader of a nested block.
func (r *reader) in(child *block.Block) *reader {
	return &reader{to: r.to, block: child, scope: child.Home.In(r.scope)}
}

// remark checks a description that no program keeps: that of a block inside of
// another, or of one without a name.
func (r *reader) remark() *reader {
	r.text("description")
	return r
}

// over is a reader of the same block whose conditions are about an event; a
// nil shape leaves it as it is.
func (r *reader) over(it *expr.Shape) *reader {
	if it == nil {
		return r
	}
	return &reader{to: r.to, block: r.block, scope: r.scope.With(it)}
}

func (r *reader) head() ir.Head {
	return ir.Head{Address: r.block.Address(), Description: r.text("description"), Owner: r.text("owner"), At: r.block.At}
}

// has tells whether an argument is written.
func (r *reader) has(name string) bool {
	_, ok := r.block.Get(name)
	return ok
}

func (r *reader) say(d diag.Diagnostic) { r.to.found = append(r.to.found, d) }

func (r *reader) sayAll(l diag.List) { r.to.found = append(r.to.found, l...) }

// exactlyOne complains unless one of the arguments is written, and only one.
// Where none is, but an argument that nobody knows, that was told.
func (r *reader) exactlyOne(names []string) bool {
	var written []block.Argument
	for _, name := range names {
		if a, ok := r.block.Get(name); ok {
			written = append(written, a)
		}
	}
	if len(written) == 1 {
		return true
	}
	if len(written) == 0 && r.block.Strange {
		return false
	}
	d := diag.Diagnostic{Rule: OneOfThem, At: r.block.At, Detail: fmt.Sprintf("%s takes exactly one of %s.", r.block.Type.Name, listed(names))}
	if len(written) > 1 {
		d.At, d.Mark = written[1].NameAt, "beside "+written[0].Name
		if len(r.block.Labels) > 0 && !r.block.Type.Once {
			d.Help = fmt.Sprintf("write a block %s for each", r.block.Type.Name)
		}
	}
	r.say(d)
	return false
}

// constant is the value of an argument without people in it; false when it is
// not written, null, or wrong.
func (r *reader) constant(name string) (cty.Value, block.Argument, bool) {
	a, ok := r.block.Get(name)
	if !ok {
		return cty.NilVal, a, false
	}
	v, found := expr.Fold(a.Expr, r.scope)
	r.sayAll(found)
	if v == cty.NilVal || v.IsNull() || !v.IsWhollyKnown() {
		if v != cty.NilVal && v.IsNull() && a.Arg != nil && a.Arg.Required {
			r.another(a, described(v))
		}
		return cty.NilVal, a, false
	}
	return v, a, true
}

// nothing complains of an argument that is written and says nothing.
func (r *reader) nothing(a block.Argument) {
	r.another(a, "this is empty")
	if last := &r.to.found[len(r.to.found)-1]; a.Arg != nil && !a.Arg.Required {
		last.Help = "write what it is, or remove " + a.Name
	}
}

// another complains that an argument has a value of another form than its own.
func (r *reader) another(a block.Argument, got string) {
	d := diag.Diagnostic{Rule: OtherForm, At: a.At, Mark: got}
	if a.Arg != nil {
		d.Detail = fmt.Sprintf("%s takes %s.", a.Name, a.Arg.Form.Spell())
	}
	r.say(d)
}

// described is what a value is, in the words of authors.
func described(v cty.Value) string {
	t := v.Type()
	switch {
	case v.IsNull():
		return "this is null"
	case t == cty.String:
		return "this is a text"
	case t == cty.Number:
		return "this is a number"
	case t == cty.Bool:
		return "this is true or false"
	case t.IsListType() || t.IsTupleType() || t.IsSetType():
		return "this is a list"
	}
	return "this is a set of names and values"
}

// listed is a list for a sentence: a, b or c.
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
