package ir

import (
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/jsontext"
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
	jsonType    = reflect.TypeFor[json.Marshaler]()
	textType    = reflect.TypeFor[encoding.TextMarshaler]()
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
	return encode(writer{places: true}, x)
}

// Canonical is the JSON without places: two declarations that mean the same
// have the same bytes wherever they were written.
func Canonical(x any) ([]byte, error) { return encode(writer{}, x) }

// AppendCanonical adds to b the canonical bytes of x as if these of its fields
// were empty, for who only looks at them.
func AppendCanonical(b []byte, x any, without ...string) ([]byte, error) {
	return encode(writer{out: b, without: without}, x)
}

// Hash names canonical bytes: the first 16 bytes of SHA-256, in hex.
func Hash(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:16])
}

// encode writes a value by the layout of its type. The plain version is the
// test's oracle.
func encode(w writer, x any) ([]byte, error) {
	v := reflect.ValueOf(x)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if err := w.value(v, layouts.of(v.Type())); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", x, err)
	}
	return w.out, nil
}

// manner is how values of a type are written.
type manner int

const (
	plain     manner = iota // as package json does
	text                    // a string
	pointer                 // as what it points to
	sealedSet               // a case, with its name
	digits
	structure
	list
	mapping
)

// typeLayout is what is to be known of a type to write its values.
type typeLayout struct {
	manner manner
	name   string        // of a case of a sealed set: `"is":"expr.And"`
	fields []fieldLayout // of a structure
	lean   []fieldLayout // those of fields that canonical bytes have: no places
	item   *typeLayout   // of a pointer, list or map
}

// fieldLayout is one field; those of embedded structs are their holder's own.
type fieldLayout struct {
	path   []int
	key    string // `"Where":`
	name   string // for messages
	layout *typeLayout
}

type typeLayouts map[reflect.Type]*typeLayout

// layouts is those of a program and of everything in it.
var layouts = layoutsOf()

func layoutsOf() typeLayouts {
	out := typeLayouts{}
	out.add(reflect.TypeFor[Program]())
	for _, t := range cases {
		out.add(t)
	}
	return out
}

// of is the layout of a type; one that is in no program is worked out anew.
func (l typeLayouts) of(t reflect.Type) *typeLayout {
	if known := l[t]; known != nil {
		return known
	}
	return maps.Clone(l).add(t)
}

func (l typeLayouts) add(t reflect.Type) *typeLayout {
	if known := l[t]; known != nil {
		return known
	}
	out := &typeLayout{}
	l[t] = out // before its parts: a type may be made of itself
	if name := t.String(); cases[name] == t {
		out.name = fmt.Sprintf(`"is":%q`, name)
	}
	switch {
	case t == decimalType:
		out.manner = digits
	case t.Implements(jsonType) || t.Implements(textType):
	case t.Kind() == reflect.String:
		out.manner = text
	case t.Kind() == reflect.Interface:
		out.manner = sealedSet
	case t.Kind() == reflect.Pointer:
		out.manner, out.item = pointer, l.add(t.Elem())
	case t.Kind() == reflect.Slice:
		out.manner, out.item = list, l.add(t.Elem())
	case t.Kind() == reflect.Map:
		out.manner, out.item = mapping, l.add(t.Elem())
	case t.Kind() == reflect.Struct:
		out.manner, out.fields = structure, l.fields(t, nil)
		out.lean = slices.DeleteFunc(slices.Clone(out.fields), func(f fieldLayout) bool { return f.layout == l[rangeType] })
	}
	return out
}

func (l typeLayouts) fields(t reflect.Type, path []int) []fieldLayout {
	var out []fieldLayout
	for i := range t.NumField() {
		field, at := t.Field(i), append(slices.Clone(path), i)
		if field.Anonymous {
			out = append(out, l.fields(field.Type, at)...)
			continue
		}
		out = append(out, fieldLayout{
			path: at, key: fmt.Sprintf("%q:", jsonName(field)), name: field.Name, layout: l.add(field.Type),
		})
	}
	return out
}

func jsonName(field reflect.StructField) string {
	if tag := field.Tag.Get("json"); tag != "" {
		return tag
	}
	return field.Name
}

// writer is JSON being written.
type writer struct {
	out     []byte
	places  bool
	without []string // fields of the outermost structure
}

func (w *writer) value(v reflect.Value, l *typeLayout) error {
	switch l.manner {
	case plain:
		return w.plain(v.Interface())
	case text:
		w.text(v.String())
	case pointer:
		return w.value(v.Elem(), l.item)
	case sealedSet:
		return w.oneCase(v.Elem())
	case digits:
		w.text(v.Interface().(types.Decimal).String())
	case structure:
		return w.structure(v, l, false)
	case list:
		return w.list(v, l.item)
	case mapping:
		return w.mapping(v, l.item)
	}
	return nil
}

func (w *writer) plain(x any) error {
	raw, err := json.Marshal(x)
	w.out = append(w.out, raw...)
	return err
}

func (w *writer) text(s string) { w.out = jsontext.Append(w.out, s) }

func (w *writer) oneCase(v reflect.Value) error {
	if !v.IsValid() {
		return fmt.Errorf("%v is not a case of a sealed set", v)
	}
	l := layouts[v.Type()]
	if l == nil || l.name == "" {
		return fmt.Errorf("%v is not a case of a sealed set", v)
	}
	if l.manner == structure {
		return w.structure(v, l, true)
	}
	w.out = append(append(append(w.out, '{'), l.name...), `,"value":`...)
	if err := w.value(v, l); err != nil {
		return err
	}
	w.out = append(w.out, '}')
	return nil
}

func (w *writer) structure(v reflect.Value, l *typeLayout, named bool) error {
	w.out = append(w.out, '{')
	if named {
		w.out = append(w.out, l.name...)
	}
	first, without := !named, w.without
	w.without = nil
	fields := l.lean
	if w.places {
		fields = l.fields
	}
	for i := range fields {
		f := &fields[i]
		if slices.Contains(without, f.name) {
			continue
		}
		value := v
		for _, at := range f.path {
			value = value.Field(at)
		}
		if f.layout.empty(value) {
			continue
		}
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		w.out = append(w.out, f.key...)
		if err := w.value(value, f.layout); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	w.out = append(w.out, '}')
	return nil
}

// empty is by value: a zero that was read may hold memory that one never set does not.
func (l *typeLayout) empty(v reflect.Value) bool {
	switch l.manner {
	case text, list, mapping:
		return v.Len() == 0
	case sealedSet, pointer:
		return v.IsNil()
	case digits:
		return v.Interface().(types.Decimal).IsZero()
	case plain, structure:
	}
	return v.IsZero()
}

func (w *writer) list(v reflect.Value, item *typeLayout) error {
	w.out = append(w.out, '[')
	for i := range v.Len() {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if err := w.value(v.Index(i), item); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

func (w *writer) mapping(v reflect.Value, item *typeLayout) error {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	w.out = append(w.out, '{')
	for i, key := range keys {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = append(strconv.AppendQuote(w.out, key.String()), ':')
		if err := w.value(v.MapIndex(key), item); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}
