package mautic

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// most is how many filters a segment may have. Mautic documents no limit; each
// filter is a part of one SQL statement, and past this one nobody can read it.
const most = 100

// clause is one condition on its way into Mautic's form: a flat list of filters
// that are joined by AND before OR.
//
// Narrow writes references out and pushes negations down. Split turns each
// comparison that Mautic has no word for into several that it has. What is left
// is worked out as an OR of ANDs and printed, each atom as one filter or two.
type clause struct {
	l  *lowering
	at diag.Range // where the declaration stands

	failed bool // something could not be said
	found  diag.List
}

// refusal is what Mautic cannot say, and what would help.
type refusal struct {
	of        expr.Expr
	why, help string
}

// errTold is something that has been reported already, where it stands.
var errTold = errors.New("reported already")

func (r *refusal) Error() string { return r.why }

func refused(of expr.Expr, help, why string, args ...any) error {
	return &refusal{of: of, why: fmt.Sprintf(why, args...), help: help}
}

// filters is "e is true" as the filters of a segment. Nothing comes back where
// something could not be said; it is among found then.
func (c *clause) filters(e expr.Expr) (resource.List, bool) {
	groups, ok := c.groups(e)
	if !ok {
		return nil, false
	}
	return c.flat(e, groups)
}

// groups is "e is true" as groups of filters that must all hold, of which one
// must.
func (c *clause) groups(e expr.Expr) ([][]filter, bool) {
	form := c.split(narrow.Condition(c.l.Program, e))
	if c.failed {
		return nil, false
	}
	products, err := narrow.Products(form, most)
	var large *narrow.TooLarge
	if errors.As(err, &large) {
		c.tooLarge(e, large)
		return nil, false
	}
	var groups [][]filter
	for _, product := range products {
		groups = append(groups, c.group(product))
	}
	return groups, !c.failed
}

// flat is groups as one list.
func (c *clause) flat(e expr.Expr, groups [][]filter) (resource.List, bool) {
	out := flat(groups)
	if len(out) > most {
		c.tooLarge(e, &narrow.TooLarge{Terms: len(out), Limit: most})
		return nil, false
	}
	return out, true
}

func (c *clause) tooLarge(e expr.Expr, large *narrow.TooLarge) {
	c.failed = true
	c.found = append(c.found, narrow.RefuseSize(c.l.Platform.Address, e, c.at, large))
}

// group is an AND.
func (c *clause) group(product []narrow.Atom) []filter {
	var out []filter
	for _, a := range product {
		filters, err := c.print(a)
		if err != nil {
			c.refuse(a.Of, err)
			continue
		}
		out = append(out, filters...)
	}
	return out
}

func (c *clause) refuse(e expr.Expr, err error) {
	c.failed = true
	if errors.Is(err, errTold) {
		return
	}
	help := "keep what it works out as a field of contacts, or send the segment to another platform"
	why := err.Error()
	var r *refusal
	if errors.As(err, &r) {
		e = r.of
		if r.help != "" {
			help = r.help
		}
	}
	c.found = append(c.found, narrow.Refuse(c.l.Platform.Address, e, c.at, sentence(why), help))
}

