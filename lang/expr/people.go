package expr

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/syntax"
)

// people tells whether e depends on people or on the time, and where.
func (c *compiler) people(e hclsyntax.Expression) (at diag.Range, found bool) {
	if isLiteral(e) {
		return diag.Range{}, false
	}
	return c.peopleIn(e)
}

func (c *compiler) peopleIn(e hclsyntax.Expression) (at diag.Range, found bool) {
	if name, alone := e.(*hclsyntax.ScopeTraversalExpr); alone && !c.ofPeople(name.Traversal) {
		return diag.Range{}, false // most are
	}
	syntax.Names(e, func(name hcl.Traversal) bool {
		if c.ofPeople(name) {
			at, found = At(name.SourceRange()), true
		}
		return !found
	})
	if found {
		return at, true
	}
	syntax.Visit(e, func(inner hclsyntax.Expression) bool {
		if call, ok := inner.(*hclsyntax.FunctionCallExpr); ok && peopleCall(call.Name) {
			at, found = At(call.Range()), true
		}
		return !found
	})
	return at, found
}

// ofPeople tells whether a name stands for what depends on people.
func (c *compiler) ofPeople(name hcl.Traversal) bool {
	root := name.RootName()
	if aboutPeople[root] {
		_, constant := c.scope.constantRoot(root)
		return !constant
	}
	_, named := c.scope.named(name)
	return named || c.scope.standsFor(name)
}

func peopleCall(name string) bool {
	f, ok := funcs.ByName(name)
	return ok && f.Timed || alwaysPeople[name]
}

// isLiteral tells whether e is a number, true, false or a text without ${ }.
func isLiteral(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return e.IsStringLiteral()
	}
	return false
}

// AboutPeople tells whether e depends on people or on the time.
func AboutPeople(e hclsyntax.Expression, s *Scope) bool {
	_, yes := newCompiler(s).people(e)
	return yes
}

// aboutPeople holds the first words of names that are no constants.
var aboutPeople = map[string]bool{
	"person": true, "event": true, "touchpoint": true, "step": true, "segment": true, "object": true, "entry": true, "it": true,
	"module": true, "changes": true,
}

// alwaysPeople holds the forms that are never about constants alone.
var alwaysPeople = map[string]bool{
	"any": true, "approved_by": true, "consented": true, "count": true, "did": true, "followed_by": true, "is_set": true,
	"percentile": true, "prefer": true, "reachable": true, "where": true,
}

// constantNames checks that what a constant expression mentions exists.
func (c *compiler) constantNames(e hclsyntax.Expression) bool {
	if name, alone := e.(*hclsyntax.ScopeTraversalExpr); alone {
		return c.constantName(name.Traversal)
	}
	fine := true
	syntax.Names(e, func(name hcl.Traversal) bool {
		fine = c.constantName(name) && fine
		return true
	})
	syntax.Visit(e, func(n hclsyntax.Expression) bool {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
			if _, known := c.scope.constantFunction(call.Name); !known {
				fine = false
				c.notForConstants(call)
			}
		}
		return true
	})
	return fine
}

func (c *compiler) notForConstants(call *hclsyntax.FunctionCallExpr) {
	if form, ok := funcs.FormNamed(call.Name); ok {
		c.elsewhere(call, form)
		return
	}
	if _, ok := funcs.ByName(call.Name); ok {
		c.report(diag.Diagnostic{
			Rule: functionPlace, At: At(call.NameRange), Detail: call.Name + " stands alone or in a comparison, not inside a text, a list or arithmetic.",
		})
		return
	}
	c.unknownFunction(call)
}

func (c *compiler) constantName(name hcl.Traversal) bool {
	root, known := c.scope.constantRoot(name.RootName())
	if !known {
		if ref, ok := readRef(name); ok && slices.Contains(kindWords, ref.Kind) {
			c.noValue(ref)
			return false
		}
		c.unknownRoot(name)
		return false
	}
	if len(name) < 2 || root.IsNull() || !root.IsKnown() || !root.Type().IsObjectType() {
		return true
	}
	attr, ok := name[1].(hcl.TraverseAttr)
	if !ok || root.Type().HasAttribute(attr.Name) {
		return true
	}
	var names []string
	for _, n := range slices.Sorted(maps.Keys(root.Type().AttributeTypes())) {
		names = append(names, name.RootName()+"."+n)
	}
	c.unknown(At(name[:2].SourceRange()), name.RootName()+"."+attr.Name, names)
	if d := &c.found[len(c.found)-1]; d.Help == "" {
		d.Help = declaration(name.RootName(), attr.Name)
	}
	return false
}

// declaration is how a constant is declared.
func declaration(root, name string) string {
	switch root {
	case "var":
		return "declare it: variable " + quote(name) + " { ... }"
	case "local":
		return "declare it: locals { " + name + " = ... }"
	}
	return ""
}
