package resolve

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// stepTypes is the blocks of a journey that are steps, with the argument that
// says what the step carries out.
var stepTypes = map[string]string{"send": "touchpoint", "do": "action", "wait": "", "choose": "", "split": ""}

// steps lists every step of every journey by its full name, with the
// touchpoint or action that it carries out or, for a step that does not, the word
// of its block, and complains about names that are
// used twice in one journey, however deep.
func steps(blocks []*block.Block, scope *expr.Scope) (map[string]string, diag.List) {
	all := map[string]string{}
	var found diag.List
	for _, journey := range of(blocks, "journey") {
		w := stepWalk{journey: journey, scope: scope, all: all, first: map[string]*block.Block{}}
		w.walk(journey)
		found = append(found, w.found...)
	}
	return all, found
}

// stepWalk is the walk through one journey.
type stepWalk struct {
	journey *block.Block
	scope   *expr.Scope
	all     map[string]string
	first   map[string]*block.Block // by step name
	found   diag.List
}

func (w *stepWalk) walk(parent *block.Block) {
	for _, child := range parent.Blocks {
		if carries, isStep := stepTypes[child.Type.Name]; isStep && len(child.Labels) > 0 {
			w.step(child, carries)
		}
		w.walk(child)
	}
}

func (w *stepWalk) step(b *block.Block, carries string) {
	name := b.Label(0)
	if first, taken := w.first[name]; taken {
		w.found = append(w.found, diag.Diagnostic{
			Rule: StepTwice, At: b.Labels[0].At, Mark: "the same name again",
			Related: []diag.Label{{At: first.Labels[0].At, Text: "the first step of this name"}},
			Detail:  fmt.Sprintf("journey.%s has two steps called %q. The name of a step is unique in its journey, also across branches: step.%s.%s must mean one of them.", w.journey.Label(0), name, w.journey.Label(0), name),
			Help:    "give one of the steps another name",
		})
		return
	}
	w.first[name] = b
	w.all[w.full(name)] = b.Type.Name
	if carries != "" {
		w.all[w.full(name)] = w.carried(b, carries)
	}
}

// full is step.welcome.hello, or module.m.step.welcome.hello.
func (w *stepWalk) full(name string) string {
	module := strings.TrimSuffix(w.journey.Address(), "journey."+w.journey.Label(0))
	return module + "step." + w.journey.Label(0) + "." + name
}

// carried is the address in step { touchpoint = touchpoint.x }; "" when there
// is none or it is no plain reference, which is for package build to say.
func (w *stepWalk) carried(b *block.Block, argument string) string {
	arg, ok := b.Get(argument)
	if !ok {
		return ""
	}
	from := b
	if from.Home == nil {
		from = w.journey
	}
	return reference(arg.Expr, from, w.scope)
}
