package state

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folder keeps a state in a folder: snapshot.json, journal.ndjson and lock.
// The lease is the operating system's lock on the file lock, so it ends with
// its holder; what the file says is only who that is.
type folder struct{ dir string }

// File keeps the state in .trayecto/state/<env> of a project's folder, the
// environment being "default" when there is none. The folder is made at the
// first lock.
func File(dir, env string) (Backend, error) {
	if env == "" {
		env = "default"
	}
	if strings.ContainsAny(env, `/\`) || env == "." || env == ".." {
		return nil, fmt.Errorf("an environment cannot be called %q", env)
	}
	return &folder{filepath.Join(dir, ".trayecto", "state", env)}, nil
}

// Can implements Backend.
func (f *folder) Can() Abilities {
	return Abilities{Append: true, Lease: true, Expires: leaseExpires}
}

// Name implements Backend.
func (f *folder) Name() string { return filepath.ToSlash(f.dir) }

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

// Snapshot implements Backend.
func (f *folder) Snapshot(context.Context) ([]byte, error) { return read(f.path("snapshot.json")) }

// Journal implements Backend.
func (f *folder) Journal(context.Context) ([]byte, error) { return read(f.path("journal.ndjson")) }

// read is the bytes of a file, nil when there is none and never nil otherwise.
func read(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if raw == nil {
		raw = []byte{}
	}
	return raw, nil
}

// Replace implements Backend: written beside, made durable, renamed.
func (f *folder) Replace(_ context.Context, snapshot []byte) error {
	beside := f.path("snapshot.json.new")
	file, err := os.OpenFile(beside, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := writeDurably(file, snapshot); err != nil {
		return err
	}
	if err := os.Rename(beside, f.path("snapshot.json")); err != nil {
		return err
	}
	return syncFolder(f.dir)
}

// Append implements Backend.
func (f *folder) Append(_ context.Context, lines []byte) error {
	path := f.path("journal.ndjson")
	_, err := os.Stat(path)
	file, openErr := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if openErr != nil {
		return openErr
	}
	if err := writeDurably(file, lines); err != nil {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) { // a new file is durable only with its name
		return syncFolder(f.dir)
	}
	return nil
}

func writeDurably(file *os.File, raw []byte) error {
	if _, err := file.Write(raw); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := file.Sync(); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}

// Reset implements Backend.
func (f *folder) Reset(_ context.Context, n int64) error {
	file, err := os.OpenFile(f.path("journal.ndjson"), os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrNotExist) && n == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if err := file.Truncate(n); err != nil {
		return errors.Join(err, file.Close())
	}
	return writeDurably(file, nil)
}

// Lease implements Backend.
func (f *folder) Lease(_ context.Context, by Holder) (func() error, error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(f.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	free, err := tryLock(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if !free {
		return nil, errors.Join(&LockedError{holderIn(file)}, file.Close())
	}
	if err := sign(file, by); err != nil {
		return nil, errors.Join(err, unlock(file), file.Close())
	}
	return func() error {
		return errors.Join(file.Truncate(0), unlock(file), file.Close())
	}, nil
}

func sign(file *os.File, by Holder) error {
	raw, err := json.Marshal(by)
	if err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = file.WriteAt(append(raw, '\n'), 0)
	return err
}

// Holder implements Backend.
func (f *folder) Holder(context.Context) (*Holder, error) {
	file, err := os.OpenFile(f.path("lock"), os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	free, err := tryLock(file)
	if err != nil {
		return nil, err
	}
	if free {
		return nil, unlock(file)
	}
	if h := holderIn(file); h != nil {
		return h, nil
	}
	return &Holder{Who: "someone"}, nil
}

// holderIn reads who signed; nil when that is not whole, as in the instant
// between locking and signing.
func holderIn(file *os.File) *Holder {
	raw, err := io.ReadAll(io.NewSectionReader(file, 0, 1<<16))
	if err != nil {
		return nil
	}
	var h Holder
	if json.Unmarshal(bytes.TrimSpace(raw), &h) != nil {
		return nil
	}
	return &h
}
