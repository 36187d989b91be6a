package hubspot

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// print is one atom that has been split as a filter or as a branch.
func (c *clause) print(a narrow.Atom) (resource.Map, error) {
	switch e := a.Of.(type) {
	case expr.Did:
		if e.Of.Event == "" {
			return c.became(a, e)
		}
		if sinceThen(e) && c.l.remember != nil {
			return c.kept(a, e), nil
		}
		return c.happened(a, e)
	case expr.Record, expr.Suppressed, expr.Excluded:
		return c.consent(a)
	case expr.Within:
		if record, ok := e.Of.(expr.Record); ok {
			return c.agreed(a, e, record)
		}
	case expr.Compare, expr.OneOf, expr.IsSet, expr.Attribute, expr.Call, expr.FollowedBy, expr.Literal, expr.Field, expr.Aggregate, expr.And,
		expr.Or, expr.Not, expr.Is, expr.Coalesce, expr.Member, expr.Reachable, expr.Any:
	}
	return c.compared(a, c.property)
}

// stored is where a value is kept.
type stored struct {
	name  resource.Value
	enum  bool
	spell func(word string) string
}

// property is what a contact has an expression stored as.
func (c *clause) property(e expr.Expr) (stored, error) {
	attribute, ok := e.(expr.Attribute)
	if !ok {
		return stored{}, narrow.Refused(e, "", "HubSpot cannot work out %s", expr.Print(e))
	}
	if len(attribute.Path) != 1 {
		return stored{}, narrow.Refused(e, "", "contacts hold no things that people have to do with, so nothing is known of %s there", expr.Print(e))
	}
	name := attribute.Path[0]
	a, declared := c.l.Program.Person.AttributeNamed(name)
	if declared && !a.FreshFor.IsZero() {
		return stored{}, narrow.Refused(e, "", "contacts do not say when %s was learned, and after %s it counts as not known", name, a.FreshFor)
	}
	_, enum := a.Type.(types.Enum)
	return stored{
		name: c.l.Look(lookProperty, c.l.Names.Field(name)), enum: declared && enum,
		spell: func(word string) string { return c.l.Names.Word(name, word).Theirs },
	}, nil
}

// filter is a filter of a property.
func (s stored) filter(operation resource.Map) resource.Map {
	operation["includeObjectsWithNoValueSet"] = resource.Bool(false)
	return resource.Map{"filterType": resource.String("PROPERTY"), "property": s.name, "operation": operation}
}

func known(property string, is bool) resource.Map {
	return stored{name: resource.String(property)}.filter(operation("ALL_PROPERTY", operators.known[is], nil))
}

func operation(kind, operator string, rest resource.Map) resource.Map {
	out := resource.Map{"operationType": resource.String(kind), "operator": resource.String(operator)}
	for name, value := range rest {
		out[name] = value
	}
	return out
}

// operators are HubSpot's words, which the contract does not list. Each belongs
// to operations of one type.
var operators = struct {
	known   map[bool]string // ALL_PROPERTY
	equal   map[bool]string // BOOL, MULTISTRING
	among   map[bool]string // ENUMERATION
	numbers map[expr.Comparison]string
}{
	known: map[bool]string{true: "IS_KNOWN", false: "IS_UNKNOWN"},
	equal: map[bool]string{true: "IS_EQUAL_TO", false: "IS_NOT_EQUAL_TO"},
	among: map[bool]string{true: "IS_ANY_OF", false: "IS_NONE_OF"},
	numbers: map[expr.Comparison]string{
		expr.Equal: "IS_EQUAL_TO", expr.NotEqual: "IS_NOT_EQUAL_TO", expr.Less: "IS_LESS_THAN", expr.LessEqual: "IS_LESS_THAN_OR_EQUAL_TO",
		expr.Greater: "IS_GREATER_THAN", expr.GreaterEqual: "IS_GREATER_THAN_OR_EQUAL_TO",
	},
}

// textual are the functions of texts that filters have, and their negations.
var textual = map[string]struct{ yes, no string }{
	"contains": {"CONTAINS", "DOES_NOT_CONTAIN"}, "starts_with": {"STARTS_WITH", "DOES_NOT_START_WITH"},
}

