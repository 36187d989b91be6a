package klaviyo

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// steps makes the actions of steps and of what follows them, and is the id of
// the first one. What follows is made once for each way there.
func (f *flow) steps(list []ir.Step, rest func() string) string {
	if len(list) == 0 || len(f.actions) > longest {
		return rest()
	}
	after := func() string { return f.steps(list[1:], rest) }
	switch s := list[0].(type) {
	case ir.Send:
		return f.send(s, func() string {
			f.sent = ir.StepAddress(f.journey.Address, s.Name)
			return after()
		})
	case ir.Do:
		return f.do(s, after)
	case ir.Wait:
		return f.wait(s, after)
	case ir.Choose:
		return f.choose(s, s.When, after)
	case ir.Split:
		return f.divide(s, after)
	}
	panic("klaviyo: a step that is none of the cases")
}

func (f *flow) wait(s ir.Wait, after func() string) string {
	delay, err := delayed(s.For, s.At)
	if err != nil {
		f.refuse(s.At, "write it in days", "%s", narrow.Sentence(err.Error()))
	}
	if s.Until != nil {
		return f.until(s, delay, after)
	}
	f.sent = ""
	return f.then("time-delay", delay, after)
}

// delayed is a length of time as an action waits for it.
func delayed(length types.Span, at diag.Range) (resource.Map, error) {
	minutes := int64(length.Exact().Minutes())
	data := func(unit string, n int64) resource.Map {
		return resource.Map{"unit": resource.String(unit), "value": resource.Number(fmt.Sprint(n))}
	}
	switch {
	case length.Calendar():
		return data("days", 1), narrow.Refused(expr.Literal{Place: expr.Place{At: at}}, "", "a flow waits for minutes, hours and days, and %s is as long as the calendar says", length)
	case minutes == 0 || length.Exact().Seconds() != float64(minutes*60):
		return data("days", 1), narrow.Refused(expr.Literal{Place: expr.Place{At: at}}, "", "a flow waits for minutes, hours and days, and %s is no whole number of minutes", length)
	case minutes%(24*60) == 0:
		return data("days", minutes/(24*60)), nil
	case minutes%60 == 0:
		return data("hours", minutes/60), nil
	}
	return data("minutes", minutes), nil
}

// choose asks for one branch after the other.
func (f *flow) choose(s ir.Choose, branches []ir.Branch, after func() string) string {
	if len(branches) == 0 {
		return f.steps(s.Otherwise, after)
	}
	b := branches[0]
	yes := func() string { return f.steps(b.Steps, after) }
	no := func() string { return f.choose(s, branches[1:], after) }
	if f.knows[expr.Print(b.If)] {
		return yes()
	}
	if !narrow.AboutEvent(b.If) {
		return f.fork("conditional-split", resource.Map{"profile_filter": f.filter(b.If, s.At)}, yes, no)
	}
	return f.fork("trigger-split", f.triggered(b.If, s.At), yes, no)
}

// triggered is a split by what the event carried that began the flow.
func (f *flow) triggered(e expr.Expr, at diag.Range) resource.Map {
	moment, _ := ir.Find(f.l.Program.Moments, f.journey.Enter.Moment)
	detect, ok := moment.Detect.(ir.OnEvent)
	if !ok {
		f.refuse(e.Range(), "ask what is known of the person", "Nothing is carried by what begins this flow.")
		return nil
	}
	base, _, _ := f.l.Program.Base(detect.Event)
	c := f.clause(at)
	carried, person := f.sorted(c, e)
	if len(person) > 0 {
		f.refuse(e.Range(), "choose by the one first, and by the other inside", "A branch is chosen by what began the flow or by what is known of the person, and not by both.")
		return nil
	}
	groups := f.carrying(c, base.Address, carried)
	f.found = append(f.found, c.Found...)
	return resource.Map{
		"trigger_filter": resource.Map{"condition_groups": groups}, "trigger_id": f.l.metric(base.Address), "trigger_type": resource.String("metric"),
	}
}

// divide splits people by chance, one variant from the rest after the other.
func (f *flow) divide(s ir.Split, after func() string) string {
	if s.Decide != "" {
		f.refuse(s.At, "decide by hand, with another commit", "A flow does not decide between variants by itself.")
	}
	order, shares, ok := divided(s.Variants)
	if !ok {
		f.refuse(s.At, "use weights that can be parted so, such as 50 and 50 or 45, 45 and 10",
			"Klaviyo parts people by whole percentages, one variant from the rest at a time, and these weights cannot be parted so.")
		return after()
	}
	return f.variants(order, shares, after)
}

func (f *flow) variants(order []ir.Variant, shares []int, after func() string) string {
	first := func() string {
		if order[0].Control {
			return "" // recorded as having been here, and left alone
		}
		return f.steps(order[0].Steps, after)
	}
	if len(order) == 1 {
		return first()
	}
	sample := resource.Map{"type": resource.String("profile-sample"), "percentage": resource.Number(fmt.Sprint(shares[0]))}
	data := resource.Map{"profile_filter": resource.Map{"condition_groups": resource.List{group(sample)}}}
	return f.fork("conditional-split", data, first, func() string { return f.variants(order[1:], shares[1:], after) })
}

// divided is an order in which each variant is a whole percentage of what is
// left, and these percentages.
func divided(variants []ir.Variant) (order []ir.Variant, shares []int, ok bool) {
	total := 0
	for _, v := range variants {
		total += v.Weight
	}
	if len(variants) == 1 {
		return variants, []int{100}, true
	}
	for i, v := range variants {
		if total == 0 || 100*v.Weight%total != 0 {
			continue
		}
		others := slices.Concat(variants[:i], variants[i+1:])
		if rest, more, ok := divided(others); ok {
			return slices.Concat([]ir.Variant{v}, rest), slices.Concat([]int{100 * v.Weight / total}, more), true
		}
	}
	return nil, nil, false
}
