package state_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/schemas"
	"github.com/trayecto/trayecto/targets/state"
)

var (
	ctx = context.Background()
	ana = state.Holder{Who: "ana", Host: "desk", PID: 7, Since: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), For: "apply"}
)

func at(name string) resource.Address { return resource.Address{Object: name, Platform: "sandbox"} }

func record(name, id string) plan.Record {
	return plan.Record{
		Address: at(name), Kind: "segment", ID: id, Key: name, Attributes: resource.Spell(resource.Map{"text": resource.String("<ñ>"), "n": resource.Number("0.05")}),
		Hash: "ab", Resolved: "cd", Mark: "m", Plugin: plan.Plugin{Name: "local"}, Meaning: map[string]string{name: "h-" + name},
	}
}

func intent(action plan.Action, name, id string) state.Intent {
	return state.Intent{Key: string(action) + "-" + name, Address: at(name), Action: action, Hash: "cd", Record: record(name, id)}
}

func made(action plan.Action, name, id string) state.Result {
	r := record(name, id)
	return state.Result{Key: string(action) + "-" + name, Address: at(name), Record: &r}
}

func open(t *testing.T, dir string) *state.State {
	t.Helper()
	s, _, err := state.Open(dir, "lumen", "prod")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func locked(t *testing.T, dir string) *state.State {
	t.Helper()
	s := open(t, dir)
	do(t, s.Lock(ctx, ana))
	return s
}

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func path(dir, name string) string { return filepath.Join(dir, ".trayecto", "state", "prod", name) }

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	do(t, err)
	return raw
}

// told is everything that a state tells, for comparison.
type told struct {
	ID       plan.StateID
	Records  []plan.Record
	Deposed  []plan.Record
	Pending  []state.Intent
	Account  string
	HasBlobs bool
	Holds    []state.Hold
	Settings string
}

func tell(s *state.State) told {
	_, there := s.Blob("h-a")
	settings, _ := s.Settings("sandbox")
	return told{s.ID(), s.Records(), s.Deposed(), s.Pending(), s.Identity("sandbox"), there, s.Holds(), string(settings)}
}

// story leaves a locked state with a journal that has everything in it.
func story(t *testing.T, dir string) *state.State {
	t.Helper()
	s := locked(t, dir)
	do(t, s.Keep(ctx, map[string]json.RawMessage{"h-a": []byte(`{"Address":"a"}`)}, map[string]string{"sandbox": "acme"}))
	do(t, s.Begin(ctx, []state.Intent{intent(plan.Create, "a", ""), intent(plan.Create, "b", ""), intent(plan.Create, "c", "")}))
	do(t, s.Finish(ctx, []state.Result{made(plan.Create, "a", "1"), made(plan.Create, "b", "2"), {Key: "create-c", Address: at("c"), Error: "refused"}}))
	moved, from := made(plan.Create, "c", "3"), at("b")
	moved.Key, moved.From = "", &from
	do(t, s.Finish(ctx, []state.Result{moved, {Address: at("c"), Gone: true}, made(plan.Create, "b", "2")}))
	do(t, s.KeepSettings(ctx, map[string]json.RawMessage{"sandbox": []byte(`{"Target":"local"}`)}))
	for _, what := range []string{state.Everything, "journey.a", "channel.sms"} {
		do(t, s.Hold(ctx, state.Hold{What: what, Since: ana.Since, By: "ana", Why: "it burns", Objects: []resource.Address{at("a")}}))
	}
	do(t, s.Lift(ctx, "channel.sms"))
	depose := intent(plan.Delete, "a", "1")
	depose.Depose = true
	do(t, s.Begin(ctx, []state.Intent{depose, intent(plan.Delete, "b", "2")}))
	do(t, s.Finish(ctx, []state.Result{{Key: "delete-b", Address: at("b"), Gone: true}}))
	do(t, s.Begin(ctx, []state.Intent{intent(plan.Create, "d", "")}))
	return s
}

func TestNothingIsMadeByReading(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if n := len(s.Records()) + len(s.Pending()); n != 0 || s.ID() != (plan.StateID{}) {
		t.Errorf("a state that never was has something in it: %+v", tell(s))
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("reading made %v", files)
	}
}

