package syntax

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// foreignSigns is what other languages have for a comparison, by the two words
// that HCL reads it as: the sign, and what is written here.
var foreignSigns = []struct {
	first, second hclsyntax.TokenType
	here          string
}{
	{hclsyntax.TokenEqualOp, hclsyntax.TokenEqual, "=="},        // ===
	{hclsyntax.TokenNotEqual, hclsyntax.TokenEqual, "!="},       // !==
	{hclsyntax.TokenEqual, hclsyntax.TokenLessThan, "<="},       // =<
	{hclsyntax.TokenLessThan, hclsyntax.TokenGreaterThan, "!="}, // <>
}

// foreign reports a sign of another language that begins with the word at hand,
// puts it right, and tells whether it did.
func (r *reader) foreign() bool {
	for _, s := range foreignSigns {
		if r.kind(r.i) != s.first || r.kind(r.i+1) != s.second || !r.adjacent(r.i) || r.top().kind == inBlock && !r.top().value {
			continue
		}
		written := r.source(r.i, r.i+1)
		r.patch(r.offset(r.words[r.i]), s.here+strings.Repeat(" ", len(written)-len(s.here)))
		r.list = append(r.list, diag.Diagnostic{
			Rule: foreignSign, At: r.at(r.i, r.i+1), Mark: "write " + s.here, Help: "write " + s.here, Fix: s.here,
		})
		r.i++
		return true
	}
	return false
}

// arrow reports =>, which people write for >=.
func (r *reader) arrow() {
	if r.top().kind != inBlock || !r.top().value {
		return // in a loop it has a meaning
	}
	r.patch(r.offset(r.words[r.i]), ">=")
	r.list = append(r.list, diag.Diagnostic{Rule: foreignSign, At: r.at(r.i, r.i), Mark: "write >=", Help: "write >=", Fix: ">="})
}

// compared is the end of a comparison that begins with word i on its line; 0
// when there is none.
func (r *reader) compared(i int) int {
	end := r.operandEnd(i)
	switch r.kind(end + 1) {
	case hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq,
		hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq:
		return r.operandEnd(end + 2)
	}
	return 0
}

// operandEnd is where the operand that begins with word i ends, as far as it is
// plain to see.
func (r *reader) operandEnd(i int) int {
	for r.kind(i) == hclsyntax.TokenIdent && r.kind(i+1) == hclsyntax.TokenDot && r.kind(i+2) == hclsyntax.TokenIdent {
		i += 2
	}
	if r.kind(i) == hclsyntax.TokenIdent && r.kind(i+1) == hclsyntax.TokenOParen {
		i++
	}
	if end, paired := r.match[i]; paired && end > i {
		return end
	}
	return i
}

// strangeSpaces is blanks that a page of the web or a word processor puts in,
// and that look like a space or like nothing.
const strangeSpaces = "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u200b\u2060\ufeff"

// blank puts spaces for blanks that are none of HCL's, and reports the first of
// a file: where there is one there are many.
func (r *reader) blank() bool {
	mark := string(r.words[r.i].Bytes)
	if strings.Trim(mark, strangeSpaces) != "" || r.top().kind == inQuote {
		return false
	}
	r.patch(r.offset(r.words[r.i]), strings.Repeat(" ", len(mark)))
	if !r.blanks {
		r.list = append(r.list, diag.Diagnostic{
			Rule: unreadable, At: r.at(r.i, r.i), Mark: "looks like a space and is none",
			Detail: "It comes along when text is copied from a page or a document.", Help: "write a space with the space bar, here and wherever else the text was copied to",
		})
	}
	r.blanks = true
	return true
}

var (
	afterAmount = regexp.MustCompile(`(^|[^\pL\pN_"])[0-9][0-9.]*[ \t]*$`)
	currency    = regexp.MustCompile(`^(?:[A-Z]{3}|[Ee]uros?|[Dd]ollars?|[Pp]esos?)\b`)
)

// currencyBehind is the currency that stands behind an amount, or "".
func currencyBehind(line, rest string) string {
	if !afterAmount.MatchString(line) {
		return ""
	}
	return currency.FindString(rest)
}

var thousands = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{3})+$`)
var endOfThousands = regexp.MustCompile(`^[0-9]{3}\.[0-9]+$`)

// grouped is a number that is written with a mark between thousands and another
// before its decimals, without the first: 1.000,50 and 1,000.50; "" when it is
// something else.
func grouped(whole, part string) string {
	switch {
	case thousands.MatchString(whole):
		return strings.ReplaceAll(whole, ".", "") + "." + part
	case endOfThousands.MatchString(part) && !strings.Contains(whole, "."):
		return whole + part
	}
	return ""
}
