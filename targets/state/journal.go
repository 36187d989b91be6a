package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// Intent is a call that is about to be made.
type Intent struct {
	Key     string           `json:"key"` // idempotency key
	Address resource.Address `json:"address"`
	Action  plan.Action      `json:"action"` // never Replace or Adopt: those are made of others
	Hash    string           `json:"hash"`   // of what is written, references filled in
	// Record is the object as state will remember it when this is done, its ID
	// empty for a creation. For a deletion it is the object that goes.
	Record plan.Record `json:"record"`
	// Depose says that the deletion is the first half of a replacement, or of
	// what one has left behind.
	Depose bool `json:"depose,omitempty"`
}

// Result is what became of an intent, or, with an empty key, what state
// learns without a call.
type Result struct {
	Key     string           `json:"key,omitempty"`
	Address resource.Address `json:"address"`
	Record  *plan.Record     `json:"record,omitempty"` // the object as it is now
	Gone    bool             `json:"gone,omitempty"`   // the object is no more
	Error   string           `json:"error,omitempty"`  // nothing was done
	// From is where the record was before it moved to Address. Deposed is the id
	// of the object that Gone is about, where a replacement left that behind.
	From    *resource.Address `json:"from,omitempty"`
	Deposed string            `json:"deposed,omitempty"`
}

// entry is one record of the journal. Serial counts up by one.
type entry struct {
	Serial     int64                      `json:"serial"`
	Intent     *Intent                    `json:"intent,omitempty"`
	Result     *Result                    `json:"result,omitempty"`
	Blobs      map[string]json.RawMessage `json:"blobs,omitempty"`
	Identities map[string]string          `json:"identities,omitempty"`
	Settings   map[string]json.RawMessage `json:"settings,omitempty"`
	Hold       *Hold                      `json:"hold,omitempty"`
	Lift       string                     `json:"lift,omitempty"`
}

// line is an entry with the checksum of its bytes.
type line struct {
	Sum   string          `json:"sum"`
	Entry json.RawMessage `json:"entry"`
}

func encodeEntry(e entry) ([]byte, error) {
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	out, err := json.Marshal(line{checksum(raw), raw})
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

func checksum(raw []byte) string {
	s := sha256.Sum256(raw)
	return hex.EncodeToString(s[:])
}

func decodeEntry(raw []byte) (entry, error) {
	var l line
	if err := json.Unmarshal(raw, &l); err != nil {
		return entry{}, errors.New("it is not a record")
	}
	if checksum(l.Entry) != l.Sum {
		return entry{}, errors.New("its checksum does not fit")
	}
	var e entry
	if err := json.Unmarshal(l.Entry, &e); err != nil {
		return entry{}, fmt.Errorf("it cannot be understood: %w", err)
	}
	return e, nil
}

// replayed is a state as read.
type replayed struct {
	content *content
	torn    bool // the journal ends in half a record
	notices []Notice
}

// replay reads a snapshot and the journal of what happened since.
func replay(snapshot string, journal []byte) (replayed, error) {
	c, err := decodeSnapshot(snapshot)
	if err != nil {
		return replayed{}, err
	}
	if snapshot == "" && len(journal) > 0 {
		return replayed{}, errors.New("there is a journal and no snapshot that it continues; bring snapshot.json back from a backup")
	}
	out := replayed{content: c}
	for at, n := 0, 1; at < len(journal); n++ {
		end := bytes.IndexByte(journal[at:], '\n')
		if end < 0 {
			return out, out.tail(journal, at, n)
		}
		e, err := decodeEntry(journal[at : at+end])
		if err == nil {
			err = out.take(e)
		}
		if err != nil {
			return replayed{}, damaged(n, err)
		}
		at += end + 1
	}
	return out, nil
}

func damaged(n int, err error) error {
	return fmt.Errorf("record %d of the journal is damaged: %w; bring the state back from a backup", n, err)
}

// take makes an entry true that the snapshot does not hold yet.
func (r *replayed) take(e entry) error {
	if e.Serial <= r.content.serial {
		return nil
	}
	if e.Serial != r.content.serial+1 {
		return fmt.Errorf("it has number %d and follows number %d", e.Serial, r.content.serial)
	}
	r.content.take(e)
	return nil
}

// tail deals with a last record that has no end. A prefix of a record was torn
// by a crash and is cut: its call was not made, or its outcome is found again
// at the platform. A whole record that lacks its line end is damaged if
// anything else stands there.
func (r *replayed) tail(journal []byte, at, n int) error {
	rest := journal[at:]
	if _, err := decodeEntry(rest[:len(rest)-1]); err == nil {
		*r = replayed{}
		return damaged(n, errors.New("its end is not its own"))
	}
	r.torn = true
	r.notices = append(r.notices, Notice(fmt.Sprintf(
		"An earlier run was cut off while it wrote the journal: its last record was incomplete (%d bytes) and has been left out; %d are whole.", len(rest), n-1)))
	return nil
}
