package resource

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func someValue(depth int) *rapid.Generator[Value] {
	return rapid.Custom(func(t *rapid.T) Value {
		top := 7
		if depth == 0 {
			top = 5
		}
		text := rapid.SampledFrom([]string{"", "a", "$ref", "$$x", "ñ", "\u0000\"\n<&>"})
		switch rapid.IntRange(0, top).Draw(t, "case") {
		case 0:
			return Null{}
		case 1:
			return Bool(rapid.Bool().Draw(t, "bool"))
		case 2:
			return Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,5})?`).Draw(t, "number"))
		case 3:
			return String(text.Draw(t, "text"))
		case 4:
			return Ref{Address{text.Draw(t, "object"), text.Draw(t, "platform"), text.Draw(t, "role")}, "id"}
		case 5:
			return Lookup{text.Draw(t, "kind"), text.Draw(t, "key")}
		case 6:
			return List(rapid.SliceOfN(someValue(depth-1), 0, 3).Draw(t, "list"))
		}
		return Map(rapid.MapOfN(text, someValue(depth-1), 0, 3).Draw(t, "map"))
	})
}

// Law: Decode reads what Encode writes, references and awkward keys included.
func TestDecodeReadsWhatEncodeWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := someValue(3).Draw(t, "value")
		raw, err := Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(raw)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if diff := cmp.Diff(v, back); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", raw, diff)
		}
		if Hash(v) != Hash(back) {
			t.Fatalf("%s: the hash changed", raw)
		}
	})
}

func TestFillReplacesOnlyWhatIsResolved(t *testing.T) {
	mail := Ref{Address{Object: "touchpoint.mail", Platform: "sandbox"}, "id"}
	metric := Lookup{"metric", "Placed Order"}
	v := Map{"template": mail, "steps": List{Map{"on": metric}}, "name": String("welcome")}
	got := Fill(v, func(r Value) Value {
		if r == mail {
			return String("tpl_1")
		}
		return nil
	})
	want := Map{"template": String("tpl_1"), "steps": List{Map{"on": metric}}, "name": String("welcome")}
	if diff := cmp.Diff(Value(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Ref{mail}, Refs(v)); diff != "" {
		t.Errorf("refs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Lookup{metric}, Lookups(v)); diff != "" {
		t.Errorf("look-ups (-want +got):\n%s", diff)
	}
}

func TestBrokenReferencesAreErrors(t *testing.T) {
	for _, raw := range []string{`{"$ref":["a"]}`, `{"$ref":[1,2,3,4]}`, `{"$lookup":"x"}`, `{"a":{"$ref":[]}}`, `{`, ``} {
		var m Map
		if err := json.Unmarshal([]byte(raw), &m); err == nil {
			t.Errorf("%q was read as %v", raw, m)
		}
	}
}

func TestMarksTellProjectsApart(t *testing.T) {
	a := Address{Object: "segment.vip", Platform: "crm"}
	marks := map[string]bool{}
	for _, m := range []string{Mark("lumen", "", a), Mark("lumen", "prod", a), Mark("other", "", a),
		Mark("lumen", "", Address{Object: "segment.vip", Platform: "crm", Role: "list"})} {
		marks[m] = true
	}
	if len(marks) != 4 {
		t.Errorf("4 different objects have %d marks", len(marks))
	}
}

// Law: values that are put together alike, and only those, are equal.
func TestSameIsEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someValue(2).Draw(t, "a"), someValue(2).Draw(t, "b")
		if want := Hash(a) == Hash(b); Same(a, b) != want || Equal(a, b) != want || !Same(a, a) {
			t.Errorf("%v and %v: equal hashes %v, same %v, equal %v", a, b, want, Same(a, b), Equal(a, b))
		}
	})
}
