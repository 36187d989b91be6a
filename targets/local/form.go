package local

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// form is the attributes of one object in the making, and what they need.
// Attributes that say nothing (an empty text, a zero length) are left out.
type form struct {
	attributes resource.Map
	needs      []need // each once
}

// need is something that an object is made of: a declaration, a computed or
// ageing attribute ("person.orders_90d"), or a role of a declaration.
type need struct {
	name string
	role string
	at   diag.Range
}

func newForm() *form { return &form{attributes: resource.Map{}} }

func (f *form) text(name, s string) {
	if s != "" {
		f.attributes[name] = resource.String(s)
	}
}

func (f *form) texts(name string, list []string) {
	if len(list) > 0 {
		f.attributes[name] = resource.Strings(list...)
	}
}

func (f *form) flag(name string, b bool) {
	if b {
		f.attributes[name] = resource.Bool(true)
	}
}

func (f *form) number(name string, n int) {
	if n != 0 {
		f.attributes[name] = resource.Number(strconv.Itoa(n))
	}
}

func (f *form) span(name string, s types.Span) {
	if !s.IsZero() {
		f.attributes[name] = resource.String(s.String())
	}
}

func (f *form) value(name string, v types.Value) {
	if !types.IsNull(v) {
		f.attributes[name] = targets.PlainValue(v)
	}
}

// list puts a map or list unless it is empty.
func (f *form) list(name string, v resource.Value) {
	switch x := v.(type) {
	case resource.Map:
		if len(x) == 0 {
			return
		}
	case resource.List:
		if len(x) == 0 {
			return
		}
	case resource.Null, resource.Bool, resource.Number, resource.String, resource.Ref, resource.Lookup:
	}
	f.attributes[name] = v
}

// localized puts one text for each language.
func (f *form) localized(name string, byLanguage map[string]string) {
	texts := resource.Map{}
	for language, s := range byLanguage {
		texts[language] = resource.String(s)
	}
	f.list(name, texts)
}

// on says that the object is built on a declaration.
func (f *form) on(address string, at diag.Range) {
	if address != "" {
		f.need(need{name: address, at: at})
	}
}

// need adds what is not among the needs yet: most forms have few.
func (f *form) need(n need) {
	if !slices.ContainsFunc(f.needs, func(known need) bool { return known.name == n.name && known.role == n.role }) {
		f.needs = append(f.needs, n)
	}
}

// clock says that a length of time is counted in the project's time zone, if
// it is of months or years.
func (f *form) clock(s types.Span, at diag.Range) {
	if s.Calendar() {
		f.on(timezone, at)
	}
}

// onAll is on for several.
func (f *form) onAll(addresses []string, at diag.Range) {
	for _, a := range addresses {
		f.on(a, at)
	}
}

// expr puts the words of an expression and needs what it mentions.
func (f *form) expr(name string, e expr.Expr) {
	if e == nil {
		return
	}
	f.attributes[name] = resource.String(strings.Join(expr.PrintLines(e), "\n"))
	f.mentions(e)
}

// inner is a form for a nested map, its needs counted as the outer's.
func (f *form) inner(fill func(*form)) resource.Map {
	in := &form{attributes: resource.Map{}, needs: f.needs}
	fill(in)
	f.needs = in.needs
	return in.attributes
}

// meaning names the canonical form of a declaration without what is said
// elsewhere: where it goes, its description and its owner. Two declarations of
// the same words that mean something else differ in it.
func (l *lowering) meaning(d ir.Declaration) resource.Value {
	return l.hash(d, "Description", "Owner", "Platforms", "Platform")
}

// hash names the canonical form of something without these of its fields.
func (l *lowering) hash(x any, without ...string) resource.Value {
	raw, err := ir.AppendCanonical(l.scratch[:0], x, without...)
	if err != nil {
		panic("local: a declaration has no canonical form: " + err.Error()) // its cases are sealed
	}
	l.scratch = raw
	return resource.String(ir.Hash(raw))
}
