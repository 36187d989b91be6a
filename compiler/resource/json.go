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

type wrap struct{ Value }

// MarshalJSON writes the map with its references.
func (m Map) MarshalJSON() ([]byte, error) {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(escapeKey(name))
		if err != nil {
			return nil, err
		}
		raw, err := json.Marshal(wrap{m[name]})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(raw)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

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

func (w wrap) MarshalJSON() ([]byte, error) {
	switch v := w.Value.(type) {
	case Null, nil:
		return []byte("null"), nil
	case Bool:
		return strconv.AppendBool(nil, bool(v)), nil
	case Number:
		return []byte(v), nil
	case String:
		return json.Marshal(string(v))
	case List:
		items := make([]wrap, len(v))
		for i, item := range v {
			items[i] = wrap{item}
		}
		return json.Marshal(items)
	case Map:
		return v.MarshalJSON()
	case Ref:
		return json.Marshal(map[string][]string{"$ref": {v.Address.Object, v.Address.Platform, v.Address.Role, v.Output}})
	case Lookup:
		return json.Marshal(map[string][]string{"$lookup": {v.Kind, v.Key}})
	}
	return nil, fmt.Errorf("unknown value %T", w.Value)
}

// Encode is the JSON of one value.
func Encode(v Value) ([]byte, error) { return json.Marshal(wrap{v}) }

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
