package content

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// file compiles template("path").
func (c *compiler) file(call *hclsyntax.FunctionCallExpr) Template {
	name, at, ok := c.path(call)
	if !ok {
		return Template{}
	}
	src, err := c.read(name)
	if err != nil {
		c.unreadable(name, at, err)
		return Template{}
	}
	k := c.kind
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm":
		k = htmlText
	case ".txt":
		k = plainText
	}
	f := &file{name: name, src: src, pos: hcl.InitialPos, builder: builder{compiler: c, place: c.placer(k)}}
	f.compile()
	return Template{Pieces: f.pieces, At: expr.At(hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos})}
}

// path is the file's path from the project's folder.
func (c *compiler) path(call *hclsyntax.FunctionCallExpr) (name string, at diag.Range, ok bool) {
	at = expr.At(call.Range())
	if len(call.Args) != 1 || call.ExpandFinal {
		c.report(diag.Diagnostic{
			Rule: fileUnreadable, At: at, Mark: "which file?", Help: `write template("content/x.${language}.html")`,
		})
		return "", at, false
	}
	at = expr.At(call.Args[0].Range())
	written, found := expr.Constant(call.Args[0], c.scope, types.String)
	c.found = append(c.found, found...)
	text, ok := written.(types.Text)
	if !ok {
		return "", at, false
	}
	name = path.Clean(string(text))
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, `\:`) {
		c.report(diag.Diagnostic{
			Rule: outsideFolder, At: at, Mark: string(text), Detail: "The path of a content file begins in the folder of the project, or of the module, and stays in it.",
			Help: `write it as in "content/welcome.es.html"`,
		})
		return "", at, false
	}
	return path.Join(c.scope.Folder, name), at, true
}

// noFile is what is said of a file that is missing, before its name.
const noFile = "there is no "

func (c *compiler) unreadable(name string, at diag.Range, err error) {
	d := diag.Diagnostic{Rule: fileUnreadable, At: at}
	var failed *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Mark, d.Help = noFile+name, "make "+name
		d.Detail = "Each language of the project has its text: " + strings.Join(c.scope.Languages, ", ") + "."
	case errors.As(err, &failed):
		d.Mark = name + ": " + failed.Err.Error()
	default:
		d.Mark = name + ": " + err.Error()
	}
	c.report(d)
}

// file is a template file being read. Its positions are those of the file, so
// that what is wrong in it is shown in it.
type file struct {
	builder
	name string
	src  []byte
	pos  hcl.Pos
}

func (f *file) compile() {
	for f.pos.Byte < len(f.src) {
		rest := f.src[f.pos.Byte:]
		dollar := bytes.IndexByte(rest, '$')
		switch {
		case dollar < 0:
			f.written(len(rest))
		case dollar > 0:
			f.written(dollar)
		case bytes.HasPrefix(rest, []byte("$${")):
			f.take(len("$${"))
			f.text("${")
		case bytes.HasPrefix(rest, []byte("${")):
			if !f.expression(rest) {
				return
			}
		default:
			f.text(string(f.take(1)))
		}
	}
}

// written adds n bytes of text.
func (f *file) written(n int) {
	start := f.pos
	chunk := string(f.take(n))
	f.text(chunk)
	f.foreign(chunk, func(from, to int) diag.Range { return within(f.name, start, chunk, from, to) })
}

// take moves over n bytes.
func (f *file) take(n int) []byte {
	chunk := f.src[f.pos.Byte : f.pos.Byte+n]
	if n == 0 {
		return chunk
	}
	whole := func(data []byte, atEOF bool) (int, []byte, error) { return len(data), data, nil }
	// The scanner takes its start's Byte for an index into the chunk.
	scanner := hcl.NewRangeScannerFragment(chunk, f.name, hcl.Pos{Line: f.pos.Line, Column: f.pos.Column}, whole)
	scanner.Scan()
	end := scanner.Range().End
	f.pos = hcl.Pos{Line: end.Line, Column: end.Column, Byte: f.pos.Byte + n}
	return chunk
}

// expression reads ${...} at the beginning of rest; false when it has no end.
func (f *file) expression(rest []byte) bool {
	start := f.pos
	length := closing(rest[len("${"):])
	if length < 0 {
		f.take(len("${"))
		f.report(diag.Diagnostic{
			Rule: notClosed, At: expr.At(hcl.Range{Filename: f.name, Start: start, End: f.pos}), Mark: "no } follows",
			Help: "close it with }, or write $${ for the characters themselves",
		})
		return false
	}
	f.take(len("${"))
	inner := f.pos
	src := f.take(length)
	f.take(len("}"))
	at := expr.At(hcl.Range{Filename: f.name, Start: start, End: f.pos})
	parsed, problems := hclsyntax.ParseExpression(src, f.name, inner)
	if problems.HasErrors() {
		if subject := problems[0].Subject; subject != nil && len(bytes.TrimSpace(src)) > 0 {
			at = expr.At(*subject)
		}
		f.report(diag.Diagnostic{
			Rule: notExpression, At: at, Detail: `Between ${ and } stands one expression, as in ${coalesce(person.first_name, "there")}.`,
			Help: "write $${ for the characters themselves",
		})
		f.place.filled()
		return true
	}
	f.value(parsed, at)
	return true
}

// closing is how many bytes of src come before the } that closes what was
// opened before it; -1 if none does. Braces and quotes inside count.
func closing(src []byte) int {
	depth := 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		case '"':
			n := quoted(src[i+1:])
			if n < 0 {
				return -1
			}
			i += n + 1
		}
	}
	return -1
}

// quoted is how many bytes of src come before the quote that ends a string; -1
// if the line ends first. A string may have ${...} with strings inside.
func quoted(src []byte) int {
	for i := 0; i < len(src); i++ {
		switch {
		case src[i] == '"':
			return i
		case src[i] == '\n':
			return -1
		case src[i] == '\\':
			i++
		case bytes.HasPrefix(src[i:], []byte("$${")), bytes.HasPrefix(src[i:], []byte("%%{")):
			i += 2
		case bytes.HasPrefix(src[i:], []byte("${")), bytes.HasPrefix(src[i:], []byte("%{")):
			n := closing(src[i+2:])
			if n < 0 {
				return -1
			}
			i += n + 2
		}
	}
	return -1
}
