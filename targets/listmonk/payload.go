package listmonk

import (
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

func textOf(m resource.Map, name string) string {
	s, _ := m[name].(resource.String)
	return string(s)
}

// nothing is an empty description: one without any characters would leave the
// old one.
const nothing = " "

func listBody(m resource.Map, tags []string, mark string) list {
	status := textOf(m, "status")
	if status == "" {
		status = "active"
	}
	description := textOf(m, "description")
	if description == "" {
		description = nothing
	}
	return list{Name: textOf(m, "name"), Type: textOf(m, "type"), Optin: textOf(m, "optin"), Status: status, Description: description, Tags: retagged(tags, mark)}
}

func templateBody(m resource.Map, mark string) template {
	return template{Name: textOf(m, "name"), Type: textOf(m, "type"), Subject: textOf(m, "subject"), Body: textOf(m, "body"), Source: &mark}
}

// campaignBody is everything of a campaign: what is not said would stay as it
// is.
func (t *Target) campaignBody(m resource.Map, account config, tags []string, mark string) (map[string]any, error) {
	number := func(v resource.Value) (int, error) {
		s, _ := v.(resource.String)
		id, err := strconv.Atoi(string(s))
		if err != nil {
			return 0, refused(targets.Rejected, "%q is not an id of this platform", string(s))
		}
		return id, nil
	}
	from := textOf(m, "from_email")
	if from == "" {
		from = account.FromEmail
	}
	body := map[string]any{
		"name": textOf(m, "name"), "subject": textOf(m, "subject"), "body": textOf(m, "body"), "altbody": textOf(m, "altbody"),
		"content_type": textOf(m, "content_type"), "send_at": textOf(m, "send_at"), "messenger": textOf(m, "messenger"), "from_email": from,
		"type": "regular", "tags": retagged(tags, mark), "headers": []any{}, "archive": false,
	}
	ids := []int{}
	lists, _ := m["lists"].(resource.List)
	for _, l := range lists {
		id, err := number(l)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	body["lists"] = ids
	frame, err := number(m["template"])
	body["template_id"] = frame
	return body, err
}
