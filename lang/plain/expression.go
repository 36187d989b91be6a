package plain

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// operation is an operator between two values. Those of a higher rank bind
// closer, those of one rank from the left.
type operation struct {
	rank int
	does *hclsyntax.Operation
}

var operations = [256]operation{
	either: {1, hclsyntax.OpLogicalOr},
	both:   {2, hclsyntax.OpLogicalAnd},
	same:   {3, hclsyntax.OpEqual}, differs: {3, hclsyntax.OpNotEqual},
	'>': {4, hclsyntax.OpGreaterThan}, atLeast: {4, hclsyntax.OpGreaterThanOrEqual},
	'<': {4, hclsyntax.OpLessThan}, atMost: {4, hclsyntax.OpLessThanOrEqual},
	'+': {5, hclsyntax.OpAdd}, minus: {5, hclsyntax.OpSubtract},
	'*': {6, hclsyntax.OpMultiply}, '/': {6, hclsyntax.OpDivide}, '%': {6, hclsyntax.OpModulo},
}

// nothing stands where the reader is lost.
var nothing = &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal}

func (r *reader) expression() hclsyntax.Expression { return r.binary(1) }

// binary reads terms and the operators of at least a rank between them.
func (r *reader) binary(rank int) hclsyntax.Expression {
	left := r.term()
	for {
		op := operations[r.peek()]
		if op.rank < rank {
			return left
		}
		r.next()
		right := r.binary(op.rank + 1)
		left = &hclsyntax.BinaryOpExpr{LHS: left, Op: op.does, RHS: right, SrcRange: hcl.RangeBetween(left.Range(), right.Range())}
	}
}

func (r *reader) term() hclsyntax.Expression {
	switch r.next() {
	case name:
		return r.named()
	case number:
		if v, err := cty.ParseNumberVal(r.said()); err == nil {
			return r.value(v)
		}
	case quoted:
		return r.quote()
	case openParen:
		return r.parentheses()
	case openBracket:
		return r.list()
	case not:
		return r.unary(hclsyntax.OpLogicalNot)
	case minus:
		return r.unary(hclsyntax.OpNegate)
	}
	r.lose()
	return nothing
}

func (r *reader) value(v cty.Value) hclsyntax.Expression {
	return r.whole(&hclsyntax.LiteralValueExpr{Val: v, SrcRange: r.here()})
}

// whole is a term behind which nothing is looked up in it.
func (r *reader) whole(e hclsyntax.Expression) hclsyntax.Expression {
	if next := r.peek(); next == dot || next == openBracket {
		r.lose()
	}
	return e
}

func (r *reader) unary(op *hclsyntax.Operation) hclsyntax.Expression {
	at := r.here()
	of := r.term()
	return &hclsyntax.UnaryOpExpr{Op: op, Val: of, SrcRange: hcl.RangeBetween(at, of.Range()), SymbolRange: at}
}

// quote is a text as a template without anything to fill in.
func (r *reader) quote() hclsyntax.Expression {
	at := r.here()
	text := &hclsyntax.LiteralValueExpr{Val: cty.StringVal(r.said()), SrcRange: inside(at)}
	return r.whole(&hclsyntax.TemplateExpr{Parts: []hclsyntax.Expression{text}, SrcRange: at})
}

// inside is the place of what is between quotation marks. Of nothing it is behind
// them.
func inside(at hcl.Range) hcl.Range {
	if at.End.Byte-at.Start.Byte == len(`""`) {
		at.Start = at.End
		return at
	}
	at.Start.Column, at.Start.Byte = at.Start.Column+1, at.Start.Byte+1
	at.End.Column, at.End.Byte = at.End.Column-1, at.End.Byte-1
	return at
}

func (r *reader) parentheses() hclsyntax.Expression {
	open := r.here()
	r.inside++
	inner := r.expression()
	if r.next() != closeParen {
		r.lose()
	}
	r.inside--
	return r.whole(&hclsyntax.ParenthesesExpr{Expression: inner, SrcRange: hcl.RangeBetween(open, r.here())})
}

func (r *reader) list() hclsyntax.Expression {
	open := r.here()
	r.inside++
	if r.peek() == name && r.text[r.ahead.from:r.ahead.to] == "for" {
		r.lose()
	}
	items := r.upTo(closeBracket)
	r.inside--
	return r.whole(&hclsyntax.TupleConsExpr{Exprs: items, SrcRange: hcl.RangeBetween(open, r.here()), OpenRange: open})
}

// upTo reads values with commas between them, and what closes them.
func (r *reader) upTo(closing kind) []hclsyntax.Expression {
	var items []hclsyntax.Expression
	for r.peek() != closing && !r.lost {
		if items == nil {
			items = make([]hclsyntax.Expression, 0, 2)
		}
		items = append(items, r.expression())
		if r.peek() != comma {
			break
		}
		r.next()
	}
	if r.next() != closing {
		r.lose()
	}
	return items
}

// named is what a name begins: a call, a word of the language, or a path.
func (r *reader) named() hclsyntax.Expression {
	at, text := r.here(), r.said()
	if r.peek() == openParen {
		return r.call(at, text)
	}
	switch text {
	case "true":
		return r.value(cty.True)
	case "false":
		return r.value(cty.False)
	case "null":
		return r.value(cty.NullVal(cty.DynamicPseudoType))
	}
	path := append(make(hcl.Traversal, 0, 2), hcl.TraverseRoot{Name: text, SrcRange: at}) // most names have two parts
	for r.peek() == dot {
		r.next()
		from := r.here()
		if r.next() != name {
			r.lose()
		}
		path = append(path, hcl.TraverseAttr{Name: r.said(), SrcRange: hcl.RangeBetween(from, r.here())})
	}
	return r.whole(&hclsyntax.ScopeTraversalExpr{Traversal: path, SrcRange: hcl.RangeBetween(at, r.here())})
}

func (r *reader) call(at hcl.Range, text string) hclsyntax.Expression {
	r.next()
	c := &hclsyntax.FunctionCallExpr{Name: text, NameRange: at, OpenParenRange: r.here()}
	r.inside++
	c.Args = r.upTo(closeParen)
	r.inside--
	c.CloseParenRange = r.here()
	return r.whole(c)
}
