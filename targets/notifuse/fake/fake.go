// Package fake is a stand-in for Notifuse, with state, for tests.
//
// It is written from the platform's public API and from what was measured on a
// server, and knows nothing of how programs are lowered. What it does like the
// platform, on purpose:
//
//   - whoever creates an object chooses its id, and the id of a deleted object
//     is never free again;
//   - what it does not accept, a duplicate and a workspace that is not the key's
//     are answered with a bare 500; an id of a template that exists with 400;
//   - an update of an automation that was deleted is answered with 200;
//   - a status inside an update of an automation is stored and starts nothing:
//     only activate makes the trigger that lets people in, and pause drops it;
//   - conditions in a trigger are accepted, and activate fails;
//   - the events of messages that a trigger may name never happen: the timeline
//     calls them otherwise;
//   - a segment is being built for a while after each write, and one that is
//     deleted meanwhile comes back;
//   - a filter on the fields of an event cannot be carried out;
//   - the title and the preview inside a template's source are written by it;
//   - a contact that was removed from a list still counts in conditions, and not
//     for a node that asks for the status;
//   - an automation asks for the status on its list only before templates of the
//     categories marketing and blog, and lets through who is not on it;
//   - who is in a segment is worked out when it was written, and for a contact 15
//     seconds after something happened to them. As time passes people come in and
//     nobody goes, and when nobody fulfils its words everybody stays who was in. A
//     contact whom an automation would be let in for then neither comes nor goes:
//     the queue waits for itself;
//   - only a draft of a broadcast can be scheduled, what is scheduled can be called
//     off and not taken back, and an instant that has passed is at once;
//   - a broadcast goes to whoever is on its list, pending and removed contacts too,
//     and is in one of its segments.
package fake

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	stand "github.com/trayecto/trayecto/targets/fake"
)

// Platform is one server with its workspaces.
type Platform struct {
	*stand.Server
	Clock time.Time // of the platform; a test moves it

	keys       map[string]string // workspace by key
	workspaces map[string]*Workspace
}

// Workspace is one account.
type Workspace struct {
	ID       string
	Key      string
	Language string // the default
	Provider string // the kind of what sends marketing e-mail, "" for none chosen
	Tracking bool   // opens and clicks are noted
	made     time.Time

	platform *Platform
	objects  map[string]map[string]*object // by noun and id, deleted ones too
	order    int
	contacts map[string]*Contact
	runs     []*run
	entered  map[string]bool               // automation and contact, of triggers that fire once
	triggers map[string]bool               // automations that have one
	members  map[string]map[string]float64 // who is in a segment, by address, and by which version of it
	queue    map[string]queued             // contacts to whom something happened

	Sent   []Message // what went out, in order
	Called []Call    // which addresses automations called
	Batch  int       // how many a broadcast reaches in a minute; 0: everybody at once

	Denied []string // what the key may not write: "segments"
	Stuck  bool     // every page is the first one
	Deaf   bool     // an update is answered with success and not done
}

// object is a stored one, as the API shows it.
type object struct {
	body    map[string]any
	deleted bool
	made    int // in which order
	looks   int // how often a segment is still seen being built
}

// Message is an e-mail that went out.
type Message struct {
	To, Template, Language string
	Subject, Source        string
	At                     time.Time
}

// Call is an address that an automation called.
type Call struct {
	URL, Contact, Node string
}

// New starts a server.
func New(t testing.TB, now time.Time) *Platform {
	t.Helper()
	p := &Platform{Clock: now, keys: map[string]string{}, workspaces: map[string]*Workspace{}}
	p.Server = stand.Serve(t, stand.Options{
		Routes: p.routes(), Admit: p.admit,
		Problem: func(_ int, message, _ string) any { return map[string]any{"error": message} },
		Now:     func() time.Time { return p.Clock },
	})
	return p
}

// Workspace makes a workspace with the list that a new one has.
func (p *Platform) Workspace(id, language string) *Workspace {
	w := &Workspace{
		ID: id, Key: "key-of-" + id + "-0123456789", Language: language, Provider: "ses", Tracking: true, platform: p, made: p.Clock.Add(time.Duration(len(p.keys)) * time.Second),
		objects: map[string]map[string]*object{"lists": {}, "segments": {}, "templates": {}, "automations": {}, "broadcasts": {}}, contacts: map[string]*Contact{},
		entered: map[string]bool{}, triggers: map[string]bool{}, members: map[string]map[string]float64{}, queue: map[string]queued{},
	}
	p.Do(func() {
		p.keys[w.Key], p.workspaces[id] = id, w
		w.put("lists", map[string]any{"id": "test", "name": "Test List", "is_public": false, "is_double_optin": false})
	})
	return w
}

// Expire has the key of a workspace let nobody in any more.
func (p *Platform) Expire(w *Workspace) {
	p.Do(func() { delete(p.keys, w.Key) })
}

func (p *Platform) admit(r *http.Request) *stand.Reply {
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if _, ok := p.keys[key]; ok {
		return nil
	}
	return &stand.Reply{Status: http.StatusUnauthorized, Body: map[string]any{"error": "Invalid token: token is malformed"}}
}

