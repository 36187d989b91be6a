package klaviyo

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// own lists the properties that every profile has by itself. All others are
// custom ones and are asked for as properties['name'].
var own = []string{"email", "phone_number", "external_id", "first_name", "last_name", "organization", "locale", "title", "image"}

// property is Klaviyo's name of an attribute of people, or why it has none.
func (l *lowering) property(e expr.Attribute) (string, error) {
	if len(e.Path) != 1 {
		return "", errors.New("profiles hold no things that people have to do with, so nothing is known of " + strings.Join(e.Path[1:], ".") + " there")
	}
	if a, known := l.Program.Person.AttributeNamed(e.Path[0]); known && !a.FreshFor.IsZero() {
		return "", errors.New("profiles do not say when " + a.Name + " was learned, and after " + a.FreshFor.String() + " it counts as not known")
	}
	return l.Names.Field(e.Path[0]).Theirs, nil
}

// asked is how conditions spell a property.
func asked(name string) string {
	if slices.Contains(own, name) {
		return name
	}
	return "properties['" + strings.ReplaceAll(name, "'", `\'`) + "']"
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// filled is how templates spell a property of a person or an event.
func filled(of, name string) string {
	if identifier.MatchString(name) {
		return of + "." + name
	}
	return of + `|lookup:"` + name + `"`
}

// operators are Klaviyo's words for comparisons of numbers.
var operators = map[expr.Comparison]string{
	expr.Equal: "equals", expr.NotEqual: "not-equals", expr.Less: "less-than", expr.LessEqual: "less-than-or-equal",
	expr.Greater: "greater-than", expr.GreaterEqual: "greater-than-or-equal",
}

func filter(kind, operator string, value resource.Value) resource.Map {
	m := resource.Map{"type": resource.String(kind), "operator": resource.String(operator)}
	if value != nil {
		m["value"] = value
	}
	return m
}

func numeric(op expr.Comparison, value resource.Value) resource.Map {
	return filter("numeric", operators[op], value)
}

func existence(set bool) resource.Map {
	if set {
		return filter("existence", "is-set", nil)
	}
	return filter("existence", "not-set", nil)
}

// compared is the filter of "a stored value compared with a constant". All of
// them leave out whoever has no value.
func compared(op expr.Comparison, value types.Value, spell func(string) string) (resource.Map, error) {
	switch value := value.(type) {
	case types.Text:
		if op != expr.Equal && op != expr.NotEqual {
			return nil, errors.New("it has no order of texts")
		}
		return filter("string", operators[op], resource.String(spell(string(value)))), nil
	case types.Decimal:
		return numeric(op, resource.Number(value.String())), nil
	case types.Truth:
		if op != expr.Equal && op != expr.NotEqual {
			return nil, errors.New("it has no order of true and false")
		}
		return filter("boolean", "equals", resource.Bool(bool(value) == (op == expr.Equal))), nil
	case types.Date:
		return dated(op, value.Time())
	case types.Instant:
		return timed(op, value.Time())
	case types.Null, types.Span, types.Values, nil:
	}
	return nil, errors.New("profiles keep no such values")
}

// dated is before or after a day. Whether Klaviyo counts the instant itself does
// not matter: noon lies half a day from every value.
func dated(op expr.Comparison, day time.Time) (resource.Map, error) {
	half := 12 * time.Hour
	if op == expr.Less || op == expr.GreaterEqual {
		half = -half
	}
	return bounded(op, day.Add(half))
}

// timed is before or after an instant, neither of which counts the instant.
func timed(op expr.Comparison, at time.Time) (resource.Map, error) {
	switch op {
	case expr.GreaterEqual:
		at = at.Add(-time.Microsecond)
	case expr.LessEqual:
		at = at.Add(time.Microsecond)
	case expr.Less, expr.Greater, expr.Equal, expr.NotEqual:
	}
	return bounded(op, at)
}

func bounded(op expr.Comparison, at time.Time) (resource.Map, error) {
	operator := map[expr.Comparison]string{expr.Less: "before", expr.LessEqual: "before", expr.Greater: "after", expr.GreaterEqual: "after"}[op]
	if operator == "" {
		return nil, errors.New("it compares instants as before and after only")
	}
	return resource.Map{
		"type": resource.String("date"), "operator": resource.String(operator), "date": resource.String(at.UTC().Format("2006-01-02T15:04:05.999999+00:00")),
	}, nil
}
