package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// What is asked of journeys as the language means them, whatever platform they
// run on. Whoever is shown has lived through it in the reference evaluator;
// where nobody did, nothing is told.

// Journeys is what there is to say about the journeys of a program.
type Journeys struct {
	Vain     []Vain
	Passed   []Passed
	Crossing []Crossing
	Rivals   []Rivals
	Idle     []Idle
	Circles  []Circle
	Special  []Disclosure
}

// Asked is what is asked about.
type Asked struct {
	Program *ir.Program
	// Unsaid tells of a choose, by its address, whether it says nothing about
	// everyone else; nil: none does.
	Unsaid func(step string) bool
}

// OfJourneys looks through the journeys of a program for what never comes to
// pass, and for people whom an author may not have thought of. What is not
// decided is not told.
func OfJourneys(of Asked, at Moment) Journeys {
	p := of.Program
	if len(p.Journeys) == 0 {
		return Journeys{}
	}
	var placed []string
	for _, j := range p.Journeys {
		placed = append(placed, j.Address)
	}
	reference := ir.Enforcement{Sends: true, Caps: true, Hours: true}
	t, r := readTrial(Platform{Program: p, Placed: placed, Enforcement: reference}, at)
	t.reference = true
	rounds, waits, addresses, special, crossed := t.rounds(r), t.untils(r), t.addresses(r), t.special(r), t.crossed(r)
	t.close()
	var out Journeys
	for _, l := range t.lanes {
		out.Vain = append(out.Vain, t.inVain(l)...)
		out.Idle = append(out.Idle, t.idle(l, waits[l])...)
		for _, e := range l.table.Entries {
			choose, is := e.Step.(ir.Choose)
			if !is || !l.at[e.Index].reached || len(choose.When) < 2 {
				continue
			}
			if of.Unsaid != nil && of.Unsaid(e.Address) {
				out.Passed = append(out.Passed, t.passed(l, e)...)
			}
			out.Crossing = append(out.Crossing, t.crossing(l, e)...)
		}
	}
	out.Rivals = t.rivals(addresses, crossed)
	out.Circles = t.circles(rounds)
	out.Special = t.disclosures(special)
	return out
}

// arrival is a trip to an entry, on which shows tells what is looked for.
func (t *trial) arrival(l *lane, e ir.Entry, at *point, shows func(eval.Note, *eval.Life) bool) *trip {
	o := &obligation{Send: Send{Journey: l.journey.Address, Step: e.Address}, lane: l, entry: e}
	return &trip{
		trial: t, o: o, point: at, epoch: l.at[e.Index].epoch, ways: map[string]string{}, shows: shows, about: []string{l.journey.Address},
	}
}

// somebody lives through it: a person for whom formulas hold, made by trip. The
// ones that have what first asks besides are tried before others.
func (t *trial) somebody(formulas []node, first [][]node, trip func(*point) *Story) *Story {
	for _, extra := range append(first, nil) {
		asked := slices.Concat(formulas, extra)
		for range mostTried {
			p, found := t.space.find(asked...)
			if found != possible {
				break
			}
			if s := trip(p); s != nil {
				return s
			}
			asked = append(asked, t.otherwise(p, formulas))
		}
	}
	return nil
}

// addresses reads that the person has an address on each channel.
func (t *trial) addresses(r *reader) []*claim {
	var out []*claim
	for _, c := range t.Program.Channels {
		if address, err := t.Program.Address(c); err == nil {
			out = append(out, r.read(expr.IsSet{Of: address}))
		}
	}
	return out
}

// atoms is the instances that formulas ask about, each once, in order.
func (s *space) atoms(formulas []node) []int32 {
	var out []int32
	seen := map[node]bool{}
	var visit func(n node)
	visit = func(n node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if s.graph.shape[n] == isAtom {
			out = append(out, s.graph.about[n])
			return
		}
		for _, k := range s.graph.kids[n] {
			visit(k)
		}
	}
	for _, f := range formulas {
		visit(f)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// allKnown is that everything which formulas ask is known.
func (s *space) allKnown(formulas []node) []node {
	var out []node
	for _, at := range s.atoms(formulas) {
		v := s.at(at)
		known := v.all
		for i, r := range v.regions {
			if types.IsNull(r.value) {
				known &^= 1 << i
			}
		}
		if known != v.all && known != 0 {
			out = append(out, s.graph.atom(at, known))
		}
	}
	return out
}
