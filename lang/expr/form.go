package expr

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// form compiles a function that is a case of Expr.
func (c *compiler) form(e *hclsyntax.FunctionCallExpr, form funcs.Form) Expr {
	switch e.Name {
	case "did":
		return c.did(e)
	case "followed_by":
		return c.followedBy(e)
	case "count", "sum", "avg", "min", "max", "first", "last", "percentile":
		return c.aggregate(e, Op(e.Name))
	case "one_of":
		return c.oneOf(e)
	case "is_set":
		return c.isSet(e)
	case "coalesce":
		return c.coalesce(e)
	case "reachable", "consented":
		return c.reachable(e)
	case "any":
		return c.any(e, form)
	case "approved_by":
		return c.approvedBy(e, form)
	}
	c.elsewhere(e, form)
	return nil
}

// elsewhere reports a form at a place where it does not stand.
func (c *compiler) elsewhere(e *hclsyntax.FunctionCallExpr, form funcs.Form) {
	d := diag.Diagnostic{Rule: functionPlace, At: At(e.NameRange)}
	switch {
	case form.Place != "":
		d.Detail = form.Name + " stands in " + form.Place + " only, as in " + form.Example + "."
	case form.Name == "where":
		d.Detail = "where(...) picks some of what happens; it stands inside count, did, sum and the like."
		d.Help = `write did(where(...), "90d")`
	default:
		d.Detail = form.Name + " is about people and cannot be part of a constant."
	}
	c.report(d)
}

func (c *compiler) oneOf(e *hclsyntax.FunctionCallExpr) Expr {
	if len(e.Args) < 2 {
		c.arguments(e, 2, 2)
		return nil
	}
	of := c.expr(e.Args[0])
	values, ok := c.set(e, of)
	if of == nil || !ok {
		return nil
	}
	if constant, ok := of.(Literal); ok {
		among := slices.ContainsFunc(values, func(v types.Value) bool {
			order, comparable := types.Compare(constant.Value, v)
			return comparable && order == 0
		})
		return Literal{place(e), types.Truth(among), types.Bool}
	}
	return OneOf{place(e), of, values}
}

// set is the constants of one_of, as values of the type of what is compared.
func (c *compiler) set(e *hclsyntax.FunctionCallExpr, of Expr) ([]types.Value, bool) {
	var literals []Literal
	values := make([]types.Value, 0, len(e.Args)-1)
	failed, before := false, len(c.found)
	for i, item := range e.Args[1:] {
		if writtenNull(item) {
			c.report(diag.Diagnostic{
				Rule: nullInSet, At: At(item.Range()), Mark: "nothing equals null", Help: "leave it out, and ask !is_set(...) beside one_of",
			})
			failed = true
			continue
		}
		spread := e.ExpandFinal && i == len(e.Args)-2
		literals = c.members(literals[:0], item, spread)
		for _, literal := range literals {
			if of == nil {
				continue
			}
			fitted, ok := c.convert(literal, TypeOf(of), isMean(of))
			failed = failed || !ok
			values = append(values, fitted.Value)
		}
	}
	if len(values) == 0 {
		return nil, false
	}
	return values, !failed && len(c.found) == before
}

// members is one constant of a set, or all of a list that is spread with "...",
// appended to others.
func (c *compiler) members(others []Literal, e hclsyntax.Expression, spread bool) []Literal {
	literal, ok := c.literal(e)
	if !ok {
		return others
	}
	list, isList := literal.Value.(types.Values)
	switch {
	case isList && spread:
		for _, v := range list {
			others = append(others, Literal{literal.Place, v, natural(v)})
		}
		if len(list) == 0 {
			c.report(diag.Diagnostic{Rule: argumentCount, At: literal.At, Mark: "an empty list", Detail: "one_of needs at least one constant to compare with."})
		}
		return others
	case isList || spread:
		d := diag.Diagnostic{Rule: argumentType, At: literal.At, Mark: "this is " + kindOf(natural(literal.Value))}
		if isList {
			d.Help = "write ... after it, or write its values one by one"
		} else {
			d.Help = "remove the ..., which spreads a list"
		}
		c.report(d)
		return others
	}
	return append(others, literal)
}

func (c *compiler) isSet(e *hclsyntax.FunctionCallExpr) Expr {
	if !c.arguments(e, 1, 1) {
		return nil
	}
	of := c.expr(e.Args[0])
	if of == nil {
		return nil
	}
	if _, constant := of.(Literal); constant {
		return Literal{place(e), types.Truth(true), types.Bool}
	}
	return IsSet{place(e), of}
}

