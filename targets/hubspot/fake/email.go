package fake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trayecto/trayecto/targets/fake"
)

// Email is a marketing e-mail.
type Email struct {
	ID      string
	Body    map[string]any
	Written int // how often
}

// emailRoutes are the calls about e-mails.
func (a *Account) emailRoutes() []fake.Route {
	route := func(method, path, schema string, handle func(*fake.Request) fake.Reply) fake.Route {
		return fake.Route{Method: method, Path: path, Schema: schema, Class: "calls", Handle: handle}
	}
	return []fake.Route{
		route("GET", "/marketing/v3/emails", "", a.emails),
		route("POST", "/marketing/v3/emails", "hubspot/email.json", a.write),
		route("GET", "/marketing/v3/emails/{id}", "", a.email(func(e *Email) fake.Reply { return fake.Reply{Body: e.shown(a)} })),
		route("PATCH", "/marketing/v3/emails/{id}", "hubspot/email.json", a.rewrite),
		route("POST", "/marketing/v3/emails/{id}/publish", "", a.email(func(e *Email) fake.Reply {
			a.publish(e)
			return fake.Reply{Status: http.StatusNoContent}
		})),
		route("POST", "/marketing/v3/emails/{id}/unpublish", "", a.email(func(e *Email) fake.Reply {
			if e.Body["state"] == "SCHEDULED" && !a.Deaf {
				e.Body["state"] = "DRAFT"
				e.Written++
			}
			return fake.Reply{Status: http.StatusNoContent}
		})),
		route("DELETE", "/marketing/v3/emails/{id}", "", a.email(func(e *Email) fake.Reply {
			a.Emails = slices.DeleteFunc(a.Emails, func(other *Email) bool { return other == e })
			return fake.Reply{Status: http.StatusNoContent}
		})),
	}
}

// publish readies an automated e-mail for workflows and schedules a regular one.
// One whose instant has passed goes out at once.
func (a *Account) publish(e *Email) {
	if e.Body["type"] != "BATCH_EMAIL" {
		e.Body["state"] = "AUTOMATED"
		return
	}
	if a.Deaf || e.Body["state"] != "DRAFT" {
		return
	}
	e.Body["state"] = "SCHEDULED"
	e.Written++
	if at, err := time.Parse(time.RFC3339, fmt.Sprint(e.Body["publishDate"])); err != nil || !at.After(a.Now) {
		a.broadcast(e)
	}
}

// shown is an e-mail in an answer, with what HubSpot adds.
func (e *Email) shown(a *Account) map[string]any {
	out := maps.Clone(e.Body)
	out["id"], out["isPublished"] = e.ID, !strings.HasSuffix(fmt.Sprint(e.Body["state"]), "DRAFT")
	out["updatedAt"] = a.Now.Add(time.Duration(e.Written) * time.Second).Format(time.RFC3339)
	return out
}

// email is a call about one e-mail.
func (a *Account) email(do func(*Email) fake.Reply) func(*fake.Request) fake.Reply {
	return func(r *fake.Request) fake.Reply {
		for _, e := range a.Emails {
			if e.ID == r.PathValue("id") {
				return do(e)
			}
		}
		return fake.Reply{Status: http.StatusNotFound, Body: refusal("OBJECT_NOT_FOUND", "Email does not exist.", "")}
	}
}

// emailsPerPage is small, so that there are pages.
const emailsPerPage = 2

func (a *Account) emails(r *fake.Request) fake.Reply {
	start, _ := strconv.Atoi(r.URL.Query().Get("after")) // none is 0
	end := min(start+emailsPerPage, len(a.Emails))
	out := []any{}
	for _, e := range a.Emails[min(start, end):end] {
		out = append(out, e.shown(a))
	}
	body := map[string]any{"results": out, "total": len(a.Emails)}
	if end < len(a.Emails) {
		body["paging"] = map[string]any{"next": map[string]any{"after": strconv.Itoa(end)}}
	}
	return fake.Reply{Body: body}
}

// typed checks the subscription type of an e-mail.
func (a *Account) typed(r *fake.Request) *fake.Reply {
	details, _ := r.Body["subscriptionDetails"].(map[string]any)
	id := fmt.Sprint(details["subscriptionId"])
	if slices.ContainsFunc(a.Subscriptions, func(s Named) bool { return s.ID == id }) {
		return nil
	}
	return &fake.Reply{Status: http.StatusBadRequest, Body: refusal("VALIDATION_ERROR", "There is no subscription "+id+".", "subscriptionDetails.subscriptionId")}
}

// addressed checks the lists that a regular e-mail is for.
func (a *Account) addressed(r *fake.Request) *fake.Reply {
	to, _ := r.Body["to"].(map[string]any)
	lists, _ := to["contactIlsLists"].(map[string]any)
	include, _ := lists["include"].([]any)
	for _, id := range include {
		if a.Find(fmt.Sprint(id)) == nil {
			return &fake.Reply{Status: http.StatusBadRequest, Body: refusal("VALIDATION_ERROR", fmt.Sprintf("There is no list %v.", id), "to.contactIlsLists.include")}
		}
	}
	return nil
}

func (a *Account) write(r *fake.Request) fake.Reply {
	for _, refused := range []*fake.Reply{a.typed(r), a.addressed(r)} {
		if refused != nil {
			return *refused
		}
	}
	e := &Email{ID: a.mint(), Body: copied(r.Body).(map[string]any), Written: 1}
	if e.Body["type"] != "BATCH_EMAIL" {
		e.Body["state"] = "AUTOMATED_DRAFT"
	}
	a.Emails = append(a.Emails, e)
	return fake.Reply{Status: http.StatusCreated, Body: e.shown(a)}
}

func (a *Account) rewrite(r *fake.Request) fake.Reply {
	if refused := a.typed(r); refused != nil {
		return *refused
	}
	return a.email(func(e *Email) fake.Reply {
		if !a.Deaf {
			maps.Copy(e.Body, copied(r.Body).(map[string]any))
			e.Written++
		}
		return fake.Reply{Body: e.shown(a)}
	})(r)
}
