package state

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// someContent draws a state, with names and texts that look like its layout.
func someContent(t *rapid.T) *content {
	text := rapid.SampledFrom([]string{"a", `,"records":[`, "],\"blobs\":{\n", "}}\n", `\`, "ñ<&>\n,\n"})
	c := newContent()
	c.project, c.lineage, c.serial = text.Draw(t, "project"), "begun", rapid.Int64Range(0, 9).Draw(t, "serial")
	for i := range rapid.IntRange(0, 4).Draw(t, "records") {
		a := resource.Address{Object: fmt.Sprintf("segment.s%d", i), Platform: "crm"}
		r := plan.Record{Address: a, Attributes: resource.Spell(resource.Map{"records": resource.Strings(text.Draw(t, "attribute"))}), Applied: time.Unix(0, 0).UTC()}
		r.Meaning = map[string]string{a.Object: rapid.SampledFrom([]string{"c0", "c1", `odd":`}).Draw(t, "hash")}
		c.blobs[r.Meaning[a.Object]] = rapid.SampledFrom([]string{`{}`, `{"a":",\u000a"}`, "{\n}"}).Draw(t, "form")
		c.records[a] = &r
	}
	if rapid.Bool().Draw(t, "deposed") {
		c.deposed = []plan.Record{{Address: resource.Address{Object: "x", Platform: "crm"}, Attributes: resource.Spell(resource.Map{"records": resource.List{}}), Applied: time.Unix(0, 0).UTC()}}
	}
	c.settings["crm"] = json.RawMessage(`{"x":1,"records":[]}`)
	return c
}

// Law: what is written is read again, and line by line it says what it says to
// package json.
func TestSnapshotsAreReadByLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file, err := encodeSnapshot(someContent(t))
		if err != nil {
			t.Fatal(err)
		}
		var plainly envelope
		if err := json.Unmarshal(file, &plainly); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		e, err := openEnvelope(string(file))
		raw := []byte(e.State)
		if err != nil || !bytes.Equal(raw, plainly.State) || e.SHA256 != checksumOf(e.State) {
			t.Fatalf("opened as %s, plainly %s: %v", raw, plainly.State, err)
		}
		want, err := readPlainly(raw)
		if err != nil {
			t.Fatal(err)
		}
		want.Blobs = nil
		got, laidOut, err := readLines(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.AllowUnexported(snapshot{})); laidOut && d != "" {
			t.Errorf("%s (-want +got):\n%s", raw, d)
		}
		if !laidOut && !bytes.Contains(raw, []byte(`"odd`)) {
			t.Errorf("%s: the layout is not seen", raw)
		}
		again, err := decodeSnapshot(string(file))
		if err != nil {
			t.Fatal(err)
		}
		if rewritten, err := encodeSnapshot(again); err != nil || !bytes.Equal(file, rewritten) {
			t.Errorf("%s became %s: %v", file, rewritten, err)
		}
	})
}

// Law: a snapshot that is laid out otherwise, as another tool may have written
// it, says the same.
func TestSnapshotsOfOtherLayoutsSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file, err := encodeSnapshot(someContent(t))
		if err != nil {
			t.Fatal(err)
		}
		e, err := openEnvelope(string(file))
		if err != nil {
			t.Fatal(err)
		}
		raw := []byte(e.State)
		var other bytes.Buffer
		if rapid.Bool().Draw(t, "indented") {
			err = json.Indent(&other, raw, "", " ")
		} else {
			err = json.Compact(&other, raw)
		}
		if err != nil {
			t.Fatal(err)
		}
		relaid := fmt.Appendf(nil, "{\"sha256\": %q, \"trayecto_state\": 1, \"state\": %s}\n", checksum(other.Bytes()), other.Bytes())
		c, err := decodeSnapshot(string(relaid))
		if err != nil {
			t.Fatalf("%s: %v", relaid, err)
		}
		if rewritten, err := encodeSnapshot(c); err != nil || !bytes.Equal(file, rewritten) {
			t.Errorf("%s became %s: %v", relaid, rewritten, err)
		}
	})
}