func TestJournalAndSnapshotTellTheSame(t *testing.T) {
	dir := t.TempDir()
	s := story(t, dir)
	want := tell(s)
	if len(want.Records) != 0 || len(want.Deposed) != 1 || len(want.Pending) != 2 || want.Account != "acme" || !want.HasBlobs ||
		len(want.Holds) != 2 || want.Settings == "" {
		t.Fatalf("the story went otherwise: %+v", want)
	}
	if diff := cmp.Diff(want, tell(open(t, dir))); diff != "" {
		t.Errorf("from the journal (-want +got):\n%s", diff)
	}
	do(t, s.Unlock(ctx))
	if raw := readFile(t, path(dir, "journal.ndjson")); len(raw) > 0 {
		t.Errorf("the journal has %d bytes after a snapshot", len(raw))
	}
	if diff := cmp.Diff(want, tell(open(t, dir))); diff != "" {
		t.Errorf("from the snapshot (-want +got):\n%s", diff)
	}
	schema, err := schemas.Read("state.schema.json")
	do(t, err)
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(readFile(t, path(dir, "snapshot.json"))))
	do(t, err)
	for _, e := range result.Errors() {
		t.Errorf("schema: %s", e)
	}
}

// A crash between writing the snapshot and emptying the journal repeats nothing.
func TestJournalOlderThanItsSnapshot(t *testing.T) {
	dir := t.TempDir()
	s := story(t, dir)
	want := tell(s)
	journal := readFile(t, path(dir, "journal.ndjson"))
	do(t, s.Unlock(ctx))
	do(t, os.WriteFile(path(dir, "journal.ndjson"), journal, 0o600))
	if diff := cmp.Diff(want, tell(open(t, dir))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again := locked(t, dir)
	do(t, again.Finish(ctx, []state.Result{{Key: "create-d", Address: at("d"), Error: "no"}}))
	if got := tell(open(t, dir)); len(got.Pending) != 1 {
		t.Errorf("what was written after is missing: %+v", got.Pending)
	}
}

func TestDeposed(t *testing.T) {
	s := story(t, t.TempDir())
	copied := s.Copy()
	do(t, copied.Finish(ctx, []state.Result{{Key: "delete-a", Address: at("a"), Error: "refused"}}))
	if r, there := copied.Record(at("a")); !there || r.ID != "1" || len(copied.Deposed()) > 0 {
		t.Error("what could not be deleted did not get its place back")
	}
	if _, there := s.Record(at("a")); there {
		t.Error("writing to the copy reached the state")
	}
	do(t, s.Finish(ctx, []state.Result{{Key: "delete-a", Address: at("a"), Gone: true}}))
	if _, there := s.Record(at("a")); there || len(s.Deposed()) > 0 {
		t.Error("what was deleted is still remembered")
	}
}

// Wherever a crash cuts the journal: what is whole is read, what is cut is
// said, and the next writer goes on from there.
func TestJournalCutAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	story(t, dir)
	snapshot, journal := readFile(t, path(dir, "snapshot.json")), readFile(t, path(dir, "journal.ndjson"))
	lines := bytes.SplitAfter(journal, []byte("\n"))
	lastTwo := len(lines[len(lines)-2]) + len(lines[len(lines)-3])
	for cut := len(journal) - lastTwo; cut <= len(journal); cut++ {
		b := &memory{snapshot: snapshot, journal: bytes.Clone(journal[:cut])}
		s, notices, err := state.Load(ctx, b, "lumen", "prod")
		if err != nil {
			t.Fatalf("cut to %d bytes: %v", cut, err)
		}
		whole := bytes.Count(journal[:cut], []byte("\n"))
		atEnd := cut == 0 || journal[cut-1] == '\n'
		if s.ID().Serial != int64(whole) || atEnd != (len(notices) == 0) {
			t.Fatalf("cut to %d bytes: %d records whole, serial %d, notices %v", cut, whole, s.ID().Serial, notices)
		}
		do(t, s.Lock(ctx, ana))
		do(t, s.Finish(ctx, []state.Result{made("x", "z", "9")}))
		after, _, err := state.Load(ctx, b, "lumen", "prod")
		if err != nil {
			t.Fatalf("cut to %d bytes, written on: %v", cut, err)
		}
		if _, there := after.Record(at("z")); !there {
			t.Fatalf("cut to %d bytes: what was written on is lost", cut)
		}
	}
}

