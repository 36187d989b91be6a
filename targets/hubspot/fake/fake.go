// Package fake is a stand-in for HubSpot, with state, for tests.
//
// It behaves as HubSpot documents its API, quirks included: names of lists that
// are unique, searches that show no filters, versions that are counted and not
// checked, fields that come back though nobody wrote them, operators of which
// the contract says nothing, negative ones that let in whoever has no value
// unless told otherwise, and definitions of subscriptions that nobody can write.
// It knows nothing of how programs are lowered.
package fake

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
)

// Account is one account at HubSpot. Its fields may be changed between calls,
// inside Server.Do.
type Account struct {
	*fake.Server
	ID            int64
	Token         string
	Expired       bool     // the token was right once
	Lacks         []string // scopes that the token does not have: "crm.lists.write"
	Lists         []*List
	Deleted       []*List // that can be restored
	Emails        []*Email
	Flows         []*Flow
	Events        []Named
	Properties    []string
	Subscriptions []Named
	Contacts      []*Contact
	Owners        []Owner
	Zone          string // of the account: "Europe/Madrid"
	Now           time.Time
	Sent          []Sent // what went out
	Did           []Done // what the team's side was made to do
	// Backwards has workflows notice things in the other order: HubSpot does not
	// say which goes first.
	Backwards bool
	// Draw says on which of so many ways chance puts a contact; nil for a hash.
	Draw func(ways int) int
	// Filling is how often a new list is read before it is worked out.
	Filling int
	// Counted is what the counters of every workflow have besides.
	Counted map[string]int
	// Stuck has a search say for ever that there is more, from the same place.
	Stuck bool
	// Deaf has edits answered with success and not done.
	Deaf bool

	minted int
	runs   []*run

	happened int // events so far
}

// List is a list of contacts.
type List struct {
	ID, Name   string
	Processing string // "DYNAMIC", "MANUAL"
	Version    int
	Filters    map[string]any // nil for a manual one

	filling int // reads until it is worked out
}

// Owner is somebody of the team.
type Owner struct {
	ID, Email string
	User      int64
}

// Named is something that a name stands for.
type Named struct{ ID, Name string }

// Serve starts an account that has the properties that HubSpot makes by itself.
func Serve(t testing.TB, id int64, token string, rates []targets.Rate) *Account {
	a := &Account{
		ID: id, Token: token, Zone: "Europe/Madrid", Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
		Properties: []string{"hs_object_id", "email", "phone", "firstname", "lastname", "hs_language", "hs_email_optout", "hs_email_hard_bounce_reason_enum"},
	}
	a.Server = fake.Serve(t, fake.Options{
		Routes: slices.Concat(a.routes(), a.emailRoutes(), a.flowRoutes()), Admit: a.admit, Problem: problem, Rates: rates, Now: func() time.Time { return a.Now },
	})
	return a
}

func (a *Account) mint() string {
	a.minted++
	return fmt.Sprint(a.minted)
}

// AddEvent makes a custom event and returns the id of its type.
func (a *Account) AddEvent(name string) string {
	id := "6-" + a.mint()
	a.Events = append(a.Events, Named{id, name})
	return id
}

// AddSubscription makes a subscription type and returns its id.
func (a *Account) AddSubscription(name string) string {
	id := a.mint()
	a.Subscriptions = append(a.Subscriptions, Named{id, name})
	return id
}

// Add makes a list as somebody does in the pages of the account.
func (a *Account) Add(name, processing string, filters map[string]any) *List {
	l := &List{ID: a.mint(), Name: name, Processing: processing, Version: 1, Filters: filters}
	a.Lists = append(a.Lists, l)
	return l
}

// Find is a list by its id.
func (a *Account) Find(id string) *List {
	for _, l := range a.Lists {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// scopes are the rights that calls need, by the beginnings of their paths.
var scopes = []struct{ path, reading, writing string }{
	{"/crm/v3/lists/search", "crm.lists.read", "crm.lists.read"},
	{"/crm/v3/lists", "crm.lists.read", "crm.lists.write"},
	{"/crm/v3/owners", "crm.objects.owners.read", "crm.objects.owners.write"},
	{"/crm/v3/properties", "crm.schemas.contacts.read", "crm.schemas.contacts.write"},
	{"/events", "behavioral_events.event_definitions.read_write", "behavioral_events.event_definitions.read_write"},
	{"/communication-preferences", "communication_preferences.read", "communication_preferences.write"},
	{"/marketing/v3/emails", "content", "content"},
	{"/automation/v4/flows", "automation", "automation"},
	{"/account-info", "oauth", "oauth"},
}

// admit lets in who has the token and the rights.
func (a *Account) admit(r *http.Request) *fake.Reply {
	switch {
	case r.Header.Get("Authorization") != "Bearer "+a.Token:
		return &fake.Reply{Status: http.StatusUnauthorized, Body: refusal("INVALID_AUTHENTICATION", "Authentication credentials not found.", "")}
	case a.Expired:
		return &fake.Reply{Status: http.StatusUnauthorized, Body: refusal("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.", "")}
	}
	for _, s := range scopes {
		if !strings.HasPrefix(r.URL.Path, s.path) {
			continue
		}
		scope := s.writing
		if r.Method == http.MethodGet {
			scope = s.reading
		}
		for _, lacking := range a.Lacks {
			if lacking == scope {
				return &fake.Reply{Status: http.StatusForbidden, Body: refusal("MISSING_SCOPES", "This app hasn't been granted the scope "+scope+".", "")}
			}
		}
		return nil
	}
	return nil
}

func problem(status int, message, path string) any {
	category := map[int]string{http.StatusTooManyRequests: "RATE_LIMITS", http.StatusBadRequest: "VALIDATION_ERROR", http.StatusNotFound: "OBJECT_NOT_FOUND"}[status]
	return refusal(category, message, path)
}

// refusal is the body of an answer that is not a success.
func refusal(category, message, in string) map[string]any {
	out := map[string]any{"status": "error", "category": category, "correlationId": "3c5f", "message": message, "context": map[string]any{}}
	if in != "" {
		out["errors"] = []any{map[string]any{"message": message, "in": in}}
	}
	return out
}
