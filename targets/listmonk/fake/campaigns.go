package fake

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	stand "github.com/trayecto/trayecto/targets/fake"
)

func (f *Fake) getCampaigns(r *stand.Request) stand.Reply {
	from, to := f.page(r, len(f.campaigns))
	return data(map[string]any{"results": f.campaigns[from:to], "total": len(f.campaigns), "page": 1, "per_page": to - from})
}

func (f *Fake) getCampaign(r *stand.Request) stand.Reply {
	i := f.campaign(r)
	if i < 0 {
		return f.refuse(http.StatusBadRequest, "Campaign not found")
	}
	return data(f.campaigns[i])
}

func (f *Fake) campaign(r *stand.Request) int {
	return slices.IndexFunc(f.campaigns, func(c Campaign) bool { return c.ID == idOf(r) })
}

// sentCampaign is the body of a campaign: lists are numbers here.
type sentCampaign struct {
	Campaign
	Lists []int `json:"lists"`
}

// campaignOf reads a body onto what is there, as listmonk does: what is not
// sent stays.
func (f *Fake) campaignOf(r *stand.Request, now Campaign) (Campaign, *stand.Reply) {
	sent := sentCampaign{Campaign: now}
	refused := func(reply stand.Reply) (Campaign, *stand.Reply) { return now, &reply }
	if err := r.Decode(&sent); err != nil {
		return refused(f.refuse(http.StatusBadRequest, "%v", err))
	}
	c := sent.Campaign
	c.ID, c.Status, c.Meta, c.Started, c.Created = now.ID, now.Status, now.Meta, now.Started, now.Created
	if !slices.Contains([]string{"richtext", "html", "plain", "visual", "markdown"}, c.ContentType) {
		c.ContentType = "richtext"
	}
	if c.SendAt != nil && c.SendAt.Before(f.now) {
		return refused(f.refuse(http.StatusBadRequest, "Scheduled date should be in the future."))
	}
	if len(sent.Lists) == 0 {
		return refused(f.refuse(http.StatusBadRequest, "Invalid lists."))
	}
	if !slices.Contains(f.messengers, c.Messenger) {
		if !strings.HasPrefix(c.Messenger, "email-") {
			return refused(f.refuse(http.StatusBadRequest, "Unknown messenger %s.", c.Messenger))
		}
		c.Messenger = "email"
	}
	if err := parses(c.Subject, c.Body); err != nil {
		return refused(f.refuse(http.StatusBadRequest, "Error compiling campaign body: %v", err))
	}
	c.Lists = nil
	for _, l := range f.lists {
		if slices.Contains(sent.Lists, l.ID) {
			id := l.ID
			c.Lists = append(c.Lists, CampaignList{&id, l.Name})
		}
	}
	if c.Alt != nil && *c.Alt == "" {
		c.Alt = nil
	}
	c.Tags = normalised(c.Tags)
	return c, nil
}

func (f *Fake) postCampaign(r *stand.Request) stand.Reply {
	c, wrong := f.campaignOf(r, Campaign{Status: "draft", Type: "regular", Created: f.now, Meta: map[string]any{}})
	if wrong != nil {
		return *wrong
	}
	c.ID = f.id()
	f.campaigns = append(f.campaigns, c)
	return data(c)
}

func (f *Fake) putCampaign(r *stand.Request) stand.Reply {
	i := f.campaign(r)
	if i < 0 {
		return f.refuse(http.StatusBadRequest, "Campaign not found")
	}
	if !slices.Contains([]string{"draft", "paused", "scheduled"}, f.campaigns[i].Status) {
		return f.refuse(http.StatusBadRequest, "Cannot update a running or a finished campaign.")
	}
	c, wrong := f.campaignOf(r, f.campaigns[i])
	if wrong != nil {
		return *wrong
	}
	f.campaigns[i] = c
	return data(c)
}

// putStatus moves a campaign from one state to another. One that has an instant
// runs only by being scheduled for it.
func (f *Fake) putStatus(r *stand.Request) stand.Reply {
	i := f.campaign(r)
	if i < 0 {
		return f.refuse(http.StatusBadRequest, "Campaign not found")
	}
	c, to := &f.campaigns[i], r.Body["status"].(string)
	why := ""
	switch {
	case to == "draft" && c.Status != "scheduled":
		why = "Only scheduled campaigns can be saved as drafts."
	case to == "scheduled" && c.SendAt == nil:
		why = "Campaign needs a `send_at` date to be scheduled."
	case to == "scheduled" && c.Status != "draft" && c.Status != "paused":
		why = "Only draft campaigns can be scheduled."
	case to == "running" && c.Status != "draft" && c.Status != "paused":
		why = "Only paused campaigns and drafts can be started."
	case to == "paused" && c.Status != "running":
		why = "Only active campaigns can be paused."
	case to == "cancelled" && c.Status != "running" && c.Status != "paused":
		why = "Only active campaigns can be cancelled."
	}
	if why != "" {
		return f.refuse(http.StatusBadRequest, "%s", why)
	}
	if wrong := f.enum("Campaign", "campaign_status", to, "draft", "running", "scheduled", "paused", "cancelled", "finished"); wrong != nil {
		return *wrong
	}
	if c.Status = to; to == "running" && c.SendAt != nil {
		c.Status = "scheduled"
	}
	return data(*c)
}

