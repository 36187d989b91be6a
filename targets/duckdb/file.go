package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"os"
	"sync"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/trayecto/trayecto/targets"
)

// doors are the files that the targets of one process have open. DuckDB opens a
// file in one way at a time and once, so targets of the same file share it.
type doors struct {
	mu     sync.Mutex
	byPath map[string]*door
}

func (d *doors) of(path string) *door {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byPath == nil {
		d.byPath = map[string]*door{}
	}
	if d.byPath[path] == nil {
		d.byPath[path] = &door{users: map[*Target]bool{}}
	}
	return d.byPath[path]
}

// door is one file. Whoever works in it holds use for reading; whoever opens or
// closes it, for writing.
type door struct {
	use   sync.RWMutex
	db    *sql.DB
	mode  mode
	users map[*Target]bool // those that have not left
	write sync.Mutex       // one change at a time

	known  sync.Mutex
	macros map[string]map[string]string // by schema; see Target.macros
}

// mode is how a file is open. What is open for writing is open for reading too.
type mode string

const (
	shut      mode = ""
	toRead    mode = "READ_ONLY"
	toWrite   mode = "READ_WRITE"
	accessing      = "?access_mode="
)

func (m mode) serves(wanted mode) bool { return m == wanted || m == toWrite && wanted == toRead }

var errUnconfigured = &targets.Error{Kind: targets.Permanent, Message: "the platform is not configured"}

// reading runs work on a connection of its own.
func (t *Target) reading(ctx context.Context, work func(*sql.Conn) error) error {
	return t.in(ctx, toRead, work)
}

// writing runs work while nobody else of this process writes.
func (t *Target) writing(ctx context.Context, work func(*sql.Conn) error) error {
	door := t.doors.of(t.path)
	door.write.Lock()
	defer door.write.Unlock()
	return t.in(ctx, toWrite, work)
}

func (t *Target) in(ctx context.Context, wanted mode, work func(*sql.Conn) error) (err error) {
	if t.path == "" {
		return errUnconfigured
	}
	if ctx.Err() != nil {
		return t.classify(context.Cause(ctx))
	}
	door := t.doors.of(t.path)
	db, leave, err := t.enter(door, wanted)
	if err != nil {
		return err
	}
	defer leave()
	conn, err := db.Conn(ctx)
	if err != nil {
		return t.classify(err)
	}
	defer func() {
		if closed := conn.Close(); err == nil {
			err = t.classify(closed)
		}
	}()
	return t.classify(work(conn))
}

// enter is the open file, which stays open until leave is called.
func (t *Target) enter(d *door, wanted mode) (db *sql.DB, leave func(), err error) {
	for {
		d.use.RLock()
		if d.mode.serves(wanted) && d.users[t] {
			return d.db, d.use.RUnlock, nil
		}
		d.use.RUnlock()
		if err := t.open(d, wanted); err != nil {
			return nil, nil, err
		}
	}
}

// open opens the file if it is not open as it is wanted. It never makes one:
// without the customer's tables there is nothing to rest on.
func (t *Target) open(d *door, wanted mode) error {
	d.use.Lock()
	defer d.use.Unlock()
	if d.mode.serves(wanted) {
		d.users[t] = true
		return nil
	}
	if err := d.shut(); err != nil {
		return t.classify(err)
	}
	if info, err := os.Stat(t.path); errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return &targets.Error{Kind: targets.Permanent, Message: "there is no file " + t.called + ": a DuckDB warehouse is made by whoever fills its tables"}
	}
	connector, err := duckdb.NewConnector(t.path+accessing+string(wanted), func(e driver.ExecerContext) error {
		_, err := e.ExecContext(context.Background(), prepare, nil)
		return err
	})
	if err != nil {
		return t.classify(err)
	}
	d.db, d.mode, d.users[t] = sql.OpenDB(connector), wanted, true
	return nil
}

// prepare keeps a plan from fetching code: what the file's views need beyond
// DuckDB itself is installed by whoever owns them.
const prepare = "SET autoinstall_known_extensions = false"

// shut closes the file, if it is open. The lock is the caller's.
func (d *door) shut() error {
	if d.mode == shut {
		return nil
	}
	err := d.db.Close()
	d.db, d.mode = nil, shut
	d.forget()
	return err
}

// forget is called when macros may be others.
func (d *door) forget() {
	d.known.Lock()
	defer d.known.Unlock()
	d.macros = nil
}

// know is called with the macros of a schema when they were changed.
func (d *door) know(schema string, macros map[string]string) {
	d.known.Lock()
	defer d.known.Unlock()
	if d.macros == nil {
		d.macros = map[string]map[string]string{}
	}
	d.macros[schema] = macros
}

// Close closes the file when no other target of this process has it open. A
// later call opens it again.
func (t *Target) Close() error {
	if t.path == "" {
		return nil
	}
	d := t.doors.of(t.path)
	d.use.Lock()
	defer d.use.Unlock()
	delete(d.users, t)
	if len(d.users) > 0 {
		return nil
	}
	return t.classify(d.shut())
}

// transaction runs work in a transaction; an error means that nothing was done,
// unless its kind is an unknown outcome.
func (t *Target) transaction(ctx context.Context, conn *sql.Conn, work func(*sql.Tx) error) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return t.classify(err)
	}
	if err := work(tx); err != nil {
		_ = tx.Rollback() // the first error says what happened
		return t.classify(err)
	}
	return t.committed(tx.Commit())
}
