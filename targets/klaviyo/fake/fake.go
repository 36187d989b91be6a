// Package fake is a stand-in for Klaviyo, with state, for tests.
//
// It behaves as Klaviyo documents its API of revision 2026-07-15, quirks
// included: pages of 10, a revision in every call, names that need not be
// unique, flows of which only the status can be changed, messages that keep a
// copy of their template, defaults that come back though nobody wrote them,
// campaigns that go out at once where their instant has passed, and conditions
// that leave out whoever has no value. It knows nothing of how
// programs are lowered.
package fake

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
)

// Account is one account at Klaviyo. Its fields may be changed between calls,
// inside Server.Do.
type Account struct {
	*fake.Server
	ID       string
	Key      string
	Lacks    []string // scopes that the key does not have: "segments:write"
	Objects  map[string][]*Object
	Metrics  []Metric
	Profiles []*Profile
	Mails    []Mail   // what campaigns sent; see Due
	Letters  []Letter // what flows sent; see Happen and Advance
	Now      time.Time
	// Stuck has every list end with a link to its first page.
	Stuck bool
	// Deaf has writes answered with success and not done.
	Deaf bool
	// Backwards has flows notice things in the other order: Klaviyo does not say
	// which goes first.
	Backwards bool

	minted  int
	runs    []*run
	entered map[string]time.Time // by flow and profile: when it last did
}

// Object is a list, a segment, a template, a flow, a campaign, the message of one
// or a tag.
type Object struct {
	ID         string
	Attributes map[string]any
	Tags       []string // ids, of a flow
	Hidden     bool     // a copy that a message keeps, which no list shows
	Updated    int      // how often it was written
}

// Metric is something that happens to profiles.
type Metric struct{ ID, Name, Integration string }

// Serve starts an account that has the metrics that Klaviyo makes by itself.
func Serve(t testing.TB, id, key string, rates []targets.Rate) *Account {
	a := &Account{ID: id, Key: key, Objects: map[string][]*Object{}, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
	for _, name := range []string{
		"Received Email", "Opened Email", "Clicked Email", "Bounced Email", "Marked Email as Spam", "Unsubscribed from Email Marketing",
		"Received SMS", "Clicked SMS", "Failed to Deliver SMS", "Unsubscribed from SMS Marketing",
	} {
		a.AddMetric(name, "Klaviyo")
	}
	a.Server = fake.Serve(t, fake.Options{
		Routes: a.routes(), Admit: a.admit, Problem: problem, Rates: rates, Now: func() time.Time { return a.Now },
	})
	return a
}

// AddMetric makes a metric and returns its id.
func (a *Account) AddMetric(name, integration string) string {
	id := a.mint()
	a.Metrics = append(a.Metrics, Metric{id, name, integration})
	return id
}

// Add makes an object as somebody does in the pages of the account.
func (a *Account) Add(kind string, attributes map[string]any) *Object {
	o := &Object{ID: a.mint(), Attributes: attributes}
	a.touch(o)
	a.Objects[kind] = append(a.Objects[kind], o)
	return o
}

func (a *Account) mint() string {
	a.minted++
	return fmt.Sprintf("%s%04d", strings.ToUpper(a.ID[:1]), a.minted)
}

// touch moves the date of the last change.
func (a *Account) touch(o *Object) {
	o.Updated++
	at := a.Now.Add(time.Duration(o.Updated) * time.Second).Format(time.RFC3339)
	_, campaign := o.Attributes["audiences"]
	if definition, _ := o.Attributes["definition"].(map[string]any); campaign || definition["channel"] != nil { // which have another name for it
		o.Attributes["updated_at"] = at
		return
	}
	o.Attributes["updated"] = at
}

// Find is an object by its id.
func (a *Account) Find(kind, id string) *Object {
	for _, o := range a.Objects[kind] {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// admit lets in who has the key, the rights and a revision.
func (a *Account) admit(r *http.Request) *fake.Reply {
	refuse := func(status int, title, detail string) *fake.Reply {
		return &fake.Reply{Status: status, Body: errors(title, detail, "")}
	}
	if r.Header.Get("Authorization") != "Klaviyo-API-Key "+a.Key {
		return refuse(http.StatusUnauthorized, "not_authenticated", "Incorrect authentication credentials.")
	}
	if r.Header.Get("Revision") == "" {
		return refuse(http.StatusBadRequest, "invalid", "A revision header is required.")
	}
	right := "read"
	if r.Method != http.MethodGet {
		right = "write"
	}
	scope := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/"), "/")[0] + ":" + right
	if strings.HasPrefix(scope, "campaign-") {
		scope = "campaigns:" + right
	}
	for _, lacking := range a.Lacks {
		if lacking == scope {
			return refuse(http.StatusForbidden, "permission_denied", "You do not have permission to perform this action: "+scope)
		}
	}
	return nil
}

func problem(status int, message, path string) any {
	pointer := ""
	if path != "" {
		pointer = "/" + strings.ReplaceAll(path, ".", "/")
	}
	return errors(http.StatusText(status), message, pointer)
}

// errors is the body of a refusal as JSON:API has it.
func errors(title, detail, pointer string) any {
	e := map[string]any{"id": "4f1c", "code": "invalid", "title": title, "detail": detail}
	if pointer != "" {
		e["source"] = map[string]string{"pointer": pointer}
	}
	return map[string]any{"errors": []any{e}}
}
