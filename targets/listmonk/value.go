package listmonk

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// value writes a value; what has none is refused. What is worked out is worked
// out once.
func (c *condition) value(e expr.Expr) operand {
	switch e.(type) {
	case expr.Aggregate, expr.Coalesce:
	default:
		return c.fresh(e)
	}
	name, err := ir.Canonical(e)
	if err != nil || c.event != "" {
		return c.fresh(e)
	}
	known, is := c.known[string(name)]
	if !is {
		known = c.fresh(e)
		c.known[string(name)] = known
	}
	return known
}

func (c *condition) fresh(e expr.Expr) operand {
	k, known := kindOf(expr.TypeOf(e))
	if !known {
		return c.none(e, "listmonk does not compare "+expr.TypeOf(e).String()+".", "keep it as a number or a text")
	}
	switch e := e.(type) {
	case expr.Literal:
		return c.language.constant(e.Value, k)
	case expr.Attribute:
		return c.attribute(e, k)
	case expr.Field:
		return c.field(e, k)
	case expr.Record:
		return c.fact(e)
	case expr.Aggregate:
		return c.aggregate(e, k)
	case expr.Coalesce:
		terms := make([]operand, len(e.Terms))
		for i, t := range e.Terms {
			terms[i] = c.value(t)
		}
		return c.language.first(terms)
	case expr.Call:
		if e.Func == "lower" && len(e.Args) == 1 {
			return c.language.lower(c.value(e.Args[0]))
		}
		return c.none(e, fmt.Sprintf("listmonk cannot work out %s.", expr.Print(e)), "keep what it works out as an attribute of subscribers")
	case expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Within,
		expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return c.none(e, "listmonk compares values only, and this is a condition.", "write it beside the comparison, with && and ||")
}

func (c *condition) none(e expr.Expr, why, help string) operand {
	k, _ := kindOf(expr.TypeOf(e))
	return operand{words: c.refuse(e, why, help), kind: k}
}

func (c *condition) attribute(e expr.Attribute, k kind) operand {
	if len(e.Path) > 1 {
		return c.none(e, "listmonk keeps no objects beside subscribers.", "keep "+e.Path[len(e.Path)-1]+" as an attribute of the person")
	}
	if a, declared := c.program.Person.AttributeNamed(e.Path[0]); declared && !a.FreshFor.IsZero() {
		return c.none(e, "listmonk does not keep when it learned a value, so it cannot tell whether this is older than "+a.FreshFor.String()+".",
			"keep the instant as an attribute and ask for that, or leave this condition to another platform")
	}
	return c.language.stored(c.account.place(c.program, e.Path[0]), k)
}

// field is a field of the event at hand.
func (c *condition) field(e expr.Field, k kind) operand {
	if e.Of != expr.It || c.event == "" {
		return c.none(e, "When it sends, listmonk knows of no event.", "")
	}
	event, name, nested := strings.Cut(c.event, " ")
	if len(e.Path) > 1 {
		return c.none(e, "listmonk keeps no objects beside subscribers.", "keep "+e.Path[len(e.Path)-1]+" as a field of the event")
	}
	if nested {
		return c.language.element(event, c.account.names.Detail(name, e.Path[0]).Theirs, k)
	}
	return c.none(e, "When it sends, listmonk knows of no event.", "")
}

// fact is an instant of a consent record, where an attribute holds it.
func (c *condition) fact(e expr.Record) operand {
	if e.Channel != c.account.email {
		return operand{words: c.otherChannel(e, e.Channel), kind: instant}
	}
	name, kept := c.account.records[e.Consent][e.Fact]
	if !kept {
		what := map[expr.Fact]string{expr.GrantedAt: "when the yes was given", expr.ConfirmedAt: "when the yes was confirmed", expr.ExpiresAt: "when the yes ends"}[e.Fact]
		return c.none(e, "The rules of consent ask "+what+", and a subscription in listmonk does not say so.",
			fmt.Sprintf("add consent %q { %s = \"<attribute>\" } to the block of %s, and keep the instant there", strings.TrimPrefix(e.Consent, "consent."), e.Fact, c.platform))
	}
	return c.language.stored(storedAs(name), instant)
}

func (c *condition) aggregate(e expr.Aggregate, k kind) operand {
	if e.Op == expr.Avg || e.Op == expr.Percentile {
		return c.none(e, fmt.Sprintf("listmonk cannot work out %s.", e.Op), "keep what it works out as an attribute of subscribers")
	}
	f := fold{op: e.Op, events: c.stream(e.Of, e.Window, e)}
	if e.Op != expr.Count {
		if strings.Contains(e.Field, ".") {
			return c.none(e, "listmonk keeps no objects beside subscribers.", "keep "+e.Field[strings.LastIndex(e.Field, ".")+1:]+" as a field of the event")
		}
		name := c.detail(e.Of.Event, e.Field)
		f.field = func(event string) operand { return c.language.element(event, name, k) }
	}
	return c.language.fold(f)
}

// detail is what the platform calls a field of an event.
func (c *condition) detail(event, field string) string {
	return c.account.names.Detail(event, field).Theirs
}

func (c *condition) followed(e expr.FollowedBy) string {
	if e.Gap.Calendar() {
		return c.refuse(e, "Between two events listmonk counts days and hours, and no months or years.", "write the gap in days")
	}
	return c.language.follows(following{first: c.stream(e.First, e.Window, e), then: c.stream(e.Then, e.Window, e), gap: e.Gap.Exact()})
}

// stream is the events of a source in a window: a list of objects in an
// attribute, each with its instant.
func (c *condition) stream(s expr.Source, in expr.Window, e expr.Expr) stream {
	out := stream{where: func(string) string { return c.language.some(nil) }}
	switch {
	case s.Event == "":
		c.refuse(e, "listmonk does not tell subscribers apart by what became of a message.", "keep what happened as an event")
		return out
	case in.Since != "" && in.Since != expr.Ever.Since:
		c.refuse(e, "A campaign has no past of its own that a window could begin with.", `write a length such as "30d", or "ever"`)
		return out
	}
	out.list, out.at = storedAs(c.account.names.Event(s.Event).Theirs), c.detail(s.Event, "at")
	out.where = func(event string) string {
		at := c.language.element(event, out.at, instant)
		terms := []string{at.set, c.language.compare(expr.LessEqual, at, c.language.constant(c.now, instant))}
		if in.Since == "" {
			terms[1] = c.between(at, in.Length.Before(c.now, c.zone))
		}
		outer := c.event
		c.event = event + " " + s.Event
		terms = append(terms, c.form(where(c, s)))
		c.event = outer
		return c.language.all(terms)
	}
	return out
}

// zero is the number 0.
var zero = types.Decimal{}

// where is the condition of a source over its event.
func where(c *condition, s expr.Source) narrow.Form { return narrow.Where(c.program, s) }
