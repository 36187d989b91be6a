package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

var vacant = &diag.Rule{Code: "CHK160", Severity: diag.Warning, Summary: "A block does nothing as it stands"}

// checkVacant is about blocks that are whole and change nothing for anybody: a
// split with one way, a choice between nothing and nothing, a journey that only
// waits, pressure that limits nothing.
func checkVacant(p *Pass) {
	for _, b := range p.Project.Blocks {
		switch b.Type.Name {
		case "pressure":
			p.vacantPressure(b)
		case "journey":
			if !strange(b) {
				p.vacantChoices(b)
				p.vacantJourney(b)
			}
		}
	}
	for _, j := range p.Program.Journeys {
		p.vacantSplits(j)
	}
}

func (p *Pass) vacantPressure(b *block.Block) {
	if _, ordered := b.Get("priority"); ordered || len(b.Blocks) > 0 || strange(b) {
		return
	}
	p.say(diag.Diagnostic{
		At: b.At, Mark: "limits nothing", Detail: fmt.Sprintf("%s has no limit, no hours and no priority.", b.Address()),
		Help: `add limit "weekly" { ... } with max and per, or remove the block`,
	})
}

// vacantChoices is about choices between nothing and nothing, at any depth.
func (p *Pass) vacantChoices(b *block.Block) {
	for _, child := range b.Blocks {
		if child.Type.Name == "choose" && len(child.Of("when")) > 0 && !slices.ContainsFunc(child.Blocks, stepped) {
			p.say(diag.Diagnostic{
				At: child.At, Mark: "the same for everybody",
				Detail: "No branch of this choose has a step: whoever gets to it goes on to what follows.",
				Help:   `add steps to a branch, such as send "name" { ... }; or take the choose away`,
			})
		}
		p.vacantChoices(child)
	}
}

// vacantSplits is about splits with one way; that its weight is 0 is said elsewhere.
func (p *Pass) vacantSplits(j ir.Journey) {
	ir.Walk(j.Steps, func(s ir.Step) {
		split, ok := s.(ir.Split)
		if !ok || len(split.Variants) != 1 || split.Variants[0].Weight == 0 {
			return
		}
		p.say(diag.Diagnostic{
			At: split.At, Mark: "divides nobody",
			Detail: fmt.Sprintf("Everyone who gets to this split goes the way of %q, whatever its weight, so there is nothing to compare.", split.Variants[0].Name),
			Help:   `add a second variant, or control "nothing" { weight = ... } for those who get nothing more; or take the split away`,
		})
	})
}

// stepped tells whether a block has a step right in it.
func stepped(b *block.Block) bool {
	return slices.ContainsFunc(b.Blocks, func(child *block.Block) bool { return child.Type.IsStep() })
}

// vacantJourney is about a journey that reaches nobody and has nothing done. One
// that has a goal may be there to count who comes to it.
func (p *Pass) vacantJourney(b *block.Block) {
	_, counts := b.Get("goal")
	if counts || !stepped(b) || acts(b) {
		return
	}
	p.say(diag.Diagnostic{
		At: b.At, Mark: "neither sends nor does anything",
		Detail: fmt.Sprintf("Who enters %s passes its steps, and nothing comes of it.", b.Address()),
		Help:   `add send "name" { touchpoint = ... } or do "name" { action = ... }; or a goal, if it is there to count who comes to it`,
	})
}

// acts tells whether there is a send or a do in a block, at any depth.
func acts(b *block.Block) bool {
	return slices.ContainsFunc(b.Blocks, func(child *block.Block) bool {
		return child.Type.Name == "send" || child.Type.Name == "do" || acts(child)
	})
}
