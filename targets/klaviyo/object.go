package klaviyo

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// object is what Klaviyo answered, normalised. Of a flow it needs the
// definition, which lists do not have.
func (t *Target) object(ctx context.Context, kind string, i item, tags []string) (resource.Object, error) {
	key, mark := account.Parted(i.text("name"))
	o := resource.Object{Kind: kind, ID: i.ID, Key: key, Mark: mark, Version: versionOf(i), Attributes: resource.Map{}}
	switch kind {
	case kindSegment:
		o.Attributes["definition"] = normal(i.Attributes["definition"])
		if i.Attributes["is_active"] == resource.Bool(false) {
			o.Attributes["is_active"] = resource.Bool(false)
		}
	case kindList:
		o.Attributes["opt_in_process"] = i.Attributes["opt_in_process"]
	case kindTemplate:
		o.Attributes = texts(i.Attributes)
	case kindCampaign:
		return t.campaign(ctx, o, i)
	case kindFlow:
		return t.flow(ctx, o, i, tags)
	}
	return o, nil
}

// versionOf is when an object was changed last, as Klaviyo says it.
func versionOf(i item) string {
	if at := i.text("updated"); at != "" {
		return at
	}
	return i.text("updated_at")
}

// texts is a template as it was written. One that somebody made another kind of
// template says so.
func texts(of resource.Map) resource.Map {
	out := resource.Map{}
	for _, name := range []string{"html", "text"} {
		if text, ok := of[name].(resource.String); ok && text != "" {
			out[name] = text
		}
	}
	if editor, ok := of["editor_type"].(resource.String); ok && editor != "CODE" {
		out["editor_type"] = editor
	}
	return out
}

// flow is a flow with its messages' texts read, which are copies of the
// templates that they were made from. Names of flows cannot be edited, so the
// mark of one that changed its address is a tag.
func (t *Target) flow(ctx context.Context, o resource.Object, i item, tags []string) (resource.Object, error) {
	o.Key, o.Switch = "", resource.Off
	if i.text("status") == "live" {
		o.Switch = resource.On
	}
	for _, tag := range tags {
		if strings.HasPrefix(tag, "trayecto-") {
			o.Mark = tag
		}
	}
	definition, ok := i.Attributes["definition"].(resource.Map)
	if !ok {
		return o, nil
	}
	definition = ordered(definition)
	if actions, ok := definition["actions"].(resource.List); ok {
		for _, a := range actions {
			if err := t.message(ctx, a); err != nil {
				return o, err
			}
		}
	}
	o.Attributes["definition"] = definition
	if i.Attributes["archived"] == resource.Bool(true) {
		o.Attributes["archived"] = resource.Bool(true)
	}
	return o, nil
}

// message reads what an e-mail says, and from its name which template it is of.
func (t *Target) message(ctx context.Context, action resource.Value) error {
	message := messageOf(action)
	id, mail := message["template_id"].(resource.String)
	if !mail {
		return nil
	}
	template, err := t.one(ctx, collections[kindTemplate]+"/"+url.PathEscape(string(id)), nil)
	switch {
	case rest.Gone(err):
		message["texts"] = resource.String("gone")
	case err != nil:
		return err
	default:
		message["texts"] = resource.String(resource.Hash(texts(template.Attributes)))
	}
	name, _ := message["name"].(resource.String)
	if touchpoint, original, step, ours := original(string(name)); ours {
		message["name"], message["template_id"] = resource.String(messageName(touchpoint, step)), resource.String(original)
	}
	return nil
}

func messageOf(action resource.Value) resource.Map {
	a, _ := action.(resource.Map)
	data, _ := a["data"].(resource.Map)
	message, _ := data["message"].(resource.Map)
	return message
}

// original reads the name of an e-mail: "touchpoint.hello Xy7 step.welcome.hello",
// the template in the middle.
func original(name string) (touchpoint, template, step string, ours bool) {
	words := strings.Split(name, " ")
	if len(words) != 3 {
		return "", "", "", false
	}
	return words[0], words[1], words[2], true
}

// sent is a definition as it goes over the wire: each e-mail's name says which
// template it is a copy of, and what only we compare stays here.
func sent(definition resource.Map) resource.Map {
	out := normal(definition).(resource.Map)
	actions, _ := out["actions"].(resource.List)
	for _, a := range actions {
		message := messageOf(a)
		id, mail := message["template_id"].(resource.String)
		name, _ := message["name"].(resource.String)
		if words := strings.Split(string(name), " "); mail && len(words) == 2 {
			message["name"] = resource.String(words[0] + " " + string(id) + " " + words[1])
		}
		delete(message, "texts")
		explicit(a)
	}
	return out
}

// link is where a way leads, the end being said.
func link(to resource.Value) resource.Value {
	if to == nil || to == resource.String("") {
		return resource.Null{}
	}
	return to
}

// explicit writes out what the contract asks for or what would be the other way
// by default: the end of a branch, and what Klaviyo does with a message.
func explicit(action resource.Value) {
	a, _ := action.(resource.Map)
	kind, _ := a["type"].(resource.String)
	if kind == "conditional-split" || kind == "trigger-split" {
		links, _ := a["links"].(resource.Map)
		a["links"] = resource.Map{"next_if_true": link(links["next_if_true"]), "next_if_false": link(links["next_if_false"])}
	}
	message := messageOf(action)
	if !slices.Contains([]resource.String{"send-email", "send-sms"}, kind) {
		return
	}
	for _, name := range []string{"transactional", "smart_sending_enabled"} {
		if message[name] == nil {
			message[name] = silent[name][0]
		}
	}
	if data, ok := a["data"].(resource.Map); ok {
		data["status"] = resource.String("draft")
	}
}
