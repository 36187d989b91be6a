package fake

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	stand "github.com/trayecto/trayecto/targets/fake"
)

// Conditions mean what the platform's database makes of them: a comparison
// with nothing is unknown, and and or follow the three values of SQL, and only
// who is true counts.

// truth is one of SQL's three values.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func of(b bool) truth {
	if b {
		return yes
	}
	return no
}

// preview counts who fulfils a condition, and names nobody.
func (w *Workspace) preview(r *stand.Request) stand.Reply {
	var body map[string]any
	_ = json.Unmarshal(r.Raw, &body) // it was read before
	tree := inner(body, "tree")
	if !w.readable(tree) {
		return failed("preview segment")
	}
	total := 0
	for _, c := range w.everybody() {
		if w.holds(tree, c) == yes {
			total++
		}
	}
	return stand.Reply{Body: map[string]any{"emails": []any{}, "total_count": total, "limit": body["limit"]}}
}

// columns is what conditions may compare, and as what.
var columns = func() map[string]string {
	out := map[string]string{"created_at": "time", "updated_at": "time"}
	for _, name := range strings.Fields("email external_id timezone language first_name last_name phone address_line_1 address_line_2 country postcode state job_title") {
		out[name] = "string"
	}
	for i := range 5 {
		n := strconv.Itoa(i + 1)
		out["custom_string_"+n], out["custom_number_"+n], out["custom_datetime_"+n] = "string", "number", "time"
	}
	return out
}()

// readable tells whether the database can carry a condition out.
func (w *Workspace) readable(tree map[string]any) bool {
	if text(tree, "kind") == "branch" {
		for _, leaf := range list(inner(tree, "branch"), "leaves") {
			if !w.readable(leaf) {
				return false
			}
		}
		return true
	}
	leaf := inner(tree, "leaf")
	for _, f := range list(inner(leaf, "contact"), "filters") {
		form, known := columns[text(f, "field_name")]
		several := len(texts(f)) > 1 || len(numbers(f)) > 1
		if !known || form != text(f, "field_type") || several && !strings.HasSuffix(text(f, "operator"), "contains") && !strings.HasSuffix(text(f, "operator"), "date_range") {
			return false
		}
	}
	return len(list(inner(leaf, "contact_timeline"), "filters")) == 0
}

func texts(m map[string]any) []string { return words(m, "string_values") }

func words(m map[string]any, name string) []string {
	items, _ := m[name].([]any)
	var out []string
	for _, item := range items {
		s, _ := item.(string)
		out = append(out, s)
	}
	return out
}

func numbers(m map[string]any) []float64 {
	items, _ := m["number_values"].([]any)
	var out []float64
	for _, item := range items {
		n, _ := item.(float64)
		out = append(out, n)
	}
	return out
}

// holds is a condition for a contact.
func (w *Workspace) holds(tree map[string]any, c *Contact) truth {
	if text(tree, "kind") == "branch" {
		branch := inner(tree, "branch")
		out := of(text(branch, "operator") == "and")
		for _, leaf := range list(branch, "leaves") {
			if one := w.holds(leaf, c); text(branch, "operator") == "and" {
				out = min(out, one)
			} else {
				out = max(out, one)
			}
		}
		return out
	}
	leaf := inner(tree, "leaf")
	switch text(leaf, "source") {
	case "contacts":
		out := yes
		for _, f := range list(inner(leaf, "contact"), "filters") {
			out = min(out, w.filter(f, c))
		}
		return out
	case "contact_lists":
		return w.onList(inner(leaf, "contact_list"), c)
	case "contact_timeline":
		return w.onTimeline(inner(leaf, "contact_timeline"), c)
	}
	return w.reached(inner(leaf, "custom_events_goal"), c)
}

