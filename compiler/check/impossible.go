package check

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var impossible = &diag.Rule{Code: "CHK115", Summary: "A text cannot be such an address"}

// checkConstants is about constants that meet an e-mail address or a phone
// number and are none, so that nobody could ever have them.
func checkConstants(p *Pass, e expr.Expr) {
	switch e := e.(type) {
	case expr.Compare:
		p.address(e.Right, e.Left)
		p.address(e.Left, e.Right)
	case expr.OneOf:
		for _, v := range e.Values {
			p.addressText(v, expr.TypeOf(e.Of), e.At)
		}
	default:
	}
}

// checkAddresses is about the same in what tests say of people.
func checkAddresses(p *Pass) {
	for _, test := range p.Program.Tests {
		for _, given := range test.Person {
			if t, ok := p.typeOf(given.Name); ok {
				p.addressText(given.Value, t, given.At)
			}
		}
	}
}

func (p *Pass) address(e, meets expr.Expr) {
	if literal, ok := e.(expr.Literal); ok {
		p.addressText(literal.Value, expr.TypeOf(meets), literal.At)
	}
}

// addressText holds a text to the form that readers of histories ask for.
func (p *Pass) addressText(v types.Value, t types.Type, at diag.Range) {
	text, ok := v.(types.Text)
	basic, _ := t.(types.Basic)
	noun, known := addressNouns[basic]
	if !ok || !known {
		return
	}
	if text == "" {
		p.say(diag.Diagnostic{At: at, Mark: "not " + noun, Detail: fmt.Sprintf("An empty text is not %s; what is not known is not set.", noun), Help: "write !is_set(...), or is_set(...)"})
		return
	}
	if _, err := types.Parse(basic, string(text), time.UTC); err == nil {
		return
	}
	p.say(diag.Diagnostic{
		At: at, Mark: "not " + noun, Detail: fmt.Sprintf("%q is not %s, so nobody has it.", string(text), noun),
		Help: "write it in full, such as " + addressExamples[basic],
	})
}

var (
	addressNouns    = map[types.Basic]string{types.Email: "an e-mail address", types.Phone: "a phone number", types.URL: "an address of the web"}
	addressExamples = map[types.Basic]string{types.Email: "ana@example.test", types.Phone: "+34600000000", types.URL: "https://example.test/page"}
)
