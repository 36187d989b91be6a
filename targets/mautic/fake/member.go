package fake

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// barring are the filters on do-not-contact: the channel and the reason.
var barring = map[string][2]string{
	"dnc_bounced": {"email", "bounced"}, "dnc_unsubscribed": {"email", "unsubscribed"}, "dnc_manual_email": {"email", "manual"},
	"dnc_bounced_sms": {"sms", "bounced"}, "dnc_unsubscribed_sms": {"sms", "unsubscribed"}, "dnc_manual_sms": {"sms", "manual"},
}

// filter is a line of a segment as Mautic reads it from its database.
type filter struct {
	glue, field, kind, operator string
	value                       any // string, nil or []any
}

// Members lists the ids of the contacts in a segment, in the order of contacts.
// One without filters has nobody but whom somebody put there by hand.
func (i *Installation) Members(id int) []string {
	o := i.Find("segment", strconv.Itoa(id))
	filters := merged(read(o.Attributes["filters"]))
	var out []string
	for _, c := range i.Contacts {
		if len(filters) > 0 && i.within(filters, c) {
			out = append(out, c.ID)
		}
	}
	return out
}

func read(v any) []filter {
	var out []filter
	list, _ := v.([]any)
	for _, item := range list {
		m := item.(map[string]any)
		text := func(name string) string { s, _ := m[name].(string); return s }
		out = append(out, filter{text("glue"), text("field"), text("type"), text("operator"), m["filter"]})
	}
	return out
}

// merged is filters as Mautic prepares them: those of one field that ask for =
// behind an "or" become one that asks for a list, at the end.
func merged(filters []filter) []filter {
	var out []filter
	var order []string
	stacks := map[string][]filter{}
	previous := ""
	for _, f := range filters {
		key := f.field + "_" + f.glue + "_" + f.operator
		if f.glue == "or" && f.operator == "=" {
			if _, there := stacks[key]; !there {
				order = append(order, key)
			}
			stacks[key] = append(stacks[key], f)
		} else {
			if stack := stacks[previous]; len(stack) > 0 {
				out = append(out, stack[len(stack)-1])
				stacks[previous] = stack[:len(stack)-1]
			}
			out = append(out, f)
		}
		previous = key
	}
	for _, key := range order {
		switch stack := stacks[key]; len(stack) {
		case 0:
		case 1:
			out = append(out, stack[0])
		default:
			joined := stack[0]
			joined.operator = "in"
			values := []any{}
			for _, f := range stack {
				values = append(values, f.value)
			}
			joined.value = values
			out = append(out, joined)
		}
	}
	return out
}

// within reads filters as one WHERE: AND before OR.
func (i *Installation) within(filters []filter, c *Contact) bool {
	whole, group := false, true
	for n, f := range filters {
		if f.glue == "or" && n > 0 {
			whole, group = whole || group, true
		}
		group = group && i.holds(f, c)
	}
	return whole || group
}

func (i *Installation) holds(f filter, c *Contact) bool {
	if channel, special := barring[f.field]; special {
		barred := c.Barred[channel[0]] == channel[1]
		asks := (f.operator == "=") != !yes(f.value)
		return barred == asks
	}
	have := c.Values[f.field]
	if have == "" { // a form saves an empty text as nothing
		have = nil
	}
	switch f.operator {
	case "empty":
		return have == nil
	case "!empty":
		return have != nil
	case "!=", "!like", "!in", "!between":
		return have == nil || !i.positive(negated[f.operator], f, have)
	case "!regexp":
		return have != nil && !i.positive("regexp", f, have)
	}
	return have != nil && i.positive(f.operator, f, have)
}

var negated = map[string]string{"!=": "=", "!like": "like", "!in": "in", "!between": "between"}

// yes is PHP's idea of a truth.
func yes(v any) bool {
	switch v := v.(type) {
	case string:
		return v != "" && v != "0"
	case []any:
		return len(v) > 0
	}
	return false
}

// number is PHP's idea of a number: a list of any is 1.
func number(v any) float64 {
	switch v := v.(type) {
	case string:
		n, _ := strconv.ParseFloat(v, 64) // a word is 0
		return n
	case []any:
		return 1
	}
	return 0
}

// positive asks of a value that is there.
func (i *Installation) positive(operator string, f filter, have any) bool {
	switch f.kind {
	case "number":
		held, ok := have.(float64)
		return ok && ordered(operator, compare(held, number(f.value)))
	case "boolean":
		held, _ := have.(bool)
		return ordered(operator, compare(truth(held), truth(yes(f.value))))
	case "date", "datetime":
		held, ok := have.(time.Time)
		text, _ := f.value.(string)
		return ok && ordered(operator, strings.Compare(i.stamp(held, f.kind), i.instant(text)))
	}
	held := folded(fmt.Sprint(have))
	if operator == "in" {
		list, ok := f.value.([]any)
		if !ok {
			for _, word := range strings.Split(fmt.Sprint(f.value), "|") {
				list = append(list, word)
			}
		}
		for _, word := range list {
			if folded(fmt.Sprint(word)) == held {
				return true
			}
		}
		return false
	}
	return textual(operator, held, fmt.Sprint(f.value))
}

func textual(operator, held, value string) bool {
	switch operator {
	case "contains":
		return like(held, "%"+value+"%")
	case "startsWith":
		return like(held, value+"%")
	case "endsWith":
		return like(held, "%"+value)
	case "like":
		if !strings.Contains(value, "%") {
			value = "%" + value + "%"
		}
		return like(held, value)
	case "regexp":
		pattern, err := regexp.Compile("(?i)" + value)
		return err == nil && pattern.MatchString(held)
	}
	return ordered(operator, strings.Compare(held, folded(value)))
}

// like is SQL's LIKE.
func like(held, pattern string) bool {
	quoted := regexp.QuoteMeta(folded(pattern))
	quoted = strings.NewReplacer("%", "(?s:.*)", "_", "(?s:.)").Replace(quoted)
	return regexp.MustCompile("^" + quoted + "$").MatchString(held)
}

// folded is a text as MySQL's general collations compare it.
func folded(s string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	return strings.TrimRight(strings.ToLower(plain), " ")
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func ordered(operator string, order int) bool {
	switch operator {
	case "=":
		return order == 0
	case "gt":
		return order > 0
	case "gte":
		return order >= 0
	case "lt":
		return order < 0
	case "lte":
		return order <= 0
	}
	return false
}

// stamp is a value as the database has it: to the day or to the second.
func (i *Installation) stamp(at time.Time, kind string) string {
	if kind == "date" {
		return at.UTC().Format(time.DateOnly)
	}
	return at.UTC().Format(time.DateTime)
}

var relative = regexp.MustCompile(`^([+-]\d+) days?$`)

// instant is what a filter compares dates with. Words such as "-30 days" count
// from midnight and give a day.
func (i *Installation) instant(text string) string {
	if m := relative.FindStringSubmatch(text); m != nil {
		days, _ := strconv.Atoi(m[1]) // the pattern has digits only
		return i.Now.UTC().Truncate(24*time.Hour).AddDate(0, 0, days).Format(time.DateOnly)
	}
	return text
}
