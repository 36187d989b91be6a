package klaviyo

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
)

// normal is a payload without what says nothing: missing values, and what the
// server adds because nobody said otherwise. Numbers are in their shortest form.
func normal(v resource.Value) resource.Value {
	switch v := v.(type) {
	case resource.Map:
		out := resource.Map{}
		for name, item := range v {
			if _, missing := item.(resource.Null); !missing && item != nil {
				out[name] = normal(item)
			}
		}
		return out
	case resource.List:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = normal(item)
		}
		return out
	case resource.Number:
		if d, err := types.NewDecimal(string(v)); err == nil {
			return resource.Number(d.String())
		}
	case resource.Null, resource.Bool, resource.String, resource.Ref, resource.Lookup, nil:
	}
	return v
}

// silent are what an action or a message has by default. Written or not, they
// are left out; Status is the switch's.
var silent = map[string][]resource.Value{
	"status":                  {resource.String("draft"), resource.String("live"), resource.String("manual")},
	"add_tracking_params":     {resource.Bool(false)},
	"shorten_links":           {resource.Bool(true)},
	"include_contact_card":    {resource.Bool(false)},
	"add_org_prefix":          {resource.Bool(true)},
	"add_info_link":           {resource.Bool(true)},
	"timezone":                {resource.String("profile")},
	"transactional":           {resource.Bool(false)},
	"smart_sending_enabled":   {resource.Bool(true)},
	"sms_quiet_hours_enabled": {resource.Bool(true)},
	"add_opt_out_language":    {resource.Bool(false)},
}

func quiet(m resource.Map) resource.Map {
	for name, values := range silent {
		for _, value := range values {
			if m[name] == value {
				delete(m, name)
			}
		}
	}
	return m
}

// ordered is a flow with the actions in the order of the way through it, called
// by their place in it instead of by ids that are minted anew each time.
func ordered(definition resource.Map) resource.Map {
	d := normal(definition).(resource.Map)
	list, _ := d["actions"].(resource.List)
	byID := map[string]resource.Map{}
	for _, item := range list {
		if action, ok := item.(resource.Map); ok {
			byID[idOf(action)] = action
		}
	}
	o := &order{byID: byID, place: map[string]string{}}
	first, _ := d["entry_action_id"].(resource.String)
	d["entry_action_id"] = o.visit(first)
	for _, item := range list { // those that no way leads to, as somebody may leave them behind by hand
		if action, ok := item.(resource.Map); ok {
			o.visit(resource.String(idOf(action)))
		}
	}
	d["actions"] = o.actions
	if d["entry_action_id"] == resource.String("") {
		delete(d, "entry_action_id")
	}
	triggers, _ := d["triggers"].(resource.List)
	for _, item := range triggers {
		if trigger, ok := item.(resource.Map); ok {
			quiet(trigger)
		}
	}
	return d
}

func idOf(action resource.Map) string {
	for _, name := range []string{"id", "temporary_id"} {
		if id, ok := action[name].(resource.String); ok {
			return string(id)
		}
	}
	return ""
}

// order is one walk through a flow.
type order struct {
	byID    map[string]resource.Map
	place   map[string]string // by the old id
	actions resource.List
}

// visit gives an action its place, and then those after it.
func (o *order) visit(id resource.String) resource.String {
	action, there := o.byID[string(id)]
	if !there {
		return ""
	}
	if place, seen := o.place[string(id)]; seen {
		return resource.String(place)
	}
	place := fmt.Sprintf("action-%d", len(o.actions)+1)
	o.place[string(id)] = place
	out := resource.Map{"temporary_id": resource.String(place), "type": action["type"]}
	o.actions = append(o.actions, out)
	if data, ok := action["data"].(resource.Map); ok {
		out["data"] = said(data)
	}
	links, _ := action["links"].(resource.Map)
	to := resource.Map{}
	for _, name := range []string{"next", "next_if_true", "next_if_false"} {
		if next, ok := links[name].(resource.String); ok {
			to[name] = o.visit(next)
		}
	}
	if len(to) > 0 {
		out["links"] = to
	}
	return resource.String(place)
}

// said is what an action was told, without ids and defaults.
func said(data resource.Map) resource.Map {
	quiet(data)
	if message, ok := data["message"].(resource.Map); ok {
		quiet(message)
		delete(message, "id")
	}
	return data
}
