package prove

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// past is one kind of thing that happens, an event that is recorded or an
// outcome of a message, with everything that is counted of it.
type past struct {
	key     string
	source  expr.Source // without condition
	event   *ir.Event   // the recorded event; nil for an outcome
	streams []*stream
	counts  []int  // the variables that count it
	facts   []int  // the variables that fold a field of it
	pairs   []int  // the variables of sequences that it is a part of
	within  *space // about one of them: the fields as variables
	known   map[string][]cell
}

// stream is those of a past that fulfil some conditions.
type stream struct {
	past       *past
	key        string
	conditions []string // printed, sorted
	claim      *claim   // over the past's own space
	counts     []int
}

// streamOf is the stream that a source lists. A derived event is unfolded into
// the recorded one and its conditions. It is nil where the source is not
// declared.
func (r *reader) streamOf(s expr.Source) *stream {
	p, conditions := r.pastOf(s)
	if p == nil {
		return nil
	}
	var printed []string
	for _, c := range conditions {
		printed = append(printed, expr.Print(c))
	}
	slices.Sort(printed)
	printed = slices.Compact(printed)
	key := strings.Join(printed, "\x00")
	for _, known := range p.streams {
		if known.key == key {
			return known
		}
	}
	inside := reader{space: p.within, program: r.program}
	var terms []*claim
	for _, c := range conditions {
		terms = append(terms, inside.read(c))
	}
	out := &stream{past: p, key: key, conditions: printed, claim: is(all(terms...), expr.True)}
	p.streams = append(p.streams, out)
	return out
}

func (r *reader) pastOf(s expr.Source) (*past, []expr.Expr) {
	conditions := terms(s.Where)
	key := s.Touchpoint + s.Step + "." + s.Outcome
	bare := expr.Source{Touchpoint: s.Touchpoint, Step: s.Step, Outcome: s.Outcome}
	var event *ir.Event
	if s.Event != "" {
		base, where, ok := r.program.Base(s.Event)
		if !ok {
			return nil, nil
		}
		key, bare, event = base.Address, expr.Source{Event: base.Address}, &base
		conditions = append(conditions, terms(where)...)
	}
	if known := r.pasts[key]; known != nil {
		return known, conditions
	}
	p := &past{key: key, source: bare, event: event, within: newSpace(), known: map[string][]cell{}}
	r.pasts[key] = p
	r.inOrder = append(r.inOrder, p)
	return p, conditions
}

// terms are the terms of a condition that all must hold; nil has none.
func terms(e expr.Expr) []expr.Expr {
	if e == nil {
		return nil
	}
	and, ok := e.(expr.And)
	if !ok {
		return []expr.Expr{e}
	}
	var out []expr.Expr
	for _, t := range and.Terms {
		out = append(out, terms(t)...)
	}
	return out
}

// count is the variable that counts a source in a window; -1 where it is not
// declared.
func (r *reader) count(s expr.Source, w expr.Window) int {
	of := r.streamOf(s)
	if of == nil {
		return -1
	}
	return r.countOf(of, w)
}

func (r *reader) countOf(of *stream, w expr.Window) int {
	key := "count of " + of.past.key + "\x00" + of.key + " in " + windowKey(w)
	i, made := r.variable(key, variable{kind: counted, typ: types.Number, stream: of, window: w})
	if made {
		of.counts = append(of.counts, i)
		of.past.counts = append(of.past.counts, i)
	}
	return i
}

// windowKey names a window; a week is seven days.
func windowKey(w expr.Window) string {
	if w.Since != "" {
		return w.Since
	}
	if w.Length.Calendar() {
		n := w.Length.Amount
		if w.Length.Unit == types.Year {
			n *= 12
		}
		return types.Span{Amount: n, Unit: types.Month}.String()
	}
	return w.Length.Exact().String()
}

// notWider tells whether what lies in window a certainly lies in b.
func notWider(a, b expr.Window) bool {
	switch {
	case b.Since == "ever":
		return true
	case a.Since != "" || b.Since != "":
		return a.Since == b.Since
	}
	return notLonger(a.Length, b.Length)
}
