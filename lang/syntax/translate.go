package syntax

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/trayecto/trayecto/lang/diag"
)

// translate says in our words what HCL's parser complains about.
func translate(problems hcl.Diagnostics, text []byte, start hcl.Pos) diag.List {
	var list diag.List
	for _, p := range problems {
		at := hcl.Range{Start: start, End: start}
		if p.Subject != nil {
			at = *p.Subject
		}
		d := phrase(p, text, at.Start.Byte-start.Byte)
		d.At = Range(at)
		if d.Rule == unclosed && at.Start.Byte-start.Byte >= len(text) {
			d = openText(d, text, start)
		}
		list = append(list, d)
	}
	return list
}

const (
	braceOpen   = "this brace is never closed"
	textOpen    = "the text does not end on its line"
	noBackslash = "no backslash between ${ and }"
)

// openText moves a complaint that HCL makes at the end of the file to the text
// of several lines that is never closed.
func openText(d diag.Diagnostic, text []byte, start hcl.Pos) diag.Diagnostic {
	begin := bytes.LastIndex(text, []byte("<<"))
	if begin < 0 {
		return d
	}
	lineBegin := bytes.LastIndexByte(text[:begin], '\n') + 1
	at := diag.Pos{
		Line: 1 + bytes.Count(text[:begin], []byte("\n")), Column: 1 + utf8.RuneCount(text[lineBegin:begin]), Byte: begin + start.Byte,
	}
	word := wordAt(text, begin+len("<<")+len(leading(text[begin+len("<<"):], "-")))
	end := at
	end.Column, end.Byte = at.Column+2, at.Byte+2
	d.At = diag.Range{File: d.At.File, Start: at, End: end}
	d.Mark, d.Help = "this text is never closed", fmt.Sprintf("put %s on a line of its own where the text ends", word)
	return d
}

func leading(text []byte, mark string) string {
	if bytes.HasPrefix(text, []byte(mark)) {
		return mark
	}
	return ""
}

// phrase is the diagnostic, but for its place, for one complaint of HCL's. The
// headline of a complaint is the only name it has.
func phrase(p *hcl.Diagnostic, text []byte, offset int) diag.Diagnostic {
	switch p.Summary {
	case "Unclosed configuration block", "Unclosed configuration body":
		return diag.Diagnostic{Rule: unclosed, Mark: braceOpen, Help: "put a } where the block ends"}
	case "Unbalanced parentheses", "Missing closing parenthesis", "Unterminated function call":
		return diag.Diagnostic{Rule: unclosed, Mark: "a ) is missing before this", Help: "close the parenthesis"}
	case "Missing close bracket on index":
		if call := asIndex.FindStringSubmatch(string(text[:min(max(offset, 0), len(text))])); call != nil {
			return diag.Diagnostic{Rule: unreadable, Mark: "stands in ( ), not in [ ]", Help: fmt.Sprintf("write %s(%s, ...)", call[1], call[2])}
		}
		return diag.Diagnostic{Rule: unclosed, Mark: "a ] is missing before this", Help: "close the bracket"}
	case "Unterminated tuple constructor expression", "Missing close bracket on splat index", "Unclosed index brackets":
		return diag.Diagnostic{Rule: unclosed, Mark: "a ] is missing before this", Help: "close the bracket"}
	case "Unterminated object constructor expression":
		return diag.Diagnostic{Rule: unclosed, Mark: "a } is missing", Help: "close the brace"}
	case "Unterminated template string", "Invalid multi-line string", "Unterminated string literal":
		return diag.Diagnostic{Rule: unclosed, Mark: textOpen, Help: `close it with a quote; a text of several lines is written <<-END ... END`}
	case "Unclosed template interpolation sequence", "Extra characters after interpolation expression":
		return diag.Diagnostic{Rule: unclosed, Mark: "this ${ has no } of its own", Help: "close it with }, or write $${ for the characters themselves"}
	case "Missing argument separator", "Missing item separator", "Missing attribute separator":
		if closing, ends := endedBy(text, offset, p.Summary); ends {
			return phrase(&hcl.Diagnostic{Summary: closing}, text, offset)
		}
		return diag.Diagnostic{Rule: missingComma, Mark: "a comma belongs before this", Help: "put a comma between the two"}
	case "Attribute redefined":
		return diag.Diagnostic{Rule: repeatedName, Mark: "is set above already", Help: "keep one of the two"}
	case "Invalid escape sequence":
		return escape(text, offset)
	case "Unsupported operator":
		return operatorSign(text, offset)
	case "Invalid character encoding":
		return diag.Diagnostic{Rule: notText, Mark: "not UTF-8", Help: "save the file as UTF-8"}
	}
	return phraseBlock(p, text, offset)
}

// asIndex is the text before a comma that is in the brackets of what is called.
var asIndex = regexp.MustCompile(`\b(enum|list|one_of|coalesce|prefer)\[([^\]\n]*)$`)

// endedBy is the complaint that was meant where HCL misses a comma and another
// bracket closes instead: a list or call that was never closed.
func endedBy(text []byte, offset int, summary string) (complaint string, ends bool) {
	if offset >= len(text) || !bytes.ContainsRune([]byte("})]"), rune(text[offset])) {
		return "", false
	}
	switch summary {
	case "Missing argument separator":
		return "Missing closing parenthesis", true
	case "Missing item separator":
		return "Unterminated tuple constructor expression", true
	}
	return "Unterminated object constructor expression", true
}

