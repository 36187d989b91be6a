// Package content is texts with ${...} as typed pieces, each to be escaped by
// its place.
package content

import (
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// Template is one text in one language, ready for a target to put into its
// own merge language.
type Template struct {
	Pieces []Piece
	At     diag.Range // where the text begins
}

// Piece is a stretch of a template.
//
//sumtype:decl
type Piece interface{ piece() }

// Text is bytes that are sent as they are.
type Text struct{ Text string }

// Slot is a value to be filled in and escaped for its place.
type Slot struct {
	Value  expr.Expr
	Escape Escape
	At     diag.Range
}

// LinkSlot is the address of a link.
type LinkSlot struct {
	Link   string // "link.confirm_address"
	Escape Escape
	At     diag.Range
}

// PartSlot is a part put in whole.
type PartSlot struct {
	Part string // "part.footer"
	At   diag.Range
}

func (Text) piece()     {}
func (Slot) piece()     {}
func (LinkSlot) piece() {}
func (PartSlot) piece() {}

// Cases holds one empty value of every case, for codecs and tests.
var Cases = []Piece{Text{}, Slot{}, LinkSlot{}, PartSlot{}}

// Escape is the place in the text that a value is put into.
type Escape string

// The places.
const (
	Plain     Escape = "plain"     // a subject or an SMS: as it is
	HTML      Escape = "html"      // between tags
	Attribute Escape = "attribute" // inside a quoted attribute
	InURL     Escape = "url"       // inside a URL's path or query
)
