package notifuse

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// Ids.
//
// The platform lets whoever creates an object choose its id, and never gives an
// id free again: a deleted object keeps it. So an id is the ownership mark,
// which finds the object again when an answer was lost, and a few letters from
// the change that made it, which differ each time. Letters and digits only, at
// most 32: the narrowest of what lists, segments, templates and automations
// accept.

// The form of a mark and of an id that carries one.
const (
	markPrefix = "trayecto-"
	markDigits = 24
	idPrefix   = "t"
	turnDigits = 7
)

var ourID = regexp.MustCompile(`^t([0-9a-f]{24})([0-9a-f]{7})$`)

// mint is the id of an object that carries a mark; turn counts the tries.
func mint(mark, key string, turn int) string {
	digits := strings.TrimPrefix(mark, markPrefix)
	if len(digits) != markDigits {
		digits = short(mark, markDigits)
	}
	return idPrefix + digits + short(key+strings.Repeat("+", turn), turnDigits)
}

// markOf is the mark in an id, "" where it is not one of ours.
func markOf(id string) string {
	m := ourID.FindStringSubmatch(id)
	if m == nil {
		return ""
	}
	return markPrefix + m[1]
}

// carries tells whether an id is that of an object with a mark.
func carries(id, mark string) bool {
	return mark != "" && markOf(id) != "" && strings.HasPrefix(id, mint(mark, "", 0)[:1+markDigits])
}

// short is the first digits of a hash.
func short(text string, digits int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:digits]
}
