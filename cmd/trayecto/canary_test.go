package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trayecto/trayecto/targets/fake/shelf"
)

// canaries is the environment variable of a story that lists its secrets, one a
// line. No command may write one, wherever it writes.
const canaries = "CANARIES"

// exitTold is the exit code of a command that wrote a secret.
const exitTold = 97

// secrets is the credentials of every kind of platform, recognisable and wrong.
func secrets() map[string]string {
	out := map[string]string{}
	for i, name := range []string{
		"AWS_SECRET_ACCESS_KEY", "HUBSPOT_TOKEN", "KLAVIYO_API_KEY", "LISTMONK_TOKEN", "MAUTIC_PASSWORD", "NOTIFUSE_API_KEY", "SEGMENT_TOKEN",
		"SHELF_KEY", "STATE_PASSWORD", "TRAYECTO_AGE_IDENTITY", "WAREHOUSE_DSN",
	} {
		out[name] = fmt.Sprintf("canary-%d-made/up+secret", i)
	}
	return out
}

// guard gives a story its secrets, and looks at its end for them in every file
// that it leaves.
func guard(t *testing.T, env *testscript.Env, secrets map[string]string) {
	var all []string
	for name, value := range secrets {
		env.Setenv(name, value)
		all = append(all, value)
	}
	env.Setenv(canaries, strings.Join(all, "\n"))
	env.Defer(func() {
		if err := searched(env.WorkDir, all); err != nil {
			t.Errorf("%s: %v", filepath.Base(env.WorkDir), err)
		}
	})
}

// scanned is a command that ends with exitTold if it wrote a secret to stdout or
// stderr, and says which.
func scanned(run func() int) func() {
	return func() {
		listed := os.Getenv(canaries)
		if listed == "" {
			os.Exit(run())
		}
		var wrote [2]bytes.Buffer
		ended := [2]func(){tapped(&os.Stdout, &wrote[0]), tapped(&os.Stderr, &wrote[1])}
		code := run()
		for i, end := range ended {
			end()
			if found := which(wrote[i].Bytes(), strings.Split(listed, "\n")); found != "" {
				fmt.Fprintf(os.Stderr, "the command has written %s\n", found)
				code = exitTold
			}
		}
		os.Exit(code)
	}
}

// tapped has what goes to a file go to a buffer too, until the answer is called.
func tapped(file **os.File, into *bytes.Buffer) (end func()) {
	real := *file
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	*file = w
	done := make(chan error)
	go func() {
		_, err := io.Copy(io.MultiWriter(real, into), r)
		done <- err
	}()
	return func() {
		if err := w.Close(); err != nil {
			panic(err)
		}
		if err := <-done; err != nil {
			panic(err)
		}
		*file = real
	}
}

// which is the first secret that stands in some bytes, as it is or in a form that
// it may get on the way, with how it was found; "" if none does.
func which(raw []byte, secrets []string) string {
	for i, secret := range secrets {
		for form, text := range map[string]string{
			"as it is": secret, "in an address": url.QueryEscape(secret), "in a path": url.PathEscape(secret), "in hex": hex.EncodeToString([]byte(secret)),
			"in base 64": base64.StdEncoding.EncodeToString([]byte(secret)), "in base 64 of addresses": base64.RawURLEncoding.EncodeToString([]byte(secret)),
		} {
			if secret != "" && bytes.Contains(raw, []byte(text)) {
				return fmt.Sprintf("secret %d, %s", i, form)
			}
		}
	}
	return ""
}

// searched looks for secrets in every file below a folder.
func searched(dir string, secrets []string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if found := which(raw, secrets); found != "" {
			return fmt.Errorf("%s holds %s", path, found)
		}
		return nil
	})
}

// serveShelf starts a platform that wants the key of the stories and writes a
// platform block of it: shelf FILE
func serveShelf(t *testing.T) func(ts *testscript.TestScript, neg bool, args []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 {
			ts.Fatalf("usage: shelf FILE")
		}
		can := shelves[0]
		p := shelf.Serve(t, shelf.Options{Can: can, Key: secrets()["SHELF_KEY"]})
		block := fmt.Sprintf("platform %q \"shelf\" {\n  endpoint = %q\n  api_key  = env(\"SHELF_KEY\")\n}\n", can.Name(), p.URL)
		ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(block), 0o600))
	}
}

// leak is a command that tells a secret where and as its arguments say, which
// proves that the scan finds it.
func leak() int {
	secret, _, _ := strings.Cut(os.Getenv(canaries), "\n")
	if len(os.Args) > 2 && os.Args[2] == "escaped" {
		secret = url.QueryEscape(secret)
	}
	switch os.Args[1] {
	case "stdout":
		fmt.Println("the key is", secret)
	case "stderr":
		fmt.Fprintln(os.Stderr, "the key is", secret)
	case "nothing":
	}
	return exitFine
}

// A scan that finds nothing proves nothing unless it can: a command that tells a
// secret fails its story, and so does a file that holds one.
func TestTheScanFindsSecrets(t *testing.T) {
	dir := t.TempDir()
	story := "exec leak nothing\n! exec leak stdout\nstderr 'has written secret'\n! exec leak stderr\nstderr 'has written secret'\n! exec leak stdout escaped\nstderr 'in an address'\n"
	if err := os.WriteFile(filepath.Join(dir, "leak.txtar"), []byte(story), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, Setup: func(env *testscript.Env) error {
		guard(t, env, secrets())
		return nil
	}})
	for _, text := range []string{"canary-1", "Bearer%20canary-1"} {
		below := t.TempDir()
		if err := os.MkdirAll(filepath.Join(below, "a", "b"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(below, "a", "b", "cache"), []byte("\x00"+text+"\xff"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := searched(below, []string{"canary-0", "canary-1"}); err == nil {
			t.Errorf("%q in a file was not found", text)
		}
		if err := searched(below, []string{"canary-0"}); err != nil {
			t.Errorf("%v, and it does not", err)
		}
	}
}
