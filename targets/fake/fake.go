// Package fake is what a stand-in for a platform's HTTP API is made of:
// routes, schemas, rates, faults and a record of the calls.
//
// A vendor's fake keeps state and behaves as the vendor documents, quirks
// included; it knows nothing of how programs are lowered. This package serves
// it: one call at a time, each request's body held against the JSON Schema of
// its route before the fake sees it, so that a payload that the contract
// forbids never passes a test. A fault decides what goes wrong with a call,
// also after it was carried out: the answer that is lost.
package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets"
)

// Options is what a fake is made of.
type Options struct {
	Routes []Route
	// Admit refuses a call before anything else, for its credentials; nil lets
	// everybody in.
	Admit func(*http.Request) *Reply
	// Problem is the body of an error in the vendor's format; path is of the
	// attribute that is not accepted, or "".
	Problem func(status int, message, path string) any
	// Rates limits calls by the class of their route; the clock is Now.
	Rates []targets.Rate
	// Now is the platform's clock; nil stands still.
	Now func() time.Time
}

// Route is one call of the API.
type Route struct {
	Method string
	Path   string // as for http.ServeMux: "/api/segments/{id}"
	Schema string // of the body, a file under schemas; "" takes none or anything
	Class  string // of rates; "" is not limited
	Handle func(*Request) Reply
}

// Request is a call with its body read.
type Request struct {
	*http.Request
	Raw  []byte
	Body map[string]any // nil when the body is empty or no object; numbers are json.Number
}

// Decode puts the body into a value of the fake's own.
func (r *Request) Decode(into any) error { return json.Unmarshal(r.Raw, into) }

// Reply is an answer.
type Reply struct {
	Status int // 0 is 200
	Body   any // as JSON; a string is sent as it is, nil as nothing
	Header http.Header
}

// Call is one request that arrived, for what a test wants to see of it.
type Call struct {
	Method, Path string
	Body         string
	Status       int
}

// Fault is what goes wrong with one call.
type Fault int

// The faults.
const (
	None     Fault = iota
	Busy           // 429 with Retry-After; nothing is done
	Broken         // 500; nothing is done
	Page           // a web page instead of data; nothing is done
	Silence        // nothing is done, and nothing is answered
	HangUp         // nothing is done, and the connection breaks
	Lost           // it is done, and the connection breaks
	LostPage       // it is done, and a proxy answers with its own page
)

// Server serves a fake on loopback until its test ends.
type Server struct {
	URL string

	options Options
	mutex   sync.Mutex
	fault   func(*http.Request) Fault
	calls   []Call
	spent   map[string][]time.Time
	forms   map[string]*form
}

// Serve starts a fake.
func Serve(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{options: o, spent: map[string][]time.Time{}, forms: map[string]*form{}}
	mux := http.NewServeMux()
	for _, route := range o.Routes {
		if route.Schema != "" && s.forms[route.Schema] == nil {
			s.forms[route.Schema] = formOf(t, route.Schema)
		}
		mux.HandleFunc(route.Method+" "+route.Path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, Route{Handle: func(*Request) Reply { return s.Problem(http.StatusNotFound, "no such call", "") }})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Break decides from now on what goes wrong; nil: nothing.
func (s *Server) Break(fault func(*http.Request) Fault) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.fault = fault
}

// Calls lists what arrived so far, in order.
func (s *Server) Calls() []Call {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.calls)
}

// Do runs something that looks at or changes the fake's state behind the API's
// back, between two calls.
func (s *Server) Do(f func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	f()
}

