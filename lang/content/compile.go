package content

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Read reads a file of the project by its path from the project's folder.
type Read = func(path string) ([]byte, error)

// Compile reads a plain text (a subject, an SMS) in every language of the
// project: one string for all, an object with one per language, or
// template("x.${language}.txt"). A template whose name ends in .html is HTML.
// Languages in which something is wrong are left out.
func Compile(e hclsyntax.Expression, s *expr.Scope, read Read) (map[string]Template, diag.List) {
	return compile(e, s, read, plainText)
}

// CompileHTML is Compile for texts that are HTML also when they are written
// inline; a template whose name ends in .txt is plain.
func CompileHTML(e hclsyntax.Expression, s *expr.Scope, read Read) (map[string]Template, diag.List) {
	return compile(e, s, read, htmlText)
}

// LinkURL reads the address of a link: mostly constant, values in its path or
// query only. It begins with its scheme, which may be that of an app.
func LinkURL(e hclsyntax.Expression, s *expr.Scope) (Template, diag.List) {
	c := &compiler{scope: s}
	t := c.inline(e, newURL())
	c.address(t, anyScheme)
	return t, c.found
}

// CallURL reads the address that a webhook calls: LinkURL over http or https.
func CallURL(e hclsyntax.Expression, s *expr.Scope) (Template, diag.List) {
	c := &compiler{scope: s}
	t := c.inline(e, newURL())
	c.address(t, callScheme)
	return t, c.found
}

// kind says how a text is escaped.
type kind int

const (
	plainText kind = iota
	htmlText
)

// compiler compiles one text in one language.
type compiler struct {
	scope *expr.Scope
	read  Read
	kind  kind
	found diag.List
	lost  bool // a value is missing for a reason that is told, here or elsewhere
}

func (c *compiler) report(d diag.Diagnostic) { c.found = append(c.found, d) }

func compile(e hclsyntax.Expression, s *expr.Scope, read Read, k kind) (map[string]Template, diag.List) {
	var found diag.List
	texts := map[string]hclsyntax.Expression{}
	if object, ok := e.(*hclsyntax.ObjectConsExpr); ok {
		texts, found = perLanguage(object, s)
	} else {
		for _, language := range s.Languages {
			texts[language] = e
		}
	}
	out := map[string]Template{}
	for _, language := range s.Languages {
		text, ok := texts[language]
		if !ok {
			continue
		}
		c := &compiler{scope: in(language, s), read: read, kind: k}
		template := c.text(text)
		c.blank(template)
		c.fileName(template)
		if !c.found.HasErrors() {
			out[language] = template
		}
		found = addNew(found, c.found)
	}
	return out, found
}

// in is the scope of a text in one language.
func in(language string, s *expr.Scope) *expr.Scope {
	inner := *s
	inner.Language = language
	inner.Constants = s.Constants.NewChild()
	inner.Constants.Variables = map[string]cty.Value{"language": cty.StringVal(language)}
	return &inner
}

// addNew adds what was not found in another language already.
func addNew(found, more diag.List) diag.List {
	for _, d := range more {
		if alsoMissing(found, d) {
			continue
		}
		if !slices.ContainsFunc(found, func(old diag.Diagnostic) bool {
			return old.Rule == d.Rule && old.At == d.At && old.Mark == d.Mark && old.Detail == d.Detail
		}) {
			found = append(found, d)
		}
	}
	return found
}

// nearLanguage is the language of the project that was most likely meant: the same
// one of a country, or a word nearly the same.
func nearLanguage(written string, languages []string) string {
	spoken, _, _ := strings.Cut(strings.ToLower(written), "-")
	for _, l := range languages {
		if word, _, _ := strings.Cut(strings.ToLower(l), "-"); word == spoken && l != written {
			if l != word {
				return strconv.Quote(l)
			}
			return l
		}
	}
	return diag.Nearest(written, languages)
}

// unwritten is the languages for which an object has no text.
func unwritten(object *hclsyntax.ObjectConsExpr, languages []string) []string {
	return slices.DeleteFunc(slices.Clone(languages), func(l string) bool {
		return slices.ContainsFunc(object.Items, func(item hclsyntax.ObjectConsItem) bool { return keyOf(item) == l })
	})
}

