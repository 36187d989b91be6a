// Package types holds the types people write and the values they have: how
// each is spelled to a person, and how text from a file becomes one.
package types

import "strings"

// Type is the type of an attribute, an event field or an expression.
//
//sumtype:decl
type Type interface {
	// String is the type as an author writes it.
	String() string
	typ()
}

// Basic is a type without parts.
type Basic string

// The basic types. Email, Phone and URL are texts with a checked form; Money
// is an exact number of the project's currency in major units, with at most
// the currency's minor digits.
const (
	String    Basic = "string"
	Number    Basic = "number"
	Bool      Basic = "bool"
	DateType  Basic = "date"
	Timestamp Basic = "timestamp"
	Duration  Basic = "duration"
	Email     Basic = "email"
	Phone     Basic = "phone"
	URL       Basic = "url"
	Money     Basic = "money"
)

// Basics lists the basic types in the order of the documentation.
var Basics = []Basic{String, Number, Bool, DateType, Timestamp, Duration, Email, Phone, URL, Money}

// Enum is one of a few words.
type Enum struct{ Values []string }

// List is an ordered list; only event fields may have it.
type List struct{ Element Type }

// Object is a reference to one object, such as object.order.
type Object struct{ Name string }

func (Basic) typ()  {}
func (Enum) typ()   {}
func (List) typ()   {}
func (Object) typ() {}

// String is the type as an author writes it.
func (b Basic) String() string { return string(b) }

// String is the type as an author writes it.
func (e Enum) String() string { return `enum("` + strings.Join(e.Values, `", "`) + `")` }

// String is the type as an author writes it.
func (l List) String() string { return "list(" + l.Element.String() + ")" }

// String is the type as an author writes it.
func (o Object) String() string { return "object." + o.Name }

// Has tells whether word is one of the enum's values.
func (e Enum) Has(word string) bool {
	for _, v := range e.Values {
		if v == word {
			return true
		}
	}
	return false
}

// Textual tells whether values of t are texts: comparable with a string.
func Textual(t Type) bool {
	switch t := t.(type) {
	case Basic:
		return t == String || t == Email || t == Phone || t == URL
	case Enum, Object:
		return true
	case List:
		return false
	}
	return false
}

// Numeric tells whether values of t can be added and averaged.
func Numeric(t Type) bool { return t == Number || t == Money }

// Ordered tells whether values of t can be compared with < and >.
func Ordered(t Type) bool {
	return Numeric(t) || t == DateType || t == Timestamp || t == Duration
}
