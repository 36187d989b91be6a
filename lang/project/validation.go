package project

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// writtenAt is where the value of a variable stands: in the environment's file
// or in its default; the variable itself for the command line.
func writtenAt(b *block.Block, given map[string]block.Argument) diag.Range {
	if a, byEnv := given[b.Label(0)]; byEnv {
		return a.At
	}
	if a, hasDefault := b.Get("default"); hasDefault {
		return a.At
	}
	return b.At
}

// validate holds a value to the validations of its variable.
func (l *frame) validate(variable *block.Block, value cty.Value, at diag.Range) {
	if _, byHand := l.o.Vars[variable.Label(0)]; byHand && l.home == nil {
		at = variable.At
	}
	scope := &expr.Scope{Secrets: true, Constants: &hcl.EvalContext{
		Functions: l.context.Functions,
		Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{variable.Label(0): value})},
	}}
	for _, v := range variable.Of("validation") {
		condition, written := v.Get("condition")
		message, said := v.Get("message")
		if !written || !said {
			continue // package block has said so
		}
		verdict, wrong := expr.Condition(condition.Expr, scope)
		l.list = append(l.list, wrong...)
		text, problems := expr.Constant(message.Expr, scope, types.String)
		l.list = append(l.list, problems...)
		literal, constant := verdict.(expr.Literal)
		if said, isText := text.(types.Text); isText && strings.TrimSpace(string(said)) == "" {
			l.say(diag.Diagnostic{Rule: wrongValidation, At: message.At, Mark: "this is empty", Help: "write what a value must be"})
		}
		switch {
		case text == nil || verdict == nil && len(wrong) > 0:
		case !constant:
			l.say(diag.Diagnostic{
				Rule: wrongValidation, At: condition.At, Mark: "not known before the project runs",
				Help: fmt.Sprintf("write a condition of var.%s alone", variable.Label(0)),
			})
		case literal.Value == types.Truth(false):
			l.say(diag.Diagnostic{
				Rule: refusedValue, At: at, Mark: "not allowed", Related: []diag.Label{{At: condition.At, Text: "must be true"}},
				Detail: types.Spell(text),
			})
		}
	}
}

// kept is a value as other blocks see it: marked when it is a secret.
func (l *frame) kept(variable *block.Block, value cty.Value) cty.Value {
	if l.isSensitive(variable) {
		return value.Mark(expr.Sensitive)
	}
	return value
}

// isSensitive tells whether a variable says that its value is a secret.
func (l *frame) isSensitive(variable *block.Block) bool {
	a, written := variable.Get("sensitive")
	if !written {
		return false
	}
	v, problems := expr.Fold(a.Expr, &expr.Scope{Constants: &hcl.EvalContext{Functions: l.context.Functions}})
	if problems.HasErrors() || v.IsNull() || v.Type() != cty.Bool {
		if !problems.HasErrors() {
			l.say(diag.Diagnostic{Rule: wrongValidation, At: a.At, Mark: "neither true nor false", Help: "write sensitive = true"})
		}
		l.list = append(l.list, problems...)
		return false // the project is refused
	}
	return v.True()
}

// discreet keeps a secret out of what is said about it.
func (l *frame) discreet(name, complaint string) string {
	if complaint == "" {
		return ""
	}
	for _, b := range l.variables {
		if _, says := b.Get("sensitive"); says && b.Label(0) == name {
			return "a secret of another form"
		}
	}
	return complaint
}
