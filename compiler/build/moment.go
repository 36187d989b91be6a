package build

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

func (b *builder) phase(from *block.Block) {
	r := b.read(from)
	b.program.Phases = append(b.program.Phases, ir.Phase{Head: r.head(), After: r.ref("after")})
}

func (b *builder) persona(from *block.Block) {
	r := b.read(from)
	b.program.Personas = append(b.program.Personas, ir.Persona{Head: r.head(), Segment: r.ref("segment")})
}

func (b *builder) moment(from *block.Block) {
	r := b.read(from)
	m := ir.Moment{
		Head: r.head(), Kind: r.word("kind"), Phase: r.ref("phase"), Emotion: r.integer("emotion"), Within: r.span("within"),
		Fear: r.localized("fear"), Opportunity: r.localized("opportunity"), Anticipates: r.ref("anticipates"),
	}
	for _, child := range from.Of("detect") {
		m.Detect = r.in(child).detect()
	}
	b.program.Moments = append(b.program.Moments, m)
}

// ways are the arguments of detect that say what is noticed; exactly one is written.
var ways = []string{"on", "date", "enters", "leaves"}

func (r *reader) detect() ir.Detect {
	chosen := slices.ContainsFunc(ways, r.has)
	if !chosen && r.has("without") { // package check says that on is missing
		return nil
	}
	if !r.exactlyOne(ways) {
		return nil
	}
	switch {
	case r.has("date"):
		return ir.OnDate{Date: r.value("date"), Every: r.span("every"), Before: r.span("before"), Clock: r.clock("at"), At: r.block.At}
	case r.has("enters"):
		return ir.Enters{Segment: r.ref("enters"), Existing: r.flag("existing"), At: r.block.At}
	case r.has("leaves"):
		return ir.Leaves{Segment: r.ref("leaves"), At: r.block.At}
	}
	return r.noticed()
}

// noticed is detect { on = … }: something that happened, or its absence. What
// where(…) narrows it to counts like if.
func (r *reader) noticed() ir.Detect {
	on, ok := r.occurrence("on")
	if !ok {
		return nil
	}
	counts := both(on.Where, r.over(r.to.shapeOf(on)).condition("if"))
	switch {
	case on.Step != "":
		a, _ := r.block.Get("on")
		r.say(diag.Diagnostic{
			Rule: NoOutcome, At: a.At, Mark: "one step of a journey",
			Detail: "A moment is the person's, whichever journey wrote to them: it watches what becomes of a touchpoint.",
			Help:   "write touchpoint.<name>." + on.Outcome,
		})
		return nil
	case on.Touchpoint != "":
		return ir.OnOutcome{Touchpoint: on.Touchpoint, Outcome: on.Outcome, If: counts, At: r.block.At}
	case r.has("without"):
		without := r.ref("without")
		return ir.Absence{On: on.Event, Without: without, Same: r.same(on.Event, without), For: r.span("for"), If: counts, At: r.block.At}
	}
	return ir.OnEvent{Event: on.Event, If: counts, At: r.block.At}
}

// both is the conjunction of two conditions, either of which may be nil.
func both(a, b expr.Expr) expr.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return expr.And{Place: expr.Place{At: a.Range()}, Terms: []expr.Expr{a, b}}
}
