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
	"github.com/trayecto/trayecto/lang/types"
)

// values finds the value of each variable of the project: from the command
// line, else from the environment, else its default.
func (l *frame) values(env []block.Argument) map[string]cty.Value {
	l.context = &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: l.functions("")}
	given := byName(env)
	l.strangers(env)
	values := map[string]cty.Value{}
	for _, b := range l.variables {
		before, name, t := len(l.list), b.Label(0), l.variableType(b)
		l.remark(b)
		switch a, byEnv := given[name]; {
		case l.fromCommandLine(name, t, b, values):
		case byEnv:
			l.fromFile(name, t, a, values)
			l.unused(name, t, b)
		default:
			a, hasDefault := b.Get("default")
			switch {
			case kindOf(b) != "": // which the type is about
			case hasDefault:
				l.fromFile(name, t, a, values)
			default:
				l.noValue(b)
			}
		}
		if value, has := values[name]; has {
			l.validate(b, value, writtenAt(b, given))
			values[name] = l.kept(b, value)
		}
		if _, has := values[name]; !has { // told already: its uses stay silent
			values[name] = placeholder(t).Mark(expr.Unsaid)
		}
		l.setAside(b, before)
	}
	return values
}

// setAside keeps what was said of a variable of another folder than the
// project's own: where a module was not found, its folder may be that one.
func (l *frame) setAside(b *block.Block, before int) {
	if strings.Contains(b.At.File, "/") {
		l.aside = append(l.aside, l.list[before:]...)
		l.list = l.list[:before]
	}
}

// unused holds a default that is not used to the type all the same: it is what
// counts elsewhere.
func (l *frame) unused(name string, t types.Type, b *block.Block) {
	if a, has := b.Get("default"); has {
		l.fromFile(name, t, a, map[string]cty.Value{})
	}
}

// remark checks a description, which nobody but a reader of the files needs.
func (l *frame) remark(b *block.Block) {
	a, there := b.Get("description")
	if !there {
		return
	}
	v, problems := expr.Constant(a.Expr, &expr.Scope{Constants: &hcl.EvalContext{Functions: l.context.Functions}}, types.String)
	l.list = append(l.list, problems...)
	if text, isText := v.(types.Text); isText && strings.TrimSpace(string(text)) == "" {
		l.say(diag.Diagnostic{Rule: wrongValidation, At: a.At, Mark: "this is empty", Help: "write what it is, or remove description"})
	}
}

func byName(env []block.Argument) map[string]block.Argument {
	given := map[string]block.Argument{}
	for _, a := range env {
		given[a.Name] = a
	}
	return given
}

