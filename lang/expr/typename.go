package expr

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// TypeName reads a type: string, enum("a", "b"), list(number), object.order;
// nil when something is wrong.
func TypeName(e hclsyntax.Expression, s *Scope) (types.Type, diag.List) {
	c := newCompiler(s)
	return c.typeName(e), c.found
}

func (c *compiler) typeName(e hclsyntax.Expression) types.Type {
	e = bare(e)
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok {
		return c.typeCall(call)
	}
	if text, ok := writtenText(e); ok && slices.Contains(types.Basics, types.Basic(text)) {
		c.report(diag.Diagnostic{Rule: notType, At: At(e.Range()), Mark: "a type is written without quotes", Help: "write " + text})
		return nil
	}
	ref, ok := Reference(e)
	switch {
	case !ok:
		c.report(diag.Diagnostic{Rule: notType, At: At(e.Range()), Detail: typesAre})
	case ref.Kind == "object":
		return c.objectType(ref)
	case ref.Name == "" && slices.Contains(types.Basics, types.Basic(ref.Kind)):
		return types.Basic(ref.Kind)
	case ref.Kind == "enum" || ref.Kind == "list":
		c.report(diag.Diagnostic{Rule: notType, At: ref.At, Detail: typesAre, Help: `write enum("a", "b") or list(string)`})
	default:
		c.unknownType(ref)
	}
	return nil
}

const typesAre = "The types are string, number, bool, date, timestamp, duration, email, phone, url, money, enum(...), list(...) and object.x."

// OtherTypes are the types of other languages, and ours.
var OtherTypes = map[string]types.Basic{
	"text": types.String, "varchar": types.String, "int": types.Number, "integer": types.Number, "float": types.Number, "decimal": types.Number,
	"boolean": types.Bool, "datetime": types.Timestamp, "instant": types.Timestamp, "time": types.Timestamp, "currency": types.Money, "day": types.DateType,
}

func (c *compiler) unknownType(ref Ref) {
	names := make([]string, len(types.Basics))
	for i, b := range types.Basics {
		names[i] = string(b)
	}
	d := diag.Diagnostic{Rule: notType, At: ref.At, Detail: typesAre}
	near := diag.Nearest(ref.Kind, append(names, "object", "enum", "list"))
	if ours, ok := OtherTypes[ref.Kind]; ok {
		near = string(ours)
	}
	if near != "" && ref.Name == "" {
		d.Mark, d.Help = "there is "+near, "write "+near
	}
	if object := c.scope.find("object", "object."+ref.Kind); object != "" {
		d.Mark, d.Help = "there is "+object, "write "+object
	}
	c.report(d)
}

func (c *compiler) objectType(ref Ref) types.Type {
	switch {
	case ref.Name == "":
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "which object?", Detail: listed(c.scope.all("object"))})
		return nil
	case len(ref.Rest) > 0:
		c.report(diag.Diagnostic{Rule: namePart, At: ref.At, Mark: "the name ends at " + ref.Address(), Help: "write " + ref.Address()})
		return nil
	}
	if _, ok := c.declared(ref); !ok {
		return nil
	}
	return types.Object{Name: ref.Name}
}

func (c *compiler) typeCall(call *hclsyntax.FunctionCallExpr) types.Type {
	switch call.Name {
	case "list":
		if len(call.Args) != 1 {
			break
		}
		element := c.typeName(call.Args[0])
		if _, nested := element.(types.List); nested {
			c.report(diag.Diagnostic{Rule: notType, At: At(call.Range()), Mark: "a list in a list", Detail: "A list holds single values."})
			return nil
		}
		if element == nil {
			return nil
		}
		return types.List{Element: element}
	case "enum":
		return c.enum(call)
	}
	d := diag.Diagnostic{Rule: notType, At: At(call.Range()), Detail: typesAre}
	if near := diag.Nearest(call.Name, []string{"enum", "list"}); near != "" {
		d.Help = `write enum("a", "b") or list(string)`
	}
	c.report(d)
	return nil
}

func (c *compiler) enum(call *hclsyntax.FunctionCallExpr) types.Type {
	var values []string
	for i, a := range call.Args {
		var wanted types.Type = types.String
		if call.ExpandFinal && i == len(call.Args)-1 {
			wanted = types.List{Element: types.String}
		}
		written := c.constant(a, wanted)
		if written == nil {
			return nil
		}
		words, isList := written.(types.Values)
		if !isList {
			words = types.Values{written}
		}
		for _, word := range words {
			values = append(values, types.Spell(word))
		}
	}
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			c.report(diag.Diagnostic{Rule: notType, At: At(call.Range()), Mark: quote(v) + " stands here twice"})
			return nil
		}
	}
	if len(values) == 0 {
		c.report(diag.Diagnostic{Rule: notType, At: At(call.Range()), Mark: "no words", Help: `write enum("a", "b")`})
		return nil
	}
	return types.Enum{Values: values}
}
