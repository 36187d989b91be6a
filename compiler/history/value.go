package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/currency"

	"github.com/trayecto/trayecto/lang/types"
)

// scale is how a project writes instants and money.
type scale struct {
	zone   *time.Location
	digits int // of the currency's minor unit
}

// minorDigits is how many decimals a currency has: 2 for EUR, 0 for JPY.
func minorDigits(code string) (int, error) {
	if code == "" {
		return 2, nil
	}
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 0, fmt.Errorf("currency %q: %w", code, err)
	}
	digits, _ := currency.Standard.Rounding(unit)
	return digits, nil
}

// value is a cell as a value of a type; a missing one is Null.
func (s scale) value(c cell, t types.Type) (types.Value, *fault) {
	if c.form == none {
		return types.Null{}, nil
	}
	if complaint := misfit(c, t); complaint != "" {
		return nil, &fault{c, WrongType, "`" + c.name + "` is " + complaint + "."}
	}
	if l, ok := t.(types.List); ok {
		return s.list(c, l)
	}
	v, err := types.Parse(t, c.text, s.zone)
	if err != nil && t == types.Duration {
		err = errNoSpan // the other one repeats the text
	}
	if err != nil {
		return nil, &fault{c, WrongType, "`" + c.name + "` is " + err.Error() + "."}
	}
	if d, ok := v.(types.Decimal); ok && t == types.Money && !d.Truncate(int32(s.digits)).Equal(d.Decimal) {
		return nil, &fault{c, TooPrecise, fmt.Sprintf("`%s` has more than %d decimals, which is all that the project's currency has.", c.name, s.digits)}
	}
	return v, nil
}

var errNoSpan = errors.New("not a length of time like 90d")

// misfit says why the way a cell is written cannot be a type, or "".
func misfit(c cell, t types.Type) string {
	_, isList := t.(types.List)
	switch {
	case isList && c.form != list:
		return "not a list"
	case isList:
		return ""
	case c.form == list || c.form == object:
		return "not a single value"
	case c.form == number && !types.Numeric(t):
		return "a number, where " + t.String() + " is declared"
	case c.form == truth && t != types.Bool:
		return "true or false, where " + t.String() + " is declared"
	case c.form == quoted && t == types.Bool:
		return "a text, where bool is declared"
	case types.Numeric(t) && enormous(c.text):
		return "a number with more digits than are kept"
	}
	return ""
}

// enormous keeps out numbers such as 1e999999999, which take a few bytes to
// write and gigabytes to add.
func enormous(text string) bool {
	at := strings.IndexAny(text, "eE")
	return len(text) > 60 || at >= 0 && len(strings.TrimLeft(text[at+1:], "+-0")) > 2
}

func (s scale) list(c cell, t types.List) (types.Value, *fault) {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(c.text), &raw); err != nil {
		return nil, &fault{c, WrongType, "`" + c.name + "` is not a list."}
	}
	out := make(types.Values, len(raw))
	for i, item := range raw {
		element := jsonCell(c.name, item, c.column)
		v, bad := s.value(element, t.Element)
		if bad != nil {
			return nil, bad
		}
		out[i] = v
	}
	return out, nil
}

// instant is a required moment of the row.
func (s scale) instant(r *row, name string) (types.Instant, *fault) {
	v, bad := s.value(r.find(name), types.Timestamp)
	if bad != nil {
		return 0, bad
	}
	i, ok := v.(types.Instant)
	if !ok {
		return 0, missing(r, name)
	}
	return i, nil
}
