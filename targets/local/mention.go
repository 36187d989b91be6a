package local

import (
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Settings of the project and the person on which the meaning of words may
// hang. The names have a space, which no declaration has.
const (
	timezone       = "project timezone"
	currency       = "project currency"
	languageList   = "project languages"
	personLanguage = "person language"
	personTimezone = "person timezone"
)

// mentions adds what the words of an expression rest on. Outcomes of messages
// and steps are looked at by name: nothing is built on them.
func (f *form) mentions(e expr.Expr) {
	expr.Walk(e, func(e expr.Expr) bool {
		f.mention(e, e.Range())
		for _, s := range expr.Sources(e) {
			f.on(s.Event, s.At)
		}
		if onClock(e) {
			f.on(timezone, e.Range())
		}
		if expr.TypeOf(e) == types.Money {
			f.on(currency, e.Range())
		}
		return true
	})
}

func (f *form) mention(e expr.Expr, at diag.Range) {
	switch e := e.(type) {
	case expr.Attribute:
		f.path("person", e.Path, at)
	case expr.Field:
		if len(e.Path) > 1 {
			f.path("object.*", e.Path[1:], at)
		}
	case expr.Record:
		f.on(e.Consent, at)
		f.on(e.Channel, at)
	case expr.Member:
		f.on(e.Segment, at)
	case expr.Reachable:
		f.on(e.Purpose, at)
		f.on(e.Channel, at)
	case expr.Suppressed:
		f.on(e.Channel, at)
	case expr.Excluded:
		f.on(e.Exclusion, at)
	case expr.Literal, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is,
		expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within, expr.Call, expr.Any:
	}
}

// path needs the attributes along person.account.plan: that of the person and,
// since a path does not say of which object, those of all objects by that name.
func (f *form) path(owner string, path []string, at diag.Range) {
	for _, name := range path {
		f.on(owner+"."+name, at)
		owner = "object.*"
	}
}

// content puts a text and needs what it rests on.
func (f *form) content(name string, t content.Template) {
	if len(t.Pieces) == 0 {
		return
	}
	f.text(name, textOf(t))
	f.template(t)
}

// template adds what a text rests on: its slots, links and parts.
func (f *form) template(t content.Template) {
	for _, piece := range t.Pieces {
		switch piece := piece.(type) {
		case content.Slot:
			f.mentions(piece.Value)
		case content.LinkSlot:
			f.on(piece.Link, piece.At)
		case content.PartSlot:
			f.on(piece.Part, piece.At)
		case content.Text:
		}
	}
}

// onClock tells whether e, its children aside, means something else in another
// time zone: it is a day or an instant, or counts months.
func onClock(e expr.Expr) bool {
	switch e := e.(type) {
	case expr.Aggregate:
		return e.Window.Length.Calendar() || dated(e.Type)
	case expr.Did:
		return e.Window.Length.Calendar()
	case expr.FollowedBy:
		return e.Window.Length.Calendar() || e.Gap.Calendar()
	case expr.Within:
		return e.Length.Calendar()
	case expr.Call:
		return len(e.Args) == 0 || dated(e.Type)
	case expr.Literal:
		span, is := e.Value.(types.Span)
		return is && span.Calendar() || dated(e.Type)
	case expr.Attribute, expr.Field, expr.Record, expr.Coalesce:
		return dated(expr.TypeOf(e))
	case expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Member, expr.Reachable,
		expr.Suppressed, expr.Excluded, expr.Any:
	}
	return false
}

func dated(t types.Type) bool { return t == types.DateType || t == types.Timestamp }
