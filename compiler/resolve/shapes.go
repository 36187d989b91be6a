package resolve

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/types"
)

// at is the field that everything that happens has.
var at = expr.ShapeField{Name: "at", Type: types.Timestamp}

// shaper finds the shapes of a scope. It keeps silent about types that cannot
// be read, for package build reads the same arguments and speaks: a field
// whose type is wrong has the type string here, so that its uses are not
// reported as misspelt as well.
type shaper struct {
	scope  *expr.Scope
	locals map[string]project.Named // not worked out yet
	found  diag.List
}

func (s *shaper) objects(blocks []*block.Block) {
	s.scope.Objects = map[string]*expr.Shape{}
	for _, b := range blocks {
		for _, a := range b.Of("attribute") {
			s.complainAbout(b.Address(), a)
		}
		shape := &expr.Shape{Name: b.Address()}
		shape.Fields = append(s.fields(b, "key", never), s.fields(b, "attribute", always)...)
		s.scope.Objects[b.Address()] = shape
	}
}

// events shapes recorded events first, then derived ones, each after its base.
func (s *shaper) events(blocks []*block.Block) {
	s.scope.Events = map[string]*expr.Shape{}
	derived := map[string]*block.Block{}
	var order []string
	for _, b := range blocks {
		if _, isDerived := b.Get("from"); isDerived {
			derived[b.Address()] = b
			order = append(order, b.Address())
			continue
		}
		s.scope.Events[b.Address()] = s.event(b)
	}
	slices.Sort(order)
	for _, address := range order {
		s.derive(address, derived, map[string]bool{})
	}
}

func (s *shaper) event(b *block.Block) *expr.Shape {
	shape := &expr.Shape{Name: b.Address(), Fields: s.fields(b, "field", unlessRequired)}
	if _, declared := shape.Find(at.Name); !declared {
		shape.Fields = append(shape.Fields, at)
	}
	return shape
}

// derive gives a derived event the fields of its base and those of its own. In
// a circle, which Cycles reports, no event gets a shape, and none that derives
// from one in it.
func (s *shaper) derive(address string, derived map[string]*block.Block, under map[string]bool) *expr.Shape {
	if shape := s.scope.Events[address]; shape != nil {
		return shape
	}
	b := derived[address]
	if under[address] {
		return nil
	}
	if b == nil { // not declared, which package build says
		return &expr.Shape{Name: address, Fields: []expr.ShapeField{at}}
	}
	under[address] = true
	from, _ := b.Get("from")
	base := s.derive(reference(from.Expr, b, s.scope), derived, under)
	if base == nil {
		return nil
	}
	shape := &expr.Shape{Name: address, Fields: slices.Clone(base.Fields)}
	for _, f := range s.fields(b, "field", unlessRequired) {
		if _, taken := base.Find(f.Name); !taken {
			shape.Fields = append(shape.Fields, f)
		}
	}
	s.scope.Events[address] = shape
	return shape
}

// nullable tells whether what a block declares may be missing.
type nullable func(b *block.Block) bool

func never(*block.Block) bool  { return false }
func always(*block.Block) bool { return true }

func unlessRequired(b *block.Block) bool {
	arg, ok := b.Get("required")
	if !ok {
		return true
	}
	v, problems := arg.Expr.Value(nil)
	return problems.HasErrors() || v.IsNull() || v.Type() != cty.Bool || !v.True()
}

// fields is the nested blocks of one type as the fields of a shape.
func (s *shaper) fields(b *block.Block, kind string, missing nullable) []expr.ShapeField {
	var out []expr.ShapeField
	for _, child := range b.Of(kind) {
		out = append(out, expr.ShapeField{Name: child.Label(0), Type: s.typeOf(child, b), Nullable: missing(child)})
	}
	return out
}

// typeOf is the type that a nested block of parent says.
func (s *shaper) typeOf(b, parent *block.Block) types.Type {
	arg, ok := b.Get("type")
	if !ok {
		return types.String
	}
	t, _ := expr.TypeName(arg.Expr, s.at(b, parent))
	if t == nil {
		return types.String
	}
	if list, many := t.(types.List); many && b.Type.Name != "field" {
		return list.Element // only fields are lists, which is said; its uses were meant as one of them
	}
	return t
}

// at is the scope of a block nested in parent.
func (s *shaper) at(b, parent *block.Block) *expr.Scope {
	if b.Home != nil {
		return b.Home.In(s.scope)
	}
	return parent.Home.In(s.scope)
}

