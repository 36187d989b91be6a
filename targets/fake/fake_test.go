package fake_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/rest"
)

// notes is a platform that keeps names.
type notes struct {
	kept []string
	now  time.Time
}

func (n *notes) serve(t *testing.T) (*fake.Server, *rest.Client) {
	t.Helper()
	n.now = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	var server *fake.Server
	server = fake.Serve(t, fake.Options{
		Routes: []fake.Route{
			{Method: http.MethodPost, Path: "/notes", Class: "write", Handle: func(r *fake.Request) fake.Reply {
				name, ok := r.Body["name"].(string)
				if !ok {
					return server.Problem(http.StatusUnprocessableEntity, "a note needs a name", "name")
				}
				n.kept = append(n.kept, name)
				return fake.Reply{Status: http.StatusCreated, Body: map[string]any{"id": len(n.kept)}}
			}},
			{Method: http.MethodGet, Path: "/notes", Handle: func(*fake.Request) fake.Reply { return fake.Reply{Body: n.kept} }},
		},
		Admit: func(r *http.Request) *fake.Reply {
			if r.Header.Get("Authorization") == "key" {
				return nil
			}
			return &fake.Reply{Status: http.StatusUnauthorized}
		},
		Problem: func(_ int, message, path string) any { return map[string]string{"message": message, "path": path} },
		Rates:   []targets.Rate{{Class: "write", Calls: 2, Per: types.Span{Amount: 1, Unit: types.Minute}}},
		Now:     func() time.Time { return n.now },
	})
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return server, &rest.Client{Base: base, Header: http.Header{"Authorization": {"key"}}, Dialect: dialect{}, Tries: 1, Patient: 200 * time.Millisecond}
}

type dialect struct{}

func (dialect) Problem(_ int, body []byte) rest.Problem {
	var p rest.Problem
	if json.Unmarshal(body, &p) != nil {
		return rest.Problem{}
	}
	return p
}

func note(c *rest.Client, body any) error {
	return c.Do(context.Background(), rest.Call{Method: http.MethodPost, Path: "/notes", Body: body})
}

func kindOf(err error) targets.ErrorKind {
	var failed *targets.Error
	if !errors.As(err, &failed) {
		return ""
	}
	return failed.Kind
}

func TestState(t *testing.T) {
	n := &notes{}
	server, client := n.serve(t)
	if err := note(client, map[string]string{"name": "a"}); err != nil {
		t.Fatal(err)
	}
	if err := note(client, map[string]string{}); kindOf(err) != targets.Rejected || !strings.Contains(err.Error(), "name: a note needs a name") {
		t.Errorf("want the field in the error, got %v", err)
	}
	var kept []string
	if err := client.Do(context.Background(), rest.Call{Method: http.MethodGet, Path: "/notes", Into: &kept}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a"}, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	want := []fake.Call{
		{Method: "POST", Path: "/notes", Body: `{"name":"a"}`, Status: 201}, {Method: "POST", Path: "/notes", Body: `{}`, Status: 422}, {Method: "GET", Path: "/notes", Status: 200},
	}
	if diff := cmp.Diff(want, server.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// What a fault leaves behind is what its name says, and the caller is told so.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault fake.Fault
		kept  int
		kind  targets.ErrorKind
	}{
		{fake.None, 1, ""}, {fake.Busy, 0, targets.Retryable}, {fake.Broken, 0, targets.UnknownOutcome}, {fake.Page, 0, targets.UnknownOutcome},
		{fake.Silence, 0, targets.UnknownOutcome}, {fake.HangUp, 0, targets.UnknownOutcome}, {fake.Lost, 1, targets.UnknownOutcome}, {fake.LostPage, 1, targets.UnknownOutcome},
	} {
		n := &notes{}
		server, client := n.serve(t)
		server.Break(func(*http.Request) fake.Fault { return c.fault })
		err := note(client, map[string]string{"name": "a"})
		if kindOf(err) != c.kind || len(n.kept) != c.kept {
			t.Errorf("fault %d: want %q and %d kept, got %v and %d", c.fault, c.kind, c.kept, err, len(n.kept))
		}
	}
}

func TestRates(t *testing.T) {
	n := &notes{}
	_, client := n.serve(t)
	for range 2 {
		if err := note(client, map[string]string{"name": "a"}); err != nil {
			t.Fatal(err)
		}
		n.now = n.now.Add(20 * time.Second)
	}
	var failed *targets.Error
	if err := note(client, map[string]string{"name": "b"}); !errors.As(err, &failed) || failed.Kind != targets.Retryable || failed.RetryAfter != 21*time.Second {
		t.Errorf("want to be told to wait 20 seconds and one, got %+v", failed)
	}
	n.now = n.now.Add(21 * time.Second)
	if err := note(client, map[string]string{"name": "b"}); err != nil || len(n.kept) != 3 {
		t.Errorf("after the wait: %v, %d kept", err, len(n.kept))
	}
}

func TestCredentials(t *testing.T) {
	n := &notes{}
	_, client := n.serve(t)
	client.Header = nil
	if err := note(client, map[string]string{"name": "a"}); rest.Status(err) != http.StatusUnauthorized || len(n.kept) != 0 {
		t.Errorf("want to be kept out, got %v", err)
	}
}
