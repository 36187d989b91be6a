package fake

import (
	"net/http"
	"slices"
	"time"

	"github.com/trayecto/trayecto/targets/fake"
)

// quiet is for how long Smart Sending leaves somebody alone who got an e-mail.
const quiet = 16 * time.Hour

// Mail is one e-mail of a campaign that went out.
type Mail struct {
	Campaign, Profile string
	At                time.Time
}

func (a *Account) campaigns() []fake.Route {
	const class = "campaigns"
	return []fake.Route{
		{Method: "GET", Path: "/api/campaigns/{id}/campaign-messages", Class: class, Handle: a.letters},
		{Method: "PATCH", Path: "/api/campaign-messages/{id}", Schema: "klaviyo/campaign_message_update.json", Class: class, Handle: a.reword},
		{Method: "POST", Path: "/api/campaign-message-assign-template", Schema: "klaviyo/campaign_assign.json", Class: class, Handle: a.assign},
		{Method: "POST", Path: "/api/campaign-send-jobs", Schema: "klaviyo/campaign_send.json", Class: class, Handle: a.scheduled},
		{Method: "PATCH", Path: "/api/campaign-send-jobs/{id}", Schema: "klaviyo/campaign_send_update.json", Class: class, Handle: a.recalled},
	}
}

// composed makes a campaign the server's own: its message becomes an object, and
// defaults are filled in.
func (a *Account) composed(attributes map[string]any) *fake.Reply {
	if refused := a.audiences(attributes); refused != nil {
		return refused
	}
	list := attributes["campaign-messages"].(map[string]any)["data"].([]any)
	if len(list) != 1 {
		return wrong("An email campaign has one message.", "campaign-messages/data")
	}
	delete(attributes, "campaign-messages")
	letter := a.Add("campaign-message", list[0].(map[string]any)["attributes"].(map[string]any))
	attributes["message"] = letter.ID
	attributes["status"], attributes["archived"], attributes["scheduled_at"] = "Draft", false, nil
	if attributes["send_options"] == nil {
		attributes["send_options"] = map[string]any{"use_smart_sending": true}
	}
	attributes["tracking_options"] = map[string]any{"is_add_utm": false, "is_tracking_opens": true, "is_tracking_clicks": true}
	if attributes["send_strategy"] == nil {
		attributes["send_strategy"] = map[string]any{"method": "immediate"}
	}
	return nil
}

func (a *Account) audiences(attributes map[string]any) *fake.Reply {
	audiences, _ := attributes["audiences"].(map[string]any)
	for _, side := range []string{"included", "excluded"} {
		ids, _ := audiences[side].([]any)
		for i, id := range ids {
			if a.Find("list", id.(string)) == nil && a.Find("segment", id.(string)) == nil {
				return wrong("There is no such group.", "audiences/%s/%d", side, i)
			}
		}
	}
	return nil
}

// edited checks a change of a campaign.
func (a *Account) edited(o *Object, attributes map[string]any) *fake.Reply {
	if o.Attributes["status"] != "Draft" {
		return wrong("Only a draft can be changed.", "")
	}
	return a.audiences(attributes)
}

// letter is the message of a campaign.
func (a *Account) letter(campaign *Object) *Object {
	return a.Find("campaign-message", campaign.Attributes["message"].(string))
}

func (a *Account) letters(r *fake.Request) fake.Reply {
	campaign := a.Find("campaign", r.PathValue("id"))
	if campaign == nil {
		return a.missing("campaign")
	}
	letter := a.letter(campaign)
	data, included := a.resource("campaign-message", letter, true), []any{}
	if id, there := letter.Attributes["template"].(string); there && r.URL.Query().Get("include") == "template" {
		data["relationships"] = map[string]any{"template": map[string]any{"data": map[string]any{"type": "template", "id": id}}}
		included = append(included, a.resource("template", a.Find("template", id), true))
	}
	return fake.Reply{Body: map[string]any{"data": []any{data}, "included": included, "links": map[string]any{"next": nil}}}
}

// reword changes a message while its campaign is a draft.
func (a *Account) reword(r *fake.Request) fake.Reply {
	letter, refused := a.draft(r.PathValue("id"))
	if refused != nil {
		return *refused
	}
	if !a.Deaf {
		letter.Attributes["definition"] = written(r)["definition"]
		a.touch(letter)
	}
	return fake.Reply{Body: map[string]any{"data": a.resource("campaign-message", letter, true)}}
}

// draft is a message whose campaign can be changed.
func (a *Account) draft(id string) (*Object, *fake.Reply) {
	letter := a.Find("campaign-message", id)
	at := slices.IndexFunc(a.Objects["campaign"], func(o *Object) bool { return o.Attributes["message"] == id })
	if letter == nil || at < 0 {
		reply := a.missing("campaign-message")
		return nil, &reply
	}
	if a.Objects["campaign"][at].Attributes["status"] != "Draft" {
		return nil, wrong("Only a draft can be changed.", "")
	}
	return letter, nil
}

