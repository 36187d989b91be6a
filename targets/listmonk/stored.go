package listmonk

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/types"
)

// kind is how a value is kept and compared.
type kind int

const (
	text    kind = iota // a JSON string
	number              // a JSON number
	truth               // true or false
	day                 // a JSON string: 2026-12-01
	instant             // a JSON string by RFC 3339
)

// kindOf is the kind of a type; false where subscribers cannot keep it in a
// form that both of the platform's languages compare.
func kindOf(t types.Type) (kind, bool) {
	switch t {
	case types.String, types.Email, types.Phone, types.URL:
		return text, true
	case types.Number, types.Money:
		return number, true
	case types.Bool:
		return truth, true
	case types.DateType:
		return day, true
	case types.Timestamp:
		return instant, true
	}
	switch t.(type) {
	case types.Enum, types.Object:
		return text, true
	case types.Basic, types.List:
	}
	return text, false
}

// The columns that a subscriber has beside the attributes.
const (
	columnEmail = "email"
	columnName  = "name"
)

// stored is where the platform keeps a value of a person.
type stored struct {
	name   string
	column bool // a column of subscribers and not an attribute
}

// storedAs is where what a mapping calls so is kept: "email" and "name" are
// columns of the platform's own.
func storedAs(theirs string) stored {
	return stored{theirs, theirs == columnEmail || theirs == columnName}
}

// plain tells whether a name can be written after a dot in a template.
func plain(name string) bool {
	for i, c := range name {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// inside is the value of a name in a JSON object, in a template.
func inside(object, name string) string {
	if plain(name) {
		return object + "." + name
	}
	return fmt.Sprintf("(index %s %q)", object, name)
}
