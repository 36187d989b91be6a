package expr

import (
	"errors"
	"math/big"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/shopspring/decimal"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/types"
)

// Constant is the value of an expression without people in it, as a value of
// type t; with a nil t, of whatever type it has. Where the type is known a
// date and an instant may be written as a text. The value is nil when
// something is wrong.
func Constant(e hclsyntax.Expression, s *Scope, t types.Type) (types.Value, diag.List) {
	c := newCompiler(s)
	return c.constant(e, t), c.found
}

// Fold is the value of any expression without people in it, lists and objects
// included; cty.NilVal when something is wrong.
func Fold(e hclsyntax.Expression, s *Scope) (cty.Value, diag.List) {
	c := newCompiler(s)
	v, ok := c.evaluate(e)
	if !ok {
		return cty.NilVal, c.found
	}
	return v, c.found
}

// Sensitive marks the values of sensitive variables.
const Sensitive = secret("sensitive")

// Unsaid marks what stands in for a value that is missing or wrong, which is
// told where it is missing: what uses it has no value either, and stays silent.
const Unsaid = standIn("unsaid")

type (
	secret  string
	standIn string
)

func (c *compiler) constant(e hclsyntax.Expression, t types.Type) types.Value {
	if list, ok := bare(e).(*hclsyntax.TupleConsExpr); ok {
		return c.list(e, list.Exprs, t)
	}
	literal, ok := c.literal(e)
	if !ok {
		return nil
	}
	return c.fit(literal, t)
}

// literal compiles an expression that must be constant.
func (c *compiler) literal(e hclsyntax.Expression) (Literal, bool) {
	if isLiteral(e) {
		return c.folded(e)
	}
	if at, ok := c.people(e); ok {
		c.mustBeConstant(at)
		return Literal{}, false
	}
	compiled := c.expr(e)
	literal, ok := compiled.(Literal)
	if !ok && compiled != nil {
		c.mustBeConstant(compiled.Range())
	}
	return literal, ok
}

func (c *compiler) mustBeConstant(at diag.Range) {
	c.report(diag.Diagnostic{
		Rule: notConstant, At: at, Mark: "differs from person to person or from time to time",
		Detail: "What is written here is fixed once for everybody: a constant, a variable or a local.",
	})
}

func (c *compiler) list(e hclsyntax.Expression, items []hclsyntax.Expression, t types.Type) types.Value {
	var element types.Type
	if t != nil {
		of, ok := t.(types.List)
		if !ok {
			c.report(diag.Diagnostic{Rule: constantType, At: At(e.Range()), Mark: "this is a list", Detail: "What is wanted is " + kindOf(t) + "."})
			return nil
		}
		element = of.Element
	}
	out := types.Values{}
	for _, item := range items {
		if v := c.constant(item, element); v != nil {
			out = append(out, v)
		}
	}
	if len(out) < len(items) {
		return nil
	}
	return out
}

// fit makes a constant a value of type t.
func (c *compiler) fit(l Literal, t types.Type) types.Value {
	if t == nil {
		return l.Value
	}
	if values, ok := l.Value.(types.Values); ok {
		return c.fitAll(l, values, t)
	}
	text, isText := l.Value.(types.Text)
	if basic, ok := t.(types.Basic); ok && isText && (basic == types.DateType || basic == types.Timestamp) {
		return c.fitDate(l, basic, string(text))
	}
	before := len(c.found)
	fitted, ok := c.convert(l, t, false)
	if ok {
		return fitted.Value
	}
	for i := before; i < len(c.found); i++ {
		if c.found[i].Rule == notComparable {
			c.found[i].Rule, c.found[i].Detail = constantType, "What is wanted is "+kindOf(t)+"."
		}
	}
	return nil
}

func (c *compiler) fitAll(l Literal, values types.Values, t types.Type) types.Value {
	of, ok := t.(types.List)
	if !ok {
		c.report(diag.Diagnostic{Rule: constantType, At: l.At, Mark: "this is a list", Detail: "What is wanted is " + kindOf(t) + "."})
		return nil
	}
	out := types.Values{}
	for _, v := range values {
		if fitted := c.fit(Literal{l.Place, v, natural(v)}, of.Element); fitted != nil {
			out = append(out, fitted)
		}
	}
	if len(out) < len(values) {
		return nil
	}
	return out
}

