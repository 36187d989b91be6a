package ir

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Person is what the project knows about people.
type Person struct {
	Head
	Language   string // the attribute that holds the person's language, or ""
	Timezone   string // the attribute that holds the person's zone, or ""
	Keys       []Key  // in the order of writing: the first is the ID in histories
	Attributes []Attribute
}

// Key identifies a person. Keys are never null.
type Key struct {
	Name   string
	Type   types.Type
	Merge  bool     // two records with the same value are one person
	Ignore []string // fillers that identify nobody
}

// Attribute is something known of a person or an object.
type Attribute struct {
	Name        string
	Type        types.Type
	Context     string // relationship | personal | situational
	Sensitivity string // none | identifying | special
	Stable      bool
	FreshFor    types.Span // zero: does not age
	Value       expr.Expr  // computed; nil when stored
}

// Object is a thing that people have to do with.
type Object struct {
	Head
	Key        Key
	Attributes []Attribute
}

// Event is something that happens, or, with From, some of another event.
type Event struct {
	Head
	Context string
	Fields  []Field
	From    string    // "event.order_placed", or ""
	Where   expr.Expr // over It; nil is all
}

// Field is a value that an event carries.
type Field struct {
	Name     string
	Type     types.Type
	Required bool
}

// Segment says who.
type Segment struct {
	Head
	Platforms []string
	Where     expr.Expr
}

// KeyNamed finds a key by its name.
func (p Person) KeyNamed(name string) (Key, bool) {
	for _, k := range p.Keys {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// AttributeNamed finds an attribute by its name.
func (p Person) AttributeNamed(name string) (Attribute, bool) {
	for _, a := range p.Attributes {
		if a.Name == name {
			return a, true
		}
	}
	return Attribute{}, false
}

// Base is the event that is really recorded for address and the condition
// under which it counts, derived events unfolded. The condition is nil when
// every one counts.
func (p *Program) Base(address string) (event Event, where expr.Expr, ok bool) {
	var terms []expr.Expr
	for range len(p.Events) + 1 {
		event, ok = Find(p.Events, address)
		if !ok {
			return Event{}, nil, false
		}
		if event.Where != nil {
			terms = append(terms, event.Where)
		}
		if event.From == "" {
			return event, conjunction(terms), true
		}
		address = event.From
	}
	return Event{}, nil, false // a cycle; checked long before
}

func conjunction(terms []expr.Expr) expr.Expr {
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return terms[0]
	}
	return expr.And{Place: expr.Place{At: terms[0].Range()}, Terms: terms}
}
