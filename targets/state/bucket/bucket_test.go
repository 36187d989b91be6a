package bucket_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"gocloud.dev/blob"

	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/bucket"
	"github.com/trayecto/trayecto/targets/state/suite"
)

var ctx = context.Background()

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clock is the store's, which stands still unless it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// server is a store that speaks S3, with one bucket.
type server struct {
	url string
	*clock
}

func serve(t testing.TB) server {
	t.Helper()
	c := &clock{now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
	backend := s3mem.New(s3mem.WithTimeSource(c))
	do(t, backend.CreateBucket("states"))
	s := httptest.NewServer(gofakes3.New(backend, gofakes3.WithTimeSource(c), gofakes3.WithTimeSkewLimit(0)).Server())
	t.Cleanup(s.Close)
	t.(interface{ Setenv(string, string) }).Setenv("AWS_ACCESS_KEY_ID", "test")
	t.(interface{ Setenv(string, string) }).Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.(interface{ Setenv(string, string) }).Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return server{fmt.Sprintf("s3://states?region=eu-central-1&use_path_style=true&endpoint=%s", s.URL), c}
}

func (s server) open(t testing.TB) state.Backend {
	t.Helper()
	b, err := bucket.New(bucket.Options{URL: s.url, Prefix: "team/", Owner: state.Owner{Project: "lumen", Env: "prod"}, Random: rand.Reader})
	do(t, err)
	return b
}

// segments is the names of those in the bucket.
func (s server) segments(t testing.TB) []string {
	t.Helper()
	b, err := blob.OpenBucket(ctx, s.url)
	do(t, err)
	defer b.Close()
	var out []string
	for page := b.List(&blob.ListOptions{Prefix: "team/lumen/prod/journal/"}); ; {
		o, err := page.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out
		}
		do(t, err)
		out = append(out, path.Base(o.Key))
	}
}

func TestSuite(t *testing.T) {
	suite.Test(t, func(t testing.TB) suite.Place {
		s := serve(t)
		return suite.Place{Open: s.open, Lasts: time.Minute, Sleep: func(_ testing.TB, d time.Duration) { s.pass(d) }}
	})
}

// What a snapshot makes superfluous goes, but for what fences late writers off,
// and that goes in the end too.
func TestCleaned(t *testing.T) {
	s := serve(t)
	for range 3 {
		l, err := s.open(t).Lease(ctx, state.Holder{Who: "ana"})
		do(t, err)
		do(t, errors.Join(l.Append(ctx, []byte("a\n")), l.Append(ctx, []byte("b\n")), l.Renew(ctx), l.Replace(ctx, []byte("one\n")), l.Release(ctx)))
	}
	// leases, the last snapshot and its end
	if diff := cmp.Diff([]string{"000000000001", "000000000007", "000000000013", "000000000017", "000000000018"}, s.segments(t)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	s.pass(40 * 24 * time.Hour)
	l, err := s.open(t).Lease(ctx, state.Holder{Who: "ana"})
	do(t, err)
	do(t, errors.Join(l.Replace(ctx, []byte("two\n")), l.Release(ctx)))
	if diff := cmp.Diff([]string{"000000000019", "000000000020", "000000000021"}, s.segments(t)); diff != "" {
		t.Errorf("left after 40 days (-want +got):\n%s", diff)
	}
}

// A run that lists the segments, sleeps, and then takes a number that others have
// used and removed meanwhile has no lease.
func TestSleeperFillsGap(t *testing.T) {
	s := serve(t)
	first, err := s.open(t).Lease(ctx, state.Holder{Who: "ana"}) // 1
	do(t, err)
	do(t, errors.Join(first.Append(ctx, []byte("a\n")), first.Replace(ctx, []byte("one\n")))) // 2 is removed again
	b, err := blob.OpenBucket(ctx, s.url)
	do(t, err)
	defer b.Close()
	key := "team/lumen/prod/journal/000000000002"
	do(t, b.WriteAll(ctx, key, []byte(`{"kind":"lease","token":2,"nonce":"x","holder":{"who":"the sleeper","host":"","pid":0,"since":"2026-12-01T08:00:00Z"}}`+"\n"), &blob.WriterOptions{IfNotExist: true}))
	got, err := s.open(t).Holder(ctx)
	do(t, err)
	if got == nil || got.Who != "ana" {
		t.Errorf("holder: %v", got)
	}
	do(t, first.Append(ctx, []byte("b\n")))
	stored, err := s.open(t).Read(ctx)
	do(t, err)
	if string(stored.Snapshot) != "one\n" || string(stored.Journal) != "b\n" {
		t.Errorf("read %q", stored)
	}
}

// An address that this build has no store for is refused with those that it has.
func TestUnknownStore(t *testing.T) {
	_, err := bucket.New(bucket.Options{URL: "gopher://x"})
	if err == nil || !strings.Contains(err.Error(), `"gopher"; it knows s3`) {
		t.Errorf("got %v", err)
	}
}