func (c *compiler) fitDate(l Literal, t types.Basic, text string) types.Value {
	v, err := types.Parse(t, text, c.scope.zone())
	if err != nil || types.IsNull(v) {
		help := `write a day such as "2026-12-01"`
		if meant := types.MeantDay(text); meant != "" {
			help = "write " + quote(meant)
		}
		if t == types.Timestamp {
			help = `write an instant such as "2026-12-01 10:00"`
		}
		c.report(diag.Diagnostic{Rule: constantType, At: l.At, Mark: "not " + kindOf(t), Help: help})
		return nil
	}
	return v
}

// fold is a constant as a literal.
func (c *compiler) fold(e hclsyntax.Expression) Expr {
	if literal, ok := c.folded(e); ok {
		return literal
	}
	return nil
}

func (c *compiler) folded(e hclsyntax.Expression) (Literal, bool) {
	v, ok := literalOf(e)
	if !ok {
		v, ok = c.evaluate(e)
	}
	if !ok {
		return Literal{}, false
	}
	if v.IsNull() {
		c.report(diag.Diagnostic{
			Rule: nullCompared, At: At(e.Range()), Mark: "this is null",
			Help: "ask is_set(...) whether a value is known",
		})
		return Literal{}, false
	}
	value, ok := fromCty(v)
	if !ok && v.Type() == cty.Number {
		c.outOfRange(At(e.Range()))
		return Literal{}, false
	}
	if !ok {
		c.report(diag.Diagnostic{
			Rule: notValue, At: At(e.Range()), Mark: "an object with several values",
			Detail: "One text, number, true or false is wanted, or a list of them.",
		})
		return Literal{}, false
	}
	return Literal{place(e), value, natural(value)}, true
}

// evaluate hands a constant expression to cty, having seen to it that it is
// one and that its names exist.
func (c *compiler) evaluate(e hclsyntax.Expression) (cty.Value, bool) {
	if v, ok := literalOf(e); ok && (v.Type() != cty.Number || usual(v.AsBigFloat())) {
		return v, true
	}
	if at, ok := c.people(e); ok {
		c.mustBeConstant(at)
		return cty.NilVal, false
	}
	if !c.constantNames(e) || !c.writable(e) {
		return cty.NilVal, false
	}
	v, problems := c.scope.valueOf(e)
	if problems.HasErrors() {
		c.uncomputable(e, problems)
		return cty.NilVal, false
	}
	marks := cty.ValueMarks(nil)
	if v.IsMarked() || !v.Type().IsPrimitiveType() {
		v, marks = v.UnmarkDeep()
	}
	if _, unsaid := marks[Unsaid]; unsaid {
		return cty.NilVal, false
	}
	if _, secret := marks[Sensitive]; secret && !c.scope.Secrets {
		c.report(diag.Diagnostic{
			Rule: secretHere, At: At(e.Range()), Mark: "uses a sensitive variable",
			Detail: "What is written here is kept in state and shown in plans. A sensitive value is used by platform blocks alone, by its own name.",
		})
		return cty.NilVal, false
	}
	if !v.IsWhollyKnown() {
		c.report(diag.Diagnostic{Rule: notComputable, At: At(e.Range()), Mark: "not known before the project runs"})
		return cty.NilVal, false
	}
	return v, true
}

// valueOf is the value of a constant expression, of the usual var.x, local.x and
// each.x without HCL, which is slower.
func (s *Scope) valueOf(e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	if name, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && len(name.Traversal) == 2 {
		root, _ := s.constantRoot(name.Traversal.RootName())
		attr, ok := name.Traversal[1].(hcl.TraverseAttr)
		if ok && root != cty.NilVal && root.Type().IsObjectType() && !root.IsNull() && root.IsKnown() && root.Type().HasAttribute(attr.Name) {
			return root.GetAttr(attr.Name), nil
		}
	}
	return e.Value(s.Constants)
}

