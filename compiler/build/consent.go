package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func (b *builder) purpose(from *block.Block) {
	r := b.read(from)
	b.program.Purposes = append(b.program.Purposes, ir.Purpose{
		Head: r.head(), Class: ir.Class(r.word("class")), Because: r.text("because"), Channels: r.refs("channels"),
	})
}

func (b *builder) channel(from *block.Block) {
	r := b.read(from)
	b.program.Channels = append(b.program.Channels, ir.Channel{
		Head: r.head(), Key: r.attribute("address"), Via: r.ref("via"), ViaAt: r.place("via"),
	})
}

// acts is the capture blocks, in the order of meaning: who says yes first.
var acts = []person.ActKind{person.Grant, person.Confirm, person.Refuse, person.Withdraw}

func (b *builder) consent(from *block.Block) {
	r := b.read(from)
	consent := ir.Consent{
		Head: r.head(), Platforms: r.refs("platforms"), Purpose: r.ref("purpose"), Channels: r.refs("channels"),
		Title: r.localized("title"), Survives: r.word("survives"), Special: r.ofPerson("special"),
	}
	for _, act := range acts {
		for _, child := range from.Of(string(act)) {
			consent.Captures = append(consent.Captures, r.in(child).capture(act))
		}
	}
	b.program.Consents = append(b.program.Consents, consent)
}

// ofPerson is attributes of the person, as they are: "person.health_note".
func (r *reader) ofPerson(name string) []string {
	var out []string
	for _, e := range r.values(name) {
		if _, attribute := e.(expr.Attribute); attribute {
			out = append(out, expr.Print(e))
			continue
		}
		r.say(diag.Diagnostic{
			Rule: NoAttribute, At: e.Range(), Mark: "no attribute of the person",
			Detail: name + " takes what is known of the person, such as person.health_note.",
		})
	}
	return out
}

func (r *reader) capture(act person.ActKind) ir.Capture {
	on := r.ref("on")
	it := r.over(r.to.scope.Event(on))
	return ir.Capture{
		Act: act, Name: r.block.Label(0), On: on,
		If: it.condition("if"), Notice: r.text("notice"), Proof: it.fields("proof"),
	}
}

func (b *builder) regime(from *block.Block) {
	r := b.read(from)
	regime := ir.Regime{Head: r.head(), RevokeWithin: r.spanOr("revoke_within", types.Span{Amount: 24, Unit: types.Hour})}
	if regime.Otherwise = r.isWord("applies_when", "otherwise"); !regime.Otherwise {
		regime.AppliesWhen = r.condition("applies_when")
	}
	for _, child := range from.Of("rule") {
		rule := r.in(child).remark()
		regime.Rules = append(regime.Rules, ir.Rule{
			Name: child.Label(0), Classes: classes(rule.words("classes")), Channels: rule.refs("channels"),
			Basis: ir.Basis(rule.word("basis")), DoubleOptIn: rule.flag("double_opt_in"),
			ValidFor: rule.span("valid_for"), Requires: rule.condition("requires"),
		})
	}
	b.program.Regimes = append(b.program.Regimes, regime)
}

func (b *builder) exclusion(from *block.Block) {
	r := b.read(from)
	b.program.Exclusions = append(b.program.Exclusions, ir.Exclusion{
		Head: r.head(), List: r.text("list"), Match: r.matched("match"), Classes: r.classesOrAll(),
		Unless: r.word("unless"), AsOf: r.text("as_of"), FreshFor: r.span("fresh_for"),
	})
}

// matched is what a list holds of a person: an attribute, as it is or made
// into another text.
func (r *reader) matched(name string) []expr.Expr {
	var out []expr.Expr
	for _, e := range r.values(name) {
		ofPerson := false
		expr.Walk(e, func(x expr.Expr) bool {
			_, attribute := x.(expr.Attribute)
			ofPerson = ofPerson || attribute
			return true
		})
		if ofPerson {
			out = append(out, e)
			continue
		}
		r.say(diag.Diagnostic{
			Rule: NoAttribute, At: e.Range(), Mark: "the same for everybody",
			Detail: name + " takes what the list holds of a person, such as person.email or sha256(lower(person.email)).",
		})
	}
	return out
}

func classes(words []string) []ir.Class {
	var out []ir.Class
	for _, w := range words {
		out = append(out, ir.Class(w))
	}
	return out
}

// classesOrAll is the argument classes; both of them when it is not written.
func (r *reader) classesOrAll() []ir.Class {
	if !r.has("classes") {
		return []ir.Class{ir.Marketing, ir.Service}
	}
	if words := r.words("classes"); len(words) > 0 {
		return classes(words)
	}
	return []ir.Class{ir.Marketing, ir.Service} // null, or something is wrong
}
