package check

import (
	"slices"

	"github.com/trayecto/trayecto/lang/block"
)

// manner is one of the ways of writing a block: the arguments that mean
// something in it, and those that it cannot do without. It is chosen by an
// argument that is there, or by the block's kind.
type manner struct {
	block string
	by    string // the argument that chooses it, or ""
	kind  string // the block's first label, or ""
	takes []string
	needs []string
	noun  string // "a moment on a date"
}

// manners lists the ways of each block that has several. The first that fits a
// block counts. That none is chosen, or two, is said elsewhere, and so is whom
// a journey is for.
var manners = []manner{
	{block: "detect", by: "without", takes: []string{"on", "if", "without", "same", "for"}, needs: []string{"on", "for"}, noun: "an absence"},
	{block: "detect", by: "on", takes: []string{"on", "if"}, noun: "a moment on something that happens"},
	{block: "detect", by: "date", takes: []string{"date", "every", "before", "at"}, noun: "a moment on a date"},
	{block: "detect", by: "enters", takes: []string{"enters", "existing"}, noun: "a moment on joining a segment"},
	{block: "detect", by: "leaves", takes: []string{"leaves"}, noun: "a moment on leaving a segment"},
	{block: "enter", by: "at", takes: []string{"at", "who", "if"}, noun: "a one-off"},
	{block: "enter", by: "on", takes: []string{"on", "if", "again", "per", "who"}, noun: "an entry on a moment"},
	{block: "split", by: "test_on", takes: []string{"metric", "test_on", "decide"}, needs: []string{"decide", "metric"}, noun: "a split that decides"},
	{block: "split", by: "decide", takes: []string{"metric", "test_on", "decide"}, needs: []string{"test_on", "metric"}, noun: "a split that decides"},
	{block: "event", by: "where", takes: []string{"context", "from", "where"}, needs: []string{"from"}, noun: "an event with where"},
	{block: "exclusion", by: "fresh_for", takes: []string{"list", "match", "classes", "unless", "as_of", "fresh_for"}, needs: []string{"as_of"}, noun: "a list that grows old"},
	{block: "attribute", by: "value", takes: []string{"value", "type", "context", "sensitivity", "stable"}, noun: "a computed attribute"},
	{block: "action", kind: "task", takes: []string{"title", "due", "to"}, needs: []string{"title"}, noun: "a task"},
	{block: "action", kind: "notify", takes: []string{"title", "to"}, needs: []string{"title"}, noun: "a notice"},
	{block: "action", kind: "webhook", takes: []string{"url"}, needs: []string{"url"}, noun: "a webhook"},
	{block: "action", kind: "set", takes: []string{"attribute", "value"}, needs: []string{"attribute", "value"}, noun: "an action that sets an attribute"},
	{block: "action", kind: "suppress", takes: []string{"channel"}, needs: []string{"channel"}, noun: "an action that suppresses"},
	{block: "at", by: "event", takes: []string{"event", "with"}, noun: "an event"},
	{block: "at", by: "outcome", takes: []string{"outcome", "address"}, noun: "an outcome"},
	{block: "at", by: "set", takes: []string{"set"}, noun: "a change of the person"},
	{block: "at", by: "bounced", takes: []string{"bounced"}, noun: "an address that is dead"},
	{block: "at", by: "grant", takes: []string{"grant", "channel", "expires"}, noun: "a yes"},
	{block: "at", by: "confirm", takes: []string{"confirm", "channel"}, noun: "a confirmation"},
	{block: "at", by: "refuse", takes: []string{"refuse", "channel"}, noun: "a no"},
	{block: "at", by: "withdraw", takes: []string{"withdraw", "channel"}, noun: "a withdrawal"},
	{block: "before", by: "event", takes: []string{"event", "with"}, noun: "an event"},
	{block: "before", by: "outcome", takes: []string{"outcome", "address"}, noun: "an outcome"},
	{block: "before", by: "bounced", takes: []string{"bounced"}, noun: "an address that is dead"},
	{block: "before", by: "grant", takes: []string{"grant", "channel", "expires"}, noun: "a yes"},
	{block: "before", by: "confirm", takes: []string{"confirm", "channel"}, noun: "a confirmation"},
	{block: "before", by: "refuse", takes: []string{"refuse", "channel"}, noun: "a no"},
	{block: "before", by: "withdraw", takes: []string{"withdraw", "channel"}, noun: "a withdrawal"},
	{block: "expect", by: "sent", takes: []string{"sent", "by", "step", "within", "times", "says"}, noun: "an expected message"},
	{block: "expect", by: "not_sent", takes: []string{"not_sent", "by", "step", "within"}, noun: "an unexpected message"},
	{block: "expect", by: "done", takes: []string{"done", "within", "times"}, noun: "an expected action"},
	{block: "expect", by: "left", takes: []string{"left", "within", "times"}, noun: "a journey that ends"},
	{block: "expect", by: "converted", takes: []string{"converted", "within", "times"}, noun: "a journey that reaches its goal"},
	{block: "expect", by: "in", takes: []string{"in", "at"}, noun: "a place in a journey or segment"},
	{block: "expect", by: "not_in", takes: []string{"not_in", "at"}, noun: "a journey or segment without the person"},
}

// everywhere is the arguments that mean something whatever the manner.
var everywhere = []string{"description", "owner", "for_each", "platform", "platforms"}

func (m manner) fits(b *block.Block) bool {
	if m.block != b.Type.Name || m.kind != "" && m.kind != b.Label(0) {
		return false
	}
	_, chosen := b.Get(m.by)
	return chosen || m.by == ""
}

func (m manner) takesArgument(name string) bool {
	return slices.Contains(m.takes, name) || slices.Contains(everywhere, name)
}

// mannerOf is the way in which a block is written.
func mannerOf(b *block.Block) (manner, bool) {
	for _, m := range manners {
		if m.fits(b) {
			return m, true
		}
	}
	return manner{}, false
}

// withArgument is another way of the same block that takes an argument.
func (m manner) withArgument(name string) (manner, bool) {
	for _, other := range manners {
		if other.block == m.block && slices.Contains(other.takes, name) {
			return other, true
		}
	}
	return manner{}, false
}
