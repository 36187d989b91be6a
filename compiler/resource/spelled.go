package resource

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/jsontext"
)

// Spelled is attributes in their JSON, made into a map for who looks at them. Of
// very many objects nobody does: they are only compared. The zero value is none.
type Spelled struct {
	text string // canonical, unless somebody else wrote it; a map that Read reads
}

// Spell is attributes as text; nil is none.
func Spell(m Map) Spelled {
	if m == nil {
		return Spelled{}
	}
	return Spelled{string(spell(nil, m))}
}

// ReadSpelled reads attributes from a document, of which they keep the text. What
// makes no map is an error here, not when somebody looks.
func ReadSpelled(r *jsontext.Reader) (Spelled, error) {
	if r.Next() != '{' {
		return Spelled{}, errors.New("an object is wanted")
	}
	text, err := r.Skip()
	if err != nil {
		return Spelled{}, err
	}
	s := Spelled{text}
	if strings.ContainsAny(text, "\n\r") { // laid out by somebody else
		m, err := s.read()
		return Spell(m), err
	}
	if strings.Contains(text, `"$`) || strings.Contains(text, `\u0024`) { // what is special may be so wrongly
		var is bool
		if is, err = checkMap(jsontext.NewReader(text)); err == nil && !is {
			err = errors.New("an object is wanted")
		}
	}
	return s, err
}

// check reads past a value, and fails where Read does.
func check(r *jsontext.Reader) error {
	var err error
	switch r.Next() {
	case '{':
		_, err = checkMap(r)
	case '[':
		err = r.List(func() error { return check(r) })
	default:
		_, err = r.Skip()
	}
	return err
}

// checkMap is check of a map, or of what a map of one name stands for.
func checkMap(r *jsontext.Reader) (is bool, err error) {
	var of Value
	members, special := 0, ""
	err = r.Object(func(name string) (err error) {
		if members++; name != "$ref" && name != "$lookup" {
			return check(r)
		}
		special = name
		of, err = Read(r)
		return err
	})
	if err != nil || members != 1 || special == "" {
		return true, err
	}
	v, err := reference(special, Map{special: of})
	_, is = v.(Map)
	return is, err
}

func (s Spelled) read() (Map, error) {
	v, err := Decode([]byte(s.text))
	if err != nil {
		return nil, err
	}
	m, is := v.(Map)
	if !is {
		return nil, errors.New("an object is wanted")
	}
	return m, nil
}

// None tells whether there are none, which is less than an empty map.
func (s Spelled) None() bool { return s.text == "" }

// Map is the attributes; nil of none.
func (s Spelled) Map() Map {
	if s.None() {
		return nil
	}
	m, err := s.read()
	if err != nil {
		panic(fmt.Sprintf("reading attributes that were read before: %v", err))
	}
	return m
}

// Part is those attributes whose names others have too; nil where none has.
func (s Spelled) Part(of Spelled) Map {
	if s.None() || of.None() {
		return nil
	}
	wanted, out := of.Map(), Map(nil)
	r := jsontext.NewReader(s.text)
	err := r.Object(func(name string) error {
		if len(name) > 1 && name[0] == '$' && name[1] == '$' {
			name = name[1:]
		}
		if _, is := wanted[name]; !is {
			_, err := r.Skip()
			return err
		}
		v, err := Read(r)
		if out == nil {
			out = Map{}
		}
		out[name] = v
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("reading attributes that were read before: %v", err))
	}
	return out
}

// Is tells whether these are the attributes.
func (s Spelled) Is(m Map) bool {
	if s.None() || m == nil {
		return s.None() && m == nil
	}
	var few [usual]byte
	return string(spell(few[:0], m)) == s.text || Equal(s.Map(), m)
}

// Equal tells whether both are the same attributes.
func (s Spelled) Equal(other Spelled) bool { return s.text == other.text || other.Is(s.Map()) }

// Append adds the JSON to b; that of none is an empty map.
func (s Spelled) Append(b []byte) []byte {
	if s.None() {
		return append(b, "{}"...)
	}
	return append(b, s.text...)
}

// MarshalJSON is Append.
func (s Spelled) MarshalJSON() ([]byte, error) { return s.Append(nil), nil }

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Spelled) UnmarshalJSON(raw []byte) error {
	r := jsontext.NewReader(string(raw))
	read, err := ReadSpelled(r)
	if err == nil {
		err = r.End()
	}
	if err == nil {
		*s = read
	}
	return err
}
