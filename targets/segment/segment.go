// Package segment is one target: a space at Twilio Segment, which collects what
// is known of people and tells other systems who is in which audience.
//
// # What becomes an object
//
//	segment   an audience, whose definition is a text in Segment's query language
//	person    a computed trait for each attribute that computed_traits names
//	event     a rule of a tracking plan: the JSON Schema of what the event carries
//
// A customer data platform sends nothing, so journeys, messages and actions are
// refused at their lines, and consents are said to be left out. Computed
// attributes and derived events are written out in each audience that uses them.
//
// An object is called by its address in the files (a rule by the name of its
// event), and our ownership mark is the end of its description.
//
// # What Segment does that we rely on
//
// AND binds over OR, a definition has at most 50 primary expressions, windows
// are whole hours or days. What a comparison makes of a value that is missing is
// not said for most of them, so each one asks first whether the value exists,
// and nothing is asked of an empty stream of events but whether it has at least
// so many of them. Then every rule about missing values has the same members.
//
// Windows that end in days are about the days of the calendar, and audiences
// are worked out some time after the fact: windows need approximate = "1d".
package segment

import (
	"context"
	"net/http"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// media is the version of the Public API that every call asks for; the calls
// about computed traits are in alpha only.
const (
	media = "application/vnd.segment.v1+json"
	alpha = "application/vnd.segment.v1alpha+json"
)

// Target is one space.
type Target struct {
	client *rest.Client // nil before Configure
	alpha  *rest.Client // for what is in alpha
	name   string       // "platform.cdp"
	space  string       // its id
	asked  bool         // the project asks for computed traits
	plan   string       // the name of the tracking plan; "" for none
	wait   rest.Wait    // between tries and looks; nil lets time pass
}

var _ targets.Target = (*Target)(nil)

// New makes an unconfigured target.
func New() targets.Target { return &Target{} }

// Configure takes the token, the space and the address. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	token, err := c.Need("token")
	if err != nil {
		return err
	}
	space, err := c.Need("space")
	if err != nil {
		return err
	}
	plan, _, err := c.Text("tracking_plan")
	if err != nil {
		return err
	}
	base, err := rest.Endpoint(c, home)
	if err != nil {
		return err
	}
	t.name, t.space, t.plan = c.Platform.Address, space, plan
	client := func(media string) *rest.Client {
		return &rest.Client{
			Base: base, Name: c.Platform.Name, Secrets: []string{token}, Dialect: dialect{}, Wait: t.wait,
			Header: http.Header{"Authorization": {"Bearer " + token}, "Accept": {media}, "Content-Type": {media}},
		}
	}
	t.client, t.alpha = client(media), client(alpha)
	_, t.asked = c.Platform.Config.Get("computed_traits")
	return nil
}

// Close has nothing to end.
func (t *Target) Close() error { return nil }

// Upgrade knows one schema of each kind, the present one.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return targets.Present(kinds, kind, attributes, from)
}
