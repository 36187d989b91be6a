package listmonk

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
)

// tag is on every list and campaign of ours, beside the mark; released on those
// that were let go.
const (
	tag      = "trayecto"
	released = "trayecto-let-go"
	marked   = "trayecto-"
)

// list is a list as listmonk writes it.
type list struct {
	ID          int      `json:"id,omitempty"`
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Optin       string   `json:"optin"`
	Status      string   `json:"status,omitempty"`
	Tags        []string `json:"tags"`
	Description string   `json:"description"`
	Subscribers int      `json:"subscriber_count,omitempty"`
}

// template is a template as listmonk writes it.
type template struct {
	ID      int     `json:"id,omitempty"`
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	Subject string  `json:"subject"`
	Body    string  `json:"body"`
	Source  *string `json:"body_source"`
	Default bool    `json:"is_default,omitempty"`
}

// campaign is a campaign as listmonk answers it.
type campaign struct {
	ID          int                 `json:"id"`
	Name        string              `json:"name"`
	Subject     string              `json:"subject"`
	From        string              `json:"from_email"`
	Body        string              `json:"body"`
	Alt         *string             `json:"altbody"`
	ContentType string              `json:"content_type"`
	SendAt      *time.Time          `json:"send_at"`
	Status      string              `json:"status"`
	Tags        []string            `json:"tags"`
	Headers     []map[string]string `json:"headers"`
	Template    *int                `json:"template_id"`
	Messenger   string              `json:"messenger"`
	Type        string              `json:"type"`
	Archive     bool                `json:"archive"`
	Meta        meta                `json:"archive_meta"`
	Started     *time.Time          `json:"started_at"`
	Lists       []struct {
		ID   *int   `json:"id"`
		Name string `json:"name"`
	} `json:"lists"`
}

// meta is what a campaign carries that can be changed after it was sent.
type meta struct {
	Mark     string `json:"trayecto_mark,omitempty"`
	Released bool   `json:"trayecto_let_go,omitempty"`
}

// The states of a campaign.
const (
	draft     = "draft"
	scheduled = "scheduled"
	running   = "running"
	paused    = "paused"
	finished  = "finished"
	cancelled = "cancelled"
)

// markOf is the mark among tags.
func markOf(tags []string) string {
	for _, t := range tags {
		if strings.HasPrefix(t, marked) && t != released {
			return t
		}
	}
	return ""
}

// retagged is tags with a mark instead of the one that is there; what others
// put there stays. Without a mark the object is let go.
func retagged(tags []string, mark string) []string {
	out := slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return t == tag || strings.HasPrefix(t, marked) })
	if mark == "" {
		return append(out, released)
	}
	return append(out, tag, mark)
}

// object is a list as the tool knows it.
func (l list) object() resource.Object {
	attributes := resource.Map{"name": resource.String(l.Name), "type": resource.String(l.Type), "optin": resource.String(l.Optin)}
	if description := strings.TrimSpace(l.Description); description != "" {
		attributes["description"] = resource.String(description)
	}
	if l.Status != "" && l.Status != "active" {
		attributes["status"] = resource.String(l.Status)
	}
	return resource.Object{Kind: kindList, ID: strconv.Itoa(l.ID), Key: l.Name, Attributes: attributes, Mark: markOf(l.Tags)}
}

func (t template) object() resource.Object {
	attributes := resource.Map{"name": resource.String(t.Name), "type": resource.String(t.Type), "body": resource.String(t.Body)}
	if t.Type == "tx" { // others have none, and listmonk puts their name there
		attributes["subject"] = resource.String(t.Subject)
	}
	mark := ""
	if t.Source != nil && strings.HasPrefix(*t.Source, marked) {
		mark = *t.Source
	}
	return resource.Object{Kind: kindTemplate, ID: strconv.Itoa(t.ID), Key: t.Name, Attributes: attributes, Mark: mark}
}

// object is a campaign as the tool knows it. A sender that is the account's own
// was not said.
func (c campaign) object(account config) resource.Object {
	attributes := resource.Map{
		"name": resource.String(c.Name), "subject": resource.String(c.Subject), "body": resource.String(c.Body),
		"content_type": resource.String(c.ContentType), "messenger": resource.String(c.Messenger), "lists": c.lists(),
	}
	if c.SendAt != nil {
		attributes["send_at"] = resource.String(c.SendAt.UTC().Format(layout))
	}
	if c.Alt != nil && *c.Alt != "" {
		attributes["altbody"] = resource.String(*c.Alt)
	}
	if c.Template != nil {
		attributes["template"] = resource.String(strconv.Itoa(*c.Template))
	}
	if c.From != account.FromEmail {
		attributes["from_email"] = resource.String(c.From)
	}
	if len(c.Headers) > 0 {
		attributes["headers"] = resource.Number(strconv.Itoa(len(c.Headers)))
	}
	if c.Archive {
		attributes["archive"] = resource.Bool(true)
	}
	return resource.Object{Kind: kindCampaign, ID: strconv.Itoa(c.ID), Key: c.Name, Attributes: attributes, Switch: c.onOff(), Mark: c.mark()}
}

// lists is the ids of the lists, sorted; a list that was deleted since is its
// name.
func (c campaign) lists() resource.List {
	var ids []string
	for _, l := range c.Lists {
		if l.ID == nil || *l.ID == 0 {
			ids = append(ids, "deleted: "+l.Name)
		} else {
			ids = append(ids, strconv.Itoa(*l.ID))
		}
	}
	sort.Strings(ids)
	return resource.Strings(ids...)
}

// onOff is whether a campaign will reach people, or has.
func (c campaign) onOff() resource.Switch {
	switch c.Status {
	case scheduled, running, finished:
		return resource.On
	}
	return resource.Off
}

func (c campaign) mark() string {
	if c.Meta.Mark != "" {
		return c.Meta.Mark
	}
	return markOf(c.Tags)
}

// normal is a written resource as the platform spells it: with its defaults.
func normal(r resource.Resource) resource.Resource {
	defaults := resource.Map{"name": resource.String(r.Key), "type": resource.String("private"), "optin": resource.String(single)}
	for name, v := range r.Attributes {
		if text, is := v.(resource.String); !is || text != "" || name != "description" {
			defaults[name] = v
		}
	}
	r.Attributes = defaults
	return r
}
