// Package sample is random programs, people and histories from a seed.
//
// Laws are stated over what this package makes: every engine agrees with the
// reference evaluator, apply then plan is empty, decode(encode(x)) = x. The
// distribution is rich (every type, every kind of condition, consent in all its
// states, nothing known, everything known) and the constants are few: the same
// handful of amounts, words and instants occur in conditions and in histories,
// so that thresholds are met exactly and events fall on the edges of windows,
// at the same instant as each other, and on days when clocks change.
//
// Chance is a Source, so that a seeded generator and a property-testing library
// can both drive it, and equal sources make equal samples. People are made up;
// their addresses end in example.test.
package sample

import (
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// Source is where chance comes from; *math/rand/v2.Rand is one. IntN is one of
// 0 ... n-1.
type Source interface{ IntN(n int) int }

// Now is the instant that samples are about: the morning on which Madrid's
// clocks went forward.
var Now = types.NewInstant(time.Date(2026, 3, 29, 9, 30, 0, 0, time.UTC))

// Kind is a set of kinds of things that a sample may contain.
type Kind uint32

// The kinds that Options.Without can leave out.
const (
	Aggregates Kind = 1 << iota
	Sequences       // FollowedBy
	Outcomes        // sources that are outcomes of touchpoints
	Members         // references between segments
	Reaching        // Reachable
	Records         // facts of consent records, Suppressed and Excluded, as authors cannot write them
	Calls           // functions of single values
	Coalesces
	Within
	Verdicts // Is
	Literals // constant conditions
	Computed // computed attributes
	Aging    // attributes with fresh_for
	Objects  // paths through objects
	Spans    // lengths of time as values
	Calendar // windows of months and years
	Future   // things dated after Now
)

// Options says how large a sample is and what it may contain. The zero value
// is a small program with everything but journeys.
type Options struct {
	Segments int           // at most; 0 is 4
	Depth    int           // of conditions; 0 is 3
	Without  Kind          // what must not occur
	Messages bool          // also moments and journeys
	Lives    bool          // also moments and journeys, and all that makes a difference to them in time
	Places   []ir.Platform // the project's platforms
}

func (o Options) has(k Kind) bool { return o.Without&k == 0 }

func (o Options) without(k Kind) Options {
	o.Without |= k
	return o
}

func (o Options) depth() int {
	if o.Depth == 0 {
		return 3
	}
	return o.Depth
}

func (o Options) segments() int {
	if o.Segments == 0 {
		return 4
	}
	return o.Segments
}

// one is a random element.
func one[T any](src Source, from []T) T { return from[src.IntN(len(from))] }

// some is a random part of the elements, in their order.
func some[T any](src Source, from []T) []T {
	var out []T
	for _, x := range from {
		if chance(src, 2) {
			out = append(out, x)
		}
	}
	return out
}

// atLeastOne is some, but never nothing.
func atLeastOne[T any](src Source, from []T) []T {
	if out := some(src, from); len(out) > 0 {
		return out
	}
	return []T{one(src, from)}
}

// chance is true once in n.
func chance(src Source, n int) bool { return src.IntN(n) == 0 }
