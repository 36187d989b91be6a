package host

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

// Prefix is how the programs of plugins are called: trayecto-target-csv.
const Prefix = "trayecto-target-"

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)

// find is the program of a plugin: in the project's .trayecto/plugins, else in
// the first folder of path that has it; "" if there is none. Folders of path
// that are relative are not looked into: what runs must not depend on where
// somebody stands.
func find(name, dir, path string) (string, error) {
	if !nameForm.MatchString(name) {
		return "", nil
	}
	folders := []string{filepath.Join(dir, ".trayecto", "plugins")}
	for _, folder := range filepath.SplitList(path) {
		if filepath.IsAbs(folder) {
			folders = append(folders, folder)
		}
	}
	for _, folder := range folders {
		program := filepath.Join(folder, Prefix+name)
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
		info, err := os.Stat(program)
		if err != nil || info.IsDir() {
			continue
		}
		if runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
			return "", fmt.Errorf("the plugin %s is not executable; run: chmod +x %s", program, program)
		}
		return filepath.Abs(program)
	}
	return "", nil
}

// digest is the SHA-256 of a file as the lock file writes it.
func digest(program string) (sum string, err error) {
	f, err := os.Open(program)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}
