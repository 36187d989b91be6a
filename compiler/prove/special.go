package prove

import (
	"cmp"
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// What is known of a person and of a special category (health, belief: GDPR
// art. 9) decides on marketing, or stands in it, only where the person explicitly
// said yes to that use: a consent names it in special and is granted when the
// message goes out. A yes to marketing alone is no such yes, and no other ground
// of a regime is.

// Disclosure is data of a special category that marketing uses, and somebody who
// gets the message without having said yes to that.
type Disclosure struct {
	Journey    string
	Step       string
	Touchpoint string
	Channel    string
	Attribute  string     // "person.health_note"
	At         diag.Range // where it is used
	Inside     bool       // it stands in the message; otherwise it decides who gets it
	Consents   []string   // that let marketing use it
	Person     *Story     // nil where it is only not proved that there is nobody
	Why        string     // of nobody: why it is not proved
}

// use is a place that mentions data of a special category.
type use struct {
	attribute string
	at        diag.Range
	inside    bool
}

// disclosed is what has to hold of a message that uses something special.
type disclosed struct {
	use
	of       *obligation
	consents []string
	agreed   expr.Expr // a yes that covers it is on record
	claim    *claim
	set      *claim // it is known
}

// special finds what marketing uses, and reads what has to hold.
func (t *trial) special(r *reader) []disclosed {
	var out []disclosed
	if !t.hasSpecial() {
		return nil
	}
	for _, o := range t.obligations {
		finder := uses{program: t.Program, seen: map[string]bool{}}
		o.lane.decides(&finder, o.entry.Index)
		finder.inside = true
		message, _ := ir.Find(t.Program.Touchpoints, o.Touchpoint)
		finder.message(message)
		for _, u := range finder.found {
			d := disclosed{use: u, of: o, set: r.read(expr.IsSet{Of: finder.attributes[u.attribute]})}
			d.consents, d.agreed = t.agreed(u.attribute)
			d.claim = r.read(d.agreed)
			out = append(out, d)
		}
	}
	return out
}

// hasSpecial tells whether anything that is known is of a special category.
func (t *trial) hasSpecial() bool {
	is := func(a ir.Attribute) bool { return a.Sensitivity == specialCategory }
	return slices.ContainsFunc(t.Program.Person.Attributes, is) ||
		slices.ContainsFunc(t.Program.Objects, func(o ir.Object) bool { return slices.ContainsFunc(o.Attributes, is) })
}

const specialCategory = "special"

// agreed is that a consent which names an attribute is granted, on any of its
// channels.
func (t *trial) agreed(attribute string) ([]string, expr.Expr) {
	var names []string
	terms := []expr.Expr{}
	for _, c := range t.Program.Consents {
		if !slices.Contains(c.Special, attribute) {
			continue
		}
		names = append(names, c.Address)
		for _, channel := range c.Channels {
			terms = append(terms, t.Program.Consented(c.Purpose, channel))
		}
	}
	return names, expr.Or{Terms: terms}
}

// disclosures is the places at which something special is used and somebody gets
// the message without a yes to that, each with the first such message.
func (t *trial) disclosures(of []disclosed) []Disclosure {
	var out []Disclosure
	for _, d := range of {
		if slices.ContainsFunc(out, func(o Disclosure) bool { return o.At == d.at && o.Attribute == d.attribute }) {
			continue
		}
		o := d.of
		if !o.lane.at[o.entry.Index].reached {
			continue
		}
		epoch := o.epoch()
		gets := append(o.arrives(epoch, true), o.lane.isTrue(o.allowed, epoch), o.lane.isTrue(d.claim, epoch).not())
		p, found := t.space.find(gets...)
		if found == impossible {
			continue
		}
		why := overrun
		if found == possible {
			why = cmp.Or(t.space.assumes(gets), t.unlived(o, p, epoch))
		}
		out = append(out, Disclosure{
			Journey: o.Journey, Step: o.Step, Touchpoint: o.Touchpoint, Channel: o.Channel,
			Attribute: d.attribute, At: d.at, Inside: d.inside, Consents: d.consents,
			Person: t.discloses(d, gets), Why: why,
		})
	}
	return out
}

// discloses is somebody who gets a message that uses something special.
func (t *trial) discloses(d disclosed, gets []node) *Story {
	o, epoch := d.of, d.of.epoch()
	var first []node
	for _, b := range o.before {
		first = append(first, o.lane.isTrue(b.allowed, epoch).not())
	}
	known := append(slices.Clone(first), o.lane.isTrue(d.set, epoch))
	ease := slices.Concat(known, t.atEase(epoch))
	return t.somebody(gets, [][]node{ease, known, first}, func(p *point) *Story {
		shows := func(n eval.Note, l *eval.Life) bool {
			sent, ok := n.(eval.Sent)
			return ok && sent.Step == o.Step && sent.Channel == o.Channel && l.World().Truth(d.agreed, l.Person(), eval.Context{}) != expr.True
		}
		trip := &trip{trial: t, o: o, point: p, epoch: epoch, ways: map[string]string{}, shows: shows, about: []string{o.Journey}}
		return trip.live(true)
	})
}

// decides finds what decides whether a run sends a message: how it begins, the
// branches of which not all lead there, what waits wait for, and what ends it.
func (l *lane) decides(u *uses, send int) {
	enter := l.journey.Enter
	u.expr(enter.If)
	u.segment(enter.Who)
	if m, ok := ir.Find(l.program.Moments, enter.Moment); ok {
		u.moment(m.Detect)
	}
	reaches := l.reaching(send)
	for _, e := range l.table.Entries[:send] {
		if !reaches[e.Index] {
			continue
		}
		if w, is := e.Step.(ir.Wait); is {
			u.expr(w.Until)
		}
		all := !slices.ContainsFunc(e.Ways, func(w ir.Way) bool { return w.Next == ir.Over || !reaches[w.Next] })
		for _, w := range e.Ways {
			if !all {
				u.expr(w.If)
			}
		}
	}
	u.expr(l.journey.Goal)
	u.expr(l.journey.LeaveIf)
}

// reaching tells of each entry whether a way leads from it to another.
func (l *lane) reaching(to int) []bool {
	out := make([]bool, len(l.table.Entries))
	out[to] = true
	for i := to - 1; i >= 0; i-- {
		e := l.table.Entries[i]
		out[i] = len(e.Ways) == 0 && e.Next != ir.Over && out[e.Next]
		for _, w := range e.Ways {
			out[i] = out[i] || !w.Control && w.Next != ir.Over && out[w.Next]
		}
	}
	return out
}

// uses finds mentions of what is of a special category.
type uses struct {
	program    *ir.Program
	inside     bool
	found      []use
	attributes map[string]expr.Expr
	seen       map[string]bool // segments, computed attributes, parts and links that were looked into
}

func (u *uses) expr(e expr.Expr) {
	if e == nil {
		return
	}
	expr.Walk(e, func(e expr.Expr) bool {
		for _, s := range expr.Sources(e) {
			u.expr(s.Where)
		}
		switch e := e.(type) {
		case expr.Attribute:
			u.attribute(e)
		case expr.Member:
			u.segment(e.Segment)
		case expr.Any:
			u.expr(e.Where)
		default:
		}
		return true
	})
}

func (u *uses) once(name string) bool {
	if u.seen[name] {
		return false
	}
	u.seen[name] = true
	return true
}

func (u *uses) segment(address string) {
	if s, ok := ir.Find(u.program.Segments, address); ok && u.once(address) {
		u.expr(s.Where)
	}
}

// attribute notes something special and looks into what is computed.
func (u *uses) attribute(e expr.Attribute) {
	a, ok := u.program.Person.AttributeNamed(e.Path[0])
	if !ok {
		return
	}
	special := a.Sensitivity == specialCategory
	object, of := ir.Find(u.program.Objects, typeName(a))
	for _, name := range e.Path[1:] {
		at := slices.IndexFunc(object.Attributes, func(o ir.Attribute) bool { return o.Name == name })
		if !of || at < 0 {
			break
		}
		special = special || object.Attributes[at].Sensitivity == specialCategory
		object, of = ir.Find(u.program.Objects, typeName(object.Attributes[at]))
	}
	if name := expr.Print(e); special {
		if u.attributes == nil {
			u.attributes = map[string]expr.Expr{}
		}
		u.attributes[name] = e
		u.found = append(u.found, use{name, e.Range(), u.inside})
	}
	if a.Value != nil && u.once("person."+a.Name) {
		u.expr(a.Value)
	}
}

func typeName(a ir.Attribute) string {
	if a.Type == nil {
		return ""
	}
	return a.Type.String()
}

func (u *uses) moment(d ir.Detect) {
	switch d := d.(type) {
	case ir.OnEvent:
		u.expr(d.If)
	case ir.OnOutcome:
		u.expr(d.If)
	case ir.Absence:
		u.expr(d.If)
	case ir.OnDate:
		u.expr(d.Date)
	case ir.Enters:
		u.segment(d.Segment)
	case ir.Leaves:
		u.segment(d.Segment)
	case nil:
	}
}

// message finds what stands in a message and what chooses its channel.
func (u *uses) message(t ir.Touchpoint) {
	u.expr(t.Prefer)
	for _, texts := range []map[string]content.Template{t.Content.Subject, t.Content.Body, t.Content.Text} {
		u.texts(texts)
	}
}

func (u *uses) texts(byLanguage map[string]content.Template) {
	for _, language := range u.program.Project.Languages {
		u.template(byLanguage[language])
	}
}

func (u *uses) template(t content.Template) {
	for _, piece := range t.Pieces {
		switch piece := piece.(type) {
		case content.Slot:
			u.expr(piece.Value)
		case content.LinkSlot:
			if link, ok := ir.Find(u.program.Links, piece.Link); ok && u.once(piece.Link) {
				u.template(link.URL)
			}
		case content.PartSlot:
			if part, ok := ir.Find(u.program.Parts, piece.Part); ok && u.once(piece.Part) {
				u.texts(part.Body)
			}
		case content.Text:
		}
	}
}
