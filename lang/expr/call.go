package expr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// call compiles f(...). Where a function exists for constants and for people,
// the arguments decide.
func (c *compiler) call(e *hclsyntax.FunctionCallExpr) Expr {
	if f, ok := funcs.ByName(e.Name); ok {
		return c.scalar(f, e)
	}
	_, forConstants := c.scope.constantFunction(e.Name)
	if forConstants {
		if _, people := c.people(e); !people {
			return c.fold(e)
		}
	}
	if form, ok := funcs.FormNamed(e.Name); ok {
		return c.form(e, form)
	}
	if forConstants {
		c.report(diag.Diagnostic{
			Rule: functionPlace, At: At(e.NameRange), Detail: e.Name + " works on constants only, and its argument differs from person to person.",
			Help: constantly[e.Name],
		})
		return nil
	}
	c.unknownFunction(e)
	return nil
}

// scalar compiles a function of single values.
func (c *compiler) scalar(f *funcs.Func, e *hclsyntax.FunctionCallExpr) Expr {
	if !c.arguments(e, len(f.Params), len(f.Params)) {
		return nil
	}
	args := make([]Expr, 0, len(e.Args))
	for i, a := range e.Args {
		arg := c.expr(a)
		if arg == nil {
			continue
		}
		if fitted, ok := c.argument(f, f.Params[i], arg); ok {
			args = append(args, fitted)
		}
	}
	if len(args) < len(e.Args) {
		return nil
	}
	if folded, ok := c.foldCall(f, e, args); ok {
		return folded
	}
	if within, ok := asWithin(f, e, args); ok {
		return within
	}
	return Call{place(e), f.Name, args, f.Result}
}

// argument gives an argument a type of the parameter.
func (c *compiler) argument(f *funcs.Func, p funcs.Param, arg Expr) (Expr, bool) {
	for _, t := range p.Types {
		if accepts(t, TypeOf(arg)) {
			return arg, true
		}
	}
	if literal, ok := arg.(Literal); ok {
		before := len(c.found)
		fitted, ok := c.convert(literal, p.Types[0], false)
		for i := before; i < len(c.found); i++ {
			if c.found[i].Rule == notComparable {
				c.found[i].Rule, c.found[i].Detail = argumentType, wants(f, p)
			}
		}
		return fitted, ok
	}
	c.report(diag.Diagnostic{Rule: argumentType, At: arg.Range(), Mark: "this is " + kindOf(TypeOf(arg)), Detail: wants(f, p)})
	return nil, false
}

func wants(f *funcs.Func, p funcs.Param) string {
	kinds := make([]string, len(p.Types))
	for i, t := range p.Types {
		kinds[i] = kindOf(t)
	}
	return f.Name + " takes " + strings.Join(kinds, " or ") + " as its argument " + p.Name + "."
}

// accepts tells whether a parameter of type want takes a value of type have.
func accepts(want, have types.Type) bool {
	if want == types.Type(types.String) {
		return types.Textual(have)
	}
	basic, ok := have.(types.Basic)
	return ok && want == types.Type(basic)
}

// foldCall computes a call whose arguments are constant. The day of an instant
// waits for the person's time zone.
func (c *compiler) foldCall(f *funcs.Func, e *hclsyntax.FunctionCallExpr, args []Expr) (Expr, bool) {
	if f.Timed {
		return nil, false
	}
	values := make([]types.Value, len(args))
	for i, a := range args {
		literal, ok := a.(Literal)
		if _, instant := literal.Value.(types.Instant); !ok || instant {
			return nil, false
		}
		values[i] = literal.Value
	}
	out := f.Apply(funcs.Env{Zone: c.scope.zone()}, values)
	if types.IsNull(out) {
		help := ""
		if len(f.Examples) > 0 {
			help = "write it as in " + f.Examples[0].Call
		}
		if text, ok := values[0].(types.Text); ok && f.Name == "date" && types.MeantDay(string(text)) != "" {
			help = "write date(" + quote(types.MeantDay(string(text))) + ")"
		}
		c.report(diag.Diagnostic{Rule: constantType, At: args[0].Range(), Mark: "not " + kindOf(f.Result), Help: help})
		return nil, true
	}
	return Literal{place(e), out, f.Result}, true
}

