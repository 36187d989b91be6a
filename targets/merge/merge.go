// Package merge is content in a platform's own merge language.
//
// A text is pieces: words, values, links, parts. Every platform has a language
// of its own for "put the first name here, and 'there' where there is none".
// A Dialect writes one; Texts walks the pieces, writes parts out, puts links
// together, and reports at its place what the platform cannot fill in. Values
// are escaped for their place by the platform when it sends, so a first name
// can end neither a tag nor an address; words that look like the merge language
// are written so that they stay words.
//
// In every language here an empty text counts as missing: platforms of this
// kind store "no value" as "".
package merge

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Dialect is one merge language.
type Dialect interface {
	// Words writes text that is sent as it is. The error says which words
	// cannot be sent.
	Words(text string) (string, error)
	// Value writes a value that the platform fills in. The error is a sentence
	// without a full stop that says what the language lacks.
	Value(v Value) (string, error)
}

// Value is what a platform fills in: the first of its variables that is set,
// else the fallback.
type Value struct {
	Variables []Variable // at least one
	Fallback  string
	Falls     bool // there is a fallback
	Place     content.Escape
}

// Variable is a name of the platform's: "contact.first_name".
type Variable struct {
	Name  string
	Lower bool // in small letters
}

// Texts lowers the texts of one platform.
type Texts struct {
	Program  *ir.Program
	Platform string // "platform.mail", for findings
	Dialect  Dialect
	// Variable is the platform's name of a stored value (a person's attribute, a
	// field of the event that the message is about). The error is a sentence
	// without a full stop that says why there is none.
	Variable func(e expr.Expr) (string, error)

	found diag.List
}

// Lower is a template in one language of the project. What cannot be said is
// among Findings.
func (t *Texts) Lower(template content.Template, language string) string {
	w := writing{texts: t, language: language}
	return w.pieces(template)
}

// Findings is what could not be said so far.
func (t *Texts) Findings() diag.List { return t.found.Sorted() }

// writing is one text on its way.
type writing struct {
	texts    *Texts
	language string
	inside   content.Escape // the place of the link being written, "" outside of one
	at       diag.Range     // of the link being written
}

func (w writing) pieces(template content.Template) string {
	var b strings.Builder
	for _, piece := range template.Pieces {
		b.WriteString(w.piece(piece, template.At))
	}
	return b.String()
}

func (w writing) piece(piece content.Piece, at diag.Range) string {
	switch piece := piece.(type) {
	case content.Text:
		return w.words(piece.Text, at)
	case content.Slot:
		return w.slot(piece)
	case content.LinkSlot:
		return w.link(piece)
	case content.PartSlot:
		part, _ := ir.Find(w.texts.Program.Parts, piece.Part)
		return w.pieces(part.Body[w.language])
	}
	panic("merge: a piece that is none of the cases")
}

// words are constant, so those of a link are escaped here and now.
func (w writing) words(text string, at diag.Range) string {
	if w.inside != "" {
		text = w.inside.Apply(text)
		at = w.at
	}
	out, err := w.texts.Dialect.Words(text)
	if err != nil {
		w.texts.refuse(at, err)
	}
	return out
}

// link is the address of a link, its constant parts escaped as one value of
// the place and its values as parts of an address.
func (w writing) link(s content.LinkSlot) string {
	link, _ := ir.Find(w.texts.Program.Links, s.Link)
	inner := writing{texts: w.texts, language: w.language, inside: s.Escape, at: s.At}
	if s.Escape == content.Plain {
		inner.inside = ""
	}
	return inner.pieces(link.URL)
}

func (w writing) slot(s content.Slot) string {
	v := Value{Place: s.Escape}
	if w.inside != "" && v.Place == content.Plain {
		v.Place = w.inside
	}
	if fixed, ok := s.Value.(expr.Literal); ok {
		return w.words(v.Place.Apply(types.Spell(fixed.Value)), s.At)
	}
	if err := w.texts.fill(&v, s.Value); err != nil {
		w.texts.refuse(place(s), err)
		return ""
	}
	out, err := w.texts.Dialect.Value(v)
	if err != nil {
		w.texts.refuse(place(s), err)
	}
	return out
}

func place(s content.Slot) diag.Range {
	if at := s.Value.Range(); !at.IsZero() {
		return at
	}
	return s.At
}

// fill turns a typed value into variables and a fallback.
func (t *Texts) fill(v *Value, e expr.Expr) error {
	switch e := e.(type) {
	case expr.Coalesce:
		for _, term := range e.Terms {
			if v.Falls {
				return nil // never reached: a constant is always set
			}
			if err := t.fill(v, term); err != nil {
				return err
			}
		}
		return nil
	case expr.Literal:
		v.Fallback, v.Falls = types.Spell(e.Value), true
		return nil
	case expr.Attribute, expr.Field:
		name, err := t.Variable(e)
		v.Variables = append(v.Variables, Variable{Name: name})
		return err
	case expr.Call:
		if e.Func == "lower" && len(e.Args) == 1 {
			return t.lower(v, e.Args[0])
		}
		return fmt.Errorf("it cannot work out %s when it sends", expr.Print(e))
	case expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf,
		expr.IsSet, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return fmt.Errorf("it cannot work out %s when it sends", expr.Print(e))
}

// lower is a stored value in small letters.
func (t *Texts) lower(v *Value, of expr.Expr) error {
	before := len(v.Variables)
	if err := t.fill(v, of); err != nil {
		return err
	}
	for i := range v.Variables[before:] {
		v.Variables[before+i].Lower = true
	}
	v.Fallback = strings.ToLower(v.Fallback)
	return nil
}

func (t *Texts) refuse(at diag.Range, err error) {
	t.found = append(t.found, diag.Diagnostic{
		Rule: notFilled, At: at, Mark: t.Platform + " cannot send this", Detail: upper(err.Error()) + ".",
		Help: "use a stored attribute or a field of the event with coalesce, or send the message by another platform",
	})
}

func upper(sentence string) string {
	if sentence == "" {
		return sentence
	}
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}
