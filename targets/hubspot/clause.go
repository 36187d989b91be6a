package hubspot

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// most is how many filters a list may have.
const most = 250

// clause is one condition on its way into HubSpot's form: groups of which one
// must hold, and in each group filters of which each must.
//
// It goes there in three steps. Narrow writes references out and pushes
// negations down. Split turns each comparison that HubSpot has no word for into
// several that it has: a maximum into "did one of at least", fewer than three
// into "none, or one or two". What is left is worked out as an OR of ANDs and
// printed.
type clause struct {
	l  *lowering
	at diag.Range // where the declaration stands

	failed bool // something could not be said
	found  diag.List
}

// refusal is what HubSpot cannot say, and what would help.
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

// branch is "e is true" as the root of a list's filters. Nothing comes back
// where something could not be said; it is among found then.
func (c *clause) branch(e expr.Expr) (resource.Map, bool) {
	form := c.split(narrow.Condition(c.l.Program, e))
	if c.failed {
		return nil, false
	}
	products, err := narrow.Products(form, most)
	var large *narrow.TooLarge
	if errors.As(err, &large) {
		c.failed = true
		c.found = append(c.found, narrow.RefuseSize(c.l.Platform.Address, e, c.at, large))
		return nil, false
	}
	groups := resource.List{}
	for _, product := range products {
		groups = append(groups, c.group(product))
	}
	if len(groups) == 0 { // nobody: there is no word for that, and each contact has an id
		groups = resource.List{group(nil, resource.List{known("hs_object_id", false)})}
	}
	return resource.Map{"filterBranchType": resource.String("OR"), "filterBranchOperator": resource.String("OR"), "filterBranches": groups}, !c.failed
}

// group is an AND: filters, and branches for what contacts did.
func (c *clause) group(product []narrow.Atom) resource.Value {
	var branches, filters resource.List
	for _, a := range product {
		printed, err := c.print(a)
		if err != nil {
			c.refuse(a.Of, err)
			continue
		}
		if printed["filterBranchType"] != nil {
			branches = append(branches, printed)
		} else {
			filters = append(filters, printed)
		}
	}
	if len(branches)+len(filters) == 0 { // everybody
		filters = resource.List{known("hs_object_id", true)}
	}
	return group(branches, filters)
}

func group(branches, filters resource.List) resource.Value {
	return resource.Map{
		"filterBranchType": resource.String("AND"), "filterBranchOperator": resource.String("AND"), "filterBranches": branches, "filters": filters,
	}
}

func (c *clause) refuse(e expr.Expr, err error) {
	c.failed = true
	if errors.Is(err, errTold) {
		return
	}
	help := "keep what it works out as an attribute, or send the segment to another platform"
	var r *refusal
	if errors.As(err, &r) {
		e = r.of
		if r.help != "" {
			help = r.help
		}
	}
	c.found = append(c.found, narrow.Refuse(c.l.Platform.Address, e, c.at, sentence(err.Error()), help))
}

// sentence is a reason with a capital letter and a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// split replaces atoms by what HubSpot has words for.
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
	panic("hubspot: a form that is none of the cases")
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
	case expr.Did:
		return c.did(a, e)
	case expr.Suppressed:
		return c.suppressed(a, e)
	case expr.Excluded:
		return c.excluded(a, e)
	case expr.Call:
		return c.call(a, e)
	case expr.FollowedBy:
		return narrow.All{}, refused(e, "", "HubSpot asks what happened, and not in which order")
	case expr.Literal, expr.Field, expr.Record, expr.Aggregate, expr.Coalesce, expr.Any, expr.And, expr.Or, expr.Not, expr.Is,
		expr.Member, expr.Reachable:
	}
	return narrow.All{}, refused(a.Of, "", "HubSpot cannot ask for %s", expr.Print(a.Of))
}