// phraseBlock is phrase for complaints about how blocks and lines are laid out.
func phraseBlock(p *hcl.Diagnostic, text []byte, offset int) diag.Diagnostic {
	if d, known := habit(text, offset); known {
		return d
	}
	word := wordAt(text, offset)
	switch p.Summary {
	case "Argument definition required", "Invalid single-argument block definition":
		return diag.Diagnostic{Rule: crowdedBlock, Mark: "more than one argument", Help: "begin a new line after the brace, and give each argument a line of its own"}
	case "Missing newline after argument", "Missing newline after block definition":
		return diag.Diagnostic{Rule: unreadable, Mark: "the line should end before this", Help: fmt.Sprintf("begin a new line before %s, or remove it", word)}
	case "Unexpected comma after argument":
		return diag.Diagnostic{Rule: crowdedLine, Mark: "no comma here", Help: "give each argument a line of its own, without a comma"}
	case "Argument or block definition required", "Invalid argument name":
		return loose(text, offset, word)
	case "Invalid block definition":
		if word == endOfLine {
			return diag.Diagnostic{Rule: unreadable, Mark: "a { is missing", Help: "put the { at the end of this line"}
		}
		return diag.Diagnostic{Rule: unreadable, Mark: "not expected in a block's first line", Help: `write a block as segment "vip" {, or an argument as where = ...`}
	case "Invalid attribute name", "Attribute name required":
		return diag.Diagnostic{Rule: unreadable, Mark: "a name belongs after the dot", Help: "write a name after the dot, such as person.country"}
	case "Missing expression", "Invalid expression":
		switch word {
		case endOfLine, endOfFile:
			return diag.Diagnostic{Rule: unreadable, Mark: "a value is missing"}
		case ")", "]", "}", ",":
			return diag.Diagnostic{Rule: unreadable, Mark: "a value is missing before this"}
		}
	case "Missing key/value separator", "Missing attribute value":
		return diag.Diagnostic{Rule: unreadable, Mark: "a key needs a value", Help: `write { es = "..." }`}
	case "Invalid number literal":
		return diag.Diagnostic{Rule: unreadable, Mark: "not a number"}
	}
	return diag.Diagnostic{Rule: unreadable, Mark: "not expected here", Detail: fmt.Sprintf("The text cannot be understood from %s on.", word)}
}

// loose is what stands where only an argument or a block may begin.
func loose(text []byte, offset int, word string) diag.Diagnostic {
	rest := ""
	if offset+len(word) <= len(text) {
		rest = strings.TrimLeft(string(text[offset+len(word):]), " \t")
	}
	switch {
	case word == "}":
		return diag.Diagnostic{Rule: unreadable, Mark: "this brace closes nothing", Help: "remove it, or open the block that it closes"}
	case strings.HasPrefix(rest, ":") && atMargin(text, offset) && strings.TrimSpace(lineOf(rest[1:])) == "":
		return diag.Diagnostic{Rule: unreadable, Mark: "is not followed by {", Help: fmt.Sprintf("write a block as %s \"name\" {, with a } on a line of its own where it ends", word)}
	case strings.HasPrefix(rest, ":"):
		return diag.Diagnostic{Rule: unreadable, Mark: "is not followed by =", Help: fmt.Sprintf("write %s = ...", word)}
	}
	return diag.Diagnostic{Rule: unreadable, Mark: "neither an argument nor a block", Help: `write an argument as name = value, or a block as segment "vip" {`}
}

// atMargin tells whether a place is the first of its line.
func atMargin(text []byte, offset int) bool { return offset == 0 || text[offset-1] == '\n' }

func lineOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func escape(text []byte, offset int) diag.Diagnostic {
	d := diag.Diagnostic{
		Rule: unknownEscape, Mark: "means nothing",
		Detail: `A backslash in a text begins one of \n, \r, \t, \", \\, \uNNNN and \UNNNNNNNN.`,
	}
	if offset >= 0 && offset+1 < len(text) && text[offset] == '\\' {
		d.Help = fmt.Sprintf(`write \\%s for a backslash, or leave it out`, wordAt(text, offset+1))
	}
	return d
}

func operatorSign(text []byte, offset int) diag.Diagnostic {
	d := diag.Diagnostic{Rule: foreignSign, Mark: "not an operator"}
	if offset < 0 || offset >= len(text) {
		return d
	}
	if sign, known := map[byte]string{'&': "&&", '|': "||"}[text[offset]]; known {
		d.Mark, d.Help = "write "+sign, "write "+sign
	}
	return d
}

const (
	endOfLine = "the end of the line"
	endOfFile = "the end of the file"
)

// wordAt is the word or the single character at a place in the text.
func wordAt(text []byte, offset int) string {
	if offset < 0 || offset >= len(text) {
		return endOfFile
	}
	rest := []rune(string(text[offset:min(len(text), offset+80)]))
	n := 0
	for n < len(rest) && (rest[n] == '_' || rest[n] >= '0' && rest[n] <= '9' || rest[n] >= 'A' && rest[n] <= 'Z' || rest[n] >= 'a' && rest[n] <= 'z' || rest[n] > 127) {
		n++
	}
	if n == 0 && (rest[0] == '\n' || rest[0] == '\r') {
		return endOfLine
	}
	return string(rest[:max(n, 1)])
}
