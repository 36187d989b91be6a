package impact

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// unknown says why the answer to e cannot be relied on, or "": because it is
// not evaluated yet, because a source that it needs is absent, or because the
// past was read in the words of another program, reads, that lacks some of its
// names.
func unknown(program, reads *ir.Program, past *history.History, e expr.Expr) string {
	if missing := eval.Missing(program, e); len(missing) > 0 {
		return "`" + strings.Join(missing, "`, `") + "` is not evaluated yet"
	}
	n := needs{program: program, reads: reads, sources: map[history.Source]bool{history.People: true}, entered: map[string]bool{}}
	n.expr(e)
	if absent, lacks := past.Lacks(history.People); lacks {
		return "no people in history: " + absent.String()
	}
	for _, source := range []history.Source{history.Events, history.Consents, history.Outcomes} {
		if absent, lacks := past.Lacks(source); lacks && n.sources[source] {
			return absent.String()
		}
	}
	return n.unread
}

// Unknown says why the answer to a condition about people of a past cannot be
// relied on, or "". Reads is the program in whose words the past was read.
func Unknown(program, reads *ir.Program, past *history.History, e expr.Expr) string {
	return unknown(program, reads, past, e)
}

// needs gathers what an expression and all that it refers to rest on.
type needs struct {
	program *ir.Program
	reads   *ir.Program // in whose words the past was read
	sources map[history.Source]bool
	entered map[string]bool
	unread  string // the first name that was not read
}

func (n *needs) expr(e expr.Expr) {
	expr.Walk(e, func(e expr.Expr) bool {
		for _, s := range expr.Sources(e) {
			n.source(s)
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
		n.sources[history.Consents], n.sources[history.Outcomes] = true, true
		if c, ok := ir.Find(n.program.Consents, e.Consent); ok {
			n.captures(c)
		}
	case expr.Suppressed:
		n.sources[history.Outcomes] = true
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
	if n.entered[address] {
		return
	}
	n.entered[address] = true
	for _, e := range behind {
		n.expr(e)
	}
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

func (n *needs) source(s expr.Source) {
	if s.Event != "" {
		n.event(s.Event)
		return
	}
	n.sources[history.Outcomes] = true
	if _, ok := ir.Find(n.reads.Touchpoints, s.Touchpoint); !ok && s.Touchpoint != "" {
		n.notRead(s.Touchpoint + " is no longer declared, so its outcomes were not read")
	}
}

func (n *needs) event(address string) {
	n.sources[history.Events] = true
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
