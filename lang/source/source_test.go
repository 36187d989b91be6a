package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, dir string, o Options) *Set {
	t.Helper()
	s, err := Load(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func paths(s *Set) []string {
	var out []string
	for _, f := range s.Files() {
		out = append(out, f.Path)
	}
	return out
}

func TestLoadTakesWhatBelongsToTheProject(t *testing.T) {
	dir := folder(t, map[string]string{
		"project.hcl":          "project \"x\" {\n}\nmodule \"m\" {\n  source = \"./shared/m\"\n}\nmodule \"s\" {\n  source = \"std/moments\"\n}\n",
		"segments/a.hcl":       "# project \"no\" {\n",
		"segments/deep/b.hcl":  "locals {\n  project = 1\n}\n",
		"std/c.hcl":            "",
		"notes.txt":            "",
		".hidden/a.hcl":        "",
		"a/.b.hcl":             "",
		"env/staging.hcl":      "",
		"env/prod.hcl":         "",
		"env/more/odd.hcl":     "",
		"other/project.hcl":    "project \"y\" {\n}\n",
		"other/in/it.hcl":      "",
		"broken/other.hcl":     "x = (\n\n}\nproject \"z\" {\n",
		"shared/m/m.hcl":       "",
		"shared/m/deep/er.hcl": "",
		"shared/n/n.hcl":       "",
	})
	s := load(t, dir, Options{})
	want := []string{"broken/other.hcl", "project.hcl", "segments/a.hcl", "segments/deep/b.hcl", "shared/n/n.hcl", "std/c.hcl"}
	if diff := cmp.Diff(want, paths(s)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"prod", "staging"}, s.Envs()); diff != "" {
		t.Errorf("environments: -want +got\n%s", diff)
	}
}

func TestOverlaysWin(t *testing.T) {
	dir := folder(t, map[string]string{"a.hcl": "old\nold two\n", "text.html": "old"})
	s := load(t, dir, Options{Overlays: map[string][]byte{"a.hcl": []byte("new\r\nnew two"), "b.hcl": []byte("b"), "text.html": []byte("new"), "made.html": nil}})
	if diff := cmp.Diff([]string{"a.hcl", "b.hcl"}, paths(s)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := s.Line("a.hcl", 1); got != "new" {
		t.Errorf("line 1 is %q", got)
	}
	if got := s.Line("a.hcl", 2); got != "new two" {
		t.Errorf("line 2 is %q", got)
	}
	if got := s.Line("a.hcl", 3) + s.Line("a.hcl", 0) + s.Line("no.hcl", 1); got != "" {
		t.Errorf("lines that are not there are %q", got)
	}
	for name, want := range map[string]string{"text.html": "new", "made.html": ""} {
		if got, err := s.Read(name); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestReadStaysInside(t *testing.T) {
	outside := folder(t, map[string]string{"secret.txt": "secret", "sub/x.txt": "x"})
	dir := folder(t, map[string]string{"project.hcl": "", "content/a.html": "a"})
	links := map[string]string{
		"link.txt": filepath.Join(outside, "secret.txt"), "away": filepath.Join(outside, "sub"), "dangling.txt": filepath.Join(dir, "nowhere"), "inside.html": "content/a.html",
	}
	for name, end := range links {
		if err := os.Symlink(end, filepath.Join(dir, name)); err != nil {
			t.Skip("no links here:", err)
		}
	}
	s := load(t, dir, Options{})
	for _, name := range []string{"../secret.txt", "content/../../x", "/etc/passwd", `..\x`, "link.txt", "away/x.txt"} {
		if _, err := s.Read(name); !errors.Is(err, ErrOutside) {
			t.Errorf("%s: %v, want %v", name, err, ErrOutside)
		}
	}
	for _, name := range []string{"nothing.html", "dangling.txt", "content/none/a.html"} {
		if _, err := s.Read(name); err == nil || errors.Is(err, ErrOutside) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Read("nothing.html"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file is %v", err)
	}
	for _, name := range []string{"content/a.html", "./content/a.html", "content/../content/a.html", "inside.html"} {
		if got, err := s.Read(name); err != nil || string(got) != "a" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// What was read is read once: a file that changes meanwhile cannot make two
// parts of one run disagree.
func TestReadRemembers(t *testing.T) {
	dir := folder(t, map[string]string{"a.txt": "one", "project.hcl": ""})
	s := load(t, dir, Options{})
	first, err := s.Read("a.txt")
	if err != nil {
		t.Fatal(err)
	}
	first[0] = 'X'
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("two"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read("a.txt"); err != nil || string(got) != "one" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDigestCoversWhatWasLookedAt(t *testing.T) {
	files := map[string]string{"a.hcl": "a", "env/p.hcl": "p", "t.html": "t", "unused.html": "u"}
	digest := func(change, to string, look bool) string {
		copied := map[string]string{}
		for name, text := range files {
			copied[name] = text
		}
		copied[change] = to
		s := load(t, folder(t, copied), Options{})
		if look {
			s.Env("p")
			if _, err := s.Read("t.html"); err != nil {
				t.Fatal(err)
			}
		}
		return s.Digest()
	}
	plain := digest("a.hcl", "a", true)
	if plain != digest("a.hcl", "a", true) {
		t.Error("the same files have two digests")
	}
	for _, name := range []string{"a.hcl", "env/p.hcl", "t.html"} {
		if plain == digest(name, "changed", true) {
			t.Errorf("%s changed and the digest did not", name)
		}
	}
	if plain != digest("unused.html", "changed", true) {
		t.Error("a file that nobody looked at changes the digest")
	}
	if digest("env/p.hcl", "p", false) != digest("env/p.hcl", "changed", false) {
		t.Error("an environment that is not used changes the digest")
	}
}

// The digest tells any two sets of files apart, whatever their order.
func TestDigestLaw(t *testing.T) {
	file := rapid.Custom(func(t *rapid.T) File {
		return File{Path: rapid.SampledFrom([]string{"a.hcl", "b.hcl", "ab.hcl"}).Draw(t, "path"), Text: rapid.StringMatching(`[ab]{0,2}`).Draw(t, "text")}
	})
	byPath := func(f File) string { return f.Path }
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.SliceOfDistinct(file, byPath).Draw(t, "one")
		two := rapid.SliceOfDistinct(file, byPath).Draw(t, "two")
		if Of(one...).Digest() != Of(rapid.Permutation(one).Draw(t, "shuffled")...).Digest() {
			t.Fatal("the order of files shows")
		}
		same := cmp.Equal(Of(one...).Files(), Of(two...).Files())
		if same != (Of(one...).Digest() == Of(two...).Digest()) {
			t.Fatalf("equal files: %v, digests disagree", same)
		}
	})
}

func TestLoadSaysWhatFailed(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// A folder without a project is refused before the rest of the disk is read.
func TestNoProject(t *testing.T) {
	dir := folder(t, map[string]string{"deep/project.hcl": `project "p" {}`})
	if _, err := Load(dir, Options{}); !errors.Is(err, ErrNoProject) {
		t.Errorf("want %v, got %v", ErrNoProject, err)
	}
}

// Which module a file belongs to is found out once, however many there are: every
// file may name one.
func TestModulesAreDealtOutOnce(t *testing.T) {
	asked := func(modules int) float64 {
		var files []File
		for i := range modules {
			use := fmt.Sprintf("module \"m%d\" { source = \"./mod/m%d\" }\n", i, i)
			files = append(files,
				File{Path: fmt.Sprintf("uses/m%03d.hcl", i), Text: strings.ReplaceAll(use, "./mod", "../mod")},
				File{Path: fmt.Sprintf("mod/m%d/m.hcl", i), Text: "segment \"s\" { where = true }\n"})
		}
		return testing.AllocsPerRun(2, func() {
			set := Of(files...)
			for i := range modules {
				if got := set.Module(fmt.Sprintf("mod/m%d", i)); len(got) != 1 {
					t.Fatalf("module %d of %d has %d files", i, modules, len(got))
				}
			}
		})
	}
	if few, many := asked(20), asked(200); many > 12*few {
		t.Errorf("20 modules take %v allocations, 200 take %v", few, many)
	}
}
