package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

var noEffect = &diag.Rule{Code: "CHK109", Summary: "An argument has no effect here"}

// checkEffects is about what only people and recorded events have, checkManner
// about arguments of another way of writing the block: both would be passed over
// silently.
func checkEffects(p *Pass, b *block.Block) {
	switch b.Type.Name {
	case "object":
		p.computedParts(b)
	case "event":
		p.derivedFields(b)
	}
}

func checkManner(p *Pass, b *block.Block) {
	if m, ok := mannerOf(b); ok {
		p.passedOver(b, m)
	}
}

// passedOver says once per block what means nothing in it.
func (p *Pass) passedOver(b *block.Block, m manner) {
	var idle []block.Argument
	for _, a := range b.Args {
		if !m.takesArgument(a.Name) && !chooses(b, a.Name) {
			idle = append(idle, a)
		}
	}
	if len(idle) == 0 {
		return
	}
	names := make([]string, len(idle))
	for i, a := range idle {
		names[i] = a.Name
	}
	d := diag.Diagnostic{
		At: idle[0].NameAt, Mark: "means nothing here",
		Detail: fmt.Sprintf("This is %s, which does not look at %s.", m.noun, listed(names)), Help: "remove " + listed(names) + m.elsewhere(names),
	}
	if by, chosen := b.Get(m.by); chosen {
		d.Related = []diag.Label{{At: by.NameAt, Text: "makes it " + m.noun}}
	}
	p.say(d)
}

// chooses tells whether an argument chooses a way of writing the block by
// itself: that two ways are written is said elsewhere.
func chooses(b *block.Block, argument string) bool {
	return slices.ContainsFunc(manners, func(m manner) bool { return m.block == b.Type.Name && m.by == argument })
}

// elsewhere says where arguments do mean something, if that is one place.
func (m manner) elsewhere(names []string) string {
	home, ok := m.withArgument(names[0])
	for _, name := range names[1:] {
		other, there := m.withArgument(name)
		ok = ok && there && other.noun == home.noun
	}
	switch {
	case !ok:
		return ""
	case home.by != "" && home.by != names[0]:
		return ", or write it beside " + home.by
	case home.kind != "":
		return fmt.Sprintf(", or write it in an action of kind %q", home.kind)
	}
	return ""
}

// computedParts is about object { attribute { value = ... } }.
func (p *Pass) computedParts(object *block.Block) {
	for _, attribute := range object.Of("attribute") {
		if value, computed := attribute.Get("value"); computed {
			p.say(diag.Diagnostic{
				At: value.NameAt, Mark: "only people have computed attributes",
				Detail: fmt.Sprintf("What happens, happens to people: there is nothing to compute %s of %s from.", attribute.Label(0), object.Address()),
				Help:   "write type = ... instead, and let the data bring the value",
			})
		}
	}
}

// derivedFields is about fields of an event that is some of another.
func (p *Pass) derivedFields(event *block.Block) {
	from, derived := event.Get("from")
	if !derived {
		return
	}
	for _, field := range event.Of("field") {
		p.say(diag.Diagnostic{
			At: field.At, Mark: "nothing ever fills it",
			Related: []diag.Label{{At: from.At, Text: "it has the fields of this event"}},
			Detail:  fmt.Sprintf("%s is some of another event and has its fields; no data comes with a field of its own.", event.Address()),
			Help:    "move the field to the event that is recorded",
		})
	}
}
