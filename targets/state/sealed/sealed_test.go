package sealed_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/sealed"
	"github.com/trayecto/trayecto/targets/state/suite"
)

var (
	ctx = context.Background()
	ana = state.Holder{Who: "ana", Since: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
)

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func identity(t testing.TB) *age.X25519Identity {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	do(t, err)
	return i
}

// open is a folder sealed for some, read by one.
func open(t testing.TB, dir string, by *age.X25519Identity, recipients ...*age.X25519Identity) state.Backend {
	t.Helper()
	b, err := state.File(dir, "prod")
	do(t, err)
	k := sealed.Keys{Identity: by.String(), Dir: dir}
	for _, r := range recipients {
		k.Recipients = append(k.Recipients, r.Recipient().String())
	}
	s, err := sealed.New(b, k)
	do(t, err)
	return s
}

func TestSuite(t *testing.T) {
	suite.Test(t, func(t testing.TB) suite.Place {
		dir, key := t.TempDir(), identity(t)
		return suite.Place{Open: func(t testing.TB) state.Backend { return open(t, dir, key, key) }}
	})
}

// bytesIn is everything that stands in a folder.
func bytesIn(t testing.TB, dir string) []byte {
	t.Helper()
	var all []byte
	do(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all = append(all, raw...)
		return err
	}))
	return all
}

func result(name string) state.Result {
	return state.Result{Address: resource.Address{Object: "segment." + name}, Record: &plan.Record{Address: resource.Address{Object: "segment." + name}, ID: "1"}}
}

// story writes one object into the snapshot and one into the journal, and the
// lease stays as after a crash.
func story(t testing.TB, b state.Backend) {
	t.Helper()
	s, _, err := state.Load(ctx, b, "lumen", "prod")
	do(t, err)
	do(t, s.Lock(ctx, ana))
	do(t, s.Finish(ctx, []state.Result{result("whales")}))
	do(t, s.Unlock(ctx))
	do(t, s.Lock(ctx, ana))
	do(t, s.Finish(ctx, []state.Result{result("dolphins")}))
	_, err = s.Break(ctx, ana)
	do(t, err)
}

func records(t testing.TB, b state.Backend) int {
	t.Helper()
	s, _, err := state.Load(ctx, b, "lumen", "prod")
	do(t, err)
	return len(s.Records())
}

func TestOnlyRecipientsRead(t *testing.T) {
	dir, ben, eve := t.TempDir(), identity(t), identity(t)
	story(t, open(t, dir, ben, ben, identity(t)))
	if all := bytesIn(t, dir); bytes.Contains(all, []byte("whales")) || bytes.Contains(all, []byte("dolphins")) || bytes.Contains(all, []byte("SECRET-KEY")) {
		t.Error("what is kept can be read")
	}
	if n := records(t, open(t, dir, ben, ben)); n != 2 {
		t.Errorf("%d objects are read", n)
	}
	if _, err := open(t, dir, eve, eve).Read(ctx); err == nil || !strings.Contains(err.Error(), "sealed for others") {
		t.Errorf("another identity: %v", err)
	}
}

// A state is sealed, and unsealed, by the next one who writes.
func TestThereAndBack(t *testing.T) {
	dir, ben := t.TempDir(), identity(t)
	story(t, open(t, dir, ben)) // for nobody: as it is
	if !bytes.Contains(bytesIn(t, dir), []byte("whales")) {
		t.Fatal("it is sealed without recipients")
	}
	for _, recipients := range [][]*age.X25519Identity{{ben}, nil} {
		b := open(t, dir, ben, recipients...)
		if n := records(t, b); n != 2 {
			t.Errorf("%d objects are read", n)
		}
		s, _, err := state.Load(ctx, b, "lumen", "prod")
		do(t, err)
		do(t, s.Lock(ctx, ana))
		do(t, s.Finish(ctx, []state.Result{result("dolphins")}))
		do(t, s.Unlock(ctx))
		if readable := bytes.Contains(bytesIn(t, dir), []byte("whales")); readable != (len(recipients) == 0) {
			t.Errorf("sealed for %d, and readable: %v", len(recipients), readable)
		}
	}
}

// Whatever is torn or flipped: it is the same, or it is said.
func TestDamage(t *testing.T) {
	dir, ben := t.TempDir(), identity(t)
	b := open(t, dir, ben, ben)
	story(t, b)
	path := filepath.Join(dir, ".trayecto", "state", "prod", "journal.ndjson")
	whole, err := os.ReadFile(path)
	do(t, err)
	for cut := 1; cut < len(whole); cut += 7 {
		do(t, os.WriteFile(path, whole[:cut], 0o600))
		s, notices, err := state.Load(ctx, b, "lumen", "prod")
		do(t, err)
		if len(s.Records()) != 1 || len(notices) != 1 {
			t.Fatalf("cut to %d bytes: %d objects, %v", cut, len(s.Records()), notices)
		}
	}
	for at := range whole[:len(whole)-1] {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 4
		do(t, os.WriteFile(path, flipped, 0o600))
		s, notices, err := state.Load(ctx, b, "lumen", "prod")
		if err == nil && (len(notices) == 0 && len(s.Records()) != 2) {
			t.Fatalf("bit flipped in byte %d: %d objects and no word about it", at, len(s.Records()))
		}
	}
}

func TestKeys(t *testing.T) {
	dir, ben := t.TempDir(), identity(t)
	do(t, os.WriteFile(filepath.Join(dir, "key.txt"), []byte("# made up\n"+ben.String()+"\n"), 0o600))
	b, err := state.File(dir, "")
	do(t, err)
	if _, err := sealed.New(b, sealed.Keys{Identity: "key.txt", Dir: dir}); err != nil {
		t.Error(err)
	}
	for _, k := range []sealed.Keys{{Identity: "none.txt", Dir: dir}, {Identity: "AGE-SECRET-KEY-1NONSENSE"}, {Recipients: []string{"age1nonsense"}, Identity: ben.String()}, {}} {
		_, err := sealed.New(b, k)
		if err == nil || strings.Contains(err.Error(), "NONSENSE") {
			t.Errorf("%v: %v", k.Recipients, err)
		}
	}
}
