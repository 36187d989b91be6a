package check

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
)

// sound tells whether a program can be lived through: it has no circles and no
// missing names, and every condition and type that it needs could be read. What
// is wrong is told where it is; of such a program nothing is proved.
func sound(p *ir.Program) bool {
	if !readable(p) {
		return false
	}
	_, err := eval.New(p, nil, 0)
	return err == nil
}

func readable(p *ir.Program) bool {
	return !slices.ContainsFunc(p.Person.Keys, func(k ir.Key) bool { return k.Type == nil }) &&
		!slices.ContainsFunc(p.Person.Attributes, func(a ir.Attribute) bool { return a.Type == nil }) &&
		!slices.ContainsFunc(p.Segments, func(s ir.Segment) bool { return s.Where == nil }) &&
		!slices.ContainsFunc(p.Actions, func(a ir.Action) bool { return a.Kind == "set" && a.Value == nil }) &&
		!slices.ContainsFunc(p.Regimes, func(r ir.Regime) bool { return !ruled(r) }) &&
		!slices.ContainsFunc(p.Moments, func(m ir.Moment) bool { return !detects(m.Detect) }) &&
		!slices.ContainsFunc(p.Journeys, func(j ir.Journey) bool { return !legible(j) })
}

// ruled tells whether it could be read to whom a regime applies and what its rules
// are about.
func ruled(r ir.Regime) bool {
	return (r.Otherwise || r.AppliesWhen != nil) &&
		!slices.ContainsFunc(r.Rules, func(rule ir.Rule) bool { return rule.Basis == "" || rule.Channels == nil || rule.Classes == nil })
}

// detects tells whether it could be read how a moment is noticed.
func detects(d ir.Detect) bool {
	switch d := d.(type) {
	case ir.OnDate:
		return d.Date != nil
	case ir.Enters:
		return d.Segment != ""
	case ir.Leaves:
		return d.Segment != ""
	case ir.OnEvent, ir.OnOutcome, ir.Absence:
		return true
	case nil:
	}
	return false
}

// legible tells whether every branch of a journey has its condition, and every wait
// its length.
func legible(j ir.Journey) bool {
	all := true
	ir.Walk(j.Steps, func(s ir.Step) {
		switch s := s.(type) {
		case ir.Choose:
			all = all && !slices.ContainsFunc(s.When, func(b ir.Branch) bool { return b.If == nil })
		case ir.Wait:
			all = all && !s.For.IsZero()
		case ir.Send, ir.Do, ir.Split:
		}
	})
	return all
}
