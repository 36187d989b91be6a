package check

import (
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var noCurrency = &diag.Rule{Code: "CHK116", Summary: "Amounts of money have no currency"}

// checkCurrency reports once, at the first amount: the cause is one.
func checkCurrency(p *Pass) {
	head := p.Project.Head
	if head == nil || p.Program.Project.Currency != "" {
		return
	}
	if _, said := head.Get("currency"); said {
		return // it is wrong, which package project has said
	}
	var first *block.Argument
	p.eachWritten(func(b *block.Block) {
		a, ok := b.Get("type")
		if ok && first == nil && isMoney(a) {
			first = &a
		}
	})
	if first == nil {
		return
	}
	p.say(diag.Diagnostic{
		At: first.At, Mark: "in which currency?", Related: []diag.Label{{At: head.At, Text: "says no currency"}},
		Detail: "All amounts of a project are in its currency, which also says how many decimal places they have.",
		Help:   `add currency = "EUR", or another, to the project`,
	})
}

func isMoney(a block.Argument) bool {
	ref, ok := expr.Reference(a.Expr)
	return ok && ref.Kind == "money" && ref.Name == ""
}
