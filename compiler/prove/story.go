package prove

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// Story is a made-up person as people and machines read about them.
type Story struct {
	Name       string `json:"name"`              // "Ana (made up)"
	Summary    string `json:"summary"`           // "tier gold; 1 order_placed, 72 days ago"
	Attributes []Fact `json:"attributes"`        // what is known, by name
	Consent    []Act  `json:"consent,omitempty"` // what they said, in order
	Events     []Deed `json:"events,omitempty"`  // what they did, in order
	// Excluded names the lists that they are on.
	Excluded []string `json:"excluded,omitempty"`
	// Then is what happens to them in a journey, in sentences.
	Then []string `json:"then,omitempty"`
	// Forbidden says, of marketing that they get and may not, which rules do not
	// allow it and since when, in one sentence.
	Forbidden string `json:"forbidden,omitempty"`
	// Test is the story as a test block, where it is one.
	Test string `json:"test,omitempty"`
	// Retold is the story as a test that nobody has run yet; nil where it is none.
	Retold *ir.Test `json:"-"`
}

// Fact is one thing that is known.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Act is one thing that they said.
type Act struct {
	At      string `json:"at"`
	Consent string `json:"consent"`
	Channel string `json:"channel,omitempty"`
	Act     string `json:"act"`
}

// Deed is one thing that happened.
type Deed struct {
	At     string `json:"at"`
	What   string `json:"what"`
	Fields []Fact `json:"fields,omitempty"`
}

// Told is who somebody is, what happens to them and, of what they may not get,
// why: a line each.
func (s *Story) Told() string {
	lines := append([]string{s.Name + ": " + s.Summary + "."}, s.Then...)
	if s.Forbidden != "" {
		lines = append(lines, s.Forbidden)
	}
	return strings.Join(lines, "\n")
}

// name is what the made-up person is called. It is said with each that they are
// made up.
const name = "Ana (made up)"

func instant(t time.Time) types.Instant { return types.NewInstant(t) }

// story tells of a witness; of nobody it is nil.
func (w *Witness) story(p *ir.Program) *Story {
	if w == nil {
		return nil
	}
	s := &Story{Name: name, Attributes: []Fact{}}
	var parts []string
	for _, a := range w.attributes(p) {
		s.Attributes = append(s.Attributes, a)
		if a.Name != p.Person.Keys[0].Name {
			parts = append(parts, inWords(a))
		}
	}
	for _, a := range w.Person.Acts {
		s.Consent = append(s.Consent, Act{types.Spell(a.At), a.Consent, a.Channel, string(a.Kind)})
		parts = append(parts, fmt.Sprintf("%s %s by %s, %s", said[a.Kind], a.Consent, ir.ChannelWord(a.Channel), w.ago(a.At)))
	}
	for _, e := range w.Person.Events {
		s.Events = append(s.Events, Deed{types.Spell(e.At), e.Type, facts(e.Fields)})
	}
	for _, o := range w.Person.Outcomes {
		s.Events = append(s.Events, Deed{At: types.Spell(o.At), What: outcomeOf(o)})
	}
	slices.SortStableFunc(s.Events, func(a, b Deed) int { return strings.Compare(a.At, b.At) })
	parts = append(parts, w.deeds(p)...)
	s.Excluded = w.listed()
	for _, x := range s.Excluded {
		parts = append(parts, "on the list of "+x)
	}
	if s.Summary = strings.Join(parts, "; "); s.Summary == "" {
		s.Summary = "somebody of whom nothing is known"
	}
	return s
}

var said = map[person.ActKind]string{
	person.Grant: "said yes to", person.Confirm: "confirmed", person.Refuse: "said no to", person.Withdraw: "withdrew from",
}

// attributes is what is known, in the order of the program.
func (w *Witness) attributes(p *ir.Program) []Fact {
	var out []Fact
	add := func(name string) {
		if v := w.Person.Get(name); !types.IsNull(v) {
			out = append(out, Fact{name, types.Spell(v)})
		}
	}
	for _, k := range p.Person.Keys {
		add(k.Name)
	}
	for _, a := range p.Person.Attributes {
		add(a.Name)
	}
	return out
}

func inWords(f Fact) string {
	switch f.Value {
	case "true":
		return f.Name
	case "false":
		return "not " + f.Name
	case "":
		return f.Name + ` ""`
	}
	return f.Name + " " + f.Value
}

func facts(fields map[string]types.Value) []Fact {
	var out []Fact
	for name, v := range fields {
		if !types.IsNull(v) {
			out = append(out, Fact{name, types.Spell(v)})
		}
	}
	slices.SortFunc(out, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func outcomeOf(o person.Outcome) string {
	what := o.Touchpoint
	if what == "" {
		what = "a message by " + ir.ChannelWord(o.Channel)
	}
	return what + " " + string(o.Kind)
}

// deeds is what happened, kind by kind with the latest.
func (w *Witness) deeds(p *ir.Program) []string {
	type deed struct {
		what string
		of   string // in brackets
		n    int
		last types.Instant
	}
	var all []deed
	note := func(what, of string, at types.Instant) {
		i := slices.IndexFunc(all, func(d deed) bool { return d.what == what && d.of == of })
		if i < 0 {
			i = len(all)
			all = append(all, deed{what: what, of: of})
		}
		all[i].n++
		all[i].last = max(all[i].last, at)
	}
	for _, e := range w.Person.Events {
		var parts []string
		for _, f := range facts(e.Fields) {
			parts = append(parts, inWords(f))
		}
		note(e.Type, strings.Join(parts, ", "), e.At)
	}
	for _, o := range w.Person.Outcomes {
		note(outcomeOf(o), "", o.At)
	}
	var out []string
	for _, d := range all {
		text := times(p, d.what, d.n)
		if d.of != "" {
			text += " (" + d.of + ")"
		}
		if d.n > 1 {
			text += ", the last"
		} else {
			text += ","
		}
		out = append(out, text+" "+w.ago(d.last))
	}
	return out
}

// times counts what happened: in orders where the event is named after a
// declared object, as event.order_placed is after object.order.
func times(p *ir.Program, what string, n int) string {
	many := ""
	if n != 1 {
		many = "s"
	}
	name := ir.Short(what)
	for _, o := range p.Objects {
		if strings.HasPrefix(name, ir.Short(o.Address)+"_") {
			return fmt.Sprintf("%d %s%s", n, ir.Short(o.Address), many)
		}
	}
	if n == 1 {
		return name
	}
	return fmt.Sprintf("%s %d times", name, n)
}

// ago is how long before now an instant was, in the largest unit of which one
// has passed.
func (w *Witness) ago(at types.Instant) string {
	passed := w.Now.Time().Sub(at.Time())
	for _, u := range []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		switch n := int(passed / u.long); {
		case n == 1:
			return "1 " + u.name + " ago"
		case n > 1:
			return fmt.Sprintf("%d %ss ago", n, u.name)
		}
	}
	if passed < 0 {
		return "later, on " + at.Time().Format("2 Jan 2006")
	}
	return "just now"
}
