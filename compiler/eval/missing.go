package eval

import (
	"fmt"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
)

// Gaps is what this version does not evaluate of a program, for one condition
// after another: what a name stands for is looked through once.
type Gaps struct{ search search }

// NewGaps is the gaps of a program.
func NewGaps(program *ir.Program) *Gaps { return &Gaps{newSearch(program)} }

// In names what is not evaluated in e or in anything that e refers to, sorted;
// empty when the answer can be relied on.
func (g *Gaps) In(e expr.Expr) []string {
	return g.search.within(func() { g.search.expr(e) })
}

// Missing names what this version does not evaluate in e or in anything that e
// refers to, sorted; empty when the answer can be relied on.
func Missing(program *ir.Program, e expr.Expr) []string { return NewGaps(program).In(e) }

// sound is the error of a reference to something undeclared, or back to itself.
func sound(program *ir.Program) error {
	s := newSearch(program)
	for _, segment := range program.Segments {
		s.follow(segment.Address, segment.Where)
	}
	for _, a := range program.Person.Attributes {
		if a.Value != nil {
			s.follow("person."+a.Name, a.Value)
		}
	}
	for _, purpose := range program.Purposes {
		for _, channel := range program.Channels {
			s.expr(expr.Reachable{Purpose: purpose.Address, Channel: channel.Address})
		}
	}
	return s.err
}

// search walks expressions and all that they refer to, each reference once.
type search struct {
	program *ir.Program
	entered map[string]bool     // false once left again
	behind  map[string][]string // what is missing behind an address
	missing map[string]bool     // what is missing in what is being walked
	err     error
}

func newSearch(program *ir.Program) search {
	return search{program: program, entered: make(map[string]bool, len(program.Segments)), behind: map[string][]string{}}
}

// within is what is missing in what is walked by a function, sorted; it is missing
// in what is walked around it too.
func (s *search) within(walk func()) []string {
	around := s.missing
	s.missing = nil
	walk()
	out := make([]string, 0, len(s.missing))
	for name := range s.missing {
		out = append(out, name)
	}
	sort.Strings(out)
	s.missing = around
	s.lack(out...)
	return out
}

func (s *search) lack(names ...string) {
	if s.missing == nil && len(names) > 0 {
		s.missing = map[string]bool{}
	}
	for _, name := range names {
		s.missing[name] = true
	}
}

// follow walks the expressions behind an address.
func (s *search) follow(address string, behind ...expr.Expr) {
	if s.been(address) {
		return
	}
	s.entered[address] = true
	s.behind[address] = s.within(func() {
		for _, e := range behind {
			s.expr(e)
		}
	})
	s.entered[address] = false
}

// been tells whether an address was followed before, or is being followed.
func (s *search) been(address string) bool {
	inside, seen := s.entered[address]
	if inside {
		s.fail(fmt.Errorf("%s is defined by itself", address))
	}
	s.lack(s.behind[address]...)
	return seen
}

func (s *search) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *search) undeclared(address string) { s.fail(fmt.Errorf("no %s", address)) }

func (s *search) expr(e expr.Expr) {
	expr.Walk(e, func(e expr.Expr) bool {
		s.node(e)
		return true
	})
}

func (s *search) node(e expr.Expr) {
	switch e := e.(type) {
	case expr.Attribute:
		s.attribute(e)
	case expr.Field:
		if e.Of == expr.Entry {
			s.lack("entry")
		}
	case expr.Aggregate:
		s.source(e.Of)
		s.window(e.Window)
	case expr.Did:
		s.source(e.Of)
		s.window(e.Window)
	case expr.FollowedBy:
		s.source(e.First)
		s.source(e.Then)
		s.window(e.Window)
	case expr.Member:
		s.segment(e.Segment)
	case expr.Record:
		s.consent(e.Consent)
	case expr.Reachable:
		s.reachable(e)
	case expr.Suppressed:
		s.suppressed(e)
	case expr.Excluded:
		s.exclusion(e.Exclusion)
	case expr.Call:
		if _, ok := funcs.ByName(e.Func); !ok {
			s.lack(e.Func)
		}
	case expr.Any:
		s.lack("any")
	case expr.Literal, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within:
	}
}

func (s *search) attribute(e expr.Attribute) {
	name := e.Path[0]
	if _, ok := s.program.Person.KeyNamed(name); ok {
		return
	}
	a, ok := s.program.Person.AttributeNamed(name)
	if !ok {
		s.undeclared("person." + name)
		return
	}
	if a.Value != nil {
		s.follow("person."+name, a.Value)
	}
}

func (s *search) segment(address string) {
	if s.been(address) {
		return
	}
	segment, ok := ir.Find(s.program.Segments, address)
	if !ok {
		s.undeclared(address)
		return
	}
	s.follow(address, segment.Where)
}

func (s *search) source(source expr.Source) {
	switch {
	case source.Step != "":
		s.lack(source.Step + "." + source.Outcome)
	case source.Event != "":
		s.event(source.Event)
	case source.Touchpoint != "":
		if _, ok := ir.Find(s.program.Touchpoints, source.Touchpoint); !ok {
			s.undeclared(source.Touchpoint)
		}
	}
}

func (s *search) event(address string) {
	if s.been(address) {
		return
	}
	_, where, ok := s.program.Base(address)
	if !ok {
		s.undeclared(address)
		return
	}
	s.follow(address, where)
}

func (s *search) window(w expr.Window) {
	if w.Since != "" && w.Since != "ever" {
		s.lack(w.Since)
	}
}

func (s *search) reachable(e expr.Reachable) {
	if e.Consented {
		s.expr(s.program.Consented(e.Purpose, e.Channel))
		return
	}
	allowed, err := s.program.Allowed(e.Purpose, e.Channel)
	if err != nil {
		s.fail(err)
		return
	}
	s.follow(e.Purpose+" "+e.Channel, allowed)
}

func (s *search) consent(address string) {
	c, ok := ir.Find(s.program.Consents, address)
	if !ok {
		s.undeclared(address)
		return
	}
	for _, capture := range c.Captures {
		s.event(capture.On)
		s.follow(address+" "+string(capture.Act)+" "+capture.Name, capture.If)
	}
}

// objections stands for what objections are captured by, which is the same for
// every address of a person; it is nothing that can be declared.
const objections = "objections"

// suppressed looks at every consent: an objection is captured by one, and a
// later grant of another lifts it.
func (s *search) suppressed(e expr.Suppressed) {
	if e.Class != string(ir.Marketing) {
		return
	}
	known, ok := s.behind[objections]
	if ok {
		s.lack(known...)
		return
	}
	s.behind[objections] = s.within(func() {
		for _, c := range s.program.Consents {
			s.consent(c.Address)
		}
	})
}

func (s *search) exclusion(address string) {
	x, ok := ir.Find(s.program.Exclusions, address)
	if !ok {
		s.undeclared(address)
		return
	}
	s.follow(address, x.Match...)
}
