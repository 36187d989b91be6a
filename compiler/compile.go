// Package compiler is Compile: the passes in order.
//
// Package project has read the files into blocks. From there the data flows
// one way:
//
//	resolve   names, shapes and steps into a scope; circles
//	build     blocks into the program, every expression typed in that scope
//	check     everything else worth refusing, in texts before they are built and in the program
//
// Each pass returns what it understood together with what it has to say, and
// the next goes on with that, so one run reports everything. A program that
// comes with errors is good for showing and completing, never for applying.
package compiler

import (
	"github.com/trayecto/trayecto/compiler/build"
	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resolve"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/syntax"
)

// Compile is the program of a loaded project. The program is never nil. Where
// some of the text could not be read, names may be missing, and every pass
// would blame their uses: then only the reader has something to say.
func Compile(p *project.Project) (*ir.Program, diag.List) {
	scope, found := resolve.Scope(p)
	texts := check.Read(p)
	program, problems := build.Build(p, scope)
	found = append(found, problems...)
	found = append(found, check.Run(program, p, texts)...)
	if p.Partial {
		return program, nil
	}
	return program, found.Sorted()
}

// Rules lists everything that the language and the compiler can say about
// someone's files, package by package.
func Rules() []*diag.Rule {
	var out []*diag.Rule
	for _, rules := range [][]*diag.Rule{
		syntax.Rules, block.Rules, project.Rules, expr.Rules, content.Rules, resolve.Rules, build.Rules, check.Rules, history.Rules,
	} {
		out = append(out, rules...)
	}
	return out
}
