package ir

import (
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Journey is what happens, step by step.
type Journey struct {
	Head
	Platforms []string
	Enter     Enter
	Goal      expr.Expr // nil: none
	LeaveIf   expr.Expr // nil: none
	OnChange  string    // finish | migrate | stop
	Steps     []Step
	// Formerly lists steps that had another name when they were applied first, by
	// their present one, sorted. It is known from state, and only where it matters.
	Formerly []Former
}

// Former is the name that a step was applied with first. Platforms that edit a
// journey in place find by it whom a step that moved has waiting.
type Former struct {
	Name  string // "a_night"
	First string // "a_day"
}

// First is the name that a step was applied with first.
func (j Journey) First(step string) string {
	for _, f := range j.Formerly {
		if f.Name == step {
			return f.First
		}
	}
	return step
}

// Enter is how a run begins. Exactly one of Moment and Instant is set.
type Enter struct {
	Moment  string      // "moment.signed_up"
	Instant types.Value // a one-off's instant; nil otherwise
	Who     string      // "segment.lapsed_vip": whom a one-off writes to
	If      expr.Expr   // nil: everyone
	Again   string      // "never", "always" or a length of time
	Per     []string    // the path of the object in entry that makes a run its own: ["order"]
	At      diag.Range
}

// Step is one step of a journey.
//
//sumtype:decl
type Step interface {
	// Name is unique in the journey.
	StepName() string
	step()
}

// Send writes to the person.
type Send struct {
	Name       string
	Touchpoint string
	IfCapped   string // skip | wait
	At         diag.Range
}

// Do has our side do something.
type Do struct {
	Name   string
	Action string
	At     diag.Range
}

// Wait lets time pass, until a condition or at most For.
type Wait struct {
	Name  string
	For   types.Span
	Until expr.Expr // nil: the whole time
	At    diag.Range
}

// Choose takes the first branch that is true.
type Choose struct {
	Name      string
	When      []Branch
	Otherwise []Step
	At        diag.Range
}

// Branch is one way of a Choose.
type Branch struct {
	Name  string
	If    expr.Expr
	Steps []Step
}

// Split assigns by hash.
type Split struct {
	Name     string
	Metric   string // "event.order_placed", or ""
	TestOn   types.Value
	Decide   string
	Variants []Variant
	At       diag.Range
}

// Variant is one way of a Split; a control ends the run.
type Variant struct {
	Name    string
	Weight  int
	Control bool
	Steps   []Step
}

// StepName is the step's name.
func (s Send) StepName() string { return s.Name }

// StepName is the step's name.
func (s Do) StepName() string { return s.Name }

// StepName is the step's name.
func (s Wait) StepName() string { return s.Name }

// StepName is the step's name.
func (s Choose) StepName() string { return s.Name }

// StepName is the step's name.
func (s Split) StepName() string { return s.Name }

func (Send) step()   {}
func (Do) step()     {}
func (Wait) step()   {}
func (Choose) step() {}
func (Split) step()  {}

// Walk calls visit for each step in source order, parents first.
func Walk(steps []Step, visit func(Step)) {
	for _, s := range steps {
		visit(s)
		switch s := s.(type) {
		case Choose:
			for _, b := range s.When {
				Walk(b.Steps, visit)
			}
			Walk(s.Otherwise, visit)
		case Split:
			for _, v := range s.Variants {
				Walk(v.Steps, visit)
			}
		case Send, Do, Wait:
		}
	}
}

// Guard is a policy on plans.
type Guard struct {
	Head
	RefuseIf   expr.Expr
	ApprovedBy []string // owners whose approval lifts it
	Message    string
}
