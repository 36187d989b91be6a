package check

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var noAddressee = &diag.Rule{Code: "CHK128", Summary: "An environment writes to nobody by this address"}

// checkOnlyTo holds the addresses that an environment writes to against the
// channels: each must be what the address of one of them looks like. An
// environment that says only_to and names nobody would be read in two ways.
func checkOnlyTo(p *Pass) {
	if p.Project.OnlyTo == nil {
		return
	}
	forms := p.addressForms()
	list, written := p.Project.OnlyTo.Expr.(*hclsyntax.TupleConsExpr)
	_, text := p.Project.OnlyTo.Expr.(*hclsyntax.TemplateExpr)
	if said := text || written && len(list.Exprs) == 0; !said && len(p.Program.Project.OnlyTo) == 0 {
		p.say(diag.Diagnostic{
			At: p.Project.OnlyTo.At, Mark: "names nobody", Detail: "Whether nobody or everybody may be written to would be a guess.",
			Help: `write the addresses of those who test, such as ["qa@example.test"]; leave_out = [journey] sends nothing`,
		})
	}
	for i, address := range p.Program.Project.OnlyTo {
		if !fits(address, forms) {
			p.say(diag.Diagnostic{
				At: itemOf(p.Project.OnlyTo.Expr, i, p.Project.OnlyTo.At), Mark: "no channel has such an address", Detail: p.channelForms(address),
			})
		}
	}
}

// addressForms is the types of the addresses of all channels.
func (p *Pass) addressForms() []types.Type {
	var out []types.Type
	for _, c := range p.Program.Channels {
		if t, ok := p.typeOf(c.Key); ok {
			out = append(out, t)
		}
	}
	return out
}

// fits tells whether a text is an address of one of the types. Without channels
// nothing can be told, and nothing is sent.
func fits(address string, forms []types.Type) bool {
	for _, t := range forms {
		basic, _ := t.(types.Basic)
		if _, strict := addressNouns[basic]; !strict && strings.TrimSpace(address) != "" {
			return true
		}
		if _, err := types.Parse(basic, address, time.UTC); err == nil && address != "" {
			return true
		}
	}
	return len(forms) == 0
}

// channelForms says what the addresses of the channels look like.
func (p *Pass) channelForms(address string) string {
	var said []string
	for _, c := range p.Program.Channels {
		t, _ := p.typeOf(c.Key)
		basic, _ := t.(types.Basic)
		if noun, ok := addressNouns[basic]; ok {
			said = append(said, fmt.Sprintf("%s has %s, such as %s", c.Address, noun, addressExamples[basic]))
		}
	}
	return fmt.Sprintf("%q fits none of the channels: %s.", address, strings.Join(said, "; "))
}

// itemOf is the place of an item of a list, where the list is written there.
func itemOf(e hclsyntax.Expression, i int, whole diag.Range) diag.Range {
	if list, ok := e.(*hclsyntax.TupleConsExpr); ok && i < len(list.Exprs) {
		return expr.At(list.Exprs[i].Range())
	}
	return whole
}
