package history

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// Schema is a JSON Schema (draft 7), as far as events need it.
type Schema struct {
	Draft       string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        []string           `json:"type,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Properties  map[string]*Schema `json:"properties,omitempty"`
	Enum        []any              `json:"enum,omitempty"`
	Format      string             `json:"format,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	MinLength   int                `json:"minLength,omitempty"`
	Items       *Schema            `json:"items,omitempty"`
	Not         *Schema            `json:"not,omitempty"`
	AnyOf       []*Schema          `json:"anyOf,omitempty"`
	AllOf       []*Schema          `json:"allOf,omitempty"`
}

// EventSchema is the JSON Schema of one line of NDJSON with an event that is
// recorded. Its fields stand beside person, type and time or in an object
// "fields". Whatever the reader of histories takes, the schema lets through;
// members that are not declared are let through too, as the reader passes them
// over. False for an address that is not declared, or is derived.
func EventSchema(p *ir.Program, address string) (*Schema, bool) {
	e, ok := ir.Find(p.Events, address)
	if !ok || e.From != "" {
		return nil, false
	}
	name := strings.TrimPrefix(address, "event.")
	nested := &Schema{Type: []string{"object", "null"}, Description: "The event's fields, which may also stand beside it."}
	s := &Schema{
		Draft: "http://json-schema.org/draft-07/schema#", ID: "urn:trayecto:" + p.Project.Name + ":" + address,
		Title: address, Description: e.Description,
		Type: []string{"object"}, Required: []string{"person", "type", "time"},
		Properties: map[string]*Schema{
			"person": {Type: []string{"string"}, MinLength: 1, Description: "The first key of the person."},
			"type":   {Enum: []any{name, address}},
			"time":   instantSchema([]string{"string"}, "When it happened: RFC 3339, or without an offset in "+zoneName(p)+"."),
			nest:     nested,
		},
	}
	if strings.HasPrefix(address, "module.") {
		s.Properties["type"].Enum = []any{address}
	}
	for _, f := range e.Fields {
		if f.Name == "person" || f.Name == "type" || f.Name == "time" {
			continue // the event's own
		}
		field := fieldSchema(f.Type)
		if f.Name == nest {
			field = &Schema{} // its value, or the object with all of them
		}
		s.Properties[f.Name] = field
		if nested.Properties == nil {
			nested.Properties = map[string]*Schema{}
		}
		nested.Properties[f.Name] = field
		if f.Required {
			s.AllOf = append(s.AllOf, somewhere(f))
		}
	}
	return s, true
}

// JSON is the schema as text, with < and > as themselves.
func (s *Schema) JSON() ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("writing the schema of %s: %w", s.Title, err)
	}
	return []byte(b.String()), nil
}

func zoneName(p *ir.Program) string {
	if p.Project.Timezone == "" {
		return "UTC"
	}
	return p.Project.Timezone
}

// somewhere asks for a required field in one of its two places.
func somewhere(f ir.Field) *Schema {
	missing := []any{nil}
	if f.Type != types.String {
		missing = append(missing, "") // an empty text is a missing value of every other type
	}
	here := &Schema{
		Type: []string{"object"}, Required: []string{f.Name},
		Properties: map[string]*Schema{f.Name: {Not: &Schema{Enum: missing}}},
	}
	inside := &Schema{Required: []string{nest}, Properties: map[string]*Schema{nest: here}}
	return &Schema{AnyOf: []*Schema{here, inside}}
}

// The forms of texts that the reader takes for a type. They are necessary and
// not sufficient: a pattern does not count the days of February.
const (
	numberText  = `^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`
	dateText    = `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`
	spanText    = `^([0-9]{1,6}(s|mo|m|h|d|w|y))?$`
	emailText   = `^(.+@.+)?$`
	phoneText   = `^(\+?[0-9][0-9 ()./-]{4,20})?$`
	addressText = `^([A-Za-z][A-Za-z0-9+.-]*:.*)?$`
	instantText = `^([0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?$`
)

// fieldSchema is what may stand for a field of a type: its own form or null.
func fieldSchema(t types.Type) *Schema {
	switch t := t.(type) {
	case types.Basic:
		return basicSchema(t)
	case types.Enum:
		s := &Schema{Enum: []any{}}
		for _, word := range t.Values {
			s.Enum = append(s.Enum, word)
		}
		s.Enum = append(s.Enum, "", nil)
		return s
	case types.List:
		return &Schema{Type: []string{"array", "null"}, Items: fieldSchema(t.Element)}
	case types.Object:
		return &Schema{Type: []string{"string", "null"}, Description: "The key of the " + t.Name + "."}
	}
	return &Schema{}
}

func basicSchema(t types.Basic) *Schema {
	text := []string{"string", "null"}
	switch t {
	case types.Number, types.Money:
		return &Schema{Type: []string{"number", "string", "null"}, Pattern: "^$|" + numberText}
	case types.Bool:
		return &Schema{Type: []string{"boolean", "null"}}
	case types.DateType:
		return &Schema{Type: text, Pattern: dateText}
	case types.Timestamp:
		return instantSchema(text, "")
	case types.Duration:
		return &Schema{Type: text, Pattern: spanText}
	case types.Email:
		return &Schema{Type: text, Pattern: emailText}
	case types.Phone:
		return &Schema{Type: text, Pattern: phoneText}
	case types.URL:
		return &Schema{Type: text, Pattern: addressText}
	case types.String:
		return &Schema{Type: text}
	}
	return &Schema{Type: text}
}

func instantSchema(forms []string, doc string) *Schema {
	return &Schema{Type: forms, Pattern: instantText, Description: doc}
}

// spelled says in a few words what a schema of a field asks for.
func (s *Schema) spelled() string {
	var words []string
	for _, e := range s.Enum {
		if text, ok := e.(string); ok && text != "" {
			words = append(words, strconv.Quote(text))
		}
	}
	if len(words) > 0 {
		return "one of " + strings.Join(words, ", ")
	}
	switch s.Pattern {
	case dateText:
		return "a date like 2026-12-01"
	case instantText:
		return "an instant like 2026-12-01T09:00:00Z"
	case spanText:
		return "a length of time like 90d"
	case emailText:
		return "an e-mail address"
	case phoneText:
		return "a phone number"
	case addressText:
		return "an address such as https://example.test"
	case "":
		return named(s.Type)
	}
	return "a number"
}

func named(forms []string) string {
	for _, form := range forms {
		switch form {
		case "boolean":
			return "true or false"
		case "array":
			return "a list"
		case "object":
			return "an object"
		}
	}
	return "a text in quotes"
}
