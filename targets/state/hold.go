package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
)

// Everything is what a hold is on that stops all that can reach people.
const Everything = "everything"

// Hold keeps something from being switched on until a person lifts it.
type Hold struct {
	What  string    `json:"what"` // "journey.welcome", "channel.sms" or Everything
	Since time.Time `json:"since"`
	By    string    `json:"by"`
	Why   string    `json:"why,omitempty"`
	// Objects is what was on when the hold began, and is to be on again after it.
	Objects []resource.Address `json:"objects,omitempty"`
}

// Holds lists what is on hold, by what it is on.
func (s *State) Holds() []Hold {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.content.holds)
}

// Hold makes a hold durable, in the place of one on the same.
func (s *State) Hold(ctx context.Context, h Hold) error {
	return s.write(ctx, []entry{{Hold: &h}}, s.atOnce)
}

// Lift ends the hold on something.
func (s *State) Lift(ctx context.Context, what string) error {
	return s.write(ctx, []entry{{Lift: what}}, s.atOnce)
}

// Settings is a platform as it was when it was last applied to, without
// secrets: what it takes to reach it again when the files cannot be read.
func (s *State) Settings(platform string) (json.RawMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw, there := s.content.settings[platform]
	return raw, there
}

// KeepSettings makes the settings of platforms durable, by their names.
func (s *State) KeepSettings(ctx context.Context, settings map[string]json.RawMessage) error {
	s.mu.Lock()
	news := map[string]json.RawMessage{}
	for platform, raw := range settings {
		if string(s.content.settings[platform]) != string(raw) {
			news[platform] = raw
		}
	}
	s.mu.Unlock()
	if len(news) == 0 {
		return nil
	}
	return s.write(ctx, []entry{{Settings: news}}, s.atOnce)
}

// ErrNone says that nothing was applied from a folder yet.
var ErrNone = errors.New("nothing has been applied from here yet")

// LoadAny reads the state in a backend whatever project it is of, for when the
// files cannot say. It fails with ErrNone where there is none.
func LoadAny(ctx context.Context, b Backend, env string) (*State, []Notice, error) {
	stored, err := b.Read(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the state in %s: %w", b.Name(), err)
	}
	if stored.Snapshot == "" && len(stored.Journal) == 0 {
		return nil, nil, ErrNone
	}
	c, err := decodeSnapshot(stored.Snapshot)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the state in %s: %w", b.Name(), err)
	}
	return Load(ctx, b, c.project, env)
}

// takeHold makes a hold, or the end of one, true.
func (c *content) takeHold(e entry) {
	what := e.Lift
	if e.Hold != nil {
		what = e.Hold.What
	}
	if what == "" {
		return
	}
	c.holds = slices.DeleteFunc(slices.Clone(c.holds), func(h Hold) bool { return h.What == what })
	if e.Hold != nil {
		c.holds = append(c.holds, *e.Hold)
	}
	slices.SortFunc(c.holds, func(a, b Hold) int { return strings.Compare(a.What, b.What) })
}

func (c *content) takeSettings(news map[string]json.RawMessage) { maps.Copy(c.settings, news) }
