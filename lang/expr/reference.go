package expr

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/funcs"
)

// Ref is a reference as it is written: a kind, a name, and what follows.
type Ref struct {
	Module string   // "module.m", or ""
	Kind   string   // "segment"
	Name   string   // "vip", or vip["ES"]; "" when only a kind is written
	Rest   []string // what follows the name: ["bounced"]
	At     diag.Range
	NameAt diag.Range // without what follows the name
	Full   bool       // put in the place of a module's variable: the address is complete
}

// Address is the reference without what follows the name: segment.vip.
func (r Ref) Address() string {
	address := r.Kind
	if r.Name != "" {
		address += "." + r.Name
	}
	if r.Module != "" {
		return r.Module + "." + address
	}
	return address
}

// String is the whole reference as it is written.
func (r Ref) String() string { return strings.Join(append([]string{r.Address()}, r.Rest...), ".") }

// Reference reads e as a reference; false when it is anything else. A name of
// one word has a kind only.
func Reference(e hclsyntax.Expression) (Ref, bool) {
	name, ok := bare(e).(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return Ref{}, false
	}
	return readRef(name.Traversal)
}

// NameOf is Reference for a name that is taken out of an expression.
func NameOf(name hcl.Traversal) (Ref, bool) { return readRef(name) }

// Declared tells whether something of a kind has a full address.
func (s *Scope) Declared(kind, address string) bool { return s.called(kind, address) != "" }

// DeclaredKeys tells whether an address is that of a block with for_each, whose
// keys are declared one by one.
func (s *Scope) DeclaredKeys(kind, address string) bool {
	names := s.declared(kind)
	at, _ := slices.BinarySearch(names, address+"[")
	return at < len(names) && strings.HasPrefix(names[at], address+"[")
}

func readRef(name hcl.Traversal) (Ref, bool) {
	var fewWords [8]string // most names are shorter, and have no need of memory for this
	var fewEnds [8]int
	words, ends, ok := words(name, fewWords[:0], fewEnds[:0])
	if !ok {
		return Ref{}, false
	}
	ref := Ref{At: At(name.SourceRange())}
	for len(words) > 2 && words[0] == "module" {
		ref.Module = strings.TrimPrefix(ref.Module+".module."+words[1], ".")
		words, ends = words[2:], ends[2:]
	}
	ref.Kind = words[0]
	if len(words) > 1 {
		ref.Name = words[1]
	}
	if len(words) > 2 {
		ref.Rest = slices.Clone(words[2:])
	}
	ref.NameAt = At(name[:ends[min(1, len(ends)-1)]].SourceRange())
	return ref, true
}

// words splits a name at its dots; ["ES"] stays with the word before it. Ends
// says after how many steps of the name each word ends. Both are appended to.
func words(name hcl.Traversal, words []string, ends []int) ([]string, []int, bool) {
	for i, step := range name {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			words, ends = append(words, norm.NFC.String(step.Name)), append(ends, i+1)
		case hcl.TraverseAttr:
			words, ends = append(words, norm.NFC.String(step.Name)), append(ends, i+1)
		case hcl.TraverseIndex:
			if step.Key.Type() != cty.String || len(words) < 2 {
				return nil, nil, false
			}
			words[len(words)-1] += "[" + quote(norm.NFC.String(step.Key.AsString())) + "]"
			ends[len(ends)-1] = i + 1
		default:
			return nil, nil, false
		}
	}
	return words, ends, len(words) > 0
}

func (c *compiler) refer(e hclsyntax.Expression) (Ref, bool) {
	switch e := bare(e).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		ref, ok := readRef(e.Traversal)
		if !ok {
			return ref, false
		}
		return c.instead(ref), true
	case *hclsyntax.IndexExpr:
		ref, ok := c.refer(e.Collection)
		if !ok || ref.Name == "" {
			return ref, false
		}
		key, ok := c.evaluate(e.Key)
		if !ok || key.IsNull() || key.Type() != cty.String {
			return ref, false
		}
		index := "[" + quote(norm.NFC.String(key.AsString())) + "]"
		ref.At = At(e.Range())
		if n := len(ref.Rest); n > 0 {
			ref.Rest = append(slices.Clone(ref.Rest[:n-1]), ref.Rest[n-1]+index)
			return ref, true
		}
		ref.Name += index
		ref.NameAt = ref.At
		return ref, true
	case *hclsyntax.RelativeTraversalExpr:
		ref, ok := c.refer(e.Source)
		rest, _, plain := words(e.Traversal, nil, nil)
		if !ok || !plain {
			return ref, false
		}
		ref.Rest = append(slices.Clip(ref.Rest), rest...)
		ref.At = At(e.Range())
		return ref.enter(), true
	}
	return Ref{}, false
}

