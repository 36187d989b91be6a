package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
)

// journey is built after the moments: what detects the moment that it enters
// on gives entry its type.
func (b *builder) journey(from *block.Block) {
	r := b.read(from)
	j := ir.Journey{Head: r.head(), Platforms: r.refs("platforms")}
	for _, child := range from.Of("enter") {
		j.Enter = r.in(child).enter()
	}
	r.scope = startedBy(r.scope, b.entryOf(j.Enter.Moment))
	r.scope.Journey = from.Label(0)
	for _, child := range from.Of("enter") {
		enter := r.in(child)
		j.Enter.If = enter.condition("if")
		if enter.has("on") { // without it there is no entry, and package check speaks
			j.Enter.Per = enter.path("per")
		}
	}
	j.Goal = r.condition("goal")
	j.LeaveIf = r.condition("leave_if")
	j.OnChange = r.wordOr("on_change", "finish")
	j.Steps = r.steps(from.Blocks)
	b.program.Journeys = append(b.program.Journeys, j)
}

// enter is the part of enter that needs no entry.
func (r *reader) enter() ir.Enter {
	return ir.Enter{
		Moment: r.ref("on"), Instant: r.instantOfDay("at"), Who: r.ref("who"), Again: r.spanOrWord("again", "never"), At: r.block.At,
	}
}

func (r *reader) steps(blocks []*block.Block) []ir.Step {
	var out []ir.Step
	for _, child := range blocks {
		if step := r.in(child).step(); step != nil {
			out = append(out, step)
		}
	}
	return out
}

// step is nil for a nested block that is no step, such as enter.
func (r *reader) step() ir.Step {
	name, at := r.block.Label(0), r.block.At
	switch r.block.Type.Name {
	case "send":
		return ir.Send{Name: name, Touchpoint: r.ref("touchpoint"), IfCapped: r.wordOr("if_capped", "skip"), At: at}
	case "do":
		return ir.Do{Name: name, Action: r.ref("action"), At: at}
	case "wait":
		return ir.Wait{Name: name, For: r.span("for"), Until: r.condition("until"), At: at}
	case "choose":
		return r.choose()
	case "split":
		return r.split()
	}
	return nil
}

func (r *reader) choose() ir.Step {
	choose := ir.Choose{Name: r.block.Label(0), At: r.block.At}
	for _, child := range r.block.Of("when") {
		when := r.in(child)
		choose.When = append(choose.When, ir.Branch{
			Name: child.Label(0), If: when.condition("if"), Steps: when.steps(child.Blocks),
		})
	}
	for _, child := range r.block.Of("otherwise") {
		choose.Otherwise = r.in(child).steps(child.Blocks)
	}
	return choose
}

func (r *reader) split() ir.Step {
	split := ir.Split{
		Name: r.block.Label(0), Metric: r.ref("metric"), TestOn: r.decimal("test_on"), Decide: r.spanOrWord("decide", ""), At: r.block.At,
	}
	for _, child := range r.block.Blocks {
		way := r.in(child)
		switch child.Type.Name {
		case "variant", "control":
			split.Variants = append(split.Variants, ir.Variant{
				Name: child.Label(0), Weight: way.integer("weight"), Control: child.Type.Name == "control", Steps: way.steps(child.Blocks),
			})
		}
	}
	return split
}

// entryOf is the fields of what starts a run on a moment; nil for none.
func (b *builder) entryOf(moment string) *expr.Shape {
	switch d := b.moments[moment].Detect.(type) {
	case ir.OnEvent:
		return b.scope.Event(d.Event)
	case ir.Absence:
		return b.scope.Event(d.On)
	case ir.OnOutcome, ir.OnDate, ir.Enters, ir.Leaves:
		return justAt(moment)
	case nil:
	}
	return nil
}
