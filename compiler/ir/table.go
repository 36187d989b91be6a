package ir

import "github.com/trayecto/trayecto/lang/expr"

// A journey's steps as a flat table.
//
// A step inside a branch is an entry of the table like any other, and where a
// path goes on is an index, so that a run's place is one number, and paths that
// part and meet again do so at one entry. The entries stand in source order, and
// every path goes to larger indices only: a walk from the first entry to the
// last meets all that leads to an entry before the entry itself.

// Over is the index at which a run has nothing left to do.
const Over = -1

// Table is the steps of one journey. A run begins at entry 0, or is over at
// once where there is none.
type Table struct {
	Journey string // "journey.welcome"
	Entries []Entry
}

// Entry is one step and what comes after it.
type Entry struct {
	Index   int
	Step    Step
	Address string // "step.welcome.hello"
	Around  int    // the choose or split that the step stands in, or Over
	// Next is what comes after: after a send, do or wait itself, after a choose
	// or split where its ways meet again. Over where nothing comes.
	Next int
	// Ways are those of a choose, in the order in which they are asked, or of a
	// split; nothing for other steps. Those of a choose end with the one for
	// everyone else, written or not.
	Ways []Way
	// From lists the entries that lead here without anything in between, in
	// order; a choose or split of which an empty way leads here is among them.
	// Entry 0 is also where runs begin.
	From []int
	// Epoch says that time passes at the step by itself: what was true of the
	// person before it may not be so after it. Sends pass time too where hours
	// or caps hold them, which depends on the program; see Holds.
	Epoch bool
}

// Way is one way of a choose or split.
type Way struct {
	Name      string
	If        expr.Expr // of a choose; nil for everyone else
	Weight    int       // of a split, relative to the other ways
	Control   bool      // of a split: the run ends here, recorded
	Otherwise bool      // of a choose: for everyone else
	Next      int       // where it leads: its first step, or where the ways meet; Over
}

// Table is the journey's steps as a flat table.
func (j Journey) Table() Table {
	t := tabler{journey: j.Address, entries: make([]Entry, 0, 8)}
	t.list(j.Steps, Over)
	t.link()
	return Table{j.Address, t.entries}
}

// Named is the entry of a step by its name in the journey.
func (t Table) Named(name string) (Entry, bool) {
	for _, e := range t.Entries {
		if e.Step.StepName() == name {
			return e, true
		}
	}
	return Entry{}, false
}

// tabler lays steps out. What comes after a step is Over until the next one is
// laid out.
type tabler struct {
	journey string
	entries []Entry
}

// list lays out steps that follow one another inside around and returns the
// index of the first, Over where there is none, and the entries that what comes
// after them is to follow.
func (t *tabler) list(steps []Step, around int) (first int, last []int) {
	first = Over
	for _, s := range steps {
		index := len(t.entries)
		t.entries = append(t.entries, Entry{Index: index, Step: s, Address: StepAddress(t.journey, s.StepName()), Around: around, Next: Over})
		for _, before := range last {
			t.lead(before, index)
		}
		if first == Over {
			first = index
		}
		last = append([]int{index}, t.ways(s, index)...)
	}
	return first, last
}

// lead says where an entry goes on, save for what goes on somewhere already.
func (t *tabler) lead(from, to int) {
	e := &t.entries[from]
	if e.Next == Over {
		e.Next = to
	}
	for i := range e.Ways {
		if w := &e.Ways[i]; w.Next == Over && !w.Control {
			w.Next = to
		}
	}
}

// ways lays out the ways of a step and returns the entries with which they end.
func (t *tabler) ways(s Step, index int) (last []int) {
	var ways []Way
	lay := func(w Way, steps []Step) {
		var ends []int
		w.Next, ends = t.list(steps, index)
		ways, last = append(ways, w), append(last, ends...)
	}
	switch s := s.(type) {
	case Choose:
		for _, branch := range s.When {
			lay(Way{Name: branch.Name, If: branch.If}, branch.Steps)
		}
		lay(Way{Name: "otherwise", Otherwise: true}, s.Otherwise)
	case Split:
		for _, v := range s.Variants {
			lay(Way{Name: v.Name, Weight: v.Weight, Control: v.Control}, v.Steps)
		}
		t.entries[index].Epoch = s.Decide != ""
	case Wait:
		t.entries[index].Epoch = true
	case Send, Do:
	}
	t.entries[index].Ways = ways
	return last
}

// link fills in where each entry is come from.
func (t *tabler) link() {
	come := func(from, to int) {
		if to == Over {
			return
		}
		e := &t.entries[to]
		if n := len(e.From); n == 0 || e.From[n-1] != from {
			e.From = append(e.From, from)
		}
	}
	for _, e := range t.entries {
		if len(e.Ways) == 0 {
			come(e.Index, e.Next)
		}
		for _, w := range e.Ways {
			come(e.Index, w.Next)
		}
	}
}

// Holds tells whether a send may be held back for a while, so that time passes
// at it: by hours that its class keeps to, or by a cap that it waits for.
func (p *Program) Holds(s Send) bool {
	t, _ := Find(p.Touchpoints, s.Touchpoint)
	purpose, _ := Find(p.Purposes, t.Purpose)
	for _, pressure := range p.Pressures {
		for _, h := range pressure.Hours {
			if has(h.Classes, purpose.Class) {
				return true
			}
		}
		for _, l := range pressure.Limits {
			if s.IfCapped == "wait" && has(l.Classes, purpose.Class) {
				return true
			}
		}
	}
	return false
}
