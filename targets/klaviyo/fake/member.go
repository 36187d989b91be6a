package fake

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/targets/fake"
)

// most is how many conditions a segment may have.
const most = 100

// known checks what the schema cannot: that there are not too many conditions,
// and that what they speak of exists.
func (a *Account) known(attributes map[string]any) *fake.Reply {
	definition, there := attributes["definition"].(map[string]any)
	if !there {
		return nil
	}
	n := 0
	for i, g := range definition["condition_groups"].([]any) {
		for j, c := range g.(map[string]any)["conditions"].([]any) {
			n++
			condition := c.(map[string]any)
			if id, ok := condition["metric_id"].(string); ok && !slices.ContainsFunc(a.Metrics, func(m Metric) bool { return m.ID == id }) {
				return wrong("There is no such metric.", "definition/condition_groups/%d/conditions/%d/metric_id", i, j)
			}
			ids, _ := condition["group_ids"].([]any)
			for k, id := range ids {
				if a.Find("list", id.(string)) == nil && a.Find("segment", id.(string)) == nil {
					return wrong("There is no such group.", "definition/condition_groups/%d/conditions/%d/group_ids/%d", i, j, k)
				}
			}
		}
	}
	if n > most {
		return &fake.Reply{Status: http.StatusBadRequest, Body: errors("invalid", fmt.Sprintf("A segment has at most %d conditions, and this one has %d.", most, n), "/data/attributes/definition")}
	}
	return nil
}

// Members lists the profiles of a segment. A profile is looked at when something
// happens to it, and once a day at midnight; windows count back from then.
func (a *Account) Members(segment string) []string {
	o := a.Find("segment", segment)
	definition := o.Attributes["definition"].(map[string]any)
	var out []string
	for _, p := range a.Profiles {
		if a.fits(p, definition, a.looked(p)) {
			out = append(out, p.ID)
		}
	}
	slices.Sort(out)
	return out
}

// looked is when a profile was last looked at.
func (a *Account) looked(p *Profile) time.Time {
	at := a.Now.UTC().Truncate(24 * time.Hour)
	for _, e := range p.Events {
		if e.At.After(at) && !e.At.After(a.Now) {
			at = e.At
		}
	}
	return at
}

// view is one profile at one instant.
type view struct {
	*Profile
	account *Account
	now     time.Time
	began   time.Time // the run of the flow that asks
}

// fits: each group must hold, and of a group one condition.
func (a *Account) fits(p *Profile, definition map[string]any, now time.Time) bool {
	return view{Profile: p, account: a, now: now}.groups(definition["condition_groups"].([]any))
}

func (v view) groups(groups []any) bool {
	for _, g := range groups {
		if !slices.ContainsFunc(g.(map[string]any)["conditions"].([]any), func(c any) bool { return v.holds(c.(map[string]any)) }) {
			return false
		}
	}
	return true
}

func (v view) holds(c map[string]any) bool {
	switch c["type"] {
	case "profile-property":
		return v.filter(v.Properties[bare(c["property"].(string))], c["filter"].(map[string]any))
	case "profile-metric":
		return v.metric(c)
	case "profile-metric-funnel":
		return v.funnel(c)
	case "profile-group-membership":
		on := false
		for _, id := range c["group_ids"].([]any) {
			on = on || v.Lists[id.(string)]
		}
		return on == c["is_member"].(bool)
	case "profile-marketing-consent":
		return v.consent(c["consent"].(map[string]any))
	}
	panic(fmt.Sprintf("fake: a condition of type %v", c["type"]))
}

// bare is the name of a property, which custom ones have in brackets.
func bare(property string) string {
	inner, custom := strings.CutPrefix(property, "properties['")
	if !custom {
		return property
	}
	return strings.ReplaceAll(strings.TrimSuffix(inner, "']"), `\'`, "'")
}

// filter holds of no value but by asking whether there is one.
func (v view) filter(value any, f map[string]any) bool {
	operator := f["operator"].(string)
	if f["type"] == "existence" {
		return (value != nil) == (operator == "is-set")
	}
	switch value := value.(type) {
	case string:
		return f["type"] == "string" && texts(value, operator, f["value"])
	case *big.Rat:
		return f["type"] == "numeric" && numbers(value, operator, f["value"].(json.Number))
	case bool:
		return f["type"] == "boolean" && value == f["value"].(bool)
	case time.Time:
		return f["type"] == "date" && v.dated(value, f)
	}
	return false
}

func texts(value, operator string, with any) bool {
	positive := strings.TrimPrefix(operator, "not-")
	negated := positive != operator
	holds := false
	switch positive {
	case "in":
		holds = slices.Contains(with.([]any), any(value))
	case "equals":
		holds = value == with.(string)
	case "contains":
		holds = strings.Contains(value, with.(string))
	case "starts-with":
		holds = strings.HasPrefix(value, with.(string))
	case "ends-with":
		holds = strings.HasSuffix(value, with.(string))
	}
	return holds != negated
}

