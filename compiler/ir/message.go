package ir

import (
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Touchpoint is what a person gets.
type Touchpoint struct {
	Head
	Platforms   []string
	Purpose     string
	Channels    []string  // in order: the first that is allowed and set
	Prefer      expr.Expr // the person's wish goes first; nil: none
	Phase       string
	Benefit     string
	About       string // the event that gives entry its type, or ""
	Unsubscribe string // one_click or ""
	Asks        []string
	Content     Content
	ChannelsAt  diag.Range
}

// Content is the texts of a touchpoint by language.
type Content struct {
	Subject map[string]content.Template
	Body    map[string]content.Template
	Text    map[string]content.Template
}

// Part is a piece of content that several touchpoints share.
type Part struct {
	Head
	Marketing bool
	Body      map[string]content.Template
}

// Action is what our side does.
type Action struct {
	Head
	Kind     string // task notify webhook set suppress
	Platform string
	Title    content.Template
	Due      types.Span
	To       string           // whom a task or notice is for
	URL      content.Template // what a webhook calls
	// Attribute is what set writes, Value what it writes there; Channel is what
	// suppress closes.
	Attribute string
	Value     expr.Expr
	Channel   string
	Settings  []Setting // arguments of this kind
}

// Phase is a stretch of the relationship.
type Phase struct {
	Head
	After string
}

// Persona is a kind of person whom the map speaks of.
type Persona struct {
	Head
	Segment string
}

// Moment is a moment of truth.
type Moment struct {
	Head
	Kind        string
	Phase       string
	Emotion     int        // -2..2
	Within      types.Span // the deadline of every journey that enters on it; zero: none
	Fear        map[string]string
	Opportunity map[string]string
	Anticipates string
	Detect      Detect
}

// Detect is how a moment is noticed.
//
//sumtype:decl
type Detect interface{ detect() }

// OnEvent fires with each event.
type OnEvent struct {
	Event string
	If    expr.Expr
	At    diag.Range
}

// OnOutcome fires with an outcome of a message.
type OnOutcome struct {
	Touchpoint string
	Outcome    string
	If         expr.Expr
	At         diag.Range
}

// Absence fires when For passes after On without Without; Same is the field
// that must agree, or "".
type Absence struct {
	On, Without string
	Same        string
	For         types.Span
	If          expr.Expr
	At          diag.Range
}

// OnDate fires on a date of the person's, Before ahead of it, at the clock
// time Clock in the person's zone.
type OnDate struct {
	Date   expr.Expr
	Every  types.Span
	Before types.Span
	Clock  string
	At     diag.Range
}

// Enters fires when a person becomes a member.
type Enters struct {
	Segment  string
	Existing bool
	At       diag.Range
}

// Leaves fires when a person stops being a member.
type Leaves struct {
	Segment string
	At      diag.Range
}

func (OnEvent) detect()   {}
func (OnOutcome) detect() {}
func (Absence) detect()   {}
func (OnDate) detect()    {}
func (Enters) detect()    {}
func (Leaves) detect()    {}
