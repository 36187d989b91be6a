package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// LockFile is where a project's plugins are pinned. It belongs into git.
const LockFile = ".trayecto.lock.hcl"

const lockHead = `# Written by trayecto: the plugins that this project is compiled and applied with.
# It belongs into version control. To take another version of a plugin, remove
# its block and plan again.
`

// lock is the lock file as it was read.
type lock struct {
	path    string
	plugins []locked
}

// locked is one plugin: its version, and its hash for each kind of machine that
// it was used on.
type locked struct {
	Name    string            `hcl:"name,label"`
	Version string            `hcl:"version"`
	Hashes  map[string]string `hcl:"hashes"`
}

// pin is a plugin as it was found on this machine.
type pin struct{ Name, Version, Hash string }

// Machine is this kind of machine: "linux_amd64".
const Machine = runtime.GOOS + "_" + runtime.GOARCH

func readLock(dir string) (*lock, error) {
	l := &lock{path: filepath.Join(dir, LockFile)}
	raw, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading which plugins are pinned: %w", err)
	}
	file, diags := hclparse.NewParser().ParseHCL(raw, LockFile)
	var body struct {
		Plugins []locked `hcl:"plugin,block"`
		Rest    hcl.Body `hcl:",remain"`
	}
	if !diags.HasErrors() {
		diags = gohcl.DecodeBody(file.Body, nil, &body)
	}
	if diags.HasErrors() {
		return nil, fmt.Errorf("reading which plugins are pinned: %w; restore %s from version control", diags, LockFile)
	}
	l.plugins = body.Plugins
	return l, nil
}

func (l *lock) find(name string) *locked {
	for i := range l.plugins {
		if l.plugins[i].Name == name {
			return &l.plugins[i]
		}
	}
	return nil
}

// check compares a program with its pin before it is started and tells whether
// there is one for this kind of machine.
func (l *lock) check(found pin, program string, sealed bool) (pinned bool, err error) {
	known := l.find(found.Name)
	if known != nil && known.Hashes[Machine] == found.Hash {
		return true, nil
	}
	if known != nil && known.Hashes[Machine] != "" {
		return false, fmt.Errorf("the plugin %s is not the one that %s pins for %s: it is %s, pinned is version %s, %s; "+
			"put the pinned one there, or remove the block plugin %q from %s to take this one",
			program, LockFile, Machine, found.Hash, known.Version, known.Hashes[Machine], found.Name, LockFile)
	}
	if sealed {
		return false, fmt.Errorf("the plugin %s is not pinned for %s in %s, which may not be written here; "+
			"plan once on a machine of this kind without --locked and commit the file", program, Machine, LockFile)
	}
	return false, nil
}

// checkVersion compares the version that a program says it has.
func (l *lock) checkVersion(found pin, program string) error {
	if known := l.find(found.Name); known != nil && known.Version != found.Version {
		return fmt.Errorf("the plugin %s has version %s, and %s pins %s; put that version there, or remove the block plugin %q from %s to take this one",
			program, found.Version, LockFile, known.Version, found.Name, LockFile)
	}
	return nil
}

// write pins a plugin for this kind of machine.
func (l *lock) write(found pin) error {
	known := l.find(found.Name)
	if known == nil {
		l.plugins = append(l.plugins, locked{Name: found.Name, Version: found.Version, Hashes: map[string]string{}})
		known = &l.plugins[len(l.plugins)-1]
	}
	known.Hashes[Machine] = found.Hash
	sort.Slice(l.plugins, func(i, j int) bool { return l.plugins[i].Name < l.plugins[j].Name })
	beside := l.path + ".new"
	if err := os.WriteFile(beside, l.bytes(), 0o644); err != nil {
		return fmt.Errorf("pinning the plugin %s: %w", found.Name, err)
	}
	if err := os.Rename(beside, l.path); err != nil {
		return fmt.Errorf("pinning the plugin %s: %w", found.Name, err)
	}
	return nil
}

// bytes is the file: plugins and machines sorted, so that it changes only where
// something changed.
func (l *lock) bytes() []byte {
	f := hclwrite.NewEmptyFile()
	for _, p := range l.plugins {
		f.Body().AppendNewline()
		b := f.Body().AppendNewBlock("plugin", []string{p.Name}).Body()
		b.SetAttributeValue("version", cty.StringVal(p.Version))
		hashes := make(map[string]cty.Value, len(p.Hashes))
		for at, sum := range p.Hashes {
			hashes[at] = cty.StringVal(sum)
		}
		b.SetAttributeValue("hashes", cty.ObjectVal(hashes))
	}
	return append([]byte(lockHead), hclwrite.Format(f.Bytes())...)
}
