// Package hubspot is one target: an account at HubSpot.
//
// # What becomes an object
//
//	segment     a dynamic list of contacts: one of several groups of filters, all of a group
//	touchpoint  an automated e-mail for each language of the project, published, which
//	            is not sent before a workflow sends it
//	journey     a workflow, made switched off and switched on afterwards; one that
//	            begins at an instant is a regular e-mail
//	consent     a subscription type, which HubSpot lets nobody write by program: it is
//	            looked up by its name
//
// What one workflow cannot say, several and lists say together (flow.go): a run
// ends because another workflow takes the contact in and ends it (leave.go); a
// wait until something holds ends because another one takes over (wait.go); and
// what has happened since a run began is written down on lists (memory.go).
//
// The name of an object is its address in the files, with our ownership mark
// behind it in brackets: lists have no place for a mark of their own. Names of
// lists are unique in an account.
//
// # What HubSpot does that we rely on
//
// A filter says itself what becomes of whoever has no value
// (includeObjectsWithNoValueSet); it is always written, and always false, which
// is the meaning that package narrow's atoms have. The operator of a filter is
// any text as far as the contract goes, so the table of those that there are is
// here (operators), and the tests hold every payload against a schema that has
// the same ones.
//
// HubSpot does not document whether comparing texts minds capital letters. An
// attribute with a set of words (enum) is compared by the internal values of
// its options, where the question does not arise.
//
// Lists notice at once what happens to a contact, and time that passes later;
// so windows need approximate = "1d".
//
// An e-mail belongs to one subscription type, and HubSpot sends it to nobody who
// opted out of that. Whoever never said yes it does not leave out.
//
// So each message of a workflow stands behind a branch that asks the rules for
// it, which Explain reports as a gate that we inserted. A regular e-mail goes to
// the list of those who fit and may.
//
// PUT replaces a workflow by what the body says: what is left out is cleared, so
// the whole of it is always sent, with the revision that was read. That a way
// leads to no action HubSpot's contract lets pass, so it is checked here.
// Workflows are made switched off; an edit is another workflow, unless people
// inside are to go on in it.
//
// HubSpot says nothing of which of two workflows goes first where one event
// concerns both. What would depend on it is refused.
package hubspot

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
	wait   rest.Wait    // between tries; nil lets time pass
	now    time.Time    // fixed for the run
}

var (
	_ targets.Target  = (*Target)(nil)
	_ targets.Insider = (*Target)(nil)
)

// New makes an unconfigured target.
func New() targets.Target { return &Target{} }

// Configure takes the token and the address. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	token, err := c.Need("token")
	if err != nil {
		return err
	}
	base, err := rest.Endpoint(c, home)
	if err != nil {
		return err
	}
	t.now = c.Now
	t.client = &rest.Client{
		Base: base, Name: c.Platform.Name, Secrets: []string{token}, Dialect: dialect{}, Wait: t.wait,
		Header: http.Header{"Authorization": {"Bearer " + token}},
	}
	return nil
}

// Close has nothing to end.
func (t *Target) Close() error { return nil }

// Upgrade knows one schema of each kind, the present one.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return targets.Present(kinds, kind, attributes, from)
}
