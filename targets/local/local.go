// Package local is one target: an embedded platform in one SQLite file.
//
// It holds everything that the language has and writes to nobody, so that a
// project can be planned, applied, tested and taken back without an account
// anywhere. It plays by the rules of a real platform: it mints its own ids, it
// keeps journeys off until they are switched on, it refuses ids that it does
// not know and it notices when someone else changed an object.
//
// # What becomes an object
//
// Every declaration that says what happens to people is one object with the
// role "": purposes, channels, consents, regimes, exclusions, calendars,
// pressure, controls, segments, links, parts, touchpoints, actions, moments and
// journeys. A touchpoint is also one template for each language, with the roles
// "template.es", "template.en". The words that these are made of (the person,
// objects, events, phases, personas) have no object of their own: what is said
// of them stands under "with" in each object that rests on it, so that a change
// of theirs changes every object whose meaning it touches.
//
// # Attributes
//
// Beside the arguments that a reader knows from the files, an object has
//
//	ids      the objects that it is built on, by address, each the id on the platform
//	with     what else its words rest on, by name
//	meaning  the same declaration in canonical form, by its hash; state keeps the
//	         form itself
//
// References run one way: journey, touchpoint, template, link, purpose. What
// only looks at something that happened (the bounce of a touchpoint's message,
// the opening of a step's) names it and is not built on it; so a moment, the
// journey that enters on it and the message that it notices make no cycle.
//
// # The account
//
// The file is made by the first Apply that has something to do. Until then the
// platform is empty and its identity the empty text; the first Apply mints it.
package local

import (
	"context"
	"io"
	"path/filepath"
	"sync"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Target is one file, or, before Configure, only what can be known without one.
type Target struct {
	entropy io.Reader
	path    string // absolute or relative to the working folder; "" before Configure

	mu   sync.Mutex
	file *file // nil until the first call that finds or makes the file
}

var _ targets.Target = (*Target)(nil)

// New makes an unconfigured target. The identity of a new file is read from
// entropy: 16 bytes.
func New(entropy io.Reader) *Target { return &Target{entropy: entropy} }

// Factory makes such targets.
func Factory(entropy io.Reader) targets.Factory {
	return func() targets.Target { return New(entropy) }
}

// Configure takes the path of the file. It touches nothing.
func (t *Target) Configure(ctx context.Context, c targets.Config) error {
	path, err := c.Need("path")
	if err != nil {
		return err
	}
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.Dir, path)
	}
	t.path = path
	return nil
}

// Plan says that everything is changed in place, at no cost that is limited.
func (t *Target) Plan(ctx context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return make([]targets.PlanAnswer, len(r)), nil
}

// Foresee implements targets.Foreseer: everything is changed in place.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, func(targets.PlanRequest) (a targets.PlanAnswer, sure bool) { return a, true })
}

// Lookup finds nothing: there is nothing on this platform that a project did
// not put there. The nearest name is therefore never known.
func (t *Target) Lookup(ctx context.Context, l []resource.Lookup) ([]targets.LookupAnswer, error) {
	return make([]targets.LookupAnswer, len(l)), nil
}

// Upgrade knows two schemas of each kind. In the first one the meaning was the form
// itself where it is a hash now: it stays as it is, and is written anew with the object.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	if from == 1 {
		from = schema
	}
	return targets.Present(kinds, kind, attributes, from)
}

// Count cannot answer: the file holds no people.
func (t *Target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}

// Explain says that the platform sends nothing, so that nothing in it can
// reach a person.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	return ir.Enforcement{Sends: false}
}

// Close closes the file. What was applied stays.
func (t *Target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		return nil
	}
	err := t.file.close()
	t.file = nil
	return err
}
