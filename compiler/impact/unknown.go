package impact

import (
	"fmt"
	"strings"
	"sync"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// doubts is why answers to conditions of one program cannot be relied on. What
// segments and other names stand for is looked through once, however many
// conditions rest on them. Several goroutines may ask.
type doubts struct {
	asking sync.Mutex
	past   *history.History
	gaps   *eval.Gaps
	needs  needs
}

// newDoubts is about a program, and a past that was read in the words of another
// one, which may be the same.
func newDoubts(program, reads *ir.Program, past *history.History) *doubts {
	return &doubts{past: past, gaps: eval.NewGaps(program), needs: needs{program: program, reads: reads, behind: map[string]rest{}}}
}

// about says why the answer to e cannot be relied on, or "": because it is not
// evaluated yet, because a source that it needs is absent, or because the words
// in which the past was read lack some of its names.
func (d *doubts) about(e expr.Expr) string {
	d.asking.Lock()
	defer d.asking.Unlock()
	if missing := d.gaps.In(e); len(missing) > 0 {
		return "`" + strings.Join(missing, "`, `") + "` is not evaluated yet"
	}
	rests := d.needs.within(func() { d.needs.expr(e) })
	if absent, lacks := d.past.Lacks(history.People); lacks {
		return "no people in history: " + absent.String()
	}
	for _, source := range []history.Source{history.Events, history.Consents, history.Outcomes} {
		if absent, lacks := d.past.Lacks(source); lacks && rests.sources[source] {
			return absent.String()
		}
	}
	return rests.unread
}

// Unknown says why the answer to a condition about people of a past cannot be
// relied on, or "". Reads is the program in whose words the past was read.
func Unknown(program, reads *ir.Program, past *history.History, e expr.Expr) string {
	return newDoubts(program, reads, past).about(e)
}

// needs gathers what expressions and all that they refer to rest on.
type needs struct {
	program *ir.Program
	reads   *ir.Program     // in whose words the past was read
	behind  map[string]rest // by address: what it rests on
	rest                    // what is being gathered
}

// rest is what something rests on.
type rest struct {
	sources map[history.Source]bool
	unread  string // the first name that was not read
}

// within is what is gathered while something is done; it belongs to what is
// gathered around it too.
func (n *needs) within(gather func()) rest {
	around := n.rest
	n.rest = rest{}
	gather()
	inside := n.rest
	n.rest = around
	n.takes(inside)
	return inside
}

func (n *needs) takes(r rest) {
	for source := range r.sources {
		n.source(source)
	}
	n.notRead(r.unread)
}

func (n *needs) source(s history.Source) {
	if n.sources == nil {
		n.sources = map[history.Source]bool{}
	}
	n.sources[s] = true
}

func (n *needs) expr(e expr.Expr) {
	expr.Walk(e, func(e expr.Expr) bool {
		for _, s := range expr.Sources(e) {
			n.events(s)
		}
		n.node(e)
		return true
	})
}

// node follows what e refers to. Lists of exclusions are not among it: one
// that is absent has a meaning, it blocks everyone whom it could cover.
func (n *needs) node(e expr.Expr) {
	switch e := e.(type) {
	case expr.Attribute:
		n.attribute(e.Path[0])
	case expr.Member:
		if s, ok := ir.Find(n.program.Segments, e.Segment); ok {
			n.follow(e.Segment, s.Where)
		}
	case expr.Reachable:
		n.reachable(e)
	case expr.Record:
		n.source(history.Consents)
		n.source(history.Outcomes)
		if c, ok := ir.Find(n.program.Consents, e.Consent); ok {
			n.captures(c)
		}
	case expr.Suppressed:
		n.source(history.Outcomes)
		if e.Class == string(ir.Marketing) {
			for _, c := range n.program.Consents {
				n.captures(c)
			}
		}
	case expr.Excluded:
		if x, ok := ir.Find(n.program.Exclusions, e.Exclusion); ok {
			n.follow(e.Exclusion, x.Match...)
		}
	case expr.Literal, expr.Field, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not,
		expr.Is, expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within, expr.Call, expr.Any:
	}
}

// follow walks what is behind an address, once.
func (n *needs) follow(address string, behind ...expr.Expr) {
	if known, ok := n.behind[address]; ok {
		n.takes(known)
		return
	}
	n.behind[address] = rest{} // where it is defined by itself, that adds nothing
	n.behind[address] = n.within(func() {
		for _, e := range behind {
			n.expr(e)
		}
	})
}

func (n *needs) attribute(name string) {
	a, ok := n.program.Person.AttributeNamed(name)
	if ok && a.Value != nil {
		n.follow("person."+name, a.Value)
		return
	}
	was, now := typeOf(n.program.Person, name), typeOf(n.reads.Person, name)
	switch {
	case was == nil:
	case now == nil:
		n.notRead(fmt.Sprintf("person.%s is no longer declared, so it was not read", name))
	case was.String() != now.String():
		n.notRead(fmt.Sprintf("person.%s was %s and is read as %s now", name, was, now))
	}
}

// typeOf is the type of a key or stored attribute, nil when there is none.
func typeOf(p ir.Person, name string) types.Type {
	if k, ok := p.KeyNamed(name); ok {
		return k.Type
	}
	if a, ok := p.AttributeNamed(name); ok && a.Value == nil {
		return a.Type
	}
	return nil
}

func (n *needs) notRead(why string) {
	if n.unread == "" {
		n.unread = why
	}
}

func (n *needs) reachable(e expr.Reachable) {
	if e.Consented {
		n.expr(n.program.Consented(e.Purpose, e.Channel))
		return
	}
	if allowed, err := n.program.Allowed(e.Purpose, e.Channel); err == nil {
		n.follow(e.Purpose+" "+e.Channel, allowed)
	}
}

func (n *needs) captures(c ir.Consent) {
	for _, capture := range c.Captures {
		n.event(capture.On)
		n.follow(c.Address+" "+string(capture.Act)+" "+capture.Name, capture.If)
	}
}

func (n *needs) events(s expr.Source) {
	if s.Event != "" {
		n.event(s.Event)
		return
	}
	n.source(history.Outcomes)
	if _, ok := ir.Find(n.reads.Touchpoints, s.Touchpoint); !ok && s.Touchpoint != "" {
		n.notRead(s.Touchpoint + " is no longer declared, so its outcomes were not read")
	}
}

func (n *needs) event(address string) {
	n.source(history.Events)
	base, where, ok := n.program.Base(address)
	if !ok {
		return
	}
	if where != nil {
		n.follow(address, where)
	}
	if read, ok := ir.Find(n.reads.Events, base.Address); !ok || read.From != "" {
		n.notRead(base.Address + " is no longer recorded, so its past was not read")
	}
}
