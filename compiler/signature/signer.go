package signature

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Signers is who may sign.
type Signers []signer

// signer is a line of a file of allowed signers.
type signer struct {
	principals    string
	key           ssh.PublicKey
	namespaces    []string // patterns; none: for everything
	after, before time.Time
}

// ReadSigners reads a file of allowed signers: on each line who, options, and a
// public key. Instants in it that do not say Z are taken to be UTC. What this
// package cannot hold to is an error: it is not passed over.
func ReadSigners(raw []byte) (Signers, error) {
	var out Signers
	n := 0
	for line := range bytes.Lines(raw) {
		n++
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' {
			continue
		}
		one, err := readSigner(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("it allows nobody: write a line for each signer, as in: ana@example.test ssh-ed25519 KEY")
	}
	return out, nil
}

func readSigner(text string) (signer, error) {
	who, rest, there := strings.Cut(text, " ")
	if !there {
		return signer{}, fmt.Errorf("it is not who, options and a public key")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(strings.TrimSpace(rest)))
	if err != nil {
		return signer{}, fmt.Errorf("its public key cannot be read; write who, options and the key, as in: ana@example.test ssh-ed25519 KEY")
	}
	out := signer{principals: strings.Trim(who, `"`), key: key}
	for _, o := range options {
		if err := out.option(o); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (s *signer) option(text string) (err error) {
	name, value, _ := strings.Cut(text, "=")
	value = strings.Trim(value, `"`)
	switch strings.ToLower(name) {
	case "namespaces":
		s.namespaces = strings.Split(value, ",")
		for _, p := range s.namespaces {
			if _, err := path.Match(p, ""); err != nil {
				return fmt.Errorf("%q is no pattern", p)
			}
		}
	case "valid-after":
		s.after, err = instant(value)
	case "valid-before":
		s.before, err = instant(value)
	case "cert-authority":
		return fmt.Errorf("it allows what an authority certifies, which is not understood here; list the keys themselves")
	default:
		return fmt.Errorf("its option %q is not known", name)
	}
	return err
}

// instant is a time as OpenSSH writes it: YYYYMMDD[HHMM[SS]][Z].
func instant(text string) (time.Time, error) {
	bare := strings.TrimSuffix(text, "Z")
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(bare) == len(layout) {
			if at, err := time.Parse(layout, bare); err == nil {
				return at, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("%q is no instant; write 20261201 or 202612010800Z", text)
}

// refuses is why a listed key does not count, "" if it does.
func (s signer) refuses(now time.Time) string {
	allowed := len(s.namespaces) == 0
	for _, p := range s.namespaces {
		matches, err := path.Match(strings.TrimSpace(p), Namespace)
		allowed = allowed || err == nil && matches
	}
	switch {
	case !allowed:
		return "which may not sign " + Namespace
	case !s.after.IsZero() && now.Before(s.after):
		return "which is allowed from " + s.after.Format(time.RFC3339) + " on"
	case !s.before.IsZero() && !now.Before(s.before):
		return "which was allowed until " + s.before.Format(time.RFC3339)
	}
	return ""
}
