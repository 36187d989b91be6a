package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// dialect reads {"error": ..., "field": ...}.
type dialect struct{}

func (dialect) Problem(_ int, body []byte) rest.Problem {
	var said struct{ Error, Field string }
	if json.Unmarshal(body, &said) != nil {
		return rest.Problem{}
	}
	return rest.Problem{Message: said.Error, Path: said.Field}
}

// calls is a client of a server that answers with handle, and the pauses it made.
func calls(t *testing.T, handle http.HandlerFunc) (*rest.Client, *[]time.Duration) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL + "/v1/")
	if err != nil {
		t.Fatal(err)
	}
	var pauses []time.Duration
	return &rest.Client{
		Base: base, Name: "crm", Secrets: []string{"s3cret"}, Dialect: dialect{}, Header: http.Header{"Authorization": {"Bearer s3cret"}},
		Patient: 200 * time.Millisecond,
		Wait: func(_ context.Context, d time.Duration) error {
			pauses = append(pauses, d)
			return nil
		},
	}, &pauses
}

func answers(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

const (
	asJSON = "application/json"
	asHTML = "text/html; charset=utf-8"
)

// What an answer means depends on whether the call could have changed anything.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		name        string
		handle      http.HandlerFunc
		read, write targets.ErrorKind
		says        string
	}{
		{"credentials", answers(401, asJSON, `{}`), targets.Permanent, targets.Permanent, "the credentials, which are wrong or have expired, and nothing was done; put that right and run trayecto platform check crm: "},
		{"a right", answers(403, asJSON, `{}`), targets.Permanent, targets.Permanent, "lack a right that this needs, and nothing was done; trayecto platform scopes crm lists what is needed: "},
		{"not there", answers(404, asJSON, `{}`), targets.Permanent, targets.Permanent, "no such thing"},
		{"in its own words", answers(400, asJSON, `{"error": "the name is taken"}`), targets.Permanent, targets.Permanent, "the name is taken"},
		{"a field", answers(422, asJSON, `{"error": "too long", "field": "name"}`), targets.Rejected, targets.Rejected, "name: too long"},
		{"a conflict", answers(409, asJSON, `{}`), targets.Conflict, targets.Conflict, "409"},
		{"too often", answers(429, asJSON, `{}`), targets.Retryable, targets.Retryable, "too often"},
		{"a failure", answers(500, asJSON, `{}`), targets.Retryable, targets.UnknownOutcome, "did not say why"},
		{"a proxy's failure", answers(502, asHTML, `<html>`), targets.Retryable, targets.UnknownOutcome, "web page"},
		{"a log-in page", answers(200, asHTML, `<html>`), targets.Permanent, targets.UnknownOutcome, "web page"},
		{"a page in disguise", answers(200, asJSON, ` <!doctype html>`), targets.Permanent, targets.UnknownOutcome, "web page"},
		{"broken data", answers(200, asJSON, `{"a":`), targets.Permanent, targets.UnknownOutcome, "not the data"},
		{"elsewhere", answers(302, asJSON, ``), targets.Permanent, targets.Permanent, "another address"},
		{"silence", silent, targets.Retryable, targets.UnknownOutcome, "did not answer within"},
		{"hanging up", hangUp, targets.Retryable, targets.UnknownOutcome, "connection broke"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for method, want := range map[string]targets.ErrorKind{http.MethodGet: c.read, http.MethodPost: c.write} {
				client, _ := calls(t, c.handle)
				client.Tries = 1
				var into map[string]any
				err := client.Do(context.Background(), rest.Call{Method: method, Path: "/lists", Body: map[string]any{"a": 1}, Into: &into})
				var failed *targets.Error
				if !errors.As(err, &failed) {
					t.Fatalf("%s: expected the platform's error, got %v", method, err)
				}
				if failed.Kind != want || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), method+" /lists") {
					t.Errorf("%s: want %s with %q, got %s: %v", method, want, c.says, failed.Kind, err)
				}
			}
		})
	}
}

