package ir

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Reading by types looks at each level of a text in turn. Package json checks a
// text each time it is asked about a part of it, so what is known to be valid
// is taken apart here, by brackets and quotes alone.

// fieldsOf takes a valid JSON object apart.
func fieldsOf(raw []byte) (map[string]json.RawMessage, error) {
	parts, err := split(raw, '{')
	if err != nil {
		return nil, err
	}
	out := make(map[string]json.RawMessage, len(parts))
	for _, part := range parts {
		end := skip(part, 0)
		name := string(part[1 : end-1])
		if bytes.IndexByte(part[:end], '\\') >= 0 {
			if err := json.Unmarshal(part[:end], &name); err != nil {
				return nil, err
			}
		}
		colon := end + bytes.IndexByte(part[end:], ':')
		out[name] = bytes.TrimSpace(part[colon+1:])
	}
	return out, nil
}

// split is the items of a valid JSON list or object. Null has none.
func split(raw []byte, open byte) ([]json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	if bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	if len(raw) < 2 || raw[0] != open {
		return nil, fmt.Errorf("expected %q", open)
	}
	raw = raw[1 : len(raw)-1]
	var out []json.RawMessage
	from := 0
	for at := 0; at < len(raw); {
		if raw[at] == ',' {
			out, from = append(out, bytes.TrimSpace(raw[from:at])), at+1
			at++
			continue
		}
		at = skip(raw, at)
	}
	if last := bytes.TrimSpace(raw[from:]); len(last) > 0 {
		out = append(out, last)
	}
	return out, nil
}

// skip is the place after the character, the text, the list or the object at a
// place.
func skip(raw []byte, at int) int {
	depth := 0
	for ; at < len(raw); at++ {
		switch raw[at] {
		case '"':
			for at++; raw[at] != '"'; at++ {
				if raw[at] == '\\' {
					at++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if depth == 0 {
			return at + 1
		}
	}
	return at
}