// strangers reports values for variables that do not exist.
func (l *frame) strangers(env []block.Argument) {
	if l.p.Partial { // the variable may stand where the text cannot be read
		return
	}
	var declared []string
	for _, b := range l.variables {
		declared = append(declared, b.Label(0))
	}
	for _, a := range env {
		if !slices.Contains(declared, a.Name) {
			known := append(slices.Clone(declared), "leave_out", "only_to")
			l.stranger(a.NameAt, a.Name, diag.Nearest(a.Name, known), "An environment gives values to variables, leave_out and only_to.")
		}
	}
	for _, name := range sortedKeys(l.o.Vars) {
		if !slices.Contains(declared, name) {
			at := diag.Range{File: "--var " + name, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
			l.stranger(at, name, diag.Nearest(name, declared), fmt.Sprintf("The command line gives a value to var.%s.", name))
		}
	}
}

func (l *loader) stranger(at diag.Range, name, near, detail string) {
	d := diag.Diagnostic{Rule: noVariable, At: at, Mark: "not a variable of the project", Detail: detail}
	if near != "" {
		d.Mark, d.Help = "there is "+near, "write "+near
	} else {
		d.Help = fmt.Sprintf("add variable %q { type = string }, or leave it out", name)
	}
	l.say(d)
}

// variableType is the declared type, else that of the default, else nil.
func (l *frame) variableType(b *block.Block) types.Type {
	a, typed := b.Get("type")
	if !typed {
		return nil
	}
	if t := typeNamed(a.Expr); t != nil {
		return t
	}
	if kind := kindOf(b); kind != "" {
		l.say(diag.Diagnostic{
			Rule: wrongType, At: a.At, Mark: "stands for " + kind + ".<name>",
			Detail: "Only a variable of a module stands for a declaration; the project itself names its own.", Help: "write " + kind + ".<name> where it is used",
		})
		return nil
	}
	d := diag.Diagnostic{Rule: wrongType, At: a.At, Help: `write string, number, bool, date, timestamp, duration, email, phone, url, money, enum("a", "b") or list(string)`}
	if text, quoted := literal(a.Expr); quoted && slices.Contains(basicNames(), text) {
		d.Mark, d.Help = "a type is written without quotes", "write "+text
	}
	if written := hcl.ExprAsKeyword(a.Expr); written != "" {
		if ours, known := expr.OtherTypes[written]; known {
			d.Mark, d.Help = "there is "+string(ours), "write "+string(ours)
		} else if near := diag.Nearest(written, basicNames()); near != "" {
			d.Mark, d.Help = "there is "+near, "write "+near
		}
	}
	l.say(d)
	return nil
}

func basicNames() []string {
	names := make([]string, len(types.Basics))
	for i, b := range types.Basics {
		names[i] = string(b)
	}
	return names
}

// typeNamed is the type that an expression spells, or nil.
func typeNamed(e hclsyntax.Expression) types.Type {
	if word := hcl.ExprAsKeyword(e); slices.Contains(basicNames(), word) {
		return types.Basic(word)
	}
	call, isCall := e.(*hclsyntax.FunctionCallExpr)
	switch {
	case !isCall || len(call.Args) == 0:
		return nil
	case call.Name == "list" && len(call.Args) == 1:
		if element := typeNamed(call.Args[0]); element != nil {
			return types.List{Element: element}
		}
	case call.Name == "enum":
		var enum types.Enum
		for _, arg := range call.Args {
			v, problems := arg.Value(nil)
			if problems.HasErrors() || v.Type() != cty.String || v.IsNull() {
				return nil
			}
			enum.Values = append(enum.Values, v.AsString())
		}
		return enum
	}
	return nil
}

func (l *frame) noValue(b *block.Block) {
	if l.p.Partial { // it may stand where the text cannot be read
		return
	}
	name := b.Label(0)
	help := fmt.Sprintf("add default = ..., or give it with --var %s=...", name)
	if l.o.Env != "" {
		help = fmt.Sprintf("add default = ..., or %s = ... to env/%s.hcl, or give it with --var %s=...", name, l.o.Env, name)
	}
	l.say(diag.Diagnostic{Rule: noValue, At: b.At, Mark: "has no default, and nobody gives it a value", Help: help})
}

// fromFile takes a value that is written in a file.
func (l *frame) fromFile(name string, t types.Type, a block.Argument, values map[string]cty.Value) {
	if used := usesConstants(a.Expr); used != "" {
		l.say(diag.Diagnostic{
			Rule: wrongValue, At: a.At, Mark: "uses " + used, Detail: fmt.Sprintf("The value of var.%s is written out: it uses no other variable and no local.", name),
			Help: "write the value, or put what is made of several into locals",
		})
		return
	}
	value, problems := expr.Fold(a.Expr, &expr.Scope{Constants: &hcl.EvalContext{Functions: l.context.Functions}})
	l.list = append(l.list, problems...)
	if problems.HasErrors() {
		return
	}
	fitted, complaint := fit(value, t)
	complaint = l.discreet(name, complaint)
	if complaint != "" {
		d := diag.Diagnostic{Rule: wrongValue, At: a.At, Mark: complaint, Detail: fmt.Sprintf("var.%s has the type %s.", name, t)}
		if t == nil {
			d.Detail = fmt.Sprintf("var.%s has no type, which is that of its value.", name)
		}
		l.say(d)
		return
	}
	values[name] = fitted
}

// usesConstants is the first variable or local that an expression uses; "" for
// none.
func usesConstants(e hclsyntax.Expression) string {
	for _, name := range e.Variables() {
		if root := name.RootName(); root == "var" || root == "local" {
			if ref, ok := expr.NameOf(name); ok {
				return ref.String()
			}
			return root
		}
	}
	return ""
}

// fromCommandLine takes the value of --var name=text, if there is one.
func (l *frame) fromCommandLine(name string, t types.Type, b *block.Block, values map[string]cty.Value) bool {
	text, given := l.o.Vars[name]
	if !given {
		return false
	}
	fitted, complaint := fit(parseText(text, t), t)
	complaint = l.discreet(name, complaint)
	if complaint != "" {
		l.say(diag.Diagnostic{
			Rule: wrongValue, At: b.At, Mark: complaint,
			Detail: fmt.Sprintf("The command line gives var.%s a value, and its type is %s.", name, t),
		})
		return true
	}
	values[name] = fitted
	return true
}

// parseText reads what stands on a command line: a number, true or false, a
// list as it is written in a file, else the text itself.
func parseText(text string, t types.Type) cty.Value {
	_, isList := t.(types.List)
	if !isList && t != types.Number && t != types.Money && t != types.Bool {
		return cty.StringVal(text)
	}
	e, problems := hclsyntax.ParseExpression([]byte(strings.TrimSpace(text)), "-var", hcl.InitialPos)
	if problems.HasErrors() {
		return cty.StringVal(text)
	}
	value, problems := e.Value(nil)
	if problems.HasErrors() {
		return cty.StringVal(text)
	}
	return value
}
