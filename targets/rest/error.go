package rest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/trayecto/trayecto/targets"
)

// Failure is the cause inside an error of this package: which call it was.
type Failure struct {
	Method string
	Path   string
	Status int // 0 when nothing was answered
	Err    error
}

// Error names the call, and what went wrong below it.
func (f *Failure) Error() string {
	s := f.Method + " " + f.Path
	if f.Status != 0 {
		s += fmt.Sprintf(" answered %d", f.Status)
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

// Unwrap is what went wrong below.
func (f *Failure) Unwrap() error { return f.Err }

// Status is the HTTP status inside an error, 0 when there is none.
func Status(err error) int {
	var f *Failure
	if errors.As(err, &f) {
		return f.Status
	}
	return 0
}

// Gone tells whether the platform says that what was asked about is not there.
func Gone(err error) bool {
	return Status(err) == http.StatusNotFound || Status(err) == http.StatusGone
}

// doubt is the kind of an error after which a write may have been done; a read
// did nothing and has the other kind.
func (c Call) doubt(otherwise targets.ErrorKind) targets.ErrorKind {
	if c.reads() {
		return otherwise
	}
	return targets.UnknownOutcome
}

func (c *Client) failed(call Call, status int, kind targets.ErrorKind, message string, cause error) *targets.Error {
	if cause != nil {
		cause = masked{c.mask(cause.Error()), cause}
	}
	path, _, _ := strings.Cut(call.Path, "?")
	return &targets.Error{Kind: kind, Message: c.mask(message), Err: &Failure{Method: call.Method, Path: path, Status: status, Err: cause}}
}

// masked is a cause whose words hold no secret.
type masked struct {
	words string
	cause error
}

func (m masked) Error() string { return m.words }

// Is finds the causes that callers ask for by value: a cancelled context.
func (m masked) Is(target error) bool { return errors.Is(m.cause, target) }

func (c *Client) mask(words string) string {
	for _, secret := range c.Secrets {
		if secret != "" {
			words = strings.ReplaceAll(words, secret, "***")
		}
	}
	return words
}

// unanswered is a call that no answer came to. If not even a connection was
// made, nothing was done.
func (c *Client) unanswered(ctx context.Context, call Call, err error) error {
	var dial *net.OpError
	var name *net.DNSError
	switch {
	case ctx.Err() != nil:
		return c.failed(call, 0, call.doubt(targets.Retryable), "the call was broken off", ctx.Err())
	case errors.As(err, &name), errors.As(err, &dial) && dial.Op == "dial":
		return c.failed(call, 0, targets.Retryable, "it cannot be reached at "+c.Base.Host, err)
	case errors.Is(err, context.DeadlineExceeded):
		return c.failed(call, 0, call.doubt(targets.Retryable), fmt.Sprintf("it did not answer within %s", c.patience()), nil)
	}
	return c.failed(call, 0, call.doubt(targets.Retryable), "the connection broke before the answer was here", err)
}

// refused is an answer that is not a success.
func (c *Client) refused(call Call, got answer) error {
	said := Problem{}
	if c.Dialect != nil && !page(got) {
		said = c.Dialect.Problem(got.status, got.body)
	}
	kind := said.Kind
	if kind == "" {
		kind = call.kind(got.status, said)
	}
	if said.Message == "" {
		said = c.meaning(got)
	}
	message := said.Message + c.advice(said.next)
	failed := c.failed(call, got.status, kind, message, nil)
	failed.Path = said.Path
	failed.RetryAfter = retryAfter(got.header)
	return failed
}

// kind is what a status means where the platform says nothing else.
func (c Call) kind(status int, said Problem) targets.ErrorKind {
	switch {
	case status == http.StatusTooManyRequests:
		return targets.Retryable
	case status == http.StatusConflict || status == http.StatusPreconditionFailed:
		return targets.Conflict
	case status == http.StatusRequestTimeout || status >= 500:
		return c.doubt(targets.Retryable)
	case said.Path != "":
		return targets.Rejected
	}
	return targets.Permanent
}

// advice is what is done and what to run next.
func (c *Client) advice(n next) string {
	switch n {
	case check:
		return ", and nothing was done; put that right and run trayecto platform check " + c.Name
	case scopes:
		return ", and nothing was done; trayecto platform scopes " + c.Name + " lists what is needed"
	case nothing:
	}
	return ""
}

// meaning is what a status says to the person who runs the tool.
func (c *Client) meaning(got answer) Problem {
	switch {
	case page(got):
		return Problem{Message: "it answered with a web page and not with data"}
	case got.status == http.StatusUnauthorized:
		return Unaccepted("the credentials, which are wrong or have expired", "")
	case got.status == http.StatusForbidden:
		return Unallowed("the credentials lack a right that this needs", "")
	case got.status == http.StatusNotFound:
		return Problem{Message: "it has no such thing"}
	case got.status == http.StatusTooManyRequests:
		return Problem{Message: "it was asked too often"}
	case got.status >= 500:
		return Problem{Message: "it failed and did not say why"}
	case got.status < 400:
		return Problem{Message: "it points to another address, " + got.header.Get("Location")}
	}
	return Problem{Message: "it refused and did not say why"}
}

// retryAfter reads seconds, or a date, which is counted from what the other
// side says is now.
func retryAfter(header http.Header) time.Duration {
	said := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(said, 64); err == nil && seconds >= 0 && seconds < 1e6 {
		return time.Duration(seconds * float64(time.Second))
	}
	at, err := http.ParseTime(said)
	now, unsaid := http.ParseTime(header.Get("Date"))
	if err != nil || unsaid != nil || at.Before(now) {
		return 0
	}
	return at.Sub(now)
}
