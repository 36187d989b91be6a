package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
)

func (b *builder) event(from *block.Block) {
	r := b.read(from)
	event := ir.Event{Head: r.head(), Context: r.word("context"), From: r.ref("from")}
	for _, child := range from.Of("field") {
		f := r.in(child).remark()
		event.Fields = append(event.Fields, ir.Field{Name: child.Label(0), Type: f.typ("type"), Required: f.flag("required")})
	}
	// An event in a circle of derived events has no fields: the circle is
	// reported, and what looks at its fields stays silent. Where without from is
	// package check's to refuse.
	if b.scope.Events[event.Address] != nil && r.has("from") {
		base := b.scope.Event(event.From)
		if base == nil { // from is wrong, which is said
			base = &expr.Shape{Name: event.Address, Unknown: true}
		}
		event.Where = r.over(base).condition("where")
	}
	b.program.Events = append(b.program.Events, event)
}
