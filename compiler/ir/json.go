package ir

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// cases names every case of every sealed set once; a case's JSON is an object
// with its name under "is". Names are permanent.
var cases = sealed(expr.Cases, content.Cases,
	[]types.Type{types.Basic(""), types.Enum{}, types.List{}, types.Object{}},
	[]types.Value{types.Null{}, types.Text(""), types.Decimal{}, types.Truth(false), types.Date(0), types.Instant(0), types.Span{}, types.Values{}},
	[]Detect{OnEvent{}, OnOutcome{}, Absence{}, OnDate{}, Enters{}, Leaves{}},
	[]Step{Send{}, Do{}, Wait{}, Choose{}, Split{}})

var (
	rangeType   = reflect.TypeFor[diag.Range]()
	typeType    = reflect.TypeFor[types.Type]()
	decimalType = reflect.TypeFor[types.Decimal]()
)

// sealed maps "set.case" both ways. A name is the package and type of a case,
// such as "expr.And".
func sealed(sets ...any) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, set := range sets {
		v := reflect.ValueOf(set)
		for i := range v.Len() {
			t := v.Index(i).Elem().Type()
			out[t.String()] = t
		}
	}
	return out
}

// Marshal is the JSON of a program or of one declaration, places included.
// Fields that are empty are left out; keys are in the order of the types.
func Marshal(x any) ([]byte, error) {
	return encode(x, true)
}

// Canonical is the JSON without places: two declarations that mean the same
// have the same bytes wherever they were written.
func Canonical(x any) ([]byte, error) { return encode(x, false) }

// Hash names canonical bytes: the first 16 bytes of SHA-256, in hex.
func Hash(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:16])
}

func encode(x any, places bool) ([]byte, error) {
	var b strings.Builder
	if err := write(&b, reflect.ValueOf(x), places); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", x, err)
	}
	return []byte(b.String()), nil
}

func write(b *strings.Builder, v reflect.Value, places bool) error {
	switch v.Kind() {
	case reflect.Pointer:
		return write(b, v.Elem(), places)
	case reflect.Interface:
		return writeCase(b, v.Elem(), places)
	case reflect.Struct:
		if v.Type() == decimalType {
			return writePlain(b, v.Interface().(types.Decimal).String())
		}
		return writeStruct(b, v, "", places)
	case reflect.Slice:
		return writeList(b, v, places)
	case reflect.Map:
		return writeMap(b, v, places)
	}
	return writePlain(b, v.Interface())
}

func writePlain(b *strings.Builder, x any) error {
	raw, err := json.Marshal(x)
	b.Write(raw)
	return err
}

func writeCase(b *strings.Builder, v reflect.Value, places bool) error {
	name := v.Type().String()
	if cases[name] == nil {
		return fmt.Errorf("%s is not a case of a sealed set", name)
	}
	if v.Kind() == reflect.Struct && v.Type() != decimalType {
		return writeStruct(b, v, name, places)
	}
	fmt.Fprintf(b, `{"is":%q,"value":`, name)
	if err := write(b, v, places); err != nil {
		return err
	}
	b.WriteByte('}')
	return nil
}

func writeStruct(b *strings.Builder, v reflect.Value, name string, places bool) error {
	b.WriteByte('{')
	first := true
	if name != "" {
		fmt.Fprintf(b, `"is":%q`, name)
		first = false
	}
	if err := writeFields(b, v, &first, places); err != nil {
		return err
	}
	b.WriteByte('}')
	return nil
}

// writeFields writes the fields of embedded structs (Head, Place) as its own.
func writeFields(b *strings.Builder, v reflect.Value, first *bool, places bool) error {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if field.Anonymous {
			if err := writeFields(b, value, first, places); err != nil {
				return err
			}
			continue
		}
		if empty(value) || field.Type == rangeType && !places {
			continue
		}
		if !*first {
			b.WriteByte(',')
		}
		*first = false
		fmt.Fprintf(b, "%q:", jsonName(field))
		if err := write(b, value, places); err != nil {
			return fmt.Errorf("%s: %w", field.Name, err)
		}
	}
	return nil
}

func jsonName(field reflect.StructField) string {
	if tag := field.Tag.Get("json"); tag != "" {
		return tag
	}
	return field.Name
}

// empty is by value: a zero that was read may hold memory that one never set does not.
func empty(v reflect.Value) bool {
	if v.Type() == decimalType {
		return v.Interface().(types.Decimal).IsZero()
	}
	if v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		return v.Len() == 0
	}
	return v.IsZero()
}

func writeList(b *strings.Builder, v reflect.Value, places bool) error {
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := write(b, v.Index(i), places); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeMap(b *strings.Builder, v reflect.Value, places bool) error {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	b.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:", key.String())
		if err := write(b, v.MapIndex(key), places); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}
