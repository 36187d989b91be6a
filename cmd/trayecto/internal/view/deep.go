package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/prove"
)

// mostPairs is how many pairs of segments are told: where each is part of the one
// before there are as many as the square.
const mostPairs = 2000

// Deep is how segments stand to each other, a line for each thing proved.
func Deep(s prove.Survey) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	for _, segment := range s.Nobody {
		line("Nobody can be in %s.", segment)
	}
	for _, segment := range s.Everybody {
		line("Everybody is in %s.", segment)
	}
	for _, r := range s.Relations[:min(len(s.Relations), mostPairs)] {
		switch r.Kind {
		case prove.Equal:
			line("%s and %s have the same members.", r.A, r.B)
		case prove.Within:
			line("%s is part of %s.", r.A, r.B)
		case prove.Apart:
			line("Nobody is in both %s and %s.", r.A, r.B)
		}
	}
	if more := len(s.Relations) - mostPairs; more > 0 {
		line("And %s more pairs are equal, apart or part of one another.", number(more))
	}
	b.WriteString(Negations(s.Negations, 0))
	if s.Undecided > 0 {
		line("%d questions are not decided.", s.Undecided)
	}
	if b.Len() == 0 {
		return "No two segments are equal, apart or part of one another.\n"
	}
	return b.String()
}

// Negations is where segments that are asked for with "not" take in more people
// than their conditions negated would. Of so many more nobody asked.
func Negations(list []prove.Negation, unasked int) string {
	var b strings.Builder
	for _, n := range list {
		fmt.Fprintf(&b, "%s asks for !%s, which takes in people of whom that is not known; its condition negated would not. For example: %s.\n", n.In, n.Segment, n.Person.Summary)
	}
	if unasked > 0 {
		fmt.Fprintf(&b, "A segment is asked for with ! in %s more; trayecto validate --deep looks at all.\n", plural(unasked, "place"))
	}
	return b.String()
}