// Problem is an error in the vendor's format.
func (s *Server) Problem(status int, message, path string) Reply {
	if s.options.Problem == nil {
		return Reply{Status: status, Body: map[string]any{"message": message}}
	}
	return Reply{Status: status, Body: s.options.Problem(status, message, path)}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, route Route) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller is gone
	}
	s.mutex.Lock()
	fault := None
	if s.fault != nil {
		fault = s.fault(r)
	}
	if fault == Silence {
		s.mutex.Unlock()
		<-r.Context().Done()
		return
	}
	reply := s.answer(r, raw, route, fault)
	s.calls = append(s.calls, Call{Method: r.Method, Path: r.URL.RequestURI(), Body: string(raw), Status: reply.Status})
	s.mutex.Unlock()
	if fault == HangUp || fault == Lost {
		hangUp(w)
		return
	}
	write(w, reply)
}

// answer is what comes back, after what the fault leaves of the call was done.
func (s *Server) answer(r *http.Request, raw []byte, route Route, fault Fault) Reply {
	switch fault {
	case Busy:
		busy := s.Problem(http.StatusTooManyRequests, "too many requests", "")
		busy.Header = http.Header{"Retry-After": {"1"}}
		return busy
	case Broken:
		return s.Problem(http.StatusInternalServerError, "internal error", "")
	case Page, HangUp:
		return page
	case LostPage:
		s.handle(r, raw, route)
		return page
	case None, Silence, Lost:
	}
	return s.handle(r, raw, route)
}

var page = Reply{Status: http.StatusBadGateway, Body: "<html><body>Bad gateway</body></html>", Header: http.Header{"Content-Type": {"text/html"}}}

func (s *Server) handle(r *http.Request, raw []byte, route Route) Reply {
	if s.options.Admit != nil {
		if refused := s.options.Admit(r); refused != nil {
			return *refused
		}
	}
	if wait := s.limit(route.Class); wait > 0 {
		busy := s.Problem(http.StatusTooManyRequests, "too many requests", "")
		busy.Header = http.Header{"Retry-After": {fmt.Sprint(int(wait/time.Second) + 1)}}
		return busy
	}
	request := &Request{Request: r, Raw: raw}
	if refused := s.body(request, route); refused != nil {
		return *refused
	}
	reply := route.Handle(request)
	if reply.Status == 0 {
		reply.Status = http.StatusOK
	}
	return reply
}

// body reads the body and holds it against the route's schema.
func (s *Server) body(r *Request, route Route) *Reply {
	if len(r.Raw) > 0 {
		d := json.NewDecoder(bytes.NewReader(r.Raw))
		d.UseNumber()
		var body any
		if err := d.Decode(&body); err != nil {
			refused := s.Problem(http.StatusBadRequest, "the body is not JSON: "+err.Error(), "")
			return &refused
		}
		r.Body, _ = body.(map[string]any)
	}
	if route.Schema == "" {
		return nil
	}
	if wrong, path := s.forms[route.Schema].wrong(r.Raw); wrong != "" {
		refused := s.Problem(http.StatusBadRequest, wrong, path)
		return &refused
	}
	return nil
}

// limit is how long the next call of a class has to wait. A call that is let
// through counts.
func (s *Server) limit(class string) time.Duration {
	if class == "" || s.options.Now == nil {
		return 0
	}
	now := s.options.Now()
	for _, rate := range s.options.Rates {
		if rate.Class != class {
			continue
		}
		recent := slices.DeleteFunc(slices.Clone(s.spent[class]), func(at time.Time) bool { return !at.After(now.Add(-rate.Per.Exact())) })
		if len(recent) >= rate.Calls {
			return recent[len(recent)-rate.Calls].Add(rate.Per.Exact()).Sub(now)
		}
	}
	s.spent[class] = append(s.spent[class], now)
	return 0
}

func hangUp(w http.ResponseWriter) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = connection.Close() // that is the point
	}
}

func write(w http.ResponseWriter, r Reply) {
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	raw, text := r.Body.(string)
	if !text && r.Body != nil {
		encoded, err := json.Marshal(r.Body)
		if err != nil {
			panic(fmt.Sprintf("fake: encoding an answer: %v", err)) // a fake's own value
		}
		raw = string(encoded)
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(r.Status)
	_, _ = io.WriteString(w, raw) // a caller that is gone reads nothing
}
