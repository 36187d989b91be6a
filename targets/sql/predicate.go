package sql

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// lower is e as SQL: conditions three-valued, values of the type that
// expr.TypeOf says.
func (s *scope) lower(e expr.Expr) Expr {
	switch e := e.(type) {
	case expr.And:
		return And{s.all(e.Terms)}
	case expr.Or:
		return Or{s.all(e.Terms)}
	case expr.Not:
		return s.negated(e)
	case expr.Is:
		return Is{Term: s.lower(e.Term), Verdict: verdicts[e.Verdict]}
	case expr.Compare:
		return Compare{Op: comparisons[e.Op], Left: s.lower(e.Left), Right: s.lower(e.Right)}
	case expr.OneOf:
		return s.oneOf(e)
	case expr.IsSet:
		return IsNull{Of: s.lower(e.Of), Not: true}
	case expr.Coalesce:
		return Coalesce{s.all(e.Terms)}
	case expr.Within:
		return within(s.lower(e.Of), e.Length)
	case expr.Member:
		return s.member(e)
	case expr.Reachable:
		return s.reachable(e)
	case expr.Excluded:
		return s.excluded(e)
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Suppressed,
		expr.Call, expr.Any:
		return s.value(e)
	}
	return s.refuse(notSaid, e, "This kind of condition is not known here.", leaveOut)
}

// value is lower for what is read rather than combined.
func (s *scope) value(e expr.Expr) Expr {
	switch e := e.(type) {
	case expr.Literal:
		return s.literal(e)
	case expr.Attribute:
		return s.attribute(e)
	case expr.Field:
		return s.field(e)
	case expr.Record:
		return s.record(e)
	case expr.Aggregate:
		return s.aggregate(e)
	case expr.Did:
		return s.did(e)
	case expr.FollowedBy:
		return s.followedBy(e)
	case expr.Suppressed:
		return s.suppressed(e)
	case expr.Call:
		return s.call(e)
	case expr.Any, expr.And, expr.Or, expr.Not, expr.Is, expr.Compare, expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within,
		expr.Member, expr.Reachable, expr.Excluded:
	}
	return s.refuse(notSaid, e, "Changes of a plan are no data of a platform.", leaveOut)
}

var verdicts = map[expr.Verdict]Verdict{expr.True: True, expr.False: False, expr.Unknown: Unknown}

var comparisons = map[expr.Comparison]Comparison{
	expr.Equal: Equal, expr.NotEqual: NotEqual, expr.Less: Less,
	expr.LessEqual: LessEqual, expr.Greater: Greater, expr.GreaterEqual: GreaterEqual,
}

func (s *scope) all(terms []expr.Expr) []Expr {
	out := make([]Expr, len(terms))
	for i, t := range terms {
		out[i] = s.lower(t)
	}
	return out
}

// negated asks that a reference is not true, so that a missing value inside it
// never hides the person; other terms are negated by Kleene.
func (s *scope) negated(e expr.Not) Expr {
	_, member := e.Term.(expr.Member)
	_, reachable := e.Term.(expr.Reachable)
	if member || reachable {
		return Is{Term: s.lower(e.Term), Verdict: True, Not: true}
	}
	return Not{s.lower(e.Term)}
}

// oneOf of nothing is false, and still unknown for null.
func (s *scope) oneOf(e expr.OneOf) Expr {
	of := s.lower(e.Of)
	if len(e.Values) == 0 {
		return Case{Arms: []Arm{{When: IsNull{Of: of, Not: true}, Then: Literal{types.Truth(false)}}}}
	}
	for _, v := range e.Values {
		if why := s.unprintable(v); why != "" {
			return s.refuse(notSaid, e, why+" It is one of the values.", leaveOut)
		}
	}
	return OneOf{of, e.Values}
}

func (s *scope) literal(e expr.Literal) Expr {
	if types.IsNull(e.Value) {
		t, ok := typeOf(e.Type)
		if !ok {
			t = Text
		}
		return Null{t}
	}
	if why := s.unprintable(e.Value); why != "" {
		return s.refuse(notSaid, e, why, leaveOut)
	}
	return Literal{e.Value}
}

// unprintable says why a constant cannot be a literal, "" where it can. Databases
// hold no texts with the character zero, and some no numbers of any length.
func (s *scope) unprintable(v types.Value) string {
	switch v := v.(type) {
	case types.Text:
		if strings.ContainsRune(string(v), 0) {
			return "A text with the character zero cannot be stored in databases."
		}
		return ""
	case types.Decimal:
		if !s.Digits.Hold(v) {
			return fmt.Sprintf("%s has more digits than this platform holds: %d before the point and %d after it.", v.Decimal, s.Digits.Before, s.Digits.After)
		}
		return ""
	case types.Truth, types.Date, types.Instant:
		return ""
	case types.Null, types.Span, types.Values, nil:
	}
	return "A length of time or a list cannot be a value here."
}

// within is the half-open window (now-length, now].
func within(at Expr, length types.Span) Expr {
	return And{[]Expr{
		Compare{Greater, at, Shift{Of: Now{}, By: length, Back: true}},
		Compare{LessEqual, at, Now{}},
	}}
}

// field is a field of the event at hand.
func (s *scope) field(e expr.Field) Expr {
	if e.Of == expr.Entry || s.it == nil {
		return s.refuse(notSaid, e, "What started a journey is not known outside of it.", leaveOut)
	}
	return s.eventField(e, *s.it, e.Path)
}

// member asks the segment's view, or its condition where there is none.
func (s *scope) member(e expr.Member) Expr {
	if view, ok := s.Views.Segments[e.Segment]; ok {
		s.uses[e.Segment] = true
		alias := s.alias("m")
		rows := Select{Columns: []Named{{Column{alias, PersonColumn}, PersonColumn}}, From: Table{view, alias}}
		return Inside{Of: s.key(), In: rows}
	}
	for _, segment := range s.Program.Segments {
		if segment.Address != e.Segment {
			continue
		}
		if s.inlined[e.Segment] {
			return s.refuse(notSaid, e, fmt.Sprintf("%s is defined by itself.", e.Segment), "")
		}
		s.inlined[e.Segment] = true
		defer delete(s.inlined, e.Segment)
		return Inside{Of: s.key(), In: s.members(segment.Where)}
	}
	return s.refuse(notSaid, e, fmt.Sprintf("There is no %s.", e.Segment), "")
}

// reachable is the consent rules, spelled out.
func (s *scope) reachable(e expr.Reachable) Expr {
	if e.Consented {
		return Is{Term: s.lower(s.Program.Consented(e.Purpose, e.Channel)), Verdict: True}
	}
	rules, err := s.Program.Allowed(e.Purpose, e.Channel)
	if err != nil {
		return s.refuse(notSaid, e, fmt.Sprintf("There is no such purpose and channel: %v.", err), "")
	}
	it := s.it
	s.it = nil
	defer func() { s.it = it }()
	return Is{Term: s.lower(rules), Verdict: True}
}
