package resource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
)

// The JSON of a value is the JSON that a person expects, with sorted keys;
// references are {"$ref": [object, platform, role, output]}, look-ups
// {"$lookup": [kind, key]}, and a map key that begins with "$" gets a second one.

type wrap struct{ of Value }

// MarshalJSON writes the map with its references.
func (m Map) MarshalJSON() ([]byte, error) { return appendMap(nil, m) }

func escapeKey(name string) string {
	if len(name) > 0 && name[0] == '$' {
		return "$" + name
	}
	return name
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *Map) UnmarshalJSON(raw []byte) error {
	v, err := Decode(raw)
	if err != nil {
		return err
	}
	read, ok := v.(Map)
	if !ok {
		return fmt.Errorf("expected an object")
	}
	*m = read
	return nil
}

// MarshalJSON writes any case of Value.
func (w wrap) MarshalJSON() ([]byte, error) { return appendValue(nil, w.of) }

// Encode is the JSON of one value.
func Encode(v Value) ([]byte, error) { return json.Marshal(wrap{v}) }

// appendValue adds the JSON of v to b. It is what hashes are made of, of every
// object at every plan, and so goes through no reflection.
func appendValue(b []byte, v Value) ([]byte, error) {
	switch v := v.(type) {
	case Null, nil:
		return append(b, "null"...), nil
	case Bool:
		return strconv.AppendBool(b, bool(v)), nil
	case Number:
		return append(b, v...), nil
	case String:
		return appendText(b, string(v)), nil
	case List:
		return appendList(b, v)
	case Map:
		return appendMap(b, v)
	case Ref:
		return appendTexts(append(b, `{"$ref":`...), v.Address.Object, v.Address.Platform, v.Address.Role, v.Output), nil
	case Lookup:
		return appendTexts(append(b, `{"$lookup":`...), v.Kind, v.Key), nil
	}
	return nil, fmt.Errorf("unknown value %T", v)
}

func appendList(b []byte, list List) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i, item := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, item); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return append(b, ']'), nil
}

func appendMap(b []byte, m Map) ([]byte, error) {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	b = append(b, '{')
	var err error
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, escapeKey(name)), ':')
		if b, err = appendValue(b, m[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return append(b, '}'), nil
}

// appendTexts adds a list of texts and closes the object around it.
func appendTexts(b []byte, texts ...string) []byte {
	b = append(b, '[')
	for i, s := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, s)
	}
	return append(b, "]}"...)
}

// appendText adds a JSON string as package json writes it, HTML escaped, so
// that bytes do not depend on who encoded them.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return appendEscaped(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendEscaped(b []byte, s string) []byte {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("encoding a text: %v", err)) // every string marshals
	}
	return append(b, raw...)
}

// Decode reads one value from JSON.
func Decode(raw []byte) (Value, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		return nil, err
	}
	return fromJSON(x)
}

func fromJSON(x any) (Value, error) {
	switch x := x.(type) {
	case nil:
		return Null{}, nil
	case bool:
		return Bool(x), nil
	case json.Number:
		return Number(x.String()), nil
	case string:
		return String(x), nil
	case []any:
		out := make(List, len(x))
		for i, item := range x {
			v, err := fromJSON(item)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	case map[string]any:
		return mapFromJSON(x)
	}
	return nil, fmt.Errorf("unexpected %T", x)
}

func mapFromJSON(x map[string]any) (Value, error) {
	if special, err := reference(x); special != nil || err != nil {
		return special, err
	}
	out := make(Map, len(x))
	for name, item := range x {
		v, err := fromJSON(item)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(name) > 1 && name[0] == '$' && name[1] == '$' {
			name = name[1:]
		}
		out[name] = v
	}
	return out, nil
}

func reference(x map[string]any) (Value, error) {
	if len(x) != 1 {
		return nil, nil
	}
	if parts, ok, err := texts(x["$ref"], 4); ok || err != nil {
		if err != nil {
			return nil, fmt.Errorf("$ref: %w", err)
		}
		return Ref{Address{parts[0], parts[1], parts[2]}, parts[3]}, nil
	}
	parts, ok, err := texts(x["$lookup"], 2)
	if err != nil {
		return nil, fmt.Errorf("$lookup: %w", err)
	}
	if !ok {
		return nil, nil
	}
	return Lookup{parts[0], parts[1]}, nil
}

func texts(x any, n int) (parts []string, there bool, err error) {
	if x == nil {
		return nil, false, nil
	}
	list, ok := x.([]any)
	if !ok || len(list) != n {
		return nil, true, fmt.Errorf("expected %d texts", n)
	}
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			return nil, true, fmt.Errorf("expected texts")
		}
		parts = append(parts, s)
	}
	return parts, true, nil
}
