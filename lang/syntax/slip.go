package syntax

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// equal looks at an equals sign: it sets an argument or a key, or it was meant
// to compare, or the comma or the line before its name is missing.
func (r *reader) equal() {
	f := r.top()
	if f.kind == inBlock && !f.value {
		f.value = true
		return
	}
	if r.kind(r.i+1) == hclsyntax.TokenBitwiseNot && r.adjacent(r.i) && r.endsOperand(r.i-1) {
		r.pattern()
		return
	}
	left := r.operand(r.i - 1)
	ahead := r.kind(left - 1)
	switch {
	case f.kind == inObject && (ahead == hclsyntax.TokenOBrace || ahead == hclsyntax.TokenComma || ahead == hclsyntax.TokenNewline || ahead == hclsyntax.TokenComment):
	case r.endsOperand(left-1) && f.kind == inObject:
		r.missingComma(left)
	case r.endsOperand(left-1) && f.kind == inBlock:
		r.crowdedLine(left)
	case ahead == hclsyntax.TokenComma && f.kind == inBlock, !r.endsOperand(r.i - 1):
		// A comma between arguments, or half an expression: HCL says it.
	default:
		r.comparison(left)
	}
}

func (r *reader) comparison(left int) {
	offset := r.offset(r.words[r.i])
	switch {
	case offset+1 < len(r.text) && r.text[offset+1] == ' ':
		r.patch(offset, "==")
	case r.text[offset-1] == ' ':
		r.patch(offset-1, "==")
	default:
		r.lose(r.i)
	}
	r.list = append(r.list, diag.Diagnostic{
		Rule: singleEquals, At: r.at(r.i, r.i), Mark: "sets a value; == compares",
		Help: fmt.Sprintf("write %s == %s", r.source(left, r.i-1), r.right()),
	})
}

// right is the operand after an operator, as far as it is plain to see.
func (r *reader) right() string {
	end := r.i + 1
	switch r.kind(end) {
	case hclsyntax.TokenOQuote:
		if closing, paired := r.match[end]; paired && r.words[closing].Range.End.Line == r.words[end].Range.Start.Line {
			return r.source(end, closing)
		}
	case hclsyntax.TokenNumberLit:
		return r.source(end, end)
	case hclsyntax.TokenIdent:
		last := end
		for r.kind(last+1) == hclsyntax.TokenDot && r.kind(last+2) == hclsyntax.TokenIdent {
			last += 2
		}
		if r.kind(last+1) != hclsyntax.TokenOParen && r.kind(last+1) != hclsyntax.TokenOBrack {
			return r.source(end, last)
		}
	}
	return "..."
}

func (r *reader) missingComma(left int) {
	if offset := r.offset(r.words[left]); r.text[offset-1] == ' ' {
		r.patch(offset-1, ",")
	} else {
		r.lose(left)
	}
	r.list = append(r.list, diag.Diagnostic{
		Rule: missingComma, At: r.at(left, left), Mark: "a comma belongs before this",
		Help: "put a comma or a new line between the two",
	})
}

func (r *reader) crowdedLine(left int) {
	r.lose(left)
	r.list = append(r.list, diag.Diagnostic{
		Rule: crowdedLine, At: r.at(left, left), Mark: "begins a second argument",
		Help: fmt.Sprintf("begin a new line before %s", r.source(left, left)),
	})
}

// crowded reports a block inside a block that stands on one line.
func (r *reader) crowded() {
	first := r.i
	for first > 0 && (r.kind(first-1) == hclsyntax.TokenIdent || r.kind(first-1) == hclsyntax.TokenCQuote ||
		r.kind(first-1) == hclsyntax.TokenQuotedLit || r.kind(first-1) == hclsyntax.TokenOQuote) {
		first--
	}
	if first == r.i {
		return
	}
	r.lose(first)
	r.list = append(r.list, diag.Diagnostic{
		Rule: crowdedBlock, At: r.at(first, r.i-1), Mark: "a block inside a block",
		Help: fmt.Sprintf("begin a new line before %s, and another after its closing brace", r.source(first, first)),
	})
}

