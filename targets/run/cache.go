package run

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/workers"
)

// The cache keeps what a project without errors was compiled to, one entry for
// each environment, in .trayecto/cache of the project.
//
// An entry is for one question: the build of the tool, the environment, the
// values of variables and every *.hcl file of the folder. What else was read
// (templates) is listed in it with a hash, and compared before it is used. It is
// sealed with a key that the user's account keeps outside of the project:
// an entry that is damaged, that is for another question, or that somebody else
// wrote (it may have come with the repository) is passed over and written anew.
//
// No secret gets into an entry: a project with a variable that is sensitive has
// none. Environment variables are not in a program anyway, only their names.
//
// Entries are written beside and renamed, so that two runs at once do no harm.
// What goes wrong in writing is not reported: without an entry, a run takes
// longer and comes to the same.
type cache struct {
	o        Options
	set      *source.Set
	question []byte
}

// entry is what is kept.
type entry struct {
	Others    []otherFile // what was read beside the *.hcl files
	Source    string      // the digest of everything that was looked at
	Name      string      // of the project
	Timezone  string
	Currency  string
	Languages []string
	Findings  []finding
	Program   []string // packed in parts, so that several are read at once
}

// partLength is how many declarations of a kind are in one part of an entry.
const partLength = 1000

type otherFile struct{ Path, Hash string }

// finding is a diagnostic with its rule by code.
type finding struct {
	Code                    string
	At                      diag.Range
	Mark, Detail, Help, Fix string
	Related                 []diag.Label
}

var sensitive = regexp.MustCompile(`\bsensitive\s*=`)

// newCache is nil where there is nothing to keep entries with, or nothing that
// may be kept.
func newCache(o Options, set *source.Set) *cache {
	if len(o.CacheKey) == 0 || o.Dir == "" {
		return nil
	}
	for _, f := range set.Found() {
		if strings.Contains(f.Text, "sensitive") && sensitive.MatchString(f.Text) {
			return nil
		}
	}
	return &cache{o: o, set: set, question: question(o, set)}
}

// question is the digest of what is known before compiling.
func question(o Options, set *source.Set) []byte {
	sum := sha256.New()
	write := func(parts ...string) {
		for _, part := range parts {
			sum.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
			sum.Write([]byte(part))
		}
	}
	write("entry 2", o.Tool, o.Build, o.Env)
	for _, name := range slices.Sorted(maps.Keys(o.Vars)) {
		write("var", name, o.Vars[name])
	}
	for _, f := range set.Found() {
		write("file")
		f.AddTo(sum)
	}
	return sum.Sum(nil)
}

func (c *cache) folder() string { return filepath.Join(c.o.Dir, ".trayecto", "cache") }

func (c *cache) path() string {
	env := sha256.Sum256([]byte(c.o.Env))
	return filepath.Join(c.folder(), "program-"+hex.EncodeToString(env[:4]))
}

// seal proves that the user's own tool wrote these bytes for this question.
func (c *cache) seal(packed []byte) []byte {
	mac := hmac.New(sha256.New, c.o.CacheKey)
	mac.Write(c.question)
	mac.Write(packed)
	return mac.Sum(nil)
}

// load is what was kept for this very question; nil when there is nothing.
func (c *cache) load() *Loaded {
	raw, err := os.ReadFile(c.path())
	if err != nil || len(raw) < sha256.Size {
		return nil
	}
	packed := raw[sha256.Size:]
	if !hmac.Equal(raw[:sha256.Size], c.seal(packed)) {
		return nil
	}
	var e entry
	if ir.Unpack(packed, &e) != nil || !c.same(e.Others) {
		return nil
	}
	diags, ok := diagnostics(e.Findings)
	if !ok {
		return nil
	}
	program, ok := unpacked(e.Program)
	if !ok {
		return nil
	}
	p := &project.Project{
		Dir: c.o.Dir, Env: c.o.Env, Sources: c.set,
		Name: e.Name, Timezone: e.Timezone, Currency: e.Currency, Languages: e.Languages,
	}
	return &Loaded{Project: p, Program: program, Diagnostics: diags, Source: e.Source}
}

