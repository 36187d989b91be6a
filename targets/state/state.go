// Package state is what was deployed last: snapshot, journal, lease, backends.
//
// A state is a snapshot and the journal of what happened since. Before a call
// to a platform its *intent* is made durable, afterwards its *result*; what is
// found with an intent and no result was interrupted, and is Pending until
// someone has looked at the platform. Replaying the journal over the snapshot
// gives the state, and every journal record carries the number that the state
// has after it, so that a crash between writing a snapshot and emptying the
// journal repeats nothing.
//
// Who writes holds a lease, and each write carries its number: a run that lost
// its lease while it slept is refused, see FencedError.
//
// Every byte is under a checksum. A journal that ends in the middle of a
// record was torn by a crash: the tail is cut and said, and nothing is lost,
// because a call is made only after its intent is whole. Any other damage is
// an error: a state that cannot be read is never taken for an empty one.
package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// Notice is something that happened to the state and that its owner should
// know, in a full sentence.
type Notice string

// State is one project's state in one environment, in memory and in its
// backend. Its methods may be called concurrently.
type State struct {
	project, env string
	backend      Backend // nil for a copy

	mu      sync.Mutex
	content *content
	notices []Notice
	torn    bool   // the journal ends in half a record
	dirty   bool   // the journal holds something, or should
	cutOff  bool   // it did when it was read
	broken  error  // nothing more is written; what is torn a snapshot mends
	unsent  []byte // results that wait for the next write, see Later

	lease    Lease
	renewing func()    // ends the renewing of the lease
	sure     time.Time // when the lease was last known to be ours
}

// Open reads the state of a project kept in its folder. Nothing is created
// before Lock.
func Open(dir, project, env string) (*State, []Notice, error) {
	b, err := File(dir, env)
	if err != nil {
		return nil, nil, err
	}
	return Load(context.Background(), b, project, env)
}

// Load reads a state from a backend.
func Load(ctx context.Context, b Backend, project, env string) (*State, []Notice, error) {
	s := &State{project: project, env: env, backend: b}
	if err := s.load(ctx); err != nil {
		return nil, nil, fmt.Errorf("reading the state in %s: %w", b.Name(), err)
	}
	return s, s.Notices(), nil
}

func (s *State) load(ctx context.Context) error {
	stored, err := s.backend.Read(ctx)
	if err != nil {
		return err
	}
	read, err := replay(stored.Snapshot, stored.Journal)
	if err != nil {
		return err
	}
	if err := read.content.belongs(s.project, s.env); err != nil {
		return err
	}
	s.content, s.torn, s.dirty = read.content, read.torn, len(stored.Journal) > 0
	s.cutOff = s.dirty
	for _, n := range read.notices {
		if !slices.Contains(s.notices, n) {
			s.notices = append(s.notices, n)
		}
	}
	return nil
}

// lineage tells apart two states of the same name that were begun at two times
// or places.
func lineage(project, env string, by Holder) string {
	return resource.Hash(resource.Strings(project, env, by.Who, by.Host, fmt.Sprint(by.PID), by.Since.UTC().String()))
}

// compact puts a snapshot in place of the last one and its journal.
func (s *State) compact(ctx context.Context) error {
	raw, err := encodeSnapshot(s.content)
	if err != nil {
		return err
	}
	if err := s.lease.Replace(ctx, raw); err != nil {
		return err
	}
	s.dirty, s.broken, s.torn, s.unsent = false, nil, false, nil
	return nil
}

// Copy is the state in memory alone: what is written to it reaches nobody.
func (s *State) Copy() *State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &State{project: s.project, env: s.env, content: s.content.clone(), cutOff: s.cutOff}
}

// Of is the project and environment that the state is of.
func (s *State) Of() (project, env string) { return s.project, s.env }

// Place is where the state is kept, for messages; "" of a copy.
func (s *State) Place() string {
	if s.backend == nil {
		return ""
	}
	return s.backend.Name()
}

// ID names this version of the state.
func (s *State) ID() plan.StateID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return plan.StateID{Lineage: s.content.lineage, Serial: s.content.serial}
}

// Records lists the managed objects, sorted by address.
func (s *State) Records() []plan.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.content.sorted()
}

// Holders is the platforms that hold a managed object.
func (s *State) Holders() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]bool{}
	for a := range s.content.records {
		out[a.Platform] = true
	}
	return out
}

// Record finds one managed object.
func (s *State) Record(a resource.Address) (plan.Record, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, there := s.content.records[a]
	if !there {
		return plan.Record{}, false
	}
	return *r, true
}

// Deposed lists objects that a replacement has not deleted yet.
func (s *State) Deposed() []plan.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.content.deposed)
}