// filter compares a column.
func (w *Workspace) filter(f map[string]any, c *Contact) truth {
	value, set := c.Fields[text(f, "field_name")]
	operator := text(f, "operator")
	switch {
	case operator == "is_set":
		return of(set)
	case operator == "is_not_set":
		return of(!set)
	case !set:
		return unknown
	case operator == "in_the_last_days":
		return of(value.(time.Time).After(w.ago(texts(f)[0])))
	}
	switch value := value.(type) {
	case string:
		return textual(operator, value, texts(f))
	case float64:
		return ordered(operator, compareNumbers(value, numbers(f)[0]))
	case time.Time:
		at, err := time.Parse(time.RFC3339, texts(f)[0])
		if err != nil {
			return unknown
		}
		return ordered(operator, value.Compare(at))
	}
	return unknown
}

func compareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func textual(operator, value string, with []string) truth {
	switch operator {
	case "contains", "not_contains":
		found := false
		for _, part := range with {
			found = found || strings.Contains(strings.ToLower(value), strings.ToLower(part))
		}
		return of(found == (operator == "contains"))
	}
	return ordered(operator, strings.Compare(value, with[0]))
}

func ordered(operator string, order int) truth {
	return of(map[string]bool{"equals": order == 0, "not_equals": order != 0, "gt": order > 0, "gte": order >= 0, "lt": order < 0, "lte": order <= 0}[operator])
}

// ago is so many days before now.
func (w *Workspace) ago(days string) time.Time {
	n, _ := strconv.Atoi(days)
	return w.platform.Clock.Add(-time.Duration(n) * 24 * time.Hour)
}

// onList counts a removed contact too.
func (w *Workspace) onList(f map[string]any, c *Contact) truth {
	s := c.Statuses[text(f, "list_id")]
	in := s != nil && w.object("lists", text(f, "list_id")) != nil && (text(f, "status") == "" || s.Status == text(f, "status"))
	return of(in == (text(f, "operator") == "in"))
}

func (w *Workspace) onTimeline(f map[string]any, c *Contact) truth {
	n := 0
	for _, e := range c.Timeline {
		if e.Kind == text(f, "kind") && (text(f, "template_id") == "" || e.Template == text(f, "template_id")) && w.inFrame(f, e.At) {
			n++
		}
	}
	want, _ := f["count_value"].(float64)
	switch text(f, "count_operator") {
	case "at_least":
		return of(n >= int(want))
	case "at_most":
		return of(n <= int(want))
	}
	return of(n == int(want))
}

func (w *Workspace) inFrame(f map[string]any, at time.Time) bool {
	switch text(f, "timeframe_operator") {
	case "in_the_last_days":
		return at.After(w.ago(words(f, "timeframe_values")[0]))
	case "after_date":
		from, err := time.Parse(time.RFC3339, words(f, "timeframe_values")[0])
		return err == nil && at.After(from)
	}
	return true
}

// reached folds the goals of a contact; of none nothing holds.
func (w *Workspace) reached(f map[string]any, c *Contact) truth {
	var values []float64
	for _, g := range c.Goals {
		if g.Type == text(f, "goal_type") && (text(f, "goal_name") == "" || g.Name == text(f, "goal_name")) && w.inFrame(f, g.At) {
			values = append(values, g.Value)
		}
	}
	if len(values) == 0 {
		return no
	}
	got := folded(text(f, "aggregate_operator"), values)
	want, _ := f["value"].(float64)
	switch order := compareNumbers(math.Round(got*100)/100, want); text(f, "operator") {
	case "gte":
		return of(order >= 0)
	case "lte":
		return of(order <= 0)
	default:
		return of(order == 0)
	}
}

func folded(by string, values []float64) float64 {
	out := values[0]
	for _, v := range values[1:] {
		switch by {
		case "sum":
			out += v
		case "min":
			out = min(out, v)
		case "max":
			out = max(out, v)
		}
	}
	if by == "count" {
		return float64(len(values))
	}
	return out
}

// Members lists who is in a segment now.
func (w *Workspace) Members(segment string) []string {
	var out []string
	w.platform.Do(func() {
		o := w.object("segments", segment)
		for _, c := range w.everybody() {
			if o != nil && w.holds(inner(o.body, "tree"), c) == yes {
				out = append(out, c.Email)
			}
		}
	})
	return out
}
