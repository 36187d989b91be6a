package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var wrongKind = &diag.Rule{Code: "CHK112", Summary: "What stands here cannot be of this type"}

// checkKinds is about places that take some types only: addresses, dates,
// languages and zones, keys, and lists, which only fields of events are.
func checkKinds(p *Pass) {
	for _, c := range p.Program.Channels {
		p.attributeType(c, "address", c.Key, reaches, "An address is an email, a phone, a url or a string.")
	}
	person := p.Program.Person
	p.attributeType(person, "language", person.Language, word, "A language is a string or an enum.")
	p.attributeType(person, "timezone", person.Timezone, word, "A time zone is a string or an enum.")
	for _, m := range p.Program.Moments {
		p.dateType(m)
	}
	for _, a := range p.Program.Actions {
		p.writtenType(a)
	}
	for _, t := range p.Program.Tests {
		p.computedGiven(t.Person)
		for _, h := range t.Happens {
			p.computedGiven(h.Set)
		}
	}
}

// checkTypes is about the types that keys and attributes say.
func checkTypes(p *Pass, b *block.Block) {
	switch b.Type.Name {
	case "key":
		p.declaredType(b, identifies, "A key identifies someone or something: it is a text or a number.")
	case "attribute":
		p.declaredType(b, single, "Only fields of events are lists.")
	}
}

// computedGiven is about tests that say what is worked out.
func (p *Pass) computedGiven(given []ir.Given) {
	for _, g := range given {
		if a, ok := p.Program.Person.AttributeNamed(g.Name); ok && a.Value != nil {
			p.say(diag.Diagnostic{
				At: g.At, Mark: "this is computed", Detail: fmt.Sprintf("person.%s is what its expression says. Nothing can be written there.", g.Name),
				Help: "tell in the story what it is worked out from, such as before \"30d\" { event = ... }",
			})
		}
	}
}

func identifies(t types.Type) bool {
	_, object := t.(types.Object)
	return types.Textual(t) && !object || t == types.Type(types.Number)
}

// reaches tells whether a value of type t can be an address.
func reaches(t types.Type) bool {
	_, basic := t.(types.Basic)
	return basic && types.Textual(t)
}

func single(t types.Type) bool {
	_, list := t.(types.List)
	return !list
}

func word(t types.Type) bool {
	_, enum := t.(types.Enum)
	return enum || t == types.Type(types.String)
}

func (p *Pass) badType(at diag.Range, t types.Type, detail string) {
	p.say(diag.Diagnostic{At: at, Mark: "this is " + t.String(), Detail: detail})
}

// declaredType looks at type = ... of a key or attribute.
func (p *Pass) declaredType(b *block.Block, fine func(types.Type) bool, detail string) {
	a, written := b.Get("type")
	if !written {
		return
	}
	t, _ := expr.TypeName(a.Expr, &expr.Scope{Constants: p.Project.Constants, Names: p.objectNames()})
	if t != nil && !fine(t) {
		p.badType(a.At, t, detail)
	}
}

// objectNames is what is written as an object.
func (p *Pass) objectNames() map[string][]string {
	var list []string
	for _, b := range p.Project.Blocks {
		if b.Type.Name == "object" {
			list = append(list, b.Address())
		}
	}
	return map[string][]string{"object": list}
}

// attributeType looks at an argument that names what is known of the person.
func (p *Pass) attributeType(d ir.Declaration, argument, name string, fine func(types.Type) bool, detail string) {
	t, known := p.typeOf(name)
	if known && !fine(t) {
		p.badType(p.at(d, argument), t, fmt.Sprintf("%s Here it is person.%s.", detail, name))
	}
}

// typeOf is the type of a key or attribute of the person.
func (p *Pass) typeOf(name string) (types.Type, bool) {
	if key, ok := p.Program.Person.KeyNamed(name); ok {
		return key.Type, key.Type != nil
	}
	a, ok := p.Program.Person.AttributeNamed(name)
	return a.Type, ok && a.Type != nil
}

func (p *Pass) dateType(m ir.Moment) {
	on, ok := m.Detect.(ir.OnDate)
	if !ok || on.Date == nil {
		return
	}
	if t := expr.TypeOf(on.Date); t != types.Type(types.DateType) && t != types.Type(types.Timestamp) {
		p.badType(on.Date.Range(), t, fmt.Sprintf("%s comes on a date or at an instant.", m.Address))
		if _, constant := on.Date.(expr.Literal); constant {
			p.found[len(p.found)-1].Help = "write an attribute of the person; a day that is the same for everybody begins a journey by itself: enter { at = ..., who = ... }"
		}
	}
}

// writtenType looks at what action "set" writes and where.
func (p *Pass) writtenType(a ir.Action) {
	if a.Kind != "set" || a.Attribute == "" {
		return
	}
	if _, key := p.Program.Person.KeyNamed(a.Attribute); key {
		p.say(diag.Diagnostic{At: p.at(a, "attribute"), Mark: "this is a key", Detail: "A key says who someone is; an action cannot make someone another person."})
		return
	}
	attribute, _ := p.Program.Person.AttributeNamed(a.Attribute)
	if attribute.Value != nil {
		p.say(diag.Diagnostic{At: p.at(a, "attribute"), Mark: "this is computed", Detail: fmt.Sprintf("person.%s is what its expression says. Nothing can be written there.", a.Attribute)})
		return
	}
	if a.Value == nil || attribute.Type == nil || takes(attribute.Type, a.Value) {
		return
	}
	p.badType(a.Value.Range(), expr.TypeOf(a.Value), fmt.Sprintf("person.%s takes %s.", a.Attribute, attribute.Type))
}

// takes tells whether an attribute of type t can hold the value of e.
func takes(t types.Type, e expr.Expr) bool {
	have := expr.TypeOf(e)
	literal, constant := e.(expr.Literal)
	text, isText := literal.Value.(types.Text)
	enum, isEnum := t.(types.Enum)
	switch {
	case isEnum && constant:
		return isText && enum.Has(string(text))
	case constant && isText && t == types.Type(types.Duration):
		_, err := types.ParseSpan(string(text))
		return err == nil
	case constant && have == types.Type(types.Number):
		return types.Numeric(t)
	case types.Textual(t) && types.Textual(have):
		return true
	}
	return t.String() == have.String()
}