func (c *compiler) coalesce(e *hclsyntax.FunctionCallExpr) Expr {
	if len(e.Args) < 2 {
		c.arguments(e, 2, 2)
		return nil
	}
	if e.ExpandFinal {
		c.arguments(e, len(e.Args), len(e.Args))
		return nil
	}
	var terms []Expr
	for _, a := range e.Args {
		if term := c.expr(a); term != nil {
			terms = append(terms, term)
		}
	}
	if len(terms) < len(e.Args) {
		return nil
	}
	var lead Expr // the first that is no constant gives the others their type
	for _, term := range terms {
		if _, constant := term.(Literal); !constant {
			lead = term
			break
		}
	}
	if lead == nil {
		return terms[0]
	}
	for i, term := range terms {
		fitted, ok := c.alternative(lead, term)
		if !ok {
			return nil
		}
		terms[i] = fitted
	}
	return Coalesce{place(e), terms}
}

// alternative gives a term of coalesce the type of the leading one. A text that
// is no word of an enum stays a text.
func (c *compiler) alternative(lead, term Expr) (Expr, bool) {
	if literal, ok := term.(Literal); ok {
		enum, isEnum := TypeOf(lead).(types.Enum)
		if word, isText := literal.Value.(types.Text); isEnum && isText && !enum.Has(string(word)) {
			return literal, true
		}
		return c.convert(literal, TypeOf(lead), isMean(lead))
	}
	if compatible(TypeOf(lead), TypeOf(term)) {
		return term, true
	}
	c.report(diag.Diagnostic{
		Rule: notComparable, At: term.Range(), Mark: "this is " + kindOf(TypeOf(term)),
		Related: []diag.Label{{At: lead.Range(), Text: "this is " + kindOf(TypeOf(lead))}},
		Detail:  "All values of coalesce have one type.",
	})
	return nil, false
}

func (c *compiler) reachable(e *hclsyntax.FunctionCallExpr) Expr {
	if !c.arguments(e, 2, 2) {
		return nil
	}
	if c.swapped(e) {
		return nil
	}
	purpose := c.resolve(e.Args[0], []string{"purpose"})
	channel := c.resolve(e.Args[1], []string{"channel"})
	if purpose == "" || channel == "" {
		return nil
	}
	return Reachable{place(e), purpose, channel, e.Name == "consented"}
}

// swapped reports a channel and a purpose in each other's place: one mistake,
// and not one for each.
func (c *compiler) swapped(e *hclsyntax.FunctionCallExpr) bool {
	channel, ok := Reference(e.Args[0])
	purpose, both := Reference(e.Args[1])
	if !ok || !both || channel.Kind != "channel" || purpose.Kind != "purpose" {
		return false
	}
	at := At(e.Args[0].Range())
	at.End = At(e.Args[1].Range()).End
	c.report(diag.Diagnostic{
		Rule: nameOtherKind, At: at, Mark: "the purpose comes first",
		Help: "write " + e.Name + "(" + purpose.String() + ", " + channel.String() + ")",
	})
	return true
}

// any compiles any(changes.segment, condition) of a guard.
func (c *compiler) any(e *hclsyntax.FunctionCallExpr, form funcs.Form) Expr {
	if c.scope.Changes == nil {
		c.elsewhere(e, form)
		return nil
	}
	if !c.arguments(e, 2, 2) {
		return nil
	}
	ref, ok := Reference(e.Args[0])
	if !ok || ref.Kind != "changes" || len(ref.Rest) > 0 {
		c.report(diag.Diagnostic{Rule: nameWanted, At: At(e.Args[0].Range()), Help: "write changes, or changes and a kind: changes.segment"})
		return nil
	}
	if ref.Name != "" && !slices.Contains(kindWords, ref.Name) {
		candidates := make([]string, len(kindWords))
		for i, kind := range kindWords {
			candidates[i] = "changes." + kind
		}
		c.unknown(ref.At, ref.Address(), candidates)
		return nil
	}
	where := c.over(c.scope.Changes, e.Args[1])
	if where == nil {
		return nil
	}
	return Any{place(e), ref.Address(), where}
}

func (c *compiler) approvedBy(e *hclsyntax.FunctionCallExpr, form funcs.Form) Expr {
	if c.scope.Changes == nil {
		c.elsewhere(e, form)
		return nil
	}
	if len(e.Args) == 0 || e.ExpandFinal {
		c.arguments(e, 1, 1)
		return nil
	}
	var roles []Expr
	for _, a := range e.Args {
		role := c.constant(a, types.String)
		if role == nil {
			return nil
		}
		roles = append(roles, Literal{place(a), role, types.String})
	}
	return Call{place(e), "approved_by", roles, types.Bool}
}
