// Package workers is the same work on many things at once, bounded.
//
// Who uses it keeps each result in a slot of its own, by the thing's index, so
// that what comes out does not show who was first.
package workers

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do for 0 to n-1, at most most of them at once; 0 means as many as
// there are processors, 1 one after the other in order. It returns when all
// are done.
func Each(n, most int, do func(i int)) {
	if most == 0 {
		most = runtime.GOMAXPROCS(0)
	}
	if most = min(most, n); most <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range most {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}

// InRuns is Each for work of which one thing is too little for a turn of its own: a
// turn does so many neighbours.
func InRuns(n, length, most int, do func(i int)) {
	runs := Runs(n, length)
	Each(len(runs), most, func(turn int) {
		for i := runs[turn][0]; i < runs[turn][1]; i++ {
			do(i)
		}
	})
}

// Runs splits n things into runs of neighbours, each [from, to), for work of
// which one thing is too little for a turn of its own.
func Runs(n, length int) [][2]int {
	var out [][2]int
	for from := 0; from < n; from += length {
		out = append(out, [2]int{from, min(from+length, n)})
	}
	return out
}
