package prove

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// variable is one thing that conditions ask about: an attribute, a count, the
// age of an instant, a fact of a consent record, or a condition that is taken
// as it comes.
type variable struct {
	key    string
	kind   variableKind
	of     expr.Expr  // what it is the value, the age or the verdict of
	typ    types.Type // of a value
	stable bool       // it has one value for all of a run
	never  bool       // a value that is never null

	stream *stream     // of a count
	window expr.Window // of a count
	length int64       // of a count: how far back that is, in microseconds

	cuts    []types.Value // the constants that values are compared with
	spans   []types.Span  // the lengths that ages are compared with
	regions []region
	all     uint64
}

type variableKind uint8

const (
	valued   variableKind = iota // a value of a type, or null
	counted                      // how many events, never null
	aged                         // how long ago an instant was, by lengths that are exact
	agedLong                     // the same, by months and years
	opaque                       // the verdict of a condition that is not looked into
	decided                      // the same, of a condition that is never unknown
)

// region is values that no condition tells apart.
type region struct {
	value types.Value // one of them
	other bool        // a text or word that no condition names
	// Of a count: from lo to hi, both included. Of an age: the places among the
	// spans, from the shorter one, included, to the longer one; hi is the number
	// of spans for what is older than all.
	lo, hi int64
	future bool // of an age: not yet
	edge   bool // of an order: there is something below or above without end
}

// endless is more than any count.
const endless = int64(1) << 40

// mostRegions is how many regions a variable may have: one bit each.
const mostRegions = 64

// divide makes the regions and drops cuts that do not fit, the ones that were
// met last. It returns nothing: what a dropped cut was for finds out by keeps.
func (v *variable) divide() {
	switch v.kind {
	case valued:
		v.divideValues()
	case counted:
		v.divideCounts()
	case aged, agedLong:
		v.divideAges()
	case opaque:
		v.regions = []region{{value: types.Null{}}, {value: types.Truth(false)}, {value: types.Truth(true)}}
	case decided:
		v.regions = []region{{value: types.Truth(false)}, {value: types.Truth(true)}}
	}
	v.all = ^uint64(0) >> (mostRegions - len(v.regions))
}

// mask is the regions in which a test has the verdict.
func (v *variable) mask(t test, want expr.Verdict) uint64 {
	var out uint64
	for i, r := range v.regions {
		if v.verdict(t, r) == want {
			out |= 1 << i
		}
	}
	return out
}

func (v *variable) verdict(t test, r region) expr.Verdict {
	if t.kind != isWithin || types.IsNull(r.value) {
		return t.verdict(r.value)
	}
	return expr.Decided(!r.future && r.hi <= int64(v.spanAt(t.span)))
}

// spanAt is the place of a length among the spans, or -1. A week is seven days.
func (v *variable) spanAt(s types.Span) int {
	return slices.IndexFunc(v.spans, func(o types.Span) bool { return same(s, o) })
}

// keeps tells whether the regions tell apart what a test asks.
func (v *variable) keeps(t test) bool {
	if t.kind == isWithin {
		return v.spanAt(t.span) >= 0
	}
	for _, value := range t.values {
		if !slices.ContainsFunc(v.cuts, func(c types.Value) bool { return oneCut(c, value) }) {
			return false
		}
	}
	return true
}

func same(a, b types.Value) bool {
	order, ok := types.Compare(a, b)
	return ok && order == 0
}

// cut remembers the constants of a test; of values and lengths no more than there
// can be regions, since divide keeps the first ones.
func (v *variable) cut(t test) {
	if t.kind == isWithin && len(v.spans) < mostRegions && v.spanAt(t.span) < 0 {
		v.spans = append(v.spans, t.span)
	}
	for _, value := range t.values {
		if v.kind != counted && len(v.cuts) == mostRegions {
			return
		}
		known := slices.ContainsFunc(v.cuts, func(c types.Value) bool { return oneCut(c, value) })
		if !known && (v.kind != counted || countable(value)) {
			v.cuts = append(v.cuts, value)
		}
	}
}

func (v *variable) divideValues() {
	if !v.never {
		v.regions = []region{{value: types.Null{}}}
	}
	switch t := v.typ.(type) {
	case types.Enum:
		v.divideWords(t)
	case types.Basic:
		v.divideBasic(t)
	case types.Object:
		v.divideTexts(t)
	case types.List:
		v.regions = append(v.regions, region{value: types.Values{}, other: true})
	}
}

