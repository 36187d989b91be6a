package ir

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"reflect"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Unpack reads what Pack wrote into x, a pointer to a zero value. Bytes that
// Pack did not write are an error or another value, never a crash: who keeps
// them sees to it that they are the same.
func Unpack[T ~string | ~[]byte](raw T, x any) (err error) {
	v := reflect.ValueOf(x)
	if v.Kind() != reflect.Pointer {
		return fmt.Errorf("unpacking into %T: not a pointer", x)
	}
	u := &unpacker{shapes: newShapes(), rest: string(raw), numbers: map[string]types.Decimal{}}
	u.spare, u.shaped = make([][]reflect.Value, len(u.cases)), make([]*shape, len(u.cases))
	defer func() {
		switch failure := recover().(type) {
		case nil:
		case packError:
			err = fmt.Errorf("unpacking %T: %w", x, failure.error)
		default:
			panic(failure)
		}
	}()
	u.of(v.Elem().Type()).unpack(u, v.Elem())
	if u.rest != "" {
		return fmt.Errorf("unpacking %T: %d bytes too many", x, len(u.rest))
	}
	return nil
}

// deepest bounds how far values stand in each other.
const deepest = 10_000

type unpacker struct {
	*shapes
	rest    string // what is still to be read; every string is a part of it
	strings []string
	types   []types.Type
	numbers map[string]types.Decimal // by their bytes: nothing changes a number that is there
	spare   [][]reflect.Value        // by case: what was read into before
	shaped  []*shape                 // by case
	depth   int
}

func (u *unpacker) count() uint64 {
	var n uint64
	for i := 0; i < len(u.rest) && i < binary.MaxVarintLen64; i++ {
		b := u.rest[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			u.rest = u.rest[i+1:]
			return n
		}
	}
	panic(packFailure("a number does not end"))
}

func (u *unpacker) number() int64 {
	n := u.count()
	return int64(n>>1) ^ -int64(n&1)
}

// length is how many things follow, -1 for none at all. Each has a byte at
// least, save for what has no fields, so that no length is beyond the bytes.
func (u *unpacker) length() int {
	n := u.count()
	if n > uint64(len(u.rest))+1 {
		panic(packFailure("%d things in %d bytes", n-1, len(u.rest)))
	}
	return int(n) - 1
}

func (u *unpacker) bytes() string {
	n := u.count()
	if n > uint64(len(u.rest)) {
		panic(packFailure("%d bytes of %d", n, len(u.rest)))
	}
	out := u.rest[:n]
	u.rest = u.rest[n:]
	return out
}

func (u *unpacker) string() string {
	n := u.count()
	if n > uint64(len(u.strings)) {
		panic(packFailure("string %d of %d", n, len(u.strings)))
	}
	if n > 0 {
		return u.strings[n-1]
	}
	s := u.bytes()
	u.strings = append(u.strings, s)
	return s
}

func (u *unpacker) place(r *diag.Range) {
	r.File = u.string()
	for _, n := range placeNumbers(r) {
		*n = int(u.number())
	}
}

// fill reads a case into an interface. What it is read into is used again,
// since the interface takes a copy.
func (u *unpacker) fill(number int, into reflect.Value) {
	if u.depth++; u.depth > deepest {
		panic(packFailure("values in values without end"))
	}
	if u.shaped[number] == nil {
		u.shaped[number] = u.of(u.cases[number])
	}
	var value reflect.Value
	if last := len(u.spare[number]) - 1; last >= 0 {
		value, u.spare[number] = u.spare[number][last], u.spare[number][:last]
		value.SetZero()
	} else {
		value = reflect.New(u.cases[number]).Elem()
	}
	u.shaped[number].unpack(u, value)
	assign(into, value)
	u.spare[number] = append(u.spare[number], value)
	u.depth--
}

// assign is into.Set(value); for the sets that programs are full of without
// asking each time whether the case belongs to it.
func assign(into, value reflect.Value) {
	switch set := into.Addr().Interface().(type) {
	case *expr.Expr:
		*set = value.Interface().(expr.Expr)
	case *types.Value:
		*set = value.Interface().(types.Value)
	case *types.Type:
		*set = value.Interface().(types.Type)
	default:
		into.Set(value)
	}
}

func unpackDecimal(u *unpacker, v reflect.Value) {
	from := u.rest
	exponent, sign, digits := u.number(), u.number(), u.bytes()
	if exponent < math.MinInt32 || exponent > math.MaxInt32 {
		panic(packFailure("exponent %d", exponent))
	}
	into := v.Addr().Interface().(*types.Decimal)
	if sign == 0 && exponent == 0 {
		*into = types.Decimal{}
		return
	}
	key := from[:len(from)-len(u.rest)]
	number, known := u.numbers[key]
	if !known {
		coefficient := new(big.Int).SetBytes([]byte(digits))
		if sign < 0 {
			coefficient.Neg(coefficient)
		}
		number = types.Decimal{Decimal: decimal.NewFromBigInt(coefficient, int32(exponent))}
		u.numbers[key] = number
	}
	*into = number
}
