package syntax

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// operator looks for and, or, not and in where an operator belongs.
func (r *reader) operator() {
	f := r.top()
	if f.kind == inQuote || f.kind == inBlock && !f.value || r.kind(r.i-1) == hclsyntax.TokenDot || r.kind(r.i+1) == hclsyntax.TokenEqual {
		return
	}
	between := r.endsOperand(r.previous()) && r.beginsOperand(r.next())
	switch word := strings.ToLower(string(r.words[r.i].Bytes)); {
	case word == "and" && between:
		r.replaceWord("&& ", "&&")
	case word == "or" && between:
		r.replaceWord("||", "||")
	case word == "not" && r.says(r.i+1, "in") && between:
		r.membership(true)
	case word == "not" && !r.endsOperand(r.previous()) && r.compared(r.next()) > 0:
		r.negation()
	case word == "not" && !r.endsOperand(r.previous()) && r.beginsOperand(r.next()):
		r.replaceWord("!  ", "!")
	case between && r.asked(word):
	case word == "in" && between && !f.loop && !r.says(r.i-1, "not"):
		r.membership(false)
	}
}

// previous and next are the words around, across lines where lines mean nothing.
func (r *reader) previous() int {
	if r.top().kind == inList {
		return r.before(r.i)
	}
	return r.i - 1
}

func (r *reader) next() int {
	i := r.i + 1
	for r.top().kind == inList && (r.kind(i) == hclsyntax.TokenNewline || r.kind(i) == hclsyntax.TokenComment) {
		i++
	}
	return i
}

func (r *reader) replaceWord(same, sign string) {
	r.patch(r.offset(r.words[r.i]), same)
	r.words[r.i].Type = map[string]hclsyntax.TokenType{"&&": hclsyntax.TokenAnd, "||": hclsyntax.TokenOr, "!": hclsyntax.TokenBang}[sign]
	r.list = append(r.list, diag.Diagnostic{
		Rule: wordOperator, At: r.at(r.i, r.i), Mark: "write " + sign, Help: "write " + sign, Fix: sign,
	})
}

// negation reports not before a comparison: an exclamation mark alone would stand
// for the left of it only.
func (r *reader) negation() {
	whole := "!(" + r.source(r.next(), r.compared(r.next())) + ")"
	r.lose(r.i)
	r.list = append(r.list, diag.Diagnostic{Rule: wordOperator, At: r.at(r.i, r.i), Mark: "write !( )", Help: "write " + whole})
}

// membership reports x in [...]: HCL has no such operator, the language has a
// function.
func (r *reader) membership(negated bool) {
	left, last := r.operand(r.previous()), r.i
	bang := ""
	if negated {
		last, bang = r.i+1, "!"
	}
	r.lose(r.i)
	help := fmt.Sprintf(`write %sone_of(%s, ...)`, bang, r.source(left, r.previous()))
	if end, paired := r.match[last+1]; paired && r.kind(last+1) == hclsyntax.TokenOBrack && end > last+2 {
		help = fmt.Sprintf(`write %sone_of(%s, %s)`, bang, r.source(left, r.previous()), strings.TrimSpace(r.source(last+2, end-1)))
	}
	r.list = append(r.list, diag.Diagnostic{Rule: wordOperator, At: r.at(r.i, last), Mark: "there is a function for this: one_of", Help: help})
}

const curly = "“”„«»‘’‚‹›"

// quoteMark looks for quotes that are not straight and double. A pair of them
// on one line is put right.
func (r *reader) quoteMark() {
	if r.blank() {
		return
	}
	mark := string(r.words[r.i].Bytes)
	if r.kind(r.i) != hclsyntax.TokenApostrophe && !strings.Contains(curly, mark) {
		return
	}
	offset := r.offset(r.words[r.i])
	line, _, _ := strings.Cut(string(r.text[offset+len(mark):]), "\n")
	end := strings.IndexAny(line, curly+`'`)
	if end < 0 || strings.Contains(line[:end], `"`) {
		r.lose(r.i)
		r.list = append(r.list, diag.Diagnostic{Rule: curlyQuote, At: r.at(r.i, r.i), Mark: "this quote is not", Help: `write "`})
		return
	}
	inner, closing := line[:end], string([]rune(line[end:])[:1])
	r.patch(offset, strings.Repeat(" ", len(mark)-1)+`"`)
	r.patch(offset+len(mark)+end, `"`+strings.Repeat(" ", len(closing)-1))
	last := r.i
	for last+1 < len(r.words) && r.words[last].Range.End.Byte-r.start.Byte < offset+len(mark)+end+len(closing) {
		last++
	}
	r.list = append(r.list, diag.Diagnostic{
		Rule: curlyQuote, At: r.at(r.i, last), Mark: fmt.Sprintf(`write "%s"`, inner), Help: fmt.Sprintf(`write "%s"`, inner),
		Fix: fmt.Sprintf(`"%s"`, inner),
	})
	r.i = last
}
