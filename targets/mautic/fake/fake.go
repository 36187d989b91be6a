// Package fake is a stand-in for Mautic, with state, for tests.
//
// It behaves as Mautic 5 does, quirks included: lists that are maps by id, or
// empty lists when there is nothing, pages that are counted, form fields that
// make texts of numbers and nothing of false, negative filters that let through
// whoever has no value, filters that are merged when a segment is built,
// texts that are compared without regard to case and accents. It knows nothing of
// how programs are lowered.
package fake

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/fake"
)

// Installation is one Mautic. Its fields may be changed between calls, inside
// Server.Do.
type Installation struct {
	*fake.Server
	User, Password, Token string
	Lacks                 []string // what the role may not do: "segments:write", "campaigns:publish"
	Closed                bool     // the API is switched off
	Objects               map[string][]*Object
	Fields                []Field
	Contacts              []*Contact
	Now                   time.Time
	Stays                 map[int][]*Stay   // by campaign; see Pass
	Log                   map[int][]*Passed // by campaign
	// Crowd is how many contacts each campaign, and rows its log, has besides.
	Crowd int
	// Blind has the role not see contacts, of which tables say with success that
	// they cannot be read.
	Blind bool
	// Stuck has every page be the first one.
	Stuck bool
	// Deaf has writes answered with success and not done.
	Deaf bool

	minted int
}

// Object is a segment, an e-mail, a text message or a campaign.
type Object struct {
	ID         int
	Attributes map[string]any
	Updated    int // how often it was edited
}

// Field is a field of contacts.
type Field struct{ Alias, Type string }

// core are the fields that every installation has.
var core = []Field{
	{"title", "lookup"}, {"firstname", "text"}, {"lastname", "text"}, {"email", "email"}, {"mobile", "tel"}, {"phone", "tel"},
	{"country", "country"}, {"points", "number"}, {"preferred_locale", "locale"},
}

// Contact is a person.
type Contact struct {
	ID     string
	Values map[string]any // string, float64, bool, time.Time
	// Barred is the do-not-contact record by channel ("email", "sms"): bounced,
	// unsubscribed or manual.
	Barred map[string]string
	// Reads is what they do with e-mails in time: "email.open 4" is that they open
	// the e-mail with that id.
	Reads map[string]bool
}

// Serve starts an installation.
func Serve(t testing.TB, user, password string) *Installation {
	i := &Installation{User: user, Password: password, Objects: map[string][]*Object{}, Fields: append([]Field(nil), core...),
		Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
	i.Server = fake.Serve(t, fake.Options{Routes: i.routes(), Admit: i.admit, Problem: problem, Now: func() time.Time { return i.Now }})
	return i
}

// Add makes an object as somebody does in the pages of the installation.
func (i *Installation) Add(kind string, attributes map[string]any) *Object {
	i.minted++
	o := &Object{ID: i.minted, Attributes: attributes}
	o.Attributes["id"] = o.ID
	o.Attributes["dateAdded"] = i.Now.Format(time.RFC3339)
	if o.Attributes["isPublished"] == nil {
		o.Attributes["isPublished"] = true
	}
	i.Objects[kind] = append(i.Objects[kind], o)
	return o
}

// touch moves the date of the last change.
func (i *Installation) touch(o *Object) {
	o.Updated++
	o.Attributes["dateModified"] = i.Now.Add(time.Duration(o.Updated) * time.Second).Format(time.RFC3339)
}

// admit lets in who has the credentials and the permission.
func (i *Installation) admit(r *http.Request) *fake.Reply {
	refuse := func(status int, message string) *fake.Reply {
		return &fake.Reply{Status: status, Body: problem(status, message, "")}
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(i.User+":"+i.Password))
	switch got := r.Header.Get("Authorization"); {
	case i.Closed:
		return refuse(http.StatusForbidden, "API is not enabled on this account.")
	case i.Token != "" && strings.HasPrefix(got, "Bearer ") && got != "Bearer "+i.Token:
		return &fake.Reply{Status: http.StatusUnauthorized, Body: map[string]any{"error": "invalid_grant", "error_description": "The access token provided has expired."}}
	case got != basic && (i.Token == "" || got != "Bearer "+i.Token):
		return refuse(http.StatusUnauthorized, "API authorization denied.")
	}
	right := "read"
	if r.Method != http.MethodGet {
		right = "write"
	}
	scope := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/"), "/")[0] + ":" + right
	for _, lacking := range i.Lacks {
		if lacking == scope {
			return refuse(http.StatusForbidden, "You do not have access to the requested area/action.")
		}
	}
	return nil
}

// problem is the body of a refusal.
func problem(status int, message, path string) any {
	details := any([]any{})
	if path != "" {
		details = map[string]any{strings.Split(path, ".")[0]: []string{message}}
	}
	return map[string]any{"errors": []any{map[string]any{"code": status, "message": message, "details": details, "type": nil}}}
}
