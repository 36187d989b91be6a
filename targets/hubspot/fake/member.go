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

// Contact is a person in the account. A property that is not set is not there.
type Contact struct {
	ID            string
	Properties    map[string]any // by name: string, *big.Rat, bool or time.Time
	Events        []Event
	Lists         map[string]bool   // manual ones, by id
	Subscriptions map[string]string // "OPT_IN" or "OPT_OUT" by id; none is not opted
	Mail          []Mail            // what became of e-mails

	on   map[string]bool // lists, as worked out last
	been map[string]bool // workflows that they have been in
}

// Event is something that a contact did.
type Event struct {
	Type       string // id
	At         time.Time
	Properties map[string]any
}

// Number is a value of a property.
func Number(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic("fake: " + text + " is not a number")
	}
	return r
}

// most is how many filters a list may have.
const most = 250

// known checks what the schema cannot: that there are not too many filters, that
// the groups are where they belong, and that what they speak of exists.
func (a *Account) known(root map[string]any) *fake.Reply {
	wrong := func(in, message string, args ...any) *fake.Reply {
		return &fake.Reply{Status: http.StatusBadRequest, Body: refusal("VALIDATION_ERROR", fmt.Sprintf(message, args...), in)}
	}
	n := 0
	for i, g := range items(root, "filterBranches") {
		at := fmt.Sprintf("filterBranch.filterBranches[%d]", i)
		if len(items(g, "filters"))+len(items(g, "filterBranches")) == 0 {
			return wrong(at, "A group needs at least one filter.")
		}
		for _, b := range items(g, "filterBranches") {
			n++
			if id := b["eventTypeId"].(string); !slices.ContainsFunc(a.Events, func(e Named) bool { return e.ID == id }) {
				return wrong(at, "There is no event %s.", id)
			}
		}
		for _, f := range items(g, "filters") {
			n++
			if refused := a.exists(f); refused != "" {
				return wrong(at, "%s", refused)
			}
		}
	}
	if n > most {
		return wrong("filterBranch", "A list has at most %d filters.", most)
	}
	return nil
}

// exists says what of that a filter speaks of the account does not have.
func (a *Account) exists(f map[string]any) string {
	switch f["filterType"] {
	case "PROPERTY":
		if name := f["property"].(string); !slices.Contains(a.Properties, name) {
			return "There is no property " + name + "."
		}
	case "IN_LIST":
		if id := f["listId"].(string); a.Find(id) == nil {
			return "There is no list " + id + "."
		}
	case "EMAIL_EVENT":
		if id := f["emailId"].(string); !slices.ContainsFunc(a.Emails, func(e *Email) bool { return e.ID == id }) {
			return "There is no email " + id + "."
		}
	case "COMMUNICATION_SUBSCRIPTION":
		for _, id := range f["subscriptionIds"].([]any) {
			if !slices.ContainsFunc(a.Subscriptions, func(s Named) bool { return s.ID == fmt.Sprint(id) }) {
				return fmt.Sprintf("There is no subscription %v.", id)
			}
		}
	}
	return ""
}

func items(m map[string]any, name string) []map[string]any {
	list, _ := m[name].([]any)
	out := make([]map[string]any, len(list))
	for i, item := range list {
		out[i] = item.(map[string]any)
	}
	return out
}

// Members lists the contacts of a list. A contact is looked at when something
// happens to it, and once a day at midnight; windows count back from then.
func (a *Account) Members(list string) []string {
	l := a.Find(list)
	var out []string
	for _, c := range a.Contacts {
		at := a.Now.UTC().Truncate(24 * time.Hour)
		for _, e := range c.Events {
			if e.At.After(at) && !e.At.After(a.Now) {
				at = e.At
			}
		}
		if (view{c, a, at}).listed(l) {
			out = append(out, c.ID)
		}
	}
	slices.Sort(out)
	return out
}

// view is one contact at one instant.
type view struct {
	*Contact
	account *Account
	now     time.Time
}

func (v view) branch(b map[string]any) bool {
	every := b["filterBranchType"] == "AND"
	if b["filterBranchType"] == "UNIFIED_EVENTS" {
		return v.completed(b)
	}
	for _, inner := range items(b, "filterBranches") {
		if v.branch(inner) != every {
			return !every
		}
	}
	for _, f := range items(b, "filters") {
		if v.filter(f) != every {
			return !every
		}
	}
	return every
}

func (v view) filter(f map[string]any) bool {
	switch f["filterType"] {
	case "PROPERTY":
		return v.operation(v.Properties[f["property"].(string)], f["operation"].(map[string]any))
	case "IN_LIST":
		l := v.account.Find(f["listId"].(string))
		return (l != nil && v.listed(l)) == (f["operator"] == "IN_LIST")
	case "EMAIL_EVENT":
		return slices.ContainsFunc(v.Mail, func(m Mail) bool {
			return m.Email == f["emailId"] && m.Kind == f["operator"] && !m.At.After(v.account.Now) && v.recent(m.At, f["pruningRefineBy"])
		})
	case "COMMUNICATION_SUBSCRIPTION":
		for _, id := range f["subscriptionIds"].([]any) {
			state := v.Subscriptions[fmt.Sprint(id)]
			if state == "" {
				state = "NOT_OPTED"
			}
			if slices.Contains(f["acceptedOptStates"].([]any), any(state)) {
				return true
			}
		}
		return false
	}
	panic(fmt.Sprintf("fake: a filter of type %v", f["filterType"]))
}

// listed tells whether a contact is on a list.
func (v view) listed(l *List) bool {
	if l.Processing != "DYNAMIC" {
		return v.Lists[l.ID]
	}
	return v.branch(l.Filters)
}

