package listmonk

import (
	"fmt"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// Conditions are written twice: as Go template in front of a campaign's text,
// which decides for each subscriber at the send, and as SQL over subscribers,
// which counts. One walk writes both, so that they say the same and refuse the
// same; a language says how each primitive is written.

// language is one of the two.
type language interface {
	all(terms []string) string // of none: true
	some(terms []string) string
	not(term string) string

	stored(s stored, k kind) operand
	element(event, field string, k kind) operand
	constant(v types.Value, k kind) operand
	first(of []operand) operand
	lower(of operand) operand

	compare(op expr.Comparison, left, right operand) string
	holds(of operand) string // of a truth
	text(function string, in, part operand) string
	fold(f fold) operand
	follows(f following) string
}

// operand is a value written in a language, converted for comparing.
type operand struct {
	words string
	raw   string // as it is stored; "" where that is not known
	set   string // the condition that it is set; "" is always
	kind  kind
}

// fold is an aggregate over the events that subscribers carry.
type fold struct {
	op     expr.Op
	events stream
	field  func(event string) operand // nil for count
}

// stream is a list of events, so far as they count.
type stream struct {
	list  stored
	at    string // the name of the instant in an event
	where func(event string) string
}

// following is one stream strictly after another, by at most gap.
type following struct {
	first, then stream
	gap         time.Duration
}

// condition writes conditions about people in one language.
type condition struct {
	program  *ir.Program
	account  account
	platform string // "platform.mail", for findings
	language language
	now      types.Instant // the instant about which is asked
	zone     *time.Location
	at       diag.Range // of findings about what was written nowhere
	// state is the condition that the state of a consent is one of some words;
	// nil where the language cannot tell.
	state func(consent string, states []string) (string, bool)

	event string // the event at hand, inside a stream: its variable and its name
	known map[string]operand
	found diag.List
}

// form writes a narrowed condition.
func (c *condition) form(f narrow.Form) string {
	switch f := f.(type) {
	case narrow.All:
		return c.language.all(c.forms(f))
	case narrow.Some:
		return c.language.some(c.forms(f))
	case narrow.Atom:
		return c.atom(f)
	}
	panic("listmonk: a form that is none of the cases")
}

func (c *condition) forms(forms []narrow.Form) []string {
	out := make([]string, len(forms))
	for i, f := range forms {
		out[i] = c.form(f)
	}
	return out
}

// atom is one question, guarded by what must be set for it to have an answer.
func (c *condition) atom(a narrow.Atom) string {
	var terms []string
	if _, asks := a.Of.(expr.IsSet); !asks {
		for _, of := range narrow.Unset(a.Of) {
			if set := c.value(of).set; set != "" && !slices.Contains(terms, set) {
				terms = append(terms, set)
			}
		}
	}
	question := c.question(a.Of)
	if a.Negated {
		question = c.language.not(question)
	}
	return c.language.all(append(terms, question))
}

func (c *condition) question(e expr.Expr) string {
	switch e := e.(type) {
	case expr.Compare:
		return c.compare(e)
	case expr.OneOf:
		return c.oneOf(e)
	case expr.IsSet:
		if r, is := e.Of.(expr.Record); is && c.confirms(r) {
			return c.states(r, []string{confirmed}, e)
		}
		if set := c.value(e.Of).set; set != "" {
			return set
		}
		return c.language.all(nil)
	case expr.Within:
		return c.between(c.value(e.Of), e.Length.Before(c.now, c.zone))
	case expr.Did:
		count := c.language.fold(fold{op: expr.Count, events: c.stream(e.Of, e.Window, e)})
		return c.language.compare(expr.Greater, count, c.language.constant(zero, number))
	case expr.FollowedBy:
		return c.followed(e)
	case expr.Attribute, expr.Field, expr.Aggregate, expr.Coalesce:
		return c.language.holds(c.value(e))
	case expr.Suppressed:
		return c.suppressed(e)
	case expr.Call:
		return c.call(e)
	case expr.Excluded:
		return c.refuse(e, "listmonk keeps no lists of people who must not be written to apart from its blocklist.",
			"blocklist these people in listmonk and leave "+e.Exclusion+" out here, or let a yes lift it (unless = \"consent\")")
	case expr.Literal, expr.Record, expr.And, expr.Or, expr.Not, expr.Is, expr.Member, expr.Reachable, expr.Any:
	}
	return c.refuse(e, "listmonk has no words for this.", "")
}

// confirms tells whether that a yes was confirmed is known by the subscription:
// where no attribute says when it was.
func (c *condition) confirms(r expr.Record) bool {
	return r.Fact == expr.ConfirmedAt && c.account.records[r.Consent][r.Fact] == ""
}

// refuse is a finding, and what stands in for what cannot be written: nothing
// that is refused is ever deployed.
func (c *condition) refuse(e expr.Expr, why, help string) string {
	c.found = append(c.found, narrow.Refuse(c.platform, e, c.at, why, help))
	return c.language.some(nil)
}

func (c *condition) compare(e expr.Compare) string {
	if fact, other, flipped := stateOf(e); fact != nil {
		word, fixed := other.(expr.Literal)
		if !fixed || flipped && e.Op != expr.Equal && e.Op != expr.NotEqual {
			return c.refuse(e, "listmonk compares the state of a consent with a word only.", "")
		}
		asked := c.states(*fact, []string{types.Spell(word.Value)}, e)
		if e.Op == expr.NotEqual {
			return c.language.not(asked)
		}
		return asked
	}
	left, right := c.value(c.spelled(e.Left, e.Right)), c.value(c.spelled(e.Right, e.Left))
	if left.kind == truth && e.Op != expr.Equal && e.Op != expr.NotEqual {
		return c.refuse(e, "listmonk does not order true and false.", "")
	}
	return c.language.compare(e.Op, left, right)
}

// stateOf is the state of a record in a comparison, and what it is compared with.
func stateOf(e expr.Compare) (fact *expr.Record, other expr.Expr, flipped bool) {
	if r, is := e.Left.(expr.Record); is && r.Fact == expr.State {
		return &r, e.Right, false
	}
	if r, is := e.Right.(expr.Record); is && r.Fact == expr.State {
		return &r, e.Left, true
	}
	return nil, nil, false
}

func (c *condition) oneOf(e expr.OneOf) string {
	words := make([]string, len(e.Values))
	if r, is := e.Of.(expr.Record); is && r.Fact == expr.State {
		for i, v := range e.Values {
			words[i] = types.Spell(v)
		}
		return c.states(r, words, e)
	}
	of := c.value(e.Of)
	for i, v := range e.Values {
		literal := c.spelled(expr.Literal{Value: v, Type: expr.TypeOf(e.Of)}, e.Of)
		words[i] = c.language.compare(expr.Equal, of, c.value(literal))
	}
	return c.language.some(words)
}

func (c *condition) states(r expr.Record, states []string, e expr.Expr) string {
	if r.Channel != c.account.email {
		return c.otherChannel(e, r.Channel)
	}
	if c.state != nil {
		if words, can := c.state(r.Consent, states); can {
			return words
		}
	}
	return c.refuse(e, "While it sends, listmonk knows of a subscription only that it is the one to the list that it sends to.",
		"ask for "+r.Consent+" only in messages of its purpose")
}

// suppressed is asked only where the platform does not see to it by itself:
// its blocklist is checked at every send.
func (c *condition) suppressed(e expr.Suppressed) string {
	if e.Channel != c.account.email {
		return c.otherChannel(e, e.Channel)
	}
	if c.state != nil {
		if words, can := c.state("", nil); can {
			return words
		}
	}
	return c.refuse(e, "While it sends, listmonk does not say who is on its blocklist: they are left out beforehand.", "")
}

func (c *condition) otherChannel(e expr.Expr, channel string) string {
	return c.refuse(e, "listmonk knows who said yes and no to e-mail, and nothing of "+channel+".", "ask for "+c.account.email+", or leave this condition to another platform")
}

// spelled is a word of an attribute as the platform spells it.
func (c *condition) spelled(e, beside expr.Expr) expr.Expr {
	literal, fixed := e.(expr.Literal)
	attribute, named := beside.(expr.Attribute)
	word, isText := literal.Value.(types.Text)
	if !fixed || !named || !isText || len(attribute.Path) != 1 {
		return e
	}
	literal.Value = types.Text(c.account.names.Word(attribute.Path[0], string(word)).Theirs)
	return literal
}

// between is after an instant and not after now.
func (c *condition) between(of operand, after types.Instant) string {
	return c.language.all([]string{
		c.language.compare(expr.Greater, of, c.language.constant(after, instant)),
		c.language.compare(expr.LessEqual, of, c.language.constant(c.now, instant)),
	})
}

func (c *condition) call(e expr.Call) string {
	if (e.Func == "contains" || e.Func == "starts_with") && len(e.Args) == 2 {
		return c.language.text(e.Func, c.value(e.Args[0]), c.value(e.Args[1]))
	}
	return c.refuse(e, fmt.Sprintf("listmonk cannot work out %s.", expr.Print(e)), "keep what it works out as an attribute of subscribers")
}