// assign gives a message a copy of a template, which nothing else uses.
func (a *Account) assign(r *fake.Request) fake.Reply {
	var body struct {
		Data struct {
			ID            string
			Relationships struct {
				Template struct{ Data struct{ ID string } }
			}
		}
	}
	if err := r.Decode(&body); err != nil {
		return fake.Reply{Status: http.StatusBadRequest, Body: errors("invalid", err.Error(), "")}
	}
	letter, refused := a.draft(body.Data.ID)
	if refused != nil {
		return *refused
	}
	template := a.Find("template", body.Data.Relationships.Template.Data.ID)
	if template == nil {
		return a.missing("template")
	}
	if !a.Deaf {
		copy := a.Add("template", copied(template.Attributes))
		copy.Hidden = true
		letter.Attributes["template"] = copy.ID
		a.touch(letter)
	}
	return fake.Reply{Body: map[string]any{"data": a.resource("campaign-message", letter, true)}}
}

// scheduled is a campaign that is to go out: at its instant, or at once where
// that has passed.
func (a *Account) scheduled(r *fake.Request) fake.Reply {
	id, _ := r.Body["data"].(map[string]any)["id"].(string)
	campaign := a.Find("campaign", id)
	switch {
	case campaign == nil:
		return a.missing("campaign")
	case campaign.Attributes["status"] != "Draft":
		return *wrong("The campaign is not a draft.", "")
	case a.letter(campaign).Attributes["template"] == nil:
		return *wrong("The message has no template.", "")
	}
	if !a.Deaf {
		campaign.Attributes["status"], campaign.Attributes["scheduled_at"] = "Scheduled", a.Now.Format(time.RFC3339)
		a.touch(campaign)
		a.Due()
	}
	return fake.Reply{Status: http.StatusAccepted, Body: map[string]any{"data": map[string]any{"type": "campaign-send-job", "id": id, "attributes": map[string]any{"status": "queued"}}}}
}

// recalled is a campaign that is to stay here: as a draft, or for good.
func (a *Account) recalled(r *fake.Request) fake.Reply {
	campaign := a.Find("campaign", r.PathValue("id"))
	switch {
	case campaign == nil:
		return a.missing("campaign")
	case campaign.Attributes["status"] != "Scheduled":
		return *wrong("The campaign is not scheduled.", "")
	}
	if !a.Deaf {
		campaign.Attributes["status"] = map[any]string{"revert": "Draft", "cancel": "Cancelled"}[written(r)["action"]]
		a.touch(campaign)
	}
	return fake.Reply{Status: http.StatusNoContent}
}

// Due sends the scheduled campaigns whose instant has come.
func (a *Account) Due() {
	for _, c := range a.Objects["campaign"] {
		strategy := c.Attributes["send_strategy"].(map[string]any)
		said, _ := strategy["datetime"].(string)
		at, err := time.Parse(time.RFC3339, said)
		if c.Attributes["status"] == "Scheduled" && (err != nil || !at.After(a.Now)) {
			a.mail(c)
			c.Attributes["status"] = "Sent"
			a.touch(c)
		}
	}
}

// mail writes to the audience of a campaign: to nobody who unsubscribed or is
// suppressed, and with Smart Sending to nobody who got an e-mail lately.
func (a *Account) mail(c *Object) {
	audiences := c.Attributes["audiences"].(map[string]any)
	smart := c.Attributes["send_options"].(map[string]any)["use_smart_sending"] != false
	received := a.Metrics[slices.IndexFunc(a.Metrics, func(m Metric) bool { return m.Name == "Received Email" })].ID
	for _, p := range a.Profiles {
		switch {
		case !a.among(p, audiences["included"]) || a.among(p, audiences["excluded"]):
		case p.Consent["email"].Status == "unsubscribed" || len(p.Suppressed) > 0 || p.Properties["email"] == nil:
		case smart && slices.ContainsFunc(p.Events, func(e Event) bool {
			return e.Metric == received && e.At.After(a.Now.Add(-quiet)) && !e.At.After(a.Now)
		}):
		default:
			a.Mails = append(a.Mails, Mail{c.ID, p.ID, a.Now})
			p.Events = append(p.Events, Event{Metric: received, At: a.Now, Properties: map[string]any{"Campaign Name": c.Attributes["name"]}})
		}
	}
}

// among tells whether a profile is in one of some groups.
func (a *Account) among(p *Profile, groups any) bool {
	ids, _ := groups.([]any)
	return slices.ContainsFunc(ids, func(id any) bool {
		return p.Lists[id.(string)] || a.Find("segment", id.(string)) != nil && slices.Contains(a.Members(id.(string)), p.ID)
	})
}
