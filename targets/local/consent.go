package local

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

func (f *form) purpose(p ir.Purpose) {
	f.text("class", string(p.Class))
	f.text("because", p.Because)
	f.texts("channels", p.Channels)
	f.onAll(p.Channels, p.At)
}

func (f *form) channel(c ir.Channel) {
	f.text("address", "person."+c.Key)
	f.text("via", c.Via)
}

func (f *form) consent(c ir.Consent) {
	f.text("purpose", c.Purpose)
	f.on(c.Purpose, c.At)
	f.texts("channels", c.Channels)
	f.onAll(c.Channels, c.At)
	f.localized("title", c.Title)
	f.text("survives", c.Survives)
	f.texts("special", c.Special)
	captures := resource.Map{}
	for _, capture := range c.Captures {
		captures[string(capture.Act)+" "+capture.Name] = f.inner(func(in *form) { in.capture(capture) })
	}
	f.list("captures", captures)
}

func (f *form) capture(c ir.Capture) {
	f.text("on", c.On)
	f.on(c.On, diag.Range{})
	f.expr("if", c.If)
	f.text("notice", c.Notice)
	f.texts("proof", c.Proof)
}

func (f *form) regime(r ir.Regime) {
	f.expr("applies_when", r.AppliesWhen)
	if r.Otherwise {
		f.text("applies_when", "otherwise")
	}
	f.span("revoke_within", r.RevokeWithin)
	f.clock(r.RevokeWithin, r.At)
	rules := resource.Map{}
	for _, rule := range r.Rules {
		rules[rule.Name] = f.inner(func(in *form) { in.rule(rule) })
		f.clock(rule.ValidFor, r.At)
	}
	f.list("rules", rules)
}

func (f *form) rule(r ir.Rule) {
	f.texts("classes", plainWords(r.Classes))
	f.texts("channels", r.Channels)
	f.onAll(r.Channels, diag.Range{})
	f.text("basis", string(r.Basis))
	f.flag("double_opt_in", r.DoubleOptIn)
	f.span("valid_for", r.ValidFor)
	f.expr("requires", r.Requires)
}

func (f *form) exclusion(e ir.Exclusion) {
	f.text("list", e.List)
	match := make([]string, len(e.Match))
	for i, m := range e.Match {
		match[i] = words(m)
		f.mentions(m)
	}
	f.texts("match", match)
	f.texts("classes", plainWords(e.Classes))
	f.text("unless", e.Unless)
	f.text("as_of", e.AsOf)
	f.span("fresh_for", e.FreshFor)
	f.clock(e.FreshFor, e.At)
}

// plainWords turns words of the language into texts.
func plainWords[W ~string](words []W) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}
