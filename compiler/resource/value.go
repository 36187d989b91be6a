package resource

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sort"
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
	seen := map[Ref]bool{}
	walk(v, func(leaf Value) {
		if r, ok := leaf.(Ref); ok {
			seen[r] = true
		}
	})
	out := make([]Ref, 0, len(seen))
	for r := range seen {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool {
		if c := out[i].Address.Compare(out[j].Address); c != 0 {
			return c < 0
		}
		return out[i].Output < out[j].Output
	})
	return out
}

// Lookups lists the look-ups inside v, sorted and without repetition.
func Lookups(v Value) []Lookup {
	seen := map[Lookup]bool{}
	walk(v, func(leaf Value) {
		if l, ok := leaf.(Lookup); ok {
			seen[l] = true
		}
	})
	out := make([]Lookup, 0, len(seen))
	for l := range seen {
		out = append(out, l)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Kind < out[j].Kind || out[i].Kind == out[j].Kind && out[i].Key < out[j].Key
	})
	return out
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
// it answers nil they stay. V itself is not changed.
func Fill(v Value, resolve func(Value) Value) Value {
	switch v := v.(type) {
	case List:
		out := make(List, len(v))
		for i, item := range v {
			out[i] = Fill(item, resolve)
		}
		return out
	case Map:
		out := make(Map, len(v))
		for name, item := range v {
			out[name] = Fill(item, resolve)
		}
		return out
	case Ref, Lookup:
		if found := resolve(v); found != nil {
			return found
		}
		return v
	case Null, Bool, Number, String:
		return v
	}
	return v
}

// Hash names the value: equal values have equal hashes. References count as
// they are written, so a value with references has one hash before they are
// filled in and another after.
func Hash(v Value) string {
	return shortHash(hashed(make([]byte, 0, usual), v))
}

// HashObject is the Hash of a map of kind, key and attributes, without the map.
func HashObject(kind, key string, attributes Map) string {
	return hashObject(hashed(append(make([]byte, 0, usual), `{"attributes":`...), attributes), kind, key)
}

// HashText is HashObject of attributes that are spelled so. Those that somebody
// else has spelled otherwise have another hash.
func HashText(kind, key, attributes string) string {
	return hashObject(append(append(make([]byte, 0, usual), `{"attributes":`...), attributes...), kind, key)
}

func hashObject(b []byte, kind, key string) string {
	b = jsontext.Append(append(b, `,"key":`...), key)
	b = jsontext.Append(append(b, `,"kind":`...), kind)
	return shortHash(append(b, '}'))
}

// usual is how many bytes most objects are spelled with.
const usual = 1024

func hashed(b []byte, v Value) []byte {
	b, err := appendValue(b, v)
	if err != nil {
		panic(fmt.Sprintf("hashing a value: %v", err)) // every case of Value marshals
	}
	return b
}

func shortHash(of []byte) string {
	sum := sha256.Sum256(of)
	return hex.EncodeToString(sum[:12])
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
