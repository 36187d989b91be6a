package expr

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// name compiles a.b.c.
func (c *compiler) name(e *hclsyntax.ScopeTraversalExpr) Expr {
	ref, ok := c.refer(e)
	if meaning, named := c.scope.named(e.Traversal); named {
		return c.local(ref, meaning)
	}
	if _, constant := c.scope.constantRoot(e.Traversal.RootName()); constant && (!ok || !slices.Contains(kindWords, ref.Kind)) {
		return c.fold(e)
	}
	if !ok {
		c.report(diag.Diagnostic{
			Rule: formUnknown, At: At(e.Range()), Mark: "only names follow a dot here",
			Detail: "What is known of people is reached by names alone: person.tier, it.order.number.",
		})
		return nil
	}
	return c.value(ref, e.Traversal)
}

// value is the meaning of a name by its first word.
func (c *compiler) value(ref Ref, name hcl.Traversal) Expr {
	switch ref.Kind {
	case "person":
		return c.attribute(ref, name)
	case "it":
		return c.field(ref, name, It, c.it)
	case "entry":
		return c.field(ref, name, Entry, c.scope.Entry)
	case "language":
		return c.language(ref)
	case "segment":
		return c.member(ref)
	case "run", "ever", "otherwise":
		c.notHere(ref)
		return nil
	case "changes":
		c.report(diag.Diagnostic{
			Rule: notValue, At: ref.At, Mark: "the changes of a plan, not one of them",
			Help: "write any(" + ref.String() + ", it.joins_share > 0.2)",
		})
		return nil
	}
	if slices.Contains(kindWords, ref.Kind) {
		c.noValue(ref)
		return nil
	}
	c.unknownRoot(name)
	return nil
}

// indexed compiles a[k] and (a).b, which is a segment of many or a constant.
func (c *compiler) indexed(e hclsyntax.Expression) Expr {
	if _, ok := c.people(e); !ok {
		return c.fold(e)
	}
	before := len(c.found)
	ref, ok := c.refer(e)
	if ok && ref.Kind == "segment" {
		return c.member(ref)
	}
	if relative, isCall := e.(*hclsyntax.RelativeTraversalExpr); isCall && c.fieldOfWhere(relative) {
		return nil
	}
	if len(c.found) == before {
		c.report(diag.Diagnostic{
			Rule: formUnknown, At: At(e.Range()), Mark: "only names follow a dot here",
			Detail: "What is known of people is reached by names alone: person.tier, it.order.number.",
		})
	}
	return nil
}

func (c *compiler) attribute(ref Ref, name hcl.Traversal) Expr {
	if c.scope.Person == nil {
		return nil // that nothing is known of people is said once, by package resolve
	}
	path, t, ok := c.path(c.scope.Person, "person", ref, name)
	if !ok {
		return nil
	}
	return Attribute{Place{ref.At}, path, t}
}

func (c *compiler) field(ref Ref, name hcl.Traversal, of Subject, shape *Shape) Expr {
	if shape == nil {
		c.notHere(ref)
		return nil
	}
	path, t, ok := c.path(shape, string(of), ref, name)
	if !ok {
		return nil
	}
	return Field{Place{ref.At}, of, path, t}
}

// path follows names from a shape through objects to a field.
func (c *compiler) path(shape *Shape, root string, ref Ref, name hcl.Traversal) ([]string, types.Type, bool) {
	if ref.Name == "" {
		c.report(diag.Diagnostic{
			Rule: namePart, At: ref.At, Mark: "which part of it?", Detail: listed(fieldNames(shape, root)),
		})
		return nil, nil, false
	}
	path := append([]string{ref.Name}, ref.Rest...)
	var t types.Type
	for i, step := range path {
		field, ok := shape.field(step)
		if !ok && shape != nil && shape.Unknown {
			return nil, nil, false
		}
		if !ok {
			at := ref.At
			if len(name) >= i+2 {
				at = At(name[:i+2].SourceRange())
			}
			c.unknown(at, root+"."+step, fieldNames(shape, root))
			if d := &c.found[len(c.found)-1]; d.Help == "" && root == "person" && !strings.Contains(step, "-") {
				d.Help = "if it is new, declare it in person: attribute " + quote(step) + " { type = string }"
			}
			return nil, nil, false
		}
		if t = field.Type; i+1 == len(path) {
			break
		}
		root += "." + step
		object, ok := t.(types.Object)
		if !ok {
			c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: root + " is " + kindOf(t) + " and has no parts", Help: "write " + root})
			return nil, nil, false
		}
		if shape = c.scope.Objects[object.String()]; shape == nil {
			return nil, nil, false // its own declaration is reported
		}
	}
	return path, t, true
}