// Pending lists the intents whose outcome is not known, oldest first.
func (s *State) Pending() []Intent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.content.pending)
}

// Blob is a canonical declaration by its hash.
func (s *State) Blob(hash string) (json.RawMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, there := s.content.blobs[hash]
	return json.RawMessage(body), there
}

// Identity is the account that a platform was when it was applied to; "" if never.
func (s *State) Identity(platform string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.content.identities[platform]
}

// Begin makes intents durable, before their calls.
func (s *State) Begin(ctx context.Context, intents []Intent) error {
	entries := make([]entry, len(intents))
	for i := range intents {
		entries[i].Intent = &intents[i]
	}
	return s.write(ctx, entries, s.atOnce)
}

// Finish makes results durable. Where that means to write the whole state again
// (a backend that cannot append) they wait as those of Later.
func (s *State) Finish(ctx context.Context, results []Result) error {
	due := s.atOnce
	if !s.can().Append {
		due = s.soon
	}
	return s.write(ctx, finished(results), due)
}

// Later makes results true, and durable together with what is written next: the
// next intents, so that two calls of which one needs the other take three writes
// and not four, Flush or Unlock. A crash in between leaves calls whose outcome the
// next run finds out, as after any crash; so this is for calls whose outcome can be
// found, and for whoever writes next at once.
func (s *State) Later(ctx context.Context, results []Result) error {
	return s.write(ctx, finished(results), s.soon)
}

// Flush makes durable what waits to be.
func (s *State) Flush(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.unsent) == 0 {
		return nil
	}
	return s.through(s.atOnce(ctx, nil))
}

func finished(results []Result) []entry {
	entries := make([]entry, len(results))
	for i := range results {
		entries[i].Result = &results[i]
	}
	return entries
}

// Keep makes declarations, by the hash of their canonical form, and accounts,
// by name of platform, durable. What is known already is not written again.
func (s *State) Keep(ctx context.Context, blobs map[string]json.RawMessage, identities map[string]string) error {
	s.mu.Lock()
	news := entry{Blobs: map[string]json.RawMessage{}, Identities: map[string]string{}}
	for hash, body := range blobs {
		if s.content.blobs[hash] == "" {
			news.Blobs[hash] = body
		}
	}
	for platform, identity := range identities {
		if s.content.identities[platform] != identity {
			news.Identities[platform] = identity
		}
	}
	s.mu.Unlock()
	if len(news.Blobs)+len(news.Identities) == 0 {
		return nil
	}
	return s.write(ctx, []entry{news}, s.atOnce)
}

// write makes entries durable, when they are due, and true.
func (s *State) write(ctx context.Context, entries []entry, due func(context.Context, []byte) error) error {
	if len(entries) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.backend != nil && s.lease == nil {
		return errors.New("writing the state: it is not locked")
	}
	if s.broken != nil {
		return fmt.Errorf("writing the state: it failed before: %w", s.broken)
	}
	var lines []byte
	for i := range entries {
		entries[i].Serial = s.content.serial + int64(i) + 1
		line, err := encodeEntry(entries[i])
		if err != nil {
			return fmt.Errorf("writing the state: %w", err)
		}
		lines = append(lines, line...)
	}
	if s.backend != nil {
		s.dirty = true
		if err := s.through(due(ctx, lines)); err != nil {
			return err
		}
	}
	for _, e := range entries {
		s.content.take(e)
	}
	return nil
}

// through notes that the state cannot be written any more.
func (s *State) through(err error) error {
	if err == nil {
		return nil
	}
	s.broken = err
	return fmt.Errorf("writing the state in %s: %w", s.backend.Name(), err)
}

// atOnce sends lines to the backend, behind those that wait.
func (s *State) atOnce(ctx context.Context, lines []byte) error {
	lines = append(s.unsent, lines...)
	s.unsent = nil
	err := s.lease.Append(ctx, lines)
	if err == nil {
		s.sure = time.Now()
	}
	return err
}

// soon keeps lines for the next write, unless too many wait.
func (s *State) soon(ctx context.Context, lines []byte) error {
	if len(s.unsent)+len(lines) >= unsentMost {
		return s.atOnce(ctx, lines)
	}
	s.unsent = append(s.unsent, lines...)
	return nil
}

// unsentMost is how many bytes of results wait.
const unsentMost = 1 << 20

// Notices is what its owner should know, from opening and from locking.
func (s *State) Notices() []Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notices)
}

// CutOff tells whether the last run that wrote did not come to its end: its
// journal was never made into a snapshot.
func (s *State) CutOff() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cutOff
}

// Platforms lists the platforms that state knows accounts of, sorted.
func (s *State) Platforms() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.content.identities))
}
