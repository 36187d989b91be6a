package expr

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// Outcomes lists what becomes of messages, ActionOutcomes what becomes of actions.
var (
	Outcomes       = []string{"sent", "delivered", "opened", "clicked", "bounced", "soft_bounced", "complained", "unsubscribed"}
	ActionOutcomes = []string{"done", "late"}
)

// outcomeShape is what is known of an outcome.
var outcomeShape = &Shape{Name: "outcome", Fields: []ShapeField{{Name: "at", Type: types.Timestamp}}}

// SourceOf reads event.x, touchpoint.x.bounced, step.hello.opened and
// where(source, condition). The source is empty when something is wrong.
func SourceOf(e hclsyntax.Expression, s *Scope) (Source, diag.List) {
	c := newCompiler(s)
	source, _, _, ok := c.source(e, false)
	if !ok {
		return Source{}, c.found
	}
	return source, c.found
}

// source reads a source and, where withField, the field that follows it.
func (c *compiler) source(e hclsyntax.Expression, withField bool) (source Source, field string, t types.Type, ok bool) {
	e = bare(e)
	if call, isCall := e.(*hclsyntax.FunctionCallExpr); isCall && call.Name == "where" {
		return c.where(call, withField)
	}
	if relative, isField := e.(*hclsyntax.RelativeTraversalExpr); isField && c.fieldOfWhere(relative) {
		return source, "", nil, false
	}
	before := len(c.found)
	ref, isRef := c.refer(e)
	if !isRef {
		if len(c.found) == before && !c.comparedField(e) {
			c.noHappening(At(e.Range()), "", e)
		}
		return source, "", nil, false
	}
	source, field, t, ok = c.happening(ref)
	if ok && field != "" && !withField {
		c.report(diag.Diagnostic{
			Rule: aggregateField, At: ref.At, Mark: "a field of the event", Detail: "What is wanted here is the event itself.",
			Help: "write " + printSource(source, ""),
		})
		return source, field, t, false
	}
	return source, field, t, ok
}

// insideOf is the source inside of did(event.x, "90d"), where a source alone is
// wanted; "" for none.
func (c *compiler) insideOf(e hclsyntax.Expression) string {
	call, ok := bare(e).(*hclsyntax.FunctionCallExpr)
	if !ok || (call.Name != "did" && call.Name != "count") || len(call.Args) == 0 {
		return ""
	}
	ref, named := Reference(call.Args[0])
	if !named || (ref.Kind != "event" && ref.Kind != "touchpoint" && ref.Kind != "step") {
		return ""
	}
	return ref.String()
}

// comparedField reports event.x.amount > 5 where the event is wanted.
func (c *compiler) comparedField(e hclsyntax.Expression) bool {
	compared, ok := e.(*hclsyntax.BinaryOpExpr)
	if !ok {
		return false
	}
	ref, isRef := c.refer(compared.LHS)
	if !isRef || ref.Kind != "event" || len(ref.Rest) == 0 {
		return false
	}
	address, ok := c.declared(ref)
	if ok {
		c.report(diag.Diagnostic{
			Rule: notHappening, At: At(e.Range()), Mark: "a condition, not an event",
			Help: "write where(" + address + ", it." + strings.Join(ref.Rest, ".") + " ...)",
		})
	}
	return true
}

// where reads where(source, condition).
func (c *compiler) where(call *hclsyntax.FunctionCallExpr, withField bool) (source Source, field string, t types.Type, ok bool) {
	if !c.arguments(call, 2, 2) {
		return source, "", nil, false
	}
	source, field, t, ok = c.source(call.Args[0], withField)
	if !ok {
		return source, "", nil, false
	}
	condition := c.over(c.shapeOf(source), call.Args[1])
	if condition == nil {
		return source, "", nil, false
	}
	source.At = At(call.Range())
	source.Where = both(source.Where, condition)
	return source, field, t, true
}

// both joins the condition of an inner where with that of an outer.
func both(a, b Expr) Expr {
	if a == nil {
		return b
	}
	var terms []Expr
	for _, e := range []Expr{a, b} {
		if and, ok := e.(And); ok {
			terms = append(terms, and.Terms...)
			continue
		}
		terms = append(terms, e)
	}
	return And{Place{b.Range()}, terms}
}

