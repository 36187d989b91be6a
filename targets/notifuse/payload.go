package notifuse

import (
	"encoding/json"
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
)

// Attributes as the platform's payloads, and payloads as attributes. Reading
// leaves out what the server makes, its defaults, and what only the editor's
// picture needs: colours, positions, times.

// color is that of our segments; it means nothing.
const color = "#7f7f7f"

// plain is a value as JSON.
func plain(v resource.Value) any {
	switch v := v.(type) {
	case resource.Bool:
		return bool(v)
	case resource.Number:
		return json.Number(v)
	case resource.String:
		return string(v)
	case resource.List:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plain(item)
		}
		return out
	case resource.Map:
		out := map[string]any{}
		for name, item := range v {
			out[name] = plain(item)
		}
		return out
	case resource.Null, resource.Ref, resource.Lookup, nil:
	}
	return nil
}

// read is JSON as a value, without what is missing and with numbers in their
// shortest form.
func readValue(v any) resource.Value {
	switch v := v.(type) {
	case bool:
		return resource.Bool(v)
	case string:
		return resource.String(v)
	case json.Number:
		if d, err := types.NewDecimal(v.String()); err == nil {
			return resource.Number(d.Decimal.String())
		}
		return resource.Number(v)
	case float64:
		raw, _ := json.Marshal(v) // a number that was read
		return readValue(json.Number(raw))
	case []any:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = readValue(item)
		}
		return out
	case map[string]any:
		out := resource.Map{}
		for name, item := range v {
			if item != nil {
				out[name] = readValue(item)
			}
		}
		return out
	}
	return resource.Null{}
}

func text(v resource.Value) string {
	s, _ := v.(resource.String)
	return string(s)
}

func flag(m map[string]any, name string) resource.Bool {
	b, _ := m[name].(bool)
	return resource.Bool(b)
}

func word(m map[string]any, name string) string {
	s, _ := m[name].(string)
	return s
}

func within(m map[string]any, name string) map[string]any {
	inner, _ := m[name].(map[string]any)
	return inner
}

// payload is the body of a creation or an update. Stored is the mark of an
// object whose id does not carry it, "" for none.
func payload(kind, id, language string, a resource.Map, stored string) map[string]any {
	switch kind {
	case kindList:
		return map[string]any{"id": id, "name": text(a["name"]), "description": bracketed(text(a["description"]), stored),
			"is_public": plain(a["public"]), "is_double_optin": plain(a["double_opt_in"])}
	case kindSegment:
		return map[string]any{"id": id, "name": bracketed(text(a["name"]), stored), "color": color, "timezone": text(a["timezone"]), "tree": plain(a["tree"])}
	case kindTemplate:
		out := templatePayload(id, language, a)
		if stored != "" {
			out["settings"] = map[string]any{markField: stored}
		}
		return out
	}
	automation := automationPayload(id, a)
	if stored != "" {
		within(rootOf(automation), "config")[markField] = stored
	}
	return map[string]any{"automation": automation}
}

func templatePayload(id, language string, a resource.Map) map[string]any {
	out := map[string]any{"id": id, "name": text(a["name"]), "channel": "email", "category": text(a["category"])}
	translations := map[string]any{}
	contents, _ := a["contents"].(resource.Map)
	for code, c := range contents {
		mail, _ := c.(resource.Map)
		email := map[string]any{"editor_mode": "code", "mjml_source": text(mail["source"]), "subject": text(mail["subject"]), "subject_preview": preview}
		if plain := text(mail["text"]); plain != "" {
			email["text"] = plain
		}
		if code == language {
			out["email"] = email
		} else {
			translations[code] = map[string]any{"email": email}
		}
	}
	if len(translations) > 0 {
		out["translations"] = translations
	}
	return out
}

func automationPayload(id string, a resource.Map) map[string]any {
	nodes, _ := a["nodes"].(resource.Map)
	root := text(a["root"])
	names := make([]string, 0, len(nodes))
	for name := range nodes {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		return names[i] == root && names[j] != root || names[j] != root && names[i] < names[j]
	})
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = nodePayload(id, name, i, nodes[name].(resource.Map), a)
	}
	return map[string]any{"id": id, "name": text(a["name"]), "list_id": text(a["list"]), "trigger": plain(a["trigger"]), "root_node_id": root, "nodes": list}
}