func (p *Platform) routes() []stand.Route {
	routes := []stand.Route{
		{Method: "GET", Path: "/api/user.me", Handle: p.me},
		{Method: "GET", Path: "/api/broadcasts.list", Handle: p.in(func(w *Workspace, r *stand.Request) stand.Reply { return w.list("broadcasts", r) })},
		{Method: "POST", Path: "/api/broadcasts.create", Schema: "notifuse/broadcast.json", Handle: p.in((*Workspace).draw)},
		{Method: "POST", Path: "/api/broadcasts.update", Schema: "notifuse/broadcast.json", Handle: p.in((*Workspace).redraw)},
		{Method: "POST", Path: "/api/broadcasts.schedule", Schema: "notifuse/schedule.json", Handle: p.in((*Workspace).schedule)},
		{Method: "POST", Path: "/api/segments.preview", Schema: "notifuse/preview.json", Handle: p.in((*Workspace).preview)},
		{Method: "POST", Path: "/api/automations.activate", Schema: "notifuse/switch.json", Handle: p.in((*Workspace).activate)},
		{Method: "POST", Path: "/api/automations.pause", Schema: "notifuse/switch.json", Handle: p.in((*Workspace).pause)},
	}
	for _, verb := range []string{"pause", "resume", "cancel", "delete"} {
		routes = append(routes, stand.Route{Method: "POST", Path: "/api/broadcasts." + verb, Schema: "notifuse/object.json",
			Handle: p.in(func(w *Workspace, r *stand.Request) stand.Reply { return w.tell(verb, text(r.Body, "id")) })})
	}
	for _, noun := range []string{"lists", "segments", "templates", "automations"} {
		body, gone := "notifuse/"+strings.TrimSuffix(noun, "s")+".json", "notifuse/object.json"
		if noun == "automations" {
			gone = "notifuse/switch.json"
		}
		routes = append(routes,
			stand.Route{Method: "GET", Path: "/api/" + noun + ".list", Handle: p.in(func(w *Workspace, r *stand.Request) stand.Reply { return w.list(noun, r) })},
			stand.Route{Method: "POST", Path: "/api/" + noun + ".create", Schema: body, Handle: p.in(func(w *Workspace, r *stand.Request) stand.Reply { return w.create(noun, r) })},
			stand.Route{Method: "POST", Path: "/api/" + noun + ".update", Schema: body, Handle: p.in(func(w *Workspace, r *stand.Request) stand.Reply { return w.update(noun, r) })},
			stand.Route{Method: "POST", Path: "/api/" + noun + ".delete", Schema: gone, Handle: p.in(func(w *Workspace, r *stand.Request) stand.Reply { return w.remove(noun, r) })},
		)
	}
	return routes
}

func (p *Platform) me(r *stand.Request) stand.Reply {
	w := p.workspaces[p.keys[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]]
	settings := map[string]any{"default_language": w.Language, "timezone": "Europe/Madrid", "email_tracking_enabled": w.Tracking}
	integrations := []any{map[string]any{"id": "i0", "name": "unused", "type": "email", "email_provider": map[string]any{"kind": "mailgun", "senders": []any{}}}}
	if w.Provider != "" {
		settings["marketing_email_provider_id"] = "i1"
		integrations = append(integrations, map[string]any{"id": "i1", "name": w.Provider, "type": "email", "email_provider": map[string]any{
			"kind": w.Provider, "senders": []any{map[string]any{"email": "hello@example.test", "is_default": true}}}})
	}
	return stand.Reply{Body: map[string]any{"user": map[string]any{"id": "u1"}, "workspaces": []any{map[string]any{
		"id": w.ID, "name": w.ID, "created_at": w.made, "settings": settings, "integrations": integrations,
	}}}}
}

// in finds the workspace of a call; another one than the key's is a bare 500.
func (p *Platform) in(handle func(*Workspace, *stand.Request) stand.Reply) func(*stand.Request) stand.Reply {
	return func(r *stand.Request) stand.Reply {
		asked := r.URL.Query().Get("workspace_id")
		if r.Body != nil {
			asked, _ = r.Body["workspace_id"].(string)
		}
		if mine := p.keys[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]; mine != asked || p.workspaces[asked] == nil {
			return failed("it did not work")
		}
		noun, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/"), ".")
		if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, ".preview") && slices.Contains(p.workspaces[asked].Denied, noun) {
			return stand.Reply{Status: http.StatusForbidden, Body: map[string]any{"error": "Insufficient permissions: write access to " + noun + " required"}}
		}
		return handle(p.workspaces[asked], r)
	}
}

// failed is how the platform says no to nearly everything.
func failed(what string) stand.Reply {
	return stand.Reply{Status: http.StatusInternalServerError, Body: map[string]any{"error": "Failed to " + what}}
}

func done(noun string, o map[string]any) stand.Reply {
	return stand.Reply{Body: map[string]any{strings.TrimSuffix(noun, "s"): o}}
}

var success = stand.Reply{Body: map[string]any{"success": true}}

// number reads a query's number.
func number(r *stand.Request, name string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(name))
	return n
}

func text(m map[string]any, name string) string {
	s, _ := m[name].(string)
	return s
}

func inner(m map[string]any, name string) map[string]any {
	in, _ := m[name].(map[string]any)
	return in
}
