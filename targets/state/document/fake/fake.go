// Package fake is a stand-in for a server that keeps documents, as GitLab or plain, for tests.
package fake

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Username and Password are who may ask.
const (
	Username = "ana"
	Password = "glpat-made-up-secret"
)

// Server keeps one document and behaves as GitLab does: the lock is at /lock, taken
// by POST and ended by DELETE; a lock that is held is answered with 409 and, beside
// the id, with what the one who asks has said; a write whose ID is not that of the
// lock is refused; each write is a version, and a second one of the same serial is
// refused. As Plain it is one of the protocol's own: LOCK and UNLOCK at the address,
// 423 with what the holder has said.
type Server struct {
	t     testing.TB
	plain bool
	URL   string // of the document

	mu       sync.Mutex
	lock     map[string]any // nil when free
	versions map[int64][]byte
	last     int64
	calls    map[string]int
	fail     func(n int) (status int, after bool)
	n        int
}

// New starts a server that ends with the test.
func New(t testing.TB, plain bool) *Server {
	t.Helper()
	g := &Server{t: t, plain: plain, versions: map[int64][]byte{}, calls: map[string]int{}}
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	g.URL = s.URL + "/api/v4/projects/7/terraform/state/lumen"
	return g
}

// Calls is how many of a kind were made: GET, POST, LOCK, UNLOCK.
func (g *Server) Calls(what string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls[what]
}

// Locked tells whether somebody has the lock.
func (g *Server) Locked() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lock != nil
}

// Put puts a document in the place of the last one.
func (g *Server) Put(serial int64, document string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.versions[serial], g.last = []byte(document), serial
}

// Fail has calls answered with a status that is not 0, by their number; after: the
// call is done, and only its answer is lost.
func (g *Server) Fail(how func(n int) (status int, after bool)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = how
}

// ServeHTTP implements http.Handler.
func (g *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	status, after := 0, false
	if g.fail != nil {
		status, after = g.fail(g.n)
	}
	if status > 0 && !after {
		w.WriteHeader(status)
		return
	}
	if status > 0 {
		g.serve(httptest.NewRecorder(), r)
		w.WriteHeader(status)
		return
	}
	g.serve(w, r)
}

func (g *Server) serve(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != Username || password != Password {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		g.t.Error(err)
	}
	what := r.Method
	if !g.plain && r.URL.Path[len(r.URL.Path)-5:] == "/lock" {
		what = map[string]string{http.MethodPost: "LOCK", http.MethodDelete: "UNLOCK"}[r.Method]
	}
	g.calls[what]++
	switch what {
	case http.MethodGet:
		g.get(w)
	case http.MethodPost:
		g.post(w, r.URL.Query().Get("ID"), body)
	case "LOCK":
		g.take(w, body)
	case "UNLOCK":
		g.end(w, body)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (g *Server) get(w http.ResponseWriter) {
	switch {
	case g.last > 0:
		g.say(w, http.StatusOK, g.versions[g.last])
	case g.lock == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (g *Server) say(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		g.t.Error(err)
	}
}

func (g *Server) id() string {
	id, _ := g.lock["ID"].(string)
	return id
}

func (g *Server) post(w http.ResponseWriter, id string, body []byte) {
	var document struct {
		Serial int64 `json:"serial"`
	}
	if err := json.Unmarshal(body, &document); err != nil {
		g.t.Error(err)
	}
	switch {
	case id != g.id() && g.plain:
		w.WriteHeader(http.StatusLocked)
	case id != g.id():
		w.WriteHeader(http.StatusConflict)
	case g.versions[document.Serial] != nil || document.Serial <= 0:
		w.WriteHeader(http.StatusUnprocessableEntity)
	default:
		g.versions[document.Serial], g.last = body, max(g.last, document.Serial)
	}
}

func (g *Server) take(w http.ResponseWriter, body []byte) {
	var asks map[string]any
	if err := json.Unmarshal(body, &asks); err != nil {
		g.t.Error(err)
	}
	for _, name := range []string{"ID", "Operation", "Info", "Who", "Version", "Created", "Path"} {
		if _, text := asks[name].(string); !text {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
	}
	status := http.StatusOK
	switch {
	case g.lock == nil:
		g.lock = asks
	case g.plain:
		status, asks = http.StatusLocked, g.lock
	default:
		status = http.StatusConflict
		asks["ID"], asks["Who"], asks["Created"] = g.lock["ID"], "root", "2026-12-01T08:00:01.123Z"
	}
	said, err := json.Marshal(asks)
	if err != nil {
		g.t.Error(err)
	}
	g.say(w, status, said)
}

func (g *Server) end(w http.ResponseWriter, body []byte) {
	var asks map[string]any
	if len(body) > 0 {
		if err := json.Unmarshal(body, &asks); err != nil {
			g.t.Error(err)
		}
	}
	if asks["ID"] != nil && asks["ID"] != g.id() {
		w.WriteHeader(http.StatusConflict)
		return
	}
	g.lock = nil
}