// compared is a filter on a stored value. All of them leave out whoever has none.
func (c *clause) compared(a narrow.Atom, find func(expr.Expr) (stored, error)) (resource.Map, error) {
	of, say, err := c.asked(a)
	if err != nil {
		return nil, err
	}
	s, err := find(of)
	if err != nil {
		return nil, err
	}
	said, err := say(s)
	if err != nil {
		return nil, err
	}
	return s.filter(said), nil
}

// asked is of which value an atom asks, and what.
func (c *clause) asked(a narrow.Atom) (of expr.Expr, say func(stored) (resource.Map, error), err error) {
	switch e := a.Of.(type) {
	case expr.Compare:
		if _, constant := e.Left.(expr.Literal); constant {
			e.Left, e.Right, e.Op = e.Right, e.Left, narrow.Mirrored(e.Op)
		}
		fixed, constant := e.Right.(expr.Literal)
		if !constant {
			break
		}
		return e.Left, func(s stored) (resource.Map, error) { return constants(e, fixed.Value, s) }, nil
	case expr.OneOf:
		return e.Of, func(s stored) (resource.Map, error) { return s.texts(!a.Negated, e.Values), nil }, nil
	case expr.IsSet:
		return e.Of, func(stored) (resource.Map, error) {
			return operation("ALL_PROPERTY", operators.known[!a.Negated], nil), nil
		}, nil
	case expr.Attribute, expr.Field:
		return e, func(stored) (resource.Map, error) { return truth(!a.Negated), nil }, nil
	case expr.Within:
		return e.Of, func(stored) (resource.Map, error) { return c.relative(a.Part, e.Length, e) }, nil
	case expr.Call:
		if fixed, constant := e.Args[len(e.Args)-1].(expr.Literal); constant && textual[e.Func].yes != "" {
			return e.Args[0], func(s stored) (resource.Map, error) { return matched(e, fixed, a.Negated, s) }, nil
		}
	case expr.Literal, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not, expr.Is,
		expr.Coalesce, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return nil, nil, narrow.Refused(a.Of, "", "HubSpot cannot ask for %s", expr.Print(a.Of))
}

func truth(is bool) resource.Map {
	return operation("BOOL", operators.equal[true], resource.Map{"value": resource.Bool(is)})
}

// texts is one of some texts, or none of them.
func (s stored) texts(within bool, values []types.Value) resource.Map {
	list := resource.List{}
	for _, v := range values {
		list = append(list, resource.String(s.spell(types.Spell(v))))
	}
	if s.enum {
		return operation("ENUMERATION", operators.among[within], resource.Map{"values": list})
	}
	return operation("MULTISTRING", operators.equal[within], resource.Map{"values": list})
}

func matched(e expr.Call, fixed expr.Literal, negated bool, s stored) (resource.Map, error) {
	if s.enum {
		return nil, narrow.Refused(e, "ask for the words that fit: one_of", "HubSpot does not look into the words of a set")
	}
	operator := textual[e.Func].yes
	if negated {
		operator = textual[e.Func].no
	}
	return operation("MULTISTRING", operator, resource.Map{"values": resource.List{resource.String(types.Spell(fixed.Value))}}), nil
}

// constants is a comparison with a constant.
func constants(e expr.Compare, value types.Value, s stored) (resource.Map, error) {
	equality := e.Op == expr.Equal || e.Op == expr.NotEqual
	switch value := value.(type) {
	case types.Text:
		if !equality {
			return nil, narrow.Refused(e, "", "HubSpot has no order of texts")
		}
		return s.texts(e.Op == expr.Equal, []types.Value{value}), nil
	case types.Decimal:
		return operation("NUMBER", operators.numbers[e.Op], resource.Map{"value": resource.Number(value.String())}), nil
	case types.Truth:
		if !equality {
			return nil, narrow.Refused(e, "", "HubSpot has no order of true and false")
		}
		return truth(bool(value) == (e.Op == expr.Equal)), nil
	case types.Date:
		return fixedTime(e, value.Time())
	case types.Instant:
		return fixedTime(e, value.Time())
	case types.Null, types.Span, types.Values, nil:
	}
	return nil, narrow.Refused(e, "", "contacts keep no such values")
}

// fixedTime is before or after an instant, which HubSpot has to the millisecond.
func fixedTime(e expr.Compare, at time.Time) (resource.Map, error) {
	at = at.UTC()
	if at.Nanosecond()%int(time.Millisecond) != 0 {
		return nil, narrow.Refused(e, "write it in milliseconds", "HubSpot keeps instants to the millisecond")
	}
	point := utc("DATE")
	for name, n := range map[string]int{
		"year": at.Year(), "month": int(at.Month()), "day": at.Day(), "hour": at.Hour(), "minute": at.Minute(), "second": at.Second(),
		"millisecond": at.Nanosecond() / int(time.Millisecond),
	} {
		point[name] = resource.Number(fmt.Sprint(n))
	}
	switch e.Op {
	case expr.Less:
		return pointed("IS_BEFORE", "EXCLUSIVE", point), nil
	case expr.LessEqual:
		return pointed("IS_BEFORE", "INCLUSIVE", point), nil
	case expr.Greater:
		return pointed("IS_AFTER", "EXCLUSIVE", point), nil
	case expr.GreaterEqual:
		return pointed("IS_AFTER", "INCLUSIVE", point), nil
	case expr.Equal, expr.NotEqual:
	}
	return nil, narrow.Refused(e, "", "HubSpot compares instants as before and after only")
}

func utc(kind string) resource.Map {
	return resource.Map{"timeType": resource.String(kind), "timezoneSource": resource.String("CUSTOM"), "zoneId": resource.String("UTC")}
}

func pointed(operator, end string, point resource.Map) resource.Map {
	return operation("TIME_POINT", operator, resource.Map{"timePoint": point, "endpointBehavior": resource.String(end)})
}

// relative is in the last days, or as long ago and longer, or still to come.
func (c *clause) relative(part string, length types.Span, e expr.Expr) (resource.Map, error) {
	now := utc("INDEXED")
	now["indexReference"] = resource.Map{"referenceType": resource.String("NOW")}
	if part == narrow.PartAhead {
		return pointed("IS_AFTER", "EXCLUSIVE", now), nil
	}
	unit, amount, err := steps(length, e)
	if err != nil {
		return nil, err
	}
	c.late(length, e)
	then := utc("INDEXED")
	then["indexReference"] = resource.Map{"referenceType": resource.String("NOW")}
	then["offset"] = resource.Map{offsets[unit]: resource.Number("-" + amount)}
	if part == narrow.PartBefore {
		return pointed("IS_BEFORE", "INCLUSIVE", then), nil
	}
	return operation("TIME_RANGED", "IS_BETWEEN", resource.Map{
		"lowerBoundTimePoint": then, "upperBoundTimePoint": now,
		"lowerBoundEndpointBehavior": resource.String("EXCLUSIVE"), "upperBoundEndpointBehavior": resource.String("INCLUSIVE"),
	}), nil
}

// offsets are the names of units in an offset.
var offsets = map[string]string{"DAYS": "days", "HOURS": "hours"}

// steps is a length in HubSpot's units.
func steps(length types.Span, at expr.Expr) (unit, amount string, err error) {
	hours := int64(length.Exact().Hours())
	switch {
	case length.Calendar():
		return "", "", narrow.Refused(at, "write it in days", "HubSpot counts hours and days here, and %s is as long as the calendar says", length)
	case hours == 0 || length.Exact().Minutes() != float64(hours*60):
		return "", "", narrow.Refused(at, "write whole hours", "HubSpot counts hours and days here, and %s is not a whole number of hours", length)
	case hours%24 == 0:
		return "DAYS", fmt.Sprint(hours / 24), nil
	}
	return "HOURS", fmt.Sprint(hours), nil
}

// late reports that a window is not exact where nobody has said that this is fine.
func (c *clause) late(length types.Span, e expr.Expr) {
	if !c.l.grain.IsZero() {
		return
	}
	at := c.At
	if !e.Range().IsZero() {
		at = e.Range()
	}
	c.Failed = true
	c.Found = append(c.Found, diag.Diagnostic{
		Rule: inSteps, At: at, Mark: c.l.Platform.Address + " notices up to a day late that " + length.String() + " have passed",
		Detail: "HubSpot puts people into a list when something happens to them, and looks later for whom time alone moves in or out.",
		Help:   "write approximate = \"1d\" in the block of " + c.l.Platform.Address + ", if that is fine",
	})
}
