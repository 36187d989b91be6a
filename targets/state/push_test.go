package state_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/schemas"
	"github.com/trayecto/trayecto/targets/state"
)

var prod = state.Owner{Project: "lumen", Env: "prod"}

func placeIn(t *testing.T, dir string) state.Backend {
	t.Helper()
	b, err := state.File(dir, "prod")
	do(t, err)
	return b
}

// document is what is pulled of a state that has these objects and one call open.
func document(t *testing.T, dir string, names ...string) (raw []byte) {
	t.Helper()
	s := locked(t, dir)
	for _, name := range names {
		do(t, s.Begin(ctx, []state.Intent{intent(plan.Create, name, "")}))
		do(t, s.Finish(ctx, []state.Result{made(plan.Create, name, "id-"+name)}))
	}
	raw, err := s.Pull()
	do(t, err)
	do(t, s.Unlock(ctx))
	return raw
}

// What is pulled is as documented, and no byte of it can go wrong.
func TestDocument(t *testing.T) {
	raw := document(t, t.TempDir(), "a", "b")
	schema, err := schemas.Read("state.schema.json")
	do(t, err)
	found, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(raw))
	do(t, err)
	if !found.Valid() {
		t.Error(found.Errors())
	}
	d, err := state.ReadDocument(raw)
	do(t, err)
	if d.Of() != prod || d.Objects() != 2 {
		t.Errorf("%+v with %d objects", d.Of(), d.Objects())
	}
	for _, cut := range []int{0, 1, len(raw) / 2, len(raw) - 1} {
		if _, err := state.ReadDocument(raw[:cut]); err == nil {
			t.Errorf("%d of %d bytes are a document", cut, len(raw))
		}
	}
	for at := range raw {
		bad := bytes.Clone(raw)
		bad[at] ^= 1
		if _, err := state.ReadDocument(bad); err == nil && !harmless(raw, bad) {
			t.Errorf("a document with byte %d changed is read: %q", at, bad[max(0, at-5):min(len(bad), at+5)])
		}
	}
	newer := bytes.Replace(raw, []byte(`"trayecto_state":1`), []byte(`"trayecto_state":99`), 1)
	if _, err := state.ReadDocument(newer); !errors.Is(err, state.ErrNewer) {
		t.Errorf("a newer document: %v", err)
	}
}

// harmless tells whether two documents have the same state under the same
// checksum: names of the envelope are read whatever their case is.
func harmless(a, b []byte) bool { return strings.EqualFold(string(a), string(b)) && !bytes.Equal(a, b) }

// Another project or environment is refused whatever is forced, and another
// beginning only without force.
func TestPushOfAnother(t *testing.T) {
	here := t.TempDir()
	elsewhere := open(t, here)
	do(t, elsewhere.Lock(ctx, state.Holder{Who: "ben", Host: "laptop"}))
	do(t, elsewhere.Unlock(ctx))
	document(t, here, "a", "b")
	d, err := state.ReadDocument(document(t, t.TempDir(), "a"))
	do(t, err)
	for _, of := range []state.Owner{{Project: "other", Env: "prod"}, {Project: "lumen"}} {
		var foreign *state.ForeignError
		if _, err := state.Weigh(ctx, placeIn(t, here), d, of); !errors.As(err, &foreign) {
			t.Errorf("for %v: %v", of, err)
		}
	}
	w, err := state.Weigh(ctx, placeIn(t, here), d, prod)
	do(t, err)
	if len(w.Against) != 1 || !strings.Contains(w.Against[0], "begun at different times") {
		t.Errorf("another lineage: %q", w.Against)
	}
	var lost []string
	for _, l := range w.Loses {
		lost = append(lost, l.String())
	}
	if diff := cmp.Diff([]string{"b (sandbox), segment id-b"}, lost); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
}

// A state that cannot be read is replaced by force, also when the end of the run
// comes between the snapshot and the end of its journal.
func TestPushOverDamage(t *testing.T) {
	dir := t.TempDir()
	raw := document(t, dir, "a")
	s := locked(t, dir)
	do(t, s.Begin(ctx, []state.Intent{intent(plan.Create, "b", ""), intent(plan.Create, "c", "")}))
	journal := readFile(t, path(dir, "journal.ndjson"))
	_, err := placeIn(t, dir).Break(ctx, ana)
	do(t, err)
	do(t, os.WriteFile(path(dir, "snapshot.json"), []byte("no state\n"), 0o600))
	d, err := state.ReadDocument(raw)
	do(t, err)
	w, err := state.Weigh(ctx, placeIn(t, dir), d, prod)
	do(t, err)
	if len(w.Against) != 1 || !strings.Contains(w.Against[0], "cannot be read") {
		t.Fatalf("over a damaged state: %+v", w)
	}
	_, err = state.Push{Document: d, Of: prod, By: ana, Weighed: w}.Into(ctx, placeIn(t, dir))
	do(t, err)
	do(t, os.WriteFile(path(dir, "journal.ndjson"), journal, 0o600)) // as if it had not been emptied
	got := open(t, dir)
	if len(got.Records()) != 1 || len(got.Pending()) != 0 {
		t.Errorf("%d records, %d intents: what was pushed is changed by an older journal", len(got.Records()), len(got.Pending()))
	}
}
