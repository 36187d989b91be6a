package run

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/targets"
)

// AddPlatform writes a platform block at the end of the file that holds the
// project block, and returns that file as authors name it.
func AddPlatform(o Options, d targets.Description, name string) (file string, err error) {
	if !word.MatchString(name) {
		return "", fmt.Errorf("%q is not a name: letters, digits and _, a letter first", name)
	}
	set, err := source.Load(o.Dir, source.Options{})
	if err != nil {
		return "", err
	}
	p, _ := project.From(set, project.Options{Dir: o.Dir, Env: o.Env, Vars: o.Vars})
	if p.Head == nil {
		return "", fmt.Errorf("there is no project block in %s", o.Dir)
	}
	for _, b := range p.Blocks {
		if b.Type.Name == "platform" && len(b.Labels) == 2 && b.Labels[1].Text == name {
			return "", fmt.Errorf("there is a platform.%s already, in %s", name, b.Whole.File)
		}
	}
	file = p.Head.Whole.File
	path := filepath.Join(o.Dir, filepath.FromSlash(file))
	before, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(before), "\n") + "\n\n" + blockOf(d, name)
	if err := replace(path, text); err != nil {
		return "", fmt.Errorf("writing %s: %w", file, err)
	}
	return file, nil
}

var word = regexp.MustCompile(`^\pL[\pL\pN_]*$`)

// replace writes a file beside the old one and renames it, so that a crash
// leaves one of the two.
func replace(path, text string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), ".trayecto-*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name()) // gone already when it was renamed
	_, err = beside.WriteString(text)
	if closed := beside.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(beside.Name(), info.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(beside.Name(), path)
	}
	return err
}

// blockOf is the block of a new platform, in the one layout: what it must say
// and, as comments, what it may.
func blockOf(d targets.Description, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\nplatform %q %q {\n", d.Doc, d.Name, name)
	width := 0
	for _, s := range d.Settings {
		if begins(s) {
			width = max(width, len(s.Name))
		}
	}
	for _, s := range d.Settings {
		if begins(s) {
			fmt.Fprintf(&b, "  %-*s = %s\n", width, s.Name, initial(d, s, name))
		}
	}
	for _, s := range d.Settings {
		if !begins(s) {
			fmt.Fprintf(&b, "  # %s: %s\n", s.Name, s.Doc)
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// begins tells whether a new block begins with an argument.
func begins(s targets.Setting) bool { return s.Required || s.Example != "" }

func initial(d targets.Description, s targets.Setting, name string) string {
	if s.Example != "" {
		return strings.ReplaceAll(s.Example, "NAME", name)
	}
	return fmt.Sprintf("env(%q)", variable(d, s))
}

// variable is the environment variable that a new block names.
func variable(d targets.Description, s targets.Setting) string {
	return strings.ToUpper(strings.ReplaceAll(d.Name+"_"+s.Name, "-", "_"))
}

// Variables lists the environment variables that a new block of a target names.
func Variables(d targets.Description) []string {
	var out []string
	for _, s := range d.Settings {
		if !begins(s) {
			continue
		}
		if named := read.FindStringSubmatch(initial(d, s, "")); named != nil {
			out = append(out, named[1])
		}
	}
	slices.Sort(out)
	return out
}

// read is a value that is read from the environment.
var read = regexp.MustCompile(`env\("([^"]+)"\)`)
