package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
)

func (b *builder) person(from *block.Block) {
	r := b.read(from).remark()
	b.program.Person = ir.Person{
		Head:       ir.Head{Address: "person", At: from.At},
		Language:   r.attribute("language"),
		Timezone:   r.attribute("timezone"),
		Keys:       r.keys(),
		Attributes: r.attributes(),
	}
}

func (b *builder) object(from *block.Block) {
	r := b.read(from)
	object := ir.Object{Head: r.head(), Attributes: r.attributes()}
	if keys := r.keys(); len(keys) > 0 {
		object.Key = keys[0]
	}
	b.program.Objects = append(b.program.Objects, object)
}

func (r *reader) keys() []ir.Key {
	var out []ir.Key
	for _, child := range r.block.Of("key") {
		k := r.in(child).remark()
		out = append(out, ir.Key{Name: child.Label(0), Type: k.typ("type"), Merge: k.flag("merge"), Ignore: k.texts("ignore")})
	}
	return out
}

func (r *reader) attributes() []ir.Attribute {
	var out []ir.Attribute
	for _, child := range r.block.Of("attribute") {
		out = append(out, r.in(child).remark().attributeBlock())
	}
	return out
}

// attributeBlock is a stored attribute, with a type, or a computed one, whose
// type is that of its value.
func (r *reader) attributeBlock() ir.Attribute {
	a := ir.Attribute{
		Name:        r.block.Label(0),
		Context:     r.word("context"),
		Sensitivity: r.word("sensitivity"),
		Stable:      r.flag("stable"),
		FreshFor:    r.span("fresh_for"),
		Value:       r.value("value"),
	}
	_, typed := r.block.Get("type")
	switch {
	case typed:
		a.Type = r.typ("type")
	case a.Value != nil:
		a.Type = expr.TypeOf(a.Value)
	}
	return a
}
