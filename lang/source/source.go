// Package source is files, editor overlays and the bytes a diagnostic quotes.
//
// A Set is the *.hcl files of one project, read once: whatever quotes,
// digests or parses them later sees the same bytes. Other files of the project
// (templates, texts) are read through the Set too, which refuses to leave the
// folder and remembers what it read, so that Digest covers everything that a
// compilation looked at.
package source

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
	"sort"
	"strings"
	"sync"
)

// File is one file: Path relative to the project, with slashes; Text as it is on
// disk or in the editor.
type File struct {
	Path, Text string
}

// AddTo adds the file to a hash: path and text, each after its length.
func (f File) AddTo(sum hash.Hash) {
	w := bufio.NewWriter(sum) // a hash takes no text, and a copy of all of it is not wanted
	for _, part := range []string{f.Path, f.Text} {
		w.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		w.WriteString(part)
	}
	w.Flush() // a hash never fails
}

// Set is the files of one project. It may be used by several goroutines.
type Set struct {
	dir      string // "" when the set is in memory
	overlays map[string][]byte
	files    []File // the project's own, by path
	env      []File // files of env/, by path
	apart    []File // files in folders of modules, by path
	shipped  []File // files of modules that ship with the tool, once asked for

	dealt   sync.Once
	modules map[string][]File // the files apart by the module's folder, see deal

	mu   sync.Mutex
	read map[string]string // every other file that was asked for
	// failed: a file that was asked for could not be read.
	failed bool
	used   map[string]bool // the environments and modules' files that were asked for
}

// Of is a set in memory: the files and nothing else. Paths under env/ are
// environments, folders that a module block names as its source are modules.
func Of(files ...File) *Set {
	s := newSet("", nil)
	var own []File
	for _, f := range files {
		switch {
		case !strings.HasSuffix(f.Path, ".hcl"):
			s.read[f.Path] = f.Text
		case strings.HasPrefix(f.Path, envFolder):
			s.env = append(s.env, f)
		default:
			own = append(own, f)
		}
	}
	s.files, s.apart = splitModules(own)
	s.sort()
	return s
}

func newSet(dir string, overlays map[string][]byte) *Set {
	return &Set{dir: dir, overlays: overlays, read: map[string]string{}, used: map[string]bool{}}
}

func (s *Set) sort() {
	byPath := func(a, b File) int { return strings.Compare(a.Path, b.Path) }
	slices.SortStableFunc(s.files, byPath)
	slices.SortStableFunc(s.env, byPath)
	slices.SortStableFunc(s.apart, byPath)
}

// Files lists the project's *.hcl files by path, environments apart.
func (s *Set) Files() []File { return s.files }

// Size is how many bytes the project's *.hcl files have, environments apart.
func (s *Set) Size() int {
	size := 0
	for _, f := range s.files {
		size += len(f.Text)
	}
	return size
}

// Env is the file of an environment. From then on it counts in Digest.
func (s *Set) Env(name string) (File, bool) {
	path := envFolder + name + ending
	for _, f := range s.env {
		if f.Path == path {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.used[path] = true
			return f, true
		}
	}
	return File{}, false
}

// Envs lists the names of the environments, sorted.
func (s *Set) Envs() []string {
	names := make([]string, len(s.env))
	for i, f := range s.env {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(f.Path, envFolder), ending)
	}
	sort.Strings(names)
	return names
}

// Line is line n of a file of the set, counted from 1, without its ending; ""
// when there is no such line.
func (s *Set) Line(path string, n int) string {
	text, _ := s.text(path)
	rest := strings.TrimPrefix(text, byteOrderMark)
	for i := 1; i <= n; i++ {
		line, after, more := strings.Cut(rest, "\n")
		if i == n {
			return strings.TrimSuffix(line, "\r")
		}
		if !more {
			return ""
		}
		rest = after
	}
	return ""
}

const byteOrderMark = "\xef\xbb\xbf"

// text is what is known of a file without reading anything.
func (s *Set) text(path string) (string, bool) {
	for _, list := range [][]File{s.files, s.env, s.apart, s.shipped} {
		for _, f := range list {
			if f.Path == path {
				return f.Text, true
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	text, known := s.read[path]
	return text, known
}

// Digest is a hash of everything that was looked at: paths and bytes of the
// project's files, of the environment and the modules that are used, and of
// whatever was read since.
func (s *Set) Digest() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := append([]File(nil), s.files...)
	for _, list := range [][]File{s.env, s.apart, s.shipped} {
		for _, f := range list {
			if s.used[f.Path] {
				seen = append(seen, f)
			}
		}
	}
	for path, content := range s.read {
		seen = append(seen, File{path, content})
	}
	slices.SortFunc(seen, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	sum := sha256.New()
	for _, f := range seen {
		f.AddTo(sum)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
