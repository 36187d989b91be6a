package rehearse

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/story"
	"github.com/trayecto/trayecto/lang/types"
)

// judge holds what came of a story to what was expected. The note is what there
// is to say of one that passes.
func (l *lived) judge(t ir.Test) (failures []string, note string) {
	for i, e := range t.Expects {
		failure := ""
		switch {
		case e.Sent != "":
			failure = l.expectSent(e)
		case e.NotSent != "":
			failure = l.expectNotSent(e)
		case e.Done != "":
			failure = l.expectTimes(e, e.Done, "done", l.deeds(e.Done))
		case e.Left != "":
			failure = l.expectTimes(e, e.Left, "left", l.endings(e.Left, ""))
		case e.Converted != "":
			failure = l.expectTimes(e, e.Converted, "left by its goal", l.endings(e.Converted, eval.Converted))
		case e.In != "":
			if !l.in[i] {
				failure = fmt.Sprintf("expected the person in %s%s; they are not", e.In, asOf(e))
			}
		case e.NotIn != "":
			if l.in[i] {
				failure = fmt.Sprintf("expected the person not in %s%s; they are", e.NotIn, asOf(e))
			}
		}
		if failure != "" {
			failures = append(failures, failure)
			continue
		}
		if note == "" && e.Sent != "" {
			note = l.noted(e)
		}
	}
	return failures, note
}

func asOf(e ir.Expectation) string {
	if e.AsOf.IsZero() {
		return ""
	}
	return " after " + e.AsOf.String()
}

// noted says when an expected message was first sent.
func (l *lived) noted(e ir.Expectation) string {
	for _, m := range l.sends(e.Sent, e) {
		return ir.Short(e.Sent) + " after " + story.Offset(l.begins, m.at)
	}
	return ""
}

// occasion is something that happened, and what it said.
type occasion struct {
	at   types.Instant
	said []string
}

// sends is the messages of a touchpoint that an expectation is about.
func (l *lived) sends(touchpoint string, e ir.Expectation) []occasion {
	var out []occasion
	for _, m := range l.sent {
		if m.touchpoint == touchpoint && (e.By == "" || e.By == m.channel) && (e.Step == "" || e.Step == m.step) {
			out = append(out, occasion{m.at, m.said})
		}
	}
	return out
}

func (l *lived) deeds(action string) []occasion {
	var out []occasion
	for _, d := range l.done {
		if d.action == action {
			out = append(out, occasion{at: d.at})
		}
	}
	return out
}

// endings is the ends of a journey's runs, for one reason or for any.
func (l *lived) endings(journey string, why eval.Ending) []occasion {
	var out []occasion
	for _, n := range l.left {
		if n.Journey == journey && (why == "" || n.Why == why) {
			out = append(out, occasion{at: n.At})
		}
	}
	return out
}

func (l *lived) expectSent(e ir.Expectation) string {
	all := l.sends(e.Sent, e)
	if failure := l.expectTimes(e, e.Sent, "sent", all); failure != "" {
		return failure
	}
	if e.Says == "" || e.Times != nil && *e.Times == 0 {
		return ""
	}
	for _, o := range l.inTime(e, all) {
		for _, text := range o.said {
			if strings.Contains(text, e.Says) {
				return ""
			}
		}
	}
	return fmt.Sprintf("expected %s to say %q; it said %s", e.Sent, e.Says, quoted(all))
}

// quoted is the words of the first message, without its page.
func quoted(all []occasion) string {
	var out []string
	for _, text := range all[0].said[:2] {
		if text != "" {
			out = append(out, strconv.Quote(text))
		}
	}
	if len(out) == 0 {
		return "something else in its page"
	}
	return strings.Join(out, ", ")
}

func (l *lived) expectNotSent(e ir.Expectation) string {
	if sent := l.inTime(e, l.sends(e.NotSent, e)); len(sent) > 0 {
		return fmt.Sprintf("expected no %s%s%s; it was sent %s", e.NotSent, manner(e), within(e), l.when(sent))
	}
	return ""
}

// expectTimes is how often something happened in time: once or more, or as
// often as is said.
func (l *lived) expectTimes(e ir.Expectation, what, word string, all []occasion) string {
	timely := l.inTime(e, all)
	switch {
	case e.Times == nil && len(timely) > 0, e.Times != nil && len(timely) == *e.Times:
		return ""
	case e.Times == nil && len(all) == 0:
		return fmt.Sprintf("expected %s%s; %s", what, expected(word, e), l.never(what, word))
	case e.Times == nil:
		return fmt.Sprintf("expected %s%s; it was %s %s", what, expected(word, e), word, l.when(all))
	case len(timely) == 0 && len(all) == 0:
		return fmt.Sprintf("expected %s%s; %s", what, expected(word, e), l.never(what, word))
	case len(timely) == 0:
		return fmt.Sprintf("expected %s%s; it was %s %s", what, expected(word, e), word, l.when(all))
	}
	return fmt.Sprintf("expected %s%s; it was %s %s, %s", what, expected(word, e), word, times(len(timely)), l.when(timely))
}

// expected is how an expectation goes on after the name of what it is about.
func expected(word string, e ir.Expectation) string {
	often := ""
	if e.Times != nil {
		often = " " + times(*e.Times)
	}
	if word == "sent" || word == "done" {
		return manner(e) + often + within(e)
	}
	return " to be " + word + often + within(e)
}

// manner is by which step and on which channel a message is expected.
func manner(e ir.Expectation) string {
	text := ""
	if e.Step != "" {
		text += " of " + e.Step
	}
	if e.By != "" {
		text += " by " + ir.ChannelWord(e.By)
	}
	return text
}

func within(e ir.Expectation) string {
	if e.Within.IsZero() {
		return ""
	}
	return " within " + e.Within.String()
}

func times(n int) string {
	switch n {
	case 0:
		return "not at all"
	case 1:
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// never says what did not happen, and why where that is known.
func (l *lived) never(what, word string) string {
	for _, d := range l.drops {
		if d.Touchpoint == what || d.Action == what {
			return fmt.Sprintf("it was dropped after %s: %s", story.Offset(l.begins, d.At), d.Why)
		}
	}
	switch {
	case word == "sent" || word == "done":
		return "it was never " + word + l.unentered(what)
	case !l.inside[what]:
		return "the person never entered it"
	case len(l.endings(what, "")) > 0:
		return "it was left otherwise"
	}
	return "the person is still inside"
}

func (l *lived) when(all []occasion) string {
	out := make([]string, 0, len(all))
	for _, o := range all[:min(3, len(all))] {
		out = append(out, story.Offset(l.begins, o.at))
	}
	text := "after " + strings.Join(out, ", ")
	if len(all) > 3 {
		text += " and so on"
	}
	return text
}

// inTime is what happened no later than the expectation says.
func (l *lived) inTime(e ir.Expectation, all []occasion) []occasion {
	if e.Within.IsZero() {
		return all
	}
	var out []occasion
	for _, o := range all {
		if o.at <= e.Within.After(l.begins, l.zone) {
			out = append(out, o)
		}
	}
	return out
}
