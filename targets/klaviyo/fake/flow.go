package fake

import (
	"fmt"
	"net/http"

	"github.com/trayecto/trayecto/targets/fake"
)

// wrong is a refusal that points into the request.
func wrong(detail, pointer string, args ...any) *fake.Reply {
	return &fake.Reply{Status: http.StatusBadRequest, Body: errors("invalid", detail, "/data/attributes/"+fmt.Sprintf(pointer, args...))}
}

// made checks a flow and makes it the server's own: temporary ids become real
// ones, each message gets an id and a copy of its template, and defaults are
// filled in.
func (a *Account) made(attributes map[string]any) *fake.Reply {
	definition := attributes["definition"].(map[string]any)
	triggers := definition["triggers"].([]any)
	if len(triggers) != 1 {
		return wrong("Only one trigger is supported.", "definition/triggers")
	}
	trigger := triggers[0].(map[string]any)
	if refused := a.triggers(trigger); refused != nil {
		return refused
	}
	ids := map[string]string{}
	actions := definition["actions"].([]any)
	for i, x := range actions {
		action := x.(map[string]any)
		temporary := action["temporary_id"].(string)
		if ids[temporary] != "" {
			return wrong("This temporary id is used twice.", "definition/actions/%d/temporary_id", i)
		}
		ids[temporary] = a.mint()
	}
	for i, x := range actions {
		if refused := a.action(x.(map[string]any), i, ids); refused != nil {
			return refused
		}
	}
	if entry, there := definition["entry_action_id"].(string); there {
		if ids[entry] == "" {
			return wrong("There is no such action.", "definition/entry_action_id")
		}
		definition["entry_action_id"] = ids[entry]
	}
	if definition["profile_filter"] == nil {
		definition["profile_filter"] = nil
	}
	attributes["status"], attributes["archived"], attributes["trigger_type"] = "draft", false, trigger["type"]
	return nil
}

func (a *Account) triggers(trigger map[string]any) *fake.Reply {
	id, _ := trigger["id"].(string)
	switch trigger["type"] {
	case "metric":
		for _, m := range a.Metrics {
			if m.ID == id {
				return nil
			}
		}
		return wrong("There is no such metric.", "definition/triggers/0/id")
	case "segment", "list":
		if a.Find(trigger["type"].(string), id) == nil {
			return wrong("There is no such group.", "definition/triggers/0/id")
		}
	}
	return nil
}

// action makes one action the server's own.
func (a *Account) action(action map[string]any, i int, ids map[string]string) *fake.Reply {
	action["id"] = ids[action["temporary_id"].(string)]
	delete(action, "temporary_id")
	links, _ := action["links"].(map[string]any)
	for name, to := range links {
		if to == nil {
			continue
		}
		if ids[to.(string)] == "" {
			return wrong("There is no such action.", "definition/actions/%d/links/%s", i, name)
		}
		links[name] = ids[to.(string)]
	}
	if links == nil {
		action["links"] = map[string]any{"next": nil}
	}
	data, _ := action["data"].(map[string]any)
	message, sends := data["message"].(map[string]any)
	if !sends {
		if action["type"] == "time-delay" {
			data["timezone"], data["secondary_value"], data["delay_until_time"] = "profile", nil, nil
		}
		return nil
	}
	data["status"] = "draft"
	return a.message(message, action["type"].(string), i)
}

// message gives a message an id, defaults and a copy of its template.
func (a *Account) message(message map[string]any, of string, i int) *fake.Reply {
	message["id"] = a.mint()
	for name, value := range defaults[of] {
		if _, said := message[name]; !said {
			message[name] = value
		}
	}
	id, mail := message["template_id"].(string)
	if !mail {
		return nil
	}
	template := a.Find("template", id)
	if template == nil {
		return wrong("There is no such template.", "definition/actions/%d/data/message/template_id", i)
	}
	copy := a.Add("template", copied(template.Attributes))
	copy.Hidden = true
	message["template_id"] = copy.ID
	return nil
}

// defaults are what a message has where nobody says otherwise.
var defaults = map[string]map[string]any{
	"send-email": {"smart_sending_enabled": true, "transactional": false, "add_tracking_params": false, "custom_tracking_params": nil,
		"cc_email": nil, "bcc_email": nil, "preview_text": nil, "from_email": nil, "from_label": nil, "reply_to_email": nil, "additional_filters": nil},
	"send-sms": {"smart_sending_enabled": true, "transactional": false, "sms_quiet_hours_enabled": true, "shorten_links": true, "add_org_prefix": true,
		"add_info_link": true, "add_opt_out_language": false, "include_contact_card": false, "image_id": nil, "additional_filters": nil},
}

// turned is a flow whose status changed, and with it that of every action.
func turned(o *Object) {
	definition, _ := o.Attributes["definition"].(map[string]any)
	actions, _ := definition["actions"].([]any)
	for _, x := range actions {
		if data, ok := x.(map[string]any)["data"].(map[string]any); ok && data["status"] != nil {
			data["status"] = o.Attributes["status"]
		}
	}
}