// known is what is known of a project once it is compiled. Its blocks, which take
// more memory than all the rest, are not among it.
func known(p *project.Project) *project.Project {
	return &project.Project{
		Dir: p.Dir, Env: p.Env, Sources: p.Sources, Name: p.Name, Timezone: p.Timezone, Currency: p.Currency, Languages: p.Languages,
	}
}

// packed is a program in parts.
func packed(p *ir.Program) ([]string, error) {
	var out []string
	for _, part := range ir.SplitParts(p, partLength) {
		raw, err := ir.Pack(part)
		if err != nil {
			return nil, err
		}
		out = append(out, string(raw))
	}
	return out, nil
}

// unpacked is the program of some parts; false when one is no part.
func unpacked(parts []string) (*ir.Program, bool) {
	out, fine := make([]*ir.Program, len(parts)), make([]bool, len(parts))
	workers.Each(len(parts), 0, func(i int) {
		out[i] = &ir.Program{}
		fine[i] = ir.Unpack(parts[i], out[i]) == nil
	})
	return ir.JoinParts(out), !slices.Contains(fine, false)
}

// same tells whether the other files are as they were.
func (c *cache) same(others []otherFile) bool {
	for _, o := range others {
		text, err := c.set.Read(o.Path)
		if err != nil || hash(text) != o.Hash {
			return false
		}
	}
	return true
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// keep writes an entry, if the project is one that may be kept.
func (c *cache) keep(l *Loaded) {
	others, all := c.set.Others()
	if !all || l.Program == nil || l.Diagnostics.HasErrors() || !c.quotable(l.Diagnostics) {
		return
	}
	e := entry{
		Source: l.Source, Name: l.Project.Name, Timezone: l.Project.Timezone, Currency: l.Project.Currency, Languages: l.Project.Languages,
		Findings: findings(l.Diagnostics),
	}
	for _, f := range others {
		e.Others = append(e.Others, otherFile{f.Path, hash([]byte(f.Text))})
	}
	var err error
	if e.Program, err = packed(l.Program); err != nil {
		return // nothing is kept
	}
	if raw, err := ir.Pack(e); err == nil {
		c.write(c.path(), append(c.seal(raw), raw...))
	}
}

// quotable tells whether all findings are about files of the folder: those of a
// module that comes with the tool are known only when it was loaded.
func (c *cache) quotable(diags diag.List) bool {
	known := map[string]bool{}
	for _, f := range c.set.Found() {
		known[f.Path] = true
	}
	for _, d := range diags {
		if !known[d.At.File] || slices.ContainsFunc(d.Related, func(l diag.Label) bool { return !known[l.At.File] }) {
			return false
		}
	}
	return true
}

func findings(diags diag.List) []finding {
	var out []finding
	for _, d := range diags {
		out = append(out, finding{Code: d.Rule.Code, At: d.At, Mark: d.Mark, Detail: d.Detail, Help: d.Help, Fix: d.Fix, Related: d.Related})
	}
	return out
}

func diagnostics(found []finding) (diag.List, bool) {
	if len(found) == 0 {
		return nil, true
	}
	rules := map[string]*diag.Rule{}
	for _, rule := range compiler.Rules() {
		rules[rule.Code] = rule
	}
	var out diag.List
	for _, f := range found {
		rule := rules[f.Code]
		if rule == nil {
			return nil, false
		}
		out = append(out, diag.Diagnostic{Rule: rule, At: f.At, Mark: f.Mark, Detail: f.Detail, Help: f.Help, Fix: f.Fix, Related: f.Related})
	}
	return out, true
}

// write puts the bytes beside what they replace and renames them. The folder tells git
// to look away.
func (c *cache) write(path string, raw []byte) {
	if os.MkdirAll(c.folder(), 0o700) != nil {
		return
	}
	if ignore := filepath.Join(c.folder(), ".gitignore"); !exists(ignore) && os.WriteFile(ignore, []byte("*\n"), 0o600) != nil {
		return
	}
	f, err := os.CreateTemp(c.folder(), "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(raw)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // nothing is lost when it stays
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
