// Package sealed is a state that only its recipients can read, wherever it is kept.
//
// A snapshot is one file of age, and what is appended to the journal at once is
// one line: age in base64, with a word before it. What was written before anybody
// sealed it is read as it is, so that a state can be sealed, and unsealed, by the
// next apply. Whoever may write where the state is kept can put another in its
// place, sealed or not: this keeps a state secret, not true.
package sealed

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/trayecto/trayecto/targets/state"
)

const (
	// magic begins a file of age.
	magic = "age-encryption.org/"
	// word begins a sealed line of the journal.
	word = "age:"
)

// Keys say who can read a state.
type Keys struct {
	Recipients []string // public keys; none: what is written from now on is not sealed
	Identity   string   // secret keys, or the path of a file that has them
	Dir        string   // where a path begins
}

// New seals what a backend keeps.
func New(b state.Backend, k Keys) (state.Backend, error) {
	out := &sealed{Backend: b}
	var err error
	if len(k.Recipients) > 0 {
		if out.recipients, err = age.ParseRecipients(strings.NewReader(strings.Join(k.Recipients, "\n"))); err != nil {
			return nil, fmt.Errorf("reading the recipients of the state: %w", err)
		}
	}
	if out.identities, err = k.identities(); err != nil {
		return nil, err
	}
	return out, nil
}

// identities reads the secret keys; no error repeats them.
func (k Keys) identities() ([]age.Identity, error) {
	text := k.Identity
	if !strings.Contains(text, "AGE-SECRET-KEY-") {
		path := text
		if !filepath.IsAbs(path) {
			path = filepath.Join(k.Dir, path)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, errors.New("the identity of the state is neither a secret key of age nor a file that can be read")
		}
		text = string(raw)
	}
	out, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		return nil, errors.New("the identity of the state is no secret key of age")
	}
	return out, nil
}

type sealed struct {
	state.Backend
	recipients []age.Recipient
	identities []age.Identity
}

// Read implements state.Backend.
func (s *sealed) Read(ctx context.Context) (state.Stored, error) {
	got, err := s.Backend.Read(ctx)
	if err != nil {
		return got, err
	}
	if strings.HasPrefix(got.Snapshot, magic) {
		raw, err := s.open(strings.NewReader(got.Snapshot))
		if err == nil {
			got.Snapshot, err = state.Whole(raw)
		}
		if err != nil {
			return got, fmt.Errorf("opening the snapshot: %w", err)
		}
	}
	got.Journal, err = s.journal(got.Journal)
	return got, err
}

// journal opens the lines that are sealed. What stands behind the last line end
// was torn, and is left to who reads the journal.
func (s *sealed) journal(raw []byte) ([]byte, error) {
	if !bytes.Contains(raw, []byte(word)) {
		return raw, nil
	}
	var out []byte
	for n := 1; len(raw) > 0; n++ {
		line, rest, whole := bytes.Cut(raw, []byte("\n"))
		text, is := bytes.CutPrefix(line, []byte(word))
		switch {
		case !whole:
			return append(out, line...), nil
		case !is:
			out = append(append(out, line...), '\n')
		default:
			opened, err := s.line(text)
			if err != nil {
				return nil, fmt.Errorf("opening line %d of the journal: %w", n, err)
			}
			out = append(out, opened...)
		}
		raw = rest
	}
	return out, nil
}

func (s *sealed) line(text []byte) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return nil, err
	}
	return s.open(bytes.NewReader(raw))
}

func (s *sealed) open(raw io.Reader) ([]byte, error) {
	r, err := age.Decrypt(raw, s.identities...)
	var stranger *age.NoIdentityMatchError
	if errors.As(err, &stranger) {
		return nil, errors.New("it is sealed for others: the identity given is none of its recipients'")
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func (s *sealed) seal(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, s.recipients...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Lease implements state.Backend.
func (s *sealed) Lease(ctx context.Context, by state.Holder) (state.Lease, error) {
	l, err := s.Backend.Lease(ctx, by)
	if err != nil || len(s.recipients) == 0 {
		return l, err
	}
	return &lease{l, s}, nil
}

// lease seals what is written.
type lease struct {
	state.Lease
	sealed *sealed
}

// Append implements state.Lease.
func (l *lease) Append(ctx context.Context, lines []byte) error {
	raw, err := l.sealed.seal(lines)
	if err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	return l.Lease.Append(ctx, []byte(word+base64.StdEncoding.EncodeToString(raw)+"\n"))
}

// Replace implements state.Lease.
func (l *lease) Replace(ctx context.Context, snapshot []byte) error {
	raw, err := l.sealed.seal(snapshot)
	if err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	return l.Lease.Replace(ctx, raw)
}
