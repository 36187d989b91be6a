package klaviyo

import (
	"errors"
	"fmt"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// most is how many conditions a segment may have, all groups together.
const most = 100

// clause is one condition on its way into Klaviyo's form: groups of which each
// must hold, and in each group conditions of which one must.
//
// It goes there in three steps. Narrow writes references out and pushes
// negations down. Split turns each comparison that Klaviyo has no word for into
// several that it has: a maximum into "did one of at least", a sum into itself
// and "there is one at all". What is left is worked out as an AND of ORs and
// printed.
type clause struct {
	l    *lowering
	at   diag.Range // where the declaration stands
	flow bool       // in a flow, where everything is asked at the instant of a step
	late bool       // in a flow that began before the run did, so that "run" is not known

	failed bool // something could not be said
	found  diag.List
}

// refusal is what Klaviyo cannot say, and what would help.
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

// groups is "e is true" as condition groups. Nothing comes back where something
// could not be said; it is among found then.
func (c *clause) groups(e expr.Expr) (resource.List, bool) {
	return c.list(c.split(narrow.Condition(c.l.Program, e)), e)
}

// list is a form that has been split as condition groups.
func (c *clause) list(form narrow.Form, e expr.Expr) (resource.List, bool) {
	if c.failed {
		return nil, false
	}
	sums, err := narrow.Sums(form, most)
	var large *narrow.TooLarge
	if errors.As(err, &large) {
		c.failed = true
		c.found = append(c.found, narrow.RefuseSize(c.l.Platform.Address, e, c.at, large))
		return nil, false
	}
	groups := resource.List{}
	has, lacks := property("email", existence(true)), property("email", existence(false))
	for _, sum := range sums {
		if len(sum) == 0 { // nobody: there is no word for that, and nobody both has an address and has none
			return resource.List{group(has), group(lacks)}, !c.failed
		}
		groups = append(groups, c.group(sum))
	}
	if len(groups) == 0 { // everybody
		groups = resource.List{group(has, lacks)}
	}
	return groups, !c.failed
}

// group is an OR.
func (c *clause) group(sum []narrow.Atom) resource.Value {
	var conditions []resource.Map
	for _, a := range sum {
		m, err := c.print(a)
		if err != nil {
			c.refuse(a.Of, err)
			continue
		}
		conditions = append(conditions, m)
	}
	return group(conditions...)
}

func group(conditions ...resource.Map) resource.Value {
	list := resource.List{}
	for _, m := range conditions {
		list = append(list, m)
	}
	return resource.Map{"conditions": list}
}

func property(name string, filter resource.Map) resource.Map {
	return resource.Map{"type": resource.String("profile-property"), "property": resource.String(asked(name)), "filter": filter}
}

func (c *clause) refuse(e expr.Expr, err error) {
	c.failed = true
	if errors.Is(err, errTold) {
		return
	}
	help := "keep what it works out as an attribute, or send the segment to another platform"
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

// split replaces atoms by what Klaviyo has words for.
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
	panic("klaviyo: a form that is none of the cases")
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
	case expr.FollowedBy:
		return c.funnel(a, e)
	case expr.Suppressed:
		return c.suppressed(a, e)
	case expr.Excluded:
		return c.excluded(a, e)
	case expr.Call:
		return c.call(a, e)
	case expr.Literal, expr.Field, expr.Record, expr.Aggregate, expr.Coalesce, expr.Any, expr.And, expr.Or, expr.Not, expr.Is,
		expr.Member, expr.Reachable:
	}
	return narrow.All{}, refused(a.Of, "", "Klaviyo cannot ask for %s", expr.Print(a.Of))
}

// comparison is of a value with a constant.
func (c *clause) comparison(a narrow.Atom, e expr.Compare) (narrow.Form, error) {
	if _, constant := e.Left.(expr.Literal); constant {
		e.Left, e.Right, e.Op = e.Right, e.Left, narrow.Mirrored(e.Op)
		a.Of = e
	}
	fixed, constant := e.Right.(expr.Literal)
	if !constant {
		return narrow.All{}, refused(e, "compare it with a constant", "Klaviyo compares what is stored with constants only, and not with each other")
	}
	switch of := e.Left.(type) {
	case expr.Attribute:
		return c.attribute(a, e, fixed)
	case expr.Aggregate:
		return c.aggregate(a, e, of, fixed)
	case expr.Record:
		return c.state(of, e.Op == expr.Equal, []types.Value{fixed.Value})
	case expr.Literal, expr.Field, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
		expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return narrow.All{}, refused(e.Left, "", "Klaviyo cannot work out %s", expr.Print(e.Left))
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
	return narrow.All{}, refused(e, "", "Klaviyo cannot ask whether %s is known", expr.Print(e.Of))
}

// knownCall is whether what a function needs is known.
func (c *clause) knownCall(a narrow.Atom, e expr.Call) (narrow.Form, error) {
	if e.Func == "date" || e.Func == "timestamp" {
		return narrow.All{}, refused(e, "", "Klaviyo cannot read texts as instants")
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

// within is in the last days. What is not lies further back or ahead.
func (c *clause) within(a narrow.Atom, e expr.Within) (narrow.Form, error) {
	if record, ok := e.Of.(expr.Record); ok {
		return c.recently(a, e, record)
	}
	if _, stored := e.Of.(expr.Attribute); !stored {
		return narrow.All{}, refused(e, "", "Klaviyo cannot ask since when %s is", expr.Print(e.Of))
	}
	if !a.Negated {
		return a, nil
	}
	return narrow.Some{narrow.Atom{Of: e, Negated: true, Part: "before"}, narrow.Atom{Of: e, Negated: true, Part: "after"}}, nil
}

// call is one of the two functions of texts that are conditions.
func (c *clause) call(a narrow.Atom, e expr.Call) (narrow.Form, error) {
	if textual[e.Func] != "" && len(e.Args) == 2 {
		_, stored := e.Args[0].(expr.Attribute)
		_, constant := e.Args[1].(expr.Literal)
		if stored && constant {
			return a, nil
		}
	}
	return narrow.All{}, refused(e, "", "Klaviyo cannot work out %s", expr.Print(e))
}

var textual = map[string]string{"contains": "contains", "starts_with": "starts-with"}
