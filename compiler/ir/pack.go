package ir

import (
	"encoding/binary"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// Packing is for caches and for plugins with the same Layout: the bytes of a
// value, to be read by a build of the same types. Nothing in them says what they
// are; fields follow each other in the order of the types, a case of a sealed
// set is a number, a string that was there before is the number of that one, and
// so is a type. The form that travels elsewhere is JSON (Marshal); law: what
// Unpack gives marshals to the same JSON.
//
// What to do for a type is worked out once (shape) and not once a value, which
// is what makes reading 10,000 declarations a matter of a tenth of a second.

// Pack is the bytes of x, a pointer or a value.
func Pack(x any) (raw []byte, err error) {
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	p := &packer{shapes: newShapes(), strings: map[string]uint64{}, types: map[string]uint64{}}
	defer func() {
		switch failure := recover().(type) {
		case nil:
		case packError:
			raw, err = nil, fmt.Errorf("packing %T: %w", x, failure.error)
		default:
			panic(failure)
		}
	}()
	p.of(v.Type()).pack(p, v)
	return p.out, nil
}

// packError is carried up from the depth of a value.
type packError struct{ error }

func packFailure(format string, args ...any) packError { return packError{fmt.Errorf(format, args...)} }

type packer struct {
	*shapes
	out     []byte
	strings map[string]uint64 // by text, its number
	types   map[string]uint64 // by how it is spelled
}

func (p *packer) count(n uint64) { p.out = binary.AppendUvarint(p.out, n) }
func (p *packer) number(n int64) { p.out = binary.AppendVarint(p.out, n) }
func (p *packer) bytes(b []byte) { p.count(uint64(len(b))); p.out = append(p.out, b...) }
func (p *packer) string(s string) {
	if n, known := p.strings[s]; known {
		p.count(n)
		return
	}
	p.strings[s] = uint64(len(p.strings) + 1)
	p.count(0)
	p.count(uint64(len(s)))
	p.out = append(p.out, s...)
}

func (p *packer) place(r *diag.Range) {
	p.string(r.File)
	for _, n := range placeNumbers(r) {
		p.number(int64(*n))
	}
}

func placeNumbers(r *diag.Range) [6]*int {
	return [6]*int{&r.Start.Line, &r.Start.Column, &r.Start.Byte, &r.End.Line, &r.End.Column, &r.End.Byte}
}

// shapes remembers what to do for each type that was met.
type shapes struct {
	known map[reflect.Type]*shape
	cases []reflect.Type       // every case of every sealed set, by name
	codes map[reflect.Type]int // the number of a case
}

// shape is how values of one type are packed and unpacked.
type shape struct {
	pack   func(*packer, reflect.Value)
	unpack func(*unpacker, reflect.Value)
}

func newShapes() *shapes {
	s := &shapes{known: map[reflect.Type]*shape{}, codes: map[reflect.Type]int{}}
	for i, name := range slices.Sorted(maps.Keys(cases)) {
		s.cases = append(s.cases, cases[name])
		s.codes[cases[name]] = i + 1
	}
	return s
}

func (s *shapes) of(t reflect.Type) *shape {
	if known := s.known[t]; known != nil {
		return known
	}
	made := &shape{}
	s.known[t] = made // before its parts are looked at: a type may contain itself
	*made = s.make(t)
	return made
}

func (s *shapes) make(t reflect.Type) shape {
	switch {
	case t == rangeType:
		return shape{
			func(p *packer, v reflect.Value) { r := v.Interface().(diag.Range); p.place(&r) },
			func(u *unpacker, v reflect.Value) { u.place(v.Addr().Interface().(*diag.Range)) },
		}
	case t == decimalType:
		return shape{packDecimal, unpackDecimal}
	}
	switch t.Kind() {
	case reflect.String:
		return shape{
			func(p *packer, v reflect.Value) { p.string(v.String()) },
			func(u *unpacker, v reflect.Value) { v.SetString(u.string()) },
		}
	case reflect.Bool:
		return shape{
			func(p *packer, v reflect.Value) { p.number(map[bool]int64{true: 1}[v.Bool()]) },
			func(u *unpacker, v reflect.Value) { v.SetBool(u.number() == 1) },
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return shape{
			func(p *packer, v reflect.Value) { p.number(v.Int()) },
			func(u *unpacker, v reflect.Value) { v.SetInt(u.number()) },
		}
	case reflect.Interface:
		if t == typeType {
			return s.types(t)
		}
		return s.sealed(t)
	case reflect.Struct:
		return s.structure(t)
	case reflect.Slice:
		return s.list(t)
	case reflect.Map:
		return s.table(t)
	case reflect.Pointer:
		return s.pointer(t)
	}
	panic(packFailure("%s is of a kind that no program has", t))
}

func (s *shapes) pointer(t reflect.Type) shape {
	element := s.of(t.Elem())
	return shape{
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.count(0)
				return
			}
			p.count(1)
			element.pack(p, v.Elem())
		},
		func(u *unpacker, v reflect.Value) {
			if u.count() == 0 {
				v.SetZero()
				return
			}
			v.Set(reflect.New(t.Elem()))
			element.unpack(u, v.Elem())
		},
	}
}

