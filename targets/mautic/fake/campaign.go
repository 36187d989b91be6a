package fake

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/targets/fake"
)

// bare is how Mautic fails when a request makes no sense to its code.
var bare = fake.Reply{Status: http.StatusInternalServerError, Body: problem(http.StatusInternalServerError, "Looks like I encountered an error (error #500).", "")}

// drawn is a campaign as Mautic reads it: events get ids of their own where they
// have none that is known, and come after each other as the connections of the
// drawing say. What an event says of its parent is passed over.
func (i *Installation) drawn(body map[string]any, old map[string]any) (map[string]any, *fake.Reply) {
	refuse := func(message string) (map[string]any, *fake.Reply) {
		return nil, &fake.Reply{Status: http.StatusBadRequest, Body: problem(http.StatusBadRequest, message, "")}
	}
	sent, _ := body["events"].([]any)
	lists, _ := body["lists"].([]any)
	switch {
	case len(sent) == 0:
		return refuse("A campaign needs at least one event.")
	case len(lists) == 0:
		return refuse("A campaign needs at least one contact source.")
	}
	ids, events := i.identified(sent, old)
	canvas := body["canvasSettings"].(map[string]any)
	if !connected(canvas, ids, events) {
		return nil, &bare
	}
	out := map[string]any{"name": body["name"], "isPublished": body["isPublished"] == true, "allowRestart": body["allowRestart"] == true,
		"events": asAny(events), "forms": []any{}, "canvasSettings": canvas, "description": nil, "category": nil}
	var sources []any
	for _, item := range lists {
		segment := i.Find("segment", fmt.Sprint(item.(map[string]any)["id"]))
		if segment == nil {
			return nil, &bare
		}
		sources = append(sources, map[string]any{"id": segment.ID, "name": segment.Attributes["name"]})
	}
	out["lists"] = sources
	return out, nil
}

func asAny(list []map[string]any) []any {
	out := make([]any, len(list))
	for i, m := range list {
		out[i] = m
	}
	return out
}

// identified are the events under the ids that the server gives them.
func (i *Installation) identified(sent []any, old map[string]any) (map[string]map[string]any, []map[string]any) {
	var had []string
	before, _ := old["events"].([]any)
	for _, e := range before {
		had = append(had, fmt.Sprint(e.(map[string]any)["id"]))
	}
	ids := map[string]map[string]any{}
	var out []map[string]any
	for _, item := range sent {
		e := copied(item.(map[string]any))
		said := fmt.Sprint(e["id"])
		if id, err := strconv.Atoi(said); err == nil && slices.Contains(had, said) {
			e["id"] = id
		} else {
			i.minted++
			e["id"] = i.minted
		}
		e["parent"], e["decisionPath"], e["children"], e["triggerHour"] = nil, nil, []any{}, nil
		ids[said] = e
		out = append(out, e)
	}
	return ids, out
}

// connected puts events behind each other, and the server's ids into the
// drawing. It is false where a connection leads to nothing.
func connected(canvas map[string]any, ids map[string]map[string]any, events []map[string]any) bool {
	nodes, _ := canvas["nodes"].([]any)
	for _, item := range nodes {
		n := item.(map[string]any)
		if e, known := ids[fmt.Sprint(n["id"])]; known {
			n["id"] = e["id"]
		}
	}
	connections, _ := canvas["connections"].([]any)
	for _, item := range connections {
		c := item.(map[string]any)
		source, target := fmt.Sprint(c["sourceId"]), fmt.Sprint(c["targetId"])
		e, known := ids[target]
		if !known {
			return false
		}
		c["targetId"] = e["id"]
		if source == "lists" || source == "forms" {
			continue
		}
		parent, known := ids[source]
		if !known {
			return false
		}
		c["sourceId"] = parent["id"]
		e["parent"] = map[string]any{"id": parent["id"], "name": parent["name"]}
		anchors, _ := c["anchors"].(map[string]any)
		if anchor := anchors["source"]; anchor == "yes" || anchor == "no" {
			e["decisionPath"] = anchor
		}
	}
	return true
}

// publishCampaign publishes a campaign or takes it back, or passes that over where
// the role may not.
func (i *Installation) publishCampaign(r *fake.Request) fake.Reply {
	if o := i.Find("campaign", r.PathValue("id")); o != nil && slices.Contains(i.Lacks, "campaigns:publish") {
		return fake.Reply{Body: map[string]any{"campaign": o.Attributes}}
	}
	return i.update(r, "campaign", "campaign")
}

func (i *Installation) createCampaign(r *fake.Request) fake.Reply {
	attributes, refused := i.drawn(copied(r.Body), nil)
	if refused != nil {
		return *refused
	}
	o := i.Add("campaign", attributes)
	return fake.Reply{Status: http.StatusCreated, Body: map[string]any{"campaign": o.Attributes}}
}

// replaceCampaign puts everything in the place of what was there; what is not
// said, such as that it is published, is not so any more.
func (i *Installation) replaceCampaign(r *fake.Request) fake.Reply {
	o := i.Find("campaign", r.PathValue("id"))
	if o == nil {
		return missing
	}
	attributes, refused := i.drawn(copied(r.Body), o.Attributes)
	if refused != nil {
		return *refused
	}
	if slices.Contains(i.Lacks, "campaigns:publish") { // passed over, and what is not said is not so
		attributes["isPublished"] = false
	}
	if !i.Deaf {
		attributes["id"], attributes["dateAdded"] = o.Attributes["id"], o.Attributes["dateAdded"]
		o.Attributes = attributes
		i.touch(o)
	}
	return fake.Reply{Body: map[string]any{"campaign": o.Attributes}}
}

// sentBefore is the e-mail that an event sends.
func sentBefore(events []any, id any) string {
	for _, item := range events {
		if e := item.(map[string]any); e["id"] == id && e["type"] == "email.send" {
			return fmt.Sprint(e["properties"].(map[string]any)["email"])
		}
	}
	return ""
}
