package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
)

const (
	ending    = ".hcl"
	envFolder = "env/"
)

// ErrOutside says that a path leaves the project's folder.
var ErrOutside = errors.New("outside the project's folder")

// ErrNoProject says that a folder holds no file of a project, so that nobody
// waits for a whole disk to be read.
var ErrNoProject = errors.New("no .hcl file is there; work in the folder of a project, name it with -C, or make one with: trayecto new NAME")

// Options says what differs from the plain files.
type Options struct {
	// Overlays holds unsaved text of an editor by path; it wins over the disk.
	Overlays map[string][]byte
}

// Load reads every *.hcl file under dir except hidden files and folders,
// folders that are projects of their own, folders that a module block names as
// its source, and env/, whose files are environments. An empty dir means
// overlays alone.
func Load(dir string, o Options) (*Set, error) {
	s := newSet(dir, o.Overlays)
	found, err := s.find()
	if err != nil {
		return nil, fmt.Errorf("reading the project in %s: %w", dir, err)
	}
	own, apart := splitModules(withoutProjects(found))
	s.apart = apart
	for _, f := range own {
		if strings.HasPrefix(f.Path, envFolder) {
			if path.Dir(f.Path)+"/" == envFolder {
				s.env = append(s.env, f)
			}
			continue
		}
		s.files = append(s.files, f)
	}
	s.sort()
	return s, nil
}

// find reads all candidates, sorted by path, overlays put in their place.
func (s *Set) find() ([]File, error) {
	texts := map[string]string{}
	if s.dir != "" {
		if err := s.walk(texts); err != nil {
			return nil, err
		}
	}
	for p, text := range s.overlays {
		if strings.HasSuffix(p, ending) && !hidden(p) {
			texts[p] = string(text)
		}
	}
	files := make([]File, 0, len(texts))
	for p, text := range texts {
		files = append(files, File{p, text})
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Path < files[j].Path })
	return files, nil
}

func (s *Set) walk(texts map[string]string) error {
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if len(s.overlays) == 0 {
		if here, err := fs.Glob(root.FS(), "*"+ending); err != nil || len(here) == 0 {
			return errors.Join(err, ErrNoProject)
		}
	}
	var way bytes.Buffer
	return fs.WalkDir(root.FS(), ".", func(p string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case p != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || !strings.HasSuffix(p, ending):
			return nil
		}
		texts[p], err = readText(root, p, &way)
		return err
	})
}

// readText reads a file by way of a buffer that the next file takes too: of a
// large project a second copy of everything would be as much again.
func readText(root *os.Root, p string, way *bytes.Buffer) (string, error) {
	f, err := root.Open(p)
	if err != nil {
		return "", err
	}
	defer f.Close()
	way.Reset()
	if _, err := way.ReadFrom(f); err != nil {
		return "", err
	}
	return way.String(), nil
}

func hidden(p string) bool {
	for _, part := range strings.Split(p, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

// withoutProjects drops the folders, below the root, that have a project block
// of their own.
func withoutProjects(files []File) []File {
	others := map[string]bool{}
	for _, f := range files {
		if folder := path.Dir(f.Path); folder != "." && !strings.HasPrefix(f.Path, envFolder) && hasProject(f.Text) {
			others[folder] = true
		}
	}
	return without(files, others)
}

// splitModules tells the project's own files from those in folders that a
// module block names as its source.
func splitModules(files []File) (own, apart []File) {
	modules := moduleFolders(files)
	for _, f := range files {
		if _, inside := innermost(f.Path, modules); inside {
			apart = append(apart, f)
			continue
		}
		own = append(own, f)
	}
	return own, apart
}

// moduleFolders is the folders that module blocks name.
func moduleFolders(files []File) map[string]bool {
	modules := map[string]bool{}
	for _, f := range files {
		for _, source := range moduleSources(f.Text) {
			if folder := path.Join(path.Dir(f.Path), source); folder != "." && !strings.HasPrefix(source, "std/") {
				modules[folder] = true
			}
		}
	}
	return modules
}

// innermost is the folder, of those given, that a file is in; the deepest one.
func innermost(file string, folders map[string]bool) (string, bool) {
	for folder := path.Dir(file); folder != "."; folder = path.Dir(folder) {
		if folders[folder] {
			return folder, true
		}
	}
	return "", false
}

func without(files []File, folders map[string]bool) []File {
	var kept []File
	for _, f := range files {
		if _, inside := innermost(f.Path, folders); !inside {
			kept = append(kept, f)
		}
	}
	return kept
}
