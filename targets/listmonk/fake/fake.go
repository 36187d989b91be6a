// Package fake is a stand-in for a listmonk server, with state, for tests.
//
// It behaves as listmonk documents and as a real server was seen to behave,
// quirks included: the same name twice makes two lists, a word that the
// database does not have is a 500 with the database's message, an unknown
// messenger that begins with email- becomes email, an unknown form of content
// becomes richtext, what is not there is a 400, a template without subject gets
// its name for one, a description cannot be made empty. Campaigns are sent as
// listmonk sends them: to the union of their lists, each subscriber's message
// rendered by Go's own template engines, and who cannot be rendered gets none.
// It knows nothing of how programs are lowered.
package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	stand "github.com/trayecto/trayecto/targets/fake"
)

// Options is what a fake is made of.
type Options struct {
	User, Token string
	Now         time.Time
	// Query counts the subscribers who fulfil a condition of SQL; nil: a fake
	// that is asked answers as a server without the right to.
	Query func(condition string, of []Subscriber, on []Subscription, lists []List) (int, error)
}

// Fake is a server with its state. Its exported methods may be called while it
// serves.
type Fake struct {
	*stand.Server
	options Options
	now     time.Time
	lacks   map[string]bool // rights that the user does not have
	last    int             // the last id

	lists         []List
	templates     []Template
	campaigns     []Campaign
	subscribers   []Subscriber
	subscriptions []Subscription
	messengers    []string
	settings      map[string]any
	outbox        []Mail
	root          string

	// Token is what lets in; Stuck has every page be the first one, and Deaf has an
	// edit of a list answered with success and not done.
	Token       string
	Stuck, Deaf bool
}

// List is one mailing list.
type List struct {
	ID          int       `json:"id"`
	Name        string    `json:"name"`
	Type        string    `json:"type"`
	Optin       string    `json:"optin"`
	Status      string    `json:"status"`
	Tags        []string  `json:"tags"`
	Description string    `json:"description"`
	Created     time.Time `json:"created_at"`
}

// Template is one template.
type Template struct {
	ID      int     `json:"id"`
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	Subject string  `json:"subject"`
	Body    string  `json:"body"`
	Source  *string `json:"body_source"`
	Default bool    `json:"is_default"`
}

// Campaign is one campaign.
type Campaign struct {
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
	Meta        map[string]any      `json:"archive_meta"`
	Started     *time.Time          `json:"started_at"`
	Lists       []CampaignList      `json:"lists"`
	ToSend      int                 `json:"to_send"`
	Sent        int                 `json:"sent"`
	Created     time.Time           `json:"created_at"`
}

// CampaignList is a list of a campaign; its ID is nil once the list is deleted.
type CampaignList struct {
	ID   *int   `json:"id"`
	Name string `json:"name"`
}

// Subscriber is one person.
type Subscriber struct {
	ID      int
	Email   string
	Name    string
	Status  string // enabled, disabled or blocklisted
	Attribs map[string]any
}

// Subscription is one person's to one list: unconfirmed, confirmed or unsubscribed.
type Subscription struct {
	Subscriber, List int
	Status           string
}

// Mail is a message that was sent.
type Mail struct {
	Campaign int // 0 for a transactional one
	To       string
	Subject  string
	Body     string
	Alt      string
}

// Serve starts a fake that holds what a new installation does.
func Serve(t testing.TB, o Options) *Fake {
	t.Helper()
	f := &Fake{options: o, Token: o.Token, now: o.Now, lacks: map[string]bool{}, messengers: []string{"email"}, settings: map[string]any{"privacy.unsubscribe_header": true, "app.send_optin_confirmation": true}}
	f.templates = []Template{{ID: f.id(), Name: "Default campaign template", Type: "campaign", Body: `<html>{{ template "content" . }}</html>`, Default: true}}
	f.Server = stand.Serve(t, stand.Options{Routes: f.routes(), Admit: f.admit, Problem: problem, Now: func() time.Time { return f.now }})
	f.root = f.URL
	return f
}

func problem(_ int, message, _ string) any { return map[string]any{"message": message} }

func (f *Fake) id() int {
	f.last++
	return f.last
}

// admit lets in who has the token. Which right a call needs is by its method
// and path.
func (f *Fake) admit(r *http.Request) *stand.Reply {
	if r.Header.Get("Authorization") != "token "+f.options.User+":"+f.Token {
		return &stand.Reply{Status: http.StatusForbidden, Body: problem(0, "invalid API credentials", "")}
	}
	if right := rightFor(r); f.lacks[right] {
		return &stand.Reply{Status: http.StatusForbidden, Body: problem(0, "Permission denied: "+right, "")}
	}
	return nil
}

