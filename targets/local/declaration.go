package local

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// form is what a declaration that has an object says.
func (l *lowering) form(d ir.Declaration) *form {
	f := l.newForm()
	f.words(d)
	if t, is := d.(ir.Touchpoint); is {
		t.Content = ir.Content{} // the templates hold it
		d = t
	}
	f.attributes[resource.Meaning] = l.meaning(d)
	return f
}

// words puts what a declaration says, in words. Kinds that say nothing to a
// platform (guards, tests, platforms) have none.
func (f *form) words(d ir.Declaration) {
	switch d := d.(type) {
	case ir.Purpose:
		f.purpose(d)
	case ir.Channel:
		f.channel(d)
	case ir.Consent:
		f.consent(d)
	case ir.Regime:
		f.regime(d)
	case ir.Exclusion:
		f.exclusion(d)
	case ir.Calendar:
		f.calendar(d)
	case ir.Pressure:
		f.pressure(d)
	case ir.Control:
		f.control(d)
	case ir.Segment:
		f.segment(d)
	case ir.Link:
		f.link(d)
	case ir.Part:
		f.part(d)
	case ir.Touchpoint:
		f.touchpoint(d)
	case ir.Action:
		f.action(d)
	case ir.Moment:
		f.moment(d)
	case ir.Journey:
		f.journey(d)
	case ir.Event:
		f.event(d)
	}
}

// saying is what is said of a name that has no object here, and what that needs in
// turn. It is said in as many objects as mention it.
type saying struct {
	said  resource.Value // nil where it adds nothing to what mentions it
	needs []need
}

// word finds what is said of a name, once.
func (l *lowering) word(name string) saying {
	known, there := l.words[name]
	if !there {
		known = l.saidOf(name)
		l.words[name] = known
	}
	return known
}

func (l *lowering) saidOf(name string) saying {
	f := newForm()
	switch {
	case name == timezone:
		return saying{said: resource.String(l.program.Project.Timezone)}
	case name == currency:
		return saying{said: resource.String(l.program.Project.Currency)}
	case name == languageList:
		return saying{said: resource.Strings(l.program.Project.Languages...)}
	case name == personLanguage:
		f.text("attribute", l.program.Person.Language)
	case name == personTimezone:
		f.text("attribute", l.program.Person.Timezone)
	case strings.HasPrefix(name, "person."):
		f = attribute(l.program.Person.Attributes, strings.TrimPrefix(name, "person."))
	case strings.HasPrefix(name, "object.*."):
		f = l.anyObject(strings.TrimPrefix(name, "object.*."))
	default:
		if d, there := l.declared[name]; there {
			f.words(d) // they are enough where nothing is rebuilt
		}
	}
	if len(f.attributes) == 0 {
		return saying{needs: f.needs}
	}
	return saying{f.attributes, f.needs}
}

// attribute is what is said of an attribute that is computed or ages.
func attribute(all []ir.Attribute, name string) *form {
	f := newForm()
	for _, a := range all {
		if a.Name == name {
			f.expr("value", a.Value)
			f.span("fresh_for", a.FreshFor)
		}
	}
	return f
}

// anyObject gathers the attributes of one name of all objects.
func (l *lowering) anyObject(name string) *form {
	f := newForm()
	for _, o := range l.program.Objects {
		if a := attribute(o.Attributes, name); len(a.attributes) > 0 {
			f.attributes[o.Address] = a.attributes
			for _, behind := range a.needs {
				f.need(behind)
			}
		}
	}
	return f
}

// event says of a derived event what makes it; the others are given.
func (f *form) event(e ir.Event) {
	if e.From == "" && e.Where == nil {
		return
	}
	f.text("from", e.From)
	f.on(e.From, e.At)
	f.expr("where", e.Where)
}

func (f *form) segment(s ir.Segment) { f.expr("where", s.Where) }

func (f *form) action(a ir.Action) {
	f.text("kind", a.Kind)
	f.text("to", a.To)
	f.text("attribute", a.Attribute)
	f.text("channel", a.Channel)
	f.on(a.Channel, a.At)
	f.content("title", a.Title)
	f.content("url", a.URL)
	f.expr("value", a.Value)
	f.span("due", a.Due)
	f.list("arguments", settings(a.Settings))
}

func settings(list []ir.Setting) resource.Map {
	out := resource.Map{}
	for _, s := range list {
		switch {
		case s.Env != "":
			out[s.Name] = resource.String("env(" + s.Env + ")")
		case len(s.Map) > 0:
			out[s.Name] = settings(s.Map)
		case s.Value != nil:
			out[s.Name] = targets.PlainValue(s.Value)
		}
	}
	return out
}
