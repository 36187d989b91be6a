package resource

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/jsontext"
)

// Value is an attribute of a resource.
//
//sumtype:decl
type Value interface{ value() }

// Null is no value. Targets leave attributes out rather than write it.
type Null struct{}

// Bool is true or false.
type Bool bool

// Number is an exact decimal in its shortest form: "0.05".
type Number string

// String is a text.
type String string

// List is ordered values.
type List []Value

// Map is named values.
type Map map[string]Value

// Ref is an output of another object of the plan, usually its id. It makes
// the one a precondition of the other.
type Ref struct {
	Address Address
	Output  string // "id"
}

// Lookup is the id of something that the platform already has: a metric, a
// table, a subscription type. The host resolves it before the plan is made.
type Lookup struct {
	Kind string
	Key  string
}

func (Null) value()   {}
func (Bool) value()   {}
func (Number) value() {}
func (String) value() {}
func (List) value()   {}
func (Map) value()    {}
func (Ref) value()    {}
func (Lookup) value() {}

// Strings is a list of texts.
func Strings(items ...string) List {
	out := make(List, len(items))
	for i, s := range items {
		out[i] = String(s)
	}
	return out
}

// Refs lists the references inside v, sorted and without repetition.
func Refs(v Value) []Ref {
	var out []Ref
	walk(v, func(leaf Value) {
		if r, ok := leaf.(Ref); ok {
			out = append(out, r)
		}
	})
	slices.SortFunc(out, func(a, b Ref) int {
		return cmp.Or(a.Address.Compare(b.Address), strings.Compare(a.Output, b.Output))
	})
	return slices.Compact(out)
}

// Lookups lists the look-ups inside v, sorted and without repetition.
func Lookups(v Value) []Lookup {
	var out []Lookup
	walk(v, func(leaf Value) {
		if l, ok := leaf.(Lookup); ok {
			out = append(out, l)
		}
	})
	slices.SortFunc(out, Lookup.Compare)
	return slices.Compact(out)
}

// Compare orders look-ups by kind and key.
func (l Lookup) Compare(other Lookup) int {
	return cmp.Or(strings.Compare(l.Kind, other.Kind), strings.Compare(l.Key, other.Key))
}

func walk(v Value, leaf func(Value)) {
	switch v := v.(type) {
	case List:
		for _, item := range v {
			walk(item, leaf)
		}
	case Map:
		for _, item := range v {
			walk(item, leaf)
		}
	case Null, Bool, Number, String, Ref, Lookup:
		leaf(v)
	}
}

// Fill replaces references and look-ups in v by what resolve answers; where
// it answers nil they stay. V itself is not changed: what nothing is replaced in
// is shared with the answer.
func Fill(v Value, resolve func(Value) Value) Value {
	filled, _ := fill(v, resolve)
	return filled
}

// fill is Fill, and tells whether anything was replaced.
func fill(v Value, resolve func(Value) Value) (Value, bool) {
	switch v := v.(type) {
	case List:
		out, replaced := v, false
		for i, item := range v {
			filled, changed := fill(item, resolve)
			if !changed {
				continue
			}
			if !replaced {
				out, replaced = slices.Clone(v), true
			}
			out[i] = filled
		}
		return out, replaced
	case Map:
		out, replaced := v, false
		for name, item := range v {
			filled, changed := fill(item, resolve)
			if !changed {
				continue
			}
			if !replaced {
				out, replaced = maps.Clone(v), true
			}
			out[name] = filled
		}
		return out, replaced
	case Ref, Lookup:
		found := resolve(v)
		if found == nil {
			return v, false
		}
		return found, true
	case Null, Bool, Number, String:
	}
	return v, false
}

// Hash names the value: equal values have equal hashes. References count as
// they are written, so a value with references has one hash before they are
// filled in and another after.
func Hash(v Value) string {
	var h Hasher
	return h.Hash(v)
}

// HashObject is the Hash of a map of kind, key and attributes, without the map.
func HashObject(kind, key string, attributes Map) string {
	h := Hasher{make([]byte, 0, usual)}
	return h.Object(kind, key, attributes)
}

// HashText is HashObject of attributes that are spelled so. Those that somebody
// else has spelled otherwise have another hash.
func HashText(kind, key, attributes string) string {
	h := Hasher{make([]byte, 0, usual)}
	return h.Text(kind, key, attributes)
}

// usual is how many bytes most objects are spelled with.
const usual = 1024

// Hasher names one value after the other in the same memory. The zero Hasher is
// ready; it is not for several goroutines at a time.
type Hasher struct{ spelled []byte }

// Hash is the function Hash.
func (h *Hasher) Hash(v Value) string {
	return h.sum(spell(h.spelled[:0], v))
}

// Object is the function HashObject.
func (h *Hasher) Object(kind, key string, attributes Map) string {
	return h.object(spell(append(h.spelled[:0], `{"attributes":`...), attributes), kind, key)
}

// Text is the function HashText.
func (h *Hasher) Text(kind, key, attributes string) string {
	return h.object(append(append(h.spelled[:0], `{"attributes":`...), attributes...), kind, key)
}

func (h *Hasher) object(b []byte, kind, key string) string {
	b = jsontext.Append(append(b, `,"key":`...), key)
	b = jsontext.Append(append(b, `,"kind":`...), kind)
	return h.sum(append(b, '}'))
}

// sum is the hash of what was spelled, whose memory is kept.
func (h *Hasher) sum(spelled []byte) string {
	h.spelled = spelled
	return shortHash(spelled)
}

func spell(b []byte, v Value) []byte {
	b, err := appendValue(b, v)
	if err != nil {
		panic(fmt.Sprintf("hashing a value: %v", err)) // every case of Value marshals
	}
	return b
}

func shortHash(of []byte) string {
	sum := sha256.Sum256(of)
	var text [24]byte
	hex.Encode(text[:], sum[:12])
	return string(text[:])
}

// Equal tells whether two values are the same.
func Equal(a, b Value) bool { return Same(a, b) || Hash(a) == Hash(b) }

// Same tells whether two values are put together alike. Such values are equal;
// equal ones that are not are those of which one holds bytes that are no text.
func Same(a, b Value) bool {
	switch a := a.(type) {
	case List:
		b, is := b.(List)
		return is && slices.EqualFunc(a, b, Same)
	case Map:
		b, is := b.(Map)
		return is && maps.EqualFunc(a, b, Same)
	case Null, Bool, Number, String, Ref, Lookup:
		return a == b
	}
	return a == nil && b == nil
}

// Path names a place inside a value: "content.subject[2]".
func Path(parts ...string) string { return strings.Join(parts, ".") }
