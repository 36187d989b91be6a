// Package document is a state in one document on a server that speaks the
// protocol of Terraform's http backend, as GitLab does.
//
// GET answers the document, POST puts another in its place, LOCK and UNLOCK with
// a lock's id take and end the only lock there is. It does not end by itself, and
// the server says only that it is held and by which id; so the document says who
// has it and under which number. A server that, like GitLab's, refuses a write
// whose id is not that of its lock fences late writers off.
//
// Every write is the whole document. GitLab keeps each as a version under its
// serial, which therefore rises with every try.
package document

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/trayecto/trayecto/targets/state"
)

// format is the version of the document; newer ones are refused.
const format = 1

// most bounds what is read of an answer.
const most = 1 << 30

// Options is where a state is, in the words of the protocol.
type Options struct {
	Address                  string
	LockAddress              string
	UnlockAddress            string // "" for LockAddress
	UpdateMethod             string // "" for POST
	LockMethod, UnlockMethod string // "" for LOCK and UNLOCK
	Username, Password       string
	state.Owner
	Random io.Reader
	Client *http.Client
	// Wait passes time between two tries.
	Wait func(ctx context.Context, d time.Duration) error
}

// New is the state of a project in an environment. It connects to nobody yet.
func New(o Options) (state.Backend, error) {
	for _, word := range []struct {
		set   *string
		other string
	}{{&o.UnlockAddress, o.LockAddress}, {&o.UpdateMethod, http.MethodPost}, {&o.LockMethod, "LOCK"}, {&o.UnlockMethod, "UNLOCK"}} {
		if *word.set == "" {
			*word.set = word.other
		}
	}
	for _, address := range []string{o.Address, o.LockAddress, o.UnlockAddress} {
		at, err := url.Parse(address)
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
			return nil, errors.New("an address of the state is none of http or https")
		}
	}
	return &server{o}, nil
}

type server struct{ Options }

// Can implements state.Backend.
func (s *server) Can() state.Abilities { return state.Abilities{Lease: true, Fences: true} }

// Name implements state.Backend.
func (s *server) Name() string {
	at, err := url.Parse(s.Address)
	if err != nil {
		return "a document on a server" // New has parsed it
	}
	at.User, at.RawQuery = nil, ""
	return at.String()
}

// page is the document. Serial is what GitLab calls its version.
type page struct {
	Format   int           `json:"trayecto_document"`
	Serial   int64         `json:"serial"`
	Token    int64         `json:"token"`
	Lock     string        `json:"lock"` // id of the lock under which it was written
	Holder   *state.Holder `json:"holder,omitempty"`
	Broken   *state.Holder `json:"broken,omitempty"` // who ended the lock before by hand
	Snapshot []byte        `json:"snapshot,omitempty"`
	Journal  []byte        `json:"journal,omitempty"`
}

// get is the document, empty where there is none.
func (s *server) get(ctx context.Context) (page, error) {
	var p page
	a, err := s.patiently(ctx, func() (answer, error) { return s.call(ctx, http.MethodGet, s.Address, nil) })
	switch {
	case err != nil:
		return p, err
	case a.status == http.StatusNotFound || a.status == http.StatusNoContent || a.status == http.StatusOK && len(a.body) == 0:
		return p, nil
	case a.status != http.StatusOK:
		return p, a.failed("reading the document")
	}
	if err := json.Unmarshal(a.body, &p); err != nil {
		return p, fmt.Errorf("the document is damaged: %w", err)
	}
	if p.Format == 0 {
		return p, errors.New("the document there is none of trayecto's")
	}
	if p.Format > format {
		return p, fmt.Errorf("the document has format %d, this version reads up to %d: %w", p.Format, format, state.ErrNewer)
	}
	return p, nil
}

// Read implements state.Backend.
func (s *server) Read(ctx context.Context) (state.Stored, error) {
	p, err := s.get(ctx)
	if err != nil {
		return state.Stored{}, err
	}
	snapshot, err := state.Whole(p.Snapshot)
	return state.Stored{Snapshot: snapshot, Journal: p.Journal}, err
}

// answer is what the server said.
type answer struct {
	status int
	body   []byte
	after  time.Duration // Retry-After
}

// failed is an error that repeats what the server said, shortly.
func (a answer) failed(doing string) error {
	said := string(bytes.TrimSpace(a.body))
	if len(said) > 200 {
		said = said[:200]
	}
	return fmt.Errorf("%s: the server answered %d %s", doing, a.status, said)
}

// held tells that the server refused because of a lock.
func (a answer) held() bool { return a.status == http.StatusLocked || a.status == http.StatusConflict }

func (a answer) fine() bool { return a.status/100 == 2 }

// call makes one call.
func (s *server) call(ctx context.Context, method, address string, body []byte) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.Username != "" || s.Password != "" {
		r.SetBasicAuth(s.Username, s.Password)
	}
	got, err := s.Client.Do(r)
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err // it repeats the address, in which a token may stand
		}
		return answer{}, err
	}
	defer got.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(got.Body, most))
	return answer{got.StatusCode, raw, after(got)}, err
}

func after(got *http.Response) time.Duration {
	d, err := time.ParseDuration(got.Header.Get("Retry-After") + "s")
	if err != nil {
		return 0 // it does not say
	}
	return d
}

// tries bounds how often a call is made.
const tries = 4

// patiently makes a call again when the server was not reached, has failed, or
// asks to wait.
func (s *server) patiently(ctx context.Context, call func() (answer, error)) (answer, error) {
	for try := 1; ; try++ {
		a, err := call()
		if err == nil && a.status < 500 && a.status != http.StatusTooManyRequests || try == tries || ctx.Err() != nil {
			return a, err
		}
		if err := s.Wait(ctx, max(a.after, time.Second<<try)); err != nil {
			return a, err
		}
	}
}
