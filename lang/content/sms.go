package content

import (
	"slices"
	"strings"
)

// Encoding is how an SMS is written into bytes.
type Encoding string

// The encodings. GSM-7 is the default alphabet of GSM 03.38 with its extension
// table, one or two septets a character; UCS-2 takes one unit for most
// characters and two for emoji and the like.
const (
	GSM7 Encoding = "GSM-7"
	UCS2 Encoding = "UCS-2"
)

// LinkLength is what a link takes of an SMS: platforms send a short one in its
// place, of about this many characters.
const LinkLength = 23

// Stretch is a piece of an SMS: words as they are, or a link.
type Stretch struct {
	Text string
	Link bool
}

// SMS is what it takes to send a text.
type SMS struct {
	Encoding Encoding
	// Units is the length in septets of GSM-7 or in 16-bit units of UCS-2.
	Units int
	Parts int // a text without characters is one part
	// Room is how many units the parts hold together.
	Room int
	// Foreign lists the characters that GSM-7 lacks, each once, in the order of
	// the text: because of them it is UCS-2.
	Foreign []string
}

// single and joined are the units of a lone part and of one of several, which
// carries six bytes saying which part it is.
type room struct{ single, joined int }

var rooms = map[Encoding]room{GSM7: {160, 153}, UCS2: {70, 67}}

// CountSMS measures an SMS. A character of two units is never cut in two by
// the end of a part.
func CountSMS(text []Stretch) SMS {
	out := SMS{Encoding: GSM7}
	for _, s := range text {
		out.Foreign = append(out.Foreign, foreign(s, out.Foreign)...)
	}
	if len(out.Foreign) > 0 {
		out.Encoding = UCS2
	}
	costs := out.Encoding.costs(text)
	for _, c := range costs {
		out.Units += c
	}
	size := rooms[out.Encoding]
	if out.Units <= size.single {
		out.Parts, out.Room = 1, size.single
		return out
	}
	out.Parts = pack(costs, size.joined)
	out.Room = out.Parts * size.joined
	return out
}

// pack is how many parts it takes to hold the characters in order.
func pack(costs []int, room int) int {
	parts, left := 1, room
	for _, c := range costs {
		if c > left {
			parts, left = parts+1, room
		}
		left -= c
	}
	return parts
}

// foreign lists the characters of s that GSM-7 lacks and that are not known yet.
func foreign(s Stretch, known []string) []string {
	if s.Link {
		return nil
	}
	var out []string
	for _, c := range s.Text {
		if GSM7.cost(c) == 0 && !slices.Contains(known, string(c)) && !slices.Contains(out, string(c)) {
			out = append(out, string(c))
		}
	}
	return out
}

// costs is the units of each character. A link is plain letters.
func (e Encoding) costs(text []Stretch) []int {
	var out []int
	for _, s := range text {
		if s.Link {
			for range LinkLength {
				out = append(out, 1)
			}
			continue
		}
		for _, c := range s.Text {
			out = append(out, e.cost(c))
		}
	}
	return out
}

// cost is the units of a character, 0 when the encoding lacks it.
func (e Encoding) cost(c rune) int {
	switch {
	case e == UCS2 && c > 0xFFFF:
		return 2
	case e == UCS2, strings.ContainsRune(gsmBasic, c):
		return 1
	case strings.ContainsRune(gsmExtension, c):
		return 2
	}
	return 0
}

// gsmBasic is the default alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1) in the
// order of its codes, 0x00 to 0x7F, without 0x1B, which leads to the extension
// table.
const gsmBasic = "@£$¥èéùìòÇ\nØø\rÅå" +
	"Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
	" !\"#¤%&'()*+,-./" +
	"0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNO" +
	"PQRSTUVWXYZÄÖÑÜ§" +
	"¿abcdefghijklmno" +
	"pqrstuvwxyzäöñüà"

// gsmExtension is the extension table (6.2.1.1): each takes 0x1B and a code.
const gsmExtension = "\f^{}\\[~]|€"