// sentence is words as a sentence of their own.
func sentence(words string) string {
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

// split replaces atoms by what Mautic has words for.
func (c *clause) split(f narrow.Form) narrow.Form {
	switch f := f.(type) {
	case narrow.All:
		out := narrow.All{}
		for _, term := range f {
			out = append(out, c.split(term))
		}
		return out
	case narrow.Some:
		out := narrow.Some{}
		for _, term := range f {
			out = append(out, c.split(term))
		}
		return out
	case narrow.Atom:
		form, err := c.parts(f)
		if err != nil {
			c.refuse(f.Of, err)
		}
		return form
	}
	panic("mautic: a form that is none of the cases")
}

// again is the form of another way to say an atom.
func (c *clause) again(a narrow.Atom, e expr.Expr) (narrow.Form, error) {
	if a.Negated {
		e = expr.Not{Term: e}
	}
	return c.split(narrow.Condition(c.l.Program, e)), nil
}

// parts is what one atom becomes.
func (c *clause) parts(a narrow.Atom) (narrow.Form, error) {
	switch e := a.Of.(type) {
	case expr.Compare:
		return c.comparison(a, e)
	case expr.OneOf:
		return c.among(a, e)
	case expr.IsSet:
		return c.isSet(a, e)
	case expr.Attribute:
		return a, nil
	case expr.Within:
		return c.within(a, e)
	case expr.Suppressed:
		return c.suppressed(a, e)
	case expr.Excluded:
		return c.excluded(a, e)
	case expr.Call:
		return c.call(a, e)
	case expr.Did, expr.FollowedBy, expr.Aggregate:
		return narrow.All{}, refused(a.Of, "have your systems keep the answer as a field of contacts, or send the segment to another platform",
			"Mautic keeps no events of a shop's own, so it cannot ask for %s", expr.Print(a.Of))
	case expr.Literal, expr.Field, expr.Record, expr.Coalesce, expr.Any, expr.And, expr.Or, expr.Not, expr.Is, expr.Member, expr.Reachable:
	}
	return narrow.All{}, refused(a.Of, "", "Mautic cannot ask for %s", expr.Print(a.Of))
}

// comparison is of a value with a constant.
func (c *clause) comparison(a narrow.Atom, e expr.Compare) (narrow.Form, error) {
	if _, constant := e.Left.(expr.Literal); constant {
		e.Left, e.Right, e.Op = e.Right, e.Left, mirrored[e.Op]
		a.Of = e
	}
	fixed, constant := e.Right.(expr.Literal)
	if !constant {
		return narrow.All{}, refused(e, "compare it with a constant", "Mautic compares what is stored with constants only, and not with each other")
	}
	if _, stored := e.Left.(expr.Attribute); stored {
		if fixed.Value == types.Value(types.Text("")) {
			return c.empty(e.Left, e.Op != expr.NotEqual), nil
		}
		return a, nil
	}
	if record, ok := e.Left.(expr.Record); ok {
		return c.state(record, e.Op == expr.Equal, []types.Value{fixed.Value})
	}
	if _, counted := e.Left.(expr.Aggregate); counted {
		return narrow.All{}, refused(e.Left, "have your systems keep the number as a field of contacts, or send the segment to another platform",
			"Mautic keeps no events of a shop's own, so it cannot work out %s", expr.Print(e.Left))
	}
	return narrow.All{}, refused(e.Left, "", "Mautic cannot work out %s", expr.Print(e.Left))
}

var mirrored = map[expr.Comparison]expr.Comparison{
	expr.Equal: expr.Equal, expr.NotEqual: expr.NotEqual, expr.Less: expr.Greater, expr.LessEqual: expr.GreaterEqual,
	expr.Greater: expr.Less, expr.GreaterEqual: expr.LessEqual,
}

// among is one atom for texts of an attribute, and one for each value of
// anything else: Mautic takes a list of numbers for the number 1.
func (c *clause) among(a narrow.Atom, e expr.OneOf) (narrow.Form, error) {
	if record, ok := e.Of.(expr.Record); ok {
		return c.state(record, !a.Negated, e.Values)
	}
	if _, stored := e.Of.(expr.Attribute); stored && allTexts(e.Values) {
		e.Values = slices.DeleteFunc(slices.Clone(e.Values), func(v types.Value) bool { return v == types.Value(types.Text("")) })
		if a.Of = e; len(e.Values) == 0 {
			return c.empty(e.Of, !a.Negated), nil
		}
		return a, nil
	}
	terms := make([]expr.Expr, len(e.Values))
	for i, v := range e.Values {
		terms[i] = expr.Compare{Place: e.Place, Op: expr.Equal, Left: e.Of, Right: expr.Literal{Value: v, Type: expr.TypeOf(e.Of)}}
	}
	return c.again(a, expr.Or{Place: e.Place, Terms: terms})
}

// empty is a comparison with the empty text. Mautic keeps none, and takes one
// for a value that is missing: so nothing equals it, and whatever is set differs.
func (c *clause) empty(of expr.Expr, equals bool) narrow.Form {
	if equals {
		return narrow.Some{}
	}
	return narrow.Atom{Of: expr.IsSet{Place: expr.Place{At: of.Range()}, Of: of}}
}

func allTexts(values []types.Value) bool {
	for _, v := range values {
		if _, text := v.(types.Text); !text {
			return false
		}
	}
	return len(values) > 0
}

func (c *clause) isSet(a narrow.Atom, e expr.IsSet) (narrow.Form, error) {
	if _, stored := e.Of.(expr.Attribute); stored {
		return a, nil
	}
	if record, ok := e.Of.(expr.Record); ok {
		return c.fact(a, record)
	}
	if call, ok := e.Of.(expr.Call); ok && call.Func != "date" && call.Func != "timestamp" {
		var terms []expr.Expr
		for _, arg := range call.Args {
			terms = append(terms, expr.IsSet{Of: arg})
		}
		return c.again(a, expr.And{Terms: terms})
	}
	return narrow.All{}, refused(e, "", "Mautic cannot ask whether %s is known", expr.Print(e.Of))
}

// always is true or false of everybody.
func always(holds bool) narrow.Form {
	if holds {
		return narrow.All{}
	}
	return narrow.Some{}
}

// within is in the last days. What is not lies further back or ahead.
func (c *clause) within(a narrow.Atom, e expr.Within) (narrow.Form, error) {
	if record, ok := e.Of.(expr.Record); ok {
		return c.recently(a, e, record)
	}
	if _, stored := e.Of.(expr.Attribute); !stored {
		return narrow.All{}, refused(e, "", "Mautic cannot ask since when %s is", expr.Print(e.Of))
	}
	if !a.Negated {
		return a, nil
	}
	return narrow.Some{narrow.Atom{Of: e, Negated: true, Part: partOlder}, narrow.Atom{Of: e, Negated: true, Part: partAhead}}, nil
}

// call is one of the two functions of texts that are conditions.
func (c *clause) call(a narrow.Atom, e expr.Call) (narrow.Form, error) {
	if (e.Func == "contains" || e.Func == "starts_with") && len(e.Args) == 2 {
		_, stored := e.Args[0].(expr.Attribute)
		_, constant := e.Args[1].(expr.Literal)
		if stored && constant {
			return a, nil
		}
	}
	return narrow.All{}, refused(e, "", "Mautic cannot work out %s", expr.Print(e))
}
