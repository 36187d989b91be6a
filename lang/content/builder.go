package content

import (
	"html"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// builder puts a template together piece by piece, keeping the place in sight.
type builder struct {
	*compiler
	place  placer
	pieces []Piece
}

// text adds bytes that are sent as they are.
func (b *builder) text(s string) {
	b.place.feed(s)
	b.add(s)
}

func (b *builder) add(s string) {
	if s == "" {
		return
	}
	if n := len(b.pieces); n > 0 {
		if last, ok := b.pieces[n-1].(Text); ok {
			b.pieces[n-1] = Text{last.Text + s}
			return
		}
	}
	b.pieces = append(b.pieces, Text{s})
}

// value adds what stands between ${ and }.
func (b *builder) value(e hclsyntax.Expression, at diag.Range) {
	spot := b.place.spot()
	defer b.place.filled()
	if spot.unsafe != "" {
		b.report(diag.Diagnostic{Rule: placeUnsafe, At: at, Mark: spot.unsafe, Help: spot.help})
		return
	}
	if ref, ok := b.scope.Reference(e); ok {
		switch ref.Kind {
		case "link":
			b.link(e, at, spot)
			return
		case "part":
			b.part(e, at, spot)
			return
		}
	}
	compiled, found := expr.Compile(e, b.scope)
	b.found = append(b.found, found...)
	if compiled == nil {
		b.lost = true
		return
	}
	b.fill(compiled, at, spot)
}

// fill adds a typed value.
func (b *builder) fill(e expr.Expr, at diag.Range, spot spot) {
	t := expr.TypeOf(e)
	if !wordy(t) {
		b.wordless(e, at)
		return
	}
	if constant, ok := e.(expr.Literal); ok {
		b.constant(types.Spell(constant.Value), spot)
		return
	}
	if expr.Nullable(e, b.scope) {
		b.report(diag.Diagnostic{
			Rule: valueMissing, At: at, Mark: "not known of everybody", Detail: "The text would have a hole for whoever has no such value.",
			Help: "write ${coalesce(" + expr.Print(e) + ", " + instead(t) + ")}",
		})
		return
	}
	if spot.whole && t != types.Type(types.URL) {
		b.report(diag.Diagnostic{
			Rule: placeUnsafe, At: at, Mark: "would decide where the address leads",
			Help: "write the beginning of the address before it, such as https://example.com/",
		})
		return
	}
	b.pieces = append(b.pieces, Slot{e, spot.escape, at})
}

// instead is an example of another value of type t.
func instead(t types.Type) string {
	if types.Numeric(t) {
		return "0"
	}
	switch t {
	case types.DateType:
		return `date("2026-12-01")`
	case types.Timestamp:
		return `timestamp("2026-12-01 10:00")`
	case types.Duration:
		return `"1d"`
	}
	return `"..."`
}

// constant adds the author's own words; only the characters of HTML need care.
func (b *builder) constant(s string, spot spot) {
	if spot.markup {
		s = html.EscapeString(s)
	}
	b.place.feed(s)
	b.add(s)
}

// waysOut is what people call the link to unsubscribe by.
var waysOut = []string{"unsubscribe", "unsubscribe_url", "unsubscribe_link", "opt_out", "optout", "baja", "darse_de_baja"}

func (b *builder) link(e hclsyntax.Expression, at diag.Range, spot spot) {
	address, found := expr.Resolve(e, b.scope, "link")
	if ref, ok := b.scope.Reference(e); ok && address == "" && slices.Contains(waysOut, ref.Name) {
		for i := range found {
			found[i].Detail, found[i].Help = "The way out of a message is no link of the project's.", `write unsubscribe = "one_click" in the touchpoint`
		}
	}
	b.found, b.lost = append(b.found, found...), b.lost || address == ""
	if address != "" {
		b.pieces = append(b.pieces, LinkSlot{address, spot.escape, at})
	}
}

func (b *builder) part(e hclsyntax.Expression, at diag.Range, spot spot) {
	address, found := expr.Resolve(e, b.scope, "part")
	b.found = append(b.found, found...)
	if address == "" {
		b.lost = true
		return
	}
	if spot.escape != HTML && spot.escape != Plain {
		b.report(diag.Diagnostic{Rule: placeUnsafe, At: at, Mark: "inside a tag", Help: "put the part between tags"})
		return
	}
	b.pieces = append(b.pieces, PartSlot{address, at})
}

// wordy tells whether values of t can be written in a text.
func wordy(t types.Type) bool {
	switch t := t.(type) {
	case types.Basic:
		return t != types.Bool
	case types.Enum:
		return true
	case types.List, types.Object:
		return false
	}
	return false
}

// wordless reports a value that cannot be written in a text.
func (b *builder) wordless(e expr.Expr, at diag.Range) {
	d := diag.Diagnostic{Rule: notText, At: at}
	switch t := expr.TypeOf(e).(type) {
	case types.Object:
		d.Mark = "this is a whole object"
		if names := b.fields(t); len(names) > 0 {
			d.Help = "write one of its fields: ${" + expr.Print(e) + "." + names[0] + "}"
		}
	case types.List:
		d.Mark = "this is a list"
	case types.Basic, types.Enum:
		d.Mark = "this is true or false"
	}
	b.report(d)
}

// fields lists the fields of an object, those always known first.
func (b *builder) fields(object types.Object) []string {
	shape := b.scope.Objects[object.String()]
	if shape == nil {
		return nil
	}
	var known, other []string
	for _, f := range shape.Fields {
		if f.Nullable {
			other = append(other, f.Name)
			continue
		}
		known = append(known, f.Name)
	}
	return append(known, other...)
}

// spot is a place where a value is to be put.
type spot struct {
	escape Escape
	// whole: the value would be a whole address.
	whole bool
	// markup: the text around is HTML.
	markup bool
	// unsafe says why nothing can be put here; "" if something can.
	unsafe string
	help   string
}

// placer follows a text and knows the place at its end.
type placer interface {
	feed(text string)
	spot() spot
	// filled notes that a value was put in.
	filled()
}

// plain is a text without markup.
type plain struct{}

func (plain) feed(string) {}

func (plain) spot() spot { return spot{escape: Plain} }

func (plain) filled() {}

// address is a URL that stands alone.
type address struct{ begun bool }

func newURL() *address { return &address{} }

func (a *address) feed(text string) { a.begun = a.begun || strings.TrimSpace(text) != "" }

func (a *address) filled() { a.begun = true }

func (a *address) spot() spot {
	if a.begun {
		return spot{escape: InURL}
	}
	return spot{escape: Plain, whole: true}
}
