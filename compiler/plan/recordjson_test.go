package plan

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/resource"
)

// plainRecord is a record to package json alone.
type plainRecord Record

func someRecord(t *rapid.T) Record {
	text := rapid.SampledFrom([]string{"", "a", "segment.vip", "<\"&\n>", "\u2028ñ"})
	one := func(name string) string { return text.Draw(t, name) }
	address := func() resource.Address {
		return resource.Address{Object: one("object"), Platform: one("platform"), Role: one("role")}
	}
	r := Record{
		Address: address(), Kind: one("kind"), ID: one("id"), Key: one("key"), Attributes: resource.Spell(resource.Map{one("name"): resource.String(one("value"))}),
		Hash: one("hash"), Resolved: one("resolved"), Switch: resource.Switch(one("switch")), Mark: one("mark"),
		SchemaVersion: rapid.IntRange(0, 3).Draw(t, "schema"), Plugin: Plugin{one("plugin"), one("version"), one("file")},
		Kept: one("kept"), By: one("by"), Applied: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "applied"), rapid.Int64Range(0, 3).Draw(t, "ns")).UTC(),
	}
	if rapid.Bool().Draw(t, "filled") {
		r.Filled = resource.Spell(resource.Map{"ids": resource.Map{one("used"): resource.String(one("its id"))}})
	}
	for range rapid.IntRange(0, 3).Draw(t, "needs") {
		r.Needs = append(r.Needs, address())
	}
	r.Meaning = rapid.MapOfN(text, text, 0, 3).Draw(t, "meaning")
	return r
}

// Law: a record is written as package json would write it, and read as package
// json would read it, members that nobody knows included.
func TestRecordsAreThoseOfPackageJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := someRecord(t)
		want, err := json.Marshal(plainRecord(r))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(r)
		if err != nil || string(got) != string(want) {
			t.Fatalf("package json writes %s, Append %s: %v", want, got, err)
		}
		later := append(append(want[:len(want)-1:len(want)-1], `,"later":{"x":[1]}`...), '}')
		var plainly plainRecord
		if err := json.Unmarshal(later, &plainly); err != nil {
			t.Fatal(err)
		}
		read, err := ReadRecord(string(later))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(Record(plainly), read, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("%s (-want +got):\n%s", later, d)
		}
	})
}

// Law: a record that was cut or changed into no JSON is an error to both.
func TestBrokenRecordsAreErrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw, err := json.Marshal(someRecord(t))
		if err != nil {
			t.Fatal(err)
		}
		cut := raw[:rapid.IntRange(0, len(raw)-1).Draw(t, "cut")]
		if r, err := ReadRecord(string(cut)); err == nil {
			t.Errorf("%s was read as %+v", cut, r)
		}
	})
}