func numbers(value *big.Rat, operator string, with json.Number) bool {
	order := value.Cmp(Number(with.String()))
	switch operator {
	case "equals":
		return order == 0
	case "not-equals":
		return order != 0
	case "greater-than":
		return order > 0
	case "greater-than-or-equal":
		return order >= 0
	case "less-than":
		return order < 0
	}
	return order <= 0
}

var units = map[string]time.Duration{"hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour}

// dated is about one instant. What is in the last days has begun.
func (v view) dated(at time.Time, f map[string]any) bool {
	switch f["operator"] {
	case "flow-start":
		return !at.Before(v.began) && !at.After(v.account.Now)
	case "alltime":
		return !at.After(v.account.Now)
	case "after", "before":
		bound, err := time.Parse(time.RFC3339Nano, f["date"].(string))
		if err != nil {
			panic("fake: " + err.Error())
		}
		return f["operator"] == "after" && at.After(bound) || f["operator"] == "before" && at.Before(bound)
	}
	n, err := f["quantity"].(json.Number).Int64()
	if err != nil {
		panic("fake: " + err.Error())
	}
	length := time.Duration(n) * units[f["unit"].(string)]
	if length < 0 || n > 100000 { // longer than can be counted
		length = 1 << 62
	}
	switch f["operator"] {
	case "in-the-last":
		return at.After(v.now.Add(-length)) && !at.After(v.now)
	case "at-least":
		return !at.After(v.now.Add(-length))
	}
	return at.After(v.now) && !at.After(v.now.Add(length))
}

// happened lists the events of a metric that pass its filters.
func (v view) happened(metric string, filters any) []Event {
	var out []Event
	for _, e := range v.Events {
		if e.Metric != metric || e.At.After(v.account.Now) {
			continue
		}
		passes := true
		list, _ := filters.([]any)
		for _, f := range list {
			f := f.(map[string]any)
			passes = passes && v.filter(e.Properties[f["property"].(string)], f["filter"].(map[string]any))
		}
		if passes {
			out = append(out, e)
		}
	}
	return out
}

// metric counts events or adds up their values, of nothing to 0.
func (v view) metric(c map[string]any) bool {
	total := new(big.Rat)
	for _, e := range v.happened(c["metric_id"].(string), c["metric_filters"]) {
		if !v.dated(e.At, c["timeframe_filter"].(map[string]any)) {
			continue
		}
		if c["measurement"] == "count" {
			total.Add(total, big.NewRat(1, 1))
		} else if value, ok := e.Properties["$value"].(*big.Rat); ok {
			total.Add(total, value)
		}
	}
	is := c["measurement_filter"].(map[string]any)
	return numbers(total, is["operator"].(string), is["value"].(json.Number))
}

var completions = map[string]time.Duration{
	"HOURS_1": time.Hour, "DAYS_1": 24 * time.Hour, "DAYS_3": 72 * time.Hour, "DAYS_5": 120 * time.Hour, "WEEKS_1": 168 * time.Hour,
	"DAYS_30": 720 * time.Hour, "DAYS_90": 2160 * time.Hour, "DAYS_180": 4320 * time.Hour, "YEARS_1": 8760 * time.Hour,
}

// funnel is one step after the other, each in the timeframe, the last within
// the window of the first.
func (v view) funnel(c map[string]any) bool {
	steps := c["steps"].([]any)
	window := completions[c["completion_window_seconds"].(string)]
	in := func(i int) []Event {
		s := steps[i].(map[string]any)
		return slices.DeleteFunc(v.happened(s["metric_id"].(string), s["metric_filters"]), func(e Event) bool { return !v.dated(e.At, c["timeframe_filter"].(map[string]any)) })
	}
	for _, first := range in(0) {
		at, done := first.At, true
		for i := 1; i < len(steps) && done; i++ {
			done = false
			for _, next := range in(i) {
				if next.At.After(at) && !next.At.After(first.At.Add(window)) {
					at, done = next.At, true
					break
				}
			}
		}
		if done {
			return true
		}
	}
	return false
}

// consent is the subscription to a channel. Marketing by e-mail reaches whoever
// has not unsubscribed and is not suppressed; by SMS whoever subscribed.
func (v view) consent(c map[string]any) bool {
	channel := c["channel"].(string)
	is := v.Consent[channel]
	suppressed := channel == "email" && len(v.Suppressed) > 0
	reached := is.Status != "unsubscribed" && !suppressed && (channel == "email" || is.Status == "subscribed")
	if reached != c["can_receive_marketing"].(bool) {
		return false
	}
	status := c["consent_status"].(map[string]any)
	word := map[string]string{"": "never_subscribed", "subscribed": "subscribed", "unsubscribed": "unsubscribed"}[is.Status]
	if want := status["subscription"].(string); want != "any" && want != word {
		return false
	}
	filters, _ := status["filters"].([]any)
	for _, f := range filters {
		f := f.(map[string]any)
		with := f["filter"].(map[string]any)
		switch field := f["field"].(string); field {
		case "is_double_opt_in":
			if is.Confirmed != with["value"].(bool) {
				return false
			}
		case "status_date":
			if !v.dated(is.Since, with) {
				return false
			}
		default:
			if !v.Suppressed[field] {
				return false
			}
		}
	}
	return true
}
