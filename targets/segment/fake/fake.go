// Package fake is a stand-in for Twilio Segment, with state, for tests.
//
// It behaves as Segment documents its Public API and its query language: it
// reads definitions itself and works out who is a member from profiles and
// events, pages its lists, works previews out only after they were asked for
// once, and locks an audience after an edit if it is told to. What the
// documentation leaves open, the meaning of a missing value, is a field: Nulls.
// It knows nothing of how programs are lowered.
package fake

import (
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
)

// Nulls is what a comparison makes of a value that is missing. Segment does not
// say; each of these would fit what it says.
type Nulls string

// The rules about missing values.
const (
	NullFails   Nulls = "fails"   // a comparison is false
	NullUnknown Nulls = "unknown" // it is unknown, and so is its negation
	NullEmpty   Nulls = "empty"   // the value counts as "", 0, false, or the year 1
)

// Space is one space. Its fields may be changed between calls, inside Server.Do.
type Space struct {
	*fake.Server
	ID        string
	Token     string
	Lacks     []string // paths below which the token may do nothing but read: "audiences"
	Audiences []*Audience
	Traits    []*Audience // computed traits, which are made alike
	Plans     []*Plan
	Profiles  []*Profile
	Nulls     Nulls
	Now       time.Time
	// Stuck has every list end with its first page's cursor again.
	Stuck bool
	// Deaf has writes answered with success and not done.
	Deaf bool
	// Locks has an audience refuse edits after one.
	Locks bool
	// Broken has every preview fail with this reason.
	Broken string
	// NoTraits is a workspace without the feature of computed traits.
	NoTraits bool
	// Slow has no preview ever be done.
	Slow bool

	previews map[string]*preview
	minted   int
	written  int
}

// Audience is an audience as the API has it.
type Audience struct {
	ID, Name, Description, Type, Query string
	Enabled, Locked                    bool
	Updated                            string
}

// Plan is a tracking plan.
type Plan struct {
	ID, Name string
	Rules    []*Rule
}

// Rule is one of its rules.
type Rule struct {
	Type, Key string
	Version   int
	Schema    map[string]any
	Updated   string
}

// Profile is one person. Traits and properties are string, *big.Rat, bool or
// time.Time; one that is missing has no value.
type Profile struct {
	ID     string
	Traits map[string]any
	Events []Event
}

// Event is something that a person did.
type Event struct {
	Name       string
	At         time.Time
	Properties map[string]any
}

// Number is a number as profiles have it.
func Number(text string) *big.Rat {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		panic("fake: not a number: " + text)
	}
	return n
}

// Serve starts a space.
func Serve(t testing.TB, id, token string, rates []targets.Rate) *Space {
	s := &Space{ID: id, Token: token, Nulls: NullFails, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), previews: map[string]*preview{}}
	s.Server = fake.Serve(t, fake.Options{Routes: s.routes(), Admit: s.admit, Problem: problem, Rates: rates, Now: func() time.Time { return s.Now }})
	return s
}

// AddPlan makes a tracking plan, as somebody does in the app.
func (s *Space) AddPlan(name string) *Plan {
	p := &Plan{ID: s.mint("tp"), Name: name}
	s.Plans = append(s.Plans, p)
	return p
}

// Add makes an audience, as somebody does in the app.
func (s *Space) Add(name, query string) *Audience {
	a := &Audience{ID: s.mint("aud"), Name: name, Type: "USERS", Query: query, Enabled: true, Updated: s.touch()}
	s.Audiences = append(s.Audiences, a)
	return a
}

// Find is an audience by its id.
func (s *Space) Find(id string) *Audience {
	at := slices.IndexFunc(s.Audiences, func(a *Audience) bool { return a.ID == id })
	if at < 0 {
		return nil
	}
	return s.Audiences[at]
}

// Plan is a tracking plan by its id.
func (s *Space) Plan(id string) *Plan {
	at := slices.IndexFunc(s.Plans, func(p *Plan) bool { return p.ID == id })
	if at < 0 {
		return nil
	}
	return s.Plans[at]
}

func (s *Space) mint(kind string) string {
	s.minted++
	return fmt.Sprintf("%s_%s%04d", kind, s.ID, s.minted)
}

// touch is the date of the next change.
func (s *Space) touch() string {
	s.written++
	return s.Now.Add(time.Duration(s.written) * time.Second).Format(time.RFC3339)
}

// admit lets in who has the token and the roles.
func (s *Space) admit(r *http.Request) *fake.Reply {
	if r.Header.Get("Authorization") != "Bearer "+s.Token {
		return &fake.Reply{Status: http.StatusUnauthorized, Body: problem(http.StatusUnauthorized, "Unauthenticated", "")}
	}
	if !strings.HasPrefix(r.Header.Get("Accept"), "application/vnd.segment.v1") {
		return &fake.Reply{Status: http.StatusNotAcceptable, Body: problem(http.StatusNotAcceptable, "no version of the API in Accept", "")}
	}
	for _, path := range s.Lacks {
		if r.Method != http.MethodGet && strings.Contains(r.URL.Path, path) {
			return &fake.Reply{Status: http.StatusForbidden, Body: problem(http.StatusForbidden, "You do not have permission", "")}
		}
	}
	return nil
}

// problem is the body of a refusal as the Public API has it.
func problem(status int, message, path string) any {
	e := map[string]any{"type": strings.ToLower(strings.ReplaceAll(http.StatusText(status), " ", "-")), "message": message}
	if path != "" {
		e["field"] = path
	}
	return map[string]any{"errors": []any{e}}
}
