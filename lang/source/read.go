package source

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Read is the text of another file of the project, such as a template; path is
// relative to the project, with slashes. A path that leaves the folder, by ..
// or through a link, is ErrOutside; a file that is not there is
// fs.ErrNotExist. What was read is remembered: it is read once, and Digest
// covers it.
func (s *Set) Read(name string) ([]byte, error) {
	clean := path.Clean(name)
	if path.IsAbs(name) || clean == ".." || strings.HasPrefix(clean, "../") || strings.Contains(name, `\`) {
		return nil, fmt.Errorf("reading %s: %w", name, ErrOutside)
	}
	if known, there := s.text(clean); there {
		return []byte(known), nil
	}
	text, err := s.open(clean)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = true
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, raced := s.read[clean]; raced {
		return []byte(first), nil
	}
	s.read[clean] = string(text)
	return text, nil
}

func (s *Set) open(clean string) ([]byte, error) {
	if text, open := s.overlays[clean]; open {
		return text, nil
	}
	if s.dir == "" {
		return nil, fs.ErrNotExist
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	text, err := root.ReadFile(clean)
	if err != nil && s.leaves(clean) {
		return nil, ErrOutside
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}

// leaves tells whether links lead from the path to something outside.
func (s *Set) leaves(clean string) bool {
	home, err := filepath.EvalSymlinks(s.dir)
	if err != nil {
		return false
	}
	end, err := filepath.EvalSymlinks(filepath.Join(s.dir, filepath.FromSlash(clean)))
	if err != nil {
		return false // it leads nowhere: that is what the first error says
	}
	way, err := filepath.Rel(home, end)
	return err != nil || !filepath.IsLocal(way)
}
