package syntax

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/diag"
)

var (
	perCent  = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?)[ \t]*%[ \t]*$`)
	ofMethod = regexp.MustCompile(`([\pL_][\pL\pN_.]*)\.([\pL_][\pL\pN_]*)$`)
)

// inLabel is a line that ends inside of a block's name.
var inLabel = regexp.MustCompile(`^\s*[\pL_][\pL\pN_]*(\s+"[^"]*")*\s+"[^"]*$`)

// currencies is the signs that people write beside an amount.
const currencies = "€$£¥"

// habit is what to say about something that other tools and plain writing
// have and this language has not; false when HCL's own complaint will do.
func habit(text []byte, offset int) (diag.Diagnostic, bool) {
	d := diag.Diagnostic{Rule: unreadable}
	line, rest := "", ""
	if offset >= 0 && offset <= len(text) {
		line, rest = string(text[:offset]), string(text[offset:])
		line = line[strings.LastIndexByte(line, '\n')+1:]
	}
	if share := perCent.FindStringSubmatch(line); share != nil {
		n, err := decimal.NewFromString(share[1])
		d.Mark, d.Help = "% before this is not per cent", "write a share as a fraction: "+n.Shift(-2).String()
		return d, err == nil
	}
	switch sign := first(rest); {
	case strings.HasPrefix(rest, "${") && inLabel.MatchString(line):
		d.Mark, d.Help = "the name of a block is written out", "write the name alone; with for_each there is one block for each item, such as segment.vip[\"ES\"]"
	case strings.HasPrefix(rest, "${") && strings.Count(line, `"`)%2 == 0:
		d.Mark, d.Help = "${ } is for texts in quotes", "write what is in it without ${ and }"
	case sign != "" && strings.Contains(currencies, sign):
		d.Mark, d.Help = "an amount is in the project's currency", "leave "+sign+" out"
	case currencyBehind(line, rest) != "":
		d.Mark, d.Help = "an amount is in the project's currency", "leave "+currencyBehind(line, rest)+" out"
	case sign == `\` && strings.LastIndex(line, "${") > strings.LastIndex(line, "}"):
		d.Rule, d.Mark, d.Help = unknownEscape, noBackslash, `write the quote alone, as in ${coalesce(person.first_name, "there")}`
	case strings.HasPrefix(rest, "--"):
		d.Mark, d.Help = "not a comment", "begin a comment with #"
	case sign == "(" && ofMethod.MatchString(line):
		m := ofMethod.FindStringSubmatch(line)
		d.Mark, d.Help = "a function stands before its value", fmt.Sprintf("write %s(%s, ...)", m[2], m[1])
	case strings.HasSuffix(line, `"`) && strings.LastIndex(line, "%{") > strings.LastIndex(line, "}"):
		d.Mark, d.Help = "%{ } has no meaning in a text", "make a touchpoint for each case, and choose between them in the journey"
	case strings.HasSuffix(line, `"`) && letters.MatchString(rest):
		d.Mark, d.Help = "the text ended before this", `write \" for a quote inside a text`
	default:
		return d, false
	}
	return d, true
}

var letters = regexp.MustCompile(`^[\pL\pN]`)

// first is the first character of a text.
func first(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}
