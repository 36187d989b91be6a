package source

import (
	"slices"
	"strings"
)

// Found lists every *.hcl file of the folder that has to do with the project:
// its own, its environments and its modules', asked for or not.
func (s *Set) Found() []File {
	return slices.Concat(s.files, s.env, s.apart)
}

// Others lists the other files that were read so far, by path. All is false
// when one that was asked for could not be read, so that there may be another
// answer next time although nothing listed has changed.
func (s *Set) Others() (files []File, all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, content := range s.read {
		files = append(files, File{path, content})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, !s.failed
}
