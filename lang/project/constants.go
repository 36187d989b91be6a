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

// constants works out local, var being known.
func (f *frame) constants(values map[string]cty.Value) {
	f.context.Variables["var"] = cty.ObjectVal(values)
	f.context.Variables["local"] = cty.EmptyObjectVal
	f.people = map[string]expr.Expr{}
	order, byName := f.localsByName()
	w := &localWork{frame: f, silent: f.p.Partial, byName: byName, at: map[string]int{}, done: map[string]bool{}, values: map[string]cty.Value{}}
	for _, name := range order {
		w.visit(name)
	}
	f.context.Variables["local"] = cty.ObjectVal(w.values)
}

// scope is what a constant of the project may mention.
func (l *loader) scope() *expr.Scope { return &expr.Scope{Constants: l.p.Constants} }

// localsByName lists the locals by name, those that are there twice reported.
func (f *frame) localsByName() ([]string, map[string]block.Argument) {
	var order []string
	byName := map[string]block.Argument{}
	for _, b := range f.locals {
		for _, a := range b.Args {
			if first, taken := byName[a.Name]; taken {
				f.say(diag.Diagnostic{
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
	*frame
	byName map[string]block.Argument
	path   []string        // what is being visited, each used by the one before
	at     map[string]int  // the places on the path
	done   map[string]bool // worked out, or given up
	values map[string]cty.Value
	silent bool // some text could not be read: a name that is missing may be there
}

func (w *localWork) visit(name string) {
	if at, circle := w.at[name]; circle {
		w.cycle(w.path[at:])
		return
	}
	a, there := w.byName[name]
	if !there || w.done[name] {
		return
	}
	w.at[name], w.path = len(w.path), append(w.path, name)
	for _, used := range localsIn(a.Expr) {
		w.visit(used)
	}
	w.path = w.path[:len(w.path)-1]
	delete(w.at, name)
	if w.done[name] { // given up, as part of a circle
		return
	}
	w.done[name] = true
	if why, off := w.needs(a.Expr); off {
		w.off["local."+name] = why
		return
	}
	if expr.AboutPeople(a.Expr, w.scope()) {
		w.people[w.scope().LocalName(name)] = nil
		w.p.Named = append(w.p.Named, Named{Name: w.scope().LocalName(name), Expr: a.Expr, At: a.NameAt, Home: w.home})
		return
	}
	if w.usesGivenUp(a.Expr) {
		return
	}
	w.context.Variables["local"] = cty.ObjectVal(w.mentioned(a.Expr))
	value, problems := expr.Fold(a.Expr, w.scope())
	if !w.silent {
		w.list = append(w.list, problems...)
	}
	if problems.HasErrors() || value == cty.NilVal {
		w.p.Partial = true
		return
	}
	w.values[name] = value
}

// mentioned is the locals that an expression uses, with their values; all there
// are where it does not say which by name, or names one that is not declared.
func (w *localWork) mentioned(e hclsyntax.Expression) map[string]cty.Value {
	out := map[string]cty.Value{}
	for _, t := range e.Variables() {
		if t.RootName() != "local" {
			continue
		}
		if len(t) < 2 {
			return w.values
		}
		named, is := t[1].(hcl.TraverseAttr)
		value, has := w.values[named.Name]
		if !is || !has {
			return w.values
		}
		out[named.Name] = value
	}
	return out
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