// person shapes the stored attributes first; a computed one is visited after
// those that its value mentions, and so is a local that mentions people.
func (s *shaper) person(blocks []*block.Block, locals []project.Named) {
	if len(blocks) > 0 { // see nobody
		s.scope.Person = &expr.Shape{Name: "person"}
	}
	s.scope.Named = map[string]expr.Expr{}
	for _, l := range locals {
		s.locals[l.Name] = l
		s.scope.Named[l.Name] = nil
	}
	computed := map[string]*block.Block{}
	if len(blocks) > 0 {
		s.attributes(blocks[0], computed)
	}
	for _, l := range locals {
		s.local(l.Name, computed)
	}
}

func (s *shaper) attributes(person *block.Block, computed map[string]*block.Block) {
	shape := s.scope.Person
	shape.Fields = s.fields(person, "key", never)
	var order []string
	for _, b := range person.Of("attribute") {
		s.complainAbout("person", b)
		if _, isComputed := b.Get("value"); isComputed {
			computed[b.Label(0)] = b
			order = append(order, b.Label(0))
			continue
		}
		shape.Fields = append(shape.Fields, expr.ShapeField{Name: b.Label(0), Type: s.typeOf(b, person), Nullable: true})
	}
	for _, name := range order {
		s.compute(name, computed)
	}
}

// complainAbout says that an attribute is neither stored nor computed, or both.
func (s *shaper) complainAbout(of string, b *block.Block) {
	value, computed := b.Get("value")
	_, typed := b.Get("type")
	d := diag.Diagnostic{At: b.At}
	switch {
	case computed && typed:
		d.Rule, d.At, d.Mark = BothTypes, value.NameAt, "beside type"
		d.Detail = fmt.Sprintf("%s.%s has a type, as if it were stored, and a value, as if it were computed.", of, b.Label(0))
		d.Help = "remove type: a computed attribute has the type of its value"
	case !computed && !typed:
		d.Rule = NoType
		d.Detail = fmt.Sprintf("%s.%s has neither a type nor a value.", of, b.Label(0))
		d.Help = "write type = string, or value = an expression"
	default:
		return
	}
	s.found = append(s.found, d)
}

// compute gives a computed attribute the type of its value. It is taken out of
// computed before its value is looked at, so a circle ends; its members have
// the type number then, the most usual one.
func (s *shaper) compute(name string, computed map[string]*block.Block) {
	b := computed[name]
	if b == nil {
		return
	}
	delete(computed, name)
	arg, _ := b.Get("value")
	s.first(arg.Expr, b.Home, computed)
	field := expr.ShapeField{Name: name, Type: types.Number, Nullable: true}
	if e, _ := expr.Compile(arg.Expr, b.Home.In(s.scope)); e != nil {
		field.Type = expr.TypeOf(e)
		field.Nullable = expr.Nullable(e, s.scope)
	}
	s.scope.Person.Fields = append(s.scope.Person.Fields, field)
}

// first works out the computed attributes and the locals that an expression
// mentions.
func (s *shaper) first(e hclsyntax.Expression, home *block.Home, computed map[string]*block.Block) {
	mentions, _ := mentioned(nil, e, home.In(s.scope))
	for _, mention := range mentions {
		if attribute, ok := cutPerson(mention.to); ok {
			s.compute(attribute, computed)
			continue
		}
		s.local(mention.to, computed)
	}
}

// local works out a local that mentions people, once. It is taken out of
// locals before it is looked at, so a circle ends. This is the one place where
// it is complained about.
func (s *shaper) local(name string, computed map[string]*block.Block) {
	l, there := s.locals[name]
	if !there {
		return
	}
	delete(s.locals, name)
	s.first(l.Expr, l.Home, computed)
	e, found := expr.Compile(l.Expr, l.Home.In(s.scope))
	s.found = append(s.found, found...)
	if parts(e) > mostParts {
		s.found = append(s.found, tooLarge(l))
		return
	}
	s.scope.Named[name] = e
}

// mostParts is how many parts what a local stands for may have. It is put in the
// place of its name, so one that uses another twice has twice as many, and of
// thirty such lines nobody would see the end.
const mostParts = 20_000

// parts counts the parts of an expression, a little further than mostParts.
func parts(e expr.Expr) int {
	n := 0
	expr.Walk(e, func(expr.Expr) bool {
		n++
		return n <= mostParts
	})
	return n
}

func tooLarge(l project.Named) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: TooLarge, At: l.At, Mark: fmt.Sprintf("more than %d parts", mostParts),
		Detail: fmt.Sprintf("What %s stands for is put in the place of its name, and so is what the locals in it stand for, each as often as it is mentioned.", l.Name),
		Help:   "make a segment of it, or of a local that it mentions: a segment is referred to and not put in its place",
	}
}
