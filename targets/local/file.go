package local

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/trayecto/trayecto/targets"
)

// fileSchema is the version of the tables below. A file of a newer one is
// refused; there is no older one.
const fileSchema = 1

// tables: uses says which object is built on which, from attributes.ids;
// calls remembers what was done under which idempotency key, before being the
// version of the object that the caller knew (0: none). The trigger notices
// edits by hand, so that they move the version too.
const tables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE objects (
	serial     INTEGER PRIMARY KEY AUTOINCREMENT,
	kind       TEXT NOT NULL,
	key        TEXT NOT NULL,
	attributes TEXT NOT NULL,
	switch     TEXT NOT NULL,
	mark       TEXT NOT NULL,
	once       TEXT NOT NULL,
	version    INTEGER NOT NULL,
	UNIQUE (kind, key)
);
CREATE INDEX objects_mark ON objects (mark);
CREATE TRIGGER objects_touched AFTER UPDATE ON objects WHEN NEW.version = OLD.version
BEGIN UPDATE objects SET version = OLD.version + 1 WHERE serial = OLD.serial; END;
CREATE TABLE uses (
	serial INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE,
	used   INTEGER NOT NULL,
	PRIMARY KEY (serial, used)
) WITHOUT ROWID;
CREATE INDEX uses_used ON uses (used);
CREATE TABLE calls (
	once   TEXT NOT NULL,
	serial INTEGER NOT NULL,
	before INTEGER NOT NULL,
	digest TEXT NOT NULL,
	PRIMARY KEY (once, serial, before)
) WITHOUT ROWID;
`

// file is an open platform of the present schema.
type file struct {
	db       *sql.DB
	identity string
}

// mode says what opening may do.
type mode string

const (
	existing  mode = "rw"
	orCreated mode = "rwc"
)

// existing is the file if there is one that holds a platform, else nil.
func (t *Target) existing(ctx context.Context) (*file, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file != nil {
		return t.file, nil
	}
	there, err := t.look()
	if err != nil || !there {
		return nil, err
	}
	f, err := openFile(ctx, t.path, existing)
	if err != nil {
		return nil, failed(err, "opening "+t.path)
	}
	t.file = f
	return f, nil
}

// made is the file, made if there is none.
func (t *Target) made(ctx context.Context) (*file, error) {
	f, err := t.existing(ctx)
	if f != nil || err != nil {
		return f, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file != nil {
		return t.file, nil
	}
	if err := os.MkdirAll(filepath.Dir(t.path), 0o755); err != nil {
		return nil, failed(err, "making the folder of "+t.path)
	}
	if err := makeFile(ctx, t.path, t.entropy); err != nil {
		return nil, failed(err, "making "+t.path)
	}
	if t.file, err = openFile(ctx, t.path, existing); err != nil {
		return nil, failed(err, "opening "+t.path)
	}
	return t.file, nil
}

// look tells whether the path leads to a file.
func (t *Target) look() (there bool, err error) {
	if t.path == "" {
		return false, &targets.Error{Kind: targets.Permanent, Message: "the platform is not configured"}
	}
	info, err := os.Stat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, failed(err, "looking at "+t.path)
	case !info.Mode().IsRegular():
		return false, &targets.Error{Kind: targets.Permanent, Message: t.path + " is not a file"}
	}
	return true, nil
}

// openFile opens a platform; nil without an error means that the file is empty.
func openFile(ctx context.Context, path string, m mode) (*file, error) {
	db, err := sql.Open("sqlite", address(path, m))
	if err != nil {
		return nil, err
	}
	f := &file{db: db}
	found, err := f.readMeta(ctx)
	if err == nil && found {
		return f, nil
	}
	return nil, errors.Join(err, db.Close())
}

func address(path string, m mode) string {
	slashed := filepath.ToSlash(path)
	if filepath.IsAbs(path) && !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/x is file:///C:/x
	}
	u := url.URL{Scheme: "file", Path: slashed, OmitHost: !filepath.IsAbs(path)}
	query := url.Values{"mode": {string(m)}, "_txlock": {"immediate"},
		// A journal that is emptied and not removed spares the disk a new file, and its
		// name in the folder, for each transaction.
		"_pragma": {"busy_timeout(500)", "synchronous(FULL)", "foreign_keys(1)", "journal_mode(TRUNCATE)"}}
	u.RawQuery = query.Encode()
	return u.String()
}

// readMeta checks that the file is ours and of a schema that we know. An
// empty database is not there yet.
func (f *file) readMeta(ctx context.Context) (found bool, err error) {
	var all, ours int
	err = f.db.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE name IN ('meta', 'objects', 'calls')) FROM sqlite_master WHERE type = 'table'`).Scan(&all, &ours)
	switch {
	case err != nil:
		return false, err
	case all == 0:
		return false, nil
	case ours < 3:
		return false, &targets.Error{Kind: targets.Permanent, Message: "it is a database of something else"}
	}
	var version string
	row := f.db.QueryRowContext(ctx, `SELECT coalesce((SELECT value FROM meta WHERE name = 'schema'), ''), coalesce((SELECT value FROM meta WHERE name = 'identity'), '')`)
	if err := row.Scan(&version, &f.identity); err != nil {
		return false, err
	}
	if f.identity == "" || version == "" {
		return false, &targets.Error{Kind: targets.Permanent, Message: "it has lost its identity or its schema"}
	}
	n, err := strconv.Atoi(version)
	if err != nil || n != fileSchema {
		return false, &targets.Error{Kind: targets.Permanent,
			Message: fmt.Sprintf("it was written by another version of this tool: its schema is %s, and this version knows schema %d", version, fileSchema)}
	}
	return true, nil
}

// makeFile makes the tables and mints the identity, all or nothing. A file
// that another process made meanwhile stays as it is.
func makeFile(ctx context.Context, path string, entropy io.Reader) (err error) {
	var seed [16]byte
	if _, err := io.ReadFull(entropy, seed[:]); err != nil {
		return fmt.Errorf("minting an identity: %w", err)
	}
	db, err := sql.Open("sqlite", address(path, orCreated))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	var made int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table'`).Scan(&made); err != nil || made > 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, tables); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO meta VALUES ('schema', ?), ('identity', ?)`,
		strconv.Itoa(fileSchema), "local-"+hex.EncodeToString(seed[:])); err != nil {
		return err
	}
	return tx.Commit()
}

// close leaves no empty journal behind.
func (f *file) close() error {
	_, err := f.db.Exec("PRAGMA journal_mode = DELETE")
	return errors.Join(err, f.db.Close())
}

// Identity is the text that the first Apply minted, "" before it.
func (t *Target) Identity(ctx context.Context) (string, error) {
	f, err := t.existing(ctx)
	if err != nil || f == nil {
		return "", err
	}
	return f.identity, nil
}
