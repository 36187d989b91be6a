package prove

import (
	"math"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/types"
)

// divideCounts makes stretches of whole numbers from 0 on; each cut begins one
// and so does the number after it.
func (v *variable) divideCounts() {
	starts := []int64{0, 1}
	for _, c := range v.cuts {
		for _, n := range startsOf(c) {
			if !slices.Contains(starts, n) {
				starts = append(starts, n)
			}
		}
	}
	if len(starts) > mostRegions {
		// The largest go: small numbers are what people ask about.
		slices.Sort(starts)
		kept := starts[:mostRegions-1]
		v.cuts = slices.DeleteFunc(slices.Clone(v.cuts), func(c types.Value) bool {
			return slices.ContainsFunc(startsOf(c), func(n int64) bool { return !slices.Contains(kept, n) })
		})
		starts = kept
	}
	slices.Sort(starts)
	for i, lo := range starts {
		hi := endless
		if i+1 < len(starts) {
			hi = starts[i+1] - 1
		}
		v.regions = append(v.regions, region{value: types.Decimal{Decimal: decimal.NewFromInt(lo)}, lo: lo, hi: hi})
	}
}

// startsOf is where the stretches begin that a cut makes.
func startsOf(cut types.Value) []int64 {
	c, ok := cut.(types.Decimal)
	if !ok || c.IsNegative() {
		return nil
	}
	n := c.Floor().IntPart()
	return []int64{n, n + 1}
}

// countable tells whether a number can be a cut of counts: beyond 32 bits they
// are not told apart.
func countable(v types.Value) bool {
	n, ok := v.(types.Decimal)
	return ok && n.LessThan(decimal.NewFromInt(math.MaxInt32))
}

// regionOf is the region of a number of events.
func (v *variable) regionOf(n int64) int {
	return slices.IndexFunc(v.regions, func(r region) bool { return r.lo <= n && n <= r.hi })
}

// divideAges makes null, the stretches between the lengths from the oldest to
// the newest, and the future. Lengths of one variable have a certain order.
func (v *variable) divideAges() {
	v.spans = v.spans[:min(len(v.spans), mostRegions-4)]
	slices.SortFunc(v.spans, func(a, b types.Span) int { order, _ := a.Compare(b); return order })
	v.regions = []region{{value: types.Null{}}}
	for i := len(v.spans); i >= 0; i-- {
		v.regions = append(v.regions, region{value: types.Truth(true), lo: int64(i) - 1, hi: int64(i)})
	}
	v.regions = append(v.regions, region{value: types.Truth(true), future: true, lo: -1, hi: -1})
}

// shortest and longest bound a length: months and years have the days that
// types.Span.Days says, and where clocks change an hour or two less or more.
// Lengths that are not of the calendar are exact.
func shortest(s types.Span) time.Duration {
	days, _, calendar := s.Days()
	switch {
	case !calendar:
		return min(s.Exact(), most*day)
	case days > most:
		return most * day
	}
	return time.Duration(days)*day - clockChange
}

func longest(s types.Span) time.Duration {
	_, days, calendar := s.Days()
	switch {
	case !calendar && s.Exact() <= most*day:
		return s.Exact()
	case !calendar || days > most:
		return math.MaxInt64
	}
	return time.Duration(days)*day + clockChange
}

const (
	day         = 24 * time.Hour
	clockChange = 3 * time.Hour
	most        = 100_000 // days: longer lengths are not compared with those of the other kind
)

// notLonger tells whether a is certainly at most as long as b.
func notLonger(a, b types.Span) bool {
	if a.Calendar() == b.Calendar() {
		order, ok := a.Compare(b)
		return ok && order <= 0
	}
	return longest(a) <= shortest(b)
}