// enter makes module.m[each.key] with the names after it one name in the module.
func (r Ref) enter() Ref {
	for r.Kind == "module" && len(r.Rest) > 0 {
		r.Module = strings.TrimPrefix(r.Module+".module."+r.Name, ".")
		r.Kind, r.Name, r.NameAt = r.Rest[0], "", r.At
		if len(r.Rest) > 1 {
			r.Name = r.Rest[1]
		}
		r.Rest = r.Rest[min(2, len(r.Rest)):]
	}
	return r
}

// instead puts the declaration in the place of a module's variable.
func (c *compiler) instead(ref Ref) Ref {
	stands, ok := c.scope.References[ref.Kind+"."+ref.Name]
	if !ok || ref.Module != "" {
		return ref
	}
	parts := strings.Split(stands, ".")
	for len(parts) > 2 && parts[0] == "module" {
		ref.Module = strings.TrimPrefix(ref.Module+".module."+parts[1], ".")
		parts = parts[2:]
	}
	ref.Kind, ref.Name, ref.Full = parts[0], strings.Join(parts[1:], "."), true
	return ref
}

// Reference is the package's Reference with what a scope knows: the keys of
// segment.vip[each.key], and variables that stand for declarations.
func (s *Scope) Reference(e hclsyntax.Expression) (Ref, bool) {
	c := newCompiler(s)
	return c.refer(e)
}

// Full is the complete address of what ref names in this scope, also of an
// attribute (person.tier) and a local; as it is written when nothing is called so.
func (s *Scope) Full(ref Ref) string {
	full, _ := s.Lookup(ref)
	return full
}

// Lookup is Full, and whether something is called so; of attributes and locals that
// is not asked.
func (s *Scope) Lookup(ref Ref) (full string, there bool) {
	switch ref.Kind {
	case "person":
		return "person." + ref.Name, true
	case "local":
		return s.LocalName(ref.Name), true
	}
	if address := s.findRef(ref); address != "" {
		return address, true
	}
	return ref.Address(), false
}

// Resolve is the address of the declaration that e refers to, which must be of
// one of the kinds; "" when something is wrong.
func Resolve(e hclsyntax.Expression, s *Scope, kinds ...string) (string, diag.List) {
	c := newCompiler(s)
	return c.resolve(e, kinds), c.found
}

func (c *compiler) resolve(e hclsyntax.Expression, kinds []string) string {
	before := len(c.found)
	ref, ok := c.refer(e)
	if !ok {
		if len(c.found) == before {
			c.noReference(e, kinds)
		}
		return ""
	}
	if ref.Name == "" {
		c.bareWord(ref, kinds)
		return ""
	}
	if !slices.Contains(kinds, ref.Kind) {
		c.otherKind(ref, kinds)
		return ""
	}
	address, ok := c.declared(ref)
	if !ok {
		return ""
	}
	if len(ref.Rest) > 0 {
		c.report(diag.Diagnostic{
			Rule: namePart, At: ref.At, Mark: "the name ends at " + address, Help: "write " + address,
		})
		return ""
	}
	return address
}

// noReference reports something else than a name, often a quoted one.
func (c *compiler) noReference(e hclsyntax.Expression, kinds []string) {
	d := diag.Diagnostic{Rule: nameWanted, At: At(e.Range()), Detail: "What is wanted is " + oneOfKinds(kinds) + "."}
	if meant := c.quotedName(e, kinds); meant != "" {
		d.Help = "write " + meant + " without quotes"
	} else if _, text := writtenText(e); !text && slices.Contains(kinds, "segment") && isCondition(e) {
		d.Help = "give the condition a name with segment \"name\" { where = ... }, and write segment.name here"
	}
	c.report(d)
}

// isCondition tells whether an expression looks like one.
func isCondition(e hclsyntax.Expression) bool {
	switch e := bare(e).(type) {
	case *hclsyntax.BinaryOpExpr, *hclsyntax.UnaryOpExpr:
		return true
	case *hclsyntax.FunctionCallExpr:
		_, known := funcs.FormNamed(e.Name)
		return known
	}
	return false
}

// quotedName is the name of a declaration that a text was meant as; "" if none.
func (c *compiler) quotedName(e hclsyntax.Expression, kinds []string) string {
	text, ok := writtenText(e)
	if !ok {
		return ""
	}
	if slices.Contains(kinds, text) {
		return text
	}
	for _, kind := range kinds {
		for _, candidate := range []string{text, kind + "." + text} {
			if c.scope.find(kind, candidate) != "" {
				return candidate
			}
		}
	}
	return ""
}