// nodePayload is one node. The first keeps what the platform has no place for.
func nodePayload(automation, name string, row int, n, a resource.Map) map[string]any {
	config, _ := plain(n["config"]).(map[string]any)
	if config == nil {
		config = map[string]any{}
	}
	if name == text(a["root"]) {
		config["on_change"] = text(a["on_change"])
		if provider := text(a["provider"]); provider != "" {
			config[kindProvider] = provider
		}
	}
	out := map[string]any{"id": name, "automation_id": automation, "type": text(n["type"]), "config": config, "position": map[string]any{"x": 0, "y": 120 * row}}
	if next := text(n["next"]); next != "" {
		out["next_node_id"] = next
	}
	return out
}

// attributes reads an object. Language is the account's default.
func attributes(kind, language string, o map[string]any) resource.Map {
	a := resource.Map{"name": resource.String(word(o, "name"))}
	switch kind {
	case kindList:
		a["public"], a["double_opt_in"] = flag(o, "is_public"), flag(o, "is_double_optin")
		description, _ := unbracketed(word(o, "description"))
		put(a, "description", description)
	case kindSegment:
		name, _ := unbracketed(word(o, "name"))
		a["name"] = resource.String(name)
		a["timezone"] = resource.String(word(o, "timezone"))
		a["tree"] = readValue(o["tree"])
	case kindTemplate:
		a["category"] = resource.String(word(o, "category"))
		contents := resource.Map{language: mail(within(o, "email"))}
		for code, translation := range within(o, "translations") {
			inner, _ := translation.(map[string]any)
			contents[code] = mail(within(inner, "email"))
		}
		a["contents"] = contents
	case kindAutomation:
		readAutomation(a, o)
	case kindBroadcast:
		readBroadcast(a, o)
	}
	return a
}

func mail(m map[string]any) resource.Map {
	out := resource.Map{"subject": resource.String(word(m, "subject")), "source": resource.String(word(m, "mjml_source"))}
	put(out, "text", word(m, "text"))
	if p := word(m, "subject_preview"); p != preview {
		put(out, "preview", p)
	}
	return out
}

func readAutomation(a resource.Map, o map[string]any) {
	put(a, "list", word(o, "list_id"))
	root := word(o, "root_node_id")
	a["root"] = resource.String(root)
	a["trigger"] = readValue(o["trigger"])
	nodes := resource.Map{}
	all, _ := o["nodes"].([]any)
	for _, each := range all {
		n, _ := each.(map[string]any)
		config, _ := readValue(within(n, "config")).(resource.Map)
		if word(n, "id") == root {
			for _, name := range []string{"on_change", kindProvider} {
				if v, there := config[name]; there {
					a[name] = v
					delete(config, name)
				}
			}
			delete(config, markField)
		}
		nodes[word(n, "id")] = node{kind: word(n, "type"), config: config, next: word(n, "next_node_id")}.value()
	}
	a["nodes"] = nodes
}

// object is an object as the platform holds it. Its version is what it says:
// the platform has none for lists and automations.
func object(kind, language string, o map[string]any) resource.Object {
	a := attributes(kind, language, o)
	out := resource.Object{Kind: kind, ID: word(o, "id"), Key: keyOf(kind, a), Attributes: a, Mark: ownership(kind, o), Version: resource.Hash(a)}
	switch kind {
	case kindAutomation:
		out.Switch = resource.Off
		if word(o, "status") == "live" {
			out.Switch = resource.On
		}
	case kindBroadcast:
		out.Switch = broadcastSwitch(o)
	}
	return out
}

// inside is how many people are in an automation.
func inside(o map[string]any) int64 {
	stats := within(o, "stats")
	number := func(name string) int64 {
		n, _ := stats[name].(float64)
		return int64(n)
	}
	return number("enrolled") - number("completed") - number("exited") - number("failed")
}

func sorted(objects []resource.Object) []resource.Object {
	slices.SortFunc(objects, func(a, b resource.Object) int {
		if a.Kind != b.Kind {
			return slices.Compare([]string{a.Kind}, []string{b.Kind})
		}
		return slices.Compare([]string{a.ID}, []string{b.ID})
	})
	return objects
}
