package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// constants works out var and local.
func (l *loader) constants(env []block.Argument) {
	l.p.Constants = &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: expr.Functions()}
	l.p.Constants.Variables["var"] = cty.ObjectVal(l.variables(env))
	l.p.Constants.Variables["local"] = cty.EmptyObjectVal
	l.locals()
}

// scope is what a constant may mention.
func (l *loader) scope() *expr.Scope { return &expr.Scope{Constants: l.p.Constants} }

// locals works out the constants with a name, each after those that it uses.
func (l *loader) locals() {
	order, byName := l.localsByName()
	w := &localWork{loader: l, silent: l.p.Partial, byName: byName, done: map[string]bool{}, values: map[string]cty.Value{}}
	for _, name := range order {
		w.visit(name, nil)
	}
}

// localsByName lists the locals by name, those that are there twice reported.
func (l *loader) localsByName() ([]string, map[string]block.Argument) {
	var order []string
	byName := map[string]block.Argument{}
	for _, b := range l.p.Locals {
		for _, a := range b.Args {
			if first, taken := byName[a.Name]; taken {
				l.say(diag.Diagnostic{
					Rule: sameAddress, At: a.NameAt, Mark: "the second",
					Related: []diag.Label{{At: first.NameAt, Text: "the first"}},
					Help:    "give one of them another name, or remove it",
				})
				continue
			}
			byName[a.Name] = a
			order = append(order, a.Name)
		}
	}
	slices.Sort(order)
	return order, byName
}

// localWork is the state of working out locals: a walk over what uses what.
type localWork struct {
	*loader
	byName map[string]block.Argument
	done   map[string]bool // worked out, or given up
	values map[string]cty.Value
	silent bool // some text could not be read: a name that is missing may be there
}

func (w *localWork) visit(name string, path []string) {
	if at := slices.Index(path, name); at >= 0 {
		w.cycle(path[at:])
		return
	}
	a, there := w.byName[name]
	if !there || w.done[name] {
		return
	}
	for _, used := range localsIn(a.Expr) {
		w.visit(used, append(path[:len(path):len(path)], name))
	}
	if w.done[name] { // given up, as part of a circle
		return
	}
	w.done[name] = true
	if w.usesGivenUp(a.Expr) {
		return
	}
	value, problems := expr.Fold(a.Expr, w.scope())
	if !w.silent {
		w.list = append(w.list, problems...)
	}
	if problems.HasErrors() {
		w.p.Partial = true
		return
	}
	w.values[name] = value
	w.p.Constants.Variables["local"] = cty.ObjectVal(w.values)
}

// usesGivenUp tells whether an expression uses a local that has no value, for
// a reason already told.
func (w *localWork) usesGivenUp(e hclsyntax.Expression) bool {
	for _, used := range localsIn(e) {
		_, has := w.values[used]
		if _, declared := w.byName[used]; declared && !has {
			return true
		}
	}
	return false
}

// cycle reports a circle once, beginning at its first name by the alphabet, so
// that it reads the same wherever it was entered.
func (w *localWork) cycle(path []string) {
	first := slices.Index(path, slices.Min(path))
	circle := append(slices.Clone(path[first:]), path[:first]...)
	var words []string
	for _, name := range append(circle, circle[0]) {
		words = append(words, "local."+name)
	}
	for _, name := range path {
		w.done[name] = true
	}
	w.p.Partial = true
	a := w.byName[circle[0]]
	w.say(diag.Diagnostic{
		Rule: localCycle, At: a.NameAt, Mark: "needs itself",
		Detail: strings.Join(words, " needs ") + ".",
		Help:   fmt.Sprintf("give %s a value that does not use the others", words[0]),
	})
}

// localsIn lists the locals that an expression uses, in source order.
func localsIn(e hclsyntax.Expression) []string {
	var names []string
	for _, t := range e.Variables() {
		if t.RootName() != "local" || len(t) < 2 {
			continue
		}
		if attr, named := t[1].(hcl.TraverseAttr); named {
			names = append(names, attr.Name)
		}
	}
	return names
}