// Whatever bit flips: the state is refused, or it is the same. It is never
// another one, and never taken for an empty one.
func TestFlippedBits(t *testing.T) {
	dir := t.TempDir()
	s := story(t, dir)
	want := tell(s)
	journal := readFile(t, path(dir, "journal.ndjson"))
	empty := readFile(t, path(dir, "snapshot.json"))
	do(t, s.Unlock(ctx))
	full := readFile(t, path(dir, "snapshot.json"))
	rapid.Check(t, func(t *rapid.T) {
		b := &memory{snapshot: bytes.Clone(full)}
		hit := &b.snapshot
		if rapid.Bool().Draw(t, "journal") {
			b.snapshot, b.journal = empty, bytes.Clone(journal)
			hit = &b.journal
		}
		(*hit)[rapid.IntRange(0, len(*hit)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		got, _, err := state.Load(ctx, b, "lumen", "prod")
		if err == nil && !cmp.Equal(want, tell(got)) {
			t.Fatalf("a damaged state was read as another:\n%s", cmp.Diff(want, tell(got)))
		}
	})
}

func TestDamageIsTold(t *testing.T) {
	dir := t.TempDir()
	s := story(t, dir)
	snapshot, journal := readFile(t, path(dir, "snapshot.json")), readFile(t, path(dir, "journal.ndjson"))
	lines := bytes.SplitAfter(journal, []byte("\n"))
	_ = s
	cases := map[string]struct {
		snapshot, journal []byte
		says              string
	}{
		"empty snapshot":    {[]byte{}, nil, "cut off"},
		"half a snapshot":   {snapshot[:len(snapshot)/2], nil, "cut off"},
		"another file":      {[]byte("{}\n"), nil, "checksum"},
		"no snapshot":       {nil, journal, "no snapshot"},
		"a record missing":  {snapshot, bytes.Join(append(lines[:1:1], lines[2:]...), nil), "number"},
		"a changed record":  {snapshot, bytes.Replace(journal, []byte("acme"), []byte("acne"), 1), "record 1 of the journal is damaged"},
		"a newer version":   {bytes.Replace(snapshot, []byte(`"trayecto_state":1`), []byte(`"trayecto_state":9`), 1), nil, "newer version"},
		"a line end struck": {snapshot, append(bytes.Clone(journal[:len(journal)-1]), ' '), "damaged"},
	}
	for name, c := range cases {
		_, _, err := state.Load(ctx, &memory{snapshot: c.snapshot, journal: c.journal}, "lumen", "prod")
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	do(t, os.WriteFile(path(dir, "snapshot.json"), nil, 0o600))
	do(t, os.WriteFile(path(dir, "journal.ndjson"), nil, 0o600))
	if _, _, err := state.Open(dir, "lumen", "prod"); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("a file that is empty: %v", err)
	}
	if _, _, err := state.Load(ctx, &memory{snapshot: snapshot}, "other", "prod"); err == nil || !strings.Contains(err.Error(), `"lumen"`) {
		t.Errorf("the state of another project: %v", err)
	}
}

func TestTwoLocks(t *testing.T) {
	dir := t.TempDir()
	first := locked(t, dir)
	second := open(t, dir)
	err := second.Lock(ctx, state.Holder{Who: "ben"})
	var taken *state.LockedError
	if !errors.As(err, &taken) || !strings.Contains(err.Error(), "ana (process 7 on desk) since 2026-12-01T08:00:00Z") {
		t.Fatalf("the second lock: %v", err)
	}
	if err := second.Begin(ctx, []state.Intent{intent(plan.Create, "a", "")}); err == nil {
		t.Error("a state that is not locked was written")
	}
	if h, err := second.Holder(ctx); err != nil || h == nil || h.Who != "ana" {
		t.Errorf("holder: %v, %v", h, err)
	}
	do(t, first.Begin(ctx, []state.Intent{intent(plan.Create, "a", "")}))
	do(t, first.Unlock(ctx))
	do(t, second.Lock(ctx, state.Holder{Who: "ben"}))
	if len(second.Pending()) != 1 {
		t.Error("the second does not see what the first wrote in between")
	}
	do(t, second.Unlock(ctx))
	if h, err := second.Holder(ctx); err != nil || h != nil {
		t.Errorf("holder after all: %v, %v", h, err)
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	do(t, os.WriteFile(filepath.Join(dir, ".trayecto"), nil, 0o600)) // stands in the way, for root too
	s, _, err := state.Open(dir, "lumen", "prod")
	if err == nil {
		err = s.Lock(ctx, ana)
	}
	if err == nil || !strings.Contains(err.Error(), ".trayecto") {
		t.Errorf("got %v", err)
	}
}

func TestEnvironmentNames(t *testing.T) {
	for _, env := range []string{"../x", "a/b", "..", `a\b`} {
		if _, _, err := state.Open(t.TempDir(), "lumen", env); err == nil {
			t.Errorf("%q was taken", env)
		}
	}
}

// After a failed write the state writes nothing more, since the journal may
// end in half a record; a snapshot mends it.
func TestFailedWrite(t *testing.T) {
	b := &memory{}
	s, _, err := state.Load(ctx, b, "lumen", "prod")
	do(t, err)
	do(t, s.Lock(ctx, ana))
	b.fail, b.partly = errors.New("disk full"), 20
	if err := s.Begin(ctx, []state.Intent{intent(plan.Create, "a", "")}); !errors.Is(err, b.fail) {
		t.Fatalf("got %v", err)
	}
	if len(s.Pending()) != 0 {
		t.Error("an intent that is not durable is taken for true")
	}
	b.fail = nil
	if err := s.Begin(ctx, []state.Intent{intent(plan.Create, "b", "")}); err == nil {
		t.Error("it was written on after half a record")
	}
	do(t, s.Unlock(ctx))
	_, notices, err := state.Load(ctx, b, "lumen", "prod")
	if err != nil || len(notices) > 0 {
		t.Errorf("after the snapshot: %v, %v", notices, err)
	}
}

func TestUnusedDeclarationsAreDropped(t *testing.T) {
	dir := t.TempDir()
	s := locked(t, dir)
	r := record("a", "1")
	do(t, s.Keep(ctx, map[string]json.RawMessage{"h-a": []byte(`1`), "h-old": []byte(`2`)}, nil))
	do(t, s.Finish(ctx, []state.Result{{Address: at("a"), Record: &r}}))
	do(t, s.Unlock(ctx))
	got := open(t, dir)
	_, kept := got.Blob("h-a")
	_, old := got.Blob("h-old")
	if !kept || old {
		t.Errorf("kept %v, old %v", kept, old)
	}
}

// The readers of snapshot and journal never fail otherwise than by an error.
func FuzzLoad(f *testing.F) {
	b := &memory{}
	s, _, err := state.Load(ctx, b, "lumen", "prod")
	if err != nil {
		f.Fatal(err)
	}
	if err := errors.Join(s.Lock(ctx, ana), s.Begin(ctx, []state.Intent{intent(plan.Create, "a", "")}), s.Finish(ctx, []state.Result{made(plan.Create, "a", "1")})); err != nil {
		f.Fatal(err)
	}
	f.Add(b.snapshot, b.journal)
	f.Add([]byte("{}\n"), []byte(`{"sum":"","entry":{}}`+"\n"))
	f.Fuzz(func(t *testing.T, snapshot, journal []byte) {
		s, _, err := state.Load(ctx, &memory{snapshot: snapshot, journal: journal}, "lumen", "prod")
		if (s == nil) == (err == nil) {
			t.Fatalf("got %v and %v", s, err)
		}
	})
}

// memory is a backend without a disk, and the lease on it.
type memory struct {
	snapshot, journal []byte
	fail              error // of the next append, which writes some bytes
	partly            int
}

func (m *memory) Can() state.Abilities                          { return state.Abilities{Append: true} }
func (m *memory) Name() string                                  { return "memory" }
func (m *memory) Token() int64                                  { return 1 }
func (m *memory) Renew(context.Context) error                   { return nil }
func (m *memory) Release(context.Context) error                 { return nil }
func (m *memory) Holder(context.Context) (*state.Holder, error) { return nil, nil }

func (m *memory) Read(context.Context) (state.Stored, error) {
	snapshot, err := state.Whole(m.snapshot)
	return state.Stored{Snapshot: snapshot, Journal: m.journal}, err
}

func (m *memory) Lease(context.Context, state.Holder) (state.Lease, error) { return m, nil }

func (m *memory) Break(context.Context, state.Holder) (*state.Holder, error) { return nil, nil }

func (m *memory) Replace(_ context.Context, raw []byte) error {
	m.snapshot, m.journal = raw, nil
	return nil
}

func (m *memory) Append(_ context.Context, lines []byte) error {
	if m.fail != nil {
		lines = lines[:m.partly]
	}
	m.journal = append(m.journal, lines...)
	return m.fail
}
