package document_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/document"
	"github.com/trayecto/trayecto/targets/state/document/fake"
	"github.com/trayecto/trayecto/targets/state/suite"
)

var (
	ctx = context.Background()
	ana = state.Holder{Who: "ana", Host: "desk", PID: 7, Since: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), For: "apply"}
)

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// options are those of a client of a server.
func options(g *fake.Server, plain bool) document.Options {
	o := document.Options{
		Address: g.URL, LockAddress: g.URL, Username: fake.Username, Password: fake.Password, Owner: state.Owner{Project: "lumen", Env: "prod"},
		Random: rand.Reader, Client: http.DefaultClient, Wait: func(context.Context, time.Duration) error { return nil },
	}
	if !plain {
		o.LockAddress, o.LockMethod, o.UnlockMethod = g.URL+"/lock", http.MethodPost, http.MethodDelete
	}
	return o
}

func open(t testing.TB, g *fake.Server, plain bool) state.Backend {
	t.Helper()
	b, err := document.New(options(g, plain))
	do(t, err)
	return b
}

func places(plain bool) func(t testing.TB) suite.Place {
	return func(t testing.TB) suite.Place {
		g := fake.New(t, plain)
		return suite.Place{Open: func(t testing.TB) state.Backend { return open(t, g, plain) }}
	}
}

func TestGitLab(t *testing.T) {
	suite.Test(t, places(false))
}

func TestPlain(t *testing.T) {
	suite.Test(t, places(true))
}

// A wave is one write of its intents; its results go with the next one.
func TestOneWriteForEachWave(t *testing.T) {
	g := fake.New(t, false)
	s, _, err := state.Load(ctx, open(t, g, false), "lumen", "prod")
	do(t, err)
	do(t, s.Lock(ctx, ana))
	before := g.Calls(http.MethodPost)
	for wave := range 3 {
		var intents []state.Intent
		var results []state.Result
		for i := range 100 {
			r := plan.Record{Address: resource.Address{Object: fmt.Sprintf("segment.w%d_%d", wave, i), Platform: "crm"}, ID: "1"}
			intents = append(intents, state.Intent{Key: r.Address.Object, Address: r.Address, Action: plan.Create, Record: r})
			results = append(results, state.Result{Key: r.Address.Object, Address: r.Address, Record: &r})
		}
		do(t, s.Begin(ctx, intents))
		do(t, errors.Join(s.Finish(ctx, results[:50]), s.Finish(ctx, results[50:])))
	}
	if got := g.Calls(http.MethodPost) - before; got != 3 {
		t.Errorf("%d writes for 3 waves", got)
	}
	do(t, s.Unlock(ctx))
	after, _, err := state.Load(ctx, open(t, g, false), "lumen", "prod")
	do(t, err)
	if len(after.Records()) != 300 || len(after.Pending()) != 0 {
		t.Errorf("%d records, %d intents", len(after.Records()), len(after.Pending()))
	}
}

// A server that fails, asks to wait, or whose answer is lost is asked again, and
// nothing is written twice nor lost.
func TestServerThatFails(t *testing.T) {
	for _, c := range []struct {
		status int
		after  bool
	}{{http.StatusBadGateway, false}, {http.StatusTooManyRequests, false}, {http.StatusGatewayTimeout, true}} {
		g := fake.New(t, false)
		b := open(t, g, false)
		l, err := b.Lease(ctx, ana)
		do(t, err)
		g.Fail(func(n int) (int, bool) {
			if n%2 == 0 {
				return c.status, c.after
			}
			return 0, false
		})
		for _, line := range []string{"a\n", "b\n", "c\n"} {
			do(t, l.Append(ctx, []byte(line)))
		}
		do(t, l.Release(ctx))
		l, err = b.Lease(ctx, ana)
		if err != nil {
			t.Fatalf("%d: %v", c.status, err)
		}
		got, err := b.Read(ctx)
		do(t, err)
		if string(got.Journal) != "a\nb\nc\n" {
			t.Errorf("%d: read %q", c.status, got.Journal)
		}
		do(t, l.Release(ctx))
	}
}

func TestRefused(t *testing.T) {
	g := fake.New(t, false)
	o := options(g, false)
	o.Password = "wrong-secret"
	b, err := document.New(o)
	do(t, err)
	if _, err := b.Read(ctx); err == nil || !strings.Contains(err.Error(), "answered 401") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	g.Put(1, `{"version": 4, "serial": 1, "resources": []}`)
	if _, err := open(t, g, false).Read(ctx); err == nil || !strings.Contains(err.Error(), "none of trayecto's") {
		t.Errorf("the document of another tool: %v", err)
	}
	if _, err := open(t, g, false).Lease(ctx, ana); err == nil || g.Locked() {
		t.Errorf("the document of another tool was taken: %v, locked %v", err, g.Locked())
	}
	o.Address = "ftp://x/y"
	if _, err := document.New(o); err == nil {
		t.Error("an address of another kind was taken")
	}
}

// The name says where, and nothing that opens it.
func TestName(t *testing.T) {
	o := options(fake.New(t, true), true)
	o.Address = "https://ana:hunter2@git.example.test/state?private_token=hunter2"
	b, err := document.New(o)
	do(t, err)
	if b.Name() != "https://git.example.test/state" {
		t.Errorf("got %s", b.Name())
	}
	o.Address = "http://ana:hunter2@127.0.0.1:1/state?private_token=hunter2"
	b, err = document.New(o)
	do(t, err)
	if _, err := b.Read(ctx); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}
