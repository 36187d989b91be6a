package expr

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"github.com/trayecto/trayecto/lang/diag"
)

// Ref is a reference as it is written: a kind, a name, and what follows.
type Ref struct {
	Module string   // "module.m", or ""
	Kind   string   // "segment"
	Name   string   // "vip", or vip["ES"]; "" when only a kind is written
	Rest   []string // what follows the name: ["bounced"]
	At     diag.Range
	NameAt diag.Range // without what follows the name
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

func readRef(name hcl.Traversal) (Ref, bool) {
	words, ends, ok := words(name)
	if !ok {
		return Ref{}, false
	}
	ref := Ref{At: At(name.SourceRange())}
	for len(words) > 2 && words[0] == "module" {
		ref.Module = strings.TrimPrefix(ref.Module+".module."+words[1], ".")
		words, ends = words[2:], ends[2:]
	}
	ref.Kind, ref.NameAt = words[0], At(name[:ends[0]].SourceRange())
	if len(words) > 1 {
		ref.Name, ref.NameAt = words[1], At(name[:ends[1]].SourceRange())
	}
	if len(words) > 2 {
		ref.Rest = slices.Clip(words[2:])
	}
	return ref, true
}

// words splits a name at its dots; ["ES"] stays with the word before it. Ends
// says after how many steps of the name each word ends.
func words(name hcl.Traversal) (words []string, ends []int, ok bool) {
	words, ends = make([]string, 0, len(name)), make([]int, 0, len(name))
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
		if !ok || len(ref.Rest) > 0 {
			return ref, false
		}
		key, ok := c.evaluate(e.Key)
		if !ok || key.IsNull() || key.Type() != cty.String {
			return ref, false
		}
		ref.Name += "[" + quote(key.AsString()) + "]"
		ref.At, ref.NameAt = At(e.Range()), At(e.Range())
		return ref, true
	case *hclsyntax.RelativeTraversalExpr:
		ref, ok := c.refer(e.Source)
		rest, _, plain := words(e.Traversal)
		if !ok || !plain {
			return ref, false
		}
		ref.Rest = append(ref.Rest, rest...)
		ref.At = At(e.Range())
		return ref, true
	}
	return Ref{}, false
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
	ref.Kind, ref.Name = parts[0], strings.Join(parts[1:], ".")
	return ref
}

// Reference is the package's Reference with what a scope knows: the keys of
// segment.vip[each.key], and variables that stand for declarations.
func (s *Scope) Reference(e hclsyntax.Expression) (Ref, bool) {
	c := &compiler{scope: s}
	return c.refer(e)
}

// Resolve is the address of the declaration that e refers to, which must be of
// one of the kinds; "" when something is wrong.
func Resolve(e hclsyntax.Expression, s *Scope, kinds ...string) (string, diag.List) {
	c := &compiler{scope: s}
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
	}
	c.report(d)
}

// quotedName is the name of a declaration that a text was meant as; "" if none.
func (c *compiler) quotedName(e hclsyntax.Expression, kinds []string) string {
	text, ok := writtenText(e)
	if !ok {
		return ""
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
	c.unknown(ref.At, ref.Kind, all)
}

func (c *compiler) otherKind(ref Ref, kinds []string) {
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
	c.report(d)
}

// declared is the full address of ref, which must be declared.
func (c *compiler) declared(ref Ref) (string, bool) {
	if address := c.scope.find(ref.Kind, ref.Address()); address != "" {
		return address, true
	}
	candidates := c.scope.all(ref.Kind)
	if len(candidates) == 0 {
		c.report(diag.Diagnostic{
			Rule: nameUnknown, At: ref.NameAt, Mark: "the project declares no " + ref.Kind,
			Help: "declare it with a block: " + ref.Kind + ` "` + ref.Name + `"`,
		})
		return "", false
	}
	c.unknown(ref.NameAt, ref.Address(), candidates)
	return "", false
}

// unknown reports a name that nothing has.
func (c *compiler) unknown(at diag.Range, name string, candidates []string) {
	d := diag.Diagnostic{Rule: nameUnknown, At: at}
	if near := diag.Nearest(name, candidates); near != "" {
		d.Mark, d.Help = "there is "+near, "write "+near
	} else {
		d.Detail = listed(candidates)
	}
	if strings.Contains(name, "-") {
		d.Detail = strings.TrimSpace("A name may hold a dash: " + name + " is one name and not a subtraction. " + d.Detail)
	}
	c.report(d)
}

// find is the full address of a declaration of a kind, the module's own first; "" if there is none.
func (s *Scope) find(kind, address string) string {
	if s.Module != "" {
		if own := s.Module + "." + address; s.has(kind, own) {
			return own
		}
	}
	if s.has(kind, address) {
		return address
	}
	return ""
}

// has tells whether all of a kind holds an address.
func (s *Scope) has(kind, address string) bool {
	ok := false
	if names, listed := s.Names[kind]; listed {
		_, ok = slices.BinarySearch(names, address)
		return ok
	}
	switch kind {
	case "event":
		_, ok = s.Events[address]
	case "object":
		_, ok = s.Objects[address]
	case "step":
		_, ok = s.Steps[address]
	}
	return ok
}

// all lists the addresses of a kind, sorted.
func (s *Scope) all(kind string) []string {
	if names, ok := s.Names[kind]; ok {
		return names
	}
	switch kind {
	case "event":
		return sortedKeys(s.Events)
	case "object":
		return sortedKeys(s.Objects)
	case "step":
		return sortedKeys(s.Steps)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
