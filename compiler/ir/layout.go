package ir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Layout names the form of packed programs (Pack) in this build: two builds
// with the same layout read what the other packed. It is a hash of every type
// that a program may hold, down to the names of fields and cases.
func Layout() string {
	d := describer{known: map[reflect.Type]int{}}
	d.of(reflect.TypeFor[Program]())
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		d.text = fmt.Appendf(d.text, "case %s:", name)
		d.of(cases[name])
	}
	sum := sha256.Sum256(d.text)
	return hex.EncodeToString(sum[:16])
}

// describer writes types down, each once and from then on by its number.
type describer struct {
	known map[reflect.Type]int
	text  []byte
}

func (d *describer) of(t reflect.Type) {
	if n, known := d.known[t]; known {
		d.text = fmt.Appendf(d.text, "#%d ", n)
		return
	}
	d.known[t] = len(d.known)
	d.text = fmt.Appendf(d.text, "%s %s{", t.Kind(), t)
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			d.text = fmt.Appendf(d.text, "%s:", t.Field(i).Name)
			d.of(t.Field(i).Type)
		}
	case reflect.Map:
		d.of(t.Key())
		d.of(t.Elem())
	case reflect.Slice, reflect.Pointer, reflect.Array:
		d.of(t.Elem())
	}
	d.text = append(d.text, '}')
}
