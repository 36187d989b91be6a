package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
)

// keyLength is the bytes of a cache key.
const keyLength = 32

// cacheKey is the key that this account seals cache entries with, made when
// there is none yet. It is kept outside of projects, so that an entry that came
// with a repository is nobody's; nil, which means no cache, where it cannot be.
func cacheKey(w *world) []byte {
	folder := cacheHome(w)
	if folder == "" {
		return nil
	}
	path := filepath.Join(folder, "trayecto", "cache.key")
	if key, err := os.ReadFile(path); err == nil && len(key) == keyLength {
		return key
	}
	key := make([]byte, keyLength)
	if _, err := rand.Read(key); err != nil || os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return nil
	}
	// Of two first runs at once one key stays; the other run's entry is passed over.
	if os.WriteFile(path, key, 0o600) != nil {
		return nil
	}
	return key
}

// cacheHome is where an account keeps what can be made again; "" when the
// account has no home, as in some containers.
func cacheHome(w *world) string {
	for _, from := range [][2]string{{"XDG_CACHE_HOME", ""}, {"HOME", ".cache"}, {"LocalAppData", ""}} {
		if folder, ok := w.env(from[0]); ok && filepath.IsAbs(folder) && exists(folder) {
			return filepath.Join(folder, from[1])
		}
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// build tells builds of one version apart: when the program's file was written,
// and how long it is; "" where that is not to be known.
func build() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %d", file.Size(), file.ModTime().UnixNano())
}
