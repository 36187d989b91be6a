package diag

import "github.com/agext/levenshtein"

// Nearest is the candidate that a misspelt name most likely meant, or "" when
// none is near: at most one edit in three letters, never fewer than one.
// Ties go to the earlier candidate, so callers pass them in a fixed order.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", len([]rune(name))/3+1
	for _, c := range candidates {
		if d := levenshtein.Distance(name, c, nil); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = c, d
		}
	}
	return best
}