// silent reads the whole request, without which a server does not see that
// the other side has gone.
func silent(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

// Nothing is done where no connection was made, whatever the call.
func TestUnreachable(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	client := &rest.Client{Base: &url.URL{Scheme: "http", Host: address}}
	err = client.Do(context.Background(), rest.Call{Method: http.MethodPost, Path: "/lists"})
	var failed *targets.Error
	if !errors.As(err, &failed) || failed.Kind != targets.Retryable || !strings.Contains(err.Error(), address) {
		t.Errorf("want a retryable error that names %s, got %v", address, err)
	}
}

// A read is tried again for as long as the platform asks; a write is not.
func TestTries(t *testing.T) {
	tries := 0
	busy := func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries < 3 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = w.Write([]byte(`{"id": "1"}`))
	}
	client, pauses := calls(t, busy)
	var into struct{ ID string }
	if err := client.Do(context.Background(), rest.Call{Method: http.MethodPost, Path: "/search", Reads: true, Into: &into}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]time.Duration{7 * time.Second, 7 * time.Second}, *pauses); diff != "" || into.ID != "1" {
		t.Errorf("id %q, pauses (-want +got):\n%s", into.ID, diff)
	}
	tries = 0
	err := client.Do(context.Background(), rest.Call{Method: http.MethodPost, Path: "/lists"})
	var failed *targets.Error
	if !errors.As(err, &failed) || failed.RetryAfter != 7*time.Second || tries != 1 {
		t.Errorf("a write was tried %d times: %v", tries, err)
	}
}

func TestRetryAfterADate(t *testing.T) {
	client, _ := calls(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "Tue, 01 Dec 2026 08:00:00 GMT")
		w.Header().Set("Retry-After", "Tue, 01 Dec 2026 08:02:00 GMT")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	client.Tries = 1
	var failed *targets.Error
	if err := client.Do(context.Background(), rest.Call{Method: http.MethodGet, Path: "/"}); !errors.As(err, &failed) || failed.RetryAfter != 2*time.Minute {
		t.Errorf("want a pause of two minutes: %v", err)
	}
}

// A secret is not repeated, whoever repeats it to us.
func TestSecrets(t *testing.T) {
	client, _ := calls(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error": "no account for ` + r.Header.Get("Authorization") + `"}`))
	})
	err := client.Do(context.Background(), rest.Call{Method: http.MethodGet, Path: "/me"})
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "Bearer ***") {
		t.Errorf("want the secret masked: %v", err)
	}
}

// The address is what base, path and query say, and what is answered arrives.
func TestAddress(t *testing.T) {
	client, _ := calls(t, func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"url": r.URL.String(), "key": r.Header.Get("Authorization")})
	})
	var got map[string]string
	call := rest.Call{Method: http.MethodGet, Path: "/lists", Query: url.Values{"page": {"2"}, "name": {"a b"}}, Into: &got}
	if err := client.Do(context.Background(), call); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"url": "/v1/lists?name=a+b&page=2", "key": "Bearer s3cret"}, got); diff != "" {
		t.Errorf("the call (-want +got):\n%s", diff)
	}
}

func TestCancelling(t *testing.T) {
	client, _ := calls(t, answers(200, asJSON, `{}`))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/"}); !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error, got %v", err)
	}
}

func TestPages(t *testing.T) {
	places := map[string]string{"": "a", "a": "b", "b": ""}
	var asked []string
	page := func(_ context.Context, place string) (string, error) {
		asked = append(asked, place)
		return places[place], nil
	}
	if err := rest.Pages(context.Background(), page); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"", "a", "b"}, asked); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	places["b"] = "a"
	if err := rest.Pages(context.Background(), page); err == nil || !strings.Contains(err.Error(), "page a came a second time") {
		t.Errorf("a list without end: %v", err)
	}
}

func TestOnce(t *testing.T) {
	var once rest.Once
	if !once.New("1") || once.New("1") || !once.New("2") {
		t.Error("each id is new once")
	}
}

// A write is sent once, also with an idempotency key, for which Go's client would
// repeat it behind our back when a connection that was used before breaks.
func TestAWriteIsSentOnce(t *testing.T) {
	writes := 0
	c, _ := calls(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			answers(200, asJSON, `{}`)(w, r)
			return
		}
		if r.Header.Get("Idempotency-Key") != "k1" {
			t.Errorf("the key is %q", r.Header.Get("Idempotency-Key"))
		}
		if writes++; writes > 1 {
			answers(429, asJSON, `{}`)(w, r)
			return
		}
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = connection.Close() // that is the point
	})
	c.Header.Set("Idempotency-Key", "k1")
	if err := c.Do(t.Context(), rest.Call{Method: http.MethodGet, Path: "/things", Into: &struct{}{}}); err != nil {
		t.Fatal(err)
	}
	err := c.Do(t.Context(), rest.Call{Method: http.MethodPost, Path: "/things", Body: map[string]string{"a": "b"}})
	var answer *targets.Error
	if !errors.As(err, &answer) || answer.Kind != targets.UnknownOutcome || writes != 1 {
		t.Errorf("%d writes, %v", writes, err)
	}
}
