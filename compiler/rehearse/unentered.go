package rehearse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
)

// expects looks up what there will be to say where an expected message or action
// does not come: which journeys it stands in, and whether the person is from the
// start in the segment on whose joining they begin.
func (r *run) expects() {
	r.doers, r.ahead = map[string][]string{}, map[string]string{}
	for _, e := range r.test.Expects {
		what := e.Sent + e.Done
		if what == "" || r.doers[what] != nil {
			continue
		}
		r.doers[what] = []string{}
		for _, j := range r.house.program.Journeys {
			if !carries(j, what) {
				continue
			}
			r.doers[what] = append(r.doers[what], j.Address)
			moment, _ := ir.Find(r.house.program.Moments, j.Enter.Moment)
			if joins, is := moment.Detect.(ir.Enters); is && !joins.Existing && r.life.Member(joins.Segment) {
				r.ahead[j.Address] = joins.Segment
			}
		}
	}
}

// carries tells whether a step of a journey sends a touchpoint or does an action.
func carries(j ir.Journey, what string) bool {
	found := false
	ir.Walk(j.Steps, func(s ir.Step) {
		switch s := s.(type) {
		case ir.Send:
			found = found || s.Touchpoint == what
		case ir.Do:
			found = found || s.Action == what
		case ir.Wait, ir.Choose, ir.Split:
		}
	})
	return found
}

// unentered goes on about something that never came, where no journey that it
// stands in was entered.
func (l *lived) unentered(what string) string {
	doers := l.doers[what]
	switch {
	case len(doers) == 0:
		return ": no journey has it"
	case slices.ContainsFunc(doers, func(j string) bool { return l.inside[j] }):
		return ""
	}
	parts := make([]string, len(doers))
	for i, j := range doers {
		switch {
		case l.ahead[j] != "":
			parts[i] = fmt.Sprintf("%s begins on joining %s, and the person is in it from the start", j, l.ahead[j])
		case l.out[j] != "":
			parts[i] = fmt.Sprintf("%s is not entered: %s", j, l.out[j])
		default:
			parts[i] = j + " does not begin"
		}
	}
	return ": " + strings.Join(parts, "; ")
}