func rightFor(r *http.Request) string {
	what := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/"), "/")[0]
	switch {
	case strings.HasSuffix(r.URL.Path, "/status"):
		return "campaigns:send"
	case what == "subscribers" && r.URL.Query().Get("query") != "":
		return "subscribers:sql_query"
	case what == "templates" || what == "settings":
		return what + map[bool]string{true: ":get", false: ":manage"}[r.Method == http.MethodGet]
	}
	return what + map[bool]string{true: ":get_all", false: ":manage_all"}[r.Method == http.MethodGet]
}

// Deny takes rights away from the user, such as "campaigns:send".
func (f *Fake) Deny(rights ...string) {
	f.Do(func() {
		for _, r := range rights {
			f.lacks[r] = true
		}
	})
}

func (f *Fake) routes() []stand.Route {
	get := func(path string, handle func(*stand.Request) stand.Reply) stand.Route {
		return stand.Route{Method: http.MethodGet, Path: path, Handle: handle}
	}
	write := func(method, path, schema string, handle func(*stand.Request) stand.Reply) stand.Route {
		return stand.Route{Method: method, Path: path, Schema: schema, Handle: handle}
	}
	return []stand.Route{
		get("/api/config", f.getConfig), get("/api/settings", func(*stand.Request) stand.Reply { return data(f.settings) }),
		get("/api/lists", f.getLists), get("/api/templates", func(*stand.Request) stand.Reply { return data(f.templates) }),
		get("/api/campaigns", f.getCampaigns), get("/api/campaigns/{id}", f.getCampaign), get("/api/subscribers", f.getSubscribers),
		write(http.MethodPost, "/api/lists", "listmonk/list_payload.json", f.postList),
		write(http.MethodPut, "/api/lists/{id}", "listmonk/list_payload.json", f.putList),
		write(http.MethodDelete, "/api/lists/{id}", "", f.deleteList),
		write(http.MethodPost, "/api/templates", "listmonk/template_payload.json", f.postTemplate),
		write(http.MethodPut, "/api/templates/{id}", "listmonk/template_payload.json", f.putTemplate),
		write(http.MethodDelete, "/api/templates/{id}", "", f.deleteTemplate),
		write(http.MethodPost, "/api/campaigns", "listmonk/campaign_payload.json", f.postCampaign),
		write(http.MethodPut, "/api/campaigns/{id}", "listmonk/campaign_payload.json", f.putCampaign),
		write(http.MethodPut, "/api/campaigns/{id}/status", "listmonk/status_payload.json", f.putStatus),
		write(http.MethodPut, "/api/campaigns/{id}/archive", "listmonk/archive_payload.json", f.putArchive),
		write(http.MethodDelete, "/api/campaigns/{id}", "", f.deleteCampaign),
		write(http.MethodPost, "/api/tx", "", f.postTx),
	}
}

func data(v any) stand.Reply { return stand.Reply{Body: map[string]any{"data": v}} }

func (f *Fake) refuse(status int, format string, args ...any) stand.Reply {
	return stand.Reply{Status: status, Body: problem(status, fmt.Sprintf(format, args...), "")}
}

// enum refuses a word as the database does.
func (f *Fake) enum(what, of, word string, words ...string) *stand.Reply {
	if slices.Contains(words, word) {
		return nil
	}
	reply := f.refuse(http.StatusInternalServerError, "Error creating %s: pq: invalid input value for enum %s: %q", what, of, word)
	return &reply
}

func idOf(r *stand.Request) int {
	id, _ := strconv.Atoi(r.PathValue("id")) // what is no number is not there
	return id
}

func (f *Fake) getConfig(*stand.Request) stand.Reply {
	return data(map[string]any{"root_url": f.root, "from_email": "Lists <lists@example.test>", "messengers": f.messengers})
}

// getSubscribers counts, with a condition, by the engine of the test.
func (f *Fake) getSubscribers(r *stand.Request) stand.Reply {
	condition, of := r.URL.Query().Get("query"), f.subscribers
	if id, err := strconv.Atoi(r.URL.Query().Get("list_id")); err == nil {
		of = nil
		for _, s := range f.subscriptions {
			if s.List == id {
				of = append(of, Subscriber{ID: s.Subscriber})
			}
		}
	}
	total := len(of)
	if condition != "" && condition != "TRUE" {
		if f.options.Query == nil {
			return f.refuse(http.StatusBadRequest, "Error preparing subscriber query: there is no engine for it here")
		}
		n, err := f.options.Query(condition, f.subscribers, f.subscriptions, f.lists)
		if err != nil {
			return f.refuse(http.StatusBadRequest, "Error preparing subscriber query: pq: %v", err)
		}
		total = n
	}
	return data(map[string]any{"results": make([]struct{}, min(1, total)), "total": total, "page": 1, "per_page": 1})
}

// copied is a value that shares nothing with the fake's state.
func copied[T any](v T) T {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("fake: copying state: %v", err)) // the fake's own value
	}
	var out T
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(fmt.Sprintf("fake: copying state: %v", err))
	}
	return out
}
