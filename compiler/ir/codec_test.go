package ir_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// draws lets the property-testing library be the chance of a sample.
type draws struct{ t *rapid.T }

func (d draws) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

func drawn(t *rapid.T) *ir.Program {
	platform := ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: "local", Name: "sandbox"}
	return sample.Program(draws{t}, sample.Options{Segments: 2, Depth: 2, Messages: true, Places: []ir.Platform{platform}})
}

// same compares programs; an empty list and none are the same program.
var same = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) })}

func TestLawUnmarshalUndoesMarshal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawn(t)
		raw, err := ir.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got ir.Program
		if err := ir.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*want, got, same); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		again, err := ir.Marshal(&got)
		if err != nil || !bytes.Equal(raw, again) {
			t.Fatalf("written again, the bytes differ (%v)", err)
		}
	})
}

// Layouts that are worked out beforehand change no byte.
func TestLawLayoutsWriteWhatThePlainEncoderWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		p.Project.Name = rapid.String().Draw(t, "name")
		for _, places := range []bool{true, false} {
			want, err := ir.EncodePlainly(p, places)
			if err != nil {
				t.Fatal(err)
			}
			write := ir.Canonical
			if places {
				write = ir.Marshal
			}
			got, err := write(p)
			if err != nil || !bytes.Equal(want, got) {
				t.Fatalf("(-plain +got), %v:\n%s", err, cmp.Diff(string(want), string(got)))
			}
		}
	})
}

// What is found once for all is what each is found to be alone.
func TestLawIndexKnowsPartsAndPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		x := p.Index()
		if rapid.Bool().Draw(t, "ready") {
			x.Ready()
		}
		for _, d := range p.Declarations() {
			address := d.Header().Address
			if kind := ir.KindOf(address); kind == "platform" || kind == "test" {
				continue
			}
			part := p.Part(address)
			want := map[string]string{"project": hash(t, part.Project), "person": hash(t, part.Person)}
			for _, d := range part.Declarations() {
				want[d.Header().Address] = hash(t, d)
			}
			forms, err := x.Meaning(address, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for name, form := range forms {
				got[name] = form.Hash
				body, err := x.Body(form.Hash)
				if err != nil || ir.Hash(body) != form.Hash || len(body) != form.Length {
					t.Fatalf("%s: %+v is %s: %v", name, form, body, err)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", address, diff)
			}
			hashes, err := x.Hashes(address, nil)
			if diff := cmp.Diff(want, hashes); diff != "" || err != nil {
				t.Fatalf("%s: %v (-want +got):\n%s", address, err, diff)
			}
		}
	})
}

func TestLawUsersMention(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		x := p.Index()
		for _, d := range p.Declarations() {
			address := d.Header().Address
			var want, got []string
			for _, user := range p.Declarations() {
				if slices.Contains(ir.Mentions(user), address) {
					want = append(want, user.Header().Address)
				}
			}
			place, there := x.Place(address)
			if !there || x.Address(place) != address {
				t.Fatalf("%s is not at its place", address)
			}
			for _, i := range x.Users(place) {
				got = append(got, x.Declarations()[i].Header().Address)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", address, diff)
			}
		}
	})
}

func hash(t *rapid.T, x any) string {
	raw, err := ir.Canonical(x)
	if err != nil {
		t.Fatal(err)
	}
	return ir.Hash(raw)
}

func TestLawCanonicalBytesAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		want, err := ir.Canonical(p)
		if err != nil {
			t.Fatal(err)
		}
		var read ir.Program
		if err := ir.Unmarshal(want, &read); err != nil {
			t.Fatal(err)
		}
		read.Segments = rapid.Permutation(read.Segments).Draw(t, "segments")
		for i := range read.Segments { // moved within its file
			read.Segments[i].At = diag.Range{File: "a.hcl", Start: diag.Pos{Line: i}}
			read.Segments[i].Where = moved(read.Segments[i].Where)
		}
		read.Sort()
		got, err := ir.Canonical(&read)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Fatalf("canonical bytes depend on order or place:\n%s", cmp.Diff(string(want), string(got)))
		}
	})
}

