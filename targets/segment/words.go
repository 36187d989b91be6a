package segment

import (
	"slices"
	"strings"
)

// level is how tightly words hold together.
type level int

// The levels. AND binds over OR, so an OR inside of an AND stands in brackets.
const (
	whole level = iota // an expression, a negation, something in brackets
	joined
	offered
)

// words is a condition in the query language.
type words struct {
	text  string
	level level
	size  int      // primary expressions in it
	terms []string // of an AND, so that none is said twice
	sizes []int
}

// primary is one expression that ends in a comparison; inner is how many more
// stand inside of it.
func primary(text string, inner int) words { return words{text: text, size: 1 + inner} }

// negation is NOT of something.
func negation(of words) words { return words{text: "NOT ( " + of.text + " )", size: of.size} }

// both is an AND of one or more conditions.
func both(list ...words) words {
	out := words{level: joined}
	for _, w := range list {
		terms, sizes := w.terms, w.sizes
		if w.level != joined {
			terms, sizes = []string{bracketed(w)}, []int{w.size}
		}
		for i, term := range terms {
			if !slices.Contains(out.terms, term) {
				out.terms, out.sizes, out.size = append(out.terms, term), append(out.sizes, sizes[i]), out.size+sizes[i]
			}
		}
	}
	if len(list) == 1 || len(out.terms) == 1 && list[0].level == whole {
		return list[0]
	}
	out.text = strings.Join(out.terms, " AND ")
	return out
}

func bracketed(w words) string {
	if w.level == offered {
		return "( " + w.text + " )"
	}
	return w.text
}

// either is an OR of one or more conditions.
func either(list ...words) words {
	if len(list) == 1 {
		return list[0]
	}
	out := words{level: offered}
	var texts []string
	for _, w := range list {
		if !slices.Contains(texts, w.text) {
			texts, out.size = append(texts, w.text), out.size+w.size
		}
	}
	out.text = strings.Join(texts, " OR ")
	return out
}