// bareWord reports a name without a kind in front of it.
func (c *compiler) bareWord(ref Ref, kinds []string) {
	var all []string
	for _, kind := range kinds {
		if found := c.scope.find(kind, kind+"."+ref.Kind); found != "" {
			c.report(diag.Diagnostic{
				Rule: nameUnknown, At: ref.At, Mark: "there is " + found, Help: "write " + found,
			})
			return
		}
		all = append(all, c.scope.all(kind)...)
	}
	if slices.Contains(kinds, ref.Kind) {
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "which " + ref.Kind + "?", Detail: listed(all)})
		return
	}
	if slices.Contains(kindWords, ref.Kind) && ref.Name == "" {
		c.report(diag.Diagnostic{Rule: nameOtherKind, At: ref.At, Mark: "this is a kind", Detail: "What is wanted is " + oneOfKinds(kinds) + "."})
		return
	}
	c.unknown(ref.At, ref.Kind, all)
}

func (c *compiler) otherKind(ref Ref, kinds []string) {
	if aboutPeople[ref.Kind] && !slices.Contains(kindWords, ref.Kind) {
		c.report(diag.Diagnostic{Rule: nameWanted, At: ref.At, Mark: "this is a value", Detail: "What is wanted is " + oneOfKinds(kinds) + "."})
		return
	}
	if !slices.Contains(kindWords, ref.Kind) {
		var all []string
		for _, kind := range kinds {
			all = append(all, c.scope.all(kind)...)
		}
		c.unknown(ref.At, ref.String(), all)
		return
	}
	d := diag.Diagnostic{Rule: nameOtherKind, At: ref.At, Mark: "this is " + article(ref.Kind), Detail: "What is wanted is " + oneOfKinds(kinds) + "."}
	for _, kind := range kinds {
		if same := c.scope.find(kind, kind+"."+ref.Name); same != "" {
			d.Help = "write " + same
			break
		}
	}
	if d.Help == "" && ref.Kind == "event" && slices.Contains(kinds, "moment") {
		d.Help = "declare a moment with detect { on = " + ref.String() + " }, and write its name here"
	}
	if d.Help == "" && ref.Kind == "segment" && slices.Contains(kinds, "moment") {
		d.Help = "declare a moment with detect { enters = " + ref.String() + " }, and write its name here"
	}
	c.report(d)
}

// firstLabel is what stands before the name of a block whose kind has kinds.
var firstLabel = map[string]string{"action": ` "task"`, "platform": ` "local"`}

// declared is the full address of ref, which must be declared.
func (c *compiler) declared(ref Ref) (string, bool) {
	if address := c.scope.findRef(ref); address != "" {
		return address, true
	}
	if c.switchedOff(ref) || c.oneOfMany(ref) {
		return "", false
	}
	if _, ofPeople := c.scope.Person.field(ref.Name); ofPeople && ref.Kind == "persona" {
		c.report(diag.Diagnostic{Rule: nameUnknown, At: ref.At, Mark: "there is person." + ref.Name, Help: "write person." + ref.Name})
		return "", false
	}
	candidates := c.scope.all(ref.Kind)
	if len(candidates) == 0 {
		c.report(diag.Diagnostic{
			Rule: nameUnknown, At: ref.NameAt, Mark: "the project declares no " + ref.Kind,
			Help: "declare it with a block: " + ref.Kind + firstLabel[ref.Kind] + ` "` + ref.Name + `"`,
		})
		return "", false
	}
	c.unknown(ref.NameAt, ref.Address(), candidates)
	return "", false
}

// unknown reports a name that nothing has.
func (c *compiler) unknown(at diag.Range, name string, candidates []string) {
	d := diag.Diagnostic{Rule: nameUnknown, At: at}
	if near := nearest(name, candidates); near != "" {
		d.Mark, d.Help = "there is "+near, "write "+near
	} else {
		d.Detail = listed(candidates)
	}
	if strings.Contains(name, "-") {
		d.Detail = strings.TrimSpace("A name may hold a dash: " + name + " is one name and not a subtraction. " + d.Detail)
	}
	c.report(d)
}

// switchedOff reports a declaration that a null input of its module left out.
func (c *compiler) switchedOff(ref Ref) bool {
	for _, address := range c.scope.readings(ref) {
		if why, off := c.scope.Off[address]; off {
			c.report(diag.Diagnostic{
				Rule: nameOff, At: ref.NameAt, Mark: "switched off", Detail: address + " needs " + why + ", which is null or not given.",
				Help: "give the module a value for " + strings.TrimPrefix(why, "var."),
			})
			return true
		}
	}
	return false
}
