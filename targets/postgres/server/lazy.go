package server

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// Lazy is a server that the first test to need it starts. It is the M of the tests:
// what TestMain runs, so that the server is stopped after them.
type Lazy struct {
	M interface{ Run() int } // the tests

	mu      sync.Mutex
	started *Server
	failed  error
}

// Server is the server. Where none is installed the test is skipped, unless
// TRAYECTO_REQUIRE_POSTGRES is 1: then it fails.
func (l *Lazy) Server(t testing.TB) *Server {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started == nil && l.failed == nil {
		l.started, l.failed = Start()
	}
	if errors.Is(l.failed, ErrAbsent) && os.Getenv("TRAYECTO_REQUIRE_POSTGRES") != "1" {
		t.Skip("SKIPPED: needs a real PostgreSQL server, and none is installed")
	}
	if l.failed != nil {
		t.Fatalf("starting a PostgreSQL for tests: %v", l.failed)
	}
	return l.started
}

// Run runs the tests and stops the server.
func (l *Lazy) Run() int {
	code := l.M.Run()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started == nil {
		return code
	}
	if err := l.started.Stop(); err != nil {
		fmt.Fprintf(os.Stderr, "stopping the PostgreSQL for tests: %v\n", err)
		return 1
	}
	return code
}