// field is Find, where a moment is always known.
func (s *Shape) field(name string) (ShapeField, bool) {
	if s == nil {
		return ShapeField{}, false
	}
	if f, ok := s.Find(name); ok {
		return f, true
	}
	return ShapeField{}, false
}

func fieldNames(s *Shape, root string) []string {
	if s == nil {
		return nil
	}
	out := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		out[i] = root + "." + f.Name
	}
	return out
}

func (c *compiler) language(ref Ref) Expr {
	if c.scope.Language == "" {
		c.report(diag.Diagnostic{Rule: nameNotHere, At: ref.At, Detail: "language is the language of a text, and is known in content only."})
		return nil
	}
	return Literal{Place{ref.At}, types.Text(c.scope.Language), types.String}
}

func (c *compiler) member(ref Ref) Expr {
	if ref.Name == "" {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "which segment?", Detail: listed(c.scope.all("segment"))})
		return nil
	}
	address, ok := c.declared(ref)
	if !ok {
		return nil
	}
	if len(ref.Rest) > 0 {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "a segment has no parts", Help: "write " + address})
		return nil
	}
	return Member{Place{ref.At}, address}
}

// notHere reports a word that is known at other places only.
func (c *compiler) notHere(ref Ref) {
	d := diag.Diagnostic{Rule: nameNotHere, At: ref.At}
	switch ref.Kind {
	case "it":
		d.Detail = "it is the event that a condition inside where(...), a capture or a derived event is about. There is none here."
	case "entry":
		d.Detail = "entry is the event that started the journey. There is none here."
		d.Help = "say about = event.x in the touchpoint, or enter on something that happens"
	case "run":
		d.Detail = "run is a window: it begins when this run of a journey began."
		d.Help = "write it as the last argument of did(...), count(...) and the like, inside a journey"
	case "ever":
		d.Detail = `A window is written in quotes.`
		d.Help = `write "ever"`
	case "otherwise":
		d.Detail = "otherwise stands alone, in applies_when of a regime."
	}
	c.report(d)
}

// noValue reports a declaration that stands where a value or a condition should.
func (c *compiler) noValue(ref Ref) {
	if ref.Name == "" {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "which " + ref.Kind + "?", Detail: listed(c.scope.all(ref.Kind))})
		return
	}
	d := diag.Diagnostic{Rule: notValue, At: ref.At, Mark: "this is " + article(ref.Kind)}
	switch ref.Kind {
	case "event", "touchpoint", "step":
		before := len(c.found)
		source, field, t, ok := c.happening(ref)
		if !ok || len(c.found) > before {
			return
		}
		d.Mark, d.Help = "something that happens, not a value", "write did("+printSource(source, "")+`, "90d")`
		if c.scope.Journey != "" {
			d.Help = "write did(" + ref.String() + ", run)"
		}
		if _, list := t.(types.List); list {
			d.Help = ""
			d.Detail = "A list is for the texts of a message. What a condition may ask is whether the event happened: " + "did(" + printSource(source, "") + `, "90d").`
		} else if field != "" {
			d.Help = "write last(" + printSource(source, field) + `, "ever")`
		}
	case "purpose", "channel":
		if _, ok := c.declared(ref); !ok {
			return
		}
		d.Help = "write reachable(purpose.x, channel.y)"
	default:
		if _, ok := c.declared(ref); !ok {
			return
		}
		d.Help = askedBy[ref.Kind]
	}
	c.report(d)
}

// askedBy is how to ask about what is no value itself.
var askedBy = map[string]string{
	"moment":  "write what the moment notices, such as did(event.x, run)",
	"consent": "write consented(purpose.x, channel.y)",
	"persona": "write the segment that the persona names",
	"link":    "write did(touchpoint.x.clicked, window)",
}

