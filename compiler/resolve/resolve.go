// Package resolve turns names into declarations: what is declared, the shapes
// of people, objects and events, and reference cycles.
//
// It works on blocks, before any expression is compiled, because an expression
// needs to know the names and types around it. Three things are found out, in
// this order:
//
//  1. names: every labelled block is a declaration of its kind, the steps of
//     journeys included;
//  2. shapes: objects and events say the types of their fields; a derived event
//     has those of its base; a stored attribute of a person has the type that is
//     written and a computed one the type of its value, so computed attributes
//     are visited after those they mention;
//  3. cycles: see Cycles.
//
// That an address is declared once is package project's business; that the
// steps of a journey and the nested blocks of one parent have names of their
// own is decided here.
package resolve

import (
	"time"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
)

// Scope is everything that a project declares, for the expressions in it.
func Scope(p *project.Project) (*expr.Scope, diag.List) {
	scope := &expr.Scope{
		Constants: p.Constants, Currency: p.Currency, Languages: p.Languages, Zone: zone(p.Timezone),
		Names: p.Names(), Off: p.Off,
	}
	steps, found := steps(p.Blocks, scope)
	scope.Steps = steps
	found = append(found, twice(p.Blocks)...)
	found = append(found, Cycles(p, scope)...)
	found = append(found, nobody(p.Blocks)...)
	shapes := shaper{scope: scope, locals: map[string]project.Named{}}
	shapes.objects(of(p.Blocks, "object"))
	shapes.events(of(p.Blocks, "event"))
	shapes.person(of(p.Blocks, "person"), p.Named)
	return scope, append(found, shapes.found...)
}

// zone is UTC where there is no such zone, which package project has said.
func zone(name string) *time.Location {
	if z, err := time.LoadLocation(name); err == nil && name != "Local" {
		return z
	}
	return time.UTC
}
