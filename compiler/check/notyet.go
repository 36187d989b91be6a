package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
)

var notEvaluated = &diag.Rule{Code: "CHK117", Summary: "This version cannot work a function out"}

// checkFunctions is about functions that the language knows and no engine
// computes yet.
func checkFunctions(p *Pass) {
	for _, e := range p.everyCondition() {
		call, ok := e.(expr.Call)
		if !ok {
			continue
		}
		if f, known := funcs.ByName(call.Func); known && !f.Evaluated() {
			p.say(diag.Diagnostic{
				At: call.At, Mark: "not yet", Detail: fmt.Sprintf("%s: %s", f.Signature(), f.Doc),
				Help: "compare with a constant instead",
			})
		}
	}
}
