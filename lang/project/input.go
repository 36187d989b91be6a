package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// referable are the kinds of declarations that a module's variable may stand for.
var referable = []string{"event", "segment", "touchpoint", "link", "purpose", "channel", "platform"}

// input is a variable of a module that stands for a declaration.
type input struct {
	name string         // "var.sign_up"
	kind string         // "event"
	a    block.Argument // what is written for it
	from *block.Home    // where that is written
	to   *block.Home    // where the variable is
}

// kindOf is the kind of declaration that a variable stands for, or "".
func kindOf(variable *block.Block) string {
	a, typed := variable.Get("type")
	if !typed {
		return ""
	}
	if word := hcl.ExprAsKeyword(a.Expr); slices.Contains(referable, word) {
		return word
	}
	return ""
}

// given finds the value of each variable of a module: what the use gives, else
// its default. Null has no value and switches off what needs it.
func (f *frame) given(call *block.Block, outer *frame) map[string]cty.Value {
	silent := f.unread || f.unknownInputs(call)
	values := map[string]cty.Value{}
	for _, b := range f.variables {
		name := b.Label(0)
		a, given := call.Get(name)
		fallback, hasDefault := b.Get("default")
		switch {
		case given:
			f.input(b, a, call, outer, values)
		case hasDefault:
			f.input(b, fallback, b, f, values)
		default:
			f.missingInput(b, call, silent)
		}
		if _, has := values[name]; !has {
			values[name] = cty.NullVal(cty.DynamicPseudoType)
		}
	}
	return values
}

// input takes what is written for a variable at the place of a block.
func (f *frame) input(variable *block.Block, a block.Argument, at *block.Block, in *frame, values map[string]cty.Value) {
	name, kind := variable.Label(0), kindOf(variable)
	if _, off := in.needs(a.Expr); off || writtenNull(a.Expr) {
		f.off["var."+name] = "var." + name
		return
	}
	if kind != "" {
		values[name] = cty.StringVal("a reference") // its uses look at References
		f.home.References["var."+name] = ""
		f.loader.pending = append(f.loader.pending, input{"var." + name, kind, a, homeOf(at, in), f.home})
		return
	}
	scope := in.scopeOf(at)
	if in == f { // a default is a constant on its own
		scope = &expr.Scope{Constants: &hcl.EvalContext{Functions: in.context.Functions}}
	}
	value, problems := expr.Fold(a.Expr, scope)
	f.list = append(f.list, problems...)
	if problems.HasErrors() || value == cty.NilVal {
		f.p.Partial = true
		return
	}
	if value.IsNull() {
		f.off["var."+name] = "var." + name
		return
	}
	t := f.variableType(variable)
	fitted, complaint := fit(value, t)
	complaint = f.discreet(name, complaint)
	if complaint != "" {
		f.say(diag.Diagnostic{
			Rule: wrongInput, At: a.At, Mark: complaint, Related: []diag.Label{{At: variable.At, Text: "the input"}},
			Detail: fmt.Sprintf("%s has the type %s.", name, t),
		})
		f.p.Partial = true
		return
	}
	f.validate(variable, fitted, a.At)
	values[name] = f.kept(variable, fitted)
}

func homeOf(at *block.Block, in *frame) *block.Home {
	if at.Home != nil {
		return at.Home
	}
	return in.home
}

func writtenNull(e hclsyntax.Expression) bool {
	literal, ok := e.(*hclsyntax.LiteralValueExpr)
	return ok && literal.Val.IsNull()
}

// unknownInputs reports what a use gives that the module does not take, and
// tells whether there is any.
func (f *frame) unknownInputs(call *block.Block) (any bool) {
	if f.unread { // the variable may stand there
		return false
	}
	var takes []string
	for _, b := range f.variables {
		takes = append(takes, b.Label(0))
	}
	for _, a := range call.Args {
		if a.Name == "source" || a.Name == "for_each" || slices.Contains(takes, a.Name) {
			continue
		}
		d := diag.Diagnostic{Rule: wrongInput, At: a.NameAt, Mark: "not an input of the module", Detail: "It takes " + listed(takes) + "."}
		if near := diag.Nearest(a.Name, takes); near != "" {
			d.Mark, d.Help = "there is "+near, "write "+near
		}
		f.say(d)
		any, f.p.Partial = true, true
	}
	return any
}

// missingInput is silent where an input with a wrong name may have been meant.
func (f *frame) missingInput(variable, call *block.Block, silent bool) {
	f.p.Partial = true
	if silent {
		return
	}
	name, example := variable.Label(0), "..."
	if kind := kindOf(variable); kind != "" {
		example = kind + ".x"
	}
	f.say(diag.Diagnostic{
		Rule: wrongInput, At: call.At, Mark: "lacks " + name, Related: []diag.Label{{At: variable.At, Text: "the input"}},
		Help: fmt.Sprintf("add %s = %s, or %s = null to switch off what needs it", name, example, name),
	})
}

// inputs looks up what the variables of modules stand for, outer uses first.
func (l *loader) inputs() {
	names := l.p.Names()
	for _, in := range l.pending {
		scope := in.from.In(&expr.Scope{Constants: l.p.Constants, Names: names, Off: l.p.Off})
		address, problems := expr.Resolve(in.a.Expr, scope, in.kind)
		if address == "" {
			ref, _ := expr.Reference(in.a.Expr)
			if !l.unread && (ref.Module == "" || !l.lost) {
				l.list = append(l.list, problems...)
			}
			l.p.Partial = true
			continue
		}
		in.to.References[in.name] = address
	}
}

// Names lists what is declared by kind, as sorted addresses, each once.
func (p *Project) Names() map[string][]string {
	out := map[string][]string{}
	for _, b := range p.Blocks {
		if len(b.Labels) > 0 {
			out[b.Type.Name] = append(out[b.Type.Name], b.Address())
		}
	}
	for kind, list := range out {
		slices.Sort(list)
		out[kind] = slices.Compact(list)
	}
	return out
}

// listed is a list for a sentence: a, b and c.
func listed(words []string) string {
	switch len(words) {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
