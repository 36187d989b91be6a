package notifuse

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
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

// An object that somebody else made has an id of theirs. When it is taken over
// its mark is stored elsewhere: behind the description of a list and the name of
// a segment, and in fields for other tools of templates and automations.

// markField is the name of the field that holds a mark.
const markField = "trayecto"

var brackets = regexp.MustCompile(`^(.*?) ?\[(trayecto-[0-9a-f]{24})\]$`)

// bracketed is a text with a mark behind it.
func bracketed(text, mark string) string {
	if mark == "" {
		return text
	}
	return strings.TrimPrefix(text+" ["+mark+"]", " ")
}

// unbracketed is a text, and the mark behind it.
func unbracketed(text string) (said, mark string) {
	if m := brackets.FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return text, ""
}

// ownership is the mark of an object: the stored one, else that of its id.
func ownership(kind string, o map[string]any) string {
	stored := ""
	switch kind {
	case kindList:
		_, stored = unbracketed(word(o, "description"))
	case kindSegment:
		_, stored = unbracketed(word(o, "name"))
	case kindTemplate:
		stored = word(within(o, "settings"), markField)
	case kindAutomation:
		stored = word(within(rootOf(o), "config"), markField)
	case kindBroadcast:
		return word(within(o, "metadata"), markField)
	}
	if stored != "" {
		return stored
	}
	return markOf(word(o, "id"))
}

// rootOf is the first node of an automation.
func rootOf(automation map[string]any) map[string]any {
	nodes, _ := automation["nodes"].([]any)
	for _, each := range nodes {
		if n, _ := each.(map[string]any); word(n, "id") == word(automation, "root_node_id") {
			return n
		}
	}
	return nil
}

// owned tells whether an object carries a mark.
func owned(o resource.Object, mark string) bool {
	return mark != "" && (o.Mark == mark || o.Mark == markOf(o.ID) && carries(o.ID, mark))
}

// toStore is the mark that an object needs beside its id.
func toStore(id, mark string) string {
	if carries(id, mark) {
		return ""
	}
	return mark
}

// short is the first digits of a hash.
func short(text string, digits int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:digits]
}
