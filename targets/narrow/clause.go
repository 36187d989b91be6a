package narrow

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Clause is one condition on its way into a platform's own form.
//
// It goes there in three steps. Condition writes references out and pushes
// negations down. Split turns each comparison that the platform has no word for
// into several that it has: what is the same for all platforms is done here, the
// rest by its Words. What is left is worked out as Sums or Products, and printed
// by the target. What cannot be said on the way is among Found.
type Clause struct {
	Program  *ir.Program
	Platform string     // its address: "platform.crm"
	Called   string     // what people call it: "Klaviyo"
	Keep     string     // what helps where nothing else does: "keep what it works out as an attribute"
	At       diag.Range // where the declaration stands
	Most     int        // conditions that one may have
	Textual  []string   // the functions of texts that it knows: "contains"
	Words    Words

	Failed bool // something could not be said
	Found  diag.List
}

// Words is what a platform makes of the atoms that it has words of its own for:
// the forms that it prints. An error is a *Refusal, or ErrTold.
type Words interface {
	// Compared is an attribute compared with a constant.
	Compared(a Atom, e expr.Compare, fixed types.Value) (Form, error)
	// Listed is an attribute that is one of some texts.
	Listed(a Atom, e expr.OneOf) (Form, error)
	// Aggregate is what is worked out of events, compared with a constant.
	Aggregate(a Atom, e expr.Compare, of expr.Aggregate, fixed types.Value) (Form, error)
	// Did is that something happened.
	Did(a Atom, e expr.Did) (Form, error)
	// Followed is that something happened after something else.
	Followed(a Atom, e expr.FollowedBy) (Form, error)
	// State is that a record of consent is in one of some states, or in none of them.
	State(of expr.Record, within bool, states []types.Value) (Form, error)
	// Fact is that something is known of a record.
	Fact(a Atom, of expr.Record) (Form, error)
	// Recent is that an instant of a record lies in the last days.
	Recent(a Atom, e expr.Within, of expr.Record) (Form, error)
	// Suppressed is that an address gets no messages of a class.
	Suppressed(a Atom, e expr.Suppressed) (Form, error)
	// Excluded is that an exclusion names the person.
	Excluded(a Atom, e expr.Excluded) (Form, error)
}

// Refusal is what a platform cannot say, and what would help.
type Refusal struct {
	Of        expr.Expr
	Why, Help string // Why is a sentence without capital letter and full stop; Help may be empty
}

// ErrTold is something that has been reported already, where it stands.
var ErrTold = errors.New("reported already")

func (r *Refusal) Error() string { return r.Why }

// Refused is the refusal of a part of a condition.
func Refused(of expr.Expr, help, why string, args ...any) error {
	return &Refusal{Of: of, Why: fmt.Sprintf(why, args...), Help: help}
}

