package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/jsontext"
	"github.com/trayecto/trayecto/lang/workers"
)

// Format is the version of state that this tool writes; newer ones are refused.
const Format = 1

// ErrNewer says that the state was written by a newer version of the tool.
var ErrNewer = errors.New("written by a newer version of trayecto")

var errDamaged = errors.New("the snapshot is damaged: its checksum does not fit; bring snapshot.json back from a backup")

// envelope is the file around a snapshot; SHA256 is that of State's bytes.
type envelope struct {
	FormatVersion int             `json:"trayecto_state"`
	SHA256        string          `json:"sha256"`
	State         json.RawMessage `json:"state"`
}

// snapshot is content as documented in schemas/state.schema.json.
type snapshot struct {
	Project   string                     `json:"project"`
	Env       string                     `json:"env,omitempty"`
	Lineage   string                     `json:"lineage"`
	Serial    int64                      `json:"serial"`
	Records   []plan.Record              `json:"records,omitempty"` // always there, see encodeSnapshot
	Deposed   []plan.Record              `json:"deposed,omitempty"`
	Pending   []Intent                   `json:"pending,omitempty"`
	Platforms map[string]string          `json:"platforms,omitempty"` // name -> account
	Blobs     map[string]json.RawMessage `json:"blobs,omitempty"`
	Settings  map[string]json.RawMessage `json:"settings,omitempty"` // of platforms, without secrets
	Holds     []Hold                     `json:"holds,omitempty"`

	found map[string]string // the blobs, as content has them
}

// A snapshot is written with each record and each declaration on a line of its
// own, so that both are found without reading what is between them: line ends
// stand in no JSON text. Records are then read several at a time, and of the
// declarations, which are more than half of it, only those that somebody asks for.
// A snapshot that is laid out otherwise says the same and is read plainly.
const (
	fileBegin    = `{"trayecto_state":1,"sha256":"`
	stateBegin   = `","state":`
	recordsBegin = `,"records":[`
	blobsBegin   = `],"blobs":{`
	stateEnd     = `}}`
	fileEnd      = "}\n"
)

func encodeSnapshot(c *content) ([]byte, error) {
	s := snapshot{
		Project: c.project, Env: c.env, Lineage: c.lineage, Serial: c.serial,
		Deposed: c.deposed, Pending: c.pending, Platforms: c.identities, Settings: c.settings, Holds: c.holds,
	}
	head, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	out := append(append([]byte(fileBegin), make([]byte, hex.EncodedLen(sha256.Size))...), stateBegin...)
	begin := len(out)
	out = append(append(out, head[:len(head)-1]...), recordsBegin...)
	for i, r := range c.sorted() {
		if out, err = r.Append(append(out, lineEnd(i)...)); err != nil {
			return nil, fmt.Errorf("encoding: %w", err)
		}
	}
	out = append(append(out, '\n'), blobsBegin...)
	if out, err = appendBlobs(out, c.meant()); err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	out = append(append(out, '\n'), stateEnd...)
	copy(out[len(fileBegin):], checksum(out[begin:]))
	return append(out, fileEnd...), nil
}

// lineEnd is what stands before line i of a list.
func lineEnd(i int) string {
	if i > 0 {
		return ",\n"
	}
	return "\n"
}

func appendBlobs(out []byte, blobs map[string]string) ([]byte, error) {
	for i, hash := range slices.Sorted(maps.Keys(blobs)) {
		out = append(jsontext.Append(append(out, lineEnd(i)...), hash), ':')
		if !strings.Contains(blobs[hash], "\n") {
			out = append(out, blobs[hash]...)
			continue
		}
		var line bytes.Buffer
		if err := json.Compact(&line, []byte(blobs[hash])); err != nil {
			return nil, err
		}
		out = append(out, line.Bytes()...)
	}
	return out, nil
}

// decodeSnapshot reads what encodeSnapshot wrote; "" is the state before the first
// lock. What it is read into is parts of the text, which is large: its checksum
// is worked out meanwhile, and what was read is nothing until that fits.
func decodeSnapshot(file string) (*content, error) {
	c := newContent()
	if file == "" {
		return c, nil
	}
	if !strings.HasSuffix(file, fileEnd) {
		return nil, errors.New("the snapshot is cut off; bring snapshot.json back from a backup")
	}
	e, err := openEnvelope(file)
	if err != nil {
		return nil, err
	}
	var s snapshot
	var sum string
	var unclear error
	both := []func(){func() { sum = checksumOf(e.State) }, func() { s, unclear = readState(e.State) }}
	workers.Each(len(both), 0, func(i int) { both[i]() })
	if sum != e.SHA256 {
		return nil, errDamaged
	}
	if unclear != nil {
		return nil, fmt.Errorf("the snapshot cannot be understood: %w", unclear)
	}
	if s.Lineage == "" {
		return nil, errors.New("the snapshot has no lineage; bring snapshot.json back from a backup")
	}
	c.fill(s)
	return c, nil
}

