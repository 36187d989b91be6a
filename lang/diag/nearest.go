package diag

import (
	"slices"

	"github.com/agext/levenshtein"
)

// Nearest is the candidate that a misspelt name most likely meant, or "" when
// none is near: at most one edit in three letters and one more, and not in more
// than half of the letters unless two of them changed places. Ties go to the
// earlier candidate, so callers pass them in a fixed order.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", len([]rune(name))/3+1
	for _, c := range candidates {
		d := levenshtein.Distance(name, c, nil)
		far := 2*d > max(len([]rune(name)), len([]rune(c))) && !sameLetters(name, c)
		if !far && d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = c, d
		}
	}
	return best
}

func sameLetters(a, b string) bool {
	x, y := []rune(a), []rune(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
