package hubspot

import (
	"math/big"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// Aggregate is a fold of events compared with a constant.
func (c *clause) Aggregate(_ narrow.Atom, e expr.Compare, of expr.Aggregate, fixed types.Value) (narrow.Form, error) {
	if of.Of.Event == "" {
		return narrow.All{}, c.unnoticed(of)
	}
	switch of.Op {
	case expr.Count:
		n, number := fixed.(types.Decimal)
		if !number {
			break
		}
		return c.count(e, of, n)
	case expr.Max, expr.Min:
		return c.Again(narrow.Atom{}, narrow.Extreme(e, of))
	case expr.Sum, expr.Avg, expr.First, expr.Last:
	}
	return narrow.All{}, narrow.Refused(of, "keep it as an attribute that your systems work out", "HubSpot counts events, and does not know the %s of what they carry", of.Op)
}

func (c *clause) unnoticed(of expr.Expr) error {
	return narrow.Refused(of, "ask whether it was at all: did", "HubSpot asks whether something became of a message, and does not count how often")
}

// occurrences is how often something happened: at least and at most so often,
// 0 for no limit.
type occurrences struct{ least, most int64 }

// part spells occurrences as the part of an atom.
func (o occurrences) part() string {
	return big.NewInt(o.least).String() + " to " + big.NewInt(o.most).String()
}

// count is whether something happened so often. HubSpot counts only where it
// happened at all, so what also holds of never is said apart.
func (c *clause) count(e expr.Compare, of expr.Aggregate, n types.Decimal) (narrow.Form, error) {
	number, ok := new(big.Rat).SetString(n.String())
	if !ok || number.Cmp(big.NewRat(1_000_000_000, 1)) > 0 {
		return narrow.All{}, narrow.Refused(of, "", "HubSpot does not count as far as %s", n)
	}
	down, whole := new(big.Int).Div(number.Num(), number.Denom()), number.IsInt()
	floor := down.Int64() // of a negative number below it
	above := occurrences{least: floor + 1}
	from, until, below := occurrences{least: floor}, occurrences{most: floor}, occurrences{most: floor - 1}
	if !whole {
		from, below = above, until
	}
	did := expr.Did{Place: of.Place, Of: of.Of, Window: of.Window}
	switch e.Op {
	case expr.GreaterEqual:
		return c.often(did, from)
	case expr.Greater:
		return c.often(did, above)
	case expr.LessEqual:
		return c.seldom(did, until)
	case expr.Less:
		return c.seldom(did, below)
	case expr.Equal, expr.NotEqual:
	}
	if e.Op == expr.Equal {
		if !whole || floor < 0 {
			return narrow.Some{}, nil
		}
		if floor == 0 {
			return c.seldom(did, until)
		}
		return c.often(did, occurrences{least: floor, most: floor})
	}
	if !whole || floor < 0 {
		return narrow.All{}, nil
	}
	less, err := c.seldom(did, below)
	if err != nil {
		return less, err
	}
	more, err := c.often(did, above)
	return narrow.Some{less, more}, err
}

// often is at least once, and so often.
func (c *clause) often(did expr.Did, times occurrences) (narrow.Form, error) {
	if times.least <= 0 {
		return narrow.All{}, nil
	}
	if times == (occurrences{least: 1}) {
		return c.Again(narrow.Atom{}, did)
	}
	chosen, err := c.Choose(did.Of)
	if err != nil {
		return narrow.All{}, err
	}
	switch {
	case len(chosen) == 0:
		return narrow.Some{}, nil
	case len(chosen) > 1:
		return narrow.All{}, narrow.Refused(did, "count a derived event whose condition has no ||", "HubSpot counts events that fit all of several filters, and not one of several")
	case len(chosen[0].Person) > 0:
		return narrow.All{}, narrow.Refused(did, "ask it outside of where", "HubSpot filters events by what they carry, and not by who did them")
	}
	did.Of = chosen[0].Source
	return narrow.Atom{Of: did, Part: times.part()}, nil
}

// seldom is at most so often, or never.
func (c *clause) seldom(did expr.Did, times occurrences) (narrow.Form, error) {
	if times.most < 0 {
		return narrow.Some{}, nil
	}
	never, err := c.Again(narrow.Atom{Negated: true}, did)
	if err != nil || times.most == 0 {
		return never, err
	}
	times.least = 1
	some, err := c.often(did, times)
	return narrow.Some{never, some}, err
}

// Did is one branch where the events are chosen by one list of filters.
func (c *clause) Did(a narrow.Atom, e expr.Did) (narrow.Form, error) {
	if e.Of.Event == "" {
		return c.outcome(a, e)
	}
	if sinceThen(e) && c.l.remember != nil {
		return a, nil
	}
	if strings.Contains(a.Part, " to ") { // counted, and chosen already
		return a, nil
	}
	return c.Happened(a, e)
}

// happened prints what contacts did, or did not do.
func (c *clause) happened(a narrow.Atom, e expr.Did) (resource.Map, error) {
	filters, err := c.filters(e.Of)
	if err != nil {
		return nil, err
	}
	operator := "HAS_COMPLETED"
	if a.Negated {
		operator = "HAS_NOT_COMPLETED"
	}
	out := resource.Map{
		"filterBranchType": resource.String("UNIFIED_EVENTS"), "filterBranchOperator": resource.String("AND"),
		"eventTypeId": c.l.Look(lookEvent, c.l.Names.Event(e.Of.Event)), "operator": resource.String(operator), "filters": filters,
	}
	if least, limit, counted := strings.Cut(a.Part, " to "); counted {
		times := resource.Map{"type": resource.String("NUM_OCCURRENCES"), "minOccurrences": resource.Number(least)}
		if limit != "0" {
			times["maxOccurrences"] = resource.Number(limit)
		}
		out["coalescingRefineBy"] = times
	}
	switch {
	case e.Window.Since == "ever":
	case e.Window.Since != "":
		return nil, narrow.Refused(e, "give it a window in days", "HubSpot counts back from now, and not since something began")
	default:
		window, err := c.lately(e.Window.Length, e)
		if err != nil {
			return nil, err
		}
		out["pruningRefineBy"] = window
	}
	return out, nil
}

// lately is the last days or hours.
func (c *clause) lately(length types.Span, e expr.Expr) (resource.Map, error) {
	unit, amount, err := steps(length, e)
	if err != nil {
		return nil, err
	}
	c.late(length, e)
	return resource.Map{
		"type": resource.String("RELATIVE_COMPARATIVE"), "comparison": resource.String("AFTER"),
		"timeOffset": resource.Map{"offsetDirection": resource.String("PAST"), "timeUnit": resource.String(unit), "amount": resource.Number(amount)},
	}, nil
}

// filters is the conditions on what an event carries, all of which must hold.
func (c *clause) filters(s expr.Source) (resource.List, error) {
	chosen, err := c.Choose(s)
	if err != nil || len(chosen) != 1 || len(chosen[0].Person) > 0 {
		return nil, narrow.Refused(expr.Did{Of: s}, "", "HubSpot chooses events by filters that must all fit")
	}
	products, err := narrow.Products(narrow.Where(c.l.Program, s), most)
	if err != nil || len(products) != 1 {
		return nil, narrow.Refused(expr.Did{Of: s}, "", "HubSpot chooses events by filters that must all fit")
	}
	var out resource.List
	for _, a := range products[0] {
		f, err := c.compared(a, func(e expr.Expr) (stored, error) { return c.carried(s.Event, e) })
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// carried is what an event has an expression stored as.
func (c *clause) carried(event string, e expr.Expr) (stored, error) {
	field, ok := e.(expr.Field)
	switch {
	case !ok:
		return stored{}, narrow.Refused(e, "", "HubSpot cannot work out %s of an event", expr.Print(e))
	case len(field.Path) != 1 || field.Path[0] == "at":
		return stored{}, narrow.Refused(e, "", "HubSpot filters events by what they carry themselves, and not by %s", expr.Print(e))
	}
	return stored{name: resource.String(c.l.Names.Detail(event, field.Path[0]).Theirs), spell: plain}, nil
}

func plain(word string) string { return word }
