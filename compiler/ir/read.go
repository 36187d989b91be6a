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
	if !json.Valid(raw) {
		return fmt.Errorf("decoding %T: it is not JSON, or only a part of it", x)
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
		if v.Type() == decimalType {
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
	fields, err := fieldsOf(raw)
	if err != nil {
		return err
	}
	var is string
	if err := json.Unmarshal(fields["is"], &is); err != nil {
		return fmt.Errorf("a case of %s has no name: %w", v.Type(), err)
	}
	t, known := cases[is]
	if !known || !t.Implements(v.Type()) {
		return fmt.Errorf("%q is not a known case of %s", is, v.Type())
	}
	value := reflect.New(t).Elem()
	body := raw
	if t.Kind() != reflect.Struct || t == decimalType {
		body = fields["value"]
	}
	if err := read(body, value); err != nil {
		return fmt.Errorf("%s: %w", is, err)
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
	fields, err := fieldsOf(raw)
	if err != nil {
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
	items, err := split(raw, '[')
	if err != nil {
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
	items, err := fieldsOf(raw)
	if err != nil {
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
