package main

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// A command lives shortly, and what it reads it needs nearly to its end. Go's own
// rule, to collect garbage whenever twice as much is in use as was needed, from
// four MiB on, collects often while there is next to none. So nothing is collected
// below a floor, which is higher the more there is to read: what the files of a
// project are read into is needed until it is compiled, and about half of the
// floor. Above it garbage is collected whenever a third as much was added to what was
// needed.
const (
	collectFrom = 128 << 20 // bytes in use, and more of projects of more than
	perByte     = 40        // bytes for each byte of their files
	collectAt   = 33        // per cent more than was needed
	goStarts    = 4 << 20   // bytes in use from which Go collects at 100 per cent
)

// within is the part of what a container may have at most that the program takes.
// Garbage is collected as often as that needs: a job of CI is killed at its limit.
const within = 0.9

// keepWithin keeps to a limit, in bytes, unless whoever runs the program says one.
// Where none is known, there is none.
func keepWithin(env func(string) (string, bool), limit func() (uint64, error)) {
	if _, said := env("GOMEMLIMIT"); said {
		return
	}
	if most, err := limit(); err == nil && most < math.MaxInt64 {
		debug.SetMemoryLimit(int64(within * float64(most)))
	}
}

// collector says when garbage is collected.
type collector struct {
	floor atomic.Uint64 // bytes in use
}

// collectSeldom begins with that, unless whoever runs the program says otherwise:
// then it is nil.
func collectSeldom(env func(string) (string, bool)) *collector {
	if _, said := env("GOGC"); said {
		return nil
	}
	c := &collector{}
	c.floor.Store(collectFrom)
	c.set()
	afterEachCollection(c.set)
	return c
}

// expect is told how many bytes of files will be read.
func (c *collector) expect(text int) {
	if c != nil {
		c.floor.Store(floorOf(text))
		c.set()
	}
}

func floorOf(text int) uint64 { return max(collectFrom, perByte*uint64(text)) }

func (c *collector) set() { debug.SetGCPercent(mayGrow(left(), c.floor.Load())) }

// mayGrow is how many per cent may be added to what a collection left. Of little
// Go takes the per cent of what it starts from.
func mayGrow(left, floor uint64) int {
	switch {
	case left <= goStarts:
		return int(100 * floor / goStarts)
	case left < floor:
		return max(collectAt, int(100*(floor-left)/left))
	}
	return collectAt
}

// left is how many bytes the last collection left; 0 before the first.
func left() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}

// look is how often it is looked whether garbage was collected.
const look = 5 * time.Millisecond

// afterEachCollection calls something soon after garbage was collected. What Go
// calls for things that were collected comes when all is swept, which in a large
// heap is half a second later, in which nothing would bound it.
func afterEachCollection(do func()) {
	cycles := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}}
	go func() {
		seen := uint64(0)
		for range time.Tick(look) {
			metrics.Read(cycles)
			if now := cycles[0].Value.Uint64(); now != seen {
				seen = now
				do()
			}
		}
	}()
}
