package resource_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/resource"
)

// values draws values of every case, with texts and keys that need escaping.
func values(t *rapid.T, depth int) resource.Value {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"$ref", "$", "<b>", "a\u2028\"\\&", "\x00", "ñ"}))
	switch kind := rapid.IntRange(0, 7).Draw(t, "case"); {
	case kind == 0:
		return resource.Null{}
	case kind == 1:
		return resource.Bool(rapid.Bool().Draw(t, "truth"))
	case kind == 2:
		return resource.Number(rapid.SampledFrom([]string{"0", "-1", "0.05", "12345678901234567890"}).Draw(t, "number"))
	case kind == 3:
		return resource.Ref{Address: resource.Address{Object: text.Draw(t, "object"), Platform: "p", Role: text.Draw(t, "role")}, Output: "id"}
	case kind == 4:
		return resource.Lookup{Kind: text.Draw(t, "kind"), Key: text.Draw(t, "key")}
	case kind == 5 && depth > 0:
		list := resource.List{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, values(t, depth-1))
		}
		return list
	case kind == 6 && depth > 0:
		m := resource.Map{}
		for range rapid.IntRange(0, 3).Draw(t, "names") {
			m[text.Draw(t, "name")] = values(t, depth-1)
		}
		return m
	}
	return resource.String(text.Draw(t, "text"))
}

// What is written is read again, and package json would write the same bytes.
func TestValuesSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(t, 3)
		raw, err := resource.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := resource.Decode(raw)
		if err != nil {
			t.Fatalf("reading %s: %v", raw, err)
		}
		again, err := resource.Encode(got)
		if err != nil || !bytes.Equal(raw, again) {
			t.Fatalf("%s became %s: %v", raw, again, err)
		}
		if d := cmp.Diff(v, got); d != "" {
			t.Fatalf("%s (-want +got):\n%s", raw, d)
		}
		if resource.Hash(v) != resource.Hash(got) || !resource.Equal(v, got) {
			t.Fatalf("%s: equal values have two hashes", raw)
		}
		m := resource.Map{"m": v}
		direct, err := m.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		outer, err := json.Marshal(m)
		if err != nil || !bytes.Equal(direct, outer) {
			t.Fatalf("two spellings: %s and %s: %v", direct, outer, err)
		}
	})
}

// Law: the hash of an object is that of the map of its parts.
func TestObjectsHashAsMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, key := rapid.String().Draw(t, "kind"), rapid.String().Draw(t, "key")
		attributes := resource.Map{"a": values(t, 3), "long": resource.String(strings.Repeat("x", rapid.IntRange(0, 3000).Draw(t, "length")))}
		want := resource.Hash(resource.Map{"kind": resource.String(kind), "key": resource.String(key), "attributes": attributes})
		if got := resource.HashObject(kind, key, attributes); got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	})
}
