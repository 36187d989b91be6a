package notifuse

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

var _ targets.Raiser = (*Target)(nil)

// Raise says lists as resource blocks and segments as segments, so far as their
// trees are made of fields and of numbers of events. A field is a person's
// attribute of its name: what the project calls otherwise is for people to put
// right when they read it. What messages, automations and broadcasts are for
// Notifuse does not know; each is taken over by an import block that names the
// touchpoint or the journey that somebody has written for it.
func (t *Target) Raise(r targets.RaiseRequest) []targets.Raised {
	out := make([]targets.Raised, len(r.Objects))
	for i, o := range r.Objects {
		switch o.Kind {
		case kindList:
			out[i] = raisedList(o)
		case kindSegment:
			out[i] = raisedSegment(o)
		case kindTemplate:
			out[i] = targets.Raised{Why: "Notifuse does not say what a message is for: write a touchpoint with its text, and import it as that"}
		case kindBroadcast:
			out[i] = targets.Raised{Why: "Notifuse does not say what a message is for: write a journey with an instant, and import it as that"}
		default:
			out[i] = targets.Raised{Why: "it is made of steps that a person had better write down anew: write a journey, and import it as that"}
		}
	}
	return out
}

// normalList is a written list as the platform has it: with its name, which is
// the key of the block, and its defaults.
func normalList(r resource.Resource) resource.Resource {
	attributes := resource.Map{"name": resource.String(r.Key), "public": resource.Bool(false), "double_opt_in": resource.Bool(false)}
	for name, v := range r.Attributes {
		if name != "description" || v != resource.String("") {
			attributes[name] = v
		}
	}
	r.Attributes = attributes
	return r
}

func raisedList(o resource.Object) targets.Raised {
	said := resource.Map{}
	for name, v := range o.Attributes {
		if name != "name" && v != resource.Bool(false) {
			said[name] = v
		}
	}
	o.Attributes = said
	return targets.RaisePlain(kinds[kindAt(kindList)], o)
}

func kindAt(name string) int {
	for i, k := range kinds {
		if k.Name == name {
			return i
		}
	}
	return 0
}

func raisedSegment(o resource.Object) targets.Raised {
	w := &wording{}
	where := w.node(o.Attributes["tree"])
	if w.why != "" {
		return targets.Raised{Why: w.why}
	}
	return targets.Raised{Type: "segment", Name: targets.Word(text(o.Attributes["name"])), Body: "where = " + where + "\n", Loses: strings.Join(w.renamed, ", ")}
}

// wording is a tree on its way into the words of the language.
type wording struct {
	why     string   // it cannot be said
	renamed []string // events whose names are no words
}

func (w *wording) cannot(what string) string {
	if w.why == "" {
		w.why = what + " has no words here: write the segment anew, and import it as that"
	}
	return ""
}

func (w *wording) node(v resource.Value) string {
	n, _ := v.(resource.Map)
	if branch, is := n["branch"].(resource.Map); is {
		leaves, _ := branch["leaves"].(resource.List)
		terms := make([]string, len(leaves))
		for i, leaf := range leaves {
			terms[i] = w.node(leaf)
		}
		glue := map[string]string{"and": " && ", "or": " || "}[text(branch["operator"])]
		return "(" + strings.Join(terms, glue) + ")"
	}
	leaf, _ := n["leaf"].(resource.Map)
	switch source := text(leaf["source"]); source {
	case fromContacts:
		contact, _ := leaf[parts[source]].(resource.Map)
		return w.fields(contact)
	case fromTimeline:
		timeline, _ := leaf[parts[source]].(resource.Map)
		return w.events(timeline)
	case fromLists:
		return w.cannot("a condition about a list")
	}
	return w.cannot("a condition about goals")
}

func (w *wording) fields(contact resource.Map) string {
	filters, _ := contact["filters"].(resource.List)
	terms := make([]string, len(filters))
	for i, f := range filters {
		one, _ := f.(resource.Map)
		terms[i] = w.field(one)
	}
	return strings.Join(terms, " && ")
}

// spoken is our words for comparisons.
var spoken = map[string]string{"equals": "==", "not_equals": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

func (w *wording) field(f resource.Map) string {
	name, operator := "person."+text(f["field_name"]), text(f["operator"])
	switch operator {
	case "is_set":
		return "is_set(" + name + ")"
	case "is_not_set":
		return "!is_set(" + name + ")"
	}
	values, _ := f["string_values"].(resource.List)
	if form(text(f["field_type"])) == numbers {
		values, _ = f["number_values"].(resource.List)
	}
	if spoken[operator] == "" || len(values) != 1 || form(text(f["field_type"])) == times {
		return w.cannot("a condition with " + strconv.Quote(operator) + " about " + text(f["field_name"]))
	}
	if n, is := values[0].(resource.Number); is {
		return name + " " + spoken[operator] + " " + string(n)
	}
	return name + " " + spoken[operator] + " " + targets.QuoteHCL(text(values[0]))
}

func (w *wording) events(f resource.Map) string {
	event, custom := strings.CutPrefix(text(f["kind"]), customEvent)
	if !custom || f["template_id"] != nil || f["filters"] != nil {
		return w.cannot("a condition about what became of messages")
	}
	word := targets.Word(event)
	if word != event {
		w.renamed = append(w.renamed, fmt.Sprintf("that event.%s is called %s there", word, event))
	}
	window := "ever"
	switch text(f["timeframe_operator"]) {
	case "", "anytime":
	case "in_the_last_days":
		days, _ := f["timeframe_values"].(resource.List)
		if len(days) != 1 {
			return w.cannot("a window")
		}
		window = text(days[0]) + "d"
	default:
		return w.cannot("a window of dates")
	}
	n, _ := f["count_value"].(resource.Number)
	about := fmt.Sprintf("(event.%s, %q)", word, window)
	switch operator := text(f["count_operator"]); {
	case operator == "at_least" && n == "1":
		return "did" + about
	case operator == "at_most" && n == "0":
		return "!did" + about
	case operator == "at_least":
		return "count" + about + " >= " + string(n)
	case operator == "at_most":
		return "count" + about + " <= " + string(n)
	}
	return "count" + about + " == " + string(n)
}
