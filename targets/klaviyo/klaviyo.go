// Package klaviyo is one target: an account at Klaviyo.
//
// # What becomes an object
//
//	segment      a segment: groups of conditions, one of each of which must hold
//	consent      a list, unless the platform block maps it to one that exists
//	touchpoint   an e-mail template, all languages in one; an SMS is part of its flow
//	journey      a flow, made as a draft and switched on afterwards; one that begins
//	             at an instant is a campaign to a segment of its own
//
// The name of an object is its address in the files, with our ownership mark
// behind it in brackets. Klaviyo has no place for a mark that is written together
// with the object and that another team's edit leaves alone, except tags, which
// take a second call: an object whose answer was lost would have none.
//
// # What Klaviyo does that we rely on
//
// Conditions leave out whoever has no value (since April 2023), which is the
// meaning that package narrow's atoms have. Segments notice at once what happens
// to a person, and once a day that time has passed; so windows in segments need
// approximate = "1d". Editing a segment's words makes nobody enter a flow.
//
// A flow has one trigger. Its profile filter is asked on entry and before each
// action, which is what goal and leave_if say. PATCH changes nothing but the
// status, so an edit is another flow. A wait that ends with what happens is a
// second flow that takes over (wait.go). A message keeps a copy of its template:
// an edited template makes another flow too.
//
// Klaviyo writes marketing to whoever has not unsubscribed, whether they ever
// said yes or not. So each marketing message carries the consent rules as a
// filter of its own, which Explain reports as a gate that we inserted.
package klaviyo

import (
	"context"
	"net/http"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Target is one account.
type Target struct {
	client *rest.Client // nil before Configure
	name   string       // "platform.crm"
	wait   rest.Wait    // between tries; nil lets time pass
	now    time.Time    // fixed for the run
}

var _ targets.Target = (*Target)(nil)

// New makes an unconfigured target.
func New() targets.Target { return &Target{} }

// Configure takes the key and the address. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	key, err := c.Need("api_key")
	if err != nil {
		return err
	}
	base, err := rest.Endpoint(c, home)
	if err != nil {
		return err
	}
	t.name, t.now = c.Platform.Address, c.Now
	t.client = &rest.Client{
		Base: base, Name: c.Platform.Name, Secrets: []string{key}, Dialect: dialect{}, Wait: t.wait,
		Header: http.Header{
			"Authorization": {"Klaviyo-API-Key " + key}, "Revision": {Revision},
			"Accept": {"application/vnd.api+json"}, "Content-Type": {"application/vnd.api+json"},
		},
	}
	return nil
}

// Close has nothing to end.
func (t *Target) Close() error { return nil }

// Upgrade knows one schema of each kind, the present one.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return targets.Present(kinds, kind, attributes, from)
}
