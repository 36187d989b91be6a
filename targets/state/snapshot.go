package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/trayecto/trayecto/compiler/plan"
)

// Format is the version of state that this tool writes; newer ones are refused.
const Format = 1

// ErrNewer says that the state was written by a newer version of the tool.
var ErrNewer = errors.New("written by a newer version of trayecto")

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
	Records   []plan.Record              `json:"records"`
	Deposed   []plan.Record              `json:"deposed,omitempty"`
	Pending   []Intent                   `json:"pending,omitempty"`
	Platforms map[string]string          `json:"platforms,omitempty"` // name -> account
	Blobs     map[string]json.RawMessage `json:"blobs,omitempty"`
	Settings  map[string]json.RawMessage `json:"settings,omitempty"` // of platforms, without secrets
	Holds     []Hold                     `json:"holds,omitempty"`
}

func encodeSnapshot(c *content) ([]byte, error) {
	s := snapshot{
		Project: c.project, Env: c.env, Lineage: c.lineage, Serial: c.serial, Records: c.sorted(),
		Deposed: c.deposed, Pending: c.pending, Platforms: c.identities, Blobs: c.meant(), Settings: c.settings, Holds: c.holds,
	}
	if s.Records == nil {
		s.Records = []plan.Record{}
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	file, err := json.Marshal(envelope{Format, checksum(raw), raw})
	if err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	return append(file, '\n'), nil
}

// decodeSnapshot reads what encodeSnapshot wrote; nil is the state before the
// first lock.
func decodeSnapshot(file []byte) (*content, error) {
	c := newContent()
	if file == nil {
		return c, nil
	}
	if !bytes.HasSuffix(file, []byte("}\n")) {
		return nil, errors.New("the snapshot is cut off; bring snapshot.json back from a backup")
	}
	var e envelope
	if err := json.Unmarshal(file, &e); err != nil {
		return nil, fmt.Errorf("the snapshot is damaged: %w; bring snapshot.json back from a backup", err)
	}
	if e.FormatVersion > Format {
		return nil, fmt.Errorf("the snapshot has format %d, this version reads up to %d: %w", e.FormatVersion, Format, ErrNewer)
	}
	if e.FormatVersion < 1 || checksum(e.State) != e.SHA256 {
		return nil, errors.New("the snapshot is damaged: its checksum does not fit; bring snapshot.json back from a backup")
	}
	var s snapshot
	if err := json.Unmarshal(e.State, &s); err != nil {
		return nil, fmt.Errorf("the snapshot cannot be understood: %w", err)
	}
	if s.Lineage == "" {
		return nil, errors.New("the snapshot has no lineage; bring snapshot.json back from a backup")
	}
	c.fill(s)
	return c, nil
}

func (c *content) fill(s snapshot) {
	c.project, c.env, c.lineage, c.serial = s.Project, s.Env, s.Lineage, s.Serial
	c.deposed, c.pending = s.Deposed, s.Pending
	for _, r := range s.Records {
		c.records[r.Address] = r
	}
	if s.Platforms != nil {
		c.identities = s.Platforms
	}
	c.holds = s.Holds
	if s.Settings != nil {
		c.settings = s.Settings
	}
	if s.Blobs != nil {
		c.blobs = s.Blobs
	}
}
