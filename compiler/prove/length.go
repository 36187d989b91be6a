package prove

import "github.com/trayecto/trayecto/lang/types"

// Lengths of time are in no one order: a month is as long as 30 days or it is
// not, and 12 months are a year, but are to 370 days what a year is not. So a
// region is the lengths that are the same to every cut: shorter, as long, longer,
// or none of these for certain.

// oneCut tells whether two constants tell the same values apart.
func oneCut(a, b types.Value) bool {
	if length, ok := a.(types.Span); ok {
		return types.Value(length) == b
	}
	return same(a, b)
}

func (v *variable) divideLengths() {
	apart := lengthsApart(v.cuts)
	for len(v.regions)+len(apart) > mostRegions {
		v.cuts = v.cuts[:len(v.cuts)-1]
		apart = lengthsApart(v.cuts)
	}
	for _, length := range apart {
		v.regions = append(v.regions, region{value: length})
	}
}

// lengthsApart is a length of each region.
func lengthsApart(cuts []types.Value) []types.Span {
	some := []types.Span{{Amount: 1, Unit: types.Day}, {Unit: types.Second}} // a usual one, and the shortest
	for _, c := range cuts {
		length := c.(types.Span)
		some = append(append(some, length), length.Turns()...)
	}
	var out []types.Span
	seen := map[string]bool{}
	for _, length := range some {
		if to := toCuts(length, cuts); !seen[to] {
			seen[to] = true
			out = append(out, length)
		}
	}
	return out
}

// toCuts is what a length is to each cut.
func toCuts(length types.Span, cuts []types.Value) string {
	out := make([]byte, len(cuts))
	for i, c := range cuts {
		order, certain := length.Compare(c.(types.Span))
		switch {
		case !certain:
			out[i] = '?'
		case order < 0:
			out[i] = '<'
		case order > 0:
			out[i] = '>'
		default:
			out[i] = '='
		}
	}
	return string(out)
}
