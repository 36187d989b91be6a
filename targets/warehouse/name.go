package warehouse

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

var plainSegment = regexp.MustCompile(`^segment\.([\p{L}_][\p{L}\p{N}_]*)$`)

// viewName is the name of a segment's view: segment_ and its name. A name that
// is in a module, has an instance or is longer than that many bytes gets a hash, so that no two
// segments meet.
func viewName(address string, longest int) string {
	if m := plainSegment.FindStringSubmatch(address); m != nil && len("segment_"+m[1]) <= longest {
		return "segment_" + m[1]
	}
	sum := sha256.Sum256([]byte(address))
	tail := "_" + hex.EncodeToString(sum[:4])
	words := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, address)
	words = "segment_" + strings.TrimPrefix(words, "segment_")
	return words[:min(len(words), longest-len(tail))] + tail
}