// fieldOfWhere reports where(event.x, c).field: the field comes after the event.
func (c *compiler) fieldOfWhere(e *hclsyntax.RelativeTraversalExpr) bool {
	call, ok := bare(e.Source).(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "where" || len(call.Args) == 0 {
		return false
	}
	d := diag.Diagnostic{Rule: aggregateField, At: At(e.Traversal.SourceRange()), Mark: "belongs after the event"}
	rest, _, plain := words(e.Traversal, nil, nil)
	if ref, isRef := c.refer(call.Args[0]); isRef && plain {
		d.Help = "write where(" + ref.String() + "." + strings.Join(rest, ".") + ", ...)"
	}
	c.report(d)
	return true
}

// happening is the source that a name stands for, and the field after it.
func (c *compiler) happening(ref Ref) (source Source, field string, t types.Type, ok bool) {
	switch ref.Kind {
	case "event":
		return c.event(ref)
	case "touchpoint":
		return c.outcomeOf(ref)
	case "step":
		return c.outcomeOfStep(ref)
	}
	if _, constant := c.scope.constantRoot(ref.Kind); constant || aboutPeople[ref.Kind] && ref.Kind != "segment" {
		c.noHappening(ref.At, "this is a value", nil)
		return source, "", nil, false
	}
	if !slices.Contains(kindWords, ref.Kind) {
		c.unknown(ref.At, ref.String(), c.scope.all("event"))
		return source, "", nil, false
	}
	if ref.Name != "" {
		if _, exists := c.declared(ref); !exists {
			return source, "", nil, false
		}
	}
	c.noHappening(ref.At, "this is "+article(ref.Kind), nil)
	return source, "", nil, false
}

// noHappening reports what is no source; written is a text that may have been
// meant as the name of one.
func (c *compiler) noHappening(at diag.Range, mark string, written hclsyntax.Expression) {
	d := diag.Diagnostic{Rule: notHappening, At: at, Mark: mark, Help: "write an event (event.x) or an outcome (touchpoint.x.opened)"}
	if meant := c.quotedName(written, []string{"event"}); meant != "" {
		d.Help = "write " + meant + " without quotes"
	}
	if inside := c.insideOf(written); inside != "" {
		d.Help = "write " + inside
	}
	c.report(d)
}

func (c *compiler) event(ref Ref) (source Source, field string, t types.Type, ok bool) {
	if ref.Name == "" {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "which event?", Detail: listed(c.scope.all("event"))})
		return source, "", nil, false
	}
	address, ok := c.declared(ref)
	if !ok {
		return source, "", nil, false
	}
	source = Source{Event: address, At: ref.At}
	if len(ref.Rest) == 0 {
		return source, "", nil, true
	}
	return c.fieldAfter(source, ref, ref.Rest)
}

// fieldAfter reads the names after an event or an outcome.
func (c *compiler) fieldAfter(source Source, ref Ref, rest []string) (Source, string, types.Type, bool) {
	shape := c.shapeOf(source)
	inner := Ref{Kind: "it", Name: rest[0], Rest: rest[1:], At: ref.At}
	_, t, ok := c.path(shape, printSource(source, ""), inner, nil)
	source.At = ref.At
	return source, strings.Join(rest, "."), t, ok
}

func (c *compiler) outcomeOf(ref Ref) (source Source, field string, t types.Type, ok bool) {
	if ref.Name == "" {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "which touchpoint?", Detail: listed(c.scope.all("touchpoint"))})
		return source, "", nil, false
	}
	address, ok := c.declared(ref)
	if !ok {
		return source, "", nil, false
	}
	return c.outcome(Source{Touchpoint: address, At: ref.At}, address, ref, ref.Rest, Outcomes)
}

// outcomeOfStep reads step.hello.opened inside a journey and
// step.welcome.hello.opened anywhere.
func (c *compiler) outcomeOfStep(ref Ref) (source Source, field string, t types.Type, ok bool) {
	address, rest, ok := c.step(ref)
	if !ok {
		return source, "", nil, false
	}
	carried := c.scope.Steps[address]
	outcomes := append(slices.Clip(Outcomes), ActionOutcomes...)
	switch {
	case strings.Contains("."+carried, ".touchpoint."):
		outcomes = Outcomes
	case strings.Contains("."+carried, ".action."):
		outcomes = ActionOutcomes
	case carried != "":
		c.report(diag.Diagnostic{
			Rule: nameUnknown, At: ref.At, Mark: "a " + carried + " has no outcomes",
			Detail: "Only steps that send or do something have outcomes: " + strings.Join(Outcomes, ", ") + "; and done and late, of what our side does.",
			Help:   "name the send that it is about",
		})
		return source, "", nil, false
	}
	return c.outcome(Source{Step: address, At: ref.At}, address, ref, rest, outcomes)
}