// asWithin is the case that since(instant, length) has.
func asWithin(f *funcs.Func, e *hclsyntax.FunctionCallExpr, args []Expr) (Expr, bool) {
	if f.Name != "since" || TypeOf(args[0]) != types.Type(types.Timestamp) {
		return nil, false
	}
	length, ok := args[1].(Literal)
	if !ok {
		return nil, false
	}
	return Within{place(e), args[0], length.Value.(types.Span)}, true
}

// arguments checks how many arguments a call has.
func (c *compiler) arguments(e *hclsyntax.FunctionCallExpr, least, most int) bool {
	if e.ExpandFinal && e.Name != "one_of" {
		c.report(diag.Diagnostic{Rule: argumentCount, At: At(e.Range()), Detail: "... spreads a list over the values of one_of only."})
		return false
	}
	if n := len(e.Args); n >= least && n <= most {
		return true
	}
	d := diag.Diagnostic{Rule: argumentCount, At: At(e.Range()), Mark: counted(len(e.Args)), Help: "write " + signature(e.Name)}
	c.report(d)
	return false
}

func counted(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "one argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// signature is how a function is called: age(since).
func signature(name string) string {
	if form, ok := funcs.FormNamed(name); ok {
		return form.Signature
	}
	f, ok := funcs.ByName(name)
	if !ok {
		return name + "(...)"
	}
	return f.Signature()
}

// constantly is what to write of people instead of a function of constants.
var constantly = map[string]string{
	"upper": "write lower(value), with small letters on the other side of a comparison",
	"title": "write lower(value), with small letters on the other side of a comparison",
}

// strangers are functions of other languages, and what to write here.
var strangers = map[string]string{
	"not": "write ! before the condition", "and": "write && between the conditions", "or": "write || between the conditions",
	"in": `write one_of(value, "a", "b")`, "if": "write both cases out with && and ||", "is_null": "write !is_set(value)",
	"isnull": "write !is_set(value)", "isset": "write is_set(value)", "exists": "write is_set(value)", "ifnull": "write coalesce(value, other)",
	"never": `write !did(event.x, "ever")`, "did_not": "write !did(event.x, window)", "any_of": `write one_of(value, "a", "b")`,
	"median": "write percentile(event.x.field, 0.5, window)", "quantile": "write percentile(event.x.field, share, window)",
	"average": "write avg(event.x.field, window)", "has": "write did(event.x, window)", "now": "write a window, or since(value, length)",
	"matches": findIn, "regex": findIn, "regexp": findIn, "like": findIn, "includes": findIn, "ends_with": findIn, "endswith": findIn,
	"between": "write value >= low && value <= high", "days_since": "write since(value, length)", "months_since": "write since(value, length)",
	"segment": "write segment.<name>", "in_segment": "write segment.<name>", "is_in": "write segment.<name>", "member_of": "write segment.<name>",
	"opened": "write did(touchpoint.<name>.opened, window)", "clicked": "write did(touchpoint.<name>.clicked, window)",
	"year": `compare with a day: value >= date("2000-01-01")`, "month": `compare with a day: value >= date("2000-01-01")`,
	"weekday": "write day_of_week(value)", "birthday": "write before(anniversary(value), length)",
	"today": "write days_until(value) or age(value)", "datediff": "write days_until(value) or since(value, length)",
}

const findIn = `write contains(value, "text") or starts_with(value, "text")`

func (c *compiler) unknownFunction(e *hclsyntax.FunctionCallExpr) {
	d := diag.Diagnostic{Rule: nameUnknown, At: At(e.NameRange)}
	if help, ok := strangers[strings.ToLower(e.Name)]; ok {
		d.Help = help
		c.report(d)
		return
	}
	names := funcs.OfPeople()
	for _, f := range funcs.Forms {
		names = append(names, f.Name)
	}
	for ctx := c.scope.Constants; ctx != nil; ctx = ctx.Parent() {
		names = append(names, sortedKeys(ctx.Functions)...)
	}
	slices.Sort(names)
	if near := diag.Nearest(e.Name, slices.Compact(names)); near != "" {
		d.Mark, d.Help = "there is "+near, "write "+near
	} else {
		d.Mark, d.Detail = "no function of people", "The functions of people are "+strings.Join(funcs.OfPeople(), ", ")+"."
	}
	c.report(d)
}
