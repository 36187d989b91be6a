package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var lawless = &diag.Rule{Code: "CON103", Summary: "Marketing is sent where no regime is declared"}

// checkLawless reports once, at the first marketing touchpoint that a journey
// sends: the cause is one.
func checkLawless(p *Pass) {
	if len(p.Program.Regimes) > 0 {
		return
	}
	sent := p.sentBy()
	var marketing []ir.Touchpoint
	for _, t := range p.Program.Touchpoints {
		if p.class(t.Purpose) == ir.Marketing && len(sent[t.Address]) > 0 {
			marketing = append(marketing, t)
		}
	}
	if len(marketing) == 0 {
		return
	}
	d := diag.Diagnostic{
		At: marketing[0].At, Mark: "marketing, sent by " + sent[marketing[0].Address][0],
		Detail: fmt.Sprintf("Marketing may be sent only as some regime allows. The project declares none, so %s cannot be sent to anybody.", listed(addresses(marketing))),
		Help:   `declare what the law asks, for instance regime "elsewhere" { applies_when = otherwise ... }`,
	}
	for _, t := range marketing[1:min(len(marketing), 4)] {
		d.Related = append(d.Related, diag.Label{At: t.At, Text: "marketing too"})
	}
	p.say(d)
}

func addresses[D ir.Declaration](list []D) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.Header().Address
	}
	return out
}