// fits tells whether an event is one that a branch asks for.
func (v view) fits(e Event, b map[string]any) bool {
	fits := e.Type == b["eventTypeId"] && !e.At.After(v.account.Now) && v.recent(e.At, b["pruningRefineBy"])
	for _, f := range items(b, "filters") {
		fits = fits && v.operation(e.Properties[f["property"].(string)], f["operation"].(map[string]any))
	}
	return fits
}

// completed counts events: at least one, unless something else is said.
func (v view) completed(b map[string]any) bool {
	n := int64(0)
	for _, e := range v.Events {
		if v.fits(e, b) {
			n++
		}
	}
	least, limit := int64(1), int64(1<<62)
	if times, ok := b["coalescingRefineBy"].(map[string]any); ok {
		least = max(least, number(times["minOccurrences"], 1))
		limit = number(times["maxOccurrences"], limit)
	}
	return (n >= least && n <= limit) == (b["operator"] == "HAS_COMPLETED")
}

func number(v any, otherwise int64) int64 {
	n, ok := v.(json.Number)
	if !ok {
		return otherwise
	}
	out, err := n.Int64()
	if err != nil {
		panic("fake: " + err.Error())
	}
	return out
}

// recent tells whether an instant is in the part of the past that counts.
func (v view) recent(at time.Time, refine any) bool {
	r, ok := refine.(map[string]any)
	if !ok {
		return true
	}
	offset := r["timeOffset"].(map[string]any)
	unit := map[string]time.Duration{"DAYS": 24 * time.Hour, "HOURS": time.Hour}[offset["timeUnit"].(string)]
	border := v.now.Add(-stretched(number(offset["amount"], 0), unit))
	return at.After(border) == (r["comparison"] == "AFTER")
}

// stretched is a length, at most the longest that can be counted.
func stretched(n int64, unit time.Duration) time.Duration {
	if n > 100000 {
		return 1 << 62
	}
	return time.Duration(n) * unit
}

// operation is of one value. Who has none is let in if the filter says so.
func (v view) operation(value any, o map[string]any) bool {
	operator := o["operator"].(string)
	if o["operationType"] == "ALL_PROPERTY" {
		return (value != nil) == (operator == "IS_KNOWN")
	}
	if value == nil {
		return o["includeObjectsWithNoValueSet"] == true
	}
	switch value := value.(type) {
	case string:
		return (o["operationType"] == "MULTISTRING" || o["operationType"] == "ENUMERATION") && texts(value, operator, o["values"].([]any))
	case *big.Rat:
		return o["operationType"] == "NUMBER" && numbers(value, operator, o["value"].(json.Number))
	case bool:
		return o["operationType"] == "BOOL" && (value == o["value"].(bool)) == (operator == "IS_EQUAL_TO")
	case time.Time:
		return v.dated(value, o)
	}
	return false
}

func texts(value, operator string, with []any) bool {
	fits := func(test func(a, b string) bool) bool {
		return slices.ContainsFunc(with, func(w any) bool { return test(value, w.(string)) })
	}
	same := func(a, b string) bool { return a == b }
	switch operator {
	case "IS_EQUAL_TO", "IS_ANY_OF":
		return fits(same)
	case "IS_NOT_EQUAL_TO", "IS_NONE_OF":
		return !fits(same)
	case "CONTAINS":
		return fits(strings.Contains)
	case "DOES_NOT_CONTAIN":
		return !fits(strings.Contains)
	case "STARTS_WITH":
		return fits(strings.HasPrefix)
	case "DOES_NOT_START_WITH":
		return !fits(strings.HasPrefix)
	}
	panic("fake: an operator " + operator)
}

func numbers(value *big.Rat, operator string, with json.Number) bool {
	order := value.Cmp(Number(with.String()))
	return map[string]bool{
		"IS_EQUAL_TO": order == 0, "IS_NOT_EQUAL_TO": order != 0, "IS_GREATER_THAN": order > 0, "IS_GREATER_THAN_OR_EQUAL_TO": order >= 0,
		"IS_LESS_THAN": order < 0, "IS_LESS_THAN_OR_EQUAL_TO": order <= 0,
	}[operator]
}

func (v view) dated(at time.Time, o map[string]any) bool {
	if o["operationType"] == "TIME_RANGED" {
		return v.after(at, o["lowerBoundTimePoint"], o["lowerBoundEndpointBehavior"]) && v.before(at, o["upperBoundTimePoint"], o["upperBoundEndpointBehavior"])
	}
	if o["operationType"] != "TIME_POINT" {
		return false
	}
	if o["operator"] == "IS_AFTER" {
		return v.after(at, o["timePoint"], o["endpointBehavior"])
	}
	return v.before(at, o["timePoint"], o["endpointBehavior"])
}

func (v view) after(at time.Time, point, end any) bool {
	p := v.point(point.(map[string]any))
	return at.After(p) || end == "INCLUSIVE" && at.Equal(p)
}

func (v view) before(at time.Time, point, end any) bool {
	p := v.point(point.(map[string]any))
	return at.Before(p) || end == "INCLUSIVE" && at.Equal(p)
}

// point is a fixed instant, or one that moves with now.
func (v view) point(p map[string]any) time.Time {
	if p["timeType"] == "DATE" {
		part := func(name string) int { return int(number(p[name], 0)) }
		return time.Date(part("year"), time.Month(part("month")), part("day"), part("hour"), part("minute"), part("second"), part("millisecond")*1e6, time.UTC)
	}
	offset, _ := p["offset"].(map[string]any)
	back := stretched(-number(offset["days"], 0), 24*time.Hour) + stretched(-number(offset["hours"], 0), time.Hour)
	return v.now.Add(-back)
}
