// Package server is a real PostgreSQL for tests, started from installed
// binaries in a temporary folder and stopped with the test binary.
package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

// Server is a running PostgreSQL that listens on a socket in its own folder.
// The nil Server is one that could not be had: New skips the test.
type Server struct {
	dir   string
	stdin io.Closer
	done  chan error
	shelf shelf
}

// ErrAbsent means that no PostgreSQL is installed.
var ErrAbsent = errors.New("no initdb and postgres in /usr/lib/postgresql/*/bin or PATH")

// Run starts a server, hands it to use, runs the tests and stops it. Without
// installed binaries tests run with a nil Server, unless TRAYECTO_REQUIRE_POSTGRES
// is 1: then they fail. The result is the exit code.
func Run(m interface{ Run() int }, use func(*Server)) int {
	s, err := Start()
	if errors.Is(err, ErrAbsent) && os.Getenv("TRAYECTO_REQUIRE_POSTGRES") != "1" {
		return m.Run()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "starting a PostgreSQL for tests: %v\n", err)
		return 1
	}
	use(s)
	code := m.Run()
	if err := s.Stop(); err != nil {
		fmt.Fprintf(os.Stderr, "stopping the PostgreSQL for tests: %v\n", err)
		return 1
	}
	return code
}

// Start makes a cluster in a temporary folder and starts it. It never runs as
// root: then it takes the user postgres or nobody.
func Start() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, done: make(chan error, 1)}
	if err := s.start(bin); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// binaries is the folder of the newest initdb that has a postgres beside it.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	sort.Slice(found, func(i, j int) bool {
		return len(found[i]) > len(found[j]) || len(found[i]) == len(found[j]) && found[i] > found[j]
	})
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, filepath.Dir(path))
	}
	for _, dir := range found {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", ErrAbsent
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

func (s *Server) start(bin string) error {
	as, err := unprivileged(s.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = s.dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	// The shell stops the server when its standard input ends, and that is when
	// this process is gone, however it ended.
	script := `"$@" & pid=$!; read -r _; kill -INT "$pid"; wait "$pid"`
	args := []string{"-c", script, "sh", filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir}
	for _, setting := range []string{"listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "lc_messages=C", "max_connections=50", "jit=off"} {
		args = append(args, "-c", setting)
	}
	shell := exec.Command("/bin/sh", args...)
	shell.Dir, shell.SysProcAttr = s.dir, as
	return s.await(shell)
}

const user = "trayecto"

// await starts the server and reads its log until it takes connections.
func (s *Server) await(shell *exec.Cmd) error {
	stdin, err := shell.StdinPipe()
	if err != nil {
		return err
	}
	log, err := shell.StderrPipe()
	if err != nil {
		return err
	}
	if err := shell.Start(); err != nil {
		return err
	}
	s.stdin = stdin
	ready, said := make(chan struct{}), &strings.Builder{}
	go func() {
		follow(log, said, ready)
		s.done <- shell.Wait()
	}()
	select {
	case <-ready:
		return nil
	case err := <-s.done:
		return fmt.Errorf("the server ended: %v: %s", err, said)
	case <-time.After(time.Minute):
		return errors.Join(errors.New("the server was not ready after a minute"), stdin.Close())
	}
}

// follow copies the log until it says that the server is ready, and then reads
// on so that the server never waits for a reader.
func follow(log io.Reader, said io.Writer, ready chan<- struct{}) {
	lines, up := bufio.NewScanner(log), false
	for lines.Scan() {
		if up {
			continue
		}
		fmt.Fprintln(said, lines.Text())
		if up = strings.Contains(lines.Text(), "ready to accept connections"); up {
			close(ready)
		}
	}
}

// Stop stops the server and removes its folder.
func (s *Server) Stop() error {
	if err := s.stdin.Close(); err != nil {
		return err
	}
	<-s.done // the shell's status is that of a server that was told to stop
	return os.RemoveAll(s.dir)
}

// DSN is the address of a database of the server.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("host=%s user=%s dbname=%s", s.dir, user, database)
}

// New is the address of an empty database for one test: a new one, or one that
// a test has left and that is as a new one again. Without a server the test is
// skipped.
func (s *Server) New(t testing.TB) string {
	t.Helper()
	if s == nil {
		t.Skip("SKIPPED: needs a real PostgreSQL server, and none is installed")
	}
	name, err := s.take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.give(context.Background(), name); err != nil {
			t.Errorf("emptying a database: %v", err)
		}
	})
	return s.DSN(name)
}
