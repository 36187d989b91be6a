package document_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// gitlab is a server with one state that behaves as GitLab's does: the lock is at
// /lock, taken by POST and ended by DELETE; a lock that is held is answered with
// 409 and, beside the id, with what the one who asks has said; a write whose ID is
// not that of the lock is refused; each write is a version, and a second one of
// the same serial is refused. As plain it is one of the protocol's own: LOCK and
// UNLOCK at the address, 423 with what the holder has said.
type gitlab struct {
	t     testing.TB
	plain bool
	url   string

	mu       sync.Mutex
	lock     map[string]any // nil when free
	versions map[int64][]byte
	last     int64
	calls    map[string]int
	fail     func(n int, r *http.Request) (status int, after bool) // of a call: 0 for none; after it was done
	n        int
}

func serve(t testing.TB, plain bool) *gitlab {
	t.Helper()
	g := &gitlab{t: t, plain: plain, versions: map[int64][]byte{}, calls: map[string]int{}}
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	g.url = s.URL + "/api/v4/projects/7/terraform/state/lumen"
	return g
}

func (g *gitlab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	status, after := 0, false
	if g.fail != nil {
		status, after = g.fail(g.n, r)
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

func (g *gitlab) serve(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != "ana" || password != "glpat-secret" {
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

func (g *gitlab) get(w http.ResponseWriter) {
	switch {
	case g.last > 0:
		g.say(w, http.StatusOK, g.versions[g.last])
	case g.lock == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (g *gitlab) say(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		g.t.Error(err)
	}
}

func (g *gitlab) id() string {
	id, _ := g.lock["ID"].(string)
	return id
}

func (g *gitlab) post(w http.ResponseWriter, id string, body []byte) {
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

func (g *gitlab) take(w http.ResponseWriter, body []byte) {
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

func (g *gitlab) end(w http.ResponseWriter, body []byte) {
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
