// Package notifuse is Notifuse as a platform: consents as lists, segments as
// trees, messages as templates with Liquid, journeys as automations.
//
// What it holds of a project, and how:
//
//	consent.news         a list, unless the platform block names the account's own
//	segment.vip          a segment: a tree of and, or and leaves (condition.go)
//	touchpoint.welcome   a template with a text for each language (template.go)
//	journey.welcome      an automation: a graph of nodes behind a trigger (automation.go, trigger.go)
//	journey.win_back     with an instant, a broadcast and the segment of those who get it (oneoff.go)
//
// What goes by another channel than e-mail is handed to an address that automations
// call (sender.go); what only people set in a workspace is a step by hand (hand.go).
//
// Everything that it makes carries its ownership mark in its id, which whoever
// creates an object chooses (id.go). The consent rules stand as nodes of ours
// before every send, because what the platform asks itself is not enough
// (gate.go).
//
// The API says little about what it does not accept: a bare 500 stands for an
// id that was used before, for a tree that it cannot read, for a workspace that
// is not ours. So writes are checked by reading: a tree is tried out before it
// is stored, a creation that failed is looked for, and what a 200 changed is
// read back (write.go).
package notifuse

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Target is one workspace of one server.
type Target struct {
	platform string // its address in the project, for errors
	asked    string // the workspace that the block names; "" is the key's only one
	client   *rest.Client
	secret   string    // that the addresses which automations call are shown; "" for none
	now      time.Time // of the run
	wait     rest.Wait // between looks at something that is not ready; nil is time itself

	mu        sync.Mutex
	workspace *workspace // nil before the first call
}

// New makes an unconfigured target.
func New() targets.Target { return &Target{} }

// Waiting makes unconfigured targets that let time pass in another way, for tests.
func Waiting(wait rest.Wait) targets.Factory {
	return func() targets.Target { return &Target{wait: wait} }
}

var (
	_ targets.Factory = New
	_ targets.Insider = (*Target)(nil)
)

// Configure reads where the server is and the key. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	base, err := rest.Endpoint(c, "")
	if err != nil {
		return err
	}
	key, err := c.Need("api_key")
	if err != nil {
		return err
	}
	if t.asked, _, err = c.Text("workspace"); err != nil {
		return err
	}
	secrets, shown := []string{key}, false
	if t.secret, shown, err = c.Text("webhook_secret"); err != nil {
		return err
	}
	if shown {
		secrets = append(secrets, t.secret)
	}
	t.platform, t.now = c.Platform.Address, c.Now
	t.client = &rest.Client{
		Base: base, Name: c.Platform.Name, Header: http.Header{"Authorization": {"Bearer " + key}}, Secrets: secrets, Dialect: dialect{}, Wait: t.wait,
	}
	return nil
}

// Close has nothing to end.
func (t *Target) Close() error { return nil }

// Identity names the workspace and when it was made, so that another one with
// the same id on another server is noticed.
func (t *Target) Identity(ctx context.Context) (string, error) {
	w, err := t.open(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, made %s", w.ID, w.CreatedAt.UTC().Format(time.RFC3339Nano)), nil
}

// Upgrade has no older schema to bring here.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return targets.Present(kinds, kind, attributes, from)
}

// Inside reads the counters of each journey's automation. A one-off has nobody
// inside.
func (t *Target) Inside(ctx context.Context, r targets.InsideRequest) ([]targets.InsideAnswer, error) {
	all, err := t.raw(ctx, kindAutomation)
	if err != nil {
		return nil, err
	}
	people := map[string]int64{}
	for _, o := range all {
		people[word(o, "id")] = max(0, inside(o))
	}
	out := make([]targets.InsideAnswer, len(r.Journeys))
	for i, j := range r.Journeys {
		out[i].Journey = j.Journey
		for _, o := range j.Objects {
			if o.Kind == kindAutomation {
				out[i].People += int(people[o.ID])
			}
		}
	}
	return out, nil
}