func (s *shapes) structure(t reflect.Type) shape {
	fields := make([]*shape, t.NumField())
	for i := range fields {
		if !t.Field(i).IsExported() {
			panic(packFailure("%s hides %s", t, t.Field(i).Name))
		}
		fields[i] = s.of(t.Field(i).Type)
	}
	return shape{
		func(p *packer, v reflect.Value) {
			for i, field := range fields {
				field.pack(p, v.Field(i))
			}
		},
		func(u *unpacker, v reflect.Value) {
			for i, field := range fields {
				field.unpack(u, v.Field(i))
			}
		},
	}
}

// list keeps none and an empty list apart.
func (s *shapes) list(t reflect.Type) shape {
	element := s.of(t.Elem())
	return shape{
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.count(0)
				return
			}
			p.count(uint64(v.Len()) + 1)
			for i := range v.Len() {
				element.pack(p, v.Index(i))
			}
		},
		func(u *unpacker, v reflect.Value) {
			n := u.length()
			if n < 0 {
				v.SetZero()
				return
			}
			list := reflect.MakeSlice(t, n, n)
			for i := range n {
				element.unpack(u, list.Index(i))
			}
			v.Set(list)
		},
	}
}

func (s *shapes) table(t reflect.Type) shape {
	key, element := s.of(t.Key()), s.of(t.Elem())
	return shape{
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.count(0)
				return
			}
			keys := v.MapKeys()
			slices.SortFunc(keys, func(a, b reflect.Value) int { return compareText(a.String(), b.String()) })
			p.count(uint64(len(keys)) + 1)
			for _, k := range keys {
				key.pack(p, k)
				element.pack(p, v.MapIndex(k))
			}
		},
		func(u *unpacker, v reflect.Value) {
			n := u.length()
			if n < 0 {
				v.SetZero()
				return
			}
			table := reflect.MakeMap(t)
			for range n {
				k, e := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
				key.unpack(u, k)
				element.unpack(u, e)
				table.SetMapIndex(k, e)
			}
			v.Set(table)
		},
	}
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func packDecimal(p *packer, v reflect.Value) {
	d := v.Interface().(types.Decimal)
	p.number(int64(d.Exponent()))
	coefficient := d.Coefficient()
	p.number(int64(coefficient.Sign()))
	p.bytes(coefficient.Bytes())
}

// types is a type that people write: few in a program, and each all over it.
func (s *shapes) types(t reflect.Type) shape {
	one := s.sealed(t)
	return shape{
		func(p *packer, v reflect.Value) {
			written, _ := v.Interface().(types.Type) // none is a case of its own
			name := typeKey(written)
			if n, known := p.types[name]; known {
				p.count(n)
				return
			}
			p.types[name] = uint64(len(p.types) + 1)
			p.count(0)
			one.pack(p, v)
		},
		func(u *unpacker, v reflect.Value) {
			set := v.Addr().Interface().(*types.Type)
			n := u.count()
			if n > uint64(len(u.types)) {
				panic(packFailure("type %d of %d", n, len(u.types)))
			}
			if n > 0 {
				*set = u.types[n-1]
				return
			}
			one.unpack(u, v)
			u.types = append(u.types, *set)
		},
	}
}

// typeKey tells types apart, also where what is inside of them has quotes.
func typeKey(t types.Type) string {
	switch t := t.(type) {
	case types.Basic:
		return "basic " + string(t)
	case types.Enum:
		return fmt.Sprintf("enum %v %q", t.Values == nil, t.Values)
	case types.Object:
		return "object " + t.Name
	case types.List:
		return "list " + typeKey(t.Element)
	}
	return ""
}

// sealed is a case of a sealed set: its number, and then the case.
func (s *shapes) sealed(t reflect.Type) shape {
	fits := make([]bool, len(s.cases)+1)
	for i, c := range s.cases {
		fits[i+1] = c.Implements(t)
	}
	return shape{
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.count(0)
				return
			}
			inner := v.Elem()
			code, known := s.codes[inner.Type()]
			if !known {
				panic(packFailure("%s is not a case of a sealed set", inner.Type()))
			}
			p.count(uint64(code))
			s.of(inner.Type()).pack(p, inner)
		},
		func(u *unpacker, v reflect.Value) {
			code := u.count()
			if code == 0 {
				v.SetZero()
				return
			}
			if code >= uint64(len(fits)) || !fits[code] {
				panic(packFailure("case %d is none of %s", code, t))
			}
			u.fill(int(code)-1, v)
		},
	}
}
