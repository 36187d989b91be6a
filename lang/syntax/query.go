package syntax

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// asked reports what databases are asked with and this language has a function or
// two comparisons for, and tells whether word is one of those: x is null, x like
// "a%", x between a and b.
func (r *reader) asked(word string) bool {
	left := r.source(r.operand(r.previous()), r.previous())
	help := ""
	switch word {
	case "is":
		help = r.isNull(left)
	case "like":
		help = r.like(left)
	case "between":
		help = r.betweenTwo(left)
	}
	if help == "" {
		return false
	}
	r.lose(r.i)
	r.list = append(r.list, diag.Diagnostic{Rule: wordOperator, At: r.at(r.i, r.i), Mark: "not an operator here", Help: help})
	return true
}

func (r *reader) isNull(left string) string {
	switch {
	case r.says(r.i+1, "null"):
		return fmt.Sprintf("write !is_set(%s)", left)
	case r.says(r.i+1, "not") && r.says(r.i+2, "null"):
		r.words[r.i+1].Type = hclsyntax.TokenComment // it is told with this
		return fmt.Sprintf("write is_set(%s)", left)
	}
	return fmt.Sprintf("write %s == %s", left, r.right())
}

// like is the function for a pattern whose ends are open.
func (r *reader) like(left string) string {
	pattern := r.right()
	inner := strings.Trim(pattern, `"`)
	switch known := strings.Trim(inner, "%"); {
	case strings.ContainsAny(known, "%_") || !strings.HasPrefix(pattern, `"`):
		return fmt.Sprintf("write contains(%s, ...) or starts_with(%s, ...)", left, left)
	case strings.HasPrefix(inner, "%"):
		return fmt.Sprintf("write contains(%s, %q)", left, known)
	case strings.HasSuffix(inner, "%"):
		return fmt.Sprintf("write starts_with(%s, %q)", left, known)
	}
	return fmt.Sprintf("write %s == %s", left, pattern)
}

func (r *reader) betweenTwo(left string) string {
	low := r.operandEnd(r.i + 1)
	if !r.says(low+1, "and") {
		return fmt.Sprintf("write %s >= ... && %s <= ...", left, left)
	}
	r.words[low+1].Type = hclsyntax.TokenAnd // it is told with this
	return fmt.Sprintf("write %s >= %s && %s <= %s", left, r.source(r.i+1, low), left, r.source(low+2, r.operandEnd(low+2)))
}

// pattern reports =~, which other languages have for a pattern that a text fits.
func (r *reader) pattern() {
	r.lose(r.i)
	left := r.source(r.operand(r.i-1), r.i-1)
	r.list = append(r.list, diag.Diagnostic{
		Rule: foreignSign, At: r.at(r.i, r.i+1), Mark: "there are no patterns", Help: fmt.Sprintf("write contains(%s, ...) or starts_with(%s, ...)", left, left),
	})
	r.i++
}
