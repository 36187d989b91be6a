package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/term"

	"github.com/trayecto/trayecto/compiler/signature"
)

// signatureOf is where the signature of a file stands, as ssh-keygen puts it.
func signatureOf(path string) string { return path + ".sig" }

// allowedSigners is the environment variable that has only signed plans carried
// out on a machine, whoever starts it.
const allowedSigners = "TRAYECTO_ALLOWED_SIGNERS"

// signFile signs a file.
func signFile(path string, key ssh.Signer) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("signing %s: %w", path, err)
	}
	made, err := signature.Sign(rand.Reader, key, text)
	if err != nil {
		return fmt.Errorf("signing %s: %w", path, err)
	}
	if err := os.WriteFile(signatureOf(path), made, 0o644); err != nil {
		return fmt.Errorf("writing the signature: %w", err)
	}
	return nil
}

// signingKey is a private key, or the one behind the agent of which a file has
// the public half. Done ends what was opened for it.
func signingKey(w *world, path string) (key ssh.Signer, done func(), err error) {
	done = func() {}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, done, fmt.Errorf("reading the key to sign with: %w", err)
	}
	if public, _, _, _, err := ssh.ParseAuthorizedKey(raw); err == nil {
		return agentKey(w, public)
	}
	key, err = ssh.ParsePrivateKey(raw)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		key, err = unlockedKey(w, path, raw)
	} else if err != nil {
		err = fmt.Errorf("%s is no private key of SSH, nor a public one whose private half an agent has", path)
	}
	return key, done, err
}

// unlockedKey asks for the passphrase of a key.
func unlockedKey(w *world, path string, raw []byte) (ssh.Signer, error) {
	if !w.asks {
		return nil, fmt.Errorf("%[1]s is under a passphrase, and nobody is here to be asked for it; give it to an agent and name %[1]s.pub", path)
	}
	fmt.Fprintf(w.stderr, "Passphrase of %s: ", path)
	typed, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(w.stderr)
	if err != nil {
		return nil, fmt.Errorf("reading the passphrase: %w", err)
	}
	key, err := ssh.ParsePrivateKeyWithPassphrase(raw, typed)
	if err != nil {
		return nil, errors.New("that is not its passphrase")
	}
	return key, nil
}

// agentKey is a key that an agent holds.
func agentKey(w *world, public ssh.PublicKey) (ssh.Signer, func(), error) {
	socket, there := w.env("SSH_AUTH_SOCK")
	if !there || socket == "" {
		return nil, func() {}, errors.New("it is a public key, and there is no agent that has the private half (SSH_AUTH_SOCK is not set)")
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, func() {}, fmt.Errorf("reaching the agent: %w", err)
	}
	done := func() { _ = conn.Close() } // what goes wrong then changes no signature
	held, err := agent.NewClient(conn).Signers()
	if err != nil {
		return nil, done, fmt.Errorf("asking the agent for its keys: %w", err)
	}
	for _, key := range held {
		if bytes.Equal(key.PublicKey().Marshal(), public.Marshal()) {
			return key, done, nil
		}
	}
	return nil, done, fmt.Errorf("the agent does not have the key %s", ssh.FingerprintSHA256(public))
}

// approval is what apply wants of a saved plan before it is carried out.
type approval struct {
	signers   string // a file of allowed signers
	enforced  bool   // by the environment
	signature string // where the signature is, if not beside the plan
	digest    string // the one that was agreed to, or the beginning of it
	source    bool   // the files have to be those that were planned
}

// enforce takes up what the environment asks of every plan.
func (a *approval) enforce(w *world) {
	if file, there := w.env(allowedSigners); there && file != "" && a.signers == "" {
		a.signers, a.enforced = file, true
	}
}

// leastDigest is how many digits of a digest have to be given.
const leastDigest = 8

// wanted tells whether only a saved plan can be carried out.
func (a *approval) wanted() string {
	for _, f := range []struct {
		name string
		set  bool
	}{
		{allowedSigners, a.enforced}, {"--allowed-signers", a.signers != ""}, {"--signature", a.signature != ""}, {"--digest", a.digest != ""}, {"--verify-source", a.source},
	} {
		if f.set {
			return f.name
		}
	}
	return ""
}

// vouched refuses a plan that nobody who may has signed.
func (a *approval) vouched(w *world, c *common, path string, raw []byte) error {
	if a.signers == "" {
		return nil
	}
	list, err := os.ReadFile(a.signers)
	if err != nil {
		return fmt.Errorf("reading the allowed signers: %w", err)
	}
	signers, err := signature.ReadSigners(list)
	if err != nil {
		return fmt.Errorf("reading %s: %w", a.signers, err)
	}
	at := a.signature
	if at == "" {
		at = signatureOf(path)
	}
	armored, err := os.ReadFile(at)
	if errors.Is(err, fs.ErrNotExist) {
		return &exit{exitRefused, fmt.Errorf("%[1]s is not signed: there is no %[2]s. Sign it with: ssh-keygen -Y sign -n %[3]s -f KEY %[1]s", path, at, signature.Namespace)}
	}
	if err != nil {
		return fmt.Errorf("reading the signature: %w", err)
	}
	now, err := c.present(w)
	if err != nil {
		return err
	}
	by, err := signers.Verify(raw, armored, now)
	if err != nil {
		return &exit{exitRefused, fmt.Errorf("%s is not carried out: %w", path, err)}
	}
	_, err = fmt.Fprintf(w.stderr, "Signed by %s, %s.\n", by.Principals, by.Fingerprint)
	return err
}

// agreedTo refuses a plan that is not the one that was agreed to.
func (a *approval) agreedTo(path, digest string) error {
	given := strings.ToLower(strings.TrimSpace(a.digest))
	switch {
	case given == "":
		return nil
	case len(given) < leastDigest:
		return fmt.Errorf("--digest %q: give at least %d digits, as trayecto digest %s prints them", a.digest, leastDigest, path)
	case !strings.HasPrefix(digest, given):
		return &exit{exitRefused, fmt.Errorf("%s is not the plan that was agreed to: its digest is %s", path, digest)}
	}
	return nil
}
