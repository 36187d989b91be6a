package hubspot

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// A marketing e-mail of HubSpot's is a template with modules. Ours is the plain
// template that every account has, with one module of rich text.
const (
	template  = "@hubspot/email/dnd/Plain_email.html"
	module    = "module-0-0-0"
	richText  = "1155639" // the number of HubSpot's module of rich text
	automated = "AUTOMATED_EMAIL"
	published = "AUTOMATED"
)

// letter is an e-mail as HubSpot has it.
type letter struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Subject  string `json:"subject"`
	Language string `json:"language"`
	State    string `json:"state"`
	Type     string `json:"type"`
	Updated  string `json:"updatedAt"`
	Publish  string `json:"publishDate"`
	To       struct {
		Lists struct {
			Include []string `json:"include"`
			Exclude []string `json:"exclude"`
		} `json:"contactIlsLists"`
	} `json:"to"`
	From struct {
		Name  string `json:"fromName"`
		Reply string `json:"replyTo"`
	} `json:"from"`
	Subscription struct {
		ID string `json:"subscriptionId"`
	} `json:"subscriptionDetails"`
	Content struct {
		Template string `json:"templatePath"`
		Plain    string `json:"plainTextVersion"`
		Widgets  map[string]struct {
			Body struct {
				HTML string `json:"html"`
			} `json:"body"`
		} `json:"widgets"`
	} `json:"content"`
}

// mail is an e-mail, normalised: what it says, whose it is, and whatever
// somebody made of it that we do not write.
func mail(l letter) resource.Object {
	key, mark := account.Parted(l.Name)
	o := resource.Object{Kind: kindEmail, ID: l.ID, Key: key, Mark: mark, Version: l.Updated, Attributes: resource.Map{}}
	set := func(name, value, silent string) {
		if value != silent {
			o.Attributes[name] = resource.String(value)
		}
	}
	set("subject", l.Subject, "")
	set("language", l.Language, "")
	set("from_name", l.From.Name, "")
	set("reply_to", l.From.Reply, "")
	set("subscription", l.Subscription.ID, "")
	set("html", l.Content.Widgets[module].Body.HTML, "")
	set("text", l.Content.Plain, "")
	set("state", l.State, published)
	set("type", l.Type, automated)
	set("template", l.Content.Template, template)
	if n := len(l.Content.Widgets); n > 1 {
		o.Attributes["modules"] = resource.Number(strconv.Itoa(n))
	}
	return o
}

// written is an e-mail as it goes over the wire, always the whole of it.
func written(c targets.Change) resource.Map {
	a := c.Resource.Attributes
	from := resource.Map{}
	for ours, theirs := range map[string]string{"from_name": "fromName", "reply_to": "replyTo"} {
		if a[ours] != nil {
			from[theirs] = a[ours]
		}
	}
	content := resource.Map{
		"templatePath": resource.String(template),
		"flexAreas": resource.Map{"main": resource.Map{"sections": resource.List{resource.Map{
			"id": resource.String("section-0"), "columns": resource.List{resource.Map{
				"id": resource.String("column-0-0"), "width": resource.Number("12"), "widgets": resource.List{resource.String(module)},
			}},
		}}}},
		"widgets": resource.Map{module: resource.Map{
			"id": resource.String(module), "type": resource.String("module"), "module_id": resource.Number(richText), "body": resource.Map{"html": a["html"]},
		}},
	}
	content["plainTextVersion"] = resource.String("")
	if a["text"] != nil {
		content["plainTextVersion"] = a["text"]
	}
	return resource.Map{
		"name": resource.String(account.Marked(c.Resource.Key, c.Mark)), "type": resource.String(automated), "subject": a["subject"], "language": a["language"],
		"from": from, "subscriptionDetails": resource.Map{"subscriptionId": a["subscription"]}, "content": content,
	}
}

// emails writes e-mails. They are published right away: an automated e-mail
// reaches nobody before a workflow sends it.
type emails struct{ t *Target }

const emailsPath = "/marketing/v3/emails"

func emailPath(id string) string { return emailsPath + "/" + url.PathEscape(id) }

func (h emails) read(ctx context.Context, id string) (resource.Object, error) {
	var got letter
	err := h.t.call(ctx, http.MethodGet, emailPath(id), nil, nil, &got)
	return mail(got), err
}

func (h emails) create(ctx context.Context, c targets.Change) (string, error) {
	var made letter
	if err := h.t.call(ctx, http.MethodPost, emailsPath, nil, written(c), &made); err != nil {
		return "", err
	}
	if err := h.publish(ctx, made.ID); err != nil {
		return "", &targets.Error{Kind: targets.UnknownOutcome, Message: "the email " + made.ID + " was made, and publishing it failed", Err: err}
	}
	return made.ID, nil
}

func (h emails) publish(ctx context.Context, id string) error {
	return h.t.call(ctx, http.MethodPost, emailPath(id)+"/publish", nil, nil, nil)
}

func (h emails) update(ctx context.Context, c targets.Change, _ resource.Object) error {
	if err := h.t.call(ctx, http.MethodPatch, emailPath(c.Prior.ID), nil, written(c), nil); err != nil {
		return err
	}
	return h.publish(ctx, c.Prior.ID)
}

func (h emails) remove(ctx context.Context, id string) error {
	return h.t.call(ctx, http.MethodDelete, emailPath(id), nil, nil, nil)
}

// mails passes on the automated e-mails whose mark is wanted, page by page.
func (t *Target) mails(ctx context.Context, wanted func(mark string) bool, pass func([]resource.Object) error) error {
	return t.letters(ctx, func(l letter) (resource.Object, bool) {
		o := mail(l)
		return o, l.Type != batch && wanted(o.Mark)
	}, pass)
}

// letters passes on what is chosen of the e-mails, page by page.
func (t *Target) letters(ctx context.Context, choose func(letter) (resource.Object, bool), pass func([]resource.Object) error) error {
	var once rest.Once
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		query := url.Values{"limit": {"100"}}
		if place != "" {
			query.Set("after", place)
		}
		var page struct {
			Results []letter `json:"results"`
			Paging  struct {
				Next struct {
					After string `json:"after"`
				} `json:"next"`
			} `json:"paging"`
		}
		if err := t.call(ctx, http.MethodGet, emailsPath, query, nil, &page); err != nil {
			return "", err
		}
		var out []resource.Object
		for _, l := range page.Results {
			if o, chosen := choose(l); once.New(l.ID) && chosen {
				out = append(out, o)
			}
		}
		if len(out) > 0 {
			if err := pass(out); err != nil {
				return "", err
			}
		}
		return page.Paging.Next.After, nil
	})
}
