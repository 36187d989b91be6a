package expr

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/syntax"
)

// Shared remembers terms of conditions for scopes that differ in what each is and
// in nothing else but what a passage has: those of the blocks that one for_each
// makes. A term that does not mention each means the same in all of them, and is
// compiled once. It is not for several goroutines.
type Shared map[passage]Expr // nil for a term that is compiled each time

// passage is a term where it is written, and what it is about there.
type passage struct {
	term              hclsyntax.Expression
	it, entry         *Shape
	journey, language string
}

// term is the condition of a term of a chain.
func (c *compiler) term(e hclsyntax.Expression) Expr {
	shared := c.scope.Shared
	if shared == nil {
		return c.condition(e)
	}
	here := passage{e, c.it, c.scope.Entry, c.scope.Journey, c.scope.Language}
	known, met := shared[here]
	if known != nil {
		return known
	}
	before := len(c.found)
	out := c.condition(e)
	if met {
		return out
	}
	shared[here] = nil
	if len(c.found) == before && !mentionsEach(e) {
		shared[here] = out
	}
	return out
}

func mentionsEach(e hclsyntax.Expression) bool {
	return !syntax.Names(e, func(name hcl.Traversal) bool { return name.RootName() != "each" })
}
