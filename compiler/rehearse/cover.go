package rehearse

import (
	"cmp"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
)

// Cover is how much of a journey the tests reached.
type Cover struct {
	Journey string   `json:"journey"`
	Steps   int      `json:"steps"`
	Reached int      `json:"reached"`
	Ways    int      `json:"ways"` // of its chooses and splits
	Taken   int      `json:"taken"`
	Missing []string `json:"missing,omitempty"` // steps, and ways as step.welcome.engaged: opened
}

// cover is what all tests together reached, by journey.
func (h *house) cover(tests []Result) []Cover {
	steps, ways := map[string]bool{}, map[string]bool{}
	for _, t := range tests {
		if t.lived == nil {
			continue
		}
		for step := range t.lived.steps {
			steps[step] = true
		}
		for way := range t.lived.ways {
			ways[way] = true
		}
	}
	var out []Cover
	for _, j := range h.program.Journeys {
		c := Cover{Journey: j.Address}
		for _, e := range j.Table().Entries {
			c.Steps++
			if !steps[e.Address] {
				c.Missing = append(c.Missing, e.Address)
				c.Ways += len(e.Ways)
				continue
			}
			c.Reached++
			c.waysOf(e, ways)
		}
		out = append(out, c)
	}
	return out
}

func (c *Cover) waysOf(e ir.Entry, ways map[string]bool) {
	for _, w := range e.Ways {
		c.Ways++
		if ways[e.Address+" "+w.Name] {
			c.Taken++
			continue
		}
		c.Missing = append(c.Missing, e.Address+": "+w.Name)
	}
}

// byPlace sorts tests by where they are written.
func byPlace(tests []ir.Test) {
	slices.SortStableFunc(tests, func(a, b ir.Test) int {
		return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Start.Byte, b.At.Start.Byte))
	})
}
