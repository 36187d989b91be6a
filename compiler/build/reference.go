package build

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// ref is the address of a declaration; "" when nothing is written or found.
func (r *reader) ref(name string) string {
	a, ok := r.block.Get(name)
	if !ok {
		return ""
	}
	form, ok := a.Arg.Form.(block.Ref)
	if !ok {
		panic("build: " + name + " is not a reference")
	}
	return r.resolve(a.Expr, form.Kinds)
}

func (r *reader) refs(name string) []string {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	form, ok := a.Arg.Form.(block.Refs)
	if !ok {
		panic("build: " + name + " is not a list of references")
	}
	var out []string
	for _, item := range r.items(a) {
		if address := r.resolve(item, form.Kinds); address != "" {
			out = append(out, address)
		}
	}
	return out
}

func (r *reader) resolve(e hclsyntax.Expression, kinds []string) string {
	address, found := expr.Resolve(e, r.scope, kinds...)
	r.sayAll(found)
	return address
}

// items is the expressions of a list as it is written.
func (r *reader) items(a block.Argument) []hclsyntax.Expression {
	list, ok := a.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		r.say(diag.Diagnostic{
			Rule: ListSaid, At: a.At, Mark: "not a list", Detail: fmt.Sprintf("%s takes %s.", a.Name, a.Arg.Form.Spell()),
			Help: "put it in [ ]",
		})
		return nil
	}
	if len(list.Exprs) == 0 {
		r.nothing(a)
	}
	return list.Exprs
}

// attribute is the name of a key or attribute of the person: person.email.
func (r *reader) attribute(name string) string {
	a, ok := r.block.Get(name)
	if !ok {
		return ""
	}
	e, found := expr.Compile(a.Expr, r.scope)
	r.sayAll(found)
	if e == nil {
		return ""
	}
	attribute, ok := e.(expr.Attribute)
	if !ok || len(attribute.Path) != 1 {
		d := diag.Diagnostic{
			Rule: NoAttribute, At: a.At, Mark: "not person.<name>",
			Detail: fmt.Sprintf("%s takes a key or attribute of the person, such as person.email.", a.Name),
		}
		if literal, constant := e.(expr.Literal); constant {
			d.Help = r.unquotedAttribute(literal.Value)
		}
		r.say(d)
		return ""
	}
	return attribute.Path[0]
}

// unquotedAttribute is what to write instead of a quoted name; "" where nothing of
// the person has it.
func (r *reader) unquotedAttribute(v types.Value) string {
	text, ok := v.(types.Text)
	if !ok {
		return ""
	}
	name := strings.TrimPrefix(string(text), "person.")
	if _, known := r.scope.Person.Find(name); !known {
		return ""
	}
	return "write person." + name + " without quotes"
}

// fields is a list of fields of the event at hand: [it.form].
func (r *reader) fields(name string) []string {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	var out []string
	for _, item := range r.items(a) {
		if path := r.field(a, item, expr.It); path != nil {
			out = append(out, strings.Join(path, "."))
		}
	}
	return out
}

// path is a field of what started the journey: entry.order.
func (r *reader) path(name string) []string {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	if ref, named := expr.Reference(a.Expr); named && ref.Kind == "event" {
		d := diag.Diagnostic{Rule: NoField, At: a.At, Mark: "not entry.<field>", Detail: a.Name + " takes a field of what started the run, such as entry.order."}
		if len(ref.Rest) > 0 {
			d.Help = "write entry." + strings.Join(ref.Rest, ".")
		}
		r.say(d)
		return nil
	}
	return r.field(a, a.Expr, expr.Entry)
}

func (r *reader) field(a block.Argument, e hclsyntax.Expression, of expr.Subject) []string {
	compiled, found := expr.Compile(e, r.scope)
	r.sayAll(found)
	if compiled == nil {
		return nil
	}
	field, ok := compiled.(expr.Field)
	if !ok || field.Of != of {
		r.say(diag.Diagnostic{
			Rule: NoField, At: compiled.Range(), Mark: fmt.Sprintf("not %s.<field>", of),
			Detail: fmt.Sprintf("%s takes a field of the event, such as %s.order.", a.Name, of),
		})
		return nil
	}
	return field.Path
}

// occurrence is something that happens; false when nothing is written or it is wrong.
func (r *reader) occurrence(name string) (expr.Source, bool) {
	a, ok := r.block.Get(name)
	if !ok {
		return expr.Source{}, false
	}
	source, found := expr.SourceOf(a.Expr, r.scope)
	r.sayAll(found)
	return source, source.Event != "" || source.Touchpoint != "" || source.Step != ""
}

// shapeOf is the fields of what a source brings; nil when it is not known.
func (b *builder) shapeOf(s expr.Source) *expr.Shape {
	if s.Event != "" {
		return b.scope.Event(s.Event)
	}
	return justAt(s.Touchpoint + "." + s.Outcome)
}

// justAt is the shape of something of which only the instant is known.
func justAt(name string) *expr.Shape {
	return &expr.Shape{Name: name, Fields: []expr.ShapeField{{Name: "at", Type: types.Timestamp}}}
}

// same is the name of a field that all the events have.
func (r *reader) same(events ...string) string {
	if a, ok := r.block.Get("same"); ok {
		if ref, named := expr.Reference(a.Expr); named && ref.Kind == "it" && ref.Name != "" {
			r.another(a, "this is a name")
			r.to.found[len(r.to.found)-1].Help = "write " + strconv.Quote(ref.Name)
			return ""
		}
	}
	name := r.text("same")
	if name == "" {
		return ""
	}
	a, _ := r.block.Get("same")
	for _, event := range events {
		shape := r.to.scope.Events[event]
		if shape == nil {
			continue
		}
		if _, ok := shape.Find(name); !ok {
			r.unknownField(name, a.At, shape)
			return ""
		}
	}
	return name
}

func (r *reader) unknownField(name string, at diag.Range, shape *expr.Shape) {
	names := make([]string, len(shape.Fields))
	for i, f := range shape.Fields {
		names[i] = f.Name
	}
	d := diag.Diagnostic{Rule: UnknownField, At: at, Mark: "not in " + shape.Name}
	d.Detail = fmt.Sprintf("%s has no %q. It has %s.", shape.Name, name, and(names))
	if near := diag.Nearest(name, names); near != "" {
		d.Help = "write " + near
	}
	r.say(d)
}

func and(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
