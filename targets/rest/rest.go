// Package rest is calls to a platform's HTTP API: what it answers becomes an
// error that says whether anything was done.
//
// The one question that matters after a call that failed is whether the
// platform did it. A call that only reads did nothing, and is made again a few
// times by itself. A call that writes is never made again here: what is
// certain not to have been done comes back as retryable or permanent, and
// everything else as an unknown outcome, which is for the engine to resolve by
// looking. Each platform says in its Dialect how its own errors read.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/trayecto/trayecto/targets"
)

// Client calls one platform. The zero values of the optional fields are right
// for a real one.
type Client struct {
	Base    *url.URL      // of every path
	Name    string        // of the platform in the project, for what to run next: "crm"
	Header  http.Header   // of every call: who we are, which version of the API
	Secrets []string      // never repeated in an error
	Dialect Dialect       // how the platform says what is wrong
	HTTP    *http.Client  // optional
	Wait    Wait          // between tries of a read; optional
	Tries   int           // of a read; optional, 4
	Patient time.Duration // for one answer; optional, a minute
}

// Wait lets time pass, or returns why not.
type Wait func(context.Context, time.Duration) error

// Call is one request.
type Call struct {
	Method string
	Path   string // below Base: "/api/lists"
	Query  url.Values
	Body   any // as JSON; nil: none
	Into   any // where the answer's JSON goes; nil: it is not read
	// Reads says that the call changes nothing, whatever its method.
	Reads bool
}

// Problem is what a platform said is wrong, in its own words.
type Problem struct {
	Message string
	Path    string // of the attribute that is not accepted, as in resource.Path; "" if it does not say
	// Kind overrules what the status alone would mean; "" does not.
	Kind targets.ErrorKind

	next next
}

// next is what to run after a problem.
type next int

const (
	nothing next = iota
	check        // the platform again, with other credentials
	scopes       // which rights are needed
)

// Unaccepted is the problem that a platform does not know who we are: by which
// credentials ("the key, which is wrong or was withdrawn"), and its own words.
func Unaccepted(credentials, said string) Problem {
	return Unready("it does not accept "+credentials, said)
}

// Unready is the problem that somebody has to do something at the platform
// first ("its API is switched off"), and the platform's own words.
func Unready(why, said string) Problem {
	return Problem{Message: why + quoted(said), next: check}
}

// Unallowed is the problem that who we are may not do this ("the key lacks a
// right that this needs"), and the platform's own words.
func Unallowed(lacks, said string) Problem {
	return Problem{Message: lacks + quoted(said), next: scopes}
}

func quoted(said string) string {
	if said = strings.TrimRight(strings.TrimSpace(said), "."); said == "" {
		return ""
	}
	return " (" + said + ")"
}

// Dialect reads a platform's errors.
type Dialect interface {
	// Problem reads the body of an answer that is not a success. It returns the
	// zero Problem when the body says nothing that it understands.
	Problem(status int, body []byte) Problem
}

// Largest is the most bytes of an answer that are read.
const Largest = 64 << 20

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// Do makes a call. The error is a *targets.Error, or the context's. A client
// that is nil is that of a target before Configure.
func (c *Client) Do(ctx context.Context, call Call) error {
	if c == nil {
		return &targets.Error{Kind: targets.Permanent, Message: "the platform is not configured"}
	}
	request, err := c.encode(call)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := c.once(ctx, call, request)
		again, reads := pause(err, try), call.reads()
		if err == nil || !reads || again < 0 || try >= c.tries() || ctx.Err() != nil {
			return err
		}
		if stopped := c.Pass(ctx, again); stopped != nil {
			return stopped
		}
	}
}

func (c Call) reads() bool {
	return c.Reads || c.Method == http.MethodGet || c.Method == http.MethodHead
}

func (c *Client) tries() int {
	if c.Tries > 0 {
		return c.Tries
	}
	return 4
}

