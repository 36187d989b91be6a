package ir

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/lang/types"
)

// encodePlainly is encode in the plainest way, which it is held against.
func encodePlainly(x any, places bool) ([]byte, error) {
	var b strings.Builder
	if err := plainly(&b, reflect.ValueOf(x), places); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", x, err)
	}
	return []byte(b.String()), nil
}

func plainly(b *strings.Builder, v reflect.Value, places bool) error {
	switch v.Kind() {
	case reflect.Pointer:
		return plainly(b, v.Elem(), places)
	case reflect.Interface:
		return plainlyCase(b, v.Elem(), places)
	case reflect.Struct:
		if v.Type() == decimalType {
			return plainlyPlain(b, v.Interface().(types.Decimal).String())
		}
		return plainlyStruct(b, v, "", places)
	case reflect.Slice:
		return plainlyList(b, v, places)
	case reflect.Map:
		return plainlyMap(b, v, places)
	}
	return plainlyPlain(b, v.Interface())
}

func plainlyPlain(b *strings.Builder, x any) error {
	raw, err := json.Marshal(x)
	b.Write(raw)
	return err
}

func plainlyCase(b *strings.Builder, v reflect.Value, places bool) error {
	name := v.Type().String()
	if cases[name] == nil {
		return fmt.Errorf("%s is not a case of a sealed set", name)
	}
	if v.Kind() == reflect.Struct && v.Type() != decimalType {
		return plainlyStruct(b, v, name, places)
	}
	fmt.Fprintf(b, `{"is":%q,"value":`, name)
	if err := plainly(b, v, places); err != nil {
		return err
	}
	b.WriteByte('}')
	return nil
}

func plainlyStruct(b *strings.Builder, v reflect.Value, name string, places bool) error {
	b.WriteByte('{')
	first := true
	if name != "" {
		fmt.Fprintf(b, `"is":%q`, name)
		first = false
	}
	if err := plainlyFields(b, v, &first, places); err != nil {
		return err
	}
	b.WriteByte('}')
	return nil
}

// writeFields writes the fields of embedded structs (Head, Place) as its own.
func plainlyFields(b *strings.Builder, v reflect.Value, first *bool, places bool) error {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if field.Anonymous {
			if err := plainlyFields(b, value, first, places); err != nil {
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
		if err := plainly(b, value, places); err != nil {
			return fmt.Errorf("%s: %w", field.Name, err)
		}
	}
	return nil
}

func plainlyList(b *strings.Builder, v reflect.Value, places bool) error {
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := plainly(b, v.Index(i), places); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func plainlyMap(b *strings.Builder, v reflect.Value, places bool) error {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	b.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:", key.String())
		if err := plainly(b, v.MapIndex(key), places); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// EncodePlainly lets the tests of the package's users see it.
var EncodePlainly = encodePlainly

// empty is by value: a zero that was read may hold memory that one never set does not.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		if v.Type() == decimalType {
			return v.Interface().(types.Decimal).IsZero()
		}
	}
	return v.IsZero()
}
