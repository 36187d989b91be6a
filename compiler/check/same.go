package check

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var sameSegment = &diag.Rule{Code: "CHK159", Severity: diag.Warning, Summary: "Two segments are the same people"}

// checkSame is about segments that are proved to have the same members, whatever
// words they say it in. Only those that ask about the same things are compared,
// and in large projects none: plans compare what changed, and validate --deep
// everything. One that is another segment by name is meant so, and those of modules
// are made for whoever uses them.
func checkSame(p *Pass) {
	segments := p.Program.Segments
	if len(segments) < 2 || !p.sound() {
		return
	}
	moment, err := prove.Anywhen(p.Program)
	if err != nil {
		return
	}
	h := &harder{whole: p.whole}
	size := 0
	for _, s := range segments {
		if size += h.size(s.Where, mostInOne, 0); size > mostInAll {
			return
		}
	}
	prover := prove.New(moment)
	var list []prove.Condition
	of := map[prove.Condition]ir.Segment{}
	for _, s := range segments {
		if _, name := s.Where.(expr.Member); name || strings.HasPrefix(s.Address, "module.") {
			continue
		}
		c := prover.Add(p.Program, expr.Member{Segment: s.Address})
		list, of[c] = append(list, c), s
	}
	for _, twin := range prover.Twins(list) {
		a, b := of[twin.A], of[twin.B]
		p.say(diag.Diagnostic{
			At: b.At, Mark: "is " + a.Address + " once more", Related: []diag.Label{{At: a.At, Text: "has the same members"}},
			Detail: fmt.Sprintf("Whoever is in %s is in %s and the other way round, which is proved for every person and history. A change to one of them would part them unnoticed.", a.Address, b.Address),
			Help:   fmt.Sprintf("use one of them; if both names are wanted, write where = %s", a.Address),
		})
	}
}
