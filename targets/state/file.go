package state

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folder keeps a state in a folder: snapshot.json, journal.ndjson, and three files
// for the lease, see claim.
type folder struct{ dir string }

// File keeps the state in .trayecto/state/<env> of a project's folder, the
// environment being "default" when there is none. The folder is made at the
// first lock.
func File(dir, env string) (Backend, error) {
	return Folder(filepath.Join(dir, ".trayecto", "state"), env)
}

// Folder is File in a folder that is named.
func Folder(dir, env string) (Backend, error) {
	if env == "" {
		env = "default"
	}
	if strings.ContainsAny(env, `/\`) || env == "." || env == ".." {
		return nil, fmt.Errorf("an environment cannot be called %q", env)
	}
	return &folder{filepath.Join(dir, env)}, nil
}

// Can implements Backend.
func (f *folder) Can() Abilities {
	return Abilities{Append: true, Lease: true, Expires: leaseExpires, Fences: true}
}

// Name implements Backend.
func (f *folder) Name() string { return filepath.ToSlash(f.dir) }

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

// Read implements Backend. Nobody writes meanwhile.
func (f *folder) Read(ctx context.Context) (Stored, error) {
	var out Stored
	err := f.gated(ctx, readers, func() (err error) {
		if out.Snapshot, err = readWhole(f.path("snapshot.json")); err != nil {
			return err
		}
		out.Journal, err = read(f.path("journal.ndjson"))
		return err
	})
	return out, err
}

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

// readWhole is the text of a snapshot, which is there once and not a second time
// as bytes; "" when there is none.
func readWhole(path string) (string, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.Grow(int(about.Size()))
	if _, err := io.Copy(&text, file); err != nil {
		return "", err
	}
	if text.Len() == 0 {
		return "", errEmpty
	}
	return text.String(), nil
}

// replace puts a file in the place of another: written beside, made durable,
// renamed.
func (f *folder) replace(name string, raw []byte) error {
	beside := f.path(name + ".new")
	file, err := os.OpenFile(beside, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := writeDurably(file, raw); err != nil {
		return err
	}
	if err := os.Rename(beside, f.path(name)); err != nil {
		return err
	}
	return syncFolder(f.dir)
}

// empty takes the journal away: it stays as a file, so that its name is durable.
func (f *folder) empty() error {
	file, err := os.OpenFile(f.path("journal.ndjson"), os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return errors.Join(err, file.Close())
	}
	return writeDurably(file, nil)
}

// add appends to the journal.
func (f *folder) add(lines []byte) error {
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
