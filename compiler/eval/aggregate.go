package eval

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// averagePlaces is how many decimals an average keeps.
const averagePlaces = 6

// aggregate folds a field of what happened, or counts it.
func (v *view) aggregate(e expr.Aggregate, c Context) types.Value {
	if !v.evaluated(c, e.Window, e.Of) {
		return types.Null{}
	}
	if e.Op == expr.Count {
		n := int64(0)
		w := v.happened(e.Of, e.Window, c)
		for w.next() != nil {
			n++
		}
		return types.Decimal{Decimal: decimal.NewFromInt(n)}
	}
	var values []types.Value
	path := strings.Split(e.Field, ".")
	w := v.happened(e.Of, e.Window, c)
	for event := w.next(); event != nil; event = w.next() {
		if value := v.eventField(event, path); !types.IsNull(value) {
			values = append(values, value)
		}
	}
	return fold(e, values)
}

// fold is null of nothing. The values are in order of time and none is null.
func fold(e expr.Aggregate, values []types.Value) types.Value {
	if len(values) == 0 {
		return types.Null{}
	}
	switch e.Op {
	case expr.Sum:
		return types.Decimal{Decimal: sum(values)}
	case expr.Avg:
		return types.Decimal{Decimal: average(sum(values), int64(len(values)))}
	case expr.Min:
		return extreme(values, -1)
	case expr.Max:
		return extreme(values, 1)
	case expr.Percentile:
		return atRank(values, e.Share)
	case expr.First:
		return values[0]
	case expr.Last:
		return values[len(values)-1]
	case expr.Count: // of events, not of values; see aggregate
	}
	panic("eval: an aggregate that folds no values")
}

func sum(values []types.Value) decimal.Decimal {
	total := decimal.Zero
	for _, value := range values {
		if d, ok := value.(types.Decimal); ok { // types were checked: all are
			total = total.Add(d.Decimal)
		}
	}
	return total
}

// average is total/n, exact and then rounded half to even.
func average(total decimal.Decimal, n int64) decimal.Decimal {
	count := decimal.NewFromInt(n)
	quotient, rest := total.QuoRem(count, averagePlaces) // towards zero; rest has total's sign
	unit := decimal.New(1, -averagePlaces)
	half := rest.Abs().Mul(decimal.NewFromInt(2)).Cmp(count.Mul(unit))
	odd := quotient.Shift(averagePlaces).IntPart()%2 != 0
	if half > 0 || half == 0 && odd {
		return quotient.Add(unit.Mul(decimal.NewFromInt(int64(total.Sign()))))
	}
	return quotient
}

// atRank is the least of the values that at least the share of them do not exceed.
func atRank(values []types.Value, share types.Decimal) types.Value {
	inOrder := slices.Clone(values)
	slices.SortStableFunc(inOrder, func(a, b types.Value) int {
		order, _ := types.Compare(a, b) // types were checked: they have an order
		return order
	})
	rank := share.Mul(decimal.NewFromInt(int64(len(values)))).Ceil().IntPart()
	return inOrder[rank-1]
}

// extreme is the earliest of the values than which none lies further in
// direction (-1 or 1).
func extreme(values []types.Value, direction int) types.Value {
	best := values[0]
	for _, value := range values[1:] {
		if order, ok := types.Compare(value, best); ok && order == direction {
			best = value
		}
	}
	return best
}