// moved is the condition written somewhere else.
func moved(e expr.Expr) expr.Expr {
	place := expr.Place{At: diag.Range{File: "b.hcl", Start: diag.Pos{Line: 7}}}
	switch e := e.(type) {
	case expr.Not:
		e.Place = place
		return e
	case expr.And:
		e.Place = place
		return e
	case expr.Compare:
		e.Place = place
		return e
	}
	return e
}

// Every case of every sealed set travels, also in lists and maps.
func TestEveryCaseTravels(t *testing.T) {
	one := types.Decimal{Decimal: decimal.RequireFromString("11.70")}
	at := diag.Range{File: "a.hcl", Start: diag.Pos{Line: 1, Column: 2, Byte: 3}, End: diag.Pos{Line: 1, Column: 9, Byte: 10}}
	values := []types.Value{types.Null{}, types.Text("ñ \"<>"), one, types.Truth(true), types.Date(-3), types.Instant(1 << 60),
		types.Span{Amount: 6, Unit: types.Month}, types.Values{types.Text(""), one}}
	for i, e := range expr.Cases {
		segment := ir.Segment{Head: ir.Head{Address: "segment.x", At: at}, Where: expr.Coalesce{Place: expr.Place{At: at}, Terms: []expr.Expr{e, expr.OneOf{Of: e, Values: values}}}}
		journey := ir.Journey{Steps: []ir.Step{
			ir.Choose{Name: "c", When: []ir.Branch{{If: e, Steps: []ir.Step{ir.Send{Name: "s"}}}}, Otherwise: []ir.Step{ir.Do{Name: "d"}}},
			ir.Split{Name: "v", Variants: []ir.Variant{{Name: "a", Weight: 1, Steps: []ir.Step{ir.Wait{Name: "w", For: types.Span{Amount: 2, Unit: types.Day}, Until: e}}}}},
		}}
		link := ir.Link{URL: content.Template{Pieces: append([]content.Piece{content.Slot{Value: e, Escape: content.InURL}}, content.Cases...)}}
		program := ir.Program{Segments: []ir.Segment{segment}, Journeys: []ir.Journey{journey}, Links: []ir.Link{link}}
		raw, err := ir.Marshal(&program)
		if err != nil {
			t.Fatalf("case %d, %T: %v", i, e, err)
		}
		var got ir.Program
		if err := ir.Unmarshal(raw, &got); err != nil {
			t.Fatalf("case %d, %T: %v", i, e, err)
		}
		if diff := cmp.Diff(program, got, same); diff != "" {
			t.Errorf("%T (-want +got):\n%s", e, diff)
		}
	}
	for _, d := range []ir.Detect{ir.OnEvent{Event: "event.x"}, ir.OnOutcome{Outcome: "bounced"}, ir.Absence{Same: "sku"}, ir.OnDate{Clock: "09:00"}, ir.Enters{Existing: true}, ir.Leaves{Segment: "segment.x"}} {
		raw, err := ir.Marshal(ir.Moment{Detect: d})
		if err != nil {
			t.Fatal(err)
		}
		var got ir.Moment
		if err := ir.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ir.Moment{Detect: d}, got, same); diff != "" {
			t.Errorf("%T (-want +got):\n%s", d, diff)
		}
	}
}