// duration looks for a number with a unit and without quotes.
func (r *reader) duration() {
	number := r.i - 1
	if r.kind(number) != hclsyntax.TokenNumberLit || !r.adjacent(number) {
		return
	}
	switch string(r.words[r.i].Bytes) {
	case "s", "m", "h", "d", "w", "mo", "y":
	default:
		return
	}
	written := r.source(number, r.i)
	if bytes.ContainsAny(r.words[number].Bytes, ".eE") {
		r.lose(r.i)
		r.list = append(r.list, diag.Diagnostic{
			Rule: bareDuration, At: r.at(number, r.i), Mark: "not a whole number either",
			Help: `write a whole number and a unit in quotes, such as "90m"`,
		})
		return
	}
	r.patch(r.offset(r.words[r.i]), strings.Repeat(" ", len(r.words[r.i].Bytes)))
	r.quotes[r.words[number].Range.Start.Byte] = written
	r.list = append(r.list, diag.Diagnostic{
		Rule: bareDuration, At: r.at(number, r.i), Mark: fmt.Sprintf("write %q", written),
		Help: fmt.Sprintf("write %s", r.around(number, written)),
		Fix:  fmt.Sprintf("%q", written),
	})
}

// around is the call or the argument that a duration stands in, on its line,
// with the quotes put in.
func (r *reader) around(number int, written string) string {
	line := r.words[number].Range.Start.Line
	from, to := number, r.i
	for i := number - 1; i >= 0 && r.words[i].Range.Start.Line == line; i-- {
		end, paired := r.match[i]
		if r.kind(i) == hclsyntax.TokenOParen && paired && end > number && r.words[end].Range.End.Line == line && r.kind(i-1) == hclsyntax.TokenIdent {
			from, to = i-1, end
			break
		}
		if r.kind(i) == hclsyntax.TokenEqual && i == number-1 && r.kind(i-1) == hclsyntax.TokenIdent {
			from = i - 1
			break
		}
	}
	whole, begin := r.source(from, to), r.offset(r.words[from])
	head := whole[:r.offset(r.words[number])-begin]
	tail := whole[r.words[r.i].Range.End.Byte-r.start.Byte-begin:]
	return head + `"` + written + `"` + tail
}

// comma looks for a decimal comma. Between arguments of a function two numbers
// with a comma are two numbers.
func (r *reader) comma() {
	f := r.top()
	if r.kind(r.i-1) != hclsyntax.TokenNumberLit || r.kind(r.i+1) != hclsyntax.TokenNumberLit || !r.adjacent(r.i-1) || !r.adjacent(r.i) {
		return
	}
	sets := r.kind(r.i+2) == hclsyntax.TokenEqual || r.kind(r.i+2) == hclsyntax.TokenColon
	if f.kind == inBlock && f.value || f.kind == inObject && !sets {
		whole, part := string(r.words[r.i-1].Bytes), string(r.words[r.i+1].Bytes)
		if number := grouped(whole, part); number != "" {
			r.number(number)
			return
		}
		point := whole + "." + part
		r.patch(r.offset(r.words[r.i]), ".")
		if len(part) == len("000") { // thousands, or three decimal places
			r.list = append(r.list, diag.Diagnostic{
				Rule: decimalComma, At: r.at(r.i-1, r.i+1), Mark: "no commas in numbers", Help: "write " + whole + part + ", or " + point + " for decimals",
			})
			return
		}
		r.list = append(r.list, diag.Diagnostic{
			Rule: decimalComma, At: r.at(r.i-1, r.i+1), Mark: "write " + point, Help: "write " + point, Fix: point,
		})
	}
}

// number puts a number in the place of one that was written with a comma.
func (r *reader) number(number string) {
	written := r.source(r.i-1, r.i+1)
	r.patch(r.offset(r.words[r.i-1]), number+strings.Repeat(" ", len(written)-len(number)))
	r.list = append(r.list, diag.Diagnostic{
		Rule: decimalComma, At: r.at(r.i-1, r.i+1), Mark: "write " + number, Help: "write " + number, Fix: number,
	})
}
