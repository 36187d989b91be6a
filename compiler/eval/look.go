package eval

import (
	"cmp"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// What verdicts rest on, for those who explain them.

// Happened lists what a source has of the person in a window, in order. It is
// nothing where the window is a journey's.
func (w *World) Happened(s expr.Source, in expr.Window, p *person.Person) []person.Event {
	v := w.view(p)
	if !v.evaluated(Context{}, in, s) {
		return nil
	}
	var out []person.Event
	walk := v.happened(s, in, Context{})
	for event := walk.next(); event != nil; event = walk.next() {
		out = append(out, *event)
	}
	return out
}

// Change is one change of a consent record.
type Change struct {
	Kind   person.ActKind
	At     types.Instant
	Source string // a capture's name, a touchpoint, or "history"
}

// Changes lists what has changed the person's record of a consent on a
// channel, in order. Channels that the consent does not cover have none.
func (w *World) Changes(consent, channel string, p *person.Person) []Change {
	c, ok := ir.Find(w.Program.Consents, consent)
	if !ok || !slices.Contains(c.Channels, channel) {
		return nil
	}
	var out []Change
	for _, x := range w.view(p).changes(c, channel) {
		out = append(out, Change{x.Kind, x.At, x.source})
	}
	return out
}

// Stop is something for which a person's address is suppressed.
type Stop struct {
	Kind person.OutcomeKind // bounced or complained; "" is an objection
	At   types.Instant
}

// Stops lists what suppresses messages of a class to the person's address on a
// channel, in order of time. Who is suppressed has at least one.
func (w *World) Stops(channel string, class ir.Class, p *person.Person) []Stop {
	v := w.view(p)
	var out []Stop
	for _, o := range p.Outcomes {
		if v.kills(o, channel) {
			out = append(out, Stop{o.Kind, o.At})
		}
	}
	if class == ir.Marketing && v.objects(channel) {
		out = append(out, Stop{At: v.objectedAt(channel)})
	}
	slices.SortStableFunc(out, func(a, b Stop) int { return cmp.Compare(a.At, b.At) })
	return out
}

// Listing is how a person stands to an exclusion's list.
type Listing struct {
	Covered bool // the person has every value that the list matches by
	Absent  bool // there is no list
	Listed  bool
	Stale   bool          // it is older than it may be
	AsOf    types.Instant // how far it goes; zero when nothing says
}

// Listing looks a person up in an exclusion's list.
func (w *World) Listing(exclusion string, p *person.Person) Listing {
	x, ok := ir.Find(w.Program.Exclusions, exclusion)
	if !ok {
		return Listing{}
	}
	v, list := w.view(p), w.Lists[exclusion]
	row, covered := v.row(x.Match)
	if list == nil {
		return Listing{Covered: covered, Absent: true}
	}
	stale := !x.FreshFor.IsZero() && list.AsOf <= x.FreshFor.Before(w.Now, w.Zone)
	return Listing{Covered: covered, Listed: covered && list.Rows[row], Stale: stale, AsOf: list.AsOf}
}

// Unfresh tells when a value was learned that counts as not known because it
// has aged, or false. The instant is zero when nothing says.
func (w *World) Unfresh(attribute string, p *person.Person) (types.Instant, bool) {
	a, ok := w.attributes[attribute]
	if !ok || a.FreshFor.IsZero() || types.IsNull(p.Get(attribute)) || w.view(p).fresh(attribute, a.FreshFor) {
		return 0, false
	}
	return p.Observed[attribute], true
}
