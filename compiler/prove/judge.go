package prove

import (
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// judges are who believes a witness or does not: for each program its world in
// the reference evaluator, and its machine for those that live through it. Each
// takes in all of a program, so it is made once for all questions, when the first
// witness comes.
type judges struct {
	ready  map[*ir.Program]judged
	living map[*ir.Program]living
	lacks  map[*ir.Program]*eval.Gaps
}

type judged struct {
	world *eval.World
	err   error
}

type living struct {
	machine *eval.Machine
	err     error
}

func newJudges() *judges {
	return &judges{map[*ir.Program]judged{}, map[*ir.Program]living{}, map[*ir.Program]*eval.Gaps{}}
}

// gaps is what is not evaluated of a program.
func (j *judges) gaps(program *ir.Program) *eval.Gaps {
	if j.lacks[program] == nil {
		j.lacks[program] = eval.NewGaps(program)
	}
	return j.lacks[program]
}

// of is the world of a program with lists, at an instant.
func (j *judges) of(program *ir.Program, lists person.Lists, now types.Instant) (*eval.World, error) {
	known, ok := j.ready[program]
	if !ok {
		known.world, known.err = eval.New(program, nil, 0)
		j.ready[program] = known
	}
	if known.err != nil {
		return nil, known.err
	}
	return known.world.With(lists, now), nil
}

// machine is a program to live through, on terms.
func (j *judges) machine(program *ir.Program, terms eval.Terms) (*eval.Machine, error) {
	known, ok := j.living[program]
	if !ok {
		known.machine, known.err = eval.NewMachine(program, eval.Terms{})
		j.living[program] = known
	}
	if known.err != nil {
		return nil, known.err
	}
	return known.machine.On(terms), nil
}