// pause is how long to wait before a read is tried again; negative: never.
func pause(err error, try int) time.Duration {
	var failed *targets.Error
	if !errors.As(err, &failed) || failed.Kind != targets.Retryable {
		return -1
	}
	if failed.RetryAfter > 0 {
		return failed.RetryAfter
	}
	return time.Duration(1<<try) * 250 * time.Millisecond
}

// Pass lets time pass, as Wait says, or returns why not.
func (c *Client) Pass(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// encode is the body of a call.
func (c *Client) encode(call Call) ([]byte, error) {
	if call.Body == nil {
		return nil, nil
	}
	raw, err := json.Marshal(call.Body)
	if err != nil {
		return nil, c.failed(call, 0, targets.Permanent, "the request cannot be written", err)
	}
	return raw, nil
}

// once makes a call one time.
func (c *Client) once(ctx context.Context, call Call, body []byte) error {
	got, err := c.send(ctx, call, body)
	if err != nil {
		return err
	}
	if got.status >= 300 {
		return c.refused(call, got)
	}
	return c.read(call, got)
}

func (c *Client) send(ctx context.Context, call Call, body []byte) (answer, error) {
	patient, cancel := context.WithTimeout(ctx, c.patience())
	defer cancel()
	request, err := http.NewRequestWithContext(patient, call.Method, c.address(call), bytes.NewReader(body))
	if err != nil {
		return answer{}, c.failed(call, 0, targets.Permanent, "the request cannot be made", err)
	}
	for name, values := range c.Header {
		request.Header[unrepeated(name)] = values
	}
	if body != nil && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if request.Header.Get("Accept") == "" {
		request.Header.Set("Accept", "application/json")
	}
	response, err := c.client().Do(request)
	if err != nil {
		return answer{}, c.unanswered(ctx, call, err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, Largest+1))
	if err != nil {
		return answer{}, c.unanswered(ctx, call, err)
	}
	if len(raw) > Largest {
		return answer{}, c.failed(call, response.StatusCode, call.doubt(targets.Permanent), fmt.Sprintf("the answer is larger than %d MiB", Largest>>20), nil)
	}
	return answer{response.StatusCode, response.Header, raw}, nil
}

// unrepeated spells the header of an idempotency key so that Go's client does
// not know it, which names of headers allow. It would send the call again when
// the connection breaks, and what the platform says to the second one ("too many
// requests") would be taken for what became of the first.
func unrepeated(name string) string {
	if name == "Idempotency-Key" || name == "X-Idempotency-Key" {
		return strings.ToLower(name)
	}
	return name
}

func (c *Client) client() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return plain
}

// plain follows no redirection: a write would become a read on the way, and
// the credentials would go to whoever the answer names.
var plain = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (c *Client) patience() time.Duration {
	if c.Patient > 0 {
		return c.Patient
	}
	return time.Minute
}

func (c *Client) address(call Call) string {
	u := *c.Base
	path, query, _ := strings.Cut(call.Path, "?")
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	u.RawQuery = query
	if len(call.Query) > 0 {
		u.RawQuery = call.Query.Encode()
	}
	return u.String()
}

// read puts a success where the caller wants it.
func (c *Client) read(call Call, got answer) error {
	if call.Into == nil || len(got.body) == 0 && got.status == http.StatusNoContent {
		return nil
	}
	if page(got) {
		return c.failed(call, got.status, call.doubt(targets.Permanent), "it answered with a web page and not with data", nil)
	}
	if err := json.Unmarshal(got.body, call.Into); err != nil {
		return c.failed(call, got.status, call.doubt(targets.Permanent), "its answer is not the data that its API documents", err)
	}
	return nil
}

// page tells whether an answer is a page for people: of a proxy, of a log-in.
func page(got answer) bool {
	if strings.Contains(got.header.Get("Content-Type"), "html") {
		return true
	}
	return bytes.HasPrefix(bytes.TrimSpace(got.body), []byte("<"))
}