// alsoMissing adds the file of another language to a complaint that one is missing,
// which has the same cause.
func alsoMissing(found diag.List, d diag.Diagnostic) bool {
	name, missing := strings.CutPrefix(d.Mark, noFile)
	if !missing {
		return false
	}
	at := slices.IndexFunc(found, func(old diag.Diagnostic) bool {
		return old.Rule == d.Rule && old.At == d.At && strings.HasPrefix(old.Mark, noFile)
	})
	if at < 0 {
		return false
	}
	old := &found[at]
	if !slices.Contains(strings.Split(strings.TrimPrefix(old.Mark, noFile), " or "), name) {
		old.Mark, old.Help = old.Mark+" or "+name, old.Help+" and "+name
	}
	return true
}

// perLanguage reads { es = "...", en = "..." }.
func perLanguage(object *hclsyntax.ObjectConsExpr, s *expr.Scope) (map[string]hclsyntax.Expression, diag.List) {
	texts := map[string]hclsyntax.Expression{}
	var found diag.List
	again := false
	for _, item := range object.Items {
		language := keyOf(item)
		if !slices.Contains(s.Languages, language) {
			if len(s.Languages) == 0 { // what is wrong with them is told
				continue
			}
			d := diag.Diagnostic{
				Rule: languageUnknown, At: expr.At(item.KeyExpr.Range()), Mark: "nobody would read this",
				Detail: "The project's languages are " + strings.Join(s.Languages, ", ") + ".",
				Help:   "leave " + language + " out, or add it to languages in the project block",
			}
			if near := nearLanguage(language, unwritten(object, s.Languages)); near != "" {
				d.Mark, d.Help = "there is "+near, "write "+near
			}
			found = append(found, d)
			continue
		}
		_, twice := texts[language]
		again = again || twice // which the reader says
		texts[language] = item.ValueExpr
	}
	for _, language := range s.Languages {
		if _, ok := texts[language]; !ok && !again && !found.HasErrors() {
			found = append(found, diag.Diagnostic{
				Rule: languageMissing, At: expr.At(object.Range()), Mark: "nothing for " + language, Help: "add " + language + ` = "..."`,
			})
		}
	}
	return texts, found
}

func keyOf(item hclsyntax.ObjectConsItem) string {
	if word := hcl.ExprAsKeyword(item.KeyExpr); word != "" {
		return word
	}
	v, problems := item.KeyExpr.Value(nil)
	if problems.HasErrors() || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// text compiles one text: a template or what is written inline.
func (c *compiler) text(e hclsyntax.Expression) Template {
	if inner, ok := e.(*hclsyntax.ParenthesesExpr); ok {
		return c.text(inner.Expression)
	}
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "template" {
		return c.file(call)
	}
	return c.inline(e, c.placer(c.kind))
}

func (c *compiler) placer(k kind) placer {
	if k == htmlText {
		return newHTML()
	}
	return plain{}
}

// inline compiles a string, or one expression that is a text.
func (c *compiler) inline(e hclsyntax.Expression, p placer) Template {
	out := Template{At: expr.At(e.Range())}
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		b := builder{compiler: c, place: p}
		for _, part := range e.Parts {
			if text, ok := literalText(part); ok {
				b.text(text)
				c.foreign(text, func(int, int) diag.Range { return expr.At(part.Range()) })
				continue
			}
			b.value(part, expr.At(part.Range()))
		}
		out.Pieces = b.pieces
	case *hclsyntax.TemplateWrapExpr:
		b := builder{compiler: c, place: p}
		b.value(e.Wrapped, expr.At(e.Wrapped.Range()))
		out.Pieces = b.pieces
	default:
		out.Pieces = c.whole(e, p)
	}
	return out
}

// whole is a text that is one expression: a constant goes in as it is.
func (c *compiler) whole(e hclsyntax.Expression, p placer) []Piece {
	if ref, ok := c.scope.Reference(e); !ok || ref.Kind != "link" && ref.Kind != "part" {
		compiled, found := expr.Compile(e, c.scope)
		if compiled == nil {
			c.found, c.lost = append(c.found, found...), true
			return nil
		}
		if constant, ok := compiled.(expr.Literal); ok && wordy(constant.Type) {
			return []Piece{Text{types.Spell(constant.Value)}}
		}
	}
	b := builder{compiler: c, place: p}
	b.value(e, expr.At(e.Range()))
	return b.pieces
}

// literalText is a stretch of a string outside ${ }.
func literalText(part hclsyntax.Expression) (string, bool) {
	literal, ok := part.(*hclsyntax.LiteralValueExpr)
	if !ok || literal.Val.IsNull() || literal.Val.Type() != cty.String {
		return "", false
	}
	return literal.Val.AsString(), true
}