// comparison is of a value with a constant.
func (c *clause) comparison(a narrow.Atom, e expr.Compare) (narrow.Form, error) {
	if _, constant := e.Left.(expr.Literal); constant {
		e.Left, e.Right, e.Op = e.Right, e.Left, narrow.Mirrored(e.Op)
		a.Of = e
	}
	fixed, constant := e.Right.(expr.Literal)
	if !constant {
		return narrow.All{}, refused(e, "compare it with a constant", "HubSpot compares what is stored with constants only, and not with each other")
	}
	switch of := e.Left.(type) {
	case expr.Attribute:
		return c.attribute(a, e, fixed)
	case expr.Aggregate:
		return c.aggregate(e, of, fixed)
	case expr.Record:
		return c.state(of, e.Op == expr.Equal, []types.Value{fixed.Value})
	case expr.Literal, expr.Field, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
		expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return narrow.All{}, refused(e.Left, "", "HubSpot cannot work out %s", expr.Print(e.Left))
}

// attribute splits what instants are not compared for.
func (c *clause) attribute(a narrow.Atom, e expr.Compare, fixed expr.Literal) (narrow.Form, error) {
	if !ofTime(fixed.Value) {
		return a, nil
	}
	with := func(op expr.Comparison) narrow.Atom { e.Op = op; return narrow.Atom{Of: e} }
	switch e.Op {
	case expr.Equal:
		return narrow.All{with(expr.GreaterEqual), with(expr.LessEqual)}, nil
	case expr.NotEqual:
		return narrow.Some{with(expr.Less), with(expr.Greater)}, nil
	case expr.Less, expr.LessEqual, expr.Greater, expr.GreaterEqual:
	}
	return a, nil
}

func ofTime(v types.Value) bool {
	_, isDay := v.(types.Date)
	_, isInstant := v.(types.Instant)
	return isDay || isInstant
}

// among is one atom for texts of an attribute, and one for each value of
// anything else.
func (c *clause) among(a narrow.Atom, e expr.OneOf) (narrow.Form, error) {
	if record, ok := e.Of.(expr.Record); ok {
		return c.state(record, !a.Negated, e.Values)
	}
	if _, stored := e.Of.(expr.Attribute); stored && narrow.AllTexts(e.Values) {
		return a, nil
	}
	terms := make([]expr.Expr, len(e.Values))
	for i, v := range e.Values {
		terms[i] = expr.Compare{Place: e.Place, Op: expr.Equal, Left: e.Of, Right: expr.Literal{Value: v, Type: expr.TypeOf(e.Of)}}
	}
	return c.again(a, expr.Or{Place: e.Place, Terms: terms})
}

func (c *clause) isSet(a narrow.Atom, e expr.IsSet) (narrow.Form, error) {
	switch of := e.Of.(type) {
	case expr.Attribute:
		return a, nil
	case expr.Record:
		return c.fact(a, of)
	case expr.Aggregate:
		if of.Op == expr.Count {
			return always(!a.Negated), nil
		}
		return c.again(a, expr.Did{Place: e.Place, Of: narrow.Having(of.Of, expr.IsSet{Of: narrow.Folded(of)}), Window: of.Window})
	case expr.Call:
		return c.knownCall(a, of)
	case expr.Literal, expr.Field, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
		expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return narrow.All{}, refused(e, "", "HubSpot cannot ask whether %s is known", expr.Print(e.Of))
}

// knownCall is whether what a function needs is known.
func (c *clause) knownCall(a narrow.Atom, e expr.Call) (narrow.Form, error) {
	if e.Func == "date" || e.Func == "timestamp" {
		return narrow.All{}, refused(e, "", "HubSpot cannot read texts as instants")
	}
	var terms []expr.Expr
	for _, arg := range e.Args {
		terms = append(terms, expr.IsSet{Of: arg})
	}
	return c.again(a, expr.And{Terms: terms})
}

// always is true or false of everybody.
func always(holds bool) narrow.Form {
	if holds {
		return narrow.All{}
	}
	return narrow.Some{}
}

// Parts of what is not in the last days: it lies further back, or ahead.
const (
	partBefore = "before"
	partAfter  = "after"
)

// within is in the last days.
func (c *clause) within(a narrow.Atom, e expr.Within) (narrow.Form, error) {
	if record, ok := e.Of.(expr.Record); ok {
		return c.recently(a, e, record)
	}
	if _, stored := e.Of.(expr.Attribute); !stored {
		return narrow.All{}, refused(e, "", "HubSpot cannot ask since when %s is", expr.Print(e.Of))
	}
	if !a.Negated {
		return a, nil
	}
	return narrow.Some{narrow.Atom{Of: e, Negated: true, Part: partBefore}, narrow.Atom{Of: e, Negated: true, Part: partAfter}}, nil
}

// call is one of the functions of texts that are conditions.
func (c *clause) call(a narrow.Atom, e expr.Call) (narrow.Form, error) {
	if textual[e.Func].yes != "" && len(e.Args) == 2 {
		_, stored := e.Args[0].(expr.Attribute)
		_, constant := e.Args[1].(expr.Literal)
		if stored && constant {
			return a, nil
		}
	}
	return narrow.All{}, refused(e, "", "HubSpot cannot work out %s", expr.Print(e))
}
