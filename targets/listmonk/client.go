// Package listmonk is listmonk as a platform: consents as lists, service
// messages as transactional templates, one-off journeys as campaigns.
//
// # What it holds
//
//	consent     a list, ours or one that the project names (consents = { news = "Newsletter" })
//	touchpoint  of a service purpose: a transactional template, which the customer's systems send;
//	            of a marketing purpose: inside the campaign that sends it
//	journey     a one-off with one send: a campaign, scheduled when it is switched on
//	segment     nothing: its condition is written into the campaigns that are for it, and
//	            counted with listmonk's own query over subscribers
//
// listmonk sends a campaign to the union of its lists, and has no condition
// beside them. A list for a segment would have to be filled by moving people,
// would be as old as its last filling, and would take the unsubscribe that
// belongs to the consent. So a campaign goes to the list of the consent that
// covers it, and its text begins with a guard that decides for each subscriber
// at the moment of the send: a message whose template fails is not sent. See
// gate.go.
//
// # Events and attributes
//
// Subscribers have an object of attributes. An event is a list in it,
//
//	{"orders": [{"at": "2026-11-02T10:00:00Z", "amount": 120.5}]}
//
// under the name that the platform block gives the event. What happened is put
// there by the customer's systems, as every attribute is.
//
// # Marks
//
// Names are not unique: the same name twice makes two lists. Ownership is in
// the tags of lists and campaigns and in the source of a template's body, which
// transactional templates do not use.
//
// # What is taken back
//
// The unsubscribe link of a mail names its campaign, and does nothing once that
// is gone; the subscriptions to a list are the record of who said yes and no,
// and go with it. A campaign that was sent and a list with people on it are
// therefore let go and not deleted: they lose their mark, the list is archived.
package listmonk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Target is one server.
type Target struct {
	client *rest.Client // nil before Configure
	now    time.Time
}

// New makes an unconfigured target.
func New() targets.Target { return &Target{} }

var _ targets.Factory = New

// Configure reads the address and the credentials. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	said := map[string]string{}
	for _, name := range []string{"user", "token"} {
		value, err := c.Need(name)
		if err != nil {
			return err
		}
		said[name] = value
	}
	base, err := rest.Endpoint(c, "")
	if err != nil {
		return err
	}
	t.now = c.Now
	t.client = &rest.Client{
		Base: base, Name: c.Platform.Name, Secrets: []string{said["token"]}, Dialect: dialect{},
		Header: http.Header{"Authorization": {"token " + said["user"] + ":" + said["token"]}},
	}
	return nil
}

// dialect reads {"message": "..."}.
type dialect struct{}

// enum is what the database says of a word that it does not have.
var enum = regexp.MustCompile(`invalid input value for enum (?:list_|campaign_|template_|subscriber_)?(\w+): "([^"]*)"`)

// permission is what it says of credentials that lack a right.
var permission = regexp.MustCompile(`(?i)permission denied:?\s*(\S+:\S+)`)

// Problem takes apart what an answer says. A word that the database does not
// have is a 500 with the database's own message; nothing was done then.
func (dialect) Problem(status int, body []byte) rest.Problem {
	var said struct{ Message string }
	if json.Unmarshal(body, &said) != nil || said.Message == "" {
		return rest.Problem{}
	}
	if word := enum.FindStringSubmatch(said.Message); word != nil {
		return rest.Problem{Message: fmt.Sprintf("%q is not a word that it knows here", word[2]), Path: word[1], Kind: targets.Rejected}
	}
	if status == http.StatusForbidden || status == http.StatusUnauthorized {
		if right := permission.FindStringSubmatch(said.Message); right != nil {
			return rest.Unallowed("the role of the API user lacks the right "+right[1], "")
		}
		return rest.Unaccepted("the user and the token, of which listmonk makes new ones under Users", said.Message)
	}
	return rest.Problem{Message: said.Message}
}

// envelope is what every answer is wrapped in.
type envelope[T any] struct {
	Data T `json:"data"`
}

// call makes a call and takes its data.
func call[T any](ctx context.Context, t *Target, c rest.Call) (T, error) {
	var answer envelope[T]
	c.Into = &answer
	err := t.client.Do(ctx, c)
	return answer.Data, err
}

// absent tells whether the answer to a read of one object says that it is not
// there: listmonk answers 400 for that, in the language of its installation.
func absent(err error) bool {
	return rest.Status(err) == http.StatusBadRequest || rest.Gone(err)
}

// Identity is the address that the installation says of itself.
func (t *Target) Identity(ctx context.Context) (string, error) {
	c, err := t.config(ctx)
	if err != nil {
		return "", err
	}
	return "listmonk at " + strings.TrimSuffix(c.RootURL, "/"), nil
}

// config is what the installation says of itself.
type config struct {
	RootURL    string   `json:"root_url"`
	FromEmail  string   `json:"from_email"`
	Messengers []string `json:"messengers"`
}

func (t *Target) config(ctx context.Context) (config, error) {
	return call[config](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/config"})
}

// Upgrade brings attributes to the present version, which is the first.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return targets.Present(kinds, kind, attributes, from)
}

// Close has nothing to end.
func (t *Target) Close() error { return nil }

// Explain says what holds for each send of a one-off: what listmonk asks of the
// subscription, and what the guard in front of the text asks.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	out := ir.Enforcement{Sends: true, Staleness: staleness, DetectionDelay: types.Span{Amount: 10, Unit: types.Second}}
	a, _ := read(p, platform)
	zone, err := time.LoadLocation(p.Project.Timezone)
	if err != nil {
		return out
	}
	g := guarding{program: p, platform: platform, account: a, zone: zone}
	for _, address := range p.Placed(platform.Address) {
		j, is := ir.Find(p.Journeys, address)
		o, misfit := g.oneOffOf(j)
		if !is || misfit != nil {
			continue
		}
		to, why, _ := g.audienceOf(o)
		if why != "" {
			continue
		}
		purpose, _ := ir.Find(p.Purposes, o.touchpoint.Purpose)
		out.Gates = append(out.Gates, ir.Gate{Send: o.step(), Channel: a.email, Condition: to.gates(purpose)})
		for _, asked := range g.whom(o) {
			out.Gates = append(out.Gates, ir.Gate{Send: o.step(), Channel: a.email, Condition: asked, Inserted: true})
		}
	}
	return out
}
