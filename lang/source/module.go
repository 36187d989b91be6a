package source

import "slices"

// Module lists the *.hcl files of a module's folder by path, modules inside it
// apart; none when there is no such folder, or a project of its own in it.
// From then on the files count in Digest.
func (s *Set) Module(folder string) []File {
	s.dealt.Do(s.deal)
	files := slices.Clone(s.modules[folder])
	s.count(files)
	return files
}

// deal puts the files that are apart to the module that each belongs to: for all
// modules at once, since every file may name one.
func (s *Set) deal() {
	s.modules = map[string][]File{}
	folders := moduleFolders(slices.Concat(s.files, s.apart))
	for _, f := range s.apart {
		in, _ := innermost(f.Path, folders)
		s.modules[in] = append(s.modules[in], f)
	}
}

// Ship adds the files of a module that comes with the tool, whose paths are
// those that diagnostics show. They count in Digest.
func (s *Set) Ship(files []File) {
	s.count(files)
	s.mu.Lock()
	defer s.mu.Unlock()
	known := map[string]bool{}
	for _, f := range s.shipped {
		known[f.Path] = true
	}
	for _, f := range files {
		if !known[f.Path] {
			s.shipped = append(s.shipped, f)
		}
	}
}

func (s *Set) count(files []File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range files {
		s.used[f.Path] = true
	}
}