func (c *compiler) outcome(source Source, address string, ref Ref, rest, outcomes []string) (Source, string, types.Type, bool) {
	if len(rest) == 0 {
		c.report(diag.Diagnostic{
			Rule: namePart, At: ref.At, Mark: "which outcome?", Detail: "Its outcomes are " + strings.Join(outcomes, ", ") + ".",
		})
		return source, "", nil, false
	}
	if !slices.Contains(outcomes, rest[0]) {
		c.unknownOutcome(ref.At, rest[0], address, outcomes)
		return source, "", nil, false
	}
	source.Outcome = rest[0]
	if len(rest) == 1 {
		return source, "", nil, true
	}
	return c.fieldAfter(source, ref, rest[1:])
}

func (c *compiler) unknownOutcome(at diag.Range, word, address string, outcomes []string) {
	d := diag.Diagnostic{Rule: nameUnknown, At: at, Detail: "Its outcomes are " + strings.Join(outcomes, ", ") + "."}
	if near := diag.Nearest(word, outcomes); near != "" {
		d.Mark, d.Help = "there is "+address+"."+near, "write "+address+"."+near
	}
	c.report(d)
}

// step is the full address of a step and the names after it.
func (c *compiler) step(ref Ref) (address string, rest []string, ok bool) {
	if ref.Name == "" {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "which step?", Detail: listed(c.scope.all("step"))})
		return "", nil, false
	}
	if len(ref.Rest) > 0 {
		full := ref
		full.Name, full.Rest = ref.Name+"."+ref.Rest[0], ref.Rest[1:]
		if address := c.scope.find("step", full.Address()); address != "" {
			return address, full.Rest, true
		}
	}
	if c.scope.Journey != "" {
		own := ref
		own.Name = c.scope.Journey + "." + ref.Name
		if address := c.scope.find("step", own.Address()); address != "" {
			return address, ref.Rest, true
		}
	}
	c.unknownStep(ref)
	return "", nil, false
}

// StepOf reads the full name of a step, step.welcome.hello. The address is "" when
// something is wrong.
func StepOf(e hclsyntax.Expression, s *Scope) (string, diag.List) {
	c := newCompiler(s)
	ref, ok := c.refer(bare(e))
	if !ok || ref.Kind != "step" {
		if len(c.found) == 0 {
			c.report(diag.Diagnostic{Rule: nameWanted, At: At(e.Range()), Mark: "not a step", Help: "write step.<journey>.<step>"})
		}
		return "", c.found
	}
	address, rest, ok := c.step(ref)
	if ok && len(rest) > 0 {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "the step itself is wanted", Help: "write " + address})
		return "", c.found
	}
	return address, c.found
}

// unknownStep names the nearest step, by its short name in its own journey.
func (c *compiler) unknownStep(ref Ref) {
	within := ref
	if c.scope.Journey != "" {
		within.Name = c.scope.Journey + "." + ref.Name
	}
	if c.switchedOff(ref) || c.oneOfMany(within) {
		return
	}
	var candidates []string
	own := "step." + c.scope.Journey + "."
	for _, address := range c.scope.all("step") {
		if short, mine := strings.CutPrefix(address, own); mine {
			candidates = append(candidates, "step."+short)
			continue
		}
		candidates = append(candidates, address)
	}
	name := ref.Address()
	if c.scope.Journey == "" && len(ref.Rest) > 0 {
		name += "." + ref.Rest[0]
	}
	c.unknown(ref.NameAt, name, candidates)
}

// shapeOf is what is known of one thing of a source.
func (c *compiler) shapeOf(s Source) *Shape {
	if s.Event == "" {
		return outcomeShape
	}
	shape := c.scope.Event(s.Event)
	if _, ok := shape.Find("at"); ok {
		return shape
	}
	return &Shape{Name: shape.Name, Fields: append(slices.Clip(shape.Fields), outcomeShape.Fields...)}
}
