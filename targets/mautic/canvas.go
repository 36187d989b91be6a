package mautic

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
)

// What a campaign is made of.
//
// Mautic has events, each with the event before it and the way that leads from
// there, and beside them a drawing: nodes with places, and connections. What
// comes after what it takes from the connections alone; parent and decisionPath
// of an event that is written are passed over. So the drawing is made from the
// events when they are written and left out when they are read. Ids are the
// server's: events are compared by their place on the way.

// events are those of a campaign, in the order of ids.
func events(campaign resource.Map) []resource.Map {
	return listed(campaign["events"])
}

// normalCampaign is a campaign as it is compared.
func normalCampaign(m resource.Map) resource.Map {
	out := resource.Map{"allowRestart": resource.Bool(m["allowRestart"] == resource.Bool(true)), "events": numbered(events(m))}
	for _, from := range []string{"lists", "forms"} {
		ids := resource.List{}
		if list, ok := m[from].(resource.List); ok {
			for _, item := range list {
				if source, ok := item.(resource.Map); ok {
					ids = append(ids, resource.Map{"id": resource.String(idOf(source))})
				}
			}
		}
		if from == "lists" || len(ids) > 0 {
			out[from] = ids
		}
	}
	return out
}

// before is the id of the event before one.
func before(event resource.Map) string {
	if parent, ok := event["parent"].(resource.Map); ok {
		return idOf(parent)
	}
	return plain(event["parent"])
}

// numbered is events in the order of the way, called new_1, new_2 and so on.
func numbered(list []resource.Map) resource.List {
	after := map[string][]resource.Map{}
	known := map[string]bool{}
	for _, e := range list {
		known[idOf(e)] = true
	}
	for _, e := range list {
		at := before(e)
		if !known[at] {
			at = ""
		}
		after[at] = append(after[at], e)
	}
	out := resource.List{}
	var visit func(at, named string)
	visit = func(at, named string) {
		next := after[at]
		delete(after, at)
		slices.SortStableFunc(next, func(a, b resource.Map) int { return way(a) - way(b) })
		for _, e := range next {
			id := "new_" + strconv.Itoa(len(out)+1)
			out = append(out, normalEvent(e, id, named))
			visit(idOf(e), id)
		}
	}
	visit("", "")
	return out
}

// way orders what follows a condition: yes before no.
func way(event resource.Map) int {
	if event["decisionPath"] == resource.String("no") {
		return 1
	}
	return 0
}

// normalEvent is an event without what the server adds.
func normalEvent(e resource.Map, id, parent string) resource.Map {
	out := resource.Map{"id": resource.String(id)}
	for _, name := range []string{"name", "type", "eventType", "triggerMode", "triggerIntervalUnit", "decisionPath", "triggerHour", "triggerRestrictedStartHour", "triggerRestrictedStopHour", "triggerDate"} {
		if text := plain(e[name]); text != "" {
			out[name] = resource.String(text)
		}
	}
	if n := plain(e["triggerInterval"]); n != "" && n != "0" && out["triggerMode"] == resource.String("interval") {
		out["triggerInterval"] = resource.Number(n)
	} else {
		delete(out, "triggerIntervalUnit")
	}
	if parent != "" {
		out["parent"] = resource.String(parent)
	}
	out["properties"] = resource.Map{}
	if properties, ok := e["properties"].(resource.Map); ok {
		out["properties"] = deepSpelled(properties)
	}
	return out
}

// deepSpelled is properties with their values as texts, and without those that
// are missing.
func deepSpelled(v resource.Value) resource.Value {
	m, ok := v.(resource.Map)
	if !ok {
		return spelled(v)
	}
	out := resource.Map{}
	for name, item := range m {
		if value := deepSpelled(item); value != nil {
			out[name] = value
		}
	}
	return out
}

// drawn is a campaign as it is written: with what an event needs said, and the
// drawing.
func drawn(campaign resource.Map) resource.Map {
	nodes := resource.List{node("lists", 0)}
	connections := resource.List{}
	written := resource.List{}
	for i, e := range listed(campaign["events"]) {
		id, parent := idOf(e), before(e)
		source, anchor := "lists", "leadsource"
		if parent != "" {
			source, anchor = parent, "bottom"
			if path := plain(e["decisionPath"]); path != "" {
				anchor = path
			}
		}
		nodes = append(nodes, node(id, i+1))
		connections = append(connections, resource.Map{"sourceId": resource.String(source), "targetId": resource.String(id),
			"anchors": resource.Map{"source": resource.String(anchor), "target": resource.String("top")}})
		whole := resource.Map{"order": resource.Number(strconv.Itoa(i + 1)), "parent": resource.Null{}, "decisionPath": resource.Null{}, "triggerInterval": resource.Number("0"), "triggerIntervalUnit": resource.String("d")}
		for name, value := range e {
			whole[name] = value
		}
		written = append(written, whole)
	}
	campaign["events"], campaign["isPublished"] = written, resource.Bool(false)
	if campaign["forms"] == nil {
		campaign["forms"] = resource.List{}
	}
	campaign["canvasSettings"] = resource.Map{"nodes": nodes, "connections": connections}
	return campaign
}

func node(id string, place int) resource.Value {
	return resource.Map{"id": resource.String(id), "positionX": resource.String("600"), "positionY": resource.String(fmt.Sprint(50 + 120*place))}
}

// renamed is a campaign that is written with the ids of the events that stay.
func renamed(campaign resource.Map, kept map[string]string) resource.Map {
	ids := map[resource.String]resource.Value{}
	for _, e := range listed(campaign["events"]) {
		if id := kept[plain(e["name"])]; id != "" {
			ids[resource.String(idOf(e))] = resource.String(id)
		}
	}
	var named func(v resource.Value) resource.Value
	named = func(v resource.Value) resource.Value {
		switch v := v.(type) {
		case resource.Map:
			out := resource.Map{}
			for name, item := range v {
				text, is := item.(resource.String)
				if other, there := ids[text]; is && there && slices.Contains([]string{"id", "parent", "sourceId", "targetId"}, name) {
					item = other
				} else if name != "properties" && name != "lists" {
					item = named(item)
				}
				out[name] = item
			}
			return out
		case resource.List:
			out := make(resource.List, len(v))
			for i, item := range v {
				out[i] = named(item)
			}
			return out
		case resource.Null, resource.Bool, resource.Number, resource.String, resource.Ref, resource.Lookup, nil:
		}
		return v
	}
	return named(campaign).(resource.Map)
}
