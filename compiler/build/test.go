package build

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func (b *builder) test(from *block.Block) {
	r := b.read(from)
	t := ir.Test{Head: r.head(), Platform: r.ref("platform"), Starts: r.instant("starts"), Listed: r.refs("listed"), Control: r.refs("control")}
	for _, child := range from.Blocks {
		switch part := r.in(child); child.Type.Name {
		case "person":
			t.Person = part.givens(b.scope.Person)
		case "object":
			t.Objects = append(t.Objects, part.givenObject())
		case "assign":
			t.Assigns = append(t.Assigns, ir.Assignment{Split: part.stepNamed("split"), To: part.text("to"), At: child.At})
		case "before":
			t.Before = append(t.Before, part.happening("event", "outcome", "bounced", "grant", "confirm", "refuse", "withdraw"))
		case "at":
			t.Happens = append(t.Happens, part.happening("event", "outcome", "bounced", "set", "grant", "confirm", "refuse", "withdraw"))
		case "expect":
			t.Expects = append(t.Expects, part.expectation())
		}
	}
	b.program.Tests = append(b.program.Tests, t)
}

// happening is one thing of a story, which is told by exactly one of the
// arguments that ways lists.
func (r *reader) happening(ways ...string) ir.Happening {
	h := ir.Happening{At: r.block.At}
	if r.goesBack() {
		return h
	}
	h.Offset = r.labelSpan(0)
	if !r.exactlyOne(ways) {
		return h
	}
	switch {
	case r.has("outcome"):
		if source, ok := r.occurrence("outcome"); ok {
			h.Outcome = &source
		}
		h.Address = r.text("address")
	case r.has("bounced"):
		h.Bounced = r.ref("bounced")
	case r.has("set"):
		h.Set = r.fieldsGiven("set", r.to.scope.Person)
	case r.has("event"):
		h.Event = r.ref("event")
		h.With = r.fieldsGiven("with", r.to.scope.Events[h.Event])
	default:
		h.Act = r.act()
	}
	return h
}

// goesBack says so where an offset is meant to lie before the start.
func (r *reader) goesBack() bool {
	label := r.block.Labels
	if len(label) == 0 || !strings.HasPrefix(label[0].Text, "-") {
		return false
	}
	length := strings.TrimLeft(label[0].Text, "- ")
	d := diag.Diagnostic{
		Rule: NoSpan, At: label[0].At, Mark: "lies before the start",
		Detail: "A story goes forward from its start. What happened before it counts for conditions, records and limits, and has a block of its own.",
	}
	if _, err := types.ParseSpan(length); err == nil {
		d.Help = fmt.Sprintf("write before %q { ... }", length)
	}
	r.say(d)
	return true
}

// act is something that a test's person says about a consent; nil where that is
// not declared.
func (r *reader) act() *ir.Act {
	for _, kind := range []person.ActKind{person.Grant, person.Confirm, person.Refuse, person.Withdraw} {
		if !r.has(string(kind)) {
			continue
		}
		a := &ir.Act{Kind: kind, Consent: r.ref(string(kind)), Channel: r.ref("channel"), Expires: r.instant("expires")}
		if a.Consent == "" {
			return nil
		}
		return a
	}
	return nil
}

// givenObject is object "order" "A-1" { total = 12 }: the first label names a
// declared object.
func (r *reader) givenObject() ir.GivenObject {
	out := ir.GivenObject{Key: r.block.Label(1)}
	name := "object." + r.block.Label(0)
	shape := r.scope.Objects[name]
	if shape == nil {
		r.unknownObject()
		return out
	}
	out.Object, out.Values = name, r.givens(shape)
	return out
}

func (r *reader) unknownObject() {
	if len(r.block.Labels) == 0 {
		return
	}
	label := r.block.Labels[0]
	d := diag.Diagnostic{Rule: NoObject, At: label.At, Mark: "no such object", Detail: fmt.Sprintf("There is no object.%s.", label.Text)}
	var names []string
	for _, address := range r.scope.Names["object"] {
		names = append(names, strings.TrimPrefix(address, "object."))
	}
	if near := diag.Nearest(label.Text, names); near != "" {
		d.Help = fmt.Sprintf("write %q", near)
	}
	r.say(d)
}

// stepNamed is the full name of a journey's step; "" when nothing is written or found.
func (r *reader) stepNamed(name string) string {
	a, ok := r.block.Get(name)
	if !ok {
		return ""
	}
	address, found := expr.StepOf(a.Expr, r.scope)
	r.sayAll(found)
	return address
}

func (r *reader) expectation() ir.Expectation {
	r.exactlyOne([]string{"sent", "not_sent", "done", "in", "not_in", "left", "converted"})
	e := ir.Expectation{
		Name: r.block.Label(0), Sent: r.ref("sent"), NotSent: r.ref("not_sent"), By: r.ref("by"), Step: r.stepNamed("step"), Within: r.span("within"),
		Says: r.text("says"), In: r.ref("in"), NotIn: r.ref("not_in"), AsOf: r.span("at"), Left: r.ref("left"), Converted: r.ref("converted"),
		Done: r.ref("done"), At: r.block.At,
	}
	if times, written := r.decimal("times").(types.Decimal); written {
		n := int(times.IntPart())
		e.Times = &n
	}
	return e
}