// literalOf is the value of a number, true, false or a text without ${ }.
func literalOf(e hclsyntax.Expression) (cty.Value, bool) {
	literal, ok := e.(*hclsyntax.LiteralValueExpr)
	if text, isText := e.(*hclsyntax.TemplateExpr); isText && text.IsStringLiteral() {
		literal, ok = text.Parts[0].(*hclsyntax.LiteralValueExpr)
	}
	if !ok || literal.Val.IsNull() || !literal.Val.IsKnown() {
		return cty.NilVal, false
	}
	return literal.Val, true
}

// writable checks the numbers in e before anything is done with them: writing
// out one of a million digits takes minutes.
func (c *compiler) writable(e hclsyntax.Expression) bool {
	fine := true
	syntax.Visit(e, func(n hclsyntax.Expression) bool {
		literal, ok := n.(*hclsyntax.LiteralValueExpr)
		if ok && fine && literal.Val.Type() == cty.Number && !literal.Val.IsNull() && !usual(literal.Val.AsBigFloat()) {
			fine = false
			c.outOfRange(At(literal.Range()))
		}
		return fine
	})
	return fine
}

func (c *compiler) outOfRange(at diag.Range) {
	c.report(diag.Diagnostic{Rule: notComputable, At: at, Mark: "too large or too small a number, or a division by zero"})
}

// mostBits bounds the size of numbers: about 76 digits before or after the point.
const mostBits = 256

// usual tells whether a number is of a size that means something.
func usual(n *big.Float) bool {
	exponent := n.MantExp(nil)
	return !n.IsInf() && exponent <= mostBits && exponent >= -mostBits
}

// Refusal is why a function of constants has no value, in the words of a finding.
type Refusal struct{ Mark, Detail, Help string }

// Error is the refusal on one line.
func (r Refusal) Error() string { return r.Mark + ": " + r.Detail }

func (c *compiler) uncomputable(e hclsyntax.Expression, problems hcl.Diagnostics) {
	problem := problems[0]
	for _, p := range problems {
		if p.Severity == hcl.DiagError {
			problem = p
			break
		}
	}
	at := e.Range()
	if problem.Subject != nil {
		at = *problem.Subject
	}
	if extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](problem); ok {
		if why := (Refusal{}); errors.As(extra.FunctionCallError(), &why) {
			c.report(diag.Diagnostic{Rule: notComputable, At: At(at), Mark: why.Mark, Detail: why.Detail, Help: why.Help})
			return
		}
	}
	c.report(diag.Diagnostic{Rule: notComputable, At: At(at), Mark: plainWords(problem.Summary), Detail: plainWords(problem.Detail)})
}

// plainWords says a message of the expression library in words of the trade.
func plainWords(s string) string {
	return strings.NewReplacer("traversal", "name", "unknown value", "value that is not known yet", "cty.", "").Replace(lowerFirst(s))
}

func lowerFirst(s string) string {
	if s == "" || strings.Contains(s, ". ") || strings.HasSuffix(s, ".") {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// fromCty is a constant as a value of ours; numbers keep 60 digits.
func fromCty(v cty.Value) (types.Value, bool) {
	switch t := v.Type(); {
	case v.IsNull():
		return types.Null{}, false
	case t == cty.String:
		return types.Text(v.AsString()), true
	case t == cty.Bool:
		return types.Truth(v.True()), true
	case t == cty.Number:
		number := v.AsBigFloat() // a copy
		if !usual(number) {
			return nil, false
		}
		if n, accuracy := number.Int64(); accuracy == big.Exact {
			return types.Decimal{Decimal: decimal.NewFromInt(n)}, true
		}
		d, err := decimal.NewFromString(number.Text('g', 60))
		return types.Decimal{Decimal: d}, err == nil
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		out := types.Values{}
		for _, item := range v.AsValueSlice() {
			value, ok := fromCty(item)
			if !ok {
				return nil, false
			}
			out = append(out, value)
		}
		return out, true
	}
	return nil, false
}
