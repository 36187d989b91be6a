package notifuse

import (
	"fmt"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
)

// mostDigits is how many digits of a number survive the platform's own
// representation of numbers in requests.
const mostDigits = 15

var operators = map[expr.Comparison]string{
	expr.Equal: "equals", expr.NotEqual: "not_equals", expr.Less: "lt", expr.LessEqual: "lte", expr.Greater: "gt", expr.GreaterEqual: "gte",
}

var opposite = map[expr.Comparison]expr.Comparison{
	expr.Equal: expr.NotEqual, expr.NotEqual: expr.Equal, expr.Less: expr.GreaterEqual, expr.GreaterEqual: expr.Less,
	expr.Greater: expr.LessEqual, expr.LessEqual: expr.Greater,
}

// mirrored is the comparison with its sides exchanged.
var mirrored = map[expr.Comparison]expr.Comparison{
	expr.Equal: expr.Equal, expr.NotEqual: expr.NotEqual, expr.Less: expr.Greater, expr.Greater: expr.Less,
	expr.LessEqual: expr.GreaterEqual, expr.GreaterEqual: expr.LessEqual,
}

// verdictOf compares two constants.
func verdictOf(op expr.Comparison, a, b types.Value) verdict {
	order, ok := types.Compare(a, b)
	if !ok {
		return unknown
	}
	holds := map[expr.Comparison]bool{
		expr.Equal: order == 0, expr.NotEqual: order != 0, expr.Less: order < 0, expr.LessEqual: order <= 0,
		expr.Greater: order > 0, expr.GreaterEqual: order >= 0,
	}[op]
	if holds {
		return isTrue
	}
	return isFalse
}

// place is the column in which a value is kept, and how its words are spelled.
type place struct {
	name      string
	form      form
	attribute string // "" for a column without words
	names     *mapping.Mapping
}

// compared is the leaf that compares a column with a constant. Where the
// column is not set it does not hold.
func (c condition) compared(p place, op expr.Comparison, v types.Value, at expr.Expr) tree {
	value, ok := c.constant(p, v, at)
	if !ok {
		return constant(false)
	}
	return filter(p.name, p.form, operators[op], resource.List{value})
}

// constant is a constant in the spelling of a column.
func (c condition) constant(p place, v types.Value, at expr.Expr) (resource.Value, bool) {
	switch v := v.(type) {
	case types.Text:
		return resource.String(p.spell(string(v))), true
	case types.Truth:
		return resource.String(p.spell(fmt.Sprint(bool(v)))), true
	case types.Decimal:
		if digits := strings.Trim(strings.NewReplacer("-", "", ".", "").Replace(v.Decimal.String()), "0"); len(digits) > mostDigits {
			c.refuse(at, fmt.Sprintf("Notifuse takes numbers of %d digits.", mostDigits), "")
			return nil, false
		}
		return resource.Number(v.Decimal.String()), true
	case types.Date:
		return resource.String(v.Time().Format(time.RFC3339)), true
	case types.Instant:
		return resource.String(v.Time().Format(time.RFC3339Nano)), true
	case types.Null, types.Span, types.Values, nil:
	}
	c.refuse(at, "Notifuse compares with texts, numbers, days and instants.", "")
	return nil, false
}

// spell is our word as the platform spells it. Addresses are kept in small
// letters there.
func (p place) spell(text string) string {
	if p.name == columnEmail {
		return strings.ToLower(text)
	}
	if p.attribute == "" {
		return text
	}
	return p.names.Word(p.attribute, text).Theirs
}
