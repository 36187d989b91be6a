//go:build !unix && !windows

package state

import (
	"errors"
	"io/fs"
	"os"
)

// leaseExpires: without locks of the operating system a dead holder's lease
// stays until it is broken by hand.
const leaseExpires = false

func heldName(file *os.File) string { return file.Name() + ".held" }

// tryLock makes a file that only one can make.
func tryLock(file *os.File) (free bool, err error) {
	held, err := os.OpenFile(heldName(file), os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, held.Close()
}

func unlock(file *os.File) error { return os.Remove(heldName(file)) }

// syncFolder does nothing: a rename is durable here without it.
func syncFolder(string) error { return nil }
