package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A command lives shortly, and what it reads it needs nearly to its end. Go's own
// rule, to collect garbage whenever twice as much is in use as was needed, from
// four MiB on, collects often while there is next to none, and lets a large project
// take twice what it needs. So nothing is collected below a floor, and above it
// whenever half as much was added to what was needed.
const (
	collectFrom = 128 << 20 // bytes in use
	collectAt   = 50        // per cent more than was needed
	goStarts    = 4 << 20   // bytes in use from which Go collects at 100 per cent
)

// collectSeldom sets that up, unless whoever runs the program says otherwise.
func collectSeldom(env func(string) (string, bool)) {
	if _, said := env("GOGC"); said {
		return
	}
	debug.SetGCPercent(100 * (collectFrom / goStarts))
	afterEachCollection(func() { debug.SetGCPercent(mayGrow(left())) })
}

// mayGrow is how many per cent may be added to what a collection left.
func mayGrow(left uint64) int {
	if left > 0 && left < collectFrom {
		return max(collectAt, int(100*(collectFrom-left)/left))
	}
	return collectAt
}

// left is how many bytes the last collection left.
func left() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}

// afterEachCollection calls something soon after garbage was collected.
func afterEachCollection(do func()) {
	type fallen struct{ _ *int } // which nobody needs, so that each collection finds it
	runtime.AddCleanup(&fallen{}, func(do func()) { do(); afterEachCollection(do) }, do)
}
