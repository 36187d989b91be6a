package main

import (
	"math/rand/v2"
	"time"
)

// dice is one stream of chance. It uses whole numbers only: fractions round
// differently from machine to machine.
type dice struct{ source *rand.PCG }

func newDice(seed, stream uint64) dice { return dice{rand.NewPCG(seed, stream)} }

// below is 0 to n-1.
func (d dice) below(n int) int { return int(d.source.Uint64() >> 11 % uint64(n)) }

// between is low to high, both included.
func (d dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true in percent of cases.
func (d dice) chance(percent int) bool { return d.below(100) < percent }

// pick is one of a list.
func pick[T any](d dice, list []T) T { return list[d.below(len(list))] }

// weighted is one of a list of words, the more often the greater its weight.
func (d dice) weighted(choices []choice) string {
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	at := d.below(total)
	for _, c := range choices {
		if at < c.weight {
			return c.word
		}
		at -= c.weight
	}
	return choices[len(choices)-1].word
}

type choice struct {
	word   string
	weight int
}

// day is a waking moment of a random day from from to to.
func (d dice) day(from, to time.Time) time.Time {
	days := max(int(to.Sub(from)/(24*time.Hour)), 1)
	at := from.AddDate(0, 0, d.below(days)).Truncate(24 * time.Hour)
	return at.Add(time.Duration(d.between(7*3600, 21*3600)) * time.Second)
}

// after is a moment from low to high after at.
func (d dice) after(at time.Time, low, high time.Duration) time.Time {
	return at.Add(time.Duration(d.between(int(low/time.Second), int(high/time.Second))) * time.Second)
}