// divideWords has a region for each word that is named and one for the rest.
func (v *variable) divideWords(t types.Enum) {
	v.cuts = v.cuts[:min(len(v.cuts), mostRegions-2)]
	rest := ""
	for _, word := range t.Values {
		switch {
		case slices.Contains(v.cuts, types.Value(types.Text(word))):
			v.regions = append(v.regions, region{value: types.Text(word)})
		case rest == "":
			rest = word
		}
	}
	if rest != "" {
		v.regions = append(v.regions, region{value: types.Text(rest), other: true})
	}
}

func (v *variable) divideBasic(t types.Basic) {
	switch t {
	case types.Bool:
		v.cuts = []types.Value{types.Truth(false), types.Truth(true)}
		v.regions = append(v.regions, region{value: types.Truth(false)}, region{value: types.Truth(true)})
	case types.Number, types.Money, types.DateType, types.Timestamp:
		v.divideOrder()
	case types.Duration:
		v.divideLengths()
	case types.String, types.Email, types.Phone, types.URL:
		v.divideTexts(t)
	}
}

func (v *variable) divideTexts(t types.Type) {
	v.cuts = v.cuts[:min(len(v.cuts), mostRegions-2)]
	for _, c := range v.cuts {
		v.regions = append(v.regions, region{value: c})
	}
	v.regions = append(v.regions, region{value: v.another(t), other: true})
}

// another is a text of the type that no condition names.
func (v *variable) another(t types.Type) types.Value {
	for n := 1; ; n++ {
		text := types.Text(fmt.Sprintf("other%d", n))
		switch t {
		case types.Email:
			text = types.Text(fmt.Sprintf("ana%d@example.test", n))
		case types.Phone:
			text = types.Text(fmt.Sprintf("+346000000%02d", n))
		case types.URL:
			text = types.Text(fmt.Sprintf("https://example.test/%d", n))
		}
		if !slices.Contains(v.cuts, types.Value(text)) {
			return text
		}
	}
}

// divideOrder has a point for each cut and the open stretches between them.
// Days and instants are whole: a stretch with nothing in it is left out.
func (v *variable) divideOrder() {
	v.cuts = v.cuts[:min(len(v.cuts), mostRegions/2-2)]
	cuts := slices.Clone(v.cuts)
	slices.SortFunc(cuts, func(a, b types.Value) int { order, _ := types.Compare(a, b); return order })
	if len(cuts) == 0 {
		v.regions = append(v.regions, region{value: anyOf(v.typ), other: true})
		return
	}
	v.regions = append(v.regions, region{value: moved(cuts[0], -1), edge: true})
	for i, c := range cuts {
		v.regions = append(v.regions, region{value: c})
		if i+1 < len(cuts) {
			if middle, ok := between(c, cuts[i+1]); ok {
				v.regions = append(v.regions, region{value: middle})
			}
		}
	}
	v.regions = append(v.regions, region{value: moved(cuts[len(cuts)-1], 1), edge: true})
}

// anyOf is a value of an ordered type that nothing is asked about.
func anyOf(t types.Type) types.Value {
	switch t {
	case types.DateType:
		return types.Date(7305) // 1 Jan 1990
	case types.Timestamp:
		return types.Instant(1_767_225_600_000_000) // 1 Jan 2026
	}
	return types.Decimal{Decimal: decimal.NewFromInt(1)}
}

// moved is the value one further in a direction.
func moved(v types.Value, by int64) types.Value {
	switch v := v.(type) {
	case types.Decimal:
		return types.Decimal{Decimal: v.Add(decimal.NewFromInt(by))}
	case types.Date:
		return v + types.Date(by)
	case types.Instant:
		return v + types.Instant(by)
	case types.Text, types.Truth, types.Span, types.Values, types.Null:
	}
	return v
}

// between is a value strictly between two, if there is one.
func between(a, b types.Value) (types.Value, bool) {
	switch a := a.(type) {
	case types.Decimal:
		return types.Decimal{Decimal: a.Add(b.(types.Decimal).Decimal).Div(decimal.NewFromInt(2))}, true
	case types.Date:
		return a + 1, a+1 < b.(types.Date)
	case types.Instant:
		return a + 1, a+1 < b.(types.Instant)
	case types.Text, types.Truth, types.Span, types.Values, types.Null:
	}
	return nil, false
}
