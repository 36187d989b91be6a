package explain

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// because is what the verdict of a leaf rests on, in a few words.
func (x *Explainer) because(e expr.Expr) string {
	switch e := e.(type) {
	case expr.Compare:
		return join(x.told(e.Left), x.told(e.Right))
	case expr.OneOf:
		return x.told(e.Of)
	case expr.IsSet:
		return x.told(e.Of)
	case expr.Within:
		return x.since(e.Of)
	case expr.Did:
		return x.did(e)
	case expr.FollowedBy:
		return x.followed(e)
	case expr.Member:
		return x.membership(e)
	case expr.Suppressed:
		return x.stops(e.Channel, ir.Class(e.Class))
	case expr.Excluded:
		return x.listing(e.Exclusion)
	case expr.Is:
		return ""
	case expr.Any:
		return "a question about plans, not about people"
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Coalesce, expr.Call:
		return x.told(e)
	case expr.And, expr.Or, expr.Not, expr.Reachable: // explained by their parts
		return ""
	}
	panic("explain: an expression that is none of the cases")
}

// told says the value of an operand; constants are in the text already.
func (x *Explainer) told(e expr.Expr) string {
	switch e := e.(type) {
	case expr.Literal:
		return ""
	case expr.Attribute:
		return x.attribute(e)
	case expr.Aggregate:
		return x.aggregate(e)
	case expr.Record:
		return x.record(e.Consent, e.Channel)
	case expr.Field:
		return strings.Join(e.Path, ".") + " belongs to an event, and none is at hand"
	case expr.Call:
		return e.Func + " is " + x.shown(e, x.value(e)) + x.holes(e.Args, x.value(e))
	case expr.Coalesce:
		return "it is " + x.shown(e, x.value(e))
	case expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Within,
		expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
		return x.because(e)
	}
	panic("explain: an expression that is none of the cases")
}

func (x *Explainer) value(e expr.Expr) types.Value { return x.world.Value(e, x.person, eval.Context{}) }

// attribute is what is known: tier is "gold".
func (x *Explainer) attribute(e expr.Attribute) string {
	name := strings.Join(e.Path, ".")
	if at, old := x.world.Unfresh(e.Path[0], x.person); old {
		a, _ := x.world.Program.Person.AttributeNamed(e.Path[0])
		if at == 0 {
			return name + " counts as not known: nothing says when it was learned"
		}
		return name + " counts as not known: learned " + x.ago(at) + ", it holds for " + a.FreshFor.String()
	}
	return name + " is " + x.shown(e, x.value(e))
}

// holes names the arguments for want of which a value is not known.
func (x *Explainer) holes(args []expr.Expr, result types.Value) string {
	if !types.IsNull(result) {
		return ""
	}
	var missing []string
	for _, a := range args {
		if types.IsNull(x.value(a)) {
			missing = append(missing, x.told(a))
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return ": " + join(missing...)
}

// since is an instant and how long ago it was.
func (x *Explainer) since(e expr.Expr) string {
	said := x.told(e)
	if at, ok := x.value(e).(types.Instant); ok && !x.guarded(e) {
		return join(said, x.ago(at))
	}
	return said
}

func (x *Explainer) aggregate(e expr.Aggregate) string {
	if !settled(e.Window, e.Of) {
		return afoot
	}
	list := x.world.Happened(e.Of, e.Window, x.person)
	if len(list) == 0 {
		none := "none" + after("; ", x.before(e.Of))
		if e.Op != expr.Count {
			none += ", so " + string(e.Op) + " is not known"
		}
		return none
	}
	counted := x.happenings(e.Of, list)
	if e.Op == expr.Count {
		return counted
	}
	value := x.value(e)
	if types.IsNull(value) {
		return "none with a value: " + counted
	}
	if Masked(e.Type) {
		return string(e.Op) + " is " + Mask(types.Spell(value), e.Type) + ": " + counted
	}
	return string(e.Op) + " is " + x.spell(value) + ": " + counted
}

// before is when it happened last, in or out of a window: "72 days ago".
func (x *Explainer) before(s expr.Source) string {
	list := x.world.Happened(s, expr.Ever, x.person)
	if len(list) == 0 {
		return ""
	}
	return "the last " + x.ago(list[len(list)-1].At)
}

func (x *Explainer) did(e expr.Did) string {
	if !settled(e.Window, e.Of) {
		return afoot
	}
	if list := x.world.Happened(e.Of, e.Window, x.person); len(list) > 0 {
		return x.happenings(e.Of, list)
	}
	if last := x.before(e.Of); last != "" {
		return strings.TrimPrefix(last, "the last ")
	}
	return "never"
}

func (x *Explainer) followed(e expr.FollowedBy) string {
	if !settled(e.Window, e.First, e.Then) {
		return afoot
	}
	first, then := x.world.Happened(e.First, e.Window, x.person), x.world.Happened(e.Then, e.Window, x.person)
	switch {
	case len(first) == 0:
		return "the first never" + after("; ", x.before(e.First))
	case len(then) == 0:
		return "the first " + x.happenings(e.First, first) + "; the second never"
	}
	if at, next, ok := x.pair(e, first, then); ok {
		return "on " + x.day(at) + ", followed " + gap(at, next) + " later"
	}
	return "the first " + x.happenings(e.First, first) + "; no second within " + e.Gap.String()
}

// pair is the latest first event that is followed in time, and by what.
func (x *Explainer) pair(e expr.FollowedBy, first, then []person.Event) (at, next types.Instant, ok bool) {
	for _, f := range first {
		for _, t := range then {
			if t.At > f.At && t.At <= e.Gap.After(f.At, x.zone()) {
				at, next, ok = f.At, t.At, true
				break
			}
		}
	}
	return at, next, ok
}

// gap is the time between two instants in its largest unit.
func gap(from, to types.Instant) string {
	passed := to.Time().Sub(from.Time())
	switch hours := int(passed.Hours()); {
	case hours >= 48:
		return plural(hours/24, "day")
	case hours >= 1:
		return plural(hours, "hour")
	case passed.Minutes() >= 1:
		return plural(int(passed.Minutes()), "minute")
	}
	return "less than a minute"
}

func (x *Explainer) membership(e expr.Member) string {
	s, ok := ir.Find(x.world.Program.Segments, e.Segment)
	switch {
	case !ok:
		return "nobody is in it: it is not declared"
	case x.world.Member(e.Segment, x.person):
		return "in it"
	case x.truth(s.Where) == expr.Unknown:
		return "not in it: only a yes counts, and its condition is unknown"
	}
	return "not in it"
}

const afoot = "depends on a journey's run, and none is at hand"

// settled tells whether a window can be looked at outside of a journey's run.
func settled(w expr.Window, sources ...expr.Source) bool {
	for _, s := range sources {
		if s.Step != "" {
			return false
		}
	}
	return w.Since == "" || w.Since == "ever"
}

// join is the facts that say something, with semicolons.
func join(facts ...string) string {
	var out []string
	for _, f := range facts {
		if f != "" {
			out = append(out, f)
		}
	}
	return strings.Join(out, "; ")
}

// after is s with a prefix, nothing when s is.
func after(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
