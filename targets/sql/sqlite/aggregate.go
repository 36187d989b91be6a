package sqlite

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"
	"modernc.org/sqlite"
)

// aggregate is a function of rows. Nulls take no part, except in first.
type aggregate struct {
	name string
	args int32
	make func(sqlite.FunctionContext) (sqlite.AggregateFunction, error)
}

var aggregates = []aggregate{
	{"trayecto_sum", 1, func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &total{}, nil }},
	{"trayecto_mean", 1, func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &mean{}, nil }},
	{"trayecto_first", 1, func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &first{}, nil }},
	{"trayecto_rank", 2, func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &rank{}, nil }},
}

// errNoFrame is the answer where a fold would slide over a frame of rows; the
// lowering folds sums, means and firsts over groups only.
var errNoFrame = errors.New("this fold has no sliding frame")

// total is the exact sum, null of nothing.
type total struct {
	sum   decimal.Decimal
	count int64
}

// Step adds a number.
func (t *total) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	if args[0] == nil {
		return nil
	}
	text, ok := args[0].(string)
	if !ok {
		return fmt.Errorf("adding what is no decimal")
	}
	d, err := unsortable(text)
	if err != nil {
		return err
	}
	t.sum, t.count = t.sum.Add(d), t.count+1
	return nil
}

// WindowInverse is not needed.
func (t *total) WindowInverse(*sqlite.FunctionContext, []driver.Value) error { return errNoFrame }

// WindowValue is the sum.
func (t *total) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if t.count == 0 {
		return nil, nil
	}
	return sortable(t.sum)
}

// Final does nothing.
func (t *total) Final(*sqlite.FunctionContext) {}

// mean is the quotient of sum and count, rounded half-even to six places.
type mean struct{ total }

// WindowValue is the mean.
func (m *mean) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if m.count == 0 {
		return nil, nil
	}
	return sortable(decimal.NewFromBigInt(halfEven(m.sum.Rat(), m.count), -6))
}

// halfEven is sum/count in whole millionths, the half going to the even one.
func halfEven(sum *big.Rat, count int64) *big.Int {
	exact := new(big.Rat).Mul(sum, big.NewRat(1_000_000, count))
	whole, rest := new(big.Int).DivMod(exact.Num(), exact.Denom(), new(big.Int)) // rest is never negative
	switch rest.Lsh(rest, 1).Cmp(exact.Denom()) {
	case 1:
		return whole.Add(whole, big.NewInt(1))
	case 0:
		return whole.Add(whole, big.NewInt(int64(whole.Bit(0))))
	}
	return whole
}

// first is the value of the first row, whatever it is.
type first struct {
	value driver.Value
	seen  bool
}

// Step keeps the first value.
func (f *first) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	if !f.seen {
		f.value, f.seen = args[0], true
	}
	return nil
}

// WindowInverse is not needed.
func (f *first) WindowInverse(*sqlite.FunctionContext, []driver.Value) error { return errNoFrame }

// WindowValue is the value.
func (f *first) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return f.value, nil }

// Final does nothing.
func (f *first) Final(*sqlite.FunctionContext) {}

// rank is the value of the row at share x rows, rounded up; null of nothing.
// The rows come in order.
type rank struct {
	share  decimal.Decimal
	values []driver.Value
}

// Step keeps a value.
func (r *rank) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	if len(r.values) == 0 {
		text, ok := args[0].(string)
		if !ok {
			return fmt.Errorf("a share that is no decimal")
		}
		share, err := decimal.NewFromString(text)
		if err != nil {
			return fmt.Errorf("a share that is no decimal: %w", err)
		}
		r.share = share
	}
	r.values = append(r.values, args[1])
	return nil
}

// WindowInverse is not needed.
func (r *rank) WindowInverse(*sqlite.FunctionContext, []driver.Value) error { return errNoFrame }

// WindowValue is the value of the row.
func (r *rank) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if len(r.values) == 0 {
		return nil, nil
	}
	at := r.share.Mul(decimal.NewFromInt(int64(len(r.values)))).Ceil().IntPart()
	if at < 1 || at > int64(len(r.values)) {
		return nil, fmt.Errorf("a share of %s", r.share)
	}
	return r.values[at-1], nil
}

// Final does nothing.
func (r *rank) Final(*sqlite.FunctionContext) {}
