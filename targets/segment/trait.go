package segment

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// traits makes a computed trait of each attribute that the platform block names.
// Audiences do not use them: what an attribute is computed from is written out
// there, so that they do not wait for a trait to be worked out.
func (l *lowering) traits() {
	s, there := l.Platform.Config.Get("computed_traits")
	if !there {
		return
	}
	names, list := s.Value.(types.Values)
	if !list {
		l.Wrong(s.At, "computed_traits is a list of names", "write computed_traits = [\"<attribute>\"]")
		return
	}
	var seen []string
	for _, v := range names {
		name, text := v.(types.Text)
		a, declared := l.Program.Person.AttributeNamed(string(name))
		switch {
		case !text || !declared || a.Value == nil:
			l.Wrong(s.At, "there is no computed attribute "+types.Spell(v), l.nearest(types.Spell(v)))
		case !slices.Contains(seen, a.Name):
			seen = append(seen, a.Name)
			l.trait(a, s)
		}
	}
}

// nearest is the computed attribute that a name may mean.
func (l *lowering) nearest(name string) string {
	var computed []string
	for _, a := range l.Program.Person.Attributes {
		if a.Value != nil {
			computed = append(computed, a.Name)
		}
	}
	if near := diag.Nearest(name, computed); near != "" {
		return "write \"" + near + "\""
	}
	return ""
}

func (l *lowering) trait(a ir.Attribute, s ir.Setting) {
	q := l.query(s.At)
	text, inner, err := q.scalarOf(a.Value)
	if err != nil {
		q.Refuse(a.Value, err)
	}
	if !q.Failed && inner > most {
		q.RefuseSize(a.Value, &narrow.TooLarge{Terms: inner, Limit: most})
	}
	l.Found = append(l.Found, q.Found...)
	if q.Failed {
		return
	}
	l.Resources = append(l.Resources, resource.Resource{
		Address: l.Address(l.Platform.Address, "computed_trait."+a.Name),
		Kind:    kindTrait, Key: l.Names.Field(a.Name).Theirs, At: s.At, Places: map[string]diag.Range{"definition": a.Value.Range()},
		Attributes: resource.Map{
			"definition": resource.Map{"query": resource.String(text), "type": resource.String(users)}, "enabled": resource.Bool(true),
		},
	})
}

// scalarOf is a value that is made of events, as a definition of its own.
func (q *query) scalarOf(e expr.Expr) (text string, inner int, err error) {
	of, aggregate := e.(expr.Aggregate)
	if !aggregate {
		return "", 0, narrow.Refused(e, "take it out of computed_traits: audiences have it written out", "a computed trait at Segment is made of one event, and this is not")
	}
	of.Of = narrow.Recorded(q.Program, of.Of)
	if of.Op != expr.Count {
		v, err := q.folded(of)
		return v.text, v.inner, err
	}
	window, err := q.window(of.Window, of)
	if err != nil {
		return "", 0, err
	}
	s, err := q.stream(of.Of, window, of)
	return s.text + ".count()", s.inner, err
}