// Sentence is words as a sentence of their own: with a capital letter and a full stop.
func Sentence(words string) string {
	if words == "" {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

// Always is true or false of everybody.
func Always(holds bool) Form {
	if holds {
		return All{}
	}
	return Some{}
}

// Part is one of several conditions of a platform's that stand for one of ours.
func Part(of expr.Expr, name string) Atom { return Atom{Of: of, Part: name} }

// Parts of what is not in the last days: it lies further back, or ahead.
const (
	PartBefore = "before"
	PartAhead  = "ahead"
)

// Refuse notes what cannot be said.
func (c *Clause) Refuse(e expr.Expr, err error) {
	c.Failed = true
	if errors.Is(err, ErrTold) {
		return
	}
	why, help := err.Error(), c.Keep+", or send the segment to another platform"
	var r *Refusal
	if errors.As(err, &r) {
		e = r.Of
		if r.Help != "" {
			help = r.Help
		}
	}
	c.Found = append(c.Found, Refuse(c.Platform, e, c.At, Sentence(why), help))
}

// RefuseSize notes that a condition has become too large.
func (c *Clause) RefuseSize(e expr.Expr, large *TooLarge) {
	c.Failed = true
	c.Found = append(c.Found, RefuseSize(c.Platform, e, c.At, large))
}

// Sums is "e is true" as an AND of ORs of what the platform has words for. It
// is false where something could not be said.
func (c *Clause) Sums(e expr.Expr) ([][]Atom, bool) { return c.worked(e, c.Form(e), Sums) }

// Products is "e is true" as an OR of ANDs of what the platform has words for.
func (c *Clause) Products(e expr.Expr) ([][]Atom, bool) { return c.worked(e, c.Form(e), Products) }

// SumsOf is a form that has been split as an AND of ORs; e is what it came from.
func (c *Clause) SumsOf(e expr.Expr, form Form) ([][]Atom, bool) { return c.worked(e, form, Sums) }

func (c *Clause) worked(e expr.Expr, form Form, out func(Form, int) ([][]Atom, error)) ([][]Atom, bool) {
	if c.Failed {
		return nil, false
	}
	lists, err := out(form, c.Most)
	var large *TooLarge
	if errors.As(err, &large) {
		c.RefuseSize(e, large)
	}
	return lists, err == nil
}

// Form is "e is true", split.
func (c *Clause) Form(e expr.Expr) Form { return c.Split(Condition(c.Program, e)) }

// Split replaces atoms by what the platform has words for.
func (c *Clause) Split(f Form) Form {
	switch f := f.(type) {
	case All:
		out := All{}
		for _, term := range f {
			out = append(out, c.Split(term))
		}
		return out
	case Some:
		out := Some{}
		for _, term := range f {
			out = append(out, c.Split(term))
		}
		return out
	case Atom:
		form, err := c.parts(f)
		if err != nil {
			c.Refuse(f.Of, err)
			return All{}
		}
		return form
	}
	panic("narrow: a form that is none of the cases")
}

// Again is the form of another way to say an atom.
func (c *Clause) Again(a Atom, e expr.Expr) (Form, error) {
	if a.Negated {
		e = expr.Not{Term: e}
	}
	return c.Form(e), nil
}

// parts is what one atom becomes.
func (c *Clause) parts(a Atom) (Form, error) {
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
		return c.Words.Did(a, e)
	case expr.FollowedBy:
		return c.Words.Followed(a, e)
	case expr.Suppressed:
		return c.Words.Suppressed(a, e)
	case expr.Excluded:
		return c.Words.Excluded(a, e)
	case expr.Call:
		return c.call(a, e)
	case expr.Literal, expr.Field, expr.Record, expr.Aggregate, expr.Coalesce, expr.Any, expr.And, expr.Or, expr.Not, expr.Is,
		expr.Member, expr.Reachable:
	}
	return nil, Refused(a.Of, "", "%s cannot ask for %s", c.Called, expr.Print(a.Of))
}

// comparison is of a value with a constant.
func (c *Clause) comparison(a Atom, e expr.Compare) (Form, error) {
	if _, constant := e.Left.(expr.Literal); constant {
		e.Left, e.Right, e.Op = e.Right, e.Left, Mirrored(e.Op)
		a.Of = e
	}
	fixed, constant := e.Right.(expr.Literal)
	if !constant {
		return nil, Refused(e, "compare it with a constant", "%s compares what is stored with constants only, and not with each other", c.Called)
	}
	switch of := e.Left.(type) {
	case expr.Attribute:
		return c.Words.Compared(a, e, fixed.Value)
	case expr.Aggregate:
		return c.Words.Aggregate(a, e, of, fixed.Value)
	case expr.Record:
		return c.Words.State(of, e.Op == expr.Equal, []types.Value{fixed.Value})
	case expr.Literal, expr.Field, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
		expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return nil, Refused(e.Left, "", "%s cannot work out %s", c.Called, expr.Print(e.Left))
}

// Bounded splits what instants are not compared for: a platform knows before
// and after, and neither equality.
func Bounded(a Atom, e expr.Compare, fixed types.Value) Form {
	if !OfTime(fixed) {
		return a
	}
	with := func(op expr.Comparison) Atom { e.Op = op; return Atom{Of: e} }
	switch e.Op {
	case expr.Equal:
		return All{with(expr.GreaterEqual), with(expr.LessEqual)}
	case expr.NotEqual:
		return Some{with(expr.Less), with(expr.Greater)}
	case expr.Less, expr.LessEqual, expr.Greater, expr.GreaterEqual:
	}
	return a
}

// OfTime tells whether a value is a day or an instant.
func OfTime(v types.Value) bool {
	_, isDay := v.(types.Date)
	_, isInstant := v.(types.Instant)
	return isDay || isInstant
}

// among is one atom for texts of an attribute, and one for each value of
// anything else.
func (c *Clause) among(a Atom, e expr.OneOf) (Form, error) {
	if record, ok := e.Of.(expr.Record); ok {
		return c.Words.State(record, !a.Negated, e.Values)
	}
	if _, stored := e.Of.(expr.Attribute); stored && AllTexts(e.Values) {
		return c.Words.Listed(a, e)
	}
	terms := make([]expr.Expr, len(e.Values))
	for i, v := range e.Values {
		terms[i] = expr.Compare{Place: e.Place, Op: expr.Equal, Left: e.Of, Right: expr.Literal{Value: v, Type: expr.TypeOf(e.Of)}}
	}
	return c.Again(a, expr.Or{Place: e.Place, Terms: terms})
}

func (c *Clause) isSet(a Atom, e expr.IsSet) (Form, error) {
	switch of := e.Of.(type) {
	case expr.Attribute:
		return a, nil
	case expr.Record:
		return c.Words.Fact(a, of)
	case expr.Aggregate:
		if of.Op == expr.Count {
			return Always(!a.Negated), nil
		}
		return c.Again(a, expr.Did{Place: e.Place, Of: Having(of.Of, expr.IsSet{Of: Folded(of)}), Window: of.Window})
	case expr.Call:
		return c.knownCall(a, of)
	case expr.Literal, expr.Field, expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
		expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return nil, Refused(e, "", "%s cannot ask whether %s is known", c.Called, expr.Print(e.Of))
}

// knownCall is whether what a function needs is known.
func (c *Clause) knownCall(a Atom, e expr.Call) (Form, error) {
	if e.Func == "date" || e.Func == "timestamp" {
		return nil, Refused(e, "", "%s cannot read texts as instants", c.Called)
	}
	var terms []expr.Expr
	for _, arg := range e.Args {
		terms = append(terms, expr.IsSet{Of: arg})
	}
	return c.Again(a, expr.And{Terms: terms})
}

// within is in the last days. What is not lies further back or ahead.
func (c *Clause) within(a Atom, e expr.Within) (Form, error) {
	if record, ok := e.Of.(expr.Record); ok {
		return c.Words.Recent(a, e, record)
	}
	if _, stored := e.Of.(expr.Attribute); !stored {
		return nil, Refused(e, "", "%s cannot ask since when %s is", c.Called, expr.Print(e.Of))
	}
	if !a.Negated {
		return a, nil
	}
	return Some{Part(e, PartBefore), Part(e, PartAhead)}, nil
}

// call is one of the functions of texts that are conditions.
func (c *Clause) call(a Atom, e expr.Call) (Form, error) {
	if slices.Contains(c.Textual, e.Func) && len(e.Args) == 2 {
		_, stored := e.Args[0].(expr.Attribute)
		_, constant := e.Args[1].(expr.Literal)
		if stored && constant {
			return a, nil
		}
	}
	return nil, Refused(e, "", "%s cannot work out %s", c.Called, expr.Print(e))
}

// Choose writes the condition of a source as one list of filters for each way
// to fit it.
func (c *Clause) Choose(s expr.Source) ([]Chosen, error) {
	out, err := Choose(Where(c.Program, s), s, c.Most)
	if err != nil {
		return nil, Refused(expr.Did{Of: s}, "", "what chooses the events is too large: %v", err)
	}
	return out, nil
}

// Happened is that something recorded happened: one atom where the events are
// chosen by one list of filters, and one for each of several.
func (c *Clause) Happened(a Atom, e expr.Did) (Form, error) {
	chosen, err := c.Choose(e.Of)
	switch {
	case err != nil:
		return nil, err
	case len(chosen) == 0:
		return Always(a.Negated), nil
	case len(chosen) == 1 && len(chosen[0].Person) == 0:
		e.Of = chosen[0].Source
		a.Of = e
		return a, nil
	}
	ways := make([]expr.Expr, len(chosen))
	for i, way := range chosen {
		e.Of = way.Source
		terms := []expr.Expr{e}
		for _, p := range way.Person {
			terms = append(terms, expr.Is{Term: p, Verdict: expr.True})
		}
		ways[i] = expr.And{Place: e.Place, Terms: terms}
	}
	return c.Again(a, expr.Or{Place: e.Place, Terms: ways})
}

// Filters is the one way that a source is chosen, as filters that must all fit.
func (c *Clause) Filters(s expr.Source) ([]Atom, error) {
	products, err := Products(Where(c.Program, s), c.Most)
	if err != nil || len(products) != 1 {
		return nil, Refused(expr.Did{Of: s}, "", "%s chooses events by filters that must all fit", c.Called)
	}
	return products[0], nil
}
