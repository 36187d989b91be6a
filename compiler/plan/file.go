package plan

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/workers"
)

// document is the plan as documented in schemas/plan.schema.json.
type document struct {
	FormatVersion int    `json:"format_version"`
	Digest        string `json:"digest"`
	Counts        Counts `json:"counts"`
	*Plan
}

// JSON is the documented structure, schemas/plan.schema.json.
func (p *Plan) JSON() ([]byte, error) {
	raw, err := p.document()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (p *Plan) document() ([]byte, error) {
	digest, err := p.digest()
	if err != nil {
		return nil, err
	}
	if p.Shown {
		return nil, errors.New("writing the plan: it was made to be shown only")
	}
	full := *p
	if full.Changes == nil {
		full.Changes = []Change{}
	}
	if full.Platforms == nil {
		full.Platforms = []PlatformInfo{}
	}
	raw, err := json.Marshal(document{Format, digest, p.Counts(), &full})
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	return raw, nil
}

// deed is the part of a plan that its digest is about.
type deed struct {
	Project, Env, Source string
	Accounts             []string
	Changes              []Change
	Refresh              []Record
	Forget               []resource.Address
	Lookups              []LookupID
	Moved                []Moved `json:",omitempty"`
	LetGo                []LetGo `json:",omitempty"`
}

// Digest names what the plan does: 64 hex digits. Two plans with the same
// digest carry out the same changes on the same objects of the same accounts;
// the instant, the figures and the notes for readers are no part of it.
func (p *Plan) Digest() string {
	digest, err := p.digest()
	if err != nil {
		panic(fmt.Sprintf("naming a plan: %v", err)) // plain data marshals
	}
	return digest
}

// Short is the part of the digest that people read: 8 hex digits.
func (p *Plan) Short() string { return p.Digest()[:8] }

// digest is the SHA-256 of the JSON of a deed, whose changes are written one by
// one: of very many, all at once would take more memory than the plan.
func (p *Plan) digest() (string, error) {
	d := deed{Project: p.Project, Env: p.Env, Source: p.Source, Refresh: p.Refresh, Forget: p.Forget, Lookups: p.Lookups, Moved: p.Moved, LetGo: p.LetGo}
	for _, platform := range p.Platforms {
		d.Accounts = append(d.Accounts, platform.Name, platform.Target, platform.Identity)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("naming the plan: %w", err)
	}
	if len(p.Changes) == 0 {
		return sum(raw), nil
	}
	before, after, _ := bytes.Cut(raw, []byte(noChanges))
	named := sha256.New()
	named.Write(before)
	named.Write([]byte(`,"Changes":[`))
	if err := p.spell(named); err != nil {
		return "", fmt.Errorf("naming the plan: %w", err)
	}
	named.Write([]byte("]"))
	named.Write(after)
	return hex.EncodeToString(named.Sum(nil)), nil
}

// spelledAtOnce is how many changes a turn of a worker spells, and turnsAtOnce how
// many turns are waited for before what they spelled is written.
const spelledAtOnce, turnsAtOnce = 32, 16

// spell writes the JSON of the changes, aside from what the caller says of them,
// with commas between.
func (p *Plan) spell(to io.Writer) error {
	runs := workers.Runs(len(p.Changes), spelledAtOnce)
	var spelled [turnsAtOnce][]byte
	var failed [turnsAtOnce]error
	for ; len(runs) > 0; runs = runs[min(turnsAtOnce, len(runs)):] {
		turns := min(turnsAtOnce, len(runs))
		workers.Each(turns, 0, func(turn int) {
			b := spelled[turn][:0]
			for i := runs[turn][0]; i < runs[turn][1] && failed[turn] == nil; i++ {
				c := p.Changes[i]
				c.Summary = ""
				b, failed[turn] = c.append(append(b, separator(i, "")...))
			}
			spelled[turn] = b
		})
		if err := errors.Join(failed[:]...); err != nil {
			return err
		}
		for _, b := range spelled[:turns] {
			if _, err := to.Write(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// noChanges is what stands in the JSON of a deed in the place of its changes. It
// stands in no text, where quotes are escaped.
const noChanges = `,"Changes":null`

func sum(raw []byte) string {
	s := sha256.Sum256(raw)
	return hex.EncodeToString(s[:])
}

// envelope is the file around a plan. SHA256 is that of Plan's bytes.
type envelope struct {
	FormatVersion int             `json:"trayecto_plan"`
	SHA256        string          `json:"sha256"`
	Plan          json.RawMessage `json:"plan"`
}

// compressAbove is the size from which a saved plan is compressed.
const compressAbove = 1 << 20

// maxPlan bounds what Open unpacks.
const maxPlan = 1 << 30

// Save is the plan as one file, to be read again by Open.
func (p *Plan) Save() ([]byte, error) {
	raw, err := p.document()
	if err != nil {
		return nil, err
	}
	file, err := json.Marshal(envelope{Format, sum(raw), raw})
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	if len(file) < compressAbove {
		return append(file, '\n'), nil
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(file); err != nil {
		return nil, fmt.Errorf("compressing the plan: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compressing the plan: %w", err)
	}
	return b.Bytes(), nil
}

// ErrNewer says that a file was written by a newer version of the tool.
var ErrNewer = errors.New("written by a newer version of trayecto")

// Open reads a saved plan. A file that is damaged in any byte, or that is not
// a plan, is an error; so is one of a newer format, wrapping ErrNewer.
func Open(raw []byte) (*Plan, error) {
	raw, err := unpack(raw)
	if err != nil {
		return nil, fmt.Errorf("the plan file is damaged: %w", err)
	}
	var e envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, errors.New("this is not a saved plan, or it is damaged; write one with: trayecto plan --out FILE.tplan")
	}
	switch {
	case e.FormatVersion == 0:
		return nil, errors.New("this is not a saved plan; write one with: trayecto plan --out FILE.tplan")
	case e.FormatVersion > Format:
		return nil, fmt.Errorf("the plan file has format %d, this version reads up to %d: %w", e.FormatVersion, Format, ErrNewer)
	case sum(e.Plan) != e.SHA256:
		return nil, errors.New("the plan file is damaged: its checksum does not fit; make the plan again")
	}
	return read(e.Plan)
}

func unpack(raw []byte) ([]byte, error) {
	if !bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		return raw, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, maxPlan+1))
	if err != nil {
		return nil, err
	}
	if len(out) > maxPlan {
		return nil, errors.New("it is larger than 1 GiB")
	}
	return out, nil
}

func read(raw []byte) (*Plan, error) {
	var p Plan
	d := document{Plan: &p}
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("the plan file is damaged: %w", err)
	}
	if d.Plan == nil {
		return nil, errors.New("the plan file is damaged: it holds no plan")
	}
	for i, c := range p.Changes {
		for _, n := range c.Needs {
			if n < 0 || n >= i {
				return nil, fmt.Errorf("the plan file is damaged: change %d needs change %d", i, n)
			}
		}
	}
	digest, err := p.digest()
	if err != nil {
		return nil, err
	}
	if digest != d.Digest {
		return nil, errors.New("the plan file is damaged: its digest does not fit; make the plan again")
	}
	return &p, nil
}
