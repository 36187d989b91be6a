package resource

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/lang/jsontext"
)

// The JSON of a value is the JSON that a person expects, with sorted keys;
// references are {"$ref": [object, platform, role, output]}, look-ups
// {"$lookup": [kind, key]}, and a map key that begins with "$" gets a second one.

// MarshalJSON writes the map with its references.
func (m Map) MarshalJSON() ([]byte, error) { return appendMap(nil, m) }

func escapeKey(name string) string {
	if len(name) > 0 && name[0] == '$' {
		return "$" + name
	}
	return name
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *Map) UnmarshalJSON(raw []byte) error { return m.Read(string(raw)) }

// Read is UnmarshalJSON of a text, which the map keeps.
func (m *Map) Read(text string) error {
	r := jsontext.NewReader(text)
	v, err := Read(r)
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return err
	}
	read, ok := v.(Map)
	if !ok {
		return errors.New("expected an object")
	}
	*m = read
	return nil
}

// Encode is the JSON of one value.
func Encode(v Value) ([]byte, error) { return appendValue(nil, v) }

// Append adds the JSON of a map to b.
func (m Map) Append(b []byte) ([]byte, error) { return appendMap(b, m) }

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
		return jsontext.Append(b, string(v)), nil
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
	var few [16]string // most maps have no more names, and then need no memory for them
	names := few[:0]
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	var err error
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsontext.Append(b, escapeKey(name)), ':')
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
		b = jsontext.Append(b, s)
	}
	return append(b, "]}"...)
}

// Decode reads one value from JSON.
func Decode(raw []byte) (Value, error) {
	r := jsontext.NewReader(string(raw))
	v, err := Read(r)
	if err != nil {
		return nil, err
	}
	return v, r.End()
}

// Read reads one value from a document.
func Read(r *jsontext.Reader) (Value, error) {
	switch r.Next() {
	case '{':
		return readMap(r)
	case '[':
		return readList(r)
	case '"':
		s, err := r.Text()
		return String(s), err
	case 't', 'f':
		b, err := r.Bool()
		return Bool(b), err
	case 'n':
		_, err := r.Null()
		return Null{}, err
	}
	n, err := r.Number()
	return Number(n), err
}

func readList(r *jsontext.Reader) (Value, error) {
	out := List{}
	err := r.List(func() error {
		v, err := Read(r)
		out = append(out, v)
		return err
	})
	return out, err
}

// readMap reads a map, or what a map of one name stands for.
func readMap(r *jsontext.Reader) (Value, error) {
	out, members, special := Map{}, 0, ""
	err := r.Object(func(name string) error {
		v, err := Read(r)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if members++; name == "$ref" || name == "$lookup" {
			special = name
		}
		if len(name) > 1 && name[0] == '$' && name[1] == '$' {
			name = name[1:]
		}
		out[name] = v
		return nil
	})
	if err != nil || members != 1 || special == "" {
		return out, err
	}
	return reference(special, out)
}

// reference is what a map of one special name stands for; null stands for itself.
func reference(name string, of Map) (Value, error) {
	if _, none := of[name].(Null); none {
		return of, nil
	}
	n := 4
	if name == "$lookup" {
		n = 2
	}
	parts, err := texts(of[name], n)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if name == "$lookup" {
		return Lookup{parts[0], parts[1]}, nil
	}
	return Ref{Address{parts[0], parts[1], parts[2]}, parts[3]}, nil
}

func texts(v Value, n int) ([]string, error) {
	list, ok := v.(List)
	if !ok || len(list) != n {
		return nil, fmt.Errorf("expected %d texts", n)
	}
	parts := make([]string, n)
	for i, item := range list {
		s, ok := item.(String)
		if !ok {
			return nil, fmt.Errorf("expected texts")
		}
		parts[i] = string(s)
	}
	return parts, nil
}
