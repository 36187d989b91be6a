package notifuse

import (
	"github.com/trayecto/trayecto/lang/types"
)

// form is what a column of contacts holds.
type form string

// The forms of columns, in the words of the platform's filters.
const (
	texts   form = "string"
	numbers form = "number"
	times   form = "time"
)

// column is one of the fixed columns of a contact.
type column struct {
	name string
	form form
}

// The columns of contacts that conditions and texts can read.
const (
	columnEmail    = "email"
	columnExternal = "external_id"
	columnLanguage = "language"
	columnTimezone = "timezone"
)

var columns = []column{
	{columnEmail, texts}, {columnExternal, texts}, {columnTimezone, texts}, {columnLanguage, texts},
	{"first_name", texts}, {"last_name", texts}, {"phone", texts}, {"job_title", texts},
	{"address_line_1", texts}, {"address_line_2", texts}, {"country", texts}, {"postcode", texts}, {"state", texts},
	{"custom_string_1", texts}, {"custom_string_2", texts}, {"custom_string_3", texts}, {"custom_string_4", texts}, {"custom_string_5", texts},
	{"custom_number_1", numbers}, {"custom_number_2", numbers}, {"custom_number_3", numbers}, {"custom_number_4", numbers}, {"custom_number_5", numbers},
	{"custom_datetime_1", times}, {"custom_datetime_2", times}, {"custom_datetime_3", times}, {"custom_datetime_4", times}, {"custom_datetime_5", times},
	{"created_at", times}, {"updated_at", times},
}

func columnNamed(name string) (column, bool) {
	for _, c := range columns {
		if c.name == name {
			return c, true
		}
	}
	return column{}, false
}

func columnNames() []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

// formOf is the form in which values of a type are kept: a truth as the text
// "true" or "false", a day as its midnight in UTC. False where there is none.
func formOf(t types.Type) (form, bool) {
	switch t {
	case types.Number, types.Money:
		return numbers, true
	case types.DateType, types.Timestamp:
		return times, true
	case types.Bool:
		return texts, true
	}
	if _, reference := t.(types.Object); reference {
		return "", false
	}
	return texts, types.Textual(t)
}
