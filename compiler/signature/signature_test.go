package signature_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/signature"
)

var now = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// keys are one of each kind that people have.
func keys(t *testing.T) map[string]ssh.Signer {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	do(t, err)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	do(t, err)
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	do(t, err)
	out := map[string]ssh.Signer{}
	for name, key := range map[string]any{"ed25519": ed, "ecdsa": ec, "rsa": r} {
		out[name], err = ssh.NewSignerFromKey(key)
		do(t, err)
	}
	return out
}

func allowed(t testing.TB, who string, key ssh.Signer) signature.Signers {
	t.Helper()
	s, err := signature.ReadSigners([]byte("# approvers\n\n" + who + " " + string(ssh.MarshalAuthorizedKey(key.PublicKey()))))
	do(t, err)
	return s
}

// What somebody has signed is theirs, and nothing else is.
func TestSignedIsTheirs(t *testing.T) {
	all := keys(t)
	for name, key := range all {
		signers := allowed(t, name+"@example.test", key)
		made, err := signature.Sign(rand.Reader, key, []byte("a plan"))
		do(t, err)
		by, err := signers.Verify([]byte("a plan"), made, now)
		if err != nil || by.Principals != name+"@example.test" || by.Fingerprint != ssh.FingerprintSHA256(key.PublicKey()) {
			t.Errorf("%s: %+v, %v", name, by, err)
		}
		if _, err := signers.Verify([]byte("a plaN"), made, now); !errors.Is(err, signature.ErrChanged) {
			t.Errorf("%s: a text that was changed: %v", name, err)
		}
		for other, its := range all {
			var foreign *signature.ForeignError
			if _, err := allowed(t, "x", its).Verify([]byte("a plan"), made, now); other != name && !errors.As(err, &foreign) {
				t.Errorf("%s is taken for %s: %v", name, other, err)
			}
		}
	}
}

// No byte of a text or of its signature can be changed.
func TestNothingCanBeChanged(t *testing.T) {
	key := keys(t)["ed25519"]
	signers := allowed(t, "ana", key)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "text")
		made, err := signature.Sign(rand.Reader, key, text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signers.Verify(text, made, now); err != nil {
			t.Fatal(err)
		}
		bad := append([]byte(nil), text...)
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if _, err := signers.Verify(bad, made, now); !errors.Is(err, signature.ErrChanged) {
			t.Fatalf("another text: %v", err)
		}
	})
}

// A signature that ssh-keygen has made counts, and one for something else does not.
func TestOpenSSH(t *testing.T) {
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		do(t, err)
		return raw
	}
	signers, err := signature.ReadSigners(read("signers"))
	do(t, err)
	by, err := signers.Verify(read("plan.tplan"), read("plan.tplan.sig"), now)
	if err != nil || by.Principals != "made-up@example.test" {
		t.Errorf("%+v, %v", by, err)
	}
	if _, err := signers.Verify(read("plan.tplan"), read("file.sig"), now); err == nil || !strings.Contains(err.Error(), `is for "file"`) {
		t.Errorf("a signature of a file: %v", err)
	}
	if _, err := signers.Verify(read("plan.tplan"), []byte("no signature"), now); err == nil {
		t.Error("something else is taken for a signature")
	}
}

// What a line allows, and what it does not.
func TestSigners(t *testing.T) {
	key := keys(t)["ed25519"]
	made, err := signature.Sign(rand.Reader, key, []byte("a plan"))
	do(t, err)
	public := string(ssh.MarshalAuthorizedKey(key.PublicKey()))
	for _, c := range []struct{ options, refused string }{
		{"", ""},
		{`namespaces="trayecto.plan" `, ""},
		{`namespaces="git,trayecto.*" `, ""},
		{`namespaces="git" `, "may not sign trayecto.plan"},
		{`valid-after="20261201" `, ""},
		{`valid-after="202612010801Z" `, "is allowed from 2026-12-01T08:01:00Z on"},
		{`valid-before="20261201080000" `, "was allowed until 2026-12-01T08:00:00Z"},
		{`valid-after="20260101",valid-before="20270101" `, ""},
	} {
		signers, err := signature.ReadSigners([]byte(`"ana@example.test,ana" ` + c.options + public))
		do(t, err)
		by, err := signers.Verify([]byte("a plan"), made, now)
		if got := err == nil; got != (c.refused == "") || err != nil && !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%q: %v", c.options, err)
		}
		if err == nil && by.Principals != "ana@example.test,ana" {
			t.Errorf("%q: %+v", c.options, by)
		}
	}
	for bad, why := range map[string]string{
		"":                                      "it allows nobody",
		"# nobody\n":                            "it allows nobody",
		"ana\n":                                 "line 1: ",
		"ana ssh-ed25519 AAAA\n":                "public key",
		"ana cert-authority " + public:          "authority",
		`ana valid-before="tomorrow" ` + public: "no instant",
		`ana no-such-option ` + public:          "is not known",
		"\n# x\nana ssh-ed25519\n":              "line 3: ",
	} {
		if _, err := signature.ReadSigners([]byte(bad)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
