package check

import (
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

// inVain is what never comes to pass in the journeys, found once for all checks.
// Of a program with circles or missing names nothing is asked: that is said.
func (p *Pass) inVain() []prove.Vain {
	if p.vain != nil {
		return *p.vain
	}
	p.vain = &[]prove.Vain{}
	if _, err := eval.New(p.Program, nil, 0); err != nil {
		return nil
	}
	moment, err := prove.Anywhen(p.Program)
	if err != nil {
		return nil
	}
	found := prove.InVain(p.Program, moment)
	p.vain = &found
	return found
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
