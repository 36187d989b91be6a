// Package signature is who vouches for a file: signatures by SSH keys, and who
// may give them.
//
// A signature is one of OpenSSH (PROTOCOL.sshsig), armoured, as ssh-keygen -Y
// sign -n trayecto.plan makes it and ssh-keygen -Y verify understands it; who may
// sign stands in a file of OpenSSH's allowed signers (ssh-keygen(1)). So a key in
// a token or behind an agent signs as well, and nobody has to trust this code
// alone. The namespace keeps a signature of something else from being taken for
// one of a plan.
package signature

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Namespace is what signatures of plans are for.
const Namespace = "trayecto.plan"

// Sign is the signature of a text, armoured.
func Sign(random io.Reader, key ssh.Signer, text []byte) ([]byte, error) {
	made, err := sshsig.SignWithRand(bytes.NewReader(text), random, key, sshsig.HashSHA512, Namespace)
	if err != nil {
		return nil, err
	}
	return sshsig.Armor(made), nil
}

// By is who has signed.
type By struct {
	Principals  string // as the file of allowed signers names them: "ana@example.test"
	Fingerprint string // of the key: "SHA256:..."
}

// ErrChanged says that a signature is not of the text as it is.
var ErrChanged = errors.New("the signature is of something else: the file or its signature was changed after it was signed")

// ForeignError says that a signature is right, and by nobody who may give it.
type ForeignError struct {
	Fingerprint string
	Why         string // of a key that is listed; "" of one that is not
}

// Error names the key.
func (e *ForeignError) Error() string {
	if e.Why != "" {
		return fmt.Sprintf("it is signed by the key %s, %s", e.Fingerprint, e.Why)
	}
	return fmt.Sprintf("it is signed by the key %s, which is none of the allowed signers'", e.Fingerprint)
}

// Verify is who has signed a text, at an instant. It fails with ErrChanged or
// *ForeignError, or says what of the signature cannot be read.
func (s Signers) Verify(text, armored []byte, now time.Time) (By, error) {
	found, err := sshsig.Unarmor(armored)
	if err != nil {
		return By{}, fmt.Errorf("the signature cannot be read: %w", err)
	}
	if found.Namespace != Namespace {
		return By{}, fmt.Errorf("the signature is for %q, and that of a plan is for %q", found.Namespace, Namespace)
	}
	if err := sshsig.Verify(bytes.NewReader(text), found, found.PublicKey, found.HashAlgorithm, Namespace); err != nil {
		return By{}, ErrChanged
	}
	by := By{Fingerprint: ssh.FingerprintSHA256(found.PublicKey)}
	refused := &ForeignError{Fingerprint: by.Fingerprint}
	for _, one := range s {
		if !bytes.Equal(one.key.Marshal(), found.PublicKey.Marshal()) {
			continue
		}
		if why := one.refuses(now); why != "" {
			refused.Why = why
			continue
		}
		by.Principals = one.principals
		return by, nil
	}
	return By{}, refused
}
