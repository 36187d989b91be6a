package kit

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/trayecto/trayecto/lang/types"
)

// engineWeathers: on the way to a platform behind HTTP a part of the writes is
// lost, refused for a while, or done without an answer. After enough applies each
// object is there once and as wanted.
func engineWeathers(t testing.TB, h Harness) {
	e := newEngine(t, h)
	weather := &weather{chance: rand.New(rand.NewPCG(20, 6))}
	if !weather.before(t, e) {
		t.Skip("the platform is not reached by HTTP")
	}
	for seed := range uint64(rounds) {
		want := h.lower(t, e.random(seed), e.platform.Config.Platform)
		for _, bad := range []bool{true, true, true, false, false, false} {
			weather.bad(bad)
			if e.run(want, e.target) {
				break
			}
		}
		weather.bad(false)
		e.settled(want)
	}
	if weather.hits == 0 {
		t.Error("nothing went wrong: the law was not asked")
	}
}

// weather is a proxy before a platform that lets most calls pass.
type weather struct {
	mu     sync.Mutex
	chance *rand.Rand
	on     bool
	hits   int
}

func (w *weather) bad(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.on = on
}

// draw is what happens to a call: 0 nothing, else one of five faults.
func (w *weather) draw(r *http.Request) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.on || r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.URL.Path, "search") {
		return 0 // reads are repeated by the clock, and change nothing
	}
	n := w.chance.IntN(10)
	if n > 5 {
		return 0
	}
	if n > 0 {
		w.hits++
	}
	return n
}

// before has an engine reach its platform through the weather; it is false where
// the platform's block names no address on this computer.
func (w *weather) before(t testing.TB, e *engine) bool {
	t.Helper()
	config := e.platform.Config
	config.Platform.Config.Settings = slices.Clone(config.Platform.Config.Settings)
	for i, s := range config.Platform.Config.Settings {
		text, is := s.Value.(types.Text)
		if !is || !strings.HasPrefix(string(text), "http://127.0.0.1:") {
			continue
		}
		config.Platform.Config.Settings[i].Value = types.Text(w.serve(t, string(text)))
		e.target = open(t, e.h, Platform{Config: config})
		return true
	}
	return false
}

func (w *weather) serve(t testing.TB, platform string) string {
	t.Helper()
	to, err := url.Parse(platform)
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: to.Scheme, Host: to.Host}) }}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch w.draw(r) {
		case 0:
			pass.ServeHTTP(out, r)
		case 1:
			out.Header().Set("Retry-After", "1")
			out.WriteHeader(http.StatusTooManyRequests)
		case 2:
			out.WriteHeader(http.StatusInternalServerError)
		case 3: // the connection breaks on the way there
			_, _ = io.Copy(io.Discard, r.Body) // it is lost
			panic(http.ErrAbortHandler)
		case 4: // and on the way back
			pass.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		default: // a proxy's page instead of the answer
			pass.ServeHTTP(httptest.NewRecorder(), r)
			out.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(out, "<html>Bad gateway</html>") // who is gone reads nothing
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + to.Path
}
