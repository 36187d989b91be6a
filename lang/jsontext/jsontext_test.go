package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/jsontext"
)

// texts draws texts that need every kind of escape, and bytes that are no text.
var texts = rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string {
	return string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "bytes"))
}), rapid.SampledFrom([]string{"", "<b>&\"\\", "\u2028\u2029\u2027", "\x00\b\f\n\r\t\x7f", "ñ😀", "\xc3", "\xed\xa0\x80"}))

// Law: Append writes what package json writes, and a Reader reads it as package
// json does.
func TestTextsAreThoseOfPackageJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := texts.Draw(t, "text")
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		got := jsontext.Append(nil, s)
		if string(want) != string(got) {
			t.Fatalf("%q: package json writes %s, Append %s", s, want, got)
		}
		var plainly string
		if err := json.Unmarshal(got, &plainly); err != nil {
			t.Fatal(err)
		}
		if read, err := jsontext.NewReader(string(got)).Text(); err != nil || read != plainly {
			t.Fatalf("%s: read as %q, want %q: %v", got, read, plainly, err)
		}
	})
}

// read is a whole document as package json gives it to an any, by a Reader.
func read(text string) (any, error) {
	r := jsontext.NewReader(text)
	v, err := value(r)
	if err == nil {
		err = r.End()
	}
	return v, err
}

func value(r *jsontext.Reader) (any, error) {
	switch r.Next() {
	case '{':
		out := map[string]any{}
		return out, r.Object(func(name string) error {
			v, err := value(r)
			out[name] = v
			return err
		})
	case '[':
		out := []any{}
		return out, r.List(func() error {
			v, err := value(r)
			out = append(out, v)
			return err
		})
	case '"':
		return r.Text()
	case 't', 'f':
		return r.Bool()
	case 'n':
		_, err := r.Null()
		return nil, err
	}
	n, err := r.Number()
	return json.Number(n), err
}

// agrees holds a Reader to package json on one document.
func agrees(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, text string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var want any
	plainly := json.Unmarshal([]byte(text), new(any))
	if plainly == nil {
		if err := d.Decode(&want); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	}
	got, err := read(text)
	if (err == nil) != (plainly == nil) && !strings.Contains(errText(plainly), "cannot unmarshal number") {
		t.Fatalf("%q: package json says %v, a Reader %v", text, plainly, err)
	}
	if err != nil || plainly != nil {
		return
	}
	a, aErr := json.Marshal(want)
	b, bErr := json.Marshal(got)
	if aErr != nil || bErr != nil || string(a) != string(b) {
		t.Fatalf("%q: package json reads %s, a Reader %s", text, a, b)
	}
	r := jsontext.NewReader(text)
	if raw, err := r.Skip(); err != nil || raw != strings.Trim(text, " \t\r\n") || r.End() != nil {
		t.Fatalf("%q: skipped as %q: %v", text, raw, err)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Law: a Reader reads what package json reads, as it reads it, and nothing else:
// of documents put together from what documents are made of, right and wrong.
func TestDocumentsAreThoseOfPackageJSON(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"{", "}", "[", "]", ",", ":", `"a"`, `"b"`, `"$ref"`, "0", "-1", "1.50", "1e9", "01", "-", "1.", ".5", "true", "false", "null", "nul",
		" ", "\n", "\t", `"\ud83d\ude00"`, `"\ud83d"`, `"\ud83d\u0041"`, `"\x"`, `"\u00e"`, `"\/"`, `"`, `\`, "\"\x01\"", "\"\xc3\"", "\x00",
	})
	rapid.Check(t, func(t *rapid.T) {
		agrees(t, strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), ""))
	})
}

func FuzzReader(f *testing.F) {
	for _, seed := range []string{`{"a":[1,true,null,{"b":"\u00f1"}]}`, `[`, `"\ud800"`, strings.Repeat("[", 10001), "{}\x00", "{\"a\":1,}", "[1,]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { agrees(t, text) })
}
