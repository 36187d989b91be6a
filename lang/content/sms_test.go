package content

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Codes of GSM 03.38, from the table of the standard: high digit by row, low by
// column. One or more of every column of the table is named.
func TestGSMBasicIsInTheOrderOfTheStandard(t *testing.T) {
	runes := []rune(gsmBasic)
	runes = append(runes[:0x1B:0x1B], append([]rune{0x1B}, runes[0x1B:]...)...)
	if want, got := 128, len(runes); want != got {
		t.Fatalf("the alphabet has %d codes, not %d", got, want)
	}
	want := map[int]rune{
		0x00: '@', 0x01: '£', 0x02: '$', 0x03: '¥', 0x04: 'è', 0x05: 'é', 0x06: 'ù', 0x07: 'ì', 0x08: 'ò', 0x09: 'Ç', 0x0A: '\n',
		0x0B: 'Ø', 0x0C: 'ø', 0x0D: '\r', 0x0E: 'Å', 0x0F: 'å', 0x10: 'Δ', 0x11: '_', 0x12: 'Φ', 0x13: 'Γ', 0x14: 'Λ', 0x15: 'Ω',
		0x16: 'Π', 0x17: 'Ψ', 0x18: 'Σ', 0x19: 'Θ', 0x1A: 'Ξ', 0x1B: 0x1B, 0x1C: 'Æ', 0x1D: 'æ', 0x1E: 'ß', 0x1F: 'É', 0x20: ' ',
		0x24: '¤', 0x30: '0', 0x3F: '?', 0x40: '¡', 0x41: 'A', 0x5A: 'Z', 0x5B: 'Ä', 0x5C: 'Ö', 0x5D: 'Ñ', 0x5E: 'Ü', 0x5F: '§',
		0x60: '¿', 0x61: 'a', 0x7A: 'z', 0x7B: 'ä', 0x7C: 'ö', 0x7D: 'ñ', 0x7E: 'ü', 0x7F: 'à',
	}
	for code, c := range want {
		if runes[code] != c {
			t.Errorf("code %#02x is %q, not %q", code, runes[code], c)
		}
	}
	for code := 0x20; code < 0x7B; code++ { // where the alphabet is ASCII it stands at its place
		if code != 0x24 && code != 0x40 && !(code > 0x5A && code < 0x61) && runes[code] != rune(code) {
			t.Errorf("code %#02x is %q", code, runes[code])
		}
	}
}

func TestCountSMS(t *testing.T) {
	words := func(s string) []Stretch { return []Stretch{{Text: s}} }
	cases := []struct {
		name string
		text []Stretch
		want SMS
	}{
		{"nothing", nil, SMS{GSM7, 0, 1, 160, nil}},
		{"one part is full", words(strings.Repeat("a", 160)), SMS{GSM7, 160, 1, 160, nil}},
		{"one more", words(strings.Repeat("a", 161)), SMS{GSM7, 161, 2, 306, nil}},
		{"two parts are full", words(strings.Repeat("a", 306)), SMS{GSM7, 306, 2, 306, nil}},
		{"three", words(strings.Repeat("a", 307)), SMS{GSM7, 307, 3, 459, nil}},
		{"the extension takes two", words("[10 €]"), SMS{GSM7, 9, 1, 160, nil}},
		{"an extension at the end of a part moves on", words(strings.Repeat("a", 152) + strings.Repeat("€", 77)), SMS{GSM7, 306, 3, 459, nil}},
		{"UCS-2, one part", words("í" + strings.Repeat("a", 69)), SMS{UCS2, 70, 1, 70, []string{"í"}}},
		{"UCS-2, two", words("í" + strings.Repeat("a", 70)), SMS{UCS2, 71, 2, 134, []string{"í"}}},
		{"an emoji takes two and is not cut", words(strings.Repeat("a", 66) + strings.Repeat("😀", 34)), SMS{UCS2, 134, 3, 201, []string{"😀"}}},
		{"small c with cedilla is not in the alphabet", words("Çç"), SMS{UCS2, 2, 1, 70, []string{"ç"}}},
		{"a link alone", []Stretch{{Link: true}}, SMS{GSM7, 23, 1, 160, nil}},
		{
			"as in the first hour", []Stretch{{Text: "Lumen: no nos llega tu correo. Corrige la dirección aquí: "}, {Link: true}},
			SMS{UCS2, 81, 2, 134, []string{"ó", "í"}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, CountSMS(c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLawSMS(t *testing.T) {
	char := rapid.SampledFrom([]rune("abcé€[\nñíçó😀🏠漢"))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(char, 0, 400).Draw(t, "text"))
		cut := rapid.IntRange(0, len([]rune(text))).Draw(t, "cut")
		whole := CountSMS([]Stretch{{Text: text}})
		runes := []rune(text)
		if diff := cmp.Diff(whole, CountSMS([]Stretch{{Text: string(runes[:cut])}, {Text: string(runes[cut:])}})); diff != "" {
			t.Fatalf("where stretches end changes the count: %s", diff)
		}
		size := rooms[whole.Encoding]
		switch {
		case whole.Units > whole.Room:
			t.Fatalf("%d units in room for %d", whole.Units, whole.Room)
		case whole.Parts > 1 && whole.Units <= size.single:
			t.Fatal("several parts where one is enough")
		case whole.Parts > 2 && whole.Units <= (whole.Parts-1)*(size.joined-1):
			t.Fatalf("%d parts for %d units: more than cutting no character explains", whole.Parts, whole.Units)
		case (whole.Encoding == UCS2) != (len(whole.Foreign) > 0):
			t.Fatal("UCS-2 without a character that asks for it, or the other way round")
		}
		more := CountSMS([]Stretch{{Text: text}, {Text: "a"}})
		if more.Units != whole.Units+1 || more.Parts < whole.Parts || utf8.RuneCountInString(text) > whole.Units {
			t.Fatal("a letter more counts wrongly")
		}
	})
}
