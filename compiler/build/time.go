package build

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

func (r *reader) span(name string) types.Span {
	v, a, ok := r.constant(name)
	if !ok {
		return types.Span{}
	}
	if v.Type() == cty.Number {
		r.noUnit(a, numeral(v))
		return types.Span{}
	}
	if v.Type() != cty.String {
		r.another(a, described(v))
		return types.Span{}
	}
	form, ok := a.Arg.Form.(block.Span)
	span := r.parseSpan(v.AsString(), a.At, form.Endless)
	if ok && !form.Zero && span.Unit != "" && span.Amount == 0 {
		r.noLength(a)
		return types.Span{}
	}
	return span
}

// noLength is the answer to wait for "0d".
func (r *reader) noLength(a block.Argument) {
	d := diag.Diagnostic{Rule: NoSpan, At: a.At, Mark: "no time at all", Detail: fmt.Sprintf("%s takes %s.", a.Name, a.Arg.Form.Spell())}
	if !a.Arg.Required {
		d.Help = "write how long, or remove " + a.Name
	}
	r.say(d)
}

// noUnit is the answer to within = 24 and within = "24".
func (r *reader) noUnit(a block.Argument, number string) {
	r.say(diag.Diagnostic{
		Rule: NoUnit, At: a.At, Mark: "in which unit?",
		Detail: fmt.Sprintf("%s is a length of time. %s could be minutes, hours or days.", a.Name, number),
		Help:   fmt.Sprintf(`write "%[1]sm", "%[1]sh", "%[1]sd", "%[1]sw", "%[1]smo" or "%[1]sy"`, number),
	})
}

var onlyDigits = regexp.MustCompile(`^[0-9]+$`)

// parseSpan reads a length; endless is the help where it is beyond all bounds.
func (r *reader) parseSpan(text string, at diag.Range, endless string) types.Span {
	if onlyDigits.MatchString(text) {
		r.noUnit(block.Argument{Name: "This", At: at}, text)
		return types.Span{}
	}
	span, err := types.ParseSpan(text)
	if err != nil {
		d := diag.Diagnostic{Rule: NoSpan, At: at, Mark: "not a length of time", Detail: err.Error() + "."}
		if meant := types.MeantSpan(text); meant != "" {
			d.Help = "write " + strconv.Quote(meant)
		}
		if errors.Is(err, types.ErrTooLong) {
			d.Mark, d.Help = "too long", endless
		}
		r.say(d)
	}
	return span
}

// spanOr is span with what counts when nothing is written.
func (r *reader) spanOr(name string, otherwise types.Span) types.Span {
	if span := r.span(name); !span.IsZero() {
		return span
	}
	return otherwise
}

// spanOrWord is a span, as it is written, or one of the words of the form.
func (r *reader) spanOrWord(name, otherwise string) string {
	v, a, ok := r.constant(name)
	if !ok {
		return otherwise
	}
	form, ok := a.Arg.Form.(block.Span)
	if ok && v.Type() == cty.String && slices.Contains(form.Words, v.AsString()) {
		return v.AsString()
	}
	if v.Type() == cty.String && !strings.ContainsAny(v.AsString(), "0123456789") && types.MeantSpan(v.AsString()) == "" {
		r.unknownWord(a, v.AsString(), form.Words)
		r.to.found[len(r.to.found)-1].Detail = fmt.Sprintf("%s takes %s.", a.Name, form.Spell())
		return otherwise
	}
	if span := r.span(name); !span.IsZero() {
		return span.String()
	}
	return otherwise
}

// labelSpan is a length of time in a label: at "1h" { … }.
func (r *reader) labelSpan(i int) types.Span {
	if i >= len(r.block.Labels) {
		return types.Span{}
	}
	return r.parseSpan(r.block.Labels[i].Text, r.block.Labels[i].At, "")
}

// instant is nil when nothing is written; the time of day is in the project's zone.
func (r *reader) instant(name string) types.Value {
	text, _, ok := r.anyText(name)
	if !ok {
		return nil
	}
	zone := r.scope.Zone
	if zone == nil {
		zone = time.UTC
	}
	instant, err := types.ParseInstant(text, zone)
	if err != nil {
		r.noTime(r.place(name), text, "an instant", `write it like "2026-12-01 10:00"`)
		return nil
	}
	return instant
}

// instantOfDay is an instant that says its time of day: what reaches people is not
// sent at midnight for want of a word.
func (r *reader) instantOfDay(name string) types.Value {
	text, _, ok := r.anyText(name)
	if day, err := time.Parse(time.DateOnly, text); ok && err == nil {
		r.noTime(r.place(name), text, "an instant", fmt.Sprintf("say the time of day too: %q", day.Format(time.DateOnly)+" 10:00"))
		return nil
	}
	return r.instant(name)
}

var clockForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

func (r *reader) clock(name string) string {
	text, _, ok := r.anyText(name)
	if !ok || clockForm.MatchString(text) || text == "24:00" {
		return text
	}
	help := `write it like "09:00"`
	if meant := meantClock(text); meant != "" {
		help = "write " + strconv.Quote(meant)
	}
	r.noTime(r.place(name), text, "a time of day", help)
	return ""
}

var looseClock = regexp.MustCompile(`^([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(am|pm|h)?$`)

// meantClock is the time of day that someone who wrote "9" or "9:30 pm" meant,
// "21:30"; "" when that is not plain.
func meantClock(text string) string {
	m := looseClock.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return ""
	}
	hour, err := strconv.Atoi(m[1])
	minute := m[2]
	if minute == "" {
		minute = "00"
	}
	const noon = 12
	switch half := m[3]; {
	case err != nil || (half == "am" || half == "pm") && (hour < 1 || hour > noon):
		return ""
	case half == "pm" && hour != noon:
		hour += noon
	case half == "am" && hour == noon:
		hour = 0
	}
	if meant := fmt.Sprintf("%02d:%s", hour, minute); clockForm.MatchString(meant) {
		return meant
	}
	return ""
}

// days is a list of days and ranges of days: "2027-01-01/2027-01-06".
func (r *reader) days(name string) []string {
	var out []string
	for i, text := range r.texts(name) {
		if !daysForm(text) {
			a, _ := r.block.Get(name)
			help := `write it like "2026-12-25" or "2027-01-01/2027-01-06"`
			if meant := types.MeantDay(text); meant != "" {
				help = "write " + strconv.Quote(meant)
			}
			r.noTime(item(a, i).At, text, "a day or a range of days", help)
			continue
		}
		out = append(out, text)
	}
	return out
}

func daysForm(text string) bool {
	from, to, ranged := strings.Cut(text, "/")
	first, err := time.Parse(time.DateOnly, from)
	if err != nil || !ranged {
		return err == nil
	}
	last, err := time.Parse(time.DateOnly, to)
	return err == nil && !last.Before(first)
}

// place is where an argument is written.
func (r *reader) place(name string) diag.Range {
	a, _ := r.block.Get(name)
	return a.At
}

func (r *reader) noTime(at diag.Range, text, noun, help string) {
	r.say(diag.Diagnostic{Rule: NoTime, At: at, Mark: "not " + noun, Detail: fmt.Sprintf("%q is not %s.", text, noun), Help: help})
}
