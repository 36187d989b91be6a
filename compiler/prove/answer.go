package prove

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Verdict is what became of a question. The zero value is Undecided, so that
// what nobody answered is never taken as proved.
type Verdict uint8

// The verdicts.
const (
	Undecided Verdict = iota
	Proved            // for every person and every history
	Refuted           // there is a witness, and the reference evaluator agrees
)

// String is the verdict in a word.
func (v Verdict) String() string {
	switch v {
	case Proved:
		return "proved"
	case Refuted:
		return "refuted"
	case Undecided:
	}
	return "undecided"
}

// Answer is a verdict with what it rests on.
type Answer struct {
	Verdict Verdict
	Witness *Witness // of Refuted
	Why     string   // of Undecided: what stood in the way
}

// Moment is when a question is asked: now, and the project's zone.
type Moment struct {
	Now  types.Instant
	Zone *time.Location
}

// condition is an expression of a program that questions are about.
type condition struct {
	program *ir.Program
	of      expr.Expr
	claim   *claim
}

// Prover answers questions about conditions. It is made once for all of them,
// because regions come from every constant; it is not for several goroutines.
type Prover struct {
	space      *space
	conditions []condition
	unmoved    bool // without simulation
}

// Condition names a condition that was added.
type Condition int

// New is a prover without conditions.
func New(at Moment) *Prover {
	s := newSpace()
	s.moment = moment{at.Now, at.Zone}
	return &Prover{space: s}
}

// Add adds a condition of a program, before the first question.
func (p *Prover) Add(program *ir.Program, e expr.Expr) Condition {
	r := &reader{space: p.space, program: program}
	p.conditions = append(p.conditions, condition{program, e, r.read(e)})
	return Condition(len(p.conditions) - 1)
}

// part is one side of a question: the people for whom a condition is true, or
// all others.
type part struct {
	of     Condition
	member bool
}

// Never asks whether nobody fulfils a condition.
func (p *Prover) Never(a Condition) Answer { return p.ask(part{a, true}) }

// Always asks whether everybody fulfils a condition.
func (p *Prover) Always(a Condition) Answer { return p.ask(part{a, false}) }

// Implies asks whether everybody who fulfils a fulfils b.
func (p *Prover) Implies(a, b Condition) Answer { return p.ask(part{a, true}, part{b, false}) }

// Disjoint asks whether nobody fulfils both.
func (p *Prover) Disjoint(a, b Condition) Answer { return p.ask(part{a, true}, part{b, true}) }

// None tells whether it is proved that nobody fulfils all of some conditions. No
// witness is made.
func (p *Prover) None(of ...Condition) bool { return p.rulesOut(of, true) }

// Every tells whether it is proved that everybody fulfils one of some conditions.
func (p *Prover) Every(of ...Condition) bool { return p.rulesOut(of, false) }

func (p *Prover) rulesOut(of []Condition, member bool) bool {
	parts := make([]part, len(of))
	for i, c := range of {
		parts[i] = part{c, member}
	}
	return p.space.impossible(p.nodes(parts)...)
}

// ask looks for a person in all parts. That there is none is proved.
func (p *Prover) ask(parts ...part) Answer {
	found, outcome := p.space.find(p.nodes(parts)...)
	switch outcome {
	case impossible:
		return Answer{Verdict: Proved}
	case possible:
		return p.believed(found, parts)
	case undecided:
	}
	return Answer{Why: "it takes longer than there is time for"}
}

// nodes is that somebody is in each of some parts.
func (p *Prover) nodes(parts []part) []node {
	p.closed()
	formulas := make([]node, len(parts))
	for i, part := range parts {
		formulas[i] = p.node(part)
	}
	return formulas
}

func (p *Prover) closed() {
	if p.space.graph == nil {
		p.space.close()
	}
}

// node is the formula of a part: who is not a member is everybody else.
func (p *Prover) node(part part) node {
	n := p.space.isTrue(p.conditions[part.of].claim, 0)
	if !part.member {
		return n.not()
	}
	return n
}

// brief is a condition in a sentence, of a long one how it begins.
func brief(condition string) string {
	const most = 300
	if r := []rune(condition); len(r) > most {
		return fmt.Sprintf("%s… (%d characters)", string(r[:most]), len(r))
	}
	return condition
}

// believed is the answer with a witness, if the reference evaluator finds the
// witness in all parts.
func (p *Prover) believed(at *point, parts []part) Answer {
	first := p.conditions[parts[0].of].program
	w := p.space.witness(first, at, 0)
	for _, part := range parts {
		c := p.conditions[part.of]
		if missing := p.space.judges.gaps(c.program).In(c.of); len(missing) > 0 {
			return Answer{Why: fmt.Sprintf("%s is not evaluated by this version", missing[0])}
		}
		world, err := p.space.judges.of(c.program, w.Lists, w.Now)
		if err != nil {
			return Answer{Why: err.Error()}
		}
		if member := world.Truth(c.of, w.Person, eval.Context{}) == expr.True; member != part.member {
			return Answer{Why: "it rests on what is not looked into: " + brief(expr.Print(c.of))}
		}
	}
	return Answer{Verdict: Refuted, Witness: w}
}
