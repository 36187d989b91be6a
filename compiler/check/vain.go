package check

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

// findJourneys is what the prover has to say about the journeys, found once for all
// checks. Of a program with circles or missing names nothing is asked: that is
// said.
func (w *whole) findJourneys() prove.Journeys {
	if len(w.Program.Journeys) == 0 || !w.sound() {
		return prove.Journeys{}
	}
	moment, err := prove.Anywhen(w.Program)
	if err != nil {
		return prove.Journeys{}
	}
	return prove.OfJourneys(prove.Asked{Program: w.Program, Unsaid: w.unsaid}, moment)
}

// unsaid tells whether a choose has no otherwise: one that is written and empty
// says that everyone else is meant to go on.
func (w *whole) unsaid(step string) bool {
	said := false
	var look func(b *block.Block)
	look = func(b *block.Block) {
		if b.Type.Name == "choose" && b.Label(0) == ir.Short(step) {
			said = said || len(b.Of("otherwise")) > 0
		}
		for _, child := range b.Blocks {
			look(child)
		}
	}
	if b := w.blocks()[ir.JourneyOf(step)]; b != nil {
		look(b)
	}
	return !said
}

// inVain is what never comes to pass in the journeys.
func (p *Pass) inVain() []prove.Vain { return p.journeys().Vain }

// journeyAt is where a journey is written.
func (p *Pass) journeyAt(address string) diag.Range {
	j, _ := ir.Find(p.Program.Journeys, address)
	return j.At
}

// stepAt is where a step is written.
func (p *Pass) stepAt(journey, step string) diag.Range {
	j, _ := ir.Find(p.Program.Journeys, journey)
	for _, e := range j.Table().Entries {
		if e.Address != step {
			continue
		}
		switch s := e.Step.(type) {
		case ir.Send:
			return s.At
		case ir.Do:
			return s.At
		case ir.Wait:
			return s.At
		case ir.Choose:
			return s.At
		case ir.Split:
			return s.At
		}
	}
	return j.At
}
