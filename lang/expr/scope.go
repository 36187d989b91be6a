package expr

import (
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/trayecto/trayecto/lang/types"
)

// Shape is the fields of a person, an object or an event by name.
type Shape struct {
	Name   string // "person", "object.order", "event.signed_up"
	Fields []ShapeField
	// Unknown: the declaration is wrong, which is said where it stands. What
	// else it has cannot be told, so names that are not in Fields are no
	// mistakes.
	Unknown bool
}

// ShapeField is one field.
type ShapeField struct {
	Name     string
	Type     types.Type
	Nullable bool // false: a key, a required field, "at"
}

// Find is the field of a name.
func (s *Shape) Find(name string) (ShapeField, bool) {
	for _, f := range s.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return ShapeField{}, false
}

// Scope is everything that an expression at one place may mention.
type Scope struct {
	// Constants evaluates var.x, local.x and the functions of constants.
	Constants *hcl.EvalContext
	// Secrets: values of sensitive variables may be used here.
	Secrets bool
	// Currency and Languages are the project's, as is Zone (nil is UTC).
	Currency  string
	Languages []string
	Zone      *time.Location
	// Module is "module.m" inside a module and "" outside: a name there means
	// the module's own first. Folder is where the module's files are, from the
	// project's folder. References are the variables of the module that stand
	// for declarations: "var.sign_up" to "event.signed_up".
	Module     string
	Folder     string
	References map[string]string
	// Person, Objects and Events are what people have and do. Events are by
	// full name ("event.signed_up"). Person is nil where the project does not
	// say what it knows of people; their uses keep silent then.
	Person  *Shape
	Objects map[string]*Shape
	Events  map[string]*Shape
	// Names lists what is declared, by kind ("segment", "purpose"), as sorted
	// addresses ("segment.vip", "module.m.segment.x"), for references and for
	// spelling help.
	Names map[string][]string
	// Off holds what null inputs of modules switched off: by address, the
	// variable that it needs ("var.cart").
	Off map[string]string
	// Named holds the locals that mention people, by full name ("local.gold",
	// "module.m.local.gold"), each with what it means; nil where its own place
	// has been complained about.
	Named map[string]Expr
	// Steps lists the steps that may be mentioned, full ("step.welcome.hello"),
	// with the touchpoint or action of each; of a step that has neither, the word
	// of its block: "wait".
	Steps map[string]string
	// Journey is the name of the journey around, or "": there step.hello means
	// step.<journey>.hello and windows may be "run".
	Journey string
	// It is what a condition over an event is about; Entry what started the
	// journey; nil where neither exists.
	It, Entry *Shape
	// Changes is the fields of a change, in guards only.
	Changes *Shape
	// Language is the language whose text is being compiled, or "".
	Language string
	// Shared is what was compiled of the same text before; nil where nothing was.
	Shared Shared
}

// Event is the fields of a declared event: an unknown shape where the event
// has none because it is wrong, nil for no address.
func (s *Scope) Event(address string) *Shape {
	if shape := s.Events[address]; shape != nil || address == "" {
		return shape
	}
	return &Shape{Name: address, Fields: outcomeShape.Fields, Unknown: true}
}

// With is a copy of the scope inside a condition over record.
func (s Scope) With(it *Shape) *Scope {
	s.It = it
	return &s
}

// zone is the project's time zone.
func (s *Scope) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}
