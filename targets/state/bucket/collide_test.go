package bucket_test

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/bucket"
)

// S3 may answer that two of the same name came at once, and have made none: it is
// tried again. It may also have made the object of which the answer is lost: that
// it is there already does not mean that it is another run's.
func TestAnswersOfS3(t *testing.T) {
	s := serve(t)
	address, err := url.Parse(s.url)
	do(t, err)
	store, err := url.Parse(address.Query().Get("endpoint"))
	do(t, err)
	puts := 0
	through := httputil.NewSingleHostReverseProxy(store)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/journal/") {
			through.ServeHTTP(w, r)
			return
		}
		switch puts++; puts % 3 {
		case 1:
			w.WriteHeader(http.StatusConflict)
			_, err := io.WriteString(w, `<Error><Code>ConditionalRequestConflict</Code><Message>at once</Message></Error>`)
			do(t, err)
		case 2:
			through.ServeHTTP(httptest.NewRecorder(), r) // done
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			through.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(proxy.Close)
	b, err := bucket.New(bucket.Options{URL: strings.Replace(s.url, store.String(), proxy.URL, 1), Owner: state.Owner{Project: "lumen"}, Random: rand.Reader})
	do(t, err)
	l, err := b.Lease(context.Background(), state.Holder{Who: "ana"})
	do(t, err)
	for _, line := range []string{"a\n", "b\n", "c\n"} {
		do(t, l.Append(ctx, []byte(line)))
	}
	got, err := b.Read(ctx)
	do(t, err)
	if string(got.Journal) != "a\nb\nc\n" {
		t.Errorf("read %q", got.Journal)
	}
	do(t, l.Release(ctx))
}
