package sql

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// scope is the people table in a FROM, and what has been joined to it.
type scope struct {
	*lowering
	people string
	facts  []*fact
	// it is the row that a condition over events speaks of, nil outside.
	it *stream
}

// members lists the people for whom e is true.
func (c *lowering) members(e expr.Expr) Select {
	s := c.scope()
	condition := s.lower(e)
	return s.selection([]Named{{s.key(), PersonColumn}}, condition)
}

func (c *lowering) scope() *scope { return &scope{lowering: c, people: c.alias("p")} }

// selection is a query over the people of the scope who have a key.
func (s *scope) selection(columns []Named, where Expr) Select {
	set := IsNull{Of: Column{Of: s.people, Name: s.Mapping.People.Key.Column}, Not: true}
	return Select{
		Columns: columns, From: s.table(s.Mapping.People.Place, s.people), Joins: s.joins(), Where: And{flat(set, where)},
	}
}

// flat spreads a conjunction among other terms; nil terms are left out.
func flat(terms ...Expr) []Expr {
	var out []Expr
	for _, t := range terms {
		switch t := t.(type) {
		case nil:
		case And:
			out = append(out, flat(t.Terms...)...)
		default:
			out = append(out, t)
		}
	}
	return out
}

func (s *scope) key() Expr {
	return s.column(s.Mapping.People.Place, s.people, s.Mapping.People.Key, Key)
}

// attribute is a key or attribute of the person.
func (s *scope) attribute(e expr.Attribute) Expr {
	name := e.Path[0]
	if key, ok := s.Program.Person.KeyNamed(name); ok {
		return s.through(e, s.keyValue(key), key.Type)
	}
	a, ok := s.Program.Person.AttributeNamed(name)
	switch {
	case !ok:
		return s.refuse(notSaid, e, fmt.Sprintf("person has no %s.", name), "")
	case a.Value != nil:
		return s.computed(e, a)
	}
	return s.through(e, s.stored(e, a), a.Type)
}

// keyValue is a key; its fillers are nobody's.
func (s *scope) keyValue(key ir.Key) Expr {
	people := s.Mapping.People
	if key.Name == s.Program.Person.Keys[0].Name && people.Key.Kept() {
		return s.column(people.Place, s.people, people.Key, Text)
	}
	read := s.column(people.Place, s.people, field(people.Fields, key.Name, people.At), Text)
	if len(key.Ignore) == 0 {
		return read
	}
	return Case{Arms: []Arm{{When: Not{OneOf{read, texts(key.Ignore)}}, Then: read}}}
}

// stored is an attribute with a column. One that ages is null unless it was
// learned within its time.
func (s *scope) stored(e expr.Expr, a ir.Attribute) Expr {
	t, ok := typeOf(a.Type)
	if !ok {
		return s.refuse(notSaid, e, fmt.Sprintf("person.%s is a %s, and columns of that type are not read.", a.Name, a.Type), leaveOut)
	}
	people := s.Mapping.People
	value := s.column(people.Place, s.people, field(people.Fields, a.Name, people.At), t)
	if a.FreshFor.IsZero() {
		return value
	}
	observed, mapped := people.Observed[a.Name]
	if !mapped {
		return s.refuse(notMapped, e,
			fmt.Sprintf("person.%s holds for %s after it was learned, and the mapping does not say which column tells when that was.", a.Name, a.FreshFor),
			fmt.Sprintf("add observed = { %s = \"<column>\" } to the people block, or %s", a.Name, leaveOut))
	}
	learned := s.column(people.Place, s.people, observed, Instant)
	return Case{Arms: []Arm{{When: within(learned, a.FreshFor), Then: value}}}
}

// computed is an attribute's expression, which is about the person alone.
func (s *scope) computed(e expr.Attribute, a ir.Attribute) Expr {
	if s.inlined["person."+a.Name] {
		return s.refuse(notSaid, e, fmt.Sprintf("person.%s is defined by itself.", a.Name), "")
	}
	s.inlined["person."+a.Name] = true
	defer delete(s.inlined, "person."+a.Name)
	it := s.it
	s.it = nil
	defer func() { s.it = it }()
	return s.through(e, s.lower(a.Value), a.Type)
}

// through follows a path into an object: only its key is here, and that is
// the reference itself.
func (s *scope) through(e expr.Attribute, value Expr, t types.Type) Expr {
	return s.object(e, e.Path[1:], value, t)
}

func (s *scope) object(e expr.Expr, rest []string, value Expr, t types.Type) Expr {
	if len(rest) == 0 {
		return value
	}
	if reference, ok := t.(types.Object); ok && len(rest) == 1 {
		if o, ok := ir.Find(s.Program.Objects, reference.String()); ok && o.Key.Name == rest[0] {
			return value
		}
	}
	return s.refuse(notSaid, e, fmt.Sprintf("Objects have no tables in the mapping of this platform, so %s is not known here beyond its key.", t), leaveOut)
}

// leaveOut is the help where nothing nearer can be said.
const leaveOut = "leave the segment out on this platform: leave_out = [...] in the environment"