// roots lists the first words that a name may have.
var roots = []string{
	"person", "event", "segment", "touchpoint", "step", "object", "purpose", "channel", "entry", "it", "var", "local", "journey", "moment",
	"link", "part", "action", "consent", "phase", "platform",
}

// unknownRoot reports a name whose first word means nothing; often it lacks
// person. in front.
func (c *compiler) unknownRoot(name hcl.Traversal) {
	at, word := At(name.SourceRange()), name.RootName()
	if word == "each" {
		c.report(diag.Diagnostic{
			Rule: nameNotHere, At: at, Detail: "each.key and each.value are the item that a block with for_each is made for. There is no for_each here.",
		})
		return
	}
	if word == "module" {
		c.unknownInModule(name)
		return
	}
	for _, in := range []struct {
		shape *Shape
		root  string
	}{{c.it, "it"}, {c.scope.Person, "person"}, {c.scope.Entry, "entry"}} {
		if _, ok := in.shape.field(word); ok {
			full := in.root + "." + word
			c.report(diag.Diagnostic{Rule: nameUnknown, At: at, Mark: "there is " + full, Help: "write " + full})
			return
		}
	}
	d := diag.Diagnostic{Rule: nameUnknown, At: At(name[:1].SourceRange())}
	near := diag.Nearest(word, roots)
	switch {
	case near == "":
		d.Detail = "Names begin with person, event, segment, touchpoint, step, entry, it, var or local."
		if len(name) == 1 {
			d.Help = c.wordOrName(word)
		}
	case len(name) == 1:
		d.Mark = "there is " + near
		d.Help = c.wordOrName(word)
	default:
		d.Mark, d.Help = "there is "+near, "write "+near
		if ref, ok := readRef(name); ok {
			ref.Kind = near
			d.Help = "write " + ref.String()
		}
	}
	c.report(d)
}

// unknownInModule is about module.m.gold, which lacks the kind, and module.m.
func (c *compiler) unknownInModule(name hcl.Traversal) {
	var all []string
	for _, kind := range kindWords {
		for _, address := range c.scope.all(kind) {
			if strings.HasPrefix(address, "module.") {
				all = append(all, address)
			}
		}
	}
	slices.Sort(all)
	d := diag.Diagnostic{
		Rule: nameUnknown, At: At(name.SourceRange()), Mark: "what of a module is written with its kind",
		Detail: listed(all), Help: "write it as in module.m.segment.vip",
	}
	if words, _, ok := words(name, nil, nil); ok && len(words) > 2 {
		own := strings.Join(words[:2], ".") + "."
		for _, address := range all {
			if strings.HasPrefix(address, own) && strings.HasSuffix(address, "."+words[2]) {
				d.Mark, d.Detail, d.Help = "there is "+address, "", "write "+address
			}
		}
	}
	c.report(d)
}

// wordOrName advises on a single word: it stands in quotes, or lacks its kind.
func (c *compiler) wordOrName(word string) string {
	help := "write " + quote(word) + " if it is a word"
	for _, kind := range kindWords {
		if full := c.scope.find(kind, kind+"."+word); full != "" {
			return help + ", or " + full
		}
	}
	return help
}

// named is what a local that mentions people means.
func (s *Scope) named(name hcl.Traversal) (Expr, bool) {
	if name.RootName() != "local" || len(s.Named) == 0 {
		return nil, false
	}
	ref, ok := readRef(name)
	if !ok {
		return nil, false
	}
	meaning, named := s.Named[s.LocalName(ref.Name)]
	return meaning, named
}

// LocalName is the full name of a local of this scope, as Named has it.
func (s *Scope) LocalName(name string) string {
	if s.Module == "" {
		return "local." + name
	}
	return s.Module + ".local." + name
}

func (c *compiler) local(ref Ref, meaning Expr) Expr {
	if len(ref.Rest) > 0 && meaning != nil {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "the name ends at " + ref.Address(), Help: "write " + ref.Address()})
		return nil
	}
	return meaning
}

// standsFor tells whether a name is a variable that stands for a declaration.
func (s *Scope) standsFor(name hcl.Traversal) bool {
	if name.RootName() != "var" || len(s.References) == 0 {
		return false
	}
	ref, ok := readRef(name)
	_, stands := s.References["var."+ref.Name]
	return ok && stands
}