// What is handed over travels with the declarations, as JSON and packed.
func TestHandoverTravels(t *testing.T) {
	one := types.Decimal{Decimal: decimal.RequireFromString("11.70")}
	at := diag.Range{File: "a.hcl", Start: diag.Pos{Line: 1, Column: 2, Byte: 3}, End: diag.Pos{Line: 1, Column: 9, Byte: 10}}
	whole := ir.Program{
		Resources: []ir.Resource{{Head: ir.Head{Address: "resource.x", At: at}, Kind: "list", Platform: "platform.p", Key: "k",
			Attributes: []ir.Setting{{Name: "a", Value: one, At: at}, {Name: "b", Map: []ir.Setting{{Name: "c", Value: types.Text("d")}}}}}},
		Imports:  []ir.Import{{To: "segment.x", ID: "42", Platform: "platform.p", At: at}},
		Moves:    []ir.Move{{From: `segment.x["ES"]`, To: "module.m.segment.x", At: at}},
		Removals: []ir.Removal{{From: "segment.x", Keep: true, At: at}, {From: "platform.p"}},
		State:    ir.State{Backend: "postgres", Config: ir.Config{Settings: []ir.Setting{{Name: "dsn", Env: "DSN"}}, At: at}},
	}
	raw, err := ir.Marshal(&whole)
	if err != nil {
		t.Fatal(err)
	}
	var got ir.Program
	if err := ir.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, got, same); diff != "" {
		t.Errorf("as JSON (-want +got):\n%s", diff)
	}
	packed, err := ir.Pack(&whole)
	if err != nil {
		t.Fatal(err)
	}
	var unpacked ir.Program
	if err := ir.Unpack(packed, &unpacked); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, unpacked, same); diff != "" {
		t.Errorf("packed (-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	var p ir.Program
	for name, raw := range map[string]string{
		"no JSON":                    `{"Segments":`,
		"a case that nobody knows":   `{"Segments":[{"Where":{"is":"expr.Telepathy"}}]}`,
		"a case of another set":      `{"Segments":[{"Where":{"is":"types.Text","value":"x"}}]}`,
		"a case without its name":    `{"Segments":[{"Where":{}}]}`,
		"a number that is none":      `{"Segments":[{"Where":{"is":"expr.Literal","Value":{"is":"types.Decimal","value":"x"}}}]}`,
		"a list that is none":        `{"Segments":{}}`,
		"a declaration that is none": `{"Segments":[1]}`,
		"a map that is none":         `{"Consents":[{"Title":[]}]}`,
		"a text that is none":        `{"Project":{"Name":1}}`,
		"a case without its value":   `{"Segments":[{"Where":{"is":"expr.Literal","Value":{"is":"types.Text"}}}]}`,
	} {
		if err := ir.Unmarshal([]byte(raw), &p); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
	if err := ir.Unmarshal([]byte(`{}`), p); err == nil {
		t.Error("not a pointer: want an error")
	}
	if err := ir.Unmarshal([]byte(`{"Moons":[1],"Project":{"Name":"x","Mood":"good"}}`), &p); err != nil || p.Project.Name != "x" {
		t.Errorf("a field of a newer version is passed over: got %q, %v", p.Project.Name, err)
	}
	if _, err := ir.Marshal(ir.Moment{Detect: nil}); err != nil {
		t.Errorf("a set that is empty is left out: %v", err)
	}
}

// Equal meaning, equal hash; another meaning, another one.
func TestHashNamesMeaning(t *testing.T) {
	hash := func(where expr.Expr) string {
		raw, err := ir.Canonical(ir.Segment{Head: ir.Head{Address: "segment.x"}, Where: where})
		if err != nil {
			t.Fatal(err)
		}
		return ir.Hash(raw)
	}
	number := func(s string) expr.Expr {
		return expr.Literal{Value: types.Decimal{Decimal: decimal.RequireFromString(s)}, Type: types.Number}
	}
	if hash(number("1")) == hash(number("2")) {
		t.Error("two numbers, one hash")
	}
	if hash(number("2.50")) != hash(number("2.5")) {
		t.Error("one number, two hashes")
	}
	if hash(expr.Member{Segment: "segment.a"}) == hash(expr.Not{Term: expr.Member{Segment: "segment.a"}}) {
		t.Error("a negation is not seen")
	}
}

// Law: what is left out of canonical bytes is left out as if it were empty.
func TestLawLeftOutIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		without := []string{"Description", "Owner", "Platforms", "Where"}
		for _, d := range drawn(t).Declarations() {
			bare := reflect.New(reflect.TypeOf(d)).Elem()
			bare.Set(reflect.ValueOf(d))
			for _, name := range without {
				if field := bare.FieldByName(name); field.IsValid() {
					field.SetZero()
				}
			}
			want, err := ir.Canonical(bare.Interface())
			if err != nil {
				t.Fatal(err)
			}
			got, err := ir.AppendCanonical([]byte("before "), d, without...)
			if err != nil || string(got) != "before "+string(want) {
				t.Fatalf("want %s, got %s: %v", want, got, err)
			}
		}
	})
}
