package ir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/trayecto/trayecto/lang/types"
)

// Unmarshal reads what Marshal or Canonical wrote into x, a pointer. Unknown
// fields are passed over, so that an older reader understands a newer writer
// as far as it can; an unknown case of a sealed set is an error.
func Unmarshal(raw []byte, x any) error {
	v := reflect.ValueOf(x)
	if v.Kind() != reflect.Pointer {
		return fmt.Errorf("decoding into %T: not a pointer", x)
	}
	if err := read(raw, v.Elem()); err != nil {
		return fmt.Errorf("decoding %T: %w", x, err)
	}
	return nil
}

func read(raw []byte, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return read(raw, v.Elem())
	case reflect.Interface:
		return readCase(raw, v)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[types.Decimal]() {
			return readDecimal(raw, v)
		}
		return readStruct(raw, v)
	case reflect.Slice:
		return readList(raw, v)
	case reflect.Map:
		return readMap(raw, v)
	}
	return json.Unmarshal(raw, v.Addr().Interface())
}

func readCase(raw []byte, v reflect.Value) error {
	var head struct {
		Is    string          `json:"is"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	t, known := cases[head.Is]
	if !known || !t.Implements(v.Type()) {
		return fmt.Errorf("%q is not a known case of %s", head.Is, v.Type())
	}
	value := reflect.New(t).Elem()
	body := raw
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[types.Decimal]() {
		body = head.Value
	}
	if err := read(body, value); err != nil {
		return fmt.Errorf("%s: %w", head.Is, err)
	}
	v.Set(value)
	return nil
}

func readDecimal(raw []byte, v reflect.Value) error {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	d, err := types.NewDecimal(s)
	if err != nil {
		return err
	}
	v.Set(reflect.ValueOf(d))
	return nil
}

func readStruct(raw []byte, v reflect.Value) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	return readFields(fields, v)
}

func readFields(fields map[string]json.RawMessage, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			if err := readFields(fields, v.Field(i)); err != nil {
				return err
			}
			continue
		}
		name := jsonName(field)
		raw, there := fields[name]
		if !there || bytes.Equal(raw, []byte("null")) {
			continue
		}
		if err := read(raw, v.Field(i)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func readList(raw []byte, v reflect.Value) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return err
	}
	list := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if err := read(item, list.Index(i)); err != nil {
			return err
		}
	}
	v.Set(list)
	return nil
}

func readMap(raw []byte, v reflect.Value) error {
	var items map[string]json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return err
	}
	out := reflect.MakeMap(v.Type())
	for key, item := range items {
		value := reflect.New(v.Type().Elem()).Elem()
		if err := read(item, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		out.SetMapIndex(reflect.ValueOf(key), value)
	}
	v.Set(out)
	return nil
}
