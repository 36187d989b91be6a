package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// claim is what lease.json says: the number of the last lease and who has it.
//
// Beside it stand two files that only the operating system's locks matter of.
// lock is locked as long as the lease lasts, so a lease ends with its holder's
// process; one that is broken by hand leaves its holder that file, and the next
// lease is on another one. gate is locked for the time of one write or one reading:
// in it a write first looks whether its number is still the last one.
type claim struct {
	Token  int64   `json:"token"`
	Holder *Holder `json:"holder,omitempty"`
	// Broken is who ended the lease of the holder before by hand, and Breaks how
	// often anybody did.
	Broken *Holder `json:"broken,omitempty"`
	Breaks int     `json:"breaks,omitempty"`
}

// lock is the file that is locked as long as a lease lasts.
func (f *folder) lock(last claim) string {
	if last.Breaks == 0 {
		return f.path("lock")
	}
	return f.path(fmt.Sprintf("lock.%d", last.Breaks))
}

func (f *folder) claim() (claim, error) {
	var c claim
	raw, err := read(f.path("lease.json"))
	if err != nil || raw == nil {
		return c, err
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, fmt.Errorf("%s is damaged: %w; bring it back from a backup", f.path("lease.json"), err)
	}
	return c, nil
}

func (f *folder) sign(c claim) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return f.replace("lease.json", append(raw, '\n'))
}

// readers have no gate to pass where nobody ever wrote; writers make it.
const (
	readers = os.O_RDWR
	writers = os.O_RDWR | os.O_CREATE
)

// openTo opens a file that is locked. Who only reads needs no more than to read it,
// as in a checkout that is mounted read-only.
func openTo(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, how, 0o600)
	if how == readers && (errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission)) {
		return os.Open(path)
	}
	return file, err
}

// gatePatience is how long a write of another process is waited for. It takes
// milliseconds, unless that process was stopped in the middle of it.
const gatePatience = 10 * time.Second

// gated does something while nobody else reads or writes.
func (f *folder) gated(ctx context.Context, how int, do func() error) error {
	file, err := openTo(f.path("gate"), how)
	if how == readers && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
		return do() // nobody writes here
	}
	if err != nil {
		return err
	}
	if err := pass(ctx, file); err != nil {
		return errors.Join(err, file.Close())
	}
	return errors.Join(do(), unlock(file), file.Close())
}

// pass waits until an open file can be locked.
func pass(ctx context.Context, file *os.File) error {
	late := time.NewTimer(gatePatience)
	defer late.Stop()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for {
		free, err := tryLock(file)
		if free || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late.C:
			return fmt.Errorf("another process has been writing for %s and does not end; if it was stopped in the middle of that, end it: the next run finds out what it has done", gatePatience)
		case <-again.C:
		}
	}
}

// held is a lease on a folder.
type held struct {
	folder *folder
	file   *os.File // lock
	token  int64
	breaks int
}

// Lease implements Backend.
func (f *folder) Lease(ctx context.Context, by Holder) (Lease, error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	var out *held
	err := f.gated(ctx, writers, func() (err error) {
		out, err = f.take(by)
		return err
	})
	return out, err
}

// take is Lease inside the gate.
func (f *folder) take(by Holder) (*held, error) {
	last, err := f.claim()
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(f.lock(last), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	free, err := tryLock(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if !free {
		return nil, errors.Join(&LockedError{Holder: last.Holder}, file.Close())
	}
	if err := f.sign(claim{Token: last.Token + 1, Holder: &by, Breaks: last.Breaks}); err != nil {
		return nil, errors.Join(err, unlock(file), file.Close())
	}
	return &held{folder: f, file: file, token: last.Token + 1, breaks: last.Breaks}, nil
}

// Holder implements Backend.
func (f *folder) Holder(ctx context.Context) (who *Holder, err error) {
	err = f.gated(ctx, readers, func() (err error) {
		who, err = f.holder()
		return err
	})
	return who, err
}

// holder is Holder inside the gate.
func (f *folder) holder() (*Holder, error) {
	last, err := f.claim()
	if err != nil {
		return nil, err
	}
	file, err := openTo(f.lock(last), readers)
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
	if last.Holder == nil { // an older version of the tool has it
		last.Holder = &Holder{Who: "someone"}
	}
	return last.Holder, nil
}

// Break implements Backend.
func (f *folder) Break(ctx context.Context, by Holder) (*Holder, error) {
	var was *Holder
	err := f.gated(ctx, readers, func() (err error) {
		if was, err = f.holder(); was == nil || err != nil {
			return err
		}
		last, err := f.claim()
		if err != nil {
			return err
		}
		return f.sign(claim{Token: last.Token + 1, Broken: &by, Breaks: last.Breaks + 1})
	})
	return was, err
}

// Token implements Lease.
func (h *held) Token() int64 { return h.token }

// still does something if the lease has not ended.
func (h *held) still(ctx context.Context, do func() error) error {
	return h.folder.gated(ctx, writers, func() error {
		last, err := h.folder.claim()
		if err != nil {
			return err
		}
		if last.Token != h.token {
			return fenced(last)
		}
		return do()
	})
}

func fenced(last claim) error {
	if last.Holder == nil {
		return &FencedError{By: last.Broken, Broken: last.Broken != nil}
	}
	return &FencedError{By: last.Holder}
}

// Append implements Lease.
func (h *held) Append(ctx context.Context, lines []byte) error {
	return h.still(ctx, func() error { return h.folder.add(lines) })
}

// Replace implements Lease.
func (h *held) Replace(ctx context.Context, snapshot []byte) error {
	return h.still(ctx, func() error {
		if err := h.folder.replace("snapshot.json", snapshot); err != nil {
			return err
		}
		return h.folder.empty()
	})
}

// Renew implements Lease: the process lives, so the lease does.
func (h *held) Renew(ctx context.Context) error {
	return h.still(ctx, func() error { return nil })
}

// Release implements Lease.
func (h *held) Release(ctx context.Context) error {
	err := h.still(ctx, func() error { return h.folder.sign(claim{Token: h.token, Breaks: h.breaks}) })
	var ended *FencedError
	if errors.As(err, &ended) {
		return h.file.Close() // the file lock is another's
	}
	return errors.Join(err, unlock(h.file), h.file.Close())
}
