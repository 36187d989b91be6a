package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Explanation is why a person is in a segment or would get a touchpoint: the
// verdict, then each condition.
func Explanation(a *explain.Answer) string {
	var b strings.Builder
	now := moment(a.Now, a.Timezone)
	switch {
	case a.NotKnown != "" && ir.KindOf(a.Object) == "segment":
		fmt.Fprintf(&b, "At %s it is not known whether %s is in %s: %s.\n", now, a.Person, a.Object, a.NotKnown)
	case a.NotKnown != "":
		fmt.Fprintf(&b, "At %s it is not known whether %s would get %s: %s.\n", now, a.Person, a.Object, a.NotKnown)
	case a.In != nil:
		fmt.Fprintf(&b, "At %s %s %s in %s.%s\n", now, a.Person, isOrNot(*a.In), a.Object, beforeThat(*a.In, a.Before))
		b.WriteString(rows(top(*a.Where)))
		for _, m := range a.Messages {
			b.WriteString(wouldGet(a.Person, m))
		}
	default:
		for _, m := range a.Messages {
			b.WriteString(received(now, a.Person, m))
		}
		if len(a.Apart) > 0 {
			fmt.Fprintf(&b, "Not looked at here: %s. They decide when it is sent.\n", strings.Join(a.Apart, ", "))
		}
	}
	return printable(b.String())
}

// moment is an instant as people of a zone say it: 1 Dec 2026 09:08.
func moment(t time.Time, zone string) string {
	said := instant(t, zone)
	return said[:strings.LastIndex(said, " ")]
}

func isOrNot(in bool) string {
	if in {
		return "is"
	}
	return "is not"
}

// beforeThat says what was, where that is known.
func beforeThat(in bool, before *bool) string {
	switch {
	case before == nil:
		return ""
	case *before == in:
		return " Before the last change: the same."
	case *before:
		return " Before the last change: in it."
	}
	return " Before the last change: not."
}

// wouldGet is the short form: the answer, and what stands in the way.
func wouldGet(person string, m explain.Message) string {
	if m.By != "" {
		return fmt.Sprintf("Would %s get %s now? Yes, by %s.\n", person, m.Touchpoint, ir.ChannelWord(m.By))
	}
	var denials []explain.Finding
	seen := map[string]bool{}
	for _, way := range m.Channels {
		for _, d := range way.Rules.Denials() {
			if key := d.Text + "\x00" + d.Because; !seen[key] {
				seen[key] = true
				denials = append(denials, d)
			}
		}
	}
	return fmt.Sprintf("Would %s get %s now? No.\n", person, m.Touchpoint) + rows(denials)
}

// received is the long form: every rule of every channel.
func received(now, person string, m explain.Message) string {
	var b strings.Builder
	if m.By != "" {
		fmt.Fprintf(&b, "At %s %s would get %s, by %s.\n", now, person, m.Touchpoint, ir.ChannelWord(m.By))
	} else {
		fmt.Fprintf(&b, "At %s %s would not get %s.\n", now, person, m.Touchpoint)
	}
	if m.Class == ir.Service {
		fmt.Fprintf(&b, "It is a service message (%s), so it needs no yes.\n", m.Purpose)
	}
	for _, way := range m.Channels {
		fmt.Fprintf(&b, "By %s: %s\n%s", ir.ChannelWord(way.Channel), verdict(way.Rules.Verdict), rows(top(way.Rules)))
	}
	return b.String()
}

// top is what is listed of a finding: of a conjunction its parts.
func top(f explain.Finding) []explain.Finding {
	if f.Joined == explain.All || f.Joined == explain.Strictly {
		return f.Parts
	}
	return []explain.Finding{f}
}

func verdict(v expr.Verdict) string {
	switch v {
	case expr.True:
		return "yes"
	case expr.False:
		return "no"
	case expr.Unknown:
		return "unknown"
	}
	return "-"
}

// row is a condition in a table.
type row struct{ verdict, text, because string }

// widest is how long a condition may be for its facts to stand beside it.
const widest = 64

// rows is findings in columns: the verdict, the condition, the facts. What
// stands inside or behind a condition is set in below it.
func rows(findings []explain.Finding) string {
	var all []row
	for _, f := range findings {
		all = flat(all, f, 0)
	}
	first, second := len("yes"), 0
	for _, r := range all {
		first = max(first, len(r.verdict))
		if n := len([]rune(r.text)); n <= widest && r.because != "" {
			second = max(second, n)
		}
	}
	var b strings.Builder
	for _, r := range all {
		line := "  " + pad(r.verdict, first+3)
		switch beside := len([]rune(r.text)) <= widest; {
		case r.because == "":
			line += r.text
		case beside:
			line += pad(r.text, second+3) + r.because
		default:
			line += r.text + "\n  " + pad("", first+3+second+3) + r.because
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

func flat(all []row, f explain.Finding, depth int) []row {
	all = append(all, row{verdict(f.Verdict), strings.Repeat("  ", depth) + f.Text, f.Because})
	for _, p := range f.Parts {
		// What stands behind a reference and is itself a conjunction needs no
		// heading of its own.
		if f.Joined == explain.Alone && (p.Joined == explain.All || p.Joined == explain.Strictly) {
			for _, inner := range p.Parts {
				all = flat(all, inner, depth+1)
			}
			continue
		}
		all = flat(all, p, depth+1)
	}
	return all
}
