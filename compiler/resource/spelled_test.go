package resource_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/jsontext"
)

// Law: attributes that are spelled are the map that they were, to whoever looks,
// compares, writes or reads.
func TestSpelledAttributesAreTheMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, other := resource.Map{"a": values(t, 3), "b": values(t, 1)}, resource.Map{"a": values(t, 1)}
		s := resource.Spell(m)
		if d := cmp.Diff(m, s.Map()); d != "" {
			t.Fatalf("-want +got:\n%s", d)
		}
		for _, of := range []resource.Map{m, other, nil, {}} {
			if want, got := of != nil && resource.Equal(m, of), s.Is(of); want != got {
				t.Fatalf("%v is %v: want %v, got %v", m, of, want, got)
			}
			if want, got := s.Is(of), s.Equal(resource.Spell(of)); want != got {
				t.Fatalf("%v equals %v: want %v, got %v", m, of, want, got)
			}
		}
		raw, err := m.Append(nil)
		if err != nil || string(raw) != string(s.Append(nil)) {
			t.Fatalf("want %s, got %s: %v", raw, s.Append(nil), err)
		}
		read, err := resource.ReadSpelled(jsontext.NewReader(string(raw)))
		if err != nil || read != s {
			t.Fatalf("%s was read as %s: %v", raw, read.Append(nil), err)
		}
	})
}

// Law: text is attributes if it is a map, however it is laid out; what is none is
// an error when it is read, so that none is found out when somebody looks.
func TestSpelledAttributesAreReadAsMaps(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"{", "}", "[", "]", ",", ":", `"a"`, `"$ref"`, `"$lookup"`, `"\u0024ref"`, `"$$ref"`, `["a","b","c","d"]`, `["a","b"]`, `["a",1]`, "1.0", "null", " ", "\n",
		`{"$ref":["a","b","c","d"]}`, `{"$lookup":["a"]}`, `{"$ref":null}`, `{"\u0024ref":1}`, `{"a":`, `"x":{"$lookup":["a","b"]}`,
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 1, 9).Draw(t, "pieces"), "")
		if rapid.Bool().Draw(t, "inside") {
			text = `{"in":` + text + `}`
		}
		var want resource.Map
		var got resource.Spelled
		fails := want.Read(text)
		if err := got.UnmarshalJSON([]byte(text)); (err == nil) != (fails == nil) {
			t.Fatalf("%s: a map says %v, spelled %v", text, fails, err)
		}
		if fails == nil && (!got.Is(want) || strings.Contains(string(got.Append(nil)), "\n")) {
			t.Fatalf("%s was read as %s", text, got.Append(nil))
		}
	})
}