// checksumOf is checksum of a text, without a copy of the whole of it.
func checksumOf(text string) string {
	sum := sha256.New()
	var some [32 << 10]byte
	for len(text) > 0 {
		n := copy(some[:], text)
		sum.Write(some[:n]) // fails never
		text = text[n:]
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// readState reads a state as it is laid out.
func readState(text string) (snapshot, error) {
	s, laidOut, err := readLines(text)
	if !laidOut {
		s, err = readPlainly([]byte(text))
	}
	return s, err
}

func readPlainly(raw []byte) (snapshot, error) {
	var s snapshot
	err := json.Unmarshal(raw, &s)
	s.found = make(map[string]string, len(s.Blobs))
	for hash, body := range s.Blobs {
		s.found[hash] = string(body)
	}
	return s, err
}

// opened is an envelope with the state's bytes as they were written.
type opened struct{ SHA256, State string }

// openEnvelope takes a state out of its envelope, and looks at neither.
func openEnvelope(file string) (opened, error) {
	if e, ok := cutEnvelope(file); ok {
		return e, nil
	}
	var e envelope
	if err := json.Unmarshal([]byte(file), &e); err != nil {
		return opened{}, fmt.Errorf("the snapshot is damaged: %w; bring snapshot.json back from a backup", err)
	}
	if e.FormatVersion > Format {
		return opened{}, fmt.Errorf("the snapshot has format %d, this version reads up to %d: %w", e.FormatVersion, Format, ErrNewer)
	}
	if e.FormatVersion < 1 {
		return opened{}, errDamaged
	}
	return opened{e.SHA256, string(e.State)}, nil
}

// cutEnvelope opens an envelope as encodeSnapshot writes it, without reading what is inside.
func cutEnvelope(file string) (opened, bool) {
	rest, ok := strings.CutPrefix(file, fileBegin)
	length := hex.EncodedLen(sha256.Size)
	if !ok || len(rest) < length || !strings.HasPrefix(rest[length:], stateBegin) {
		return opened{}, false
	}
	e := opened{rest[:length], strings.TrimSuffix(rest[length+len(stateBegin):], fileEnd)}
	return e, strings.HasPrefix(e.State, "{") && strings.HasSuffix(e.State, stateEnd)
}

// readLines reads a state of which each record and each declaration has its own
// line. What it finds are parts of the text, so that nothing is there twice.
func readLines(text string) (s snapshot, laidOut bool, err error) {
	end := strings.IndexByte(text, '\n')
	head, ok := strings.CutSuffix(text[:max(end, 0)], recordsBegin)
	if !ok {
		return s, false, nil
	}
	records, rest, ok := strings.Cut(text[end:], "\n"+blobsBegin)
	if !ok {
		return s, false, nil
	}
	blobs, ok := strings.CutSuffix(rest, "\n"+stateEnd)
	if !ok {
		return s, false, nil
	}
	if err := json.Unmarshal([]byte(head+"}"), &s); err != nil {
		return s, true, err
	}
	if s.Records, err = readRecords(records); err != nil {
		return s, true, err
	}
	s.found, ok = readBlobs(blobs)
	return s, ok, nil
}

// recordsAtOnce is how many records one turn of a worker reads.
const recordsAtOnce = 256

func readRecords(text string) ([]plan.Record, error) {
	if len(text) == 0 {
		return nil, nil
	}
	lines := strings.Split(text[1:], ",\n")
	out, failed := make([]plan.Record, len(lines)), make([]error, len(lines))
	workers.InRuns(len(lines), recordsAtOnce, 0, func(i int) { out[i], failed[i] = plan.ReadRecord(lines[i]) })
	return out, errors.Join(failed...)
}

// readBlobs finds each declaration; none of them is looked at.
func readBlobs(text string) (map[string]string, bool) {
	text = strings.TrimPrefix(text, "\n")
	out := make(map[string]string, strings.Count(text, "\n")+1)
	for len(text) > 0 {
		line, rest, _ := strings.Cut(text, ",\n")
		hash, body, ok := strings.Cut(line, `":`)
		if !ok || hash == "" || hash[0] != '"' || strings.Contains(hash, `\`) {
			return nil, false
		}
		out[hash[1:]], text = body, rest
	}
	return out, true
}

func (c *content) fill(s snapshot) {
	c.project, c.env, c.lineage, c.serial = s.Project, s.Env, s.Lineage, s.Serial
	c.deposed, c.pending = s.Deposed, s.Pending
	for i := range s.Records {
		c.records[s.Records[i].Address] = &s.Records[i]
	}
	if s.Platforms != nil {
		c.identities = s.Platforms
	}
	c.holds = s.Holds
	if s.Settings != nil {
		c.settings = s.Settings
	}
	if s.found != nil {
		c.blobs = s.found
	}
}
