package sql

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// plainFuncs are the functions of single values that need no clock; all are
// null when an argument is.
var plainFuncs = map[string]FuncName{"lower": Lower, "sha256": SHA256, "contains": Contains, "starts_with": StartsWith}

// Functions lists the names of the language that conditions may use in SQL.
var Functions = []string{"avg", "before", "coalesce", "consented", "contains", "count", "date", "day_of_week", "days_until", "did", "first",
	"followed_by", "is_set", "last", "lower", "max", "min", "one_of", "reachable", "sha256", "since", "starts_with", "sum", "where"}

func (s *scope) call(e expr.Call) Expr {
	if name, ok := plainFuncs[e.Func]; ok {
		return Func{name, s.all(e.Args)}
	}
	switch e.Func {
	case "since":
		return s.since(e)
	case "before":
		return s.before(e)
	case "day_of_week":
		return Func{Weekday, []Expr{s.day(e, e.Args[0])}}
	case "days_until":
		return Func{DaysFrom, []Expr{s.today(e), s.day(e, e.Args[0])}}
	case "date":
		if expr.TypeOf(e.Args[0]) == types.Timestamp {
			return s.day(e, e.Args[0])
		}
	}
	return s.refuse(notSaid, e, fmt.Sprintf("%s has no form in SQL yet.", e.Func), leaveOut)
}

// since is the half-open window (now-length, now].
func (s *scope) since(e expr.Call) Expr {
	at, length, ok := s.moment(e)
	if !ok {
		return Null{Truth}
	}
	return within(at, length)
}

// before is the half-open window (now, now+length].
func (s *scope) before(e expr.Call) Expr {
	at, length, ok := s.moment(e)
	if !ok {
		return Null{Truth}
	}
	return And{[]Expr{Compare{Greater, at, Now{}}, Compare{LessEqual, at, Shift{Of: Now{}, By: length}}}}
}

// moment reads the arguments of since and before. Only exact lengths from an
// instant are the same in every zone.
func (s *scope) moment(e expr.Call) (at Expr, length types.Span, ok bool) {
	written, constant := e.Args[1].(expr.Literal)
	length, isSpan := written.Value.(types.Span)
	if !constant || !isSpan {
		s.refuse(notSaid, e, fmt.Sprintf("The length of time of %s is not a constant.", e.Func), leaveOut)
		return nil, types.Span{}, false
	}
	at = s.lower(e.Args[0])
	instant := expr.TypeOf(e.Args[0]) == types.Timestamp
	if instant && !length.Calendar() {
		return at, length, true
	}
	if !s.oneZone(e) {
		return nil, types.Span{}, false
	}
	if !instant {
		at = Func{Midnight, []Expr{at}}
	}
	return at, length, true
}

// day is a date, or the day of an instant.
func (s *scope) day(e expr.Call, of expr.Expr) Expr {
	value := s.lower(of)
	if expr.TypeOf(of) != types.Timestamp {
		return value
	}
	if !s.oneZone(e) {
		return Null{Date}
	}
	return Func{DayOf, []Expr{value}}
}

func (s *scope) today(e expr.Call) Expr {
	if !s.oneZone(e) {
		return Null{Date}
	}
	return Func{DayOf, []Expr{Now{}}}
}

// oneZone tells whether everyone's days are the project's. A database fails on
// a zone's name that it does not know, and people's zones are only texts.
func (s *scope) oneZone(e expr.Call) bool {
	if s.Program.Person.Timezone == "" {
		return true
	}
	s.refuse(noZone, e,
		fmt.Sprintf("%s counts days in the zone that person.%s names, and this platform counts only in the project's.", e.Func, s.Program.Person.Timezone),
		"count with a window in hours or days (since(…, \"30d\")), or "+leaveOut)
	return false
}
