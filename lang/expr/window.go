package expr

import (
	"errors"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// WindowOf reads a window: a length, "ever", and inside a journey run or a
// step. The window is zero when something is wrong.
func WindowOf(e hclsyntax.Expression, s *Scope) (Window, diag.List) {
	c := newCompiler(s)
	w, ok := c.window(e)
	if !ok {
		return Window{}, c.found
	}
	return w, c.found
}

func (c *compiler) window(e hclsyntax.Expression) (Window, bool) {
	if ref, ok := Reference(e); ok {
		switch {
		case ref.Kind == "run" && ref.Name == "" && c.scope.Journey != "":
			return Window{Since: "run"}, true
		case ref.Kind == "run" && ref.Name == "":
			c.report(diag.Diagnostic{
				Rule: nameNotHere, At: ref.At, Detail: "run is a window inside journeys: it begins when this run of the journey began.",
				Help: `write a length such as "90d", or "ever"`,
			})
			return Window{}, false
		case ref.Kind == "ever" && ref.Name == "":
			c.notHere(ref)
			return Window{}, false
		case ref.Kind == "step":
			return c.sinceStep(ref)
		}
	}
	return c.length(e)
}

// sinceStep is the window that begins with a step of the journey around.
func (c *compiler) sinceStep(ref Ref) (Window, bool) {
	if c.scope.Journey == "" {
		c.report(diag.Diagnostic{
			Rule: nameNotHere, At: ref.At, Detail: "A step is a window inside its own journey only: it begins when this run reached the step.",
			Help: `write a length such as "90d", or "ever"`,
		})
		return Window{}, false
	}
	address, rest, ok := c.step(ref)
	if !ok {
		return Window{}, false
	}
	if len(rest) > 0 {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "a window begins with the step itself", Help: "write " + strings.TrimSuffix(ref.String(), "."+strings.Join(rest, "."))})
		return Window{}, false
	}
	if !strings.Contains("."+address, ".step."+c.scope.Journey+".") {
		c.report(diag.Diagnostic{Rule: nameNotHere, At: ref.At, Mark: "a step of another journey", Detail: "A window may begin with a step of this journey only."})
		return Window{}, false
	}
	return Window{Since: address}, true
}

// everWords is what people write who mean "ever".
var everWords = map[string]bool{
	"always": true, "all": true, "all time": true, "anytime": true, "any time": true, "forever": true, "lifetime": true, "siempre": true,
}

// length is a window that counts back from now.
func (c *compiler) length(e hclsyntax.Expression) (Window, bool) {
	literal, ok := c.literal(e)
	if !ok {
		return Window{}, false
	}
	text, ok := literal.Value.(types.Text)
	switch {
	case !ok:
		c.report(diag.Diagnostic{
			Rule: notLength, At: literal.At, Mark: "this is " + kindOf(natural(literal.Value)), Help: `write a length such as "90d", or "ever"`,
		})
		return Window{}, false
	case text == "ever":
		return Ever, true
	case everWords[string(text)]:
		c.report(diag.Diagnostic{Rule: notLength, At: literal.At, Mark: "all of the past is called ever", Help: `write "ever"`})
		return Window{}, false
	case text == "run":
		c.report(diag.Diagnostic{Rule: notLength, At: literal.At, Mark: "run is written without quotes", Help: "write run"})
		return Window{}, false
	}
	if _, err := types.ParseSpan(string(text)); errors.Is(err, types.ErrTooLong) {
		c.report(diag.Diagnostic{Rule: notLength, At: literal.At, Mark: "too long", Detail: err.Error() + ".", Help: `write "ever" where all of the past is meant`})
		return Window{}, false
	}
	span, ok := c.span(string(text), literal.At)
	if ok && span.Amount == 0 {
		c.report(diag.Diagnostic{Rule: notLength, At: literal.At, Mark: "nothing is in a window without length", Help: `write a length such as "90d", or "ever"`})
		return Window{}, false
	}
	return Window{Length: span}, ok
}
