package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
)

func (b *builder) test(from *block.Block) {
	r := b.read(from)
	t := ir.Test{Head: r.head()}
	for _, child := range from.Blocks {
		switch part := r.in(child); child.Type.Name {
		case "person":
			t.Person = part.givens(b.scope.Person)
		case "at":
			t.Happens = append(t.Happens, part.happening())
		case "expect":
			t.Expects = append(t.Expects, part.expectation())
		}
	}
	b.program.Tests = append(b.program.Tests, t)
}

func (r *reader) happening() ir.Happening {
	h := ir.Happening{Offset: r.labelSpan(0), At: r.block.At}
	if !r.exactlyOne([]string{"event", "outcome"}) {
		return h
	}
	if r.has("outcome") {
		if source, ok := r.occurrence("outcome"); ok {
			h.Outcome = &source
		}
		return h
	}
	h.Event = r.ref("event")
	h.With = r.fieldsGiven("with", r.to.scope.Events[h.Event])
	return h
}

func (r *reader) expectation() ir.Expectation {
	r.exactlyOne([]string{"sent", "not_sent", "done", "in", "left"})
	e := ir.Expectation{
		Name: r.block.Label(0), Sent: r.ref("sent"), NotSent: r.ref("not_sent"), Within: r.span("within"),
		Says: r.text("says"), In: r.ref("in"), Left: r.ref("left"), Done: r.ref("done"), At: r.block.At,
	}
	if r.has("times") {
		times := r.integer("times")
		e.Times = &times
	}
	return e
}