// putArchive works in every state.
func (f *Fake) putArchive(r *stand.Request) stand.Reply {
	i := f.campaign(r)
	if i < 0 {
		return f.refuse(http.StatusBadRequest, "Campaign not found")
	}
	f.campaigns[i].Archive, _ = r.Body["archive"].(bool)
	f.campaigns[i].Meta, _ = r.Body["archive_meta"].(map[string]any)
	return data(r.Body)
}

func (f *Fake) deleteCampaign(r *stand.Request) stand.Reply {
	i := f.campaign(r)
	if i < 0 {
		return f.refuse(http.StatusBadRequest, "Campaign not found")
	}
	f.campaigns = slices.Delete(f.campaigns, i, i+1)
	return data(true)
}

// AddList makes a list as somebody else would.
func (f *Fake) AddList(name, optin string) (id int) {
	f.Do(func() {
		id = f.id()
		f.lists = append(f.lists, List{ID: id, Name: name, Type: "private", Optin: optin, Status: "active", Tags: []string{}, Created: f.now})
	})
	return id
}

// AddCampaigns makes campaigns that were drawn up in the pages.
func (f *Fake) AddCampaigns(n int) {
	f.Do(func() {
		for range n {
			f.campaigns = append(f.campaigns, Campaign{ID: f.id(), Name: "Theirs", Status: "draft", Type: "regular", ContentType: "richtext", Messenger: "email", Lists: []CampaignList{}, Created: f.now})
		}
	})
}

// Drop deletes a list behind the API's back.
func (f *Fake) Drop(id string) {
	f.Do(func() { f.lists = slices.DeleteFunc(f.lists, func(l List) bool { return strconv.Itoa(l.ID) == id }) })
}

// AddSubscriber makes a person with subscriptions by list.
func (f *Fake) AddSubscriber(s Subscriber, statuses map[int]string) {
	f.Do(func() {
		s.ID = f.id()
		if s.Status == "" {
			s.Status = "enabled"
		}
		if s.Attribs == nil {
			s.Attribs = map[string]any{}
		}
		s.Email, s.Attribs = strings.ToLower(s.Email), copied(s.Attribs)
		f.subscribers = append(f.subscribers, s)
		for _, l := range f.lists {
			if status := statuses[l.ID]; status != "" {
				f.subscriptions = append(f.subscriptions, Subscription{s.ID, l.ID, status})
			}
		}
	})
}

// Unsubscribe is what the link in a mail of a campaign does: it ends the
// subscriptions to the lists of the campaign, if that is still there.
func (f *Fake) Unsubscribe(campaign int, email string) {
	f.Do(func() {
		for _, c := range f.campaigns {
			for i, s := range f.subscriptions {
				on := slices.ContainsFunc(c.Lists, func(l CampaignList) bool { return l.ID != nil && *l.ID == s.List })
				is := slices.ContainsFunc(f.subscribers, func(x Subscriber) bool { return x.ID == s.Subscriber && x.Email == email })
				if c.ID == campaign && on && is {
					f.subscriptions[i].Status = "unsubscribed"
				}
			}
		}
	})
}

// Lists is the lists as they are now.
func (f *Fake) Lists() (out []List) {
	f.Do(func() { out = copied(f.lists) })
	return out
}

// Templates is the templates as they are now.
func (f *Fake) Templates() (out []Template) {
	f.Do(func() { out = copied(f.templates) })
	return out
}

// Campaigns is the campaigns as they are now.
func (f *Fake) Campaigns() (out []Campaign) {
	f.Do(func() { out = copied(f.campaigns) })
	return out
}

// Subscriptions is the subscriptions as they are now.
func (f *Fake) Subscriptions() (out []Subscription) {
	f.Do(func() { out = slices.Clone(f.subscriptions) })
	return out
}

// Edit changes a list, a template or a campaign behind the API's back; a
// function that is nil changes none.
func (f *Fake) Edit(list func(*List), template func(*Template), campaign func(*Campaign)) {
	f.Do(func() {
		for i := range f.lists {
			if list != nil {
				list(&f.lists[i])
			}
		}
		for i := range f.templates {
			if template != nil {
				template(&f.templates[i])
			}
		}
		for i := range f.campaigns {
			if campaign != nil {
				campaign(&f.campaigns[i])
			}
		}
	})
}

// Set changes a setting of the installation.
func (f *Fake) Set(name string, value any) { f.Do(func() { f.settings[name] = value }) }

// Outbox is what was sent so far.
func (f *Fake) Outbox() (out []Mail) {
	f.Do(func() { out = slices.Clone(f.outbox) })
	return out
}

// Until lets time pass and sends what is due.
func (f *Fake) Until(now time.Time) {
	f.Do(func() {
		f.now = now
		for i := range f.campaigns {
			if c := &f.campaigns[i]; c.Status == "running" || c.Status == "scheduled" && c.SendAt != nil && !now.Before(*c.SendAt) {
				f.send(c)
			}
		}
	})
}
