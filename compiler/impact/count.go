package impact

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// tally is what was counted for one question.
type tally struct {
	before, after, join, leave int
	reachBefore, reachAfter    []int // by the question's reach
}

// count asks every question about every person. The people are dealt out in
// equal shares, one for each processor; sums do not care about order, so the
// answer does not either.
func count(questions []*question, people []*person.Person) {
	shares := max(min(runtime.GOMAXPROCS(0), len(people)), 1)
	tallies := make([][]tally, shares)
	var wait sync.WaitGroup
	for share := range shares {
		tallies[share] = newTallies(questions)
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := share; i < len(people); i += shares {
				for j, q := range questions {
					q.look(people[i], &tallies[share][j])
				}
			}
		}()
	}
	wait.Wait()
	for j, q := range questions {
		for _, t := range tallies {
			q.counted.add(t[j])
		}
	}
}

func newTallies(questions []*question) []tally {
	out := make([]tally, len(questions))
	for i, q := range questions {
		out[i] = tally{reachBefore: make([]int, len(q.reach)), reachAfter: make([]int, len(q.reach))}
	}
	return out
}

func (t *tally) add(o tally) {
	t.before += o.before
	t.after += o.after
	t.join += o.join
	t.leave += o.leave
	if t.reachBefore == nil {
		t.reachBefore, t.reachAfter = make([]int, len(o.reachBefore)), make([]int, len(o.reachAfter))
	}
	for i := range o.reachBefore {
		t.reachBefore[i] += o.reachBefore[i]
		t.reachAfter[i] += o.reachAfter[i]
	}
}

// look asks about one person.
func (q *question) look(p *person.Person, t *tally) {
	was := q.before.has(q.address, p)
	is := q.after.has(q.address, p)
	if was {
		t.before++
		q.before.reached(p, t.reachBefore)
	}
	if is {
		t.after++
		q.after.reached(p, t.reachAfter)
	}
	switch {
	case is && !was:
		t.join++
	case was && !is:
		t.leave++
	}
}

func (a *asked) has(segment string, p *person.Person) bool {
	return a.known() && a.side.world.Member(segment, p)
}

// known tells whether the members can be counted on this side.
func (a *asked) known() bool { return a != nil && a.unknown == "" }

func (a *asked) reached(p *person.Person, counts []int) {
	for i, r := range a.reach {
		if !r.none && r.unknown == "" && a.side.world.Allowed(r.purpose, r.channel, p) {
			counts[i]++
		}
	}
}

// audience is the answer.
func (q *question) audience(o Options) plan.Audience {
	out := plan.Audience{Segment: q.address, Place: place(q.at), UsedBy: q.users.named, UsedByMore: q.users.more}
	t := q.counted
	if q.before != nil {
		out.PredicateBefore = expr.PrintLines(q.before.where)
		if q.before.known() {
			out.Before = &t.before
		} else {
			out.Unknown = q.before.unknown
		}
	}
	if q.after != nil {
		if q.before != nil || !o.Shown {
			out.PredicateAfter = expr.PrintLines(q.after.where)
		}
		if q.after.known() {
			out.After = &t.after
		} else {
			out.Unknown = q.after.unknown
		}
	}
	if q.after == nil && q.before != nil {
		none := 0
		out.After = &none
	}
	if out.Before != nil && out.After != nil {
		out.Join, out.Leave = &t.join, &t.leave
	}
	q.reachOf(&out)
	return out
}

// reachOf adds who can be reached. Where only that is not known, Unknown says so.
func (q *question) reachOf(out *plan.Audience) {
	for i, p := range q.reach {
		r := plan.Reach{Purpose: p.purpose, Channel: p.channel}
		r.Before = q.before.figure(i, &q.counted.reachBefore[i], out)
		r.After = q.after.figure(i, &q.counted.reachAfter[i], out)
		if q.after == nil && r.Before != nil {
			none := 0 // of a segment that is removed nobody is left
			r.After = &none
		}
		if r.Before != nil || r.After != nil {
			out.Reach = append(out.Reach, r)
		}
	}
}

// figure is one count of reach, or nil when it is not known.
func (a *asked) figure(i int, n *int, out *plan.Audience) *int {
	switch {
	case !a.known() || a.reach[i].none:
		return nil
	case a.reach[i].unknown != "":
		if out.Unknown == "" {
			out.Unknown = "who can be reached: " + a.reach[i].unknown
		}
		return nil
	}
	return n
}

func place(at diag.Range) string {
	if at.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s:%d", at.File, at.Start.Line)
}
